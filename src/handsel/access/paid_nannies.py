"""Whose pay a request is about: one nanny's or, in a family that never had one and keeps its book alone, nobody's."""

from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from handsel.access.checks import Standing
from handsel.models import CareSession, Member
from handsel.models.families import MemberQuerySet
from handsel.rules.drafts import Draft, Problems
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability, Role
from handsel.rules.sentences import say


def of_family(family_id: UUID) -> MemberQuerySet:
    """Return who is a nanny of the family, or was one: who left too, and who has another role now and gave care."""
    gave_care = Exists(CareSession.objects.filter(nanny=OuterRef("pk")))
    return Member.objects.filter(Q(role=Role.NANNY) | gave_care, family_id=family_id).order_by("joined_at", "id")


def named(standing: Standing, draft: Draft, problems: Problems) -> UUID | None:
    """Return whose pay the draft's `nanny_id` names: left out, it is a nanny's own, or the only one's. One query.

    Raises NotAllowed where it is not theirs to see.
    """
    check_sees(standing, draft)
    if standing.role is Role.NANNY:
        return standing.member_id
    if "nanny_id" in problems:
        return None
    nannies = list(of_family(standing.family_id).values_list("id", flat=True))
    nanny_id: UUID | None = draft.get("nanny_id")
    if nanny_id is None and len(nannies) == 1 and "nanny_id" not in draft:
        return nannies[0]
    if nanny_id is None and nannies:
        problems.add("nanny_id", say("Choose the nanny."))
    elif nanny_id is not None and nanny_id not in nannies:
        problems.add("nanny_id", say("There is no such nanny in this family."))
    return nanny_id


def check_sees(standing: Standing, draft: Draft) -> None:
    """Raise NotAllowed for who sees nobody's pay, and for a nanny who names somebody else."""
    nanny_id = draft.get("nanny_id", standing.member_id)
    if not standing.may(Capability.SEE_PAY_RECORDS, own=nanny_id == standing.member_id):
        raise NotAllowed
