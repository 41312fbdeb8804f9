"""A person's secret addresses for calendar apps, as the settings list them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from handsel.access import visibility
from handsel.models import CalendarAddress, User
from handsel.queries.pages import reading
from handsel.queries.pages.reading import Reader
from handsel.rules import local_time


@dataclass(frozen=True, slots=True)
class Address:
    id: UUID
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class CalendarsPage:
    """Addresses that are somewhere, the newest first, and the families that a new one may be for."""

    addresses: list[Address]
    families: list[tuple[UUID, str]]


def page(person: User) -> CalendarsPage:
    families = {family.id: family.name for family in visibility.families(person).order_by("name", "id")}
    living = CalendarAddress.objects.filter(person=person, revoked_at__isnull=True).order_by("-created_at", "-id")
    reader = Reader.of(person)
    return CalendarsPage([_address(row, families, person, reader) for row in living], list(families.items()))


def _address(row: CalendarAddress, families: dict[UUID, str], person: User, reader: Reader) -> Address:
    # Whoever left the family has an address that answers as if it were not there.
    whose = families.get(row.family_id, gettext("a family you have left")) if row.family_id else gettext("all families")
    return Address(row.id, row.name, reading.about(whose, _tells(row), _used(row.last_used_at, person, reader)))


def _tells(row: CalendarAddress) -> str:
    if not row.is_full:
        return gettext("only busy")
    more = [gettext("children")] * row.shows_children + [gettext("notes")] * row.shows_notes
    return (
        gettext("with %(more)s") % {"more": reading.together(more)} if more else gettext("without children and notes")
    )


def _used(at: datetime | None, person: User, reader: Reader) -> str:
    if at is None:
        return gettext("never used")
    return gettext("last used %(day)s") % {"day": reader.full(local_time.local_date(at, person.time_zone or "UTC"))}
