"""The people a draft names: children and the nanny, checked against their family."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from handsel.models import CareSession, Child, Family, Member
from handsel.rules.drafts import Draft, Problems
from handsel.rules.roles import Role
from handsel.rules.sentences import say


def children(
    family: Family, draft: Draft, problems: Problems, *, already: Collection[UUID] = frozenset()
) -> list[Child]:
    """Return the children of draft's child_ids, in the order given.

    An archived child may stay where it is already named, but can't be newly named.
    """
    if "child_ids" in problems:
        return []
    child_ids = draft.values["child_ids"]
    if not child_ids:
        problems.add("child_ids", say("Choose at least one child."))
        return []
    # The lock keeps a child from being deleted before what names it is written. NO KEY: others may name it meanwhile.
    rows = Child.objects.select_for_update(no_key=True).filter(family_id=family.id, id__in=child_ids).order_by("id")
    children_by_id = {child.id: child for child in rows}
    if len(children_by_id) < len(child_ids):
        problems.add("child_ids", say("There is no such child in this family."))
    elif any(child.is_archived and child.id not in already for child in children_by_id.values()):
        problems.add("child_ids", say("An archived child can’t be chosen."))
    return [children_by_id[child_id] for child_id in child_ids if child_id in children_by_id]


def nannies_of(family_id: UUID) -> QuerySet[Member]:
    """Return who is a nanny of the family now, locked: who removes them waits, and then finds what they were given."""
    nannies = Member.objects.active().filter(family_id=family_id, role=Role.NANNY)
    return nannies.select_for_update(of=("self",), no_key=True).order_by("id")


def has_left(session: CareSession) -> bool:
    """Say whether the session's nanny is no nanny of its family any more."""
    return session.nanny_id is not None and not nannies_of(session.family_id).filter(id=session.nanny_id).exists()


def nanny(family: Family, draft: Draft, problems: Problems) -> Member | None:
    """Return the nanny whom the draft names; when it says nothing, the family's only one; explicit None is nobody."""
    if "nanny_id" in problems:
        return None
    nannies = nannies_of(family.id)
    if "nanny_id" not in draft:
        only = nannies[:2]
        return only[0] if len(only) == 1 else None
    nanny_id: Any = draft.values["nanny_id"]
    if nanny_id is None:
        return None
    nanny = nannies.filter(id=nanny_id).first()
    if nanny is None:
        problems.add("nanny_id", say("There is no such nanny in this family."))
    return nanny
