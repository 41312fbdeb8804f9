"""What the timesheets of several nannies come to at once: their gross pay so far, and if all goes as planned."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from handsel.models import CareSession, Family, PayItem
from handsel.models.pay_policies import KnownTerms
from handsel.queries import session_facts, timesheets
from handsel.queries.session_facts import SessionFacts
from handsel.queries.timesheets import PayFacts
from handsel.rules.lifecycle import Status
from handsel.rules.pay import local_days, timesheet
from handsel.rules.pay import sessions as session_rules
from handsel.rules.pay.items import Item
from handsel.rules.pay.terms import NO_TERMS

_DAY = timedelta(days=1)

# Whose pay: a nanny in a family, None in one that never had one.
type Whose = tuple[UUID, UUID | None]


def facts(
    whose: Collection[tuple[Family, UUID | None]],
    terms: KnownTerms,
    first: date,
    last: date,
    *,
    sessions: Iterable[CareSession] | None = None,
) -> dict[Whose, PayFacts]:
    """Return what the timesheets of these days are computed from, of nannies whom the caller may ask about, in one
    family or more. Made for gross pay alone: without expenses, and nobody asks which sessions were corrected. sessions:
    those that these days may be about, where they are at hand.

    Two queries, however many nannies there are, one where sessions are at hand, and none where there is no nanny.
    """
    families = {family.id for family, _ in whose}
    of_sessions: dict[Whose, list[SessionFacts]] = defaultdict(list)
    of_items: dict[Whose, list[Item]] = defaultdict(list)
    if whose:
        rows = _read(families, first, last) if sessions is None else _at_hand(sessions)
        for family_id, session in rows:
            of_sessions[family_id, session.nanny_id].append(session)
        since = first - session_facts.BEFORE
        for item in PayItem.objects.filter(family_id__in=families, date__range=(since, last)):
            of_items[item.family_id, item.nanny_id].append(timesheets.item_of(item))
    return {
        (family.id, nanny_id): PayFacts(
            family,
            nanny_id,
            terms.versions(family.id),
            terms.timeline(family.id, nanny_id),
            of_sessions[family.id, nanny_id],
            of_items[family.id, nanny_id],
            last,
        )
        for family, nanny_id in whose
    }


def _read(families: Collection[UUID], first: date, last: date) -> Iterator[tuple[UUID, SessionFacts]]:
    rows = CareSession.objects.filter(session_facts.is_about(first, last), family_id__in=families)
    for family_id, *columns in rows.values_list("family_id", *session_facts.SESSION_COLUMNS):
        yield family_id, SessionFacts._make([*columns, False])


def _at_hand(sessions: Iterable[CareSession]) -> Iterator[tuple[UUID, SessionFacts]]:
    for session in sessions:
        yield session.family_id, session_facts.of_session(session)


def as_planned(facts: PayFacts, confirming: Collection[UUID] = ()) -> PayFacts:
    """Return the same facts as they will be if what is agreed on goes as planned. confirming: the ids of sessions that
    count as agreed on.
    """
    return replace(facts, sessions=[_as_planned(session, confirming) for session in facts.sessions])


def gross(facts: PayFacts, first: date, last: date) -> Decimal:
    """Return the gross pay of the timesheet of days that these facts are about."""
    return Decimal(facts.timesheet(first, last).sheet.totals.gross).scaleb(-2)


def gross_by_month(facts: PayFacts, first: date, last: date, days: tuple[date, date]) -> dict[int, int]:
    """Return the gross pay of each month of days that lie in one year and these facts are about, in cents. A guarantee
    fills up every week: it does so on the days on which the nanny was one of the family's, and around their sessions.
    """
    paid_on = [session.pay_date for session in facts.sessions] + [item.date for item in facts.items]
    first, last = max(first, min([days[0], *paid_on])), min(last, max([days[1], *paid_on]))
    if first > last:
        return {}
    return timesheet.gross_by_month(_near(facts.sessions, first, last), facts.timeline, first, last, items=facts.items)


def _near(sessions: Iterable[SessionFacts], first: date, last: date) -> list[SessionFacts]:
    """Return no more sessions than timesheets of these days may be about."""
    first, last = first - session_facts.BEFORE, last + session_facts.AFTER
    return [session for session in sessions if _is_near(session, first, last)]


def _is_near(session: SessionFacts, first: date, last: date) -> bool:
    if first <= session.pay_date <= last:
        return True
    start, end = session.actual_start, session.actual_end
    return bool(start and end and start.date() - _DAY <= last and first <= end.date() + _DAY)


def by_itself(session: CareSession, times: tuple[datetime, datetime], terms: KnownTerms) -> tuple[Decimal | None, bool]:
    """Return what one session of these times comes to by itself: as the timesheet has its own lines, and whether there
    are terms by which its workweek may add to it. None without a rate.
    """
    if session.hourly_rate is None:
        return None, False
    start, end = times
    of_session = session_facts.of_session(session)._replace(actual_start=start, actual_end=end)
    week = terms.timeline(session.family_id, session.nanny_id).week_of(session.pay_date.toordinal())
    cents = session_rules.by_itself(of_session, week.terms if week else NO_TERMS, local_days.of_zone(session.time_zone))
    return Decimal(cents).scaleb(-2), week is not None


def _as_planned(session: SessionFacts, confirming: Collection[UUID]) -> SessionFacts:
    is_agreed = session.is_confirmed or session.id in confirming
    if session.status == Status.CANCELLED or not is_agreed:
        return session
    return session._replace(
        status=Status.COMPLETED,
        is_confirmed=True,
        actual_start=session.scheduled_start,
        actual_end=session.scheduled_end,
    )
