"""Actions on what a person is told: read it, and answer it from a mail."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from handsel.access import mail_links
from handsel.actions import care_sessions
from handsel.actions.care_sessions import BulkAnswer
from handsel.models import Notice, User
from handsel.notices import validity
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.moves import Move
from handsel.rules.refusals import NotVisible


@transaction.atomic
def mark_read(notice_id: UUID, *, by: User, at: datetime) -> Notice:
    """Mark one of the person's own notices as read; the first time counts. Raises NotVisible."""
    notice = Notice.objects.select_for_update().filter(pk=notice_id, person=by).first()
    if notice is None:
        raise NotVisible
    if notice.read_at is None:
        notice.read_at = at
        notice.save(update_fields=["read_at"])
    return notice


def mark_all_read(*, by: User, at: datetime) -> int:
    """Mark everything that the person was told as read; return how much was new."""
    return Notice.objects.filter(person=by, read_at__isnull=True).update(read_at=at)


@transaction.atomic
def confirm_by_mail(secret: str, draft: Draft, *, here: User | None, at: datetime, source: Source) -> BulkAnswer:
    """Confirm sessions that the notice speaks of, as if its person had signed in and confirmed them.

    draft: as for care_sessions.move_many; what the notice does not speak of is left out. here: who is signed in at
    the browser. Raises NotVisible where the link opens nothing, or NotAllowed or Invalid.
    """
    opened = mail_links.resolve_link(secret, at=at, here=here)
    if opened is None or opened.must_sign_in:
        raise NotVisible
    notice, person = opened.notice, opened.notice.person
    spoken_of = {session.id for session in validity.sessions_of([notice])[notice.id]}
    chosen = [session_id for session_id in draft.get("session_ids") or () if session_id in spoken_of]
    selection = Draft({**draft.values, "session_ids": chosen}, draft.wrong)
    answer = care_sessions.move_many(Move.CONFIRM, notice.family_id, selection, by=person, at=at, source=source)
    if answer.moved:
        mark_read(notice.id, by=person, at=at)
    return answer
