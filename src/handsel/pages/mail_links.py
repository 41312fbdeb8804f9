"""What the links of mails show, to whoever has got the mail."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from handsel.access import mail_links, visibility
from handsel.access.mail_links import Opened
from handsel.formatting.dates import Formatter
from handsel.models import User
from handsel.notices import routing, validity
from handsel.pages import reconfirmations, session_rows
from handsel.rules.lifecycle import State
from handsel.rules.notices import Topic, Way

# What one page asks about; the rest follows once these are answered.
MOST_TO_ANSWER = 200


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """A topic, and whether its person gets mails about it now; None where they get none of any kind any more."""

    topic: Topic
    person: User | None
    is_wanted: bool


def answer_page(opened: Opened, *, at: datetime) -> dict[str, Any]:
    """Return the sessions of one notice that wait for an answer, as its person reads them, without pay.

    `days` are the rows that are shown; `boxes` is what the button for all of them sends.
    """
    notice, standing = opened.notice, opened.standing
    person = notice.person
    waiting = [
        session.id
        for session in validity.sessions_of([notice])[notice.id]
        if session.state is State.UNCONFIRMED and session.scheduled_end > at
    ]
    listed = visibility.care_sessions(person).filter(family_id=notice.family_id, id__in=waiting[:MOST_TO_ANSWER])
    sessions = list(session_rows.with_people(listed).order_by("scheduled_start", "id"))
    formatter = Formatter.of(person)
    rows = [session_rows.row(session, standing, formatter, at=at, amounts=False, buttons=False) for session in sessions]
    rows = reconfirmations.with_changes(rows, reconfirmations.changes(person, standing, sessions, formatter))
    return {
        "family_name": notice.family.name,
        "days": session_rows.by_day(rows),
        "shown": len(rows),
        "waiting": len(waiting),
        "boxes": session_rows.selection_values(rows),
    }


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
