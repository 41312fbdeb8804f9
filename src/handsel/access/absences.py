"""Who is away when: time off as it counts in each family, by that family's clocks.

A nanny's own counts in every family in which they are a nanny now, what anybody else entered in its family alone.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from handsel.models import CareSession, TimeOff
from handsel.rules import local_time, overlap, time_off
from handsel.rules.lifecycle import Status
from handsel.rules.overlap import Span
from handsel.rules.time_off import Away

_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Absence:
    """Time off in one family. nanny_id: whose, as the family's member; None is the whole family."""

    time_off_id: UUID
    family_id: UUID
    nanny_id: UUID | None

    def touches(self, session: CareSession) -> bool:
        """Say whether it is of the session's family or nanny, whenever that is."""
        return session.family_id == self.family_id and self.nanny_id in (None, session.nanny_id)


type OffSpan = Span[Absence]


def entered(families: Collection[UUID], first: date, last: date) -> QuerySet[Any, Any]:
    """Return the time off that counts in these families and may touch these local days of theirs."""
    rows = TimeOff.objects.counting_in(list(families))
    return rows.filter(
        from_date__lte=time_off.shifted(last, time_off.REACH), to_date__gte=time_off.shifted(first, -time_off.REACH)
    )


def spans(entries: Iterable[TimeOff], first: date, last: date) -> list[OffSpan]:
    """Return when these entries (entered, or visibility.time_off) are, each in the family in which it counts."""
    return [
        Span(*stretch, Absence(entry.id, entry.in_family_id, entry.in_nanny_id))
        for entry in entries
        for stretch in time_off.stretches(entry, entry.in_zone, first, last)
    ]


def away(sessions: Iterable[CareSession]) -> dict[UUID, frozenset[Away]]:
    """Return who is away at the time of those sessions that time off of their nanny or family touches, by their id,
    whatever their state. One query.
    """
    listed = list(sessions)
    touching = spans_touching(listed)
    return {
        session_id: frozenset(Away.FAMILY if span.key.nanny_id is None else Away.NANNY for span in spans)
        for session_id, spans in touching.items()
    }


def spans_touching(sessions: Collection[CareSession]) -> dict[UUID, list[OffSpan]]:
    """Return the time off that touches each of these sessions, by their id. One query."""
    if not sessions:
        return {}
    # A local day is that of some zone: a day sooner or later in UTC.
    first = min(session.scheduled_start for session in sessions).date() - _DAY
    last = max(session.scheduled_end for session in sessions).date() + _DAY
    families = {session.family_id for session in sessions}
    return touched(sessions, spans(entered(families, first, last), first, last))


def touched(sessions: Iterable[CareSession], off: Iterable[OffSpan]) -> dict[UUID, list[OffSpan]]:
    """Return which of these stretches of time off touch each session, of its nanny or its family, by its id."""
    by_family: dict[UUID, list[OffSpan]] = defaultdict(list)
    for span in off:
        by_family[span.key.family_id].append(span)
    of_family: dict[UUID, list[CareSession]] = defaultdict(list)
    for session in sessions:
        if session.family_id in by_family:
            of_family[session.family_id].append(session)
    found: dict[UUID, list[OffSpan]] = {}
    for family_id, theirs in of_family.items():
        candidates = [Span(*session.planned_times, session) for session in theirs]
        for session, hits in overlap.clashes(candidates, by_family[family_id]).items():
            if own := [span for span in hits if span.key.touches(session)]:
                found[session.id] = own
    return found


def away_ahead(families: Collection[UUID], *, at: datetime) -> dict[UUID, frozenset[Away]]:
    """Return who is away at the time of what these families have planned and is not yet over, agreed or not, by the
    session's id. Two queries, one where no time off is to come.
    """
    today = local_time.local_date(at, "UTC") - _DAY
    entries = list(
        TimeOff.objects.counting_in(list(families)).filter(to_date__gte=time_off.shifted(today, -time_off.REACH))
    )
    if not entries:
        return {}
    first, last = max(today, min(entry.from_date for entry in entries)), max(entry.to_date for entry in entries)
    until = local_time.day_span(last, last, "UTC")[1] + time_off.REACH
    rows = CareSession.objects.filter(family_id__in=list(families), status=Status.SCHEDULED).ending_after(at)
    sessions = rows.filter(scheduled_start__lt=until).only("family_id", "nanny_id", "scheduled_start", "scheduled_end")
    touching = touched(sessions, spans(entries, first, last))
    return {
        session_id: frozenset(Away.FAMILY if span.key.nanny_id is None else Away.NANNY for span in hits)
        for session_id, hits in touching.items()
    }
