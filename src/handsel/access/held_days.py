"""The days of pay periods that were submitted or approved: what lies there is held, and nothing in it changes.

A session belongs to the days of its nanny; one without a nanny to nobody's, which only a family has that keeps its book
alone. The database promises the same of what is written past this (held_sessions_stay, held_items_stay).
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from types import MappingProxyType
from typing import Any
from uuid import UUID

from handsel.models import CareSession, PayItem, PayPeriod
from handsel.models.locks import share_pay
from handsel.rules import local_time
from handsel.rules.pay.periods import HELD, NOTHING_HELD, HeldDays
from handsel.rules.refusals import Locked

# Whose days: the family, and the nanny there or nobody.
type Whose = tuple[UUID, UUID | None]

NO_COLUMNS: Mapping[str, Any] = MappingProxyType({})


def of(family_id: UUID, nanny_id: UUID | None, *, lock: bool = False) -> HeldDays:
    """Return what is held of one nanny in one family; with lock, until the transaction ends. One query."""
    if lock:
        share_pay(family_id, nanny_id)
    return _of_many({(family_id, nanny_id)})[family_id, nanny_id]


def held(sessions: Collection[CareSession]) -> frozenset[UUID]:
    """Return the ids of those of these sessions whose pay date is held. One query."""
    days = _of_many({whose(session) for session in sessions})
    return frozenset(session.id for session in sessions if days[whose(session)].period_of(session.pay_date))


def lock(sessions: Collection[CareSession], *others: Whose) -> "LockedDays":
    """Return what is held of the nannies of these sessions, and of others, until the transaction ends: who settles
    their pay waits for it.
    """
    everybody = {whose(session) for session in sessions} | set(others)
    for family_id, nanny_id in sorted(everybody, key=str):
        share_pay(family_id, nanny_id)
    return LockedDays(_of_many(everybody))


class LockedDays:
    """What is held of some nannies, for as long as the transaction takes."""

    def __init__(self, days: dict[Whose, HeldDays]) -> None:
        self._days = days

    def refuse(self, session: CareSession) -> None:
        """Raise Locked where the pay date of a session is held."""
        self.refuse_day(whose(session), session.pay_date)

    def refuse_change(self, session: CareSession, columns: Mapping[str, Any]) -> None:
        """Raise Locked where a session is held, or where these new columns would bring it to a held day, by its pay
        date or by when care began.
        """
        self.refuse(session)
        whose_day = (session.family_id, columns.get("nanny_id", session.nanny_id))
        for column in ("scheduled_start", "actual_start"):
            if moment := columns.get(column, session.scheduled_start if column == "scheduled_start" else None):
                self.refuse_day(whose_day, local_time.local_date(moment, session.time_zone))

    def refuse_day(self, whose_day: Whose, day: date) -> None:
        """Raise Locked where a day of a nanny is held."""
        if whose_day not in self._days:  # of another nanny than was thought of at first
            share_pay(*whose_day)
            self._days |= _of_many({whose_day})
        if period := self._days[whose_day].period_of(day):
            raise Locked(period)

    def holds(self, session: CareSession, columns: Mapping[str, Any] = NO_COLUMNS) -> bool:
        """Say whether refuse_change would refuse it."""
        try:
            self.refuse_change(session, columns)
        except Locked:
            return True
        return False


def refuse(session: CareSession) -> None:
    """Raise Locked where the pay date of a session is held, and keep it so until the transaction ends."""
    lock([session]).refuse(session)


def refuse_days(family_id: UUID, nanny_id: UUID | None, *days: date) -> None:
    """Raise Locked where one of these days of a nanny is held, and keep it so until the transaction ends."""
    held_of_nanny = of(family_id, nanny_id, lock=True)
    for day in days:
        if period := held_of_nanny.period_of(day):
            raise Locked(period)


def held_entries(entries: Collection[PayItem]) -> frozenset[UUID]:
    """Return the ids of those of these entries whose day is held. One query."""
    days = _of_many({(entry.family_id, entry.nanny_id) for entry in entries})
    return frozenset(
        entry.id for entry in entries if days[entry.family_id, entry.nanny_id].period_of(entry.date) is not None
    )


def whose(session: CareSession) -> Whose:
    return session.family_id, session.nanny_id


def _of_many(everybody: Iterable[Whose]) -> dict[Whose, HeldDays]:
    """Return what is held of each of these. One query, of the few families in which anything is."""
    days: dict[Whose, HeldDays] = dict.fromkeys(everybody, NOTHING_HELD)
    families = {family_id for family_id, _ in days}
    if not families:
        return days
    periods: dict[Whose, list[PayPeriod]] = defaultdict(list)
    for period in PayPeriod.objects.filter(family__in=families).order_by("from_date"):
        periods[period.family_id, period.nanny_id].append(period)
    for key in days:
        if any(period.status in HELD for period in periods[key]):
            days[key] = HeldDays(periods[key])
    return days
