"""The time off of a family and its nannies, a page at a time: from today on, or what was."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from django.db.models import TimeField, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting.dates import Formatter
from handsel.models import TimeOff, User
from handsel.queries import paging
from handsel.queries.paging import Order
from handsel.rules import local_time
from handsel.rules.roles import Capability, Role

_MOST = 30


@dataclass(frozen=True, slots=True)
class OffLine:
    """One entry of time off; may_delete where this person may take it back."""

    id: UUID
    days: str
    about: str
    may_delete: bool


@dataclass(frozen=True, slots=True)
class TimeOffPage:
    """`nannies` are whom this person may enter time off for, beside the family; None where it is only herself. `after`
    is the cursor of what follows, or None.
    """

    id: UUID
    name: str
    past: bool
    entries: list[OffLine]
    after: str | None
    nannies: list[tuple[UUID, str]] | None
    may_enter: bool


def page(person: User, family_id: UUID, *, at: datetime, past: bool = False, after: str | None = None) -> TimeOffPage:
    """Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    any_ones = standing.may(Capability.TIME_OFF_ANY)
    members = visibility.members(person).filter(family_id=family_id, role=Role.NANNY).select_related("user")
    today = local_time.local_date(at, family.time_zone)
    entries, following = listed(person, standing, Formatter.of(person), today=today, most=_MOST, past=past, after=after)
    return TimeOffPage(
        id=family.id,
        name=family.name,
        past=past,
        entries=entries,
        after=following,
        nannies=[(m.id, m.user.first_name) for m in members.order_by("joined_at", "id")] if any_ones else None,
        may_enter=any_ones or standing.may(Capability.TIME_OFF_OWN, own=True),
    )


def family_of(person: User, time_off_id: UUID) -> UUID:
    """The family of an entry that this person can see. Raises NotVisible."""
    standing, _ = visibility.one_time_off(person, time_off_id)
    return standing.family_id


def listed(
    person: User,
    standing: Standing,
    formatter: Formatter,
    *,
    today: date,
    most: int,
    past: bool = False,
    after: str | None = None,
) -> tuple[list[OffLine], str | None]:
    """What is to come or under way, soonest first, or what was, latest first; and the cursor of what follows."""
    found = visibility.time_off(person).filter(family_id=standing.family_id).select_related("nanny__user")
    found = found.filter(to_date__lt=today) if past else found.filter(to_date__gte=today)
    begins = Coalesce("start_time", Value(time.min), output_field=TimeField())
    order = Order(f"time_off:{standing.family_id}", ("from_date", "begins", "id"), descending=past)
    entries, following = paging.for_page(found.annotate(begins=begins), after, order, most=most)
    return [_off_line(entry, standing, formatter) for entry in entries], following


def _off_line(entry: TimeOff, standing: Standing, formatter: Formatter) -> OffLine:
    hours = f", {formatter.hours(entry.start_time, entry.end_time)}" if entry.start_time and entry.end_time else ""
    whose = entry.nanny.user.first_name if entry.nanny else gettext("the whole family")
    return OffLine(
        id=entry.id,
        days=formatter.days(entry.from_date, entry.to_date) + hours,
        about=f"{whose}: {entry.reason}" if entry.reason else whose,
        may_delete=standing.may(Capability.TIME_OFF_ANY)
        or standing.may(Capability.TIME_OFF_OWN, own=entry.nanny_id == standing.member_id),
    )


def between(person: User, family_ids: Collection[UUID], first: date, last: date) -> list[TimeOff]:
    """Time off of some families or their nannies, in the order of the days. One query."""
    found = visibility.time_off(person).filter(family_id__in=list(family_ids), from_date__lte=last, to_date__gte=first)
    ordered = found.select_related("family", "nanny__user").order_by("from_date", "start_time", "id")
    return list(ordered)


def title(entry: TimeOff) -> str:
    """Whose it is: a nanny's, or the whole family's."""
    return gettext("Time off, %(name)s") % {"name": entry.nanny.user.first_name if entry.nanny else entry.family.name}


@dataclass(frozen=True, slots=True)
class Absence:
    """Time off in two lines: whose; when and why."""

    title: str
    about: str


def absences(entries: Iterable[TimeOff], formatter: Formatter) -> list[Absence]:
    """Equal time off of one nanny in several of her families is one line."""
    return list(dict.fromkeys(_absence(entry, formatter) for entry in entries))


def _absence(entry: TimeOff, formatter: Formatter) -> Absence:
    hours = formatter.hours(entry.start_time, entry.end_time) if entry.start_time and entry.end_time else ""
    parts = (formatter.days(entry.from_date, entry.to_date), hours, entry.reason)
    return Absence(title(entry), ", ".join(part for part in parts if part))
