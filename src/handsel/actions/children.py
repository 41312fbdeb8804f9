"""Actions on the children of a family. None is ever lost once schedules or sessions name it."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from handsel.access import checks, visibility
from handsel.actions import history, limits
from handsel.models import Child, Family, User
from handsel.rules import local_time
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability
from handsel.rules.sentences import say

_CARE_NOTES = {"allergies": "", "medications": "", "notes": ""}
# Each with what it is when it is emptied.
_COLUMNS = {"first_name": "", "last_name": "", "date_of_birth": None, **_CARE_NOTES}


@transaction.atomic
def create(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> Child:
    """Create a new child (draft: first_name; last_name, date_of_birth, allergies, medications, notes).

    Raises NotVisible, NotAllowed, Invalid or LimitReached.
    """
    standing, family = visibility.family(by, family_id)
    checks.may(standing, Capability.ADD_CHILD)
    problems = Problems(draft, ["first_name"])
    _check(family, draft, problems, at)
    problems.raise_if_any()
    limits.check_children(family.id)
    child = Child(family=family, created_at=at, **draft.named(_COLUMNS))
    child.save(force_insert=True)
    history.record(
        EventKind.CHILD_CREATED,
        by=standing,
        at=at,
        source=source,
        changes={"child_id": (None, child.id)} | history.new_values(child, _COLUMNS),
    )
    return child


@transaction.atomic
def update(
    child_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source, version: int | None = None
) -> Child:
    """Change what the draft names; the same values again are no change.

    Who may only edit the care notes (a nanny) may send the rest along, but not change it.
    Raises NotVisible, NotAllowed, VersionConflict or Invalid.
    """
    standing, child = visibility.child(by, child_id, lock=True)
    checks.may(standing, Capability.EDIT_CARE_NOTES)
    checks.version(child, version)
    changes = history.differences(child, draft.named(_COLUMNS))
    touched = changes.keys() | (draft.wrong.keys() & set(_COLUMNS))
    if touched - set(_CARE_NOTES) and not standing.may(Capability.MANAGE_CHILDREN):
        raise NotAllowed(say("Only the family can change a child’s name and date of birth."))
    problems = Problems(draft, [field for field in ["first_name"] if field in draft])
    _check(child.family, draft, problems, at)
    problems.raise_if_any()
    if not changes:
        return child
    for field, (_, new) in changes.items():
        setattr(child, field, new)
    child.version += 1
    child.save(force_update=True)
    history.record(
        EventKind.CHILD_UPDATED,
        by=standing,
        at=at,
        source=source,
        changes={"child_id": (child.id, child.id), **changes},
    )
    return child


@transaction.atomic
def delete(child_id: UUID, *, by: User, at: datetime, source: Source, version: int | None = None) -> None:
    """Remove the child, or archive it when a schedule or session names it. An archived one stays as it is.

    Raises NotVisible, NotAllowed or VersionConflict.
    """
    standing, child = visibility.child(by, child_id, lock=True)
    checks.may(standing, Capability.MANAGE_CHILDREN)
    checks.version(child, version)
    if child.session_links.exists() or child.schedule_links.exists():
        if child.is_archived:
            return
        child.archived_at = at
        child.version += 1
        child.save(update_fields=["archived_at", "version"])
        kind, changes = (EventKind.CHILD_ARCHIVED, {"child_id": (child.id, child.id), "is_archived": (False, True)})
    else:
        kind, changes = (EventKind.CHILD_DELETED, {"child_id": (child.id, None)} | history.old_values(child, _COLUMNS))
        child.delete()
    history.record(kind, by=standing, at=at, source=source, changes=changes)


def _check(family: Family, draft: Draft, problems: Problems, at: datetime) -> None:
    born = draft.get("date_of_birth")
    if born is not None and born > local_time.local_date(at, family.time_zone):
        problems.add("date_of_birth", say("This day is still to come."))
