"""What settled pay keeps of the terms: once a period was approved, nothing that binds its nanny changes backwards."""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from uuid import UUID

from handsel.models import Family, PayPeriod, PayPolicy
from handsel.models.locks import lock_pay
from handsel.queries import pay_policies
from handsel.rules import local_time
from handsel.rules.drafts import Problems
from handsel.rules.pay.periods import HELD, PeriodStatus
from handsel.rules.refusals import KeptForTheRecord, Locked
from handsel.rules.sentences import say

# Whose a version is (None: the family's), and from what day.
type Scope = tuple[UUID | None, date]


def scope_of(policy: PayPolicy) -> Scope:
    return policy.nanny_id, policy.effective_from


def check(
    family: Family, policy: PayPolicy, scopes: Collection[Scope], problems: Problems, *, at: datetime, is_new: bool
) -> None:
    """Check that a version may be made, changed or deleted, whose scopes are those of before and of after.

    While no period of a nanny concerned is approved, it may unless one is submitted; later not from a day that is past
    or settled (a problem), and no more once it has taken hold. Raises Locked or KeptForTheRecord.
    """
    versions = pay_policies.versions(family.id)
    periods = _of_the_concerned(family, versions, scopes)
    approved = [period for period in periods if period.status == PeriodStatus.APPROVED]
    if not approved:
        for period in periods:
            raise Locked(period, say("Pay is submitted under these terms. Settle it first, or let it be withdrawn."))
        return
    today = local_time.local_date(at, family.time_zone)
    held_until = max(period.to_date for period in periods)
    holds_on = None if is_new else pay_policies.taking_hold(versions).get(policy.id)
    if holds_on is not None and holds_on <= max(today, held_until):
        raise KeptForTheRecord(say("These terms have taken hold, and pay was approved. Add new ones from a later day."))
    for _, day in scopes if is_new else list(scopes)[1:]:
        if day < today:
            problems.add("effective_from", say("Since pay was approved, terms can’t begin before today."))
        elif day <= held_until:
            problems.add("effective_from", say("Pay is settled up to %(day)s. Choose a later day.", day=held_until))


def _of_the_concerned(family: Family, versions: Iterable[PayPolicy], scopes: Collection[Scope]) -> list[PayPeriod]:
    """Return the held periods of the nannies whom these scopes concern, once nobody else settles their pay."""
    first_own: dict[UUID, date] = {}
    for version in versions:
        if version.nanny_id is not None:
            first_own.setdefault(version.nanny_id, version.effective_from)  # the earliest come first

    def is_concerned(nanny_id: UUID | None) -> bool:
        bound_until = first_own.get(nanny_id, date.max) if nanny_id else date.max
        return any(whose == nanny_id or (whose is None and day < bound_until) for whose, day in scopes)

    paid = PayPeriod.objects.filter(family_id=family.id).order_by("nanny_id").values_list("nanny_id", flat=True)
    concerned = [nanny_id for nanny_id in paid.distinct() if is_concerned(nanny_id)]
    for nanny_id in concerned:
        lock_pay(family.id, nanny_id)
    held = PayPeriod.objects.filter(family_id=family.id, status__in=HELD).order_by("from_date")
    return [period for period in held if period.nanny_id in concerned]
