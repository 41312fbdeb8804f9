"""Where a person stands in a family: the role, and what follows from it."""

from dataclasses import dataclass
from uuid import UUID

from handsel.models import User
from handsel.rules import roles
from handsel.rules.roles import Capability, Role


@dataclass(frozen=True, slots=True)
class Standing:
    """One person's membership of one family, as read at the start of a request."""

    person: User
    family_id: UUID
    member_id: UUID
    role: Role
    # A nanny who founded the family, while no parent or coordinator has joined.
    in_charge: bool = False

    def may(self, capability: Capability, *, own: bool = False, unassigned: bool = False) -> bool:
        return roles.may(self.role, capability, own=own, unassigned=unassigned, in_charge=self.in_charge)

    def may_with(self, capability: Capability, nanny_id: UUID | None) -> bool:
        """May this person do it to something that has this nanny?"""
        return self.may(capability, own=nanny_id == self.member_id, unassigned=nanny_id is None)

    def sees_pay_of(self, nanny_id: UUID | None) -> bool:
        """May this person see the rate of a session or schedule that has this nanny?"""
        return self.may(Capability.SEE_PAY, own=nanny_id == self.member_id, unassigned=nanny_id is None)

    @property
    def sees_default_rate(self) -> bool:
        return self.may(Capability.SEE_DEFAULT_RATE)
