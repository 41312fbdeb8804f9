"""What a mail tells of notices: plain strings, in the language that is active and by the reader's clocks.

A mail lies in places that the book knows nothing of. It says who, when and why, and what was done and earned to who may
see pay; no address of a home, no notes and nothing about a child but the first name.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import prefetch_related_objects

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting import money, names
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, Notice, User
from handsel.notices import kinds
from handsel.notices.kinds import KINDS
from handsel.pages import inbox, session_rows
from handsel.rules import local_time, pay
from handsel.rules.lifecycle import State, Status
from handsel.rules.notices import Topic
from handsel.rules.roles import Capability

MOST_LINES = 40

# A state's shape, for where there are no pictures; its word stands beside.
SHAPES = {
    State.UNCONFIRMED: "◇",
    State.CONFIRMED: "●",
    State.IN_PROGRESS: "◐",
    State.COMPLETED: "✓",
    State.CANCELLED: "✕",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One session."""

    mark: str
    shape: str
    word: str
    when: str
    about: str


@dataclass(frozen=True, slots=True)
class Item:
    """One notice: its kind and facts make the sentence (notices.kinds).

    what: which session or days, for a subject. about: what to say below the sentence. said: what somebody wrote or
    changed. more: how many sessions are left out. place: where it is seen, the name of a page and of what.
    wants_an_answer: the person may confirm what it is of.
    """

    notice_id: UUID
    kind: str
    facts: dict[str, Any]
    what: str
    about: str
    said: tuple[str, ...]
    lines: tuple[Line, ...]
    more: int
    place: tuple[str, UUID]
    wants_an_answer: bool

    @property
    def topic(self) -> Topic:
        return KINDS[self.kind].topic


def items(person: User, news: Sequence[tuple[Notice, Sequence[CareSession]]]) -> list[Item]:
    """The notices to one person, each with the sessions that it is true of. Four queries at most."""
    formatter = Formatter.of(person)
    standings = {standing.family_id: standing for standing in visibility.standings(person)}
    everything = [session for _, sessions in news for session in sessions]
    prefetch_related_objects(everything, session_rows.children(), "cancelled_by__user")
    return [_item(notice, sessions, standings[notice.family_id], formatter) for notice, sessions in news]


def for_calendars(news: Iterable[tuple[Notice, Sequence[CareSession]]]) -> list[CareSession]:
    """The agreed and the cancelled of these sessions, where the notice is of what changes a calendar.

    A session that was deleted is one that was cancelled: calendars that were given it want to know, and no row is left.
    """
    found = {
        session.id: session
        for notice, sessions in news
        if KINDS[notice.kind].for_calendars
        for session in sessions
        if session.state in (State.CONFIRMED, State.CANCELLED)
    }
    deleted = [_deleted(notice) for notice, _ in news if "deleted" in notice.facts]
    return sorted([*found.values(), *deleted], key=lambda session: (session.scheduled_start, session.id))


def _deleted(notice: Notice) -> CareSession:
    """The session as its notice remembers it, never to be saved."""
    facts = notice.facts
    return CareSession(
        id=UUID(facts["deleted"]),
        family=notice.family,
        status=Status.CANCELLED,
        scheduled_start=datetime.fromisoformat(facts["start"]),
        scheduled_end=datetime.fromisoformat(facts["end"]),
        time_zone=facts["zone"],
        version=facts["version"],
        updated_at=notice.at,
    )


def _item(notice: Notice, sessions: Sequence[CareSession], standing: Standing, formatter: Formatter) -> Item:
    facts = dict(notice.facts)
    many = bool(sessions) and notice.session_id is None
    if many:
        facts["count"] = len(sessions)  # of a generation some may be answered by now
    what = _what(notice, sessions, formatter)
    shown = sessions[:MOST_LINES]
    return Item(
        notice_id=notice.id,
        kind=notice.kind,
        facts=facts,
        what=what,
        about=names.join_facts(
            notice.family.name, *([] if len(sessions) == 1 else [what]), facts.get("schedule", "") if many else ""
        ),
        said=tuple(_said(notice, sessions, formatter)),
        lines=tuple(_line(session, standing, formatter) for session in shown),
        more=len(sessions) - len(shown),
        place=kinds.place(notice.kind, notice.family_id, notice.session_id),
        wants_an_answer=_wants_an_answer(notice, standing),
    )


def _wants_an_answer(notice: Notice, standing: Standing) -> bool:
    """Whether it asks the person to confirm."""
    return KINDS[notice.kind].asks and standing.may(Capability.CONFIRM)


def _what(notice: Notice, sessions: Sequence[CareSession], formatter: Formatter) -> str:
    if not sessions:
        return names.join_facts(*inbox.what(notice, formatter, {}))
    first, last = sessions[0], sessions[-1]
    if first is last:
        return formatter.dated(first.scheduled_start, first.scheduled_end, first.time_zone)
    return formatter.days(*(local_time.local_date(one.scheduled_start, one.time_zone) for one in (first, last)))


def _said(notice: Notice, sessions: Sequence[CareSession], formatter: Formatter) -> Iterable[str]:
    if sessions and (changed := inbox.changed(notice, sessions[0], formatter)):
        yield changed
    # Why a session was cancelled stands with the session.
    if (reason := inbox.reason(notice)) and not any(session.state is State.CANCELLED for session in sessions):
        yield reason


def _line(session: CareSession, standing: Standing, formatter: Formatter) -> Line:
    state = session.state
    when = formatter.dated(session.scheduled_start, session.scheduled_end, session.time_zone)
    return Line(
        mark=session_rows.MARKS[state],
        shape=SHAPES[state],
        word=str(session_rows.WORDS[state]),
        when=", ".join(part for part in (when, formatter.other_zone(session.time_zone)) if part),
        about=names.join_facts(
            session_rows.who(session),
            session_rows.nanny_name(session),
            *session_rows.happening(session, formatter),
            _earned(session, standing),
        ),
    )


def _earned(session: CareSession, standing: Standing) -> str:
    """What a session that is done cost, for who may see it."""
    done = session.state is State.COMPLETED and session.hourly_rate is not None
    if not done or not standing.sees_pay_of(session.nanny_id):
        return ""
    amount = pay.amount(session.actual_start, session.actual_end, session.hourly_rate)
    return money.format_money(amount, session.family.currency)
