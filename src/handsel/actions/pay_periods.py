"""Making, changing and deleting pay periods. Their moves are in actions.period_moves."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from handsel.access import checks, paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.actions import history
from handsel.models import PayPeriod, User
from handsel.models.locks import lock_pay
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.pay.periods import LONGEST_DAYS, PeriodStatus
from handsel.rules.refusals import NotAllowed, WrongState
from handsel.rules.roles import Capability
from handsel.rules.sentences import say

_RECORDED = ("nanny_id", "from_date", "to_date")


@transaction.atomic
def create(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> PayPeriod:
    """Begin a nanny's next pay period (draft: to_date; nanny_id; from_date, needed of the first one, and of a later one
    the day after the one before).

    Raises NotVisible, NotAllowed or Invalid.
    """
    standing, family = visibility.family(by, family_id)
    problems = Problems(draft, ["to_date"])
    nanny_id = paid_nannies.named(standing, draft, problems)
    if not standing.may(Capability.SUBMIT_PAY_PERIOD, own=nanny_id == standing.member_id):
        raise NotAllowed
    lock_pay(family_id, nanny_id)
    last = last_of(family_id, nanny_id)
    first_day: Any = draft.get("from_date") or (last.to_date + timedelta(days=1) if last else None)
    if first_day is None:
        problems.add("from_date", say("Say on which day the first period begins."))
    elif last is not None and first_day != last.to_date + timedelta(days=1):
        problems.add("from_date", say("A period begins on the day after the one before it ends."))
    _check_length(first_day, draft.get("to_date"), problems)
    problems.raise_if_any()
    period = PayPeriod(
        family=family,
        nanny_id=nanny_id,
        from_date=first_day,
        to_date=draft["to_date"],
        created_at=at,
        updated_at=at,
    )
    period.save(force_insert=True)
    changes = history.new_values(period, _RECORDED)
    record(EventKind.PAY_PERIOD_CREATED, period, changes, by=standing, at=at, source=source)
    return period


@transaction.atomic
def update(
    period_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source, version: int | None = None
) -> PayPeriod:
    """Give a nanny's last period another last day (draft: to_date), until it is submitted; the same day again is no
    change.

    Raises NotVisible, NotAllowed, VersionConflict, WrongState or Invalid.
    """
    standing, period = _open(period_id, by, version)
    problems = Problems(draft, ["to_date"] if "to_date" in draft else [])
    last_day = draft.get("to_date", period.to_date)
    _check_length(period.from_date, last_day, problems)
    problems.raise_if_any()
    if last_day == period.to_date:
        return period
    changes = {"to_date": (period.to_date, last_day)}
    period.to_date, period.updated_at = last_day, at
    period.version += 1
    period.save(update_fields=["to_date", "updated_at", "version"])
    record(EventKind.PAY_PERIOD_UPDATED, period, changes, by=standing, at=at, source=source)
    return period


@transaction.atomic
def delete(period_id: UUID, *, by: User, at: datetime, source: Source, version: int | None = None) -> None:
    """Remove a nanny's last period, until it is submitted.

    Raises NotVisible, NotAllowed, VersionConflict or WrongState.
    """
    standing, period = _open(period_id, by, version)
    changes = history.old_values(period, _RECORDED)
    record(EventKind.PAY_PERIOD_DELETED, period, changes, by=standing, at=at, source=source)
    period.delete()


def fetch(period_id: UUID, capability: Capability, by: User, version: int | None) -> tuple[Standing, PayPeriod]:
    """Return a period to which this person may do it, with its nanny's pay locked: whoever else settles it waits.

    The family is locked before, as whoever removes a member does it: so neither waits for the other in a circle.
    """
    _, period = visibility.pay_period(by, period_id)
    visibility.lock_family(period.family_id)
    standing, period = visibility.pay_period(by, period_id, lock=True)
    checks.may(standing, capability, period)
    checks.version(period, version)
    lock_pay(period.family_id, period.nanny_id)
    return standing, period


def last_of(family_id: UUID, nanny_id: UUID | None) -> PayPeriod | None:
    """Return the last period of a nanny in a family."""
    return PayPeriod.objects.filter(family_id=family_id, nanny_id=nanny_id).order_by("from_date").last()


def record(
    kind: EventKind,
    period: PayPeriod,
    changes: history.Changes,
    *,
    by: Standing,
    at: datetime,
    source: Source,
    reason: str = "",
) -> None:
    """Write a line of the period's history."""
    history.record(
        kind,
        by=by,
        at=at,
        source=source,
        changes=changes,
        reason=reason,
        nanny_id=period.nanny_id,
        pay_period_id=period.id,
    )


def _open(period_id: UUID, by: User, version: int | None) -> tuple[Standing, PayPeriod]:
    """Return a period that may be changed or deleted still."""
    standing, period = fetch(period_id, Capability.SUBMIT_PAY_PERIOD, by, version)
    if period.status != PeriodStatus.OPEN or period.submitted_at is not None:
        raise WrongState(say("This pay period was submitted already, so its days stay as they are."))
    last = last_of(period.family_id, period.nanny_id)
    if last is None or last.id != period.id:
        raise WrongState(say("Another pay period begins where this one ends, so its days stay as they are."))
    return standing, period


def _check_length(first: date | None, last: date | None, problems: Problems) -> None:
    if first is None or last is None or "to_date" in problems:
        return
    if last < first:
        problems.add("to_date", say("The last day must not be before the first."))
    elif (last - first).days >= LONGEST_DAYS:
        problems.add("to_date", say("A pay period has at most %(most)s days.", most=LONGEST_DAYS))
