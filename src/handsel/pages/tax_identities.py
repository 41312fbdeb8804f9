"""One's own tax number in the settings: what is there, and which families may have it printed."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from handsel.access import visibility
from handsel.models import Family, User
from handsel.queries import tax_identities as queries
from handsel.queries.tax_identities import OwnTaxIdentity
from handsel.rules.refusals import NotVisible, WrongState
from handsel.rules.roles import Capability


@dataclass(frozen=True, slots=True)
class SharingFamily:
    """A family with which the number is shared, or may be."""

    id: UUID
    name: str
    is_shared: bool


@dataclass(frozen=True, slots=True)
class TaxNumberPage:
    """`own` is None where there is none; `is_lost`: there is one that no key opens."""

    own: OwnTaxIdentity | None
    is_lost: bool
    families: list[SharingFamily]

    @property
    def initial(self) -> dict[str, Any]:
        """Return what the form shows at first."""
        if self.own is None:
            return {}
        return {"kind": self.own.kind, "legal_name": self.own.legal_name, "address": self.own.address}


def page(person: User, *, reveal: bool = False) -> TaxNumberPage:
    """Return what the page shows. Five queries."""
    own, is_lost = None, False
    try:
        own = queries.own(person, reveal=reveal)
    except NotVisible:
        return TaxNumberPage(None, False, [])
    except WrongState:
        is_lost = True
    shared = queries.shared_with(person)
    may = {
        standing.family_id
        for standing in visibility.standings(person)
        if standing.may(Capability.SHARE_TAX_NUMBER, own=True)
    }
    # unscoped: those that one is in, and those with which one has shared one's own number
    rows = Family.objects.filter(pk__in={*shared, *may}).order_by("name", "id").values_list("id", "name")
    families = [SharingFamily(family_id, name, family_id in shared) for family_id, name in rows]
    return TaxNumberPage(own, is_lost, families)
