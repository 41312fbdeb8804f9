"""Actions on the terms of pay: dated versions of a family, or of one nanny there."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from handsel.access import checks, paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.actions import history, settled_terms
from handsel.models import Family, PayPolicy, User
from handsel.notices import audience, outbox
from handsel.queries import pay_policies, timesheets
from handsel.queries.timesheets import NannysTimesheet
from handsel.rules import local_time, recurrence
from handsel.rules.drafts import EMPTY_DRAFT, Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.notices import NoticeKind
from handsel.rules.pay import policy_fields
from handsel.rules.pay.terms import MileageUnit, OvertimeBase, PayFor, PayFrequency, RoundingMode, SeventhDay
from handsel.rules.recurrence import Weekday
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability
from handsel.rules.sentences import say

# What a version says, each with what it is where nothing is said, and when it is emptied.
DEFAULTS: Mapping[str, Any] = {
    "preset": "",
    "workweek_start": Weekday.MONDAY,
    "pay_frequency": PayFrequency.WEEK,
    "pay_for": PayFor.ACTUAL,
    "rounding_minutes": 0,
    "rounding_mode": RoundingMode.NEAREST,
    "minimum_minutes": 0,
    "night": None,
    "weekly_overtime_after": None,
    "daily_overtime_after": None,
    "daily_double_after": None,
    "seventh_day": SeventhDay.NONE,
    "seventh_day_double_after": None,
    "overtime_multiplier": Decimal("1.50"),
    "double_multiplier": Decimal("2.00"),
    "overtime_base": OvertimeBase.WEIGHTED,
    "federal_overtime": False,
    "holidays": (),
    "holiday_multiplier": Decimal("1.00"),
    "guaranteed_minutes": 0,
    "basic_rate": None,
    "cancellation_tiers": (),
    "rolled_up_holiday_percent": Decimal("0.00"),
    "minimum_wage": None,
    "mileage_rate": None,
    "mileage_unit": MileageUnit.MI,
}
_COLUMNS = {"nanny_id": None, "effective_from": None, **DEFAULTS}
_JSON = ("night", "holidays", "cancellation_tiers")


@dataclass(frozen=True, slots=True)
class Preview:
    """A timesheet under the terms as they are, and under others."""

    family_id: UUID
    before: NannysTimesheet
    after: NannysTimesheet


@transaction.atomic
def create(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source, tells: bool = True) -> PayPolicy:
    """Add a version (draft: effective_from; nanny_id and what DEFAULTS names). tells: False where a notice of something
    larger tells of it.

    Raises NotVisible, NotAllowed, Invalid or Locked.
    """
    standing, family = visibility.family(by, family_id, lock=True)
    checks.may(standing, Capability.MANAGE_PAY_TERMS)
    policy = PayPolicy(family=family, created_by_id=standing.member_id, created_at=at)
    problems = Problems(draft, ["effective_from"])
    _fill(standing, policy, draft, problems)
    _check_day(policy, problems)
    problems.raise_if_any()
    settled_terms.check(family, policy, [settled_terms.scope_of(policy)], problems, at=at, is_new=True)
    problems.raise_if_any()
    policy.save(force_insert=True)
    _record(EventKind.PAY_POLICY_CREATED, standing, policy, history.new_values(policy, _COLUMNS), at=at, source=source)
    if tells:
        _tell(NoticeKind.NEW_PAY_TERMS, policy, by=by, at=at)
    return policy


@transaction.atomic
def update(
    policy_id: UUID,
    draft: Draft,
    *,
    by: User,
    at: datetime,
    source: Source,
    version: int | None = None,
    tells: bool = True,
) -> PayPolicy:
    """Change what the draft names; the same values again are no change. tells: as of create.

    Raises NotVisible, NotAllowed, VersionConflict, Invalid, Locked or KeptForTheRecord.
    """
    standing, policy = _fetch(policy_id, by, version)
    before, scope = {name: getattr(policy, name) for name in _COLUMNS}, settled_terms.scope_of(policy)
    problems = Problems(draft, [name for name in ["effective_from"] if name in draft])
    _fill(standing, policy, draft, problems)
    _check_day(policy, problems)
    problems.raise_if_any()
    changes = {name: (old, getattr(policy, name)) for name, old in before.items() if old != getattr(policy, name)}
    if not changes:
        return policy
    scopes = list(dict.fromkeys((scope, settled_terms.scope_of(policy))))
    settled_terms.check(policy.family, policy, scopes, problems, at=at, is_new=False)
    problems.raise_if_any()
    policy.version += 1
    policy.save(force_update=True)
    _record(EventKind.PAY_POLICY_UPDATED, standing, policy, changes, at=at, source=source)
    if tells:
        _tell(NoticeKind.NEW_PAY_TERMS, policy, by=by, at=at)
    return policy


@transaction.atomic
def delete(
    policy_id: UUID, *, by: User, at: datetime, source: Source, version: int | None = None, tells: bool = True
) -> None:
    """Remove a version; the history keeps what it said. tells: whom it bound, where nothing else tells them.

    Raises NotVisible, NotAllowed, VersionConflict, Locked or KeptForTheRecord.
    """
    standing, policy = _fetch(policy_id, by, version)
    scopes = [settled_terms.scope_of(policy)]
    settled_terms.check(policy.family, policy, scopes, Problems(), at=at, is_new=False)
    _record(EventKind.PAY_POLICY_DELETED, standing, policy, history.old_values(policy, _COLUMNS), at=at, source=source)
    if tells:
        _tell(NoticeKind.PAY_TERMS_WITHDRAWN, policy, by=by, at=at)
    policy.delete()


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What a version would say, not saved, and from which day on it would hold; the one that holds then without it;
    and, of one nanny, some days that are past under the terms as they were and as if these had held.
    """

    policy: PayPolicy
    takes_hold_on: date | None
    instead: PayPolicy | None
    nanny_id: UUID | None
    before: NannysTimesheet
    after: NannysTimesheet


