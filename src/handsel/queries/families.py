"""Families as their members see them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from handsel.access import visibility
from handsel.access.standing import Standing
from handsel.models import Family, User
from handsel.queries import paging
from handsel.queries.paging import Order, Page
from handsel.rules.drafts import Draft


@dataclass(frozen=True, slots=True)
class FamilyRow:
    """One family; `default_hourly_rate` is None for who may not see it."""

    id: UUID
    name: str
    time_zone: str
    currency: str
    default_hourly_rate: Decimal | None
    address: str
    notes: str
    version: int
    created_at: datetime

    @property
    def family_id(self) -> UUID:
        return self.id


def listed(person: User, wanted: Draft) -> Page[FamilyRow]:
    """The person's families. wanted: cursor, limit. Raises Invalid. Two queries."""
    families, following = paging.part(visibility.families(person), wanted, Order(f"families:{person.pk}"))
    standing_in = {standing.family_id: standing for standing in visibility.standings(person)}
    return Page([_row(family, standing_in[family.id]) for family in families if family.id in standing_in], following)


def one(person: User, family_id: UUID) -> FamilyRow:
    """Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    return _row(family, standing)


def shown(person: User, family: Family) -> FamilyRow:
    """A family just as an action left it. Raises NotVisible."""
    return _row(family, visibility.standing(person, family.id))


def _row(family: Family, standing: Standing) -> FamilyRow:
    return FamilyRow(
        id=family.id,
        name=family.name,
        time_zone=family.time_zone,
        currency=family.currency,
        default_hourly_rate=family.default_hourly_rate if standing.sees_default_rate else None,
        address=family.address,
        notes=family.notes,
        version=family.version,
        created_at=family.created_at,
    )
