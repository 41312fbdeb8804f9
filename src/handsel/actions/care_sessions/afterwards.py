"""Recording afterwards what takes more than one move: care that was never confirmed, and two presses that came late."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from handsel.actions.care_sessions.moves import confirm, record
from handsel.actions.care_sessions.undoing import undo
from handsel.models import CareSession, User
from handsel.rules.drafts import EMPTY_DRAFT, Draft
from handsel.rules.history import Source


@transaction.atomic
def confirm_and_record(
    session_id: UUID,
    draft: Draft = EMPTY_DRAFT,
    *,
    by: User,
    at: datetime,
    source: Source,
    version: int | None = None,
) -> CareSession:
    """Confirm a session that is over and record it: both or neither. draft: as for recording.

    Raises what confirm and record raise.
    """
    confirm(session_id, by=by, at=at, source=source, version=version)
    return record(session_id, draft, by=by, at=at, source=source)


@transaction.atomic
def record_instead(
    session_id: UUID,
    draft: Draft = EMPTY_DRAFT,
    *,
    by: User,
    at: datetime,
    source: Source,
    version: int | None = None,
) -> CareSession:
    """Take a start and an end back that were both pressed too late, and record the session: all or nothing. draft: as
    for recording.

    Raises what undo and record raise.
    """
    running = undo(session_id, by=by, at=at, source=source, version=version)
    undo(session_id, by=by, at=at, source=source, version=running.version)
    return record(session_id, draft, by=by, at=at, source=source)
