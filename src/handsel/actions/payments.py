"""Actions on payments: record, void and acknowledge one. No row ever changes; what was wrong is voided by another."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from handsel.access import checks, paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.actions import history
from handsel.models import Family, Payment, PayPeriod, User
from handsel.notices import audience, outbox
from handsel.rules import local_time
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.notices import NoticeKind
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.refusals import WrongState
from handsel.rules.roles import Capability
from handsel.rules.sentences import say

# What is said of a payment, each with what it is when it is emptied.
_COLUMNS = {"date": None, "amount": None, "method": None, "note": "", "pay_period_id": None}


@transaction.atomic
def record(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> Payment:
    """Record that money was paid (draft: date, amount, method; nanny_id, note, pay_period_id: an approved period that
    it covers first).

    Raises NotVisible, NotAllowed or Invalid.
    """
    # The family is held, so that its currency stays what it is.
    standing, family = visibility.family(by, family_id, lock=True)
    problems = Problems(draft, ["date", "amount", "method"])
    nanny_id = _paid(standing, draft, problems)
    checks.may(standing, Capability.RECORD_PAYMENTS)
    _check(family, nanny_id, draft, problems, at)
    problems.raise_if_any()
    payment = Payment(
        family=family, nanny_id=nanny_id, recorded_by_id=standing.member_id, created_at=at, **draft.named(_COLUMNS)
    )
    payment.save(force_insert=True)
    changes = {"payment_id": (None, payment.id), **history.new_values(payment, ("nanny_id", *_COLUMNS))}
    _record(EventKind.PAYMENT_RECORDED, standing, payment, changes, at=at, source=source)
    _tell(NoticeKind.PAYMENT_RECORDED, payment, by=by, at=at)
    return payment


@transaction.atomic
def void(payment_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> Payment:
    """Say that a payment was not so (draft: reason), and return the row that says it: neither counts from then on.

    Raises NotVisible, NotAllowed, WrongState (voided already, or a void itself) or Invalid.
    """
    standing, payment = visibility.payment(by, payment_id, lock=True)
    checks.may(standing, Capability.RECORD_PAYMENTS)
    _check_counts(payment)
    Problems(draft, ["reason"]).raise_if_any()
    repeated = {name: getattr(payment, name) for name in ("nanny_id", "amount", "method", "pay_period_id")}
    voiding = Payment(
        family=payment.family,
        voids=payment,
        date=local_time.local_date(at, payment.family.time_zone),
        reason=draft["reason"],
        recorded_by_id=standing.member_id,
        created_at=at,
        **repeated,
    )
    voiding.save(force_insert=True)
    changes = {"payment_id": (payment.id, voiding.id), "amount": (payment.amount, None)}
    reason = draft["reason"]
    _record(EventKind.PAYMENT_VOIDED, standing, voiding, changes, at=at, source=source, reason=reason)
    _tell(NoticeKind.PAYMENT_VOIDED, voiding, by=by, at=at, reason=reason)
    return voiding


@transaction.atomic
def acknowledge(payment_id: UUID, *, by: User, at: datetime, source: Source) -> Payment:
    """Say that one was paid so. Raises NotVisible, NotAllowed or WrongState (said already, or voided)."""
    standing, payment = visibility.payment(by, payment_id, lock=True)
    checks.may(standing, Capability.ACKNOWLEDGE_PAYMENT, payment)
    _check_counts(payment)
    if payment.acknowledged_at is not None:
        raise WrongState(say("You have acknowledged this payment already."))
    payment.acknowledged_at = at
    payment.save(update_fields=["acknowledged_at"])
    changes = {"payment_id": (payment.id, payment.id), "acknowledged_at": (None, at)}
    _record(EventKind.PAYMENT_ACKNOWLEDGED, standing, payment, changes, at=at, source=source)
    return payment


def _paid(standing: Standing, draft: Draft, problems: Problems) -> UUID | None:
    """Return who was paid: who keeps the book alone may have paid nobody's periods before the first nanny joined."""
    is_nobodys = "nanny_id" in draft and draft["nanny_id"] is None and standing.may(Capability.SEE_PAY_RECORDS)
    if is_nobodys and PayPeriod.objects.filter(family_id=standing.family_id, nanny=None).exists():
        return None
    return paid_nannies.named(standing, draft, problems)


def _check(family: Family, nanny_id: UUID | None, draft: Draft, problems: Problems, at: datetime) -> None:
    day, period_id = draft.get("date"), draft.get("pay_period_id")
    if day is not None and day > local_time.local_date(at, family.time_zone):
        problems.add("date", say("This day is still to come."))
    if period_id is None or problems.any_of("pay_period_id", "nanny_id"):
        return
    periods = PayPeriod.objects.filter(family=family, nanny_id=nanny_id, status=PeriodStatus.APPROVED, pk=period_id)
    if not periods.exists():
        problems.add("pay_period_id", say("There is no such approved pay period of this nanny."))


def _check_counts(payment: Payment) -> None:
    if payment.voids_id is not None or payment.voided_by.exists():
        raise WrongState(say("This payment was voided."))


def _record(
    kind: EventKind,
    standing: Standing,
    payment: Payment,
    changes: history.Changes,
    *,
    at: datetime,
    source: Source,
    reason: str = "",
) -> None:
    history.record(kind, by=standing, at=at, source=source, changes=changes, nanny_id=payment.nanny_id, reason=reason)


def _tell(kind: NoticeKind, payment: Payment, *, by: User, at: datetime, reason: str = "") -> None:
    """Tell the nanny. A notice holds no amount."""
    facts = {"payment": str(payment.id)} | ({"reason": reason} if reason else {})
    people = audience.persons([payment.nanny_id])
    outbox.notify(kind, people, by=by, at=at, family_id=payment.family_id, facts=facts)
