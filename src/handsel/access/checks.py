"""The checks of where a person stands in a family, what they may do there, and whether they act on what they saw.

Asked after visibility and before state: who may not act learns nothing of the state.
"""

from dataclasses import dataclass
from typing import Protocol
from uuid import UUID

from handsel.models import User
from handsel.rules import roles
from handsel.rules.refusals import NotAllowed, VersionConflict
from handsel.rules.roles import Capability, Role


class HasNanny(Protocol):
    nanny_id: UUID | None


class Versioned(Protocol):
    version: int


@dataclass(frozen=True, slots=True)
class Standing:
    """One person's membership of one family, as read at the start of a request."""

    person: User
    family_id: UUID
    member_id: UUID
    role: Role
    # A nanny who founded the family, while no parent or coordinator has joined.
    in_charge: bool = False
    # In a family that has no nanny.
    without_nanny: bool = False

    def may(self, capability: Capability, *, own: bool = False, unassigned: bool = False) -> bool:
        return roles.may(
            self.role,
            capability,
            own=own,
            unassigned=unassigned,
            in_charge=self.in_charge,
            without_nanny=self.without_nanny,
        )

    def may_with(self, capability: Capability, nanny_id: UUID | None) -> bool:
        """Say whether this person may do it to something that has this nanny."""
        return self.may(capability, own=nanny_id == self.member_id, unassigned=nanny_id is None)

    def sees_pay_of(self, nanny_id: UUID | None) -> bool:
        """Say whether this person may see the rate of a session or schedule that has this nanny."""
        return self.may(Capability.SEE_PAY, own=nanny_id == self.member_id, unassigned=nanny_id is None)

    @property
    def sees_default_rate(self) -> bool:
        return self.may(Capability.SEE_DEFAULT_RATE)


def may(standing: Standing, capability: Capability, thing: HasNanny | None = None) -> None:
    """Raise NotAllowed unless the person may do this, to this thing where one is given."""
    allowed = standing.may(capability) if thing is None else standing.may_with(capability, thing.nanny_id)
    if not allowed:
        raise NotAllowed


def version(thing: Versioned, version: int | None) -> None:
    """Raise VersionConflict when If-Match, or the form that was sent, names another version than stands there now."""
    if version is not None and thing.version != version:
        raise VersionConflict
