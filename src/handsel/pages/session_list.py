"""All sessions of a family, a page at a time: those to come, or those that were."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from handsel.access import visibility
from handsel.formatting.dates import Formatter
from handsel.models import User
from handsel.pages import page_rows
from handsel.pages.page_rows import Day
from handsel.queries import paging
from handsel.queries.paging import Order
from handsel.rules import local_time
from handsel.rules.roles import Capability

_MOST = 30


@dataclass(frozen=True, slots=True)
class SessionList:
    """`after` is the cursor of what follows, or None."""

    family_id: UUID
    family_name: str
    past: bool
    days: list[Day]
    after: str | None
    may_plan: bool


def page(person: User, family_id: UUID, *, at: datetime, past: bool = False, after: str | None = None) -> SessionList:
    """Soonest first of what is to come, latest first of what was. Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    formatter = Formatter.of(person)
    found = visibility.care_sessions(person).filter(family_id=family_id)
    found = found.filter(scheduled_end__lte=at) if past else found.ending_after(at)
    order = Order(f"session_list:{family_id}", ("scheduled_start", "id"), descending=past)
    sessions, following = paging.for_page(page_rows.with_people(found), after, order, most=_MOST)
    rows = [page_rows.row(session, standing, formatter, at=at) for session in sessions]
    return SessionList(
        family_id=family.id,
        family_name=family.name,
        past=past,
        days=page_rows.by_day(rows, today=local_time.local_date(at, family.time_zone)),
        after=following,
        may_plan=standing.may(Capability.PLAN),
    )