def rehearse(
    family_id: UUID,
    draft: Draft,
    *,
    by: User,
    at: datetime,
    nanny_id: UUID | None = None,
    policy_id: UUID | None = None,
) -> Rehearsal:
    """Return what create would make of a draft, or update of the version policy_id, with the last month under it: the
    month so far where nothing happened in that. nanny_id: whose month. Writes nothing.

    Raises NotVisible, NotAllowed, Invalid, Locked or KeptForTheRecord.
    """
    standing, family = visibility.family(by, family_id)
    checks.may(standing, Capability.MANAGE_PAY_TERMS)
    changed = visibility.pay_policy(by, policy_id)[1] if policy_id else None
    policy = PayPolicy(family=family, created_by_id=standing.member_id, created_at=at)
    policy.id = changed.id if changed else policy.id
    problems = Problems(draft, ["effective_from"])
    _fill(standing, policy, draft, problems)
    _check_day(policy, problems)
    problems.raise_if_any()
    # The version that stands is asked first, whether it may change.
    scopes = list(dict.fromkeys(settled_terms.scope_of(version) for version in (changed, policy) if version))
    settled_terms.check(family, changed or policy, scopes, problems, at=at, is_new=changed is None, is_rehearsal=True)
    problems.raise_if_any()
    others = [version for version in pay_policies.versions(family.id) if version.id != policy.id]
    versions = sorted([*others, policy], key=lambda version: version.effective_from)
    whose = policy.nanny_id or nanny_id
    before, after = _last_month(family, whose, policy, at)
    return Rehearsal(
        policy,
        pay_policies.taking_hold(versions).get(policy.id),
        pay_policies.before(versions, policy, whose),
        whose,
        before,
        after,
    )


def _last_month(
    family: Family, nanny_id: UUID | None, policy: PayPolicy, at: datetime
) -> tuple[NannysTimesheet, NannysTimesheet]:
    """Return the last month's timesheet as it is, and as if one version had held all the time."""
    today = local_time.local_date(at, family.time_zone)
    this_month = today.replace(day=1)
    last = this_month - timedelta(days=1)
    first = last.replace(day=1)
    facts = timesheets.facts_of_days(family, nanny_id, first, today, at=at)
    throughout = copy(policy)
    throughout.effective_from, throughout.nanny_id = first - timedelta(days=31), nanny_id
    under = facts.under([throughout])
    before, after = facts.timesheet(first, last), under.timesheet(first, last)
    if before.sheet.lines or after.sheet.lines:
        return before, after
    return facts.timesheet(this_month, today), under.timesheet(this_month, today)


