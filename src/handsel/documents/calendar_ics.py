"""Sessions as iCalendar (RFC 5545), for the calendar apps that people have already."""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext
from icalendar import Alarm, Calendar, Component, Event, Timezone, TimezoneDaylight, TimezoneStandard, vDuration

from handsel.documents import PRODUCT
from handsel.documents.rows import Appointment
from handsel.rules import local_time
from handsel.rules.lifecycle import State

MEDIA_TYPE = "text/calendar; charset=utf-8"
# Bytes of before that are still kept by somebody are stale once this is another one.
FORM = "2"
_ASK_AGAIN = timedelta(hours=1)
_NONE = timedelta()
_STATUS = {
    State.UNCONFIRMED: "TENTATIVE",
    State.CANCELLED: "CANCELLED",
}


def render(appointments: Iterable[Appointment], *, name: str, alarm: timedelta | None = None) -> bytes:
    """Return a calendar of this name, with an alarm so long before each session that is not cancelled.

    The words are those of the active language. The same appointments are the same bytes.
    """
    listed = list(appointments)
    calendar = Calendar()
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("NAME", name)
    calendar.add("X-WR-CALNAME", name)
    calendar.add("REFRESH-INTERVAL", vDuration(_ASK_AGAIN), parameters={"VALUE": "DURATION"})
    calendar.add("X-PUBLISHED-TTL", vDuration(_ASK_AGAIN))
    for zone in _zones(listed):
        calendar.add_component(zone)
    head, end, _ = calendar.to_ical().rpartition(b"END:VCALENDAR")
    events = (_written(appointment, _title(appointment), alarm) for appointment in listed)
    return b"".join([head, *events, end, b"\r\n"])


@lru_cache(maxsize=8192)
def _written(appointment: Appointment, title: str, alarm: timedelta | None) -> bytes:
    """Write one session; kept, since of a calendar that is fetched again little has changed, and icalendar takes its
    time.
    """
    return bytes(_event(appointment, title, alarm).to_ical())


def _event(appointment: Appointment, title: str, alarm: timedelta | None) -> Event:
    """Return one session: its id is the stable UID, its version the sequence (RFC 5545, 3.8.4.7 and 3.8.7.4)."""
    event = Event()
    event.add("UID", str(appointment.session_id))
    event.add("SEQUENCE", appointment.version)
    # Without a METHOD this is when it was last revised (RFC 5545, 3.8.7.2): so the same session stays the same bytes.
    event.add("DTSTAMP", appointment.changed_at.astimezone(UTC))
    event.add("LAST-MODIFIED", appointment.changed_at.astimezone(UTC))
    start, end = _clocks(appointment)
    event.add("DTSTART", start)
    event.add("DTEND", end)
    event.add("SUMMARY", title)
    event.add("STATUS", _STATUS.get(appointment.state, "CONFIRMED"))
    is_off = appointment.state is State.CANCELLED
    event.add("TRANSP", "TRANSPARENT" if is_off else "OPAQUE")
    for name, text in (
        ("DESCRIPTION", appointment.notes),
        ("LOCATION", appointment.place),
        ("URL", appointment.link),
    ):
        if text:
            event.add(name, text)
    if alarm is not None and not is_off:
        event.add_component(_alarm(alarm, title))
    return event


def _title(appointment: Appointment) -> str:
    """Return a title such as "Riveras · Emma, Theo · Noor". Its state stands before, since many an app does not show
    the status.
    """
    parts = (appointment.family_name, ", ".join(appointment.child_names), appointment.nanny_name)
    title = " · ".join(part for part in parts if part) or gettext("Busy")
    match appointment.state:
        case State.UNCONFIRMED:
            return gettext("Not confirmed: %(session)s") % {"session": title}
        case State.CANCELLED:
            return gettext("Cancelled: %(session)s") % {"session": title}
        case _:
            return title


def _alarm(before: timedelta, says: str) -> Alarm:
    alarm = Alarm()
    alarm.add("ACTION", "DISPLAY")
    alarm.add("DESCRIPTION", says)
    alarm.add("TRIGGER", -before)
    return alarm


def _clocks(appointment: Appointment) -> tuple[datetime, datetime]:
    """Return start and end by the clocks of the session's zone; in UTC where one of them is a time that these clocks
    show twice. It means the first (RFC 5545, 3.3.5), but libical, ical.js and others read the second.
    """
    zone = appointment.time_zone
    walls = [local_time.wall(at, zone) for at in (appointment.start, appointment.end)]
    if _is_utc(zone) or any(local_time.is_ambiguous(wall, zone) for wall in walls):
        return appointment.start.astimezone(UTC), appointment.end.astimezone(UTC)
    start, end = (wall.replace(tzinfo=ZoneInfo(zone)) for wall in walls)
    return start, end


def _is_utc(zone: str) -> bool:
    return zone.removeprefix("Etc/") in {"UTC", "UCT", "Universal", "Zulu", "GMT"}


# Zones


def _zones(appointments: list[Appointment]) -> Iterator[Component]:
    """Yield a VTIMEZONE for each zone that is named, with the changes of the clocks over the years that need them.

    One at least: a calendar has to hold something (RFC 5545, 3.6).
    """
    years: dict[str, list[int]] = {}
    for appointment in appointments:
        if not _is_utc(appointment.time_zone):
            days = (local_time.local_date(at, appointment.time_zone) for at in (appointment.start, appointment.end))
            years.setdefault(appointment.time_zone, []).extend(day.year for day in days)
    for zone, needed in sorted(years.items()) or [("UTC", [1970])]:
        yield _zone(zone, min(needed), max(needed))


@lru_cache(maxsize=256)
def _zone(zone: str, first: int, last: int) -> Timezone:
    """Return a zone as RFC 5545, 3.6.5 has it. By our own rules: icalendar's from_tzinfo has summer time begin an hour
    late.
    """
    component = Timezone()
    component.add("TZID", zone)
    before = None
    for at, offset in local_time.offsets(date(first, 1, 1), date(last, 12, 31), zone):
        local = at.astimezone(ZoneInfo(zone))
        part = TimezoneDaylight() if (local.dst() or _NONE) > _NONE else TimezoneStandard()
        before = offset if before is None else before
        # It begins by the clocks of the time before.
        part.add("DTSTART", (at + before).replace(tzinfo=None))
        part.add("TZOFFSETFROM", before)
        part.add("TZOFFSETTO", offset)
        part.add("TZNAME", local.tzname())
        component.add_component(part)
        before = offset
    return component
