"""What a nanny's time off took of confirmed sessions, by day, and what of that can be entered as paid time or leave.

Nothing marks time off as entered: a day is left to enter as long as no paid time and no unpaid leave of that nanny is
dated on it, whichever way that came.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from handsel.access import held_days, visibility
from handsel.access.checks import Standing
from handsel.models import CareSession, Family, PayItem, TimeOffDecision, User
from handsel.queries import pay_policies
from handsel.rules import local_time
from handsel.rules.lifecycle import State
from handsel.rules.pay.item_kinds import LONGEST_MINUTES, PAID_TIME, ItemKind
from handsel.rules.pay.local_days import minute_of
from handsel.rules.pay.sessions import CancelledFor
from handsel.rules.pay.terms import rounded
from handsel.rules.refusals import HeldBy
from handsel.rules.roles import Capability
from handsel.rules.time_off import Decision


@dataclass(slots=True)
class TakenDay:
    """The minutes of confirmed sessions that time off took on one day. called_off: those of sessions that were
    cancelled for the nanny, by which guaranteed hours are lower already. rate: the usual one of that day, if any, and
    is_basic: it is that of the terms, which a nanny may see.
    """

    date: date
    minutes: int = 0
    called_off: int = 0
    rate: Decimal | None = None
    is_basic: bool = False
    guaranteed_minutes: int = 0

    @property
    def amount(self) -> Decimal:
        """Return what it comes to as paid time."""
        cents = Fraction(self.minutes * int((self.rate or 0) * 100), 60)
        return Decimal(rounded(cents)).scaleb(-2)


@dataclass(slots=True)
class LeaveToEnter:
    """What one family could enter: days that are free to, those that have an entry, and those that are settled."""

    standing: Standing
    family: Family
    nanny_id: UUID
    days: list[TakenDay] = field(default_factory=list)
    entered: list[date] = field(default_factory=list)
    held: HeldBy | None = None

    @property
    def minutes(self) -> int:
        return sum(day.minutes for day in self.days)


def to_enter(person: User, time_off_id: UUID) -> list[LeaveToEnter]:
    """Return it for each family of this person in which time off of a nanny counts, and whose entries they may make.

    Raises nothing: of what they cannot see there is none.
    """
    entries = visibility.time_off(person).filter(pk=time_off_id, in_nanny_id__isnull=False)
    whose = dict(entries.values_list("in_family_id", "in_nanny_id"))
    standings = {standing.family_id: standing for standing in visibility.standings(person)}
    families = {family.id: family for family in visibility.families(person).filter(id__in=list(whose))}
    decisions = TimeOffDecision.objects.filter(time_off_id=time_off_id, family_id__in=list(whose))
    rows = list(decisions.select_related("session").order_by("session__scheduled_start", "session_id"))
    return [
        _to_enter(standing, families[family_id], whose[family_id], [row for row in rows if row.family_id == family_id])
        for family_id, standing in standings.items()
        if family_id in families
        and standing.may(Capability.ENTER_PAY_ITEMS, own=whose[family_id] == standing.member_id)
    ]


def _to_enter(standing: Standing, family: Family, nanny_id: UUID, decisions: Sequence[TimeOffDecision]) -> LeaveToEnter:
    leave = LeaveToEnter(standing, family, nanny_id)
    taken = _taken(nanny_id, decisions)
    if not taken:
        return leave
    kinds = [ItemKind.UNPAID_LEAVE, *PAID_TIME]
    entries = PayItem.objects.filter(family_id=family.id, nanny_id=nanny_id, kind__in=kinds, date__in=list(taken))
    entered, held = set(entries.values_list("date", flat=True)), held_days.of(family.id, nanny_id)
    policies = pay_policies.versions(family.id)
    terms = pay_policies.timeline(policies, nanny_id)
    for day in sorted(taken):
        if day in entered:
            leave.entered.append(day)
        elif period := held.period_of(day):
            leave.held = leave.held or period
        else:
            policy = pay_policies.holding_on(policies, nanny_id, day)
            basic_rate = policy.basic_rate if policy else None
            taken[day].is_basic = basic_rate is not None
            taken[day].rate = family.default_hourly_rate if basic_rate is None else basic_rate
            taken[day].guaranteed_minutes = terms.terms_on(day.toordinal()).guaranteed_minutes
            leave.days.append(taken[day])
    return leave


def _taken(nanny_id: UUID, decisions: Sequence[TimeOffDecision]) -> dict[date, TakenDay]:
    """Return what was taken of this nanny's confirmed sessions by their pay date, as far as it was not given back."""
    days: dict[date, TakenDay] = defaultdict(lambda: TakenDay(date.min))
    for decision in decisions:
        session, before = decision.session, decision.columns_before
        if not before.get("is_confirmed", session.is_confirmed) or before.get("nanny_id", session.nanny_id) != nanny_id:
            continue
        start: datetime = before.get("scheduled_start", session.scheduled_start)
        planned = minute_of(before.get("scheduled_end", session.scheduled_end)) - minute_of(start)
        minutes = planned - _left(decision, session, nanny_id)
        if minutes <= 0:
            continue
        day = local_time.local_date(start, session.time_zone)
        taken = days[day]
        taken.date, taken.minutes = day, min(taken.minutes + minutes, LONGEST_MINUTES)
        if session.state is State.CANCELLED and session.cancelled_for == CancelledFor.NANNY:
            taken.called_off += minutes
    return dict(days)


def _left(decision: TimeOffDecision, session: CareSession, nanny_id: UUID) -> int:
    """Return the minutes that are planned with this nanny all the same."""
    has_them = session.nanny_id == nanny_id and session.state is not State.CANCELLED
    if decision.decision == Decision.SHORTEN or has_them:
        return minute_of(session.scheduled_end) - minute_of(session.scheduled_start)
    return 0
