"""The outbox, which tells people: one row per person, written in the transaction of the action that causes it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from handsel.models import CareSession, Child, GenerationBatch, Notice, User
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
    family_id = family_id if about is None else about.family_id
    if family_id is None:
        raise TypeError("a notice is of a session, a batch or a family")
    Notice.objects.bulk_create(
        Notice(
            person_id=person_id,
            family_id=family_id,
            session=session,
            batch=batch,
            kind=kind.value,
            facts={"by": by.first_name, "by_id": by.id and str(by.id), **(facts or {})},
            at=at,
        )
        for person_id in people
        if person_id != by.id
    )


def reason_facts(draft: Draft) -> dict[str, Any]:
    """Return the facts of an act that gives a reason, or a message that goes with it."""
    reason = draft.get("reason") or draft.get("message")
    return {"reason": reason} if reason else {}


def change_facts(changes: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    """Return the facts of changes, in the form in which events keep them, with the first names of the children.

    Of the rate it is kept that it changed, and not from what to what.
    """
    if not changes:
        return {}
    children = {child_id for ids in changes.get("child_ids", ()) for child_id in ids or ()}
    # unscoped: the names of those that a change at hand names
    named = Child.objects.filter(id__in=children) if children else ()
    names = {str(child.id): child.first_name for child in named}
    shown = {field: list(values) for field, values in changes.items() if field != "hourly_rate"}
    if "hourly_rate" in changes:
        shown["rate_changed"] = [None, True]
    return {"changes": shown, "names": names} if names else {"changes": shown}


def session_facts(sessions: Sequence[CareSession]) -> dict[str, Any]:
    """Return the facts of a notice of many sessions: how many and which, and from which day to which."""
    days = [local_time.local_date(session.scheduled_start, session.time_zone) for session in sessions]
    return {
        "count": len(sessions),
        "sessions": [str(session.id) for session in sessions],
        "first": min(days).isoformat(),
        "last": max(days).isoformat(),
    }
