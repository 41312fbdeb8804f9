"""Secret addresses for calendar apps. Like keys they belong to a person, and the operator's log tells of them."""

import logging
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db import transaction

from handsel.access import tokens, visibility
from handsel.models import CalendarAddress, User
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import Source
from handsel.rules.refusals import NotVisible
from handsel.rules.sentences import say

MAX_ADDRESSES = 30  # of one person at a time
ALARMS = (15, 30, 60, 120, 24 * 60)  # minutes before a session

log = logging.getLogger(__name__)


class Detail(StrEnum):
    FULL = "full"
    BUSY = "busy"


@transaction.atomic
def make(draft: Draft, *, by: User, at: datetime, source: Source) -> tuple[CalendarAddress, str]:
    """Make a new address and return it with its secret, shown this once.

    draft: name; detail ("full" or "busy"); family_id, None for all families; shows_children, shows_notes, which only
    a full one does; alarm_minutes, one of ALARMS or None. Raises Invalid.
    """
    visibility.lock_active_person(by)
    problems = Problems(draft, ["name"])
    if draft.get("detail") not in tuple(Detail):
        problems.add("detail", say("Choose one of %(choices)s.", choices=", ".join(Detail)))
    if draft.get("alarm_minutes") not in (None, *ALARMS):
        problems.add("alarm_minutes", say("Choose one of %(choices)s.", choices=", ".join(map(str, ALARMS))))
    family_id: UUID | None = draft.get("family_id")
    if family_id is not None and not visibility.families(by).filter(pk=family_id).exists():
        problems.add("family_id", say("You have no such family."))
    if CalendarAddress.objects.filter(person=by, revoked_at__isnull=True).count() >= MAX_ADDRESSES:
        problems.add("name", say("You already have %(most)s addresses. Remove one first.", most=MAX_ADDRESSES))
    problems.raise_if_any()
    is_full = draft["detail"] == Detail.FULL
    secret = tokens.new_secret()
    address = CalendarAddress.objects.create(
        person=by,
        family_id=family_id,
        name=draft["name"],
        is_full=is_full,
        shows_children=is_full and bool(draft.get("shows_children")),
        shows_notes=is_full and bool(draft.get("shows_notes")),
        alarm_minutes=draft.get("alarm_minutes"),
        secret_hash=tokens.hash_of(secret),
        created_at=at,
    )
    log.info("Calendar address %s made for %s from %s", address.id, by.id, source)
    return address, secret


@transaction.atomic
def revoke(address_id: UUID, *, by: User, at: datetime, source: Source) -> None:
    """Revoke one of the person's own addresses; one revoked before stays so. Raises NotVisible."""
    address = CalendarAddress.objects.select_for_update().filter(pk=address_id, person=by).first()
    if address is None:
        raise NotVisible
    if address.revoked_at is None:
        address.revoked_at = at
        address.save(update_fields=["revoked_at"])
        log.info("Calendar address %s of %s revoked from %s", address.id, by.id, source)
