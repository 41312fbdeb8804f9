"""A person's secret addresses for calendar apps, and the calendars elsewhere that make them busy, for the settings."""

import json
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext, gettext_lazy, ngettext

from handsel.access import encryption, visibility
from handsel.access.encryption import Secret
from handsel.formatting import names
from handsel.formatting.dates import Formatter, format_duration
from handsel.models import CalendarAddress, OutsideCalendar, User
from handsel.rules import local_time, outside_calendars
from handsel.rules.outside_calendars import Remarks, Trouble
from handsel.rules.roles import Role


@dataclass(frozen=True, slots=True)
class Address:
    id: UUID
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Outside:
    """A calendar elsewhere. hint: as much of its address as is ever shown again. trouble: why it could not be read.
    remarks: what of it was not read as it stands.
    """

    id: UUID
    name: str
    hint: str
    about: str
    trouble: str
    remarks: list[str]


@dataclass(frozen=True, slots=True)
class CalendarsPage:
    """Addresses that are somewhere, the newest first, and the families that a new one may be for. outside: the
    calendars that make the person busy; takes_outside: whether there may be any, which is for nannies.
    """

    addresses: list[Address]
    families: list[tuple[UUID, str]]
    outside: list[Outside]
    takes_outside: bool


_TROUBLES = {
    Trouble.UNREACHABLE: gettext_lazy("nobody answers at its address"),
    Trouble.NOT_PUBLIC: gettext_lazy("its address leads into a private network, or does not begin with https"),
    Trouble.REFUSED: gettext_lazy("the server said no; the calendar may be gone, or not open to who has the address"),
    Trouble.BROKEN: gettext_lazy("the server did not answer as it should"),
    Trouble.TOO_SLOW: gettext_lazy("it took too long"),
    Trouble.TOO_LARGE: gettext_lazy("it is too large"),
    Trouble.NOT_A_CALENDAR: gettext_lazy("what is there is no calendar"),
    Trouble.LOST: gettext_lazy("its address cannot be read any more; remove it and add it again"),
}


def page(person: User) -> CalendarsPage:
    own_families = list(visibility.families(person).order_by("name", "id"))
    families = {family.id: family.name for family in own_families}
    zone = person.time_zone or next((family.time_zone for family in own_families), "UTC")
    addresses = CalendarAddress.objects.filter(person=person, revoked_at__isnull=True).order_by("-created_at", "-id")
    formatter = person.formatter
    outside = (
        OutsideCalendar.objects.filter(person=person).annotate(count=Count("busy_times")).order_by("created_at", "id")
    )
    return CalendarsPage(
        [_address(row, families, zone, formatter) for row in addresses],
        list(families.items()),
        [_outside(row, row.count, zone, formatter) for row in outside],
        any(standing.role is Role.NANNY for standing in visibility.standings(person)),
    )


def _outside(row: OutsideCalendar, busy_count: int, zone: str, formatter: Formatter) -> Outside:
    address = encryption.decrypt(row.encrypted_address, Secret.OUTSIDE_CALENDAR, row.person_id)
    count = ngettext("%(count)s busy time", "%(count)s busy times", busy_count) % {"count": busy_count}
    about = gettext("will be read in a moment")
    if row.read_at is not None:
        read = gettext("read %(moment)s") % {"moment": formatter.moment(row.read_at, zone)}
        about = names.join_facts(read, count)
    elif row.last_error:
        about = gettext("never read")
    trouble = ""
    last_error = row.last_error if address else Trouble.LOST
    if last_error:
        trouble = gettext("We couldn’t read it: %(why)s.") % {"why": _TROUBLES[Trouble(last_error)]}
    hint = outside_calendars.hint(address) if address else ""
    return Outside(row.id, row.name, hint, about, trouble, _remarks(_stored_remarks(row)))


def _stored_remarks(row: OutsideCalendar) -> Remarks:
    text = encryption.decrypt(row.encrypted_remarks, Secret.CALENDAR_REMARKS, row.person_id)
    return Remarks(**json.loads(text)) if text else Remarks()


def _remarks(remarks: Remarks) -> list[str]:
    """Return what the calendar's owner is told, and nobody else: it names their events."""
    sentences = []
    if remarks.unread:
        count = ngettext(
            "%(count)s event could not be understood", "%(count)s events could not be understood", remarks.unread
        ) % {"count": remarks.unread}
        if len(remarks.titles) == remarks.unread:
            count = gettext("%(count)s: %(titles)s") % {"count": count, "titles": names.join_names(remarks.titles)}
        elif remarks.titles:
            count = gettext("%(count)s, such as %(titles)s") % {
                "count": count,
                "titles": names.join_names(remarks.titles),
            }
        sentences += [f"{count}.", gettext("Where the time is known, you count as busy.")]
    if remarks.unfinished:
        sentences.append(
            ngettext(
                "There was no time to read %(count)s event in full. It counts by its first start and end alone.",
                "There was no time to read %(count)s events in full. They count by their first start and end alone.",
                remarks.unfinished,
            )
            % {"count": remarks.unfinished}
        )
    if remarks.is_cut_off:
        sentences.append(gettext("The file ends in the middle, so busy times from earlier readings stay too."))
    if remarks.closed_gap:
        sentences.append(
            gettext("It is so full that gaps of up to %(length)s between two events count as busy.")
            % {"length": format_duration(remarks.closed_gap)}
        )
    return sentences


def _address(row: CalendarAddress, families: dict[UUID, str], zone: str, formatter: Formatter) -> Address:
    # Whoever left the family has an address that answers as if it were not there.
    whose = families.get(row.family_id, gettext("a family you have left")) if row.family_id else gettext("all families")
    return Address(row.id, row.name, names.join_facts(whose, _tells(row), _used(row.last_used_at, zone, formatter)))


def _tells(row: CalendarAddress) -> str:
    if not row.is_full:
        return gettext("only busy")
    more = [gettext("children")] * row.shows_children + [gettext("notes")] * row.shows_notes
    return (
        gettext("with %(more)s") % {"more": names.join_names(more)} if more else gettext("without children and notes")
    )


def _used(at: datetime | None, zone: str, formatter: Formatter) -> str:
    if at is None:
        return gettext("never used")
    return gettext("last used %(day)s") % {"day": formatter.full(local_time.local_date(at, zone))}
