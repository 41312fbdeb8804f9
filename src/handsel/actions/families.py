"""Actions on a family: found it, change its settings."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from handsel.access import checks, visibility
from handsel.access.checks import Standing
from handsel.actions import history, limits
from handsel.models import CareSession, Family, Member, Payment, PayPeriod, User
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.refusals import Locked
from handsel.rules.roles import FOUNDERS, Capability, Role
from handsel.rules.sentences import say

_NEEDED = ("name", "time_zone", "currency")
# Each with what it is when it is emptied.
_COLUMNS = {"name": "", "time_zone": "", "currency": "", "default_hourly_rate": None, "address": "", "notes": ""}


@transaction.atomic
def create(draft: Draft, *, by: User, at: datetime, source: Source) -> Family:
    """Create a new family with its first member: who makes it, as PARENT, NANNY or COORDINATOR.

    draft: name, time_zone, currency; default_hourly_rate, address, notes, role (PARENT when nothing is said). A nanny
    who founds a family is in charge of it until a parent or coordinator joins. Raises Invalid or LimitReached.
    """
    problems = Problems(draft, _NEEDED)
    role = draft.get("role") or Role.PARENT
    if role not in FOUNDERS:
        problems.add("role", say("Choose your role: parent, nanny or coordinator."))
    problems.raise_if_any()
    visibility.lock_active_person(by)
    limits.check_families_founded(by)
    family = Family(created_at=at, **draft.named(_COLUMNS))
    family.save(force_insert=True)
    founder = Member.objects.create(family=family, user=by, role=role, joined_at=at, is_founder=role == Role.NANNY)
    history.record(
        EventKind.FAMILY_CREATED,
        by=Standing(by, family.id, founder.id, role, in_charge=founder.is_founder),
        at=at,
        source=source,
        changes=history.new_values(family, _COLUMNS) | history.new_values(founder, ["role"]),
    )
    return family


@transaction.atomic
def update(
    family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source, version: int | None = None
) -> Family:
    """Change the settings that the draft names; the same values again are no change.

    A new time zone moves no session: each keeps the zone it was made in. Schedules generate in the new one from then
    on. The currency stays once a session has a rate, which would mean another amount in another one, and all the more
    once pay was settled. Raises NotVisible, NotAllowed, VersionConflict, Locked or Invalid.
    """
    standing, family = visibility.family(by, family_id, lock=True)
    checks.may(standing, Capability.MANAGE_FAMILY)
    checks.version(family, version)
    problems = Problems(draft, [field for field in _NEEDED if field in draft])
    if draft.get("currency", family.currency) != family.currency and _is_settled(family):
        raise Locked(detail=say("Pay was settled in %(currency)s already.", currency=family.currency))
    if draft.get("currency", family.currency) != family.currency and _is_priced(family):
        problems.add("currency", say("Sessions are priced in %(currency)s already.", currency=family.currency))
    problems.raise_if_any()
    changes = history.differences(family, draft.named(_COLUMNS))
    if not changes:
        return family
    for field, (_, new) in changes.items():
        setattr(family, field, new)
    family.version += 1
    family.save(force_update=True)
    history.record(EventKind.FAMILY_UPDATED, by=standing, at=at, source=source, changes=changes)
    return family


def _is_settled(family: Family) -> bool:
    """Say whether a pay period was ever submitted, or a payment recorded. Who does so holds the family's row."""
    submitted = PayPeriod.objects.filter(family=family, submitted_at__isnull=False)
    return submitted.exists() or Payment.objects.filter(family=family).exists()


def _is_priced(family: Family) -> bool:
    return CareSession.objects.filter(family=family, hourly_rate__isnull=False).exists()
