"""What the links of mails show, to whoever has got the mail."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext, gettext_lazy, ngettext

from handsel.access import mail_links, visibility
from handsel.access.mail_links import Opened
from handsel.actions.care_sessions import BulkAnswer
from handsel.models import User
from handsel.notices import routing, validity
from handsel.notices.kinds import KINDS
from handsel.pages import asked_times, notice_answers, reconfirmations, session_rows, sessions
from handsel.pages.asked_times import Answer
from handsel.rules.moves import MOVES, Move
from handsel.rules.notices import Topic, Way

# What one page asks about; the rest follows once these are answered.
MOST_TO_ANSWER = 200
_TO_CONFIRM = (Move.CONFIRM,)
_HEADINGS = {
    Move.RECORD: gettext_lazy("Did this happen?"),
    Move.START: gettext_lazy("When did it start?"),
    Move.COMPLETE: gettext_lazy("When did it end?"),
}


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """A topic, and whether its person gets mails about it now; None where they get none of any kind any more."""

    topic: Topic
    person: User | None
    is_wanted: bool


def answer_page(opened: Opened, *, at: datetime) -> dict[str, Any]:
    """Return the sessions of one notice that wait for an answer, as its person reads them, without pay.

    move: how they are answered. `days` are the rows that are shown; `boxes` is what the button for all of them sends.
    times: when one session started or ended, as its buttons say it. done: what happened in those that are answered.
    """
    notice, standing = opened.notice, opened.standing
    person = notice.person
    spoken_of = validity.sessions_of([notice])[notice.id]
    move, waiting = notice_answers.waiting(notice.kind, spoken_of, standing, at)
    happened = [session.id for session in spoken_of if session.actual_start]
    shown = {*(session.id for session in waiting[:MOST_TO_ANSWER]), *happened[:MOST_TO_ANSWER]}
    listed = visibility.care_sessions(person).filter(family_id=notice.family_id, id__in=shown)
    in_order = list(session_rows.with_people(listed).order_by("scheduled_start", "id"))
    formatter = person.formatter.among({session.time_zone for session in in_order})
    rows = [session_rows.row(session, standing, formatter, at=at, amounts=False, buttons=False) for session in in_order]
    rows = reconfirmations.with_changes(rows, in_order, person, {standing.family_id: standing}, formatter)
    waits = {session.id for session in waiting}
    asked = [row for row in rows if row.id in waits]
    times: list[Answer] = []
    if move in notice_answers.TIMED and len(asked) == 1:
        [session] = (session for session in in_order if session.id in waits)
        # Who has another one running says on its page what became of that.
        if move is not Move.START or asked_times.running_beside(person, session) is None:
            times = list(asked_times.answers(move, session, None, formatter, at))
    answered = KINDS[notice.kind].moves != _TO_CONFIRM
    return {
        "family_name": notice.family.name,
        "move": move.path if move else "",
        "heading": _heading(move, KINDS[notice.kind].moves),
        "days": session_rows.by_day(asked),
        "shown": len(asked),
        "waiting": len(waiting),
        "boxes": session_rows.selection_values(asked),
        "times": times,
        "done": [row for row in rows if answered and row.id not in waits],
    }


def _heading(move: Move | None, moves: Sequence[Move]) -> str:
    """Return what is asked; empty where sessions are to be confirmed, which says how many."""
    if move is None:
        return "" if moves == _TO_CONFIRM else gettext("Nothing is waiting")
    return str(_HEADINGS.get(move, ""))


def answered_sentence(person: User, move: Move, answer: BulkAnswer) -> str:
    """Say what a press of a mail's link did, with the real times of one session; nothing where it did nothing."""
    step, count = MOVES[move], len(answer.moved)
    if count == 1 and move is not Move.CONFIRM:
        _, session = visibility.care_session(person, answer.moved[0])
        return gettext(step.done) % sessions.moved(session, person.formatter)
    if count and step.done_of_many:
        return ngettext(*step.done_of_many, count) % {"count": count}
    return ""


def unsubscribe_page(secret: str) -> Unsubscribe | None:
    """None where the secret is not one of ours."""
    whose = mail_links.read_unsubscribe_token(secret)
    if whose is None:
        return None
    person_id, topic = whose
    person = User.objects.filter(pk=person_id, is_active=True).first()
    if person is None:
        return Unsubscribe(topic, None, is_wanted=False)
    return Unsubscribe(topic, person, routing.preferences(person)[topic, Way.EMAIL])
