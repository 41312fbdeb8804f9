"""What one hears of, by which ways and when."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext

from handsel.actions import notice_choices
from handsel.pages import notices_page
from handsel.web import responses
from handsel.web.forms.notices import NoticesForm
from handsel.web.requests import Request
from handsel.web.views import devices


@responses.form_page
def page(request: Request) -> HttpResponse:
    found = notices_page.page(request.user)
    form = NoticesForm(responses.form_data(request), found=found)
    if request.method == "POST":
        form.send(notice_choices.update, **responses.actor(request))
        if form.status == 200:
            responses.flash(request, gettext("Saved."))
            return redirect("web:notices")
    push = devices.section(request)
    return responses.answer(request, "people/notices.html", status=form.status, form=form, notices=found, push=push)
