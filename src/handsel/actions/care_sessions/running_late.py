"""Telling the other side that one comes, or is back, late. It moves nothing."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from handsel.access import checks, visibility
from handsel.actions import history
from handsel.models import CareSession, User
from handsel.notices import audience, outbox
from handsel.rules import running_late
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.notices import NoticeKind
from handsel.rules.refusals import WrongState
from handsel.rules.roles import Capability
from handsel.rules.sentences import say


@transaction.atomic
def tell_running_late(session_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> CareSession:
    """Tell the parents that their nanny is late, or the nanny that they are (draft: minutes; message).

    Raises NotVisible, NotAllowed, WrongState or Invalid.
    """
    standing, session = visibility.care_session(by, session_id, lock=True)
    checks.may(standing, Capability.TELL_LATE, session)
    if not running_late.may_be_told(standing.role, session.state, *session.planned_times, at):
        raise WrongState(say("This can be said from two hours before a session until it has started or ended."))
    Problems(draft, ["minutes"]).raise_if_any()
    minutes = draft["minutes"]
    history.record(
        EventKind.CARE_SESSION_RUNNING_LATE,
        by=standing,
        at=at,
        source=source,
        session=session,
        changes={"minutes": (None, minutes)},
        reason=draft.get("message") or "",
    )
    facts = {"minutes": minutes} | outbox.reason_facts(draft)
    people = audience.concerned(session)
    outbox.notify(NoticeKind.RUNNING_LATE, people, by=by, at=at, session=session, facts=facts)
    return session
