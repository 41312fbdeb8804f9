"""The calendar, and free time in it."""

from datetime import date, time
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from handsel.pages import calendar
from handsel.pages.calendar import Asked, View
from handsel.rules import fields
from handsel.rules.refusals import NotAllowed, NotVisible
from handsel.web import responses
from handsel.web.requests import Request


@responses.page
def page(request: Request) -> HttpResponse:
    """A day or a view that does not exist becomes today, and says so; a family that is not theirs is not found."""
    view, day, wrong = View.WEEK, None, ""
    if wanted := request.GET.get("view"):
        try:
            view = View(wanted)
        except ValueError:
            wrong = gettext("There is no such view, so this is the week.")
    if wanted := request.GET.get("date"):
        try:
            day = fields.day(wanted)
        except fields.Wrong:
            wrong = gettext("There is no such day, so this is today.")
    found = calendar.page(request.user, Asked(view, day, _family(request)), at=timezone.now())
    if found is None:
        return redirect("web:index")
    return responses.answer(request, "calendar/page.html", calendar=found, wrong=wrong)


@responses.page
def add(request: Request) -> HttpResponse:
    """Whose session is to fill this time; who may add to one family alone is asked nothing."""
    places = calendar.places(request.user, _wanted(request))
    if not places:
        raise NotAllowed
    if len(places) == 1:
        address = reverse("web:new_session", args=[places[0].family_id])
        return HttpResponseRedirect(f"{address}?{urlencode(places[0].starts_from)}")
    choices = [
        (reverse("web:new_session", args=[place.family_id]) + f"?{urlencode(place.starts_from)}", place)
        for place in places
    ]
    return responses.answer(request, "calendar/add.html", choices=choices)


def _family(request: Request) -> UUID | None:
    wanted = request.GET.get("family")
    if not wanted:
        return None
    try:
        return fields.identity(wanted)
    except fields.Wrong as wrong:
        raise NotVisible from wrong


def _wanted(request: Request) -> tuple[date, time, time] | None:
    """A day and two times, if they are; the form asks for them otherwise."""
    try:
        first, last = (fields.wall_time(request.GET.get(name)) for name in ("from", "to"))
        return fields.day(request.GET.get("day")), first, last
    except fields.Wrong:
        return None
