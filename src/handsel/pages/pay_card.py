"""The card of a pay period that goes on: what its reader can do about it now, or why not yet."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from handsel.access.checks import Standing
from handsel.formatting.dates import Formatter
from handsel.models import PayPeriod
from handsel.queries import pay_periods
from handsel.queries.timesheets import PayFacts
from handsel.rules.pay import periods
from handsel.rules.pay.period_moves import PERIOD_MOVES, PeriodMove
from handsel.rules.pay.periods import ACCEPTABLE, PeriodStatus
from handsel.rules.roles import Capability


@dataclass(frozen=True, slots=True)
class PayCard:
    """url: the page of the period. submit: the words of the one button, "" for none; accepts_unpaid: what it takes as
    it is. why_not: why it cannot be submitted yet, and why_not_url where that is put right. look: the words of the way
    to approve it; waits: for whom it does.
    """

    url: str
    period_id: UUID
    version: int
    query: str = ""
    submit: str = ""
    accepts_unpaid: bool = False
    why_not: str = ""
    why_not_url: str = ""
    look: str = ""
    waits: str = ""


@dataclass(frozen=True, slots=True)
class NextPeriod:
    """The period that can be begun by one press, as it is proposed; without a last day it is chosen on a page."""

    from_date: str
    to_date: str
    days: str


def current(unsettled: Sequence[PayPeriod]) -> PayPeriod | None:
    """Return the period that goes on: the first that is not submitted, else the last of all that are not approved."""
    free = [period for period in unsettled if period.status not in periods.HELD]
    return next(iter(free or unsettled[-1:]), None)


def of(
    standing: Standing,
    period: PayPeriod,
    unsettled: Sequence[PayPeriod],
    facts: PayFacts,
    formatter: Formatter,
    at: datetime,
) -> PayCard:
    """Return the card of a period. unsettled: of this nanny all that are not approved, the earliest first."""
    url = reverse("web:pay_period", args=[period.id])
    if period.status == PeriodStatus.SUBMITTED:
        if standing.may(Capability.APPROVE_PAY_PERIOD):
            return PayCard(url, period.id, period.version, look=gettext("Look at it and approve it"))
        return PayCard(url, period.id, period.version, waits=gettext("Submitted. It waits for the family."))
    card = PayCard(url, period.id, period.version, period.query if period.status == PeriodStatus.QUERIED else "")
    if not standing.may_with(PERIOD_MOVES[PeriodMove.SUBMIT].capability, period.nanny_id):
        return card
    if period.id != unsettled[0].id:
        why_not = gettext("The pay period before it has to be approved first.")
        return replace(card, why_not=why_not, why_not_url=reverse("web:pay_period", args=[unsettled[0].id]))
    opens = periods.submits_from(period.from_date, period.to_date)
    if facts.today < opens:
        return replace(card, why_not=gettext("You can submit it from %(day)s.") % {"day": formatter.day(opens)})
    sessions = [
        session
        for session in facts.sessions
        if session.nanny_id == period.nanny_id and period.from_date <= session.pay_date <= period.to_date
    ]
    in_the_way = periods.in_the_way(sessions, accept_unpaid=False, at=at)
    ahead = [session_id for session_id, reason in in_the_way if reason not in ACCEPTABLE]
    if ahead:
        why_not = _ahead(len(ahead))
        return replace(card, why_not=why_not, why_not_url=reverse("web:session", args=[ahead[0]]))
    return replace(card, submit=_submit(len(in_the_way)), accepts_unpaid=bool(in_the_way))


def _ahead(count: int) -> str:
    words = ngettext(
        "%(count)s session is under way or still to come.", "%(count)s sessions are under way or still to come.", count
    )
    return words % {"count": count}


def _submit(unpaid: int) -> str:
    """Return what the button says: also how many sessions are taken unpaid as they are."""
    if not unpaid:
        return gettext("Submit")
    words = ngettext("Submit, %(count)s session unpaid", "Submit, %(count)s sessions unpaid", unpaid)
    return words % {"count": unpaid}


def next_period(standing: Standing, last: PayPeriod | None, facts: PayFacts, formatter: Formatter) -> NextPeriod | None:
    """Return what follows the last period of a nanny once that is over; None where it goes on, there is none yet, or
    this person may begin none.
    """
    if last is None or last.to_date >= facts.today:
        return None
    if not standing.may_with(Capability.SUBMIT_PAY_PERIOD, facts.nanny_id):
        return None
    first, until = pay_periods.following(list(facts.policies), facts.nanny_id, last.to_date)
    days = formatter.days(first, until) if until else formatter.day(first)
    return NextPeriod(first.isoformat(), until.isoformat() if until else "", days)
