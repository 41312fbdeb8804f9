"""Tells people: one row per person, written in the transaction of the action that causes it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from handsel.models import CareSession, Child, GenerationBatch, Member, Notice, User
from handsel.rules import local_time
from handsel.rules.drafts import Draft
from handsel.rules.notices import NoticeKind


def notify(
    kind: NoticeKind,
    people: Iterable[UUID],
    *,
    by: User,
    at: datetime,
    session: CareSession | None = None,
    batch: GenerationBatch | None = None,
    family_id: UUID | None = None,
    facts: dict[str, Any] | None = None,
) -> None:
    """Write the notice to each of these persons, but never to who did it. facts must hold no pay."""
    about = session or batch
    Notice.objects.bulk_create(
        Notice(
            person_id=person_id,
            family_id=family_id if about is None else about.family_id,
            session=session,
            batch=batch,
            kind=kind.value,
            facts={"by": by.first_name, **(facts or {})},
            at=at,
        )
        for person_id in people
        if person_id != by.id
    )


def reason_facts(draft: Draft) -> dict[str, Any]:
    """The facts of an act that gives a reason, or a message that goes with it."""
    said = draft.get("reason") or draft.get("message")
    return {"reason": said} if said else {}


def change_facts(changes: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """The facts of changes, in the form in which events keep them, with the first names of whom they name.

    Of the rate it is kept that it changed, and not from what to what.
    """
    if not changes:
        return {}
    children = {one for some in changes.get("child_ids", ()) for one in some or ()}
    nannies = {one for one in changes.get("nanny_id", ()) if one}
    # unscoped: the names of those that a change at hand names
    named = [
        *(Child.objects.filter(id__in=children) if children else ()),
        *(Member.objects.filter(id__in=nannies).select_related("user") if nannies else ()),
    ]
    names = {str(one.id): one.user.first_name if isinstance(one, Member) else one.first_name for one in named}
    kept = {field: list(values) for field, values in changes.items() if field != "hourly_rate"}
    if "hourly_rate" in changes:
        kept["rate_changed"] = [None, True]
    return {"changes": kept, "names": names} if names else {"changes": kept}


def session_facts(sessions: Sequence[CareSession]) -> dict[str, Any]:
    """The facts of a notice of many sessions: how many and which, and from which day to which."""
    days = [local_time.local_date(session.scheduled_start, session.time_zone) for session in sessions]
    return {
        "count": len(sessions),
        "sessions": [str(session.id) for session in sessions],
        "first": min(days).isoformat(),
        "last": max(days).isoformat(),
    }


@dataclass(frozen=True, slots=True)
class Reminder:
    """What one person is reminded of, by nobody. `once` names it: a person gets no second notice of that name."""

    kind: NoticeKind
    person_id: UUID
    family_id: UUID
    dedup_key: str
    facts: dict[str, Any] = field(default_factory=dict)
    session: CareSession | None = None


def remind(reminders: Sequence[Reminder], *, at: datetime) -> int:
    """Write those that are not there yet; how many. Two queries, or none where there is nothing to remind of.

    Of several who write the same at once, the promise nobody_is_reminded_twice lets one.
    """
    if not reminders:
        return 0
    names = {one.dedup_key for one in reminders}
    people = {one.person_id for one in reminders}
    there = set(Notice.objects.filter(person__in=people, dedup_key__in=names).values_list("person_id", "dedup_key"))
    new = [
        Notice(
            person_id=one.person_id,
            family_id=one.family_id,
            session=one.session,
            kind=one.kind.value,
            facts=one.facts,
            dedup_key=one.dedup_key,
            at=at,
        )
        for one in reminders
        if (one.person_id, one.dedup_key) not in there
    ]
    Notice.objects.bulk_create(new, ignore_conflicts=True)
    return len(new)
