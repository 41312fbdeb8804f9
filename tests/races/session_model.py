"""What one session answers to one call after the other, by the rules alone: written from them, not from the program.

A call is Asked; an answer is (200, what the session shows), (200, the kinds of its events) or (status, code).
"""

from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self

READ, EVENTS, NOTE, UNDO = "read", "events", "note", "undo"
PARENT, NANNY = "parent", "nanny"

# move: from which states, to which, what its event is called, and who may make it.
MOVES = {
    "confirm": ({"UNCONFIRMED"}, "CONFIRMED", "confirmed", {PARENT}),
    "cancel": ({"UNCONFIRMED", "CONFIRMED"}, "CANCELLED", "cancelled", {PARENT, NANNY}),
    "start": ({"CONFIRMED"}, "IN_PROGRESS", "started", {NANNY}),
    "complete": ({"IN_PROGRESS"}, "COMPLETED", "completed", {PARENT, NANNY}),
    "record": ({"CONFIRMED"}, "COMPLETED", "recorded", {PARENT, NANNY}),
    "restore": ({"CANCELLED"}, "UNCONFIRMED", "restored", {PARENT, NANNY}),
}
WRONG_STATE, NOT_ALLOWED, CONFLICT = (409, "wrong_state"), (403, "not_allowed"), (412, "version_conflict")


class Asked(NamedTuple):
    what: str
    by: str = PARENT
    version: int | None = None  # If-Match
    text: str = ""  # of a note


@dataclass(eq=False, slots=True)
class Line:
    """A line of history behind those before it. There is one of each, so that it is quick to compare."""

    before: "Line | None"
    kind: str
    _after: dict[str, "Line"] = field(default_factory=dict)

    def then(self, kind: str) -> "Line":
        return self._after.setdefault(kind, Line(self, kind))

    def kinds(self) -> tuple[str, ...]:
        kinds, line = [], self
        while line is not None:
            kinds.append(line.kind)
            line = line.before
        return tuple(reversed(kinds))


class Session(NamedTuple):
    """made: the moves that may be taken back, each with the state before it; undone: which was taken back last, since
    when no other was made.
    """

    history: Line
    state: str = "UNCONFIRMED"
    is_confirmed: bool = False
    version: int = 1
    notes: str = ""
    started: bool = False
    ended: bool = False
    made: tuple[tuple[str, str], ...] = ()
    undone: str = ""

    @classmethod
    def new(cls) -> Self:
        return cls(Line(None, "created"))

    def shown(self) -> tuple[Any, ...]:
        status = "SCHEDULED" if self.state in ("UNCONFIRMED", "CONFIRMED") else self.state
        return (status, self.is_confirmed, self.version, self.notes, self.started, self.ended)

    def become(self, kind: str, **columns: Any) -> Self:
        return self._replace(version=self.version + 1, history=self.history.then(kind), **columns)


def answer(session: Session, asked: Asked) -> tuple[Any, Session]:
    """What the session answers, and what it is then."""
    if asked.what == READ:
        return (200, session.shown()), session
    if asked.what == EVENTS:
        return (200, session.history.kinds()), session
    if asked.what == UNDO:
        refused, after = _undo(session, asked)
    elif asked.what == NOTE:
        kind = "corrected" if session.state == "COMPLETED" else "updated"
        refused, after = _conflict(session, asked), session.become(kind, notes=asked.text)
    else:
        refused, after = _move(session, asked)
    return (refused, session) if refused else ((200, after.shown()), after)


def _conflict(session: Session, asked: Asked) -> tuple[int, str] | None:
    return CONFLICT if asked.version not in (None, session.version) else None


def _move(session: Session, asked: Asked) -> tuple[tuple[int, str] | None, Session]:
    froms, to, kind, people = MOVES[asked.what]
    if asked.by not in people:
        return NOT_ALLOWED, session
    if refused := _conflict(session, asked):
        return refused, session
    if session.state not in froms:
        return WRONG_STATE, session
    made = (*session.made, (asked.what, session.state))
    columns: dict[str, Any] = {"state": to, "made": () if asked.what == "restore" else made, "undone": ""}
    if to in ("CONFIRMED", "UNCONFIRMED"):
        columns["is_confirmed"] = to == "CONFIRMED"
    if to in ("IN_PROGRESS", "COMPLETED"):
        columns |= {"started": True, "ended": to == "COMPLETED"}
    return None, session.become(kind, **columns)


def _undo(session: Session, asked: Asked) -> tuple[tuple[int, str] | None, Session]:
    if not session.made:
        return _conflict(session, asked) or WRONG_STATE, session
    move, before = session.made[-1]
    if session.undone and asked.version is None:
        # A second press takes nothing more back; who may not even make the move that the first took back hears no more.
        return WRONG_STATE if asked.by in MOVES[session.undone][3] else NOT_ALLOWED, session
    if asked.by not in MOVES[move][3]:
        return NOT_ALLOWED, session
    if refused := _conflict(session, asked):
        return refused, session
    columns: dict[str, Any] = {"state": before, "made": session.made[:-1], "undone": move}
    if move == "confirm":
        columns["is_confirmed"] = False
    if move in ("start", "complete", "record"):
        columns |= {"started": move == "complete", "ended": False}
    return None, session.become("undone", **columns)
