"""Actions on what a person is told: read it, and answer it from a mail."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from handsel.access import mail_links, visibility
from handsel.access.mail_links import Opened
from handsel.actions import care_sessions
from handsel.actions.care_sessions import BulkAnswer
from handsel.models import CareSession, Notice, User
from handsel.notices import validity
from handsel.notices.kinds import KINDS
from handsel.rules import asking_when
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.moves import MOVES, Move
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


def open_link(secret: str, *, here: User | None, at: datetime) -> Opened | None:
    """Return what the link of a mail opens for a browser at which `here` is signed in, or nobody.

    None where it opens nothing any more, or its person may not answer now. Raises NotVisible.
    """
    opened = mail_links.resolve_link(secret, at=at, here=here)
    if opened is None:
        return None
    capabilities = [MOVES[move].capability for move in KINDS[opened.notice.kind].moves]
    return opened if any(opened.standing.may(capability, own=True) for capability in capabilities) else None


@transaction.atomic
def answer_by_mail(
    secret: str, move: Move, draft: Draft, *, as_planned: bool = False, here: User | None, at: datetime, source: Source
) -> BulkAnswer:
    """Make one of the moves that the notice asks for, of sessions that it speaks of, as if its person had signed in.

    draft: as for care_sessions.move_many; what the notice does not speak of is left out. as_planned: it happened at the
    planned time, of a start or a completion. here: who is signed in at the browser. Raises NotVisible where the link
    opens nothing, or NotAllowed or Invalid.
    """
    notice, spoken_of = _answerable(secret, move, here=here, at=at)
    person = notice.person
    chosen = [session_id for session_id in draft.get("session_ids") or () if session_id in spoken_of]
    values = {**draft.values, "session_ids": chosen}
    if as_planned and len(chosen) == 1:
        values["at"] = asking_when.planned_moment(move, spoken_of[chosen[0]])
    selection = Draft(values, draft.wrong)
    answer = care_sessions.move_many(move, notice.family_id, selection, by=person, at=at, source=source)
    if answer.moved:
        mark_read(notice.id, by=person, at=at)
    return answer


@transaction.atomic
def undo_by_mail(
    secret: str, made_at: datetime | None, *, here: User | None, at: datetime, source: Source
) -> BulkAnswer:
    """Take back what the press of a mail's link did at this very instant, and nothing else. here: as for the answer.

    Raises NotVisible where the link opens nothing, NotAllowed, or Invalid where there is nothing to take back.
    """
    notice, spoken_of = _answerable(secret, None, here=here, at=at)
    person = notice.person
    kinds = [MOVES[move].event for move in KINDS[notice.kind].moves]
    events = visibility.events(person).filter(session_id__in=list(spoken_of), kind__in=kinds, by__user=person)
    moved = set(events.filter(at=made_at).values_list("session_id", flat=True)) if made_at else set()
    selection = Draft.of(session_ids=[session_id for session_id in spoken_of if session_id in moved], made_at=made_at)
    return care_sessions.undo_many(notice.family_id, selection, by=person, at=at, source=source)


def _answerable(
    secret: str, move: Move | None, *, here: User | None, at: datetime
) -> tuple[Notice, dict[UUID, CareSession]]:
    """Return the notice of a link, and the sessions that it speaks of by their ids. Raises NotVisible, also where this
    move does not answer it.
    """
    opened = open_link(secret, here=here, at=at)
    if opened is None or opened.must_sign_in or (move and move not in KINDS[opened.notice.kind].moves):
        raise NotVisible
    notice = opened.notice
    return notice, {session.id: session for session in validity.sessions_of([notice])[notice.id]}
