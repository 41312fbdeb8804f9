"""Sessions as iCalendar (RFC 5545), for the calendar apps that people have already."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from django.utils.translation import gettext
from icalendar import (
    Alarm,
    Calendar,
    Component,
    Event,
    Timezone,
    TimezoneDaylight,
    TimezoneStandard,
    vCalAddress,
    vDuration,
    vText,
)

from handsel.documents import PRODUCT
from handsel.documents.rows import Appointment
from handsel.rules import local_time
from handsel.rules.lifecycle import State

MEDIA_TYPE = "text/calendar; charset=utf-8"
# Bytes of before that are still kept by somebody are stale once this is another one.
FORM = "3"
_ASK_AGAIN = timedelta(hours=1)
_NONE = timedelta()
_STATUS = {
    State.UNCONFIRMED: "TENTATIVE",
    State.CANCELLED: "CANCELLED",
}


class Method(StrEnum):
    """What a program is to do with a mailed file (RFC 5546): show its sessions, or take them off."""

    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """A file for a mail. `appointments` are those that its bytes tell of."""

    method: Method
    appointments: tuple[Appointment, ...]
    content: bytes


def render(appointments: Iterable[Appointment], *, name: str, alarm: timedelta | None = None) -> bytes:
    """Return a calendar of this name, with an alarm so long before each session that is not cancelled.

    The words are those of the active language. The same appointments are the same bytes.
    """
    head = Calendar()
    head.add("NAME", name)
    head.add("X-WR-CALNAME", name)
    head.add("REFRESH-INTERVAL", vDuration(_ASK_AGAIN), parameters={"VALUE": "DURATION"})
    head.add("X-PUBLISHED-TTL", vDuration(_ASK_AGAIN))
    return _rendered(head, list(appointments), alarm)


def export(appointment: Appointment) -> bytes:
    """Return one session for a calendar app to take in once: there is no address to ask again."""
    return _rendered(Calendar(), [appointment])


def files(appointments: Iterable[Appointment], *, organizer: str) -> tuple[CalendarFile, ...]:
    """Return the files that a mail brings: one that cancels, if anything is off, and one that publishes the rest.

    organizer: the address that the mail comes from. A file is sent and not fetched: it has no name and says nothing of
    asking again (docs/decisions/0037-mailed-calendar-files.md).
    """
    by_method: dict[Method, list[Appointment]] = {method: [] for method in Method}
    for appointment in appointments:
        method = Method.CANCEL if appointment.state is State.CANCELLED else Method.PUBLISH
        by_method[method].append(appointment)
    return tuple(
        CalendarFile(method, tuple(listed), _rendered(_head(method), listed, organizer=organizer))
        for method, listed in by_method.items()
        if listed
    )


def _head(method: Method) -> Calendar:
    head = Calendar()
    head.add("METHOD", method.value)
    return head


def _rendered(
    calendar: Calendar, appointments: list[Appointment], alarm: timedelta | None = None, organizer: str = ""
) -> bytes:
    calendar.add("PRODID", PRODUCT)
    calendar.add("VERSION", "2.0")
    for zone in _zones(appointments):
        calendar.add_component(zone)
    head, end, _ = calendar.to_ical().rpartition(b"END:VCALENDAR")
    events = (_written(appointment, _title(appointment), alarm, organizer) for appointment in appointments)
    return b"".join([head, *events, end, b"\r\n"])


@lru_cache(maxsize=8192)
def _written(appointment: Appointment, title: str, alarm: timedelta | None, organizer: str) -> bytes:
    """Write one session; kept, since of a calendar that is fetched again little has changed, and icalendar takes its
    time.
    """
    event = _event(appointment, title, alarm)
    if organizer:
        address = vCalAddress(f"mailto:{organizer}")
        address.params["CN"] = vText(appointment.family_name or organizer)
        event.add("ORGANIZER", address)
    return bytes(event.to_ical())


def _event(appointment: Appointment, title: str, alarm: timedelta | None) -> Event:
    """Return one session: its id is the stable UID, its version the sequence (RFC 5545, 3.8.4.7 and 3.8.7.4)."""
    event = Event()
    event.add("UID", str(appointment.session_id))
    event.add("SEQUENCE", appointment.version)
    # When it was last revised (RFC 5545, 3.8.7.2): so the same session stays the same bytes, and a later one is later.
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
