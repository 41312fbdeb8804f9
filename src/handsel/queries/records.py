"""The record of a year: what was agreed and done, hour by hour, and what it cost."""

from calendar import monthrange
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Func, IntegerField, Max, Min, Q, QuerySet, Subquery

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.documents.rows import CareLine, CareTime, Earned, YearRecord
from handsel.formatting.names import Names
from handsel.models import CareSession, CareSessionChild, Family, User
from handsel.models.care_sessions import CareSessionQuerySet
from handsel.queries import pay_sums, session_facts
from handsel.queries.approved_sums import ChildLink
from handsel.queries.shared_time import ran, shared_minutes
from handsel.rules import fields, local_time, pay
from handsel.rules.lifecycle import Status
from handsel.rules.pay.terms import rounded
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Role

type Days = tuple[date, date]
type Whose = tuple[Family, UUID | None]

_DAY = timedelta(days=1)
# What a line and the facts of a session say.
_SHOWN = (
    *session_facts.SESSION_COLUMNS,
    *("family_id", "nanny_person_id", "overlap_allowed", "nanny__name_on_record", "nanny__user__name"),
)
_OF_CHILDREN = ("session_id", "child_id", "child__first_name")


@dataclass(frozen=True, slots=True)
class Asked:
    """What a page shows of a year: one month session by session (month, the latest unless said), of the others what
    they come to.

    whose: the nannies whose pay it adds up, until a day, as timesheets say it, and the person may see; each with the
    days on which they were the family's. settled: of these nannies the days of approved periods, which touch; approved:
    what approving stored of all of them for the twelve months.
    """

    month: int | None
    until: date
    whose: Mapping[Whose, Days] = field(default_factory=dict)
    settled: Mapping[UUID | None, Days] = field(default_factory=dict)
    approved: Sequence[Decimal] = (Decimal(0),) * 12

    def open_days(self, nanny_id: UUID | None, first: date, last: date) -> list[Days]:
        """Return the days from first to last that no approved period of a nanny settles, as stretches."""
        last = min(last, self.until)
        stretches = [(first, last)]
        if nanny_id in self.settled:
            begins, ends = self.settled[nanny_id]
            stretches = [(first, min(last, begins - _DAY)), (max(first, ends + _DAY), last)]
        return [(first, last) for first, last in stretches if first <= last]


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
    asked: Asked | None = None,
    *,
    only: UUID | None = None,
    links: Iterable[ChildLink] | None = None,
) -> YearRecord:
    """Return the same, whole unless a page asks. only: one nanny's sessions. links: the children of sessions, where
    they are at hand.
    """
    person, standings = standing.person, {standing.family_id: standing}
    of_family = visibility.care_sessions(person).filter(family_id=family.id)
    if only is not None:
        of_family = of_family.filter(nanny_id=only)
    record = _record(person, of_family, year, standings, family.time_zone, asked, links=links)
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


