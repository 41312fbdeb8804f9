"""Days and hours off."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods, require_POST

from handsel.actions import time_off
from handsel.pages import time_off as time_off_pages
from handsel.web import responses
from handsel.web.forms.time_off import TimeOffForm
from handsel.web.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
@responses.signed_in
def page(request: Request, family_id: UUID) -> HttpResponse:
    found = time_off_pages.page(
        request.user, family_id, at=timezone.now(), past="past" in request.GET, after=request.GET.get("after")
    )
    form = TimeOffForm(responses.form_data(request), nannies=found["nannies"])
    if request.method == "POST":
        if responses.is_duplicate_submission(request):
            return responses.already_submitted(request, "web:time_off", family_id)
        made = form.send(time_off.create, family_id, **responses.actor(request))
        if made:
            responses.flash(request, gettext("The time off is entered. Generating skips it from now on."))
            return redirect("web:time_off", family_id)
    return responses.answer(request, "time_off/page.html", status=form.status, form=form, family=found)


@require_POST
@responses.signed_in
def delete(request: Request, time_off_id: UUID) -> HttpResponse:
    family_id = time_off_pages.family_of(request.user, time_off_id)
    time_off.delete(time_off_id, **responses.actor(request))
    responses.flash(
        request, gettext("The time off is taken back. Sessions it had skipped come with the next generation.")
    )
    return redirect("web:time_off", family_id)
