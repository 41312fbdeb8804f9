"""The record of a year: what was agreed and done, hour by hour, and what it cost."""

from datetime import date
from uuid import UUID

from django.db.models import Max, Min, QuerySet

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.documents.rows import CareLine, YearRecord
from handsel.models import CareSession, CareSessionChild, User
from handsel.queries.care_sessions import on_days
from handsel.rules import fields, local_time, pay
from handsel.rules.refusals import NotVisible


def year(person: User, family_id: UUID, year: int) -> YearRecord:
    """Return a family's completed and confirmed sessions whose planned start is, on its own clock, in that year.

    Rates and amounts are None where the person may not see them. Raises NotVisible, also for a year that no session
    can lie in. Five queries.
    """
    standing, family = visibility.family(person, family_id)
    if not fields.EARLIEST.year <= year <= fields.LATEST.year:
        raise NotVisible
    done: QuerySet[CareSession] = visibility.care_sessions(person).filter(family_id=family_id).billable()
    rows = on_days(done, date(year, 1, 1), date(year, 12, 31))
    sessions = list(rows.select_related("nanny__user").order_by("scheduled_start", "id"))
    names = _child_names(sessions, rows)
    return YearRecord(
        family_name=family.name,
        currency=family.currency,
        time_zone=family.time_zone,
        year=year,
        years=_years(done, family.time_zone),
        lines=sorted(
            (_line(session, tuple(names[session.id]), standing) for session in sessions),
            key=lambda line: (line.day, line.scheduled_start),
        ),
    )


def _child_names(sessions: list[CareSession], rows: QuerySet[CareSession]) -> dict[UUID, list[str]]:
    names: dict[UUID, list[str]] = {session.id: [] for session in sessions}
    links = CareSessionChild.objects.filter(session__in=rows.values("pk")).order_by("child__created_at", "child_id")
    for session_id, name in links.values_list("session_id", "child__first_name"):
        names[session_id].append(name)
    return names


def _years(done: QuerySet[CareSession], zone: str) -> list[int]:
    """Return the years from the last to the first that has a session, near enough by the family's own clock."""
    first, last = done.aggregate(Min("scheduled_start"), Max("scheduled_start")).values()
    if first is None:
        return []
    return list(range(local_time.local_date(last, zone).year, local_time.local_date(first, zone).year - 1, -1))


def _line(session: CareSession, child_names: tuple[str, ...], standing: Standing) -> CareLine:
    begun, ended = session.actual_start, session.actual_end
    if begun is None or ended is None:
        raise ValueError("What is billable has its times")  # actual_times_match_status
    rate = session.hourly_rate if standing.sees_pay_of(session.nanny_id) else None
    return CareLine(
        session_id=session.id,
        day=local_time.local_date(session.scheduled_start, session.time_zone),
        child_names=child_names,
        nanny_name=session.nanny.user.name if session.nanny else "",
        scheduled_start=session.scheduled_start,
        scheduled_end=session.scheduled_end,
        actual_start=begun,
        actual_end=ended,
        time_zone=session.time_zone,
        minutes=pay.minutes(begun, ended),
        hourly_rate=rate,
        amount=None if rate is None else pay.amount(begun, ended, rate),
    )
