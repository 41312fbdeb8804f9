"""All sessions of a family, a page at a time: those to come, or those that were."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q

from handsel.access import visibility
from handsel.models import User
from handsel.queries.pages import page_rows
from handsel.queries.pages.page_rows import Day
from handsel.queries.pages.reading import Reader
from handsel.rules import local_time
from handsel.rules.roles import Capability

_MOST = 30


@dataclass(frozen=True, slots=True)
class SessionList:
    """`after` is the session behind which the next page begins, or None."""

    family_id: UUID
    family_name: str
    past: bool
    days: list[Day]
    after: UUID | None
    may_plan: bool


def page(person: User, family_id: UUID, *, at: datetime, past: bool = False, after: UUID | None = None) -> SessionList:
    """Soonest first of what is to come, latest first of what was. Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    reader = Reader.of(person)
    found = visibility.care_sessions(person).filter(family_id=family_id)
    last = found.filter(pk=after).only("scheduled_start").first() if after else None
    if past:
        found = found.filter(scheduled_end__lte=at).order_by("-scheduled_start", "-id")
        if last:
            found = found.filter(_before(last.scheduled_start, last.id))
    else:
        found = found.filter(scheduled_end__gt=at).order_by("scheduled_start", "id")
        if last:
            found = found.filter(_behind(last.scheduled_start, last.id))
    sessions = list(page_rows.with_people(found)[: _MOST + 1])
    shown = sessions[:_MOST]
    rows = [page_rows.row(session, standing, reader, at=at) for session in shown]
    return SessionList(
        family_id=family.id,
        family_name=family.name,
        past=past,
        days=page_rows.by_day(rows, today=local_time.local_date(at, family.time_zone)),
        after=shown[-1].id if len(sessions) > _MOST else None,
        may_plan=standing.may(Capability.PLAN),
    )


def _before(start: datetime, session_id: UUID) -> Q:
    return Q(scheduled_start__lt=start) | Q(scheduled_start=start, id__lt=session_id)


def _behind(start: datetime, session_id: UUID) -> Q:
    return Q(scheduled_start__gt=start) | Q(scheduled_start=start, id__gt=session_id)
