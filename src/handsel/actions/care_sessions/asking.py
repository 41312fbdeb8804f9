"""Asking the parents to confirm care that is over and that nobody confirmed."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from handsel.access import checks, held_days, visibility
from handsel.actions import history
from handsel.models import CareSession, User
from handsel.notices import audience, outbox
from handsel.rules import attention
from handsel.rules.history import EventKind, Source
from handsel.rules.notices import NoticeKind
from handsel.rules.refusals import NotAllowed, WrongState
from handsel.rules.roles import Capability, Role
from handsel.rules.sentences import say

# Nobody is asked the same again sooner.
ASKED_AGAIN_AFTER = timedelta(hours=24)


@transaction.atomic
def ask_to_confirm(
    session_id: UUID, *, by: User, at: datetime, source: Source, version: int | None = None
) -> CareSession:
    """Ask the parents to confirm a session that is over; its nanny may, once a day.

    Raises NotVisible, NotAllowed, VersionConflict, Locked or WrongState.
    """
    standing, session = visibility.care_session(by, session_id, lock=True)
    checks.may(standing, Capability.RECORD, session)
    if standing.role is not Role.NANNY:
        raise NotAllowed
    checks.version(session, version)
    held_days.refuse(session)
    if not attention.was_never_confirmed(session.state, session.scheduled_end, at=at):
        raise WrongState(say("This session no longer has to be confirmed."))
    asked = visibility.events(by).filter(session_id=session.id, kind=EventKind.CARE_SESSION_CONFIRM_ASKED)
    if asked.filter(at__gt=at - ASKED_AGAIN_AFTER).exists():
        raise WrongState(say("The family was already asked."))
    history.record(EventKind.CARE_SESSION_CONFIRM_ASKED, session=session, by=standing, at=at, source=source)
    outbox.notify(NoticeKind.CONFIRM_ASKED, audience.managers(session.family_id), by=by, at=at, session=session)
    return session
