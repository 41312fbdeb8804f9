"""Who is to be told."""

from collections.abc import Iterable
from uuid import UUID

from handsel.access.standing import Standing
from handsel.models import CareSession, Member
from handsel.rules.roles import Role


def parents(family_id: UUID) -> list[UUID]:
    """The persons who answer for the family: its parents or, where none has joined, its coordinators."""
    managers = Member.objects.managers_of(family_id).order_by("joined_at", "id").values_list("role", "user_id")
    found = list(managers)
    return [person_id for role, person_id in found if role == Role.PARENT] or [person_id for _, person_id in found]


def nanny_of(session: CareSession) -> list[UUID]:
    """The session's nanny while she is a member of its family, as a list of none or one."""
    return nannies_of([session.nanny_id])


def nannies_of(nanny_ids: Iterable[UUID | None]) -> list[UUID]:
    """The persons behind these members, without those who have been removed."""
    wanted = {nanny_id for nanny_id in nanny_ids if nanny_id is not None}
    if not wanted:
        return []
    return list(Member.objects.active().filter(id__in=wanted).values_list("user_id", flat=True))


def who_may_answer(standing: Standing, session: CareSession) -> list[UUID]:
    """The other side of a request: the parents, or the nanny, or every nanny while the session has none."""
    if standing.role is Role.NANNY or session.nanny_id is not None:
        return other_side(standing, session)
    nannies = Member.objects.active().filter(family_id=session.family_id, role=Role.NANNY).order_by("joined_at", "id")
    return list(nannies.values_list("user_id", flat=True))


def other_side(standing: Standing, session: CareSession) -> list[UUID]:
    """Who has to know of something that this member did: the parents of a nanny's act, else the nanny."""
    return parents(session.family_id) if standing.role is Role.NANNY else nanny_of(session)
