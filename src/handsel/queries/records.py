"""The record of a year: what was agreed and done, hour by hour, and what it cost."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from django.db.models import Max, Min, Q, QuerySet

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.documents.rows import CareLine, Earned, YearRecord
from handsel.formatting.short_names import Names
from handsel.models import CareSession, CareSessionChild, Family, User
from handsel.models.care_sessions import CareSessionQuerySet
from handsel.queries import pay_sums, session_facts
from handsel.queries.family_years import ChildLink
from handsel.queries.shared_time import ran, shared_minutes
from handsel.rules import fields, local_time, pay
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Role

type Days = tuple[date, date]
# Whose pay is added up, where it is nobody's.
NOBODY: Mapping[UUID | None, Days] = MappingProxyType({})


def year(person: User, family_id: UUID, year: int) -> YearRecord:
    """Return a family's completed and confirmed sessions whose planned start is, on its own clock, in that year: a
    nanny's own alone.

    Rates and amounts are None where the person may not see them. Raises NotVisible, also for a year that no session
    can lie in. Six queries, and one more where the person sees pay.
    """
    standing, family = visibility.family(person, family_id)
    return of_standing(standing, family, year, only=standing.member_id if standing.role is Role.NANNY else None)


def of_standing(
    standing: Standing,
    family: Family,
    year: int,
    *,
    only: UUID | None = None,
    whose: Mapping[UUID | None, Days] = NOBODY,
    until: date = date.min,
    links: Iterable[ChildLink] | None = None,
) -> YearRecord:
    """Return the same. only: one nanny's sessions. whose: the nannies whose pay it adds up, up to a day, as timesheets
    say it, and the person may see; each with the days on which they were the family's. links: the children of sessions,
    where they are at hand.
    """
    person, standings = standing.person, {standing.family_id: standing}
    of_family = visibility.care_sessions(person).filter(family_id=family.id)
    if only is not None:
        of_family = of_family.filter(nanny_id=only)
    pairs = {(family, nanny_id): days for nanny_id, days in whose.items()}
    record = _record(person, of_family, year, standings, family.time_zone, whose=pairs, until=until, links=links)
    return replace(record, family_name=family.name, is_own=standing.role is Role.NANNY)


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


def mine(person: User, year: int, *, until: date = date.min) -> YearRecord:
    """Return the same of the person's own sessions in all the families in which they are a nanny now. until: the day up
    to which it adds up what timesheets say.

    Raises NotVisible, also for who is a nanny in none. Nine queries, and two more where there are terms.
    """
    standings = _as_a_nanny(person)
    own = visibility.care_sessions(person).filter(family_id__in=list(standings), nanny_person=person)
    with_terms = [family_id for family_id in standings if person.known_terms.versions(family_id)]
    families = visibility.families(person).filter(pk__in=with_terms) if with_terms else ()
    # From their first session on: what a guarantee promised before nobody knows.
    whose: dict[tuple[Family, UUID | None], Days] = {
        (family, standings[family.id].member_id): (date.max, until) for family in families
    }
    return _record(person, own, year, standings, zone_of_mine(person), whose=whose, until=until)


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
    of_whom: CareSessionQuerySet,
    year: int,
    standings: Mapping[UUID, Standing],
    zone: str,
    *,
    whose: Mapping[tuple[Family, UUID | None], Days],
    until: date,
    links: Iterable[ChildLink] | None = None,
) -> YearRecord:
    """Return a nanny's record of these sessions; whose: of whom it adds up what timesheets say, until a day."""
    if not fields.EARLIEST.year <= year <= fields.LATEST.year:
        raise NotVisible
    first, last = date(year, 1, 1), date(year, 12, 31)
    with_terms = {pair: days for pair, days in whose.items() if person.known_terms.versions(pair[0].id)}
    # What a timesheet of the year is about reaches further than its done sessions.
    asked = session_facts.is_about(first, last) if with_terms else Q(pay_date__range=(first, last))
    rows = of_whom.filter(asked) if with_terms else of_whom.billable().filter(asked)
    sessions = list(rows.select_related("family", "nanny__user").order_by("scheduled_start", "id"))
    done = [session for session in sessions if session.is_billable and first <= session.pay_date <= last]
    names, shared = _child_names(done, rows, person.known_names, links), shared_minutes(done)
    lines = (
        _line(session, tuple(names[session.id]), standings[session.family_id], shared[session.id]) for session in done
    )
    return YearRecord(
        family_name="",
        time_zone=zone,
        is_own=True,
        year=year,
        years=_years(of_whom.billable(), zone),
        lines=sorted(lines, key=lambda line: (line.day, line.scheduled_start)),
        earned=_earned(person, with_terms, sessions, year, until),
    )


def _earned(
    person: User,
    whose: Mapping[tuple[Family, UUID | None], Days],
    sessions: list[CareSession],
    year: int,
    until: date,
) -> list[Earned]:
    """Return what each month comes to in each of these families, which have terms. One query, where there is any."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    facts = pay_sums.facts(whose, person.known_terms, first, last, sessions=sessions)
    by_month: dict[UUID, list[Decimal]] = {}
    for family, nanny_id in whose:
        family_id = family.id
        amounts = pay_sums.gross_by_month(facts[family_id, nanny_id], year, whose[family, nanny_id], until)
        before = by_month.get(family_id, [Decimal(0)] * len(amounts))
        by_month[family_id] = [sum(pair, Decimal(0)) for pair in zip(before, amounts, strict=True)]
    return [
        Earned(family.id, family.name, family.currency, month, amount)
        for family in {family.id: family for family, _ in whose}.values()
        for month, amount in enumerate(by_month[family.id], 1)
    ]


def _child_names(
    sessions: list[CareSession], rows: QuerySet[CareSession], known: Names, links: Iterable[ChildLink] | None
) -> dict[UUID, list[str]]:
    """Return the names of each session's children. One query, unless the links are at hand."""
    names: dict[UUID, list[str]] = {session.id: [] for session in sessions}
    if links is None:
        of_rows = CareSessionChild.objects.filter(session__in=rows.values("pk"))
        columns = of_rows.order_by("child__created_at", "child_id")
        links = map(ChildLink._make, columns.values_list("session_id", "child_id", "child__first_name"))
    for session_id, child_id, name in links:
        if session_id in names:
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
        amount=None if rate is None else pay_sums.by_itself(session, (begun, ended), standing.person.known_terms)[0],
        shared_minutes=shared_minutes,
    )