def mine(person: User, year: int, asked: Asked | None = None) -> YearRecord:
    """Return the same of the person's own sessions in all the families in which they are a nanny now, whole unless a
    page asks.

    Raises NotVisible, also for who is a nanny in none. Nine queries; of a page one more, and two where there are terms.
    """
    standings = _as_a_nanny(person)
    own = visibility.care_sessions(person).filter(family_id__in=list(standings), nanny_person=person)
    if asked is not None:
        with_terms = [family_id for family_id in standings if person.known_terms.versions(family_id)]
        families = visibility.families(person).filter(pk__in=with_terms) if with_terms else ()
        # From their first session on: what a guarantee promised before nobody knows.
        whose: dict[Whose, Days] = {
            (family, standings[family.id].member_id): (date.max, asked.until) for family in families
        }
        asked = replace(asked, whose=whose)
    return _record(person, own, year, standings, zone_of_mine(person), asked)


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
    asked: Asked | None,
    *,
    links: Iterable[ChildLink] | None = None,
) -> YearRecord:
    """Return a nanny's record of these sessions."""
    if not fields.EARLIEST.year <= year <= fields.LATEST.year:
        raise NotVisible
    days = date(year, 1, 1), date(year, 12, 31)
    done = of_whom.billable().filter(session_facts.is_paid_on(*days))
    times: list[CareTime] = []
    years: list[int] = []
    earned: list[Earned] = []
    listed = done
    if asked is None:
        sessions = _in_order(done.select_related("family"))
        of_families = {session.family_id: (session.family.name, session.family.currency) for session in sessions}
    else:
        whose = {pair: of for pair, of in asked.whose.items() if person.known_terms.versions(pair[0].id)}
        asked = replace(asked, whose=whose)
        times, years = _times(done, of_whom.billable(), standings, {family.id for family, _ in whose})
        of_families = {time.family_id: (time.family_name, time.currency) for time in times}
        month, shown = _month_of(asked.month, times), Q(pk__in=())
        if month:
            shown = Q(status=Status.COMPLETED, is_confirmed=True) & session_facts.is_paid_on(*_days_of(year, month))
        listed = of_whom.filter(shown)
        rows = _in_order(of_whom.filter(shown | _is_open(asked, *days)).only(*_SHOWN))
        sessions = [session for session in rows if session.is_billable and _is_of(session, year, month)]
        earned = _earned(person, asked, rows, year)
    names, shared = _child_names(sessions, listed, person.known_names, links), shared_minutes(sessions)
    lines = [
        _line(
            session,
            of_families[session.family_id],
            tuple(names[session.id]),
            standings[session.family_id],
            shared[session.id],
        )
        for session in sessions
    ]
    lines.sort(key=lambda line: (line.day, line.scheduled_start))
    return YearRecord(
        family_name="",
        time_zone=zone,
        is_own=True,
        year=year,
        years=years or _years(of_whom.billable(), zone),
        times=times or lines,
        lines=lines,
        earned=earned,
    )


def _in_order(rows: QuerySet[CareSession]) -> list[CareSession]:
    return list(rows.select_related("nanny__user").order_by("scheduled_start", "id"))


def _times(
    done: CareSessionQuerySet,
    ever: CareSessionQuerySet,
    standings: Mapping[UUID, Standing],
    has_terms: Collection[UUID],
) -> tuple[list[CareTime], list[int]]:
    """Return how long these sessions took, without an amount where a family has terms, and the years from the last to
    the first that has a session ever, as _years has them; none where there is no time. One query.
    """
    # Whoever sees pay here sees that of every session: a nanny's record holds their own alone.
    sees_pay = {family_id: standing.sees_pay_of(standing.member_id) for family_id, standing in standings.items()}
    of_family = ("family_id", "family__name", "family__currency")
    edges = [Subquery(ever.order_by(by).values("pay_date__year")[:1]) for by in ("-scheduled_start", "scheduled_start")]
    length = _Minute("actual_end") - _Minute("actual_start")
    alike = ("hourly_rate", "month", "length", *of_family)
    groups = done.order_by().annotate(month=_Month("pay_date"), length=length).values(*alike)
    groups = groups.annotate(number=Count("id"))
    rows = list(groups.values_list(*alike, "number", *edges))
    times = []
    for rate, month, minutes, family_id, name, currency, number, *_ in rows:
        shown = rate if sees_pay[family_id] else None
        amount = None
        if shown is not None and family_id not in has_terms:
            amount = Decimal(number * rounded(minutes * int(shown * 100), 60)).scaleb(-2)
        times.append(CareTime(family_id, name, currency, month, number, number * minutes, shown, amount))
    if not rows:
        return [], []
    *_, last, first = rows[0]
    return times, list(range(last, first - 1, -1))


class _Month(Func):
    """The month of a day. On SQLite Django's own calls Python for every row."""

    output_field = IntegerField()
    template = "CAST(EXTRACT(MONTH FROM %(expressions)s) AS integer)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        return self.as_sql(compiler, connection, template="CAST(substr(%(expressions)s, 6, 2) AS integer)", **context)


class _Minute(Func):
    """The number of the minute of an instant, as rules.pay.local_days.minute_of counts: its seconds are left out."""

    output_field = IntegerField()
    template = "CAST(FLOOR(EXTRACT(EPOCH FROM %(expressions)s) / 60) AS integer)"

    def as_sqlite(self, compiler: Any, connection: Any, **context: Any) -> Any:
        # strftime would round the last of a minute up.
        template = "CAST(strftime('%%%%s', substr(%(expressions)s, 1, 16)) AS integer) / 60"
        return self.as_sql(compiler, connection, template=template, **context)


