"""The people who are to be told."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from handsel.access.checks import Standing
from handsel.access.visibility import is_in_charge
from handsel.models import CareSession, Member, User
from handsel.rules.roles import MANAGERS, Role


def managers(family_id: UUID) -> list[UUID]:
    """Return the persons who answer for the family: its parents and coordinators."""
    return list(Member.objects.managers_of(family_id).order_by("joined_at", "id").values_list("user_id", flat=True))


def concerned(session: CareSession) -> list[UUID]:
    """Return who hears of a change to a session: who answers for its family, and its nanny."""
    return [*managers(session.family_id), *nanny_of(session)]


def nanny_of(session: CareSession) -> list[UUID]:
    """Return the session's nanny while they are a member of its family, as a list of none or one."""
    return persons([session.nanny_id])


def persons(member_ids: Iterable[UUID | None]) -> list[UUID]:
    """Return the persons behind these members, without those who have been removed."""
    ids = {member_id for member_id in member_ids if member_id is not None}
    if not ids:
        return []
    # unscoped: who is told, of sessions and requests at hand
    return list(Member.objects.active().filter(id__in=ids).values_list("user_id", flat=True))


def every_nanny(family_id: UUID, *, but: Collection[UUID] = ()) -> list[UUID]:
    """Return the persons who are nannies of the family, but for these members."""
    nannies = Member.objects.active().filter(family_id=family_id, role=Role.NANNY).exclude(id__in=but)
    return list(nannies.order_by("joined_at", "id").values_list("user_id", flat=True))


def who_may_answer(standing: Standing, session: CareSession) -> list[UUID]:
    """Return the other side of a request: who answers for the family, or the nanny, or every nanny while the session
    has none.
    """
    if standing.role is Role.NANNY:
        return managers(session.family_id)
    return every_nanny(session.family_id) if session.nanny_id is None else nanny_of(session)


@dataclass(frozen=True, slots=True)
class FamilyRecipients:
    """The people of a family who can be told anything at all, for what speaks of many families at once."""

    members: Sequence[Member]

    @property
    def parents(self) -> list[User]:
        return [member.user for member in _who_answer(_of(self.members, MANAGERS))]

    @property
    def managers(self) -> list[User]:
        return [member.user for member in _of(self.members, MANAGERS)]

    @property
    def who_confirm(self) -> list[User]:
        """Return the parents or, while none has joined, the nanny who founded the family."""
        parents = self.parents
        return parents or [
            member.user
            for member in self.members
            if is_in_charge(Role(member.role), is_founder=member.is_founder, has_manager=bool(parents))
        ]

    def nanny(self, nanny_id: UUID | None) -> list[User]:
        """Return the person behind this member, as a list of none or one."""
        return [member.user for member in self.members if member.id == nanny_id]


def recipients_by_family(families: Collection[UUID]) -> dict[UUID, FamilyRecipients]:
    """Return who can be told in each of these families, in the order in which its people joined. One query."""
    by_family: dict[UUID, list[Member]] = defaultdict(list)
    members = Member.objects.active().filter(family__in=families, user__is_active=True).select_related("user")
    for member in members.order_by("joined_at", "id") if families else ():
        by_family[member.family_id].append(member)
    return {family_id: FamilyRecipients(by_family[family_id]) for family_id in families}


def _who_answer(managers: Iterable[Member]) -> list[Member]:
    """Return the parents among those who manage a family or, where there is none, all of them."""
    everybody = list(managers)
    return _of(everybody, {Role.PARENT}) or everybody


def _of(members: Iterable[Member], roles: Collection[Role]) -> list[Member]:
    return [member for member in members if member.role in roles]
