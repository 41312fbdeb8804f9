"""The calendar, free time in it, and one's own calendar elsewhere: secret addresses for it, and what makes one busy."""

from datetime import date, time
from urllib.parse import quote, urlencode
from uuid import UUID

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext

from handsel.actions import calendar_addresses, outside_calendars
from handsel.pages import calendar
from handsel.pages import calendars as calendar_pages
from handsel.pages.calendar import Asked, View
from handsel.rules import fields
from handsel.rules.history import Source
from handsel.rules.refusals import NotAllowed, NotVisible
from handsel.web import responses
from handsel.web.forms.calendars import CalendarAddressForm, OutsideCalendarForm
from handsel.web.requests import Request


@responses.page
def page(request: Request) -> HttpResponse:
    """Show the calendar. A day or a view that does not exist becomes today, and says so; a family that is not theirs is
    not found.
    """
    view, day, wrong = View.WEEK, None, ""
    if text := request.GET.get("view"):
        try:
            view = View(text)
        except ValueError:
            wrong = gettext("There is no such view, so this is the week.")
    if text := request.GET.get("date"):
        try:
            day = fields.day(text)
        except fields.Wrong:
            wrong = gettext("There is no such day, so this is today.")
    shown = calendar.page(request.user, Asked(view, day, _family(request)), at=timezone.now())
    if shown is None:
        return redirect("web:index")
    return responses.answer(request, "calendar/page.html", calendar=shown, wrong=wrong)


@responses.page
def add(request: Request) -> HttpResponse:
    """Ask whose session is to fill this time; who may add to one family alone is asked nothing."""
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
    text = request.GET.get("family")
    if not text:
        return None
    try:
        return fields.identity(text)
    except fields.Wrong as wrong:
        raise NotVisible from wrong


def _wanted(request: Request) -> tuple[date, time, time] | None:
    """Return the day and two times of the address, if they make sense; the form asks for them otherwise."""
    try:
        first, last = (fields.wall_time(request.GET.get(name)) for name in ("from", "to"))
        return fields.day(request.GET.get("day")), first, last
    except fields.Wrong:
        return None


@responses.form_page
def calendar_settings(request: Request) -> HttpResponse:
    """Show the addresses; a POST makes one, and its answer is the only page that ever shows it."""
    calendars = calendar_pages.page(request.user)
    form = CalendarAddressForm(responses.form_data(request), families=calendars.families)
    new = None
    made = responses.submit(request, form, calendar_addresses.make, duplicate_route="web:calendars")
    if made:
        address, secret = made
        new = _import_links(request.build_absolute_uri(reverse("feeds:calendar", args=[secret])), address.name)
        calendars = calendar_pages.page(request.user)
        form = CalendarAddressForm(families=calendars.families)
    return responses.answer(
        request, "people/calendars.html", form=form, calendars=calendars, outside=OutsideCalendarForm(), new=new
    )


def _import_links(address: str, name: str) -> dict[str, str]:
    """Return the address, and where each calendar app takes it from a link."""
    rest = address.partition(":")[2]
    outlook = urlencode({"url": address, "name": name}, quote_via=quote)
    return {
        "address": address,
        "apple": f"webcal:{rest}",
        "google": "https://calendar.google.com/calendar/render?" + urlencode({"cid": f"webcal:{rest}"}),
        "outlook": f"https://outlook.live.com/calendar/0/addfromweb?{outlook}",
        "work": f"https://outlook.office.com/calendar/0/addfromweb?{outlook}",
    }


@responses.press
def revoke_address(request: Request, address_id: UUID) -> HttpResponse:
    calendar_addresses.revoke(address_id, **responses.actor(request))
    return responses.redirect_with_message(
        request, gettext("There is no calendar at that address any more."), "web:calendars"
    )


@responses.press
def add_outside(request: Request) -> HttpResponse:
    outside = OutsideCalendarForm(request.POST)
    added = responses.submit(request, outside, outside_calendars.add, duplicate_route="web:calendars")
    if added:
        sentence = gettext("Added: %(name)s. We’ll read it in a moment.") % {"name": added.name}
        return responses.redirect_with_message(request, sentence, "web:calendars")
    calendars = calendar_pages.page(request.user)
    form = CalendarAddressForm(families=calendars.families)
    return responses.answer(
        request, "people/calendars.html", status=outside.status, form=form, calendars=calendars, outside=outside
    )


@responses.press
def remove_outside(request: Request, calendar_id: UUID) -> HttpResponse:
    outside_calendars.remove(calendar_id, by=request.user, source=Source.WEB)
    return responses.redirect_with_message(
        request, gettext("The calendar and its busy times are deleted."), "web:calendars"
    )
