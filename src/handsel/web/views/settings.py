"""One's own settings."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext
from django.views.decorators.http import require_http_methods

from handsel.actions import people
from handsel.pages import shell
from handsel.rules.roles import Role
from handsel.web import responses
from handsel.web.forms.people import SettingsForm
from handsel.web.requests import Request


@require_http_methods(["GET", "HEAD", "POST"])
@responses.signed_in
def page(request: Request) -> HttpResponse:
    person = request.user
    names = ("name", "language", "time_zone", "hour_cycle", "week_starts_on")
    initial = {name: str(getattr(person, name)) for name in names}
    form = SettingsForm(responses.form_data(request), initial=initial, current_zone=person.time_zone)
    if request.method == "POST":
        saved = form.send(people.update, changes=True, by=person)
        if saved:
            responses.flash(request, gettext("Saved."))
            return redirect("web:settings")
    families = shell.belongings(person)
    return responses.answer(
        request,
        "people/settings.html",
        status=form.status,
        form=form,
        families=families,
        takes_outside=any(family.role is Role.NANNY for family in families),
    )
