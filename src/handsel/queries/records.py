"""The record of a year: what was agreed and done, hour by hour, and what it cost."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Max, Min, QuerySet

from handsel.access import paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.documents.rows import CareLine, Earned, YearRecord
from handsel.formatting.short_names import ShortNames
from handsel.models import CareSession, CareSessionChild, Family, User
from handsel.queries import pay_sums
from handsel.queries.care_sessions import on_days
from handsel.queries.shared_time import ran, shared_minutes
from handsel.rules import fields, local_time, pay
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Role


def year(person: User, family_id: UUID, year: int, *, nanny_id: UUID | None = None) -> YearRecord:
    """Return a family's completed and confirmed sessions whose planned start is, on its own clock, in that year: a
    nanny's own alone. nanny_id: those of one nanny.

    Rates and amounts are None where the person may not see them. Raises NotVisible, also for a year that no session
    can lie in. Seven queries, one more where the person sees pay, and three more where there are terms.
    """
    standing, family = visibility.family(person, family_id)
    done = visibility.care_sessions(person).filter(family_id=family_id).billable()
    is_own = standing.role is Role.NANNY
    only = standing.member_id if is_own else nanny_id
    if only is not None:
        done = done.filter(nanny_id=only)
    record = _record(
        person, done, year, {family_id: standing}, family.time_zone, family_name=family.name, is_own=is_own
    )
    return replace(record, earned=_earned(person, [(family, whose) for whose in _whose(standing, only)], year))


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

    Raises NotVisible, also for who is a nanny in none. Ten queries, and three more where there are terms.
    """
    standings = _as_a_nanny(person)
    done = visibility.care_sessions(person).filter(family_id__in=list(standings), nanny_person=person).billable()
    record = _record(person, done, year, standings, zone_of_mine(person), family_name="", is_own=True)
    with_terms = [family_id for family_id in standings if person.known_terms.versions(family_id)]
    families = visibility.families(person).filter(pk__in=with_terms) if with_terms else ()
    whose = [(family, standings[family.id].member_id) for family in families]
    return replace(record, earned=_earned(person, whose, year))


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


def _whose(standing: Standing, only: UUID | None) -> list[UUID | None]:
    """Return whose pay the amounts of a family are that this person may see. One query, where it has terms."""
    if not standing.sees_pay_of(standing.member_id) or not standing.person.known_terms.versions(standing.family_id):
        return []
    if only is not None:
        return [only]
    return [*paid_nannies.of_family(standing.family_id).values_list("id", flat=True)] or [None]


def _earned(person: User, whose: Sequence[tuple[Family, UUID | None]], year: int) -> list[Earned]:
    """Return what each month comes to in each of these families that has terms. Two queries, where any has."""
    with_terms = [pair for pair in whose if person.known_terms.versions(pair[0].id)]
    facts = pay_sums.facts(with_terms, person.known_terms, date(year, 1, 1), date(year, 12, 31))
    by_month: dict[UUID, list[Decimal]] = {}
    for (family_id, _), of_nanny in facts.items():
        amounts = pay_sums.gross_by_month(of_nanny, year)
        before = by_month.get(family_id, [Decimal(0)] * len(amounts))
        by_month[family_id] = [sum(pair, Decimal(0)) for pair in zip(before, amounts, strict=True)]
    return [
        Earned(family.id, family.name, family.currency, month, amount)
        for family in {family.id: family for family, _ in with_terms}.values()
        for month, amount in enumerate(by_month[family.id], 1)
    ]


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
        amount=None if rate is None else pay_sums.by_itself(session, (begun, ended), standing.person.known_terms)[0],
        shared_minutes=shared_minutes,
    )
