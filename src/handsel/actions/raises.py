"""A raise: one nanny's new hourly rate from a day on, for the schedules and the planned sessions after it together.

Editing a schedule changes no session that exists. A raise does both at once, because somebody asked for just that; what
was agreed stays agreed, and the nanny is told once.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from handsel.access import checks, held_days, paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.actions import history, participants, pay_policies, settled_terms
from handsel.actions.care_sessions import moves
from handsel.models import CareSchedule, CareSession, Event, Family, PayPolicy, User
from handsel.notices import audience, outbox, taking_back
from handsel.queries import pay_policies as policy_queries
from handsel.queries import raises
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.lifecycle import Status
from handsel.rules.notices import NoticeKind
from handsel.rules.pay.raises import Raise
from handsel.rules.refusals import Invalid, NotVisible, WrongState
from handsel.rules.roles import Capability
from handsel.rules.sentences import say


@dataclass(frozen=True, slots=True)
class NewBasicRate:
    """The versions of the terms whose basic rate a raise takes along. existing: those that change; base: the version
    that a new one from the day of the raise repeats, None where one begins that very day. nanny_id: whose they are.
    """

    old: Decimal
    nanny_id: UUID | None
    base: PayPolicy | None
    existing: list[PayPolicy]


@dataclass(frozen=True, slots=True)
class RaisePlan:
    """What a raise changes, and what keeps its rate: days that are settled, what is done or under way.

    terms: where the basic rate of the terms changes too. event_id: of one that was made, by which it is taken back.
    """

    family: Family
    nanny_id: UUID | None
    step: Raise
    schedules: list[CareSchedule]
    sessions: list[CareSession]
    held: int
    done: int
    terms: NewBasicRate | None
    event_id: UUID | None = None

    @property
    def changes_nothing(self) -> bool:
        return not self.schedules and not self.sessions and self.terms is None


def plan(family_id: UUID, draft: Draft, *, by: User, at: datetime) -> RaisePlan:
    """Return what a raise would change. Writes nothing. draft as make takes it.

    Raises NotVisible, NotAllowed, Invalid or Locked.
    """
    standing, family = visibility.family(by, family_id)
    checks.may(standing, Capability.MANAGE_PAY_TERMS)
    return _plan(standing, family, draft, at=at, lock=False)


@transaction.atomic
def make(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> RaisePlan:
    """Set a new rate from a day on: of the nanny's schedules that have the old one, of their planned sessions with it,
    and of the basic rate of the terms. What is confirmed stays so: who raises agrees, and the nanny loses nothing.

    draft: nanny_id (left out: the only one), old_rate, hourly_rate, from_date; with_basic_rate (default true).
    Raises NotVisible, NotAllowed, Invalid, Locked or WrongState.
    """
    standing, family = visibility.family(by, family_id, lock=True)
    checks.may(standing, Capability.MANAGE_PAY_TERMS)
    plan = _plan(standing, family, draft, at=at, lock=True)
    origin: history.Origin = {"by": standing, "at": at, "source": source}
    # First, since it takes the lock of the nanny's pay alone: who books their time meanwhile may share it already.
    made = _raise_basic_rate(plan, by=by, at=at, source=source)
    _raise_schedules(plan, origin)
    _raise_sessions(plan, origin)
    changes: history.Changes = {}
    if plan.terms:
        changes = {
            "basic_rate": (plan.terms.old, plan.step.new_rate),
            "pay_policy_ids": (None, [version.id for version in plan.terms.existing]),
            "new_pay_policy_id": (None, made),
        }
    event = _record(plan, changes, origin)
    nannies = audience.persons([plan.nanny_id]) if plan.nanny_id else ()
    people = list(dict.fromkeys([*audience.managers(family.id), *nannies]))
    outbox.notify(NoticeKind.RATE_RAISED, people, by=by, at=at, family_id=family.id, facts={"raise": str(event.id)})
    return replace(plan, event_id=event.id)


@transaction.atomic
def undo(raise_id: UUID, *, by: User, at: datetime, source: Source) -> Family:
    """Take a raise back: the schedules, planned sessions and terms that it changed have their old rates again. Who was
    told of it is told of this; within its minute nobody was.

    Raises NotVisible, NotAllowed, Locked or KeptForTheRecord (it is settled since), or WrongState (something that it
    changed was changed since, or it was taken back).
    """
    event = visibility.events(by).filter(pk=raise_id, kind=EventKind.PAY_RATE_RAISED).first()
    if event is None:
        raise NotVisible
    standing, family = visibility.family(by, event.family_id, lock=True)
    checks.may(standing, Capability.MANAGE_PAY_TERMS)
    changed = raises.still_as_changed(event)
    if changed is None:
        raise WrongState(say("What this raise changed was changed again since, so it stays."))
    step = raises.step_of(event)
    schedules = CareSchedule.objects.filter(id__in=changed.schedules).select_for_update().order_by("id")
    rows = CareSession.objects.filter(id__in=changed.sessions).select_related("family", "nanny")
    sessions = list(rows.select_for_update(of=("self",)).order_by("id"))
    back = Raise(step.from_date, step.new_rate, step.old_rate)
    plan = RaisePlan(family, event.nanny_id, back, list(schedules), sessions, 0, 0, None)
    origin: history.Origin = {"by": standing, "at": at, "source": source}
    for policy_id in changed.policies:
        draft = Draft.of(basic_rate=changed.basic_rate)
        pay_policies.update(policy_id, draft, by=by, at=at, source=source, tells=False)
    if changed.new_policy:
        pay_policies.delete(changed.new_policy, by=by, at=at, source=source, tells=False)
    days = held_days.lock(sessions)
    for session in sessions:
        days.refuse(session)
    _raise_schedules(plan, origin)
    _raise_sessions(plan, origin)
    changes: dict[str, Any] = {"undoes": (None, event.id)}
    if changed.basic_rate is not None:
        changes["basic_rate"] = (step.new_rate, changed.basic_rate)
    undone = _record(plan, changes, origin)
    people = taking_back.a_raise(event.id, by=by, at=at)
    outbox.notify(NoticeKind.RATE_RAISED, people, by=by, at=at, family_id=family.id, facts={"raise": str(undone.id)})
    return family


def _record(plan: RaisePlan, changes: history.Changes, origin: history.Origin) -> Event:
    """Write the line of a raise, with what it changed."""
    shared = {
        "hourly_rate": (plan.step.old_rate, plan.step.new_rate),
        "from_date": (None, plan.step.from_date),
        "schedule_ids": (None, [schedule.id for schedule in plan.schedules]),
        "session_ids": (None, [session.id for session in plan.sessions]),
    }
    event = history.line(EventKind.PAY_RATE_RAISED, changes={**shared, **changes}, nanny_id=plan.nanny_id, **origin)
    event.save(force_insert=True)
    return event


def _plan(standing: Standing, family: Family, draft: Draft, *, at: datetime, lock: bool) -> RaisePlan:
    problems = Problems(draft, ["old_rate", "hourly_rate", "from_date"])
    nanny_id = paid_nannies.named(standing, draft, problems)
    if not problems.any_of("old_rate", "hourly_rate") and draft["old_rate"] == draft["hourly_rate"]:
        problems.add("hourly_rate", say("This is the rate that there is already."))
    problems.raise_if_any()
    step = Raise(draft["from_date"], draft["old_rate"], draft["hourly_rate"])
    schedules = raises.running_schedules(family.id, nanny_id, step.from_date).filter(hourly_rate=step.old_rate)
    rows = raises.planned_sessions(family.id, nanny_id, step.from_date).filter(hourly_rate=step.old_rate)
    rows = rows.select_related("family", "nanny")
    if lock:
        schedules, rows = schedules.select_for_update(of=("self",)), rows.select_for_update(of=("self",))
    found_schedules, sessions = list(schedules), list(rows)
    held = _held(sessions, lock=lock)
    over = CareSession.objects.filter(family_id=family.id, nanny_id=nanny_id, pay_date__gte=step.from_date)
    plan = RaisePlan(
        family,
        nanny_id,
        step,
        found_schedules,
        [session for session in sessions if session.id not in held],
        len(held),
        over.filter(status__in=[Status.IN_PROGRESS, Status.COMPLETED], hourly_rate=step.old_rate).count(),
        _basic_rate(family, nanny_id, step, at=at) if draft.get("with_basic_rate", True) else None,
    )
    if plan.changes_nothing:
        problems.add("old_rate", say("Nothing is planned at this rate from that day on."))
    problems.raise_if_any()
    return plan


def _held(sessions: Collection[CareSession], *, lock: bool) -> frozenset[UUID]:
    """Return those that pay periods hold; with lock nobody settles their pay until the transaction ends."""
    if not lock:
        return held_days.held(sessions)
    days = held_days.lock(sessions)
    return frozenset(session.id for session in sessions if days.holds(session))


def _basic_rate(family: Family, nanny_id: UUID | None, step: Raise, *, at: datetime) -> NewBasicRate | None:
    """Return which terms take the new rate along: those agreed by the day on, where they have a basic rate; of the
    family's terms, where other nannies go by them too, a copy that is this nanny's own. Raises Invalid or Locked.
    """
    versions = policy_queries.versions(family.id)
    base = policy_queries.agreed_by(versions, nanny_id, step.from_date)
    if base is None or base.basic_rate is None or base.basic_rate == step.new_rate:
        return None
    is_shared = base.nanny_id is None and any(nanny.id != nanny_id for nanny in participants.nannies_of(family.id))
    whose = nanny_id if is_shared else base.nanny_id
    existing = [
        version
        for version in versions
        if version.nanny_id in {whose, nanny_id}
        and version.effective_from >= step.from_date
        and version.basic_rate == base.basic_rate
    ]
    begins_that_day = any(scope == (whose, step.from_date) for scope in map(settled_terms.scope_of, existing))
    problems = Problems()
    changed: list[PayPolicy] = [*existing]
    if not begins_that_day:
        changed.append(PayPolicy(family=family, nanny_id=whose, effective_from=step.from_date))
    for version in changed:
        scopes = [settled_terms.scope_of(version)]
        is_new = version not in existing
        settled_terms.check(family, version, scopes, problems, at=at, is_new=is_new, is_rehearsal=True)
    _at_the_day(problems)
    return NewBasicRate(base.basic_rate, whose, None if begins_that_day else base, existing)


def _at_the_day(problems: Problems) -> None:
    """Raise Invalid at the day of the raise for what is wrong with the day of its terms."""
    try:
        problems.raise_if_any()
    except Invalid as invalid:
        raise Invalid({"from_date": next(iter(invalid.errors.values()))}) from invalid


def _raise_schedules(plan: RaisePlan, origin: history.Origin) -> None:
    for schedule in plan.schedules:
        schedule.hourly_rate = plan.step.new_rate
        schedule.version += 1
        schedule.updated_at = origin["at"]
        schedule.save(update_fields=["hourly_rate", "version", "updated_at"])
    kind, changes = EventKind.CARE_SCHEDULE_UPDATED, {"hourly_rate": (plan.step.old_rate, plan.step.new_rate)}
    Event.insert_many(
        [
            history.line(kind, schedule_id=schedule.id, changes=changes, nanny_id=plan.nanny_id, **origin)
            for schedule in plan.schedules
        ]
    )


def _raise_sessions(plan: RaisePlan, origin: history.Origin) -> None:
    columns = {session: {"hourly_rate": plan.step.new_rate} for session in plan.sessions}
    for refusal in moves.write_all(columns, at=origin["at"]).values() if columns else ():
        raise refusal
    kind, changes = EventKind.CARE_SESSION_UPDATED, {"hourly_rate": (plan.step.old_rate, plan.step.new_rate)}
    Event.insert_many(
        [
            history.line(
                kind, session=session, led_to=session.version, changes=changes, nanny_id=plan.nanny_id, **origin
            )
            for session in plan.sessions
        ]
    )


def _raise_basic_rate(plan: RaisePlan, *, by: User, at: datetime, source: Source) -> UUID | None:
    """Write the basic rate into the terms, and return the version that is new; the notice of the raise tells of it."""
    if plan.terms is None:
        return None
    try:
        for version in plan.terms.existing:
            draft = Draft.of(basic_rate=plan.step.new_rate)
            pay_policies.update(version.id, draft, by=by, at=at, source=source, tells=False)
        if base := plan.terms.base:
            said = {name: getattr(base, name) for name in pay_policies.DEFAULTS}
            said |= {
                "basic_rate": plan.step.new_rate,
                "effective_from": plan.step.from_date,
                "nanny_id": plan.terms.nanny_id,
            }
            return pay_policies.create(plan.family.id, Draft(said), by=by, at=at, source=source, tells=False).id
    except Invalid as invalid:
        raise Invalid({"from_date": next(iter(invalid.errors.values()))}) from invalid
    return None
