"""What settled pay keeps of the terms: once a period was approved, nothing that binds its nanny changes backwards."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

from handsel.models import Family, PayPeriod, PayPolicy
from handsel.models.locks import lock_pay
from handsel.queries import pay_policies
from handsel.rules import local_time
from handsel.rules.drafts import Problems
from handsel.rules.pay.periods import HELD, PeriodStatus
from handsel.rules.refusals import KeptForTheRecord, Locked, Refusal
from handsel.rules.sentences import say

# Whose a version is (None: the family's), and from what day.
type Scope = tuple[UUID | None, date]


def scope_of(policy: PayPolicy) -> Scope:
    return policy.nanny_id, policy.effective_from


def check(
    family: Family,
    policy: PayPolicy,
    scopes: Collection[Scope],
    problems: Problems,
    *,
    at: datetime,
    is_new: bool,
    is_rehearsal: bool = False,
) -> None:
    """Check that a version may be made, changed or deleted, whose scopes are those of before and of after.

    While no period of a nanny concerned is approved, it may unless one is submitted; later not from a day that is past
    or settled (a problem), and no more once it has taken hold. is_rehearsal: nothing is written, so that nobody who
    settles pay has to wait. Raises Locked or KeptForTheRecord.
    """
    versions = pay_policies.versions(family.id)
    if not is_rehearsal:
        _lock_pay_of_concerned(family, versions, scopes)
    periods = _of_the_concerned(_held(family), versions, scopes)
    if refusal := _refusal(family, policy, versions, periods, at=at, is_new=is_new):
        raise refusal
    if not any(period.status == PeriodStatus.APPROVED for period in periods):
        return
    today = local_time.local_date(at, family.time_zone)
    held_until = max(period.to_date for period in periods)
    for _, day in scopes if is_new else list(scopes)[1:]:
        if day < today:
            problems.add("effective_from", say("Since pay was approved, terms can’t begin before today."))
        elif day <= held_until:
            problems.add("effective_from", say("Pay is settled up to %(day)s. Choose a later day.", day=held_until))


def refusals(family: Family, versions: Sequence[PayPolicy], *, at: datetime) -> dict[UUID, Refusal]:
    """Return by its id why a version can be neither changed nor deleted now, of each that cannot. versions: all of the
    family. One query.
    """
    held = _held(family)
    answers = {}
    for policy in versions:
        periods = _of_the_concerned(held, versions, [scope_of(policy)])
        if refusal := _refusal(family, policy, versions, periods, at=at, is_new=False):
            answers[policy.id] = refusal
    return answers


def settled_until(family: Family) -> date | None:
    """Return the last day up to which any nanny's pay is approved; None where none is. One query."""
    approved = (period.to_date for period in _held(family) if period.status == PeriodStatus.APPROVED)
    return max(approved, default=None)


def _refusal(
    family: Family,
    policy: PayPolicy,
    versions: Sequence[PayPolicy],
    periods: Sequence[PayPeriod],
    *,
    at: datetime,
    is_new: bool,
) -> Refusal | None:
    """Return what refuses a version; periods: the held ones of the nannies concerned."""
    if not any(period.status == PeriodStatus.APPROVED for period in periods):
        for period in periods:
            return Locked(period, say("Pay is submitted under these terms. Settle it first, or let it be withdrawn."))
        return None
    today = local_time.local_date(at, family.time_zone)
    holds_on = None if is_new else pay_policies.taking_hold(versions).get(policy.id)
    if holds_on is not None and holds_on <= max(today, *(period.to_date for period in periods)):
        return KeptForTheRecord(
            say("These terms have taken hold, and pay was approved. Add new ones from a later day.")
        )
    return None


def _concerns(nanny_id: UUID | None, versions: Iterable[PayPolicy], scopes: Collection[Scope]) -> bool:
    """Say whether these scopes concern a nanny: the family's as long as the nanny has no terms of their own."""
    own = (version.effective_from for version in versions if nanny_id and version.nanny_id == nanny_id)
    bound_until = next(own, date.max)  # the earliest come first
    return any(whose == nanny_id or (whose is None and day < bound_until) for whose, day in scopes)


def _lock_pay_of_concerned(family: Family, versions: Sequence[PayPolicy], scopes: Collection[Scope]) -> None:
    """Let nobody settle the pay of the nannies whom these scopes concern until the transaction ends."""
    paid = PayPeriod.objects.filter(family_id=family.id).order_by("nanny_id").values_list("nanny_id", flat=True)
    for nanny_id in paid.distinct():
        if _concerns(nanny_id, versions, scopes):
            lock_pay(family.id, nanny_id)


def _held(family: Family) -> list[PayPeriod]:
    return list(PayPeriod.objects.filter(family_id=family.id, status__in=HELD).order_by("from_date"))


def _of_the_concerned(
    held: Iterable[PayPeriod], versions: Sequence[PayPolicy], scopes: Collection[Scope]
) -> list[PayPeriod]:
    """Return those of the held periods whose nannies these scopes concern."""
    return [period for period in held if _concerns(period.nanny_id, versions, scopes)]