def preview(family_id: UUID, draft: Draft, *, by: User, at: datetime) -> Preview:
    """Return a nanny's timesheet as it is, and as it would be with a version more, or instead of the one of that day.
    Writes nothing. draft: policy (a draft as create takes it), from_date, to_date; nanny_id.

    Raises NotVisible, NotAllowed or Invalid.
    """
    standing, family = visibility.family(by, family_id)
    checks.may(standing, Capability.MANAGE_PAY_TERMS)
    problems = Problems(draft, ["from_date", "to_date"])
    nanny_id = paid_nannies.named(standing, draft, problems)
    if not problems.any_of("from_date", "to_date"):
        problems.add_all(recurrence.range_problems(draft["from_date"], draft["to_date"]))
    said: Draft = draft.get("policy") or EMPTY_DRAFT
    policy = PayPolicy(family=family, created_by_id=standing.member_id, created_at=at)
    of_policy = Problems(said, ["effective_from"])
    _fill(standing, policy, said, of_policy)
    if "policy" in draft:
        problems.add_all(of_policy.within("policy"))
    problems.raise_if_any()
    scope = settled_terms.scope_of(policy)
    others = [version for version in pay_policies.versions(family.id) if settled_terms.scope_of(version) != scope]
    first, last = draft["from_date"], draft["to_date"]
    sees_all = standing.may(Capability.SEE_PAY_RECORDS)
    facts = timesheets.facts_of_days(family, nanny_id, first, last, at=at, sees_all=sees_all)
    before = facts.timesheet(first, last)
    after = facts.under([*others, policy]).timesheet(first, last)
    return Preview(family_id, before, after)


def _fetch(policy_id: UUID, by: User, version: int | None) -> tuple[Standing, PayPolicy]:
    """Return a version that this person may change, with its family locked before it: who adds one waits there."""
    standing, policy = visibility.pay_policy(by, policy_id)
    checks.may(standing, Capability.MANAGE_PAY_TERMS)
    visibility.family(by, policy.family_id, lock=True)
    standing, policy = visibility.pay_policy(by, policy_id, lock=True)
    checks.may(standing, Capability.MANAGE_PAY_TERMS)
    checks.version(policy, version)
    return standing, policy


def _fill(standing: Standing, policy: PayPolicy, draft: Draft, problems: Problems) -> None:
    """Write what the draft says into a version, and find what is wrong with it. Raises NotAllowed."""
    for name, value in draft.named(_COLUMNS).items():
        setattr(policy, name, history.plain(value) if name in _JSON else value)
    if not standing.may_with(Capability.SEE_PAY_TERMS, policy.nanny_id):
        raise NotAllowed
    if policy.nanny_id and not paid_nannies.of_family(policy.family_id).filter(pk=policy.nanny_id).exists():
        problems.add("nanny_id", say("There is no such nanny in this family."))
    unread = {name.partition(".")[0] for name in draft.wrong}
    problems.add_all(policy_fields.problems({name: getattr(policy, name) for name in DEFAULTS if name not in unread}))


def _check_day(policy: PayPolicy, problems: Problems) -> None:
    if problems.any_of("nanny_id", "effective_from"):
        return
    of_scope = PayPolicy.objects.filter(family_id=policy.family_id, nanny_id=policy.nanny_id)
    if of_scope.filter(effective_from=policy.effective_from).exclude(pk=policy.pk).exists():
        problems.add("effective_from", say("There are terms from this day already."))


def _record(
    kind: EventKind, standing: Standing, policy: PayPolicy, changes: history.Changes, *, at: datetime, source: Source
) -> None:
    is_new, is_gone = kind is EventKind.PAY_POLICY_CREATED, kind is EventKind.PAY_POLICY_DELETED
    named = {"pay_policy_id": (None if is_new else policy.id, None if is_gone else policy.id)}
    history.record(kind, by=standing, at=at, source=source, changes={**named, **changes}, nanny_id=policy.nanny_id)


def _tell(kind: NoticeKind, policy: PayPolicy, *, by: User, at: datetime) -> None:
    """Tell each nanny whom a version binds: of the family's those who have none of their own by then."""
    versions = pay_policies.versions(policy.family_id)
    holds_on = pay_policies.taking_hold([*versions]).get(policy.id, policy.effective_from)
    with_own = {own.nanny_id for own in versions if own.nanny_id and own.effective_from <= policy.effective_from}
    if policy.nanny_id:
        people = audience.persons([policy.nanny_id])
    else:
        people = audience.every_nanny(policy.family_id, but=with_own)
    facts = {"pay_policy": str(policy.id), "terms_from": holds_on.isoformat()}
    outbox.notify(kind, people, by=by, at=at, family_id=policy.family_id, facts=facts)
