"""The time off of a family and its nannies, a page at a time: from today on, or what was."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from django.db.models import TimeField, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting.dates import Formatter
from handsel.models import Family, TimeOff, User
from handsel.queries import paging
from handsel.queries.paging import Order
from handsel.rules import local_time
from handsel.rules.roles import Capability, Role

_MOST = 30


@dataclass(frozen=True, slots=True)
class Absence:
    """Time off in two lines: whose; when and why."""

    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Choices:
    """What the form offers. `nannies` are (member id, name) of whom this person may enter time off for, beside
    the family; None where that is only themselves.
    """

    standing: Standing
    family: Family
    nannies: list[tuple[UUID, str]] | None


def choices(person: User, family_id: UUID) -> Choices:
    """Return what the form offers this person. Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.TIME_OFF_ANY):
        return Choices(standing, family, None)
    members = visibility.members(person).filter(family_id=family_id, role=Role.NANNY).select_related("user")
    nannies = [(nanny.id, person.known_names.of(nanny)) for nanny in members.order_by("joined_at", "id")]
    return Choices(standing, family, nannies)


def page(
    person: User, choices: Choices, *, at: datetime, past: bool = False, after: str | None = None
) -> dict[str, Any]:
    """Return the context of the list. `after` is the cursor of what follows, or None."""
    standing, family = choices.standing, choices.family
    today = local_time.local_date(at, family.time_zone)
    entries, following = listed(person, standing, person.formatter, today=today, most=_MOST, past=past, after=after)
    return {
        "id": family.id,
        "name": family.name,
        "past": past,
        "entries": entries,
        "after": following,
        "may_enter": choices.nannies is not None or standing.may(Capability.TIME_OFF_OWN, own=True),
    }


def told_families(person: User, standing: Standing) -> list[tuple[UUID, str]]:
    """Return the families that a nanny may tell why they are away; none where this person is no nanny here."""
    if standing.role is not Role.NANNY:
        return []
    theirs = [place.family_id for place in visibility.standings(person) if place.role is Role.NANNY]
    rows = visibility.families(person).filter(id__in=theirs).order_by("name", "id")
    return list(rows.values_list("id", "name"))


def family_of(person: User, time_off_id: UUID) -> UUID:
    """Return the family of an entry that this person can see. Raises NotVisible."""
    return visibility.one_time_off(person, time_off_id)[0].family_id


def listed(
    person: User,
    standing: Standing,
    formatter: Formatter,
    *,
    today: date,
    most: int,
    past: bool = False,
    after: str | None = None,
) -> tuple[list[dict[str, Any]], str | None]:
    """Return what is to come or under way, soonest first, or what was, latest first; and the cursor of what follows."""
    entries = visibility.time_off(person).filter(in_family_id=standing.family_id).select_related("nanny__user")
    entries = entries.filter(to_date__lt=today) if past else entries.filter(to_date__gte=today)
    begins = Coalesce("start_time", Value(time.min), output_field=TimeField())
    order = Order(f"time_off:{standing.family_id}", ("from_date", "begins", "id"), descending=past)
    part, following = paging.for_page(entries.annotate(begins=begins), after, order, most=most)
    return [_entry(entry, standing, formatter) for entry in part], following


def _entry(entry: TimeOff, standing: Standing, formatter: Formatter) -> dict[str, Any]:
    whose = formatter.names.of(entry.nanny) if entry.nanny else gettext("the whole family")
    return {
        "id": entry.id,
        "days": ", ".join(filter(None, _when(entry, formatter))),
        "about": f"{whose}: {why}" if (why := reason(entry, standing.person)) else whose,
        "may_delete": may_take_back(entry, standing),
        "may_open": may_take_back(entry, standing) or _may_be_paid(entry, standing),
        "may_count_everywhere": may_count_everywhere(entry, standing),
    }


def may_take_back(entry: TimeOff, standing: Standing) -> bool:
    """Say whether this person may: of what a nanny entered for themselves nobody else."""
    own = entry.in_nanny_id == standing.member_id
    if entry.is_own:
        return own
    return standing.may(Capability.TIME_OFF_ANY) or standing.may(Capability.TIME_OFF_OWN, own=own)


def _may_be_paid(entry: TimeOff, standing: Standing) -> bool:
    """Say whether this person may enter a nanny's time off as paid time or unpaid leave."""
    own = entry.in_nanny_id == standing.member_id
    return entry.in_nanny_id is not None and standing.may(Capability.ENTER_PAY_ITEMS, own=own)


def may_count_everywhere(entry: TimeOff, standing: Standing) -> bool:
    """Say whether this nanny may let time off from before it did so count in all their families."""
    return entry.person_id is None and entry.is_own and entry.nanny_id == standing.member_id


def reason(entry: TimeOff, person: User) -> str:
    """Return why, as far as this person is told: a nanny knows it everywhere."""
    return entry.reason if entry.tells_reason or entry.person_id == person.id else ""


def _when(entry: TimeOff, formatter: Formatter) -> tuple[str, str]:
    """Return the days; and the hours, empty where it is all of the day."""
    hours = formatter.hours(entry.start_time, entry.end_time) if entry.start_time and entry.end_time else ""
    return formatter.days(entry.from_date, entry.to_date), hours


# Beside the sessions of a page


def between(person: User, family_ids: Collection[UUID], first: date, last: date) -> list[TimeOff]:
    """Return time off of some families or their nannies, in the order of the days. One query."""
    entries = visibility.time_off(person).filter(
        in_family_id__in=list(family_ids), from_date__lte=last, to_date__gte=first
    )
    return list(entries.select_related("family", "nanny__user").order_by("from_date", "start_time", "id"))


def title(entry: TimeOff, formatter: Formatter) -> str:
    """Say whose it is: a nanny's, or the whole family's."""
    name = formatter.names.of(entry.nanny) if entry.nanny else entry.family.name
    return gettext("Time off, %(name)s") % {"name": name}


def absences(entries: Iterable[TimeOff], formatter: Formatter, person: User) -> list[Absence]:
    """Return a line for each time off; that of one nanny in several of their families is one line."""
    lines = (
        Absence(title(entry, formatter), ", ".join(filter(None, (*_when(entry, formatter), reason(entry, person)))))
        for entry in entries
    )
    return list(dict.fromkeys(lines))
