"""May this person do this? Asked after visibility, before state: who may not act learns nothing of the state."""

from typing import Protocol
from uuid import UUID

from handsel.access.standing import Standing
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability


class HasNanny(Protocol):
    nanny_id: UUID | None


def may(standing: Standing, capability: Capability, thing: HasNanny | None = None) -> None:
    """Raises NotAllowed unless the person may do this, to this thing where one is given."""
    allowed = standing.may(capability) if thing is None else standing.may_with(capability, thing.nanny_id)
    if not allowed:
        raise NotAllowed
