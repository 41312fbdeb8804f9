"""What somebody answers from a mail, without signing in: the link is their word for what it asked, and no more."""

from datetime import datetime

from django.db import transaction

from handsel.access import mail_links
from handsel.actions import care_sessions, inbox
from handsel.actions.care_sessions import BulkAnswer
from handsel.models import User
from handsel.notices import delivery
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.moves import Move
from handsel.rules.refusals import NotVisible


@transaction.atomic
def confirm(secret: str, draft: Draft, *, here: User | None, at: datetime, source: Source) -> BulkAnswer:
    """The person of the notice agrees to sessions that it speaks of, as if they had signed in and confirmed them.

    draft: as for care_sessions.move_many; what the notice does not speak of is left out. here: who is signed in at
    the browser. Raises NotVisible where the link opens nothing, or NotAllowed or Invalid.
    """
    opened = mail_links.opened(secret, at=at, here=here)
    if opened is None or opened.must_sign_in:
        raise NotVisible
    notice, person = opened.notice, opened.notice.person
    spoken_of = {session.id for session in delivery.sessions_of([notice])[notice.id]}
    chosen = [session_id for session_id in draft.get("session_ids") or () if session_id in spoken_of]
    wanted = Draft({**draft.values, "session_ids": chosen}, draft.wrong)
    answer = care_sessions.move_many(Move.CONFIRM, notice.family_id, wanted, by=person, at=at, source=source)
    if answer.moved:
        inbox.mark_read(notice.id, by=person, at=at)
    return answer
