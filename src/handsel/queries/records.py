"""The record of a year: what was agreed and done, hour by hour, and what it cost."""

from collections.abc import Mapping
from datetime import date
from uuid import UUID

from django.db.models import Max, Min, QuerySet

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.documents.rows import CareLine, YearRecord
from handsel.formatting.short_names import ShortNames
from handsel.models import CareSession, CareSessionChild, User
from handsel.queries.care_sessions import on_days
from handsel.queries.shared_time import ran, shared_minutes
from handsel.rules import fields, local_time, pay
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Role


def year(person: User, family_id: UUID, year: int) -> YearRecord:
    """Return a family's completed and confirmed sessions whose planned start is, on its own clock, in that year: a
    nanny's own alone.

    Rates and amounts are None where the person may not see them. Raises NotVisible, also for a year that no session
    can lie in. Seven queries.
    """
    standing, family = visibility.family(person, family_id)
    done = visibility.care_sessions(person).filter(family_id=family_id).billable()
    is_own = standing.role is Role.NANNY
    if is_own:
        done = done.filter(nanny_id=standing.member_id)
    return _record(person, done, year, {family_id: standing}, family.time_zone, family_name=family.name, is_own=is_own)


def years(person: User, family_id: UUID) -> list[int]:
    """Return the years of a family that have sessions in its record, as this person sees it. Raises NotVisible."""
    return _years(*_done(person, family_id))


def nanny_ids(person: User, family_id: UUID) -> list[UUID]:
    """Return the nannies in that record, in the order in which they came. Raises NotVisible."""
    done, _ = _done(person, family_id)
    rows = done.filter(nanny__isnull=False).order_by("nanny_id").values_list("nanny_id", flat=True)
    return [nanny_id for nanny_id in rows.distinct() if nanny_id]


def _done(person: User, family_id: UUID) -> tuple[QuerySet[CareSession], str]:
    """Return the sessions of the record, and the family's zone."""
    standing, family = visibility.family(person, family_id)
    done = visibility.care_sessions(person).filter(family_id=family_id).billable()
    if standing.role is Role.NANNY:
        done = done.filter(nanny_id=standing.member_id)
    return done, family.time_zone


def mine(person: User, year: int) -> YearRecord:
    """Return the same of the person's own sessions in all the families in which they are a nanny now.

    Raises NotVisible, also for who is a nanny in none. Nine queries.
    """
    standings = _as_a_nanny(person)
    done = visibility.care_sessions(person).filter(family_id__in=list(standings), nanny_person=person).billable()
    return _record(person, done, year, standings, zone_of_mine(person), family_name="", is_own=True)


def zone_of_mine(person: User) -> str:
    """Return the zone by which a nanny's year in all families goes: their own or the first family's.

    Raises NotVisible.
    """
    families = visibility.families(person).filter(pk__in=list(_as_a_nanny(person))).order_by("name", "pk")
    return person.time_zone or families.values_list("time_zone", flat=True)[0]


def _as_a_nanny(person: User) -> dict[UUID, Standing]:
    standings = {row.family_id: row for row in visibility.standings(person) if row.role is Role.NANNY}
    if not standings:
        raise NotVisible
    return standings


def _record(
    person: User,
    done: QuerySet[CareSession],
    year: int,
    standings: Mapping[UUID, Standing],
    zone: str,
    *,
    family_name: str,
    is_own: bool,
) -> YearRecord:
    if not fields.EARLIEST.year <= year <= fields.LATEST.year:
        raise NotVisible
    rows = on_days(done, date(year, 1, 1), date(year, 12, 31))
    sessions = list(rows.select_related("family", "nanny__user").order_by("scheduled_start", "id"))
    names, shared = _child_names(sessions, rows, person.known_names), shared_minutes(sessions)
    lines = (
        _line(session, tuple(names[session.id]), standings[session.family_id], shared[session.id])
        for session in sessions
    )
    return YearRecord(
        family_name=family_name,
        time_zone=zone,
        is_own=is_own,
        year=year,
        years=_years(done, zone),
        lines=sorted(lines, key=lambda line: (line.day, line.scheduled_start)),
    )


def _child_names(sessions: list[CareSession], rows: QuerySet[CareSession], known: ShortNames) -> dict[UUID, list[str]]:
    names: dict[UUID, list[str]] = {session.id: [] for session in sessions}
    links = CareSessionChild.objects.filter(session__in=rows.values("pk")).order_by("child__created_at", "child_id")
    for session_id, child_id, name in links.values_list("session_id", "child_id", "child__first_name"):
        names[session_id].append(known.of_id(child_id, name))
    return names


def _years(done: QuerySet[CareSession], zone: str) -> list[int]:
    """Return the years from the last to the first that has a session, near enough by the clock of one zone."""
    first, last = done.aggregate(Min("scheduled_start"), Max("scheduled_start")).values()
    if first is None:
        return []
    return list(range(local_time.local_date(last, zone).year, local_time.local_date(first, zone).year - 1, -1))


def _line(session: CareSession, child_names: tuple[str, ...], standing: Standing, shared_minutes: int) -> CareLine:
    begun, ended = ran(session)
    names, nanny = standing.person.known_names, session.nanny
    rate = session.hourly_rate if standing.sees_pay_of(session.nanny_id) else None
    return CareLine(
        session_id=session.id,
        family_id=session.family_id,
        family_name=session.family.name,
        currency=session.family.currency,
        day=local_time.local_date(session.scheduled_start, session.time_zone),
        child_names=child_names,
        nanny_name=names.whole(nanny, nanny.name) if nanny else "",
        scheduled_start=session.scheduled_start,
        scheduled_end=session.scheduled_end,
        actual_start=begun,
        actual_end=ended,
        time_zone=session.time_zone,
        minutes=pay.minutes(begun, ended),
        hourly_rate=rate,
        amount=None if rate is None else pay.amount(begun, ended, rate),
        shared_minutes=shared_minutes,
    )
