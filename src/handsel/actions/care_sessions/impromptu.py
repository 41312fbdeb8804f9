"""One-time sessions, made directly."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from handsel.access import checks, visibility
from handsel.actions import booking, history, participants
from handsel.actions.care_sessions import moves, planned
from handsel.models import CareSession, CareSessionChild, User
from handsel.notices import audience, outbox
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.moves import MOVES, Move
from handsel.rules.notices import NoticeKind
from handsel.rules.roles import Capability, Role
from handsel.rules.sentences import say

_TOLD = ("scheduled_start", "scheduled_end", "hourly_rate", "notes", "nanny_id", "is_confirmed", "overlap_allowed")


@transaction.atomic
def create_impromptu(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> CareSession:
    """A session without a schedule, confirmed at once where the draft says so.

    draft: scheduled_start, scheduled_end, child_ids; hourly_rate, nanny_id, notes, is_confirmed, overlap_allowed.
    A parent or coordinator confirms because they agree, a nanny on the family's word, and then the parents are told.
    Raises NotVisible, NotAllowed, Invalid or Clash.
    """
    standing, family = visibility.family(by, family_id)
    checks.may(standing, Capability.PLAN)
    problems = Problems(draft)
    for field in ("scheduled_start", "scheduled_end", "child_ids"):
        if draft.get(field) is None:
            problems.add(field, say("This is needed."))
    start = planned.instant(draft, "scheduled_start", family.time_zone, problems)
    end = planned.instant(draft, "scheduled_end", family.time_zone, problems)
    if start and end:
        planned.check_length(start, end, problems)
    children = participants.children(family, draft, problems)
    nanny = participants.nanny(family, draft, problems)
    problems.raise_if_any()

    session = CareSession(
        family=family,
        scheduled_start=start,
        scheduled_end=end,
        hourly_rate=draft.get("hourly_rate", family.default_hourly_rate),
        notes=draft.get("notes") or "",
        overlap_allowed=bool(draft.get("overlap_allowed")),
        time_zone=family.time_zone,
        created_at=at,
        updated_at=at,
    )
    session.give_to(nanny)
    confirmed = bool(draft.get("is_confirmed"))
    if confirmed:
        for column, value in moves.columns_of(MOVES[Move.CONFIRM], member_id=standing.member_id, at=at).items():
            setattr(session, column, value)
    booking.check_availability(session)
    session.save(force_insert=True)
    CareSessionChild.objects.bulk_create(CareSessionChild(session=session, child=child) for child in children)
    changes = history.new_values(session, _TOLD) | {"child_ids": (None, [child.id for child in children])}
    if confirmed:
        changes |= moves.on_whose_word(standing)
    history.record(
        EventKind.CARE_SESSION_CREATED,
        by=standing,
        at=at,
        source=source,
        session=session,
        changes=changes,
        nanny_id=session.nanny_id,
    )
    on_their_word = NoticeKind.CONFIRMED_ON_THE_FAMILYS_WORD
    agreed = on_their_word if standing.role is Role.NANNY else NoticeKind.SESSION_CONFIRMED
    said = {"by": by, "at": at, "session": session}
    outbox.notify(agreed if confirmed else NoticeKind.SESSIONS_TO_CONFIRM, audience.parents(family.id), **said)
    planned_for_her = NoticeKind.SESSION_CONFIRMED if confirmed else NoticeKind.SESSION_PLANNED
    outbox.notify(planned_for_her, audience.nanny_of(session), **said)
    return session
