"""Tax identities: what their owners see of them, and what documents may say."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from handsel.access import encryption
from handsel.access.encryption import Secret
from handsel.models import TaxIdentity, TaxNumberShare, User
from handsel.rules import tax_numbers
from handsel.rules.refusals import NotVisible, WrongState
from handsel.rules.sentences import say
from handsel.rules.tax_numbers import TaxNumberKind

UNREADABLE = say("Your tax number cannot be read: enter it again.")


@dataclass(frozen=True, slots=True)
class OpenedTaxIdentity:
    """A tax identity that was decrypted."""

    kind: TaxNumberKind
    number: str
    legal_name: str
    address: str

    @property
    def last_four(self) -> str:
        return tax_numbers.last_four(self.number)


@dataclass(frozen=True, slots=True)
class OwnTaxIdentity:
    """What somebody sees of their own; the number where they ask for it."""

    kind: TaxNumberKind
    last_four: str
    legal_name: str
    address: str
    shared_with: Sequence[UUID]
    number: str | None = None


def opened(row: TaxIdentity) -> OpenedTaxIdentity | None:
    """Return what stands there, or None where no key opens it."""
    text = encryption.decrypt(row.encrypted, Secret.TAX_IDENTITY, row.person_id)
    if text is None:
        return None
    values = json.loads(text)
    return OpenedTaxIdentity(**values | {"kind": TaxNumberKind(values["kind"])})


def own(person: User, *, reveal: bool = False) -> OwnTaxIdentity:
    """Return one's own. Raises NotVisible where there is none, WrongState where no key opens it. Two queries."""
    row = TaxIdentity.objects.filter(person=person).first()
    if row is None:
        raise NotVisible
    identity = opened(row)
    if identity is None:
        raise WrongState(UNREADABLE)
    return OwnTaxIdentity(
        identity.kind,
        identity.last_four,
        identity.legal_name,
        identity.address,
        shared_with(person),
        identity.number if reveal else None,
    )


def shared_with(person: User) -> list[UUID]:
    """Return the families that may print one's number, in the order in which they may. One query."""
    shares = TaxNumberShare.objects.filter(identity__person=person).order_by("shared_at", "id")
    return list(shares.values_list("family_id", flat=True))


def named(nanny_person_id: UUID, family_id: UUID, *, by: User) -> tuple[str, str] | None:
    """Return legal name and address for a document about a nanny's pay: of their own, and of one who has shared the
    number with the family; None of any other, and where no key opens it.
    """
    rows = TaxIdentity.objects.filter(person_id=nanny_person_id)
    if by.pk != nanny_person_id:
        rows = rows.filter(shares__family_id=family_id)
    for row in rows:
        identity = opened(row)
        if identity is not None:
            return identity.legal_name, identity.address
    return None


def shared(nanny_person_id: UUID, family_id: UUID) -> OpenedTaxIdentity | None:
    """Return what somebody has shared with a family; None where they have not, and where no key opens it."""
    rows = TaxIdentity.objects.filter(person_id=nanny_person_id, shares__family_id=family_id)
    return next((identity for row in rows if (identity := opened(row)) is not None), None)
