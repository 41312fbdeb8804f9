"""A person's tax number: kept encrypted, shared with a family or not, and printed for it. No event or log holds it."""

import json
import logging
from datetime import datetime
from uuid import UUID

from django.db import transaction

from handsel.access import checks, encryption, visibility
from handsel.access.checks import Standing
from handsel.access.encryption import Secret
from handsel.actions import history
from handsel.models import Member, TaxIdentity, TaxNumberShare, User
from handsel.queries import tax_identities
from handsel.queries.tax_identities import OpenedTaxIdentity, OwnTaxIdentity
from handsel.rules import tax_numbers
from handsel.rules.drafts import Draft, Problems
from handsel.rules.fields import Wrong
from handsel.rules.history import EventKind, Source
from handsel.rules.refusals import NotAllowed, NotVisible, WrongState
from handsel.rules.roles import Capability, Role
from handsel.rules.sentences import say

log = logging.getLogger(__name__)


@transaction.atomic
def put(draft: Draft, *, by: User, at: datetime, source: Source) -> OwnTaxIdentity:
    """Keep one's tax number (draft: kind, number, legal_name, address), in the place of the one that was there. Without
    `number` that one stays, where it can be read and is of this kind. Raises Invalid.
    """
    visibility.lock_active_person(by)
    row = TaxIdentity.objects.filter(person=by).first()
    before = tax_identities.opened(row) if row else None
    problems = Problems(draft, ["kind", "legal_name"])
    number = draft.get("number") or ""
    if "kind" in draft and "number" not in problems:
        if not number and before is not None and before.kind == draft["kind"]:
            number = before.number
        try:
            number = tax_numbers.parse(number, draft["kind"])
        except Wrong as wrong:
            problems.add("number", say("This is required.") if not number else wrong.sentence)
    problems.raise_if_any()
    values = {
        "kind": draft["kind"],
        "number": number,
        "legal_name": draft["legal_name"],
        "address": draft.get("address") or "",
    }
    encrypted = encryption.encrypt(json.dumps(values), Secret.TAX_IDENTITY, by.id)
    row = row or TaxIdentity(person=by)
    row.encrypted, row.changed_at = encrypted, at
    row.save()
    log.info("Tax number of %s entered from %s", by.id, source)
    return tax_identities.own(by)


@transaction.atomic
def delete(*, by: User, at: datetime, source: Source) -> None:
    """Forget one's tax number; families with which it was shared cannot print it any more. Raises NotVisible."""
    visibility.lock_active_person(by)
    identity = _own(by)
    for share in identity.shares.order_by("family_id"):
        _record(EventKind.TAX_NUMBER_UNSHARED, _standing_ever(by, share.family_id), at=at, source=source)
    identity.delete()


@transaction.atomic
def share(family_id: UUID, *, by: User, at: datetime, source: Source) -> None:
    """Let a family's parents and coordinators print one's number; again, it changes nothing. Raises NotVisible, also
    where there is no number.
    """
    standing = visibility.standing(by, family_id)
    if not standing.may(Capability.SHARE_TAX_NUMBER, own=True):
        raise NotAllowed
    visibility.lock_active_person(by)
    _, is_new = TaxNumberShare.objects.get_or_create(identity=_own(by), family_id=family_id, defaults={"shared_at": at})
    if is_new:
        _record(EventKind.TAX_NUMBER_SHARED, standing, at=at, source=source)


@transaction.atomic
def unshare(family_id: UUID, *, by: User, at: datetime, source: Source) -> None:
    """Let a family print one's number no more, also one that one has left; again, it changes nothing. Raises
    NotVisible.
    """
    visibility.lock_active_person(by)
    gone, _ = TaxNumberShare.objects.filter(identity__person=by, family_id=family_id).delete()
    if gone:
        _record(EventKind.TAX_NUMBER_UNSHARED, _standing_ever(by, family_id), at=at, source=source)
    else:
        visibility.standing(by, family_id)


@transaction.atomic
def print_number(nanny: Member, *, by: User, at: datetime, source: Source) -> OpenedTaxIdentity:
    """Return a nanny's number for a document that is made for this answer alone, and note who had it printed.

    Raises NotVisible; NotAllowed for who may not, and where it is not shared with the family; WrongState where no key
    opens it. It is a nanny's own to see by other ways, so it is printed for nobody else.
    """
    standing = visibility.standing(by, nanny.family_id)
    checks.may(standing, Capability.PRINT_TAX_NUMBER)
    shares = TaxNumberShare.objects.filter(identity__person=nanny.user_id, family_id=nanny.family_id)
    share = shares.select_for_update(of=("self",)).select_related("identity").first()
    if share is None:
        raise NotAllowed(say("The tax number is not shared with this family."))
    identity = tax_identities.opened(share.identity)
    if identity is None:
        raise WrongState(say("The tax number cannot be read. Its owner has to enter it again."))
    _record(EventKind.TAX_NUMBER_PRINTED, standing, at=at, source=source, nanny_id=nanny.id)
    return identity


def _own(person: User) -> TaxIdentity:
    identity = TaxIdentity.objects.filter(person=person).first()
    if identity is None:
        raise NotVisible
    return identity


def _standing_ever(person: User, family_id: UUID) -> Standing:
    """Return the standing in a family that the person has shared with, and may have left since."""
    member = Member.objects.get(user=person, family_id=family_id)
    return Standing(person, family_id, member.id, Role(member.role))


def _record(kind: EventKind, by: Standing, *, at: datetime, source: Source, nanny_id: UUID | None = None) -> None:
    history.record(kind, by=by, at=at, source=source, nanny_id=nanny_id or by.member_id)
