"""A person's secret addresses for calendar apps, and the calendars elsewhere that make them busy, for the settings."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext, gettext_lazy, ngettext

from handsel.access import encryption, visibility
from handsel.formatting import names
from handsel.formatting.dates import Formatter
from handsel.models import CalendarAddress, OutsideCalendar, User
from handsel.rules import local_time, outside_calendars
from handsel.rules.outside_calendars import Trouble
from handsel.rules.roles import Role


@dataclass(frozen=True, slots=True)
class Address:
    id: UUID
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Outside:
    """A calendar elsewhere. hint: as much of its address as is ever shown again. trouble: why it could not be read."""

    id: UUID
    name: str
    hint: str
    about: str
    trouble: str


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
    Trouble.TOO_MANY: gettext_lazy("it holds too many events"),
    Trouble.NOT_A_CALENDAR: gettext_lazy("what is there is no calendar"),
    Trouble.LOST: gettext_lazy("its address is not known any more; remove it and add it again"),
}


def page(person: User) -> CalendarsPage:
    own_families = list(visibility.families(person).order_by("name", "id"))
    families = {family.id: family.name for family in own_families}
    zone = person.time_zone or next((family.time_zone for family in own_families), "UTC")
    addresses = CalendarAddress.objects.filter(person=person, revoked_at__isnull=True).order_by("-created_at", "-id")
    formatter = Formatter.of(person)
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
    address = encryption.decrypt(row.encrypted_address, outside_calendars.ENCRYPTED_AS)
    count = ngettext("%(count)s busy time", "%(count)s busy times", busy_count) % {"count": busy_count}
    about = gettext("will be read in a moment")
    if row.read_at is not None:
        read = gettext("read %(moment)s") % {"moment": formatter.moment(row.read_at, zone)}
        about = names.join_facts(read, count)
    elif row.last_error:
        about = gettext("never read")
    trouble = ""
    if row.last_error:
        trouble = gettext("It could not be read: %(why)s.") % {"why": _TROUBLES[Trouble(row.last_error)]}
    return Outside(row.id, row.name, outside_calendars.hint(address) if address else "", about, trouble)


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
