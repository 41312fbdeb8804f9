"""A family's settings as their form shows them."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from handsel.access import visibility
from handsel.models import User
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability


@dataclass(frozen=True, slots=True)
class FamilyAsItIs:
    id: UUID
    name: str
    version: int
    values: dict[str, Any]


def as_it_is(person: User, family_id: UUID) -> FamilyAsItIs:
    """For who may change them. Raises NotVisible or NotAllowed."""
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.MANAGE_FAMILY):
        raise NotAllowed
    rate = family.default_hourly_rate
    return FamilyAsItIs(
        id=family.id,
        name=family.name,
        version=family.version,
        values={
            "name": family.name,
            "time_zone": family.time_zone,
            "currency": family.currency,
            "default_hourly_rate": "" if rate is None else f"{rate:.2f}",
            "address": family.address,
            "notes": family.notes,
        },
    )