def _month_of(month: int | None, times: Iterable[CareTime]) -> int | None:
    """Return the month that is shown session by session: the one asked for if it has any, else the latest that has."""
    with_sessions = {time.month for time in times}
    return month if month in with_sessions else max(with_sessions, default=None)


def _is_of(session: CareSession, year: int, month: int | None) -> bool:
    return (session.pay_date.year, session.pay_date.month) == (year, month)


def _days_of(year: int, month: int) -> Days:
    return date(year, month, 1), date(year, month, monthrange(year, month)[1])


def _is_open(asked: Asked, first: date, last: date) -> Q:
    """Return the condition for sessions that the timesheets of what nobody approved may be about."""
    # Most nannies have the same days.
    alike: dict[tuple[UUID, Days], list[UUID | None]] = defaultdict(list)
    for family, nanny_id in asked.whose:
        for days in asked.open_days(nanny_id, first, last):
            alike[family.id, days].append(nanny_id)
    condition = Q(pk__in=())
    for (family_id, days), nannies in alike.items():
        condition |= Q(session_facts.is_about(*days), session_facts.of_these(nannies), family_id=family_id)
    return condition


def _earned(person: User, asked: Asked, sessions: list[CareSession], year: int) -> list[Earned]:
    """Return what each month comes to in each of these families, which have terms. One query, where there is any."""
    first, last = date(year, 1, 1), date(year, 12, 31)
    facts = pay_sums.facts(asked.whose, person.known_terms, first, last, sessions=sessions)
    by_month = {family.id: list(asked.approved) for family, _ in asked.whose}
    for family, nanny_id in asked.whose:
        of_nanny = facts[family.id, nanny_id]
        for days in asked.open_days(nanny_id, first, last):
            for month, cents in pay_sums.gross_by_month(of_nanny, *days, asked.whose[family, nanny_id]).items():
                by_month[family.id][month - 1] += Decimal(cents).scaleb(-2)
    return [
        Earned(family.id, family.name, family.currency, month, amount)
        for family in {family.id: family for family, _ in asked.whose}.values()
        for month, amount in enumerate(by_month[family.id], 1)
    ]


def _child_names(
    sessions: list[CareSession], rows: QuerySet[CareSession], known: Names, links: Iterable[ChildLink] | None
) -> dict[UUID, list[str]]:
    """Return the names of each session's children. One query, unless the links are at hand."""
    names: dict[UUID, list[str]] = {session.id: [] for session in sessions}
    of_children: Iterable[tuple[Any, ...]]
    if links is None:
        of_rows = CareSessionChild.objects.filter(session__in=rows.order_by().values("pk"))
        of_children = of_rows.order_by("child__created_at", "child_id").values_list(*_OF_CHILDREN)
    else:
        of_children = ((link.session_id, link.child_id, link.first_name) for link in links)
    for session_id, child_id, name in of_children:
        if session_id in names:
            names[session_id].append(known.of_id(child_id, name))
    return names


def _years(done: QuerySet[CareSession], zone: str) -> list[int]:
    """Return the years from the last to the first that has a session, near enough by the clock of one zone."""
    first, last = done.aggregate(Min("scheduled_start"), Max("scheduled_start")).values()
    if first is None:
        return []
    return list(range(local_time.local_date(last, zone).year, local_time.local_date(first, zone).year - 1, -1))


def _line(
    session: CareSession,
    of_family: tuple[str, str],
    child_names: tuple[str, ...],
    standing: Standing,
    shared_minutes: int,
) -> CareLine:
    """Return the line of a session. of_family: the name of its family, and the currency."""
    begun, ended = ran(session)
    names, nanny = standing.person.known_names, session.nanny
    rate = session.hourly_rate if standing.sees_pay_of(session.nanny_id) else None
    return CareLine(
        session_id=session.id,
        family_id=session.family_id,
        family_name=of_family[0],
        currency=of_family[1],
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
