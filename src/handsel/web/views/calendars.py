"""One's own calendar elsewhere: secret addresses for the apps that show it, and calendars there that make one busy."""

from urllib.parse import quote, urlencode
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext

from handsel.actions import calendar_addresses, outside_calendars
from handsel.pages import calendars_page
from handsel.pages.calendars_page import CalendarsPage
from handsel.rules.history import Source
from handsel.web import responses
from handsel.web.forms.calendars import CalendarAddressForm, OutsideCalendarForm
from handsel.web.requests import Request


@responses.form_page
def page(request: Request) -> HttpResponse:
    """The addresses; a POST makes one, and its answer is the only page that ever shows it."""
    calendars = calendars_page.page(request.user)
    form = CalendarAddressForm(responses.form_data(request), families=calendars.families)
    new = None
    if request.method == "POST":
        made = form.send(calendar_addresses.make, **responses.actor(request))
        if made:
            address, secret = made
            new = _ways_in(request.build_absolute_uri(reverse("feeds:calendar", args=[secret])), address.name)
            calendars = calendars_page.page(request.user)
            form = CalendarAddressForm(families=calendars.families)
    return _answer(request, calendars, form, OutsideCalendarForm(), status=form.status, new=new)


def _answer(
    request: Request,
    calendars: CalendarsPage,
    form: CalendarAddressForm,
    outside: OutsideCalendarForm,
    *,
    status: int,
    new: dict[str, str] | None = None,
) -> HttpResponse:
    return responses.answer(
        request, "people/calendars.html", status=status, form=form, calendars=calendars, outside=outside, new=new
    )


def _ways_in(address: str, name: str) -> dict[str, str]:
    """The address, and where each calendar app takes it from a link."""
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
def revoke(request: Request, address_id: UUID) -> HttpResponse:
    calendar_addresses.revoke(address_id, **responses.actor(request))
    responses.flash(request, gettext("There is no calendar at that address any more."))
    return redirect("web:calendars")


@responses.press
def add_outside(request: Request) -> HttpResponse:
    outside = OutsideCalendarForm(request.POST)
    calendar = outside.send(outside_calendars.add, **responses.actor(request))
    if calendar:
        responses.flash(request, gettext("Added: %(name)s. It is read in a moment.") % {"name": calendar.name})
        return redirect("web:calendars")
    calendars = calendars_page.page(request.user)
    return _answer(request, calendars, CalendarAddressForm(families=calendars.families), outside, status=outside.status)


@responses.press
def remove_outside(request: Request, calendar_id: UUID) -> HttpResponse:
    outside_calendars.remove(calendar_id, by=request.user, source=Source.WEB)
    responses.flash(request, gettext("The calendar and its busy times are forgotten."))
    return redirect("web:calendars")
