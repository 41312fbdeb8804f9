"""Actions on items: entries of pay that are no session. They have no state of their own."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction

from handsel.access import checks, held_days, paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.actions import history
from handsel.models import CareSession, Event, Family, PayItem, User
from handsel.queries import pay_policies, time_off_pay
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.pay import item_kinds
from handsel.rules.pay.item_kinds import ItemKind
from handsel.rules.refusals import Locked, NotAllowed, NotVisible, WrongState
from handsel.rules.roles import Capability
from handsel.rules.sentences import say

# What may be changed, each with what it is when it is emptied.
_COLUMNS: Mapping[str, Any] = {"kind": None, "date": None, "reason": "", **item_kinds.EMPTY}
_RECORDED = ("nanny_id", *_COLUMNS)
_RESTORED_WITHIN = timedelta(hours=1)


@transaction.atomic
def create(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> PayItem:
    """Enter an item (draft: kind, date; nanny_id, reason and what its kind holds). Paid time without a rate takes the
    basic rate of its day's terms, else the family's default rate.

    Raises NotVisible, NotAllowed, Invalid or Locked.
    """
    standing, family = visibility.family(by, family_id)
    problems = Problems(draft, ["kind", "date"])
    nanny_id = paid_nannies.named(standing, draft, problems)
    if not standing.may(Capability.ENTER_PAY_ITEMS, own=nanny_id == standing.member_id):
        raise NotAllowed
    item = PayItem(family=family, nanny_id=nanny_id, entered_by_id=standing.member_id, created_at=at, updated_at=at)
    values = {**_COLUMNS, **draft.named(_COLUMNS)}
    _check(item, values, problems)
    problems.raise_if_any()
    held_days.refuse_days(family_id, nanny_id, values["date"])
    for column, value in values.items():
        setattr(item, column, value)
    item.save(force_insert=True)
    changes = history.new_values(item, _RECORDED)
    _record(EventKind.PAY_ITEM_CREATED, standing, item, changes, at=at, source=source)
    return item


@transaction.atomic
def update(
    item_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source, version: int | None = None
) -> PayItem:
    """Change what the draft names; the same values again are no change. An item of another kind loses what that kind
    does not hold.

    Raises NotVisible, NotAllowed, VersionConflict, Locked or Invalid.
    """
    standing, item = _fetch(item_id, by, version)
    problems = Problems(draft, [name for name in ("kind", "date") if name in draft])
    sent = draft.named(_COLUMNS)
    values = {column: getattr(item, column) for column in _COLUMNS}
    kind = ItemKind(sent.get("kind") or item.kind)
    values |= {column: empty for column, empty in item_kinds.EMPTY.items() if not item_kinds.holds(kind, column)}
    values |= sent
    _check(item, values, problems)
    problems.raise_if_any()
    held_days.refuse_days(item.family_id, item.nanny_id, values["date"])
    changes = history.differences(item, values)
    if not changes:
        return item
    for column, (_, new) in changes.items():
        setattr(item, column, new)
    item.version += 1
    item.updated_at = at
    item.save(force_update=True)
    _record(EventKind.PAY_ITEM_UPDATED, standing, item, changes, at=at, source=source)
    return item


@transaction.atomic
def delete(item_id: UUID, *, by: User, at: datetime, source: Source, version: int | None = None) -> None:
    """Remove an item; the history keeps what it was. Raises NotVisible, NotAllowed, VersionConflict or Locked."""
    standing, item = _fetch(item_id, by, version)
    changes = history.old_values(item, (*_RECORDED, "entered_by_id"))
    _record(EventKind.PAY_ITEM_DELETED, standing, item, changes, at=at, source=source)
    item.delete()


@transaction.atomic
def enter_time_off(time_off_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> list[PayItem]:
    """Enter what a nanny's time off took of confirmed sessions, an item a day (draft: family_id, kind). Days that have
    an entry, or are settled, are left out.

    Raises NotVisible, NotAllowed, Invalid, WrongState where nothing is left to enter, or Locked.
    """
    visibility.one_time_off(by, time_off_id, lock=True)  # of two presses the second finds the entries of the first
    problems = Problems(draft, ["family_id", "kind"])
    problems.raise_if_any()
    kind = ItemKind(draft["kind"])
    leaves = [leave for leave in time_off_pay.to_enter(by, time_off_id) if leave.family.id == draft["family_id"]]
    if not leaves:
        raise NotAllowed
    [leave] = leaves
    if not leave.days:
        if leave.held:
            raise Locked(leave.held)
        raise WrongState(say("There is nothing left to enter of this time off."))
    items = []
    for day in leave.days:
        values = {"kind": kind, "date": day.date, "nanny_id": leave.nanny_id, "minutes": day.minutes}
        items.append(create(leave.family.id, Draft.of(**values), by=by, at=at, source=source))
    return items


@transaction.atomic
def restore(item_id: UUID, *, by: User, at: datetime, source: Source) -> PayItem:
    """Take back that this person deleted an item, within an hour: it is as the history tells of it.

    Raises NotVisible, NotAllowed, WrongState or Locked.
    """
    deleted = visibility.events(by).filter(
        kind=EventKind.PAY_ITEM_DELETED, at__gte=at - _RESTORED_WITHIN, changes__pay_item_id__0=str(item_id)
    )
    event = deleted.order_by(*Event.AS_WRITTEN).last()
    standing = visibility.standing(by, event.family_id) if event else None
    if event is None or standing is None or event.by_id != standing.member_id:
        raise NotVisible
    visibility.lock_family(event.family_id)
    # unscoped: the one that its event named, in a family that this person is in
    if PayItem.objects.filter(pk=item_id).exists():
        raise WrongState(say("This entry is there again already."))
    columns: Any = PayItem._meta
    values = {
        name: columns.get_field(name).to_python(old)
        for name, (old, _) in event.changes.items()
        if name in (*_RECORDED, "entered_by_id")
    }
    item = PayItem(id=item_id, family_id=event.family_id, created_at=at, updated_at=at, **values)
    if not standing.may(Capability.CHANGE_PAY_ITEMS, own=item.entered_by_id == standing.member_id):
        raise NotAllowed
    held_days.refuse_days(item.family_id, item.nanny_id, item.date)
    item.save(force_insert=True)
    _record(EventKind.PAY_ITEM_CREATED, standing, item, history.new_values(item, _RECORDED), at=at, source=source)
    return item


def _fetch(item_id: UUID, by: User, version: int | None) -> tuple[Standing, PayItem]:
    """Return an item that this person may change, locked."""
    standing, item = visibility.pay_item(by, item_id, lock=True)
    if not standing.may(Capability.CHANGE_PAY_ITEMS, own=item.entered_by_id == standing.member_id):
        raise NotAllowed
    checks.version(item, version)
    held_days.refuse_days(item.family_id, item.nanny_id, item.date)
    return standing, item


def _check(item: PayItem, values: dict[str, Any], problems: Problems) -> None:
    """Find what is wrong with the values, and fill in the rate of paid time that says none."""
    if problems.any_of("kind", "date", "nanny_id"):
        return
    kind: ItemKind = ItemKind(values["kind"])
    problems.add_all(item_kinds.problems(kind, values))
    if item_kinds.holds(kind, "hourly_rate") and values["hourly_rate"] is None and "hourly_rate" not in problems:
        values["hourly_rate"] = usual_rate(item.family, item.nanny_id, values["date"])
        if values["hourly_rate"] is None:
            problems.add("hourly_rate", say("Enter a rate: neither the terms of pay nor the family has one."))
    session_id = values["session_id"]
    if session_id is not None and "session_id" not in problems:
        _check_session(item, session_id, problems)


def usual_rate(family: Family, nanny_id: UUID | None, day: date) -> Any:
    """Return the rate of paid time that says none: the basic rate of that day, else the family's default rate."""
    rate = basic_rate(family, nanny_id, day)
    return family.default_hourly_rate if rate is None else rate


def basic_rate(family: Family, nanny_id: UUID | None, day: date) -> Any:
    """Return the basic rate of the terms of that day, or None."""
    terms = pay_policies.holding_on(pay_policies.versions(family.id), nanny_id, day)
    return terms.basic_rate if terms else None


def _check_session(item: PayItem, session_id: UUID, problems: Problems) -> None:
    sessions = CareSession.objects.filter(family_id=item.family_id, nanny_id=item.nanny_id, pk=session_id)
    # The lock keeps it from being deleted before what names it is written.
    if not sessions.select_for_update(no_key=True).values_list("pk"):
        problems.add("session_id", say("There is no such session of this nanny."))


def _record(
    kind: EventKind, standing: Standing, item: PayItem, changes: history.Changes, *, at: datetime, source: Source
) -> None:
    before = None if kind is EventKind.PAY_ITEM_CREATED else item.id
    named = {"pay_item_id": (before, None if kind is EventKind.PAY_ITEM_DELETED else item.id)}
    history.record(kind, by=standing, at=at, source=source, changes={**named, **changes}, nanny_id=item.nanny_id)
