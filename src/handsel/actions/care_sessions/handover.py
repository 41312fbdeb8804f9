"""Ending one session and starting the next, by who forgot the first press."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from handsel.access import visibility
from handsel.actions.care_sessions.moves import complete, start
from handsel.models import CareSession, User
from handsel.rules.drafts import EMPTY_DRAFT, Draft
from handsel.rules.history import Source


@transaction.atomic
def start_after(
    session_id: UUID,
    running_id: UUID,
    draft: Draft = EMPTY_DRAFT,
    *,
    as_planned: bool,
    by: User,
    at: datetime,
    source: Source,
    version: int | None = None,
) -> tuple[CareSession, CareSession]:
    """Complete the session that still runs, as planned or now, and start this one: both or neither.

    draft and version: as for starting. Raises what complete and start raise.
    """
    # Both by id before either is moved, as whoever moves many of them locks them.
    both = visibility.care_sessions(by).filter(id__in=(running_id, session_id))
    list(both.select_for_update(of=("self",)).order_by("id").values_list("id"))
    _, running = visibility.care_session(by, running_id)
    ended = Draft.of(at=running.scheduled_end) if as_planned else EMPTY_DRAFT
    completed = complete(running_id, ended, by=by, at=at, source=source)
    return completed, start(session_id, draft, by=by, at=at, source=source, version=version)
