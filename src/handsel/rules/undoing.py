"""Taking back the last move of a session: which one that is, by the history, and for how long it may be taken back.

Each event that led to a version of the session names that version, so the history is read backwards from the version
that stands. What changed the session in any other way names none, or stands in the way.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from handsel.rules.history import EventKind
from handsel.rules.lifecycle import STATE_PHRASES, State
from handsel.rules.moves import MOVES, Move, Step, Undo
from handsel.rules.sentences import Sentence, say

UNDOABLE: Mapping[str, tuple[Move, Step, Undo]] = {
    step.event: (move, step, step.undo) for move, step in MOVES.items() if step.undo
}
# What may have changed since, and stays: notes, and while it runs its start.
_STAYS = {
    EventKind.CARE_SESSION_UPDATED: frozenset({"notes", "actual_start"}),
    EventKind.CARE_SESSION_CORRECTED: frozenset({"notes"}),
}

_MEANWHILE = {
    State.IN_PROGRESS: say("Started meanwhile."),
    State.COMPLETED: say("Completed meanwhile."),
    State.CANCELLED: say("Cancelled meanwhile."),
}


class Recorded(Protocol):
    """An event, as far as the rules read it."""

    @property
    def kind(self) -> str: ...
    @property
    def at(self) -> datetime: ...
    @property
    def session_version(self) -> int | None: ...
    @property
    def changes(self) -> Mapping[str, Any]: ...
    @property
    def by_id(self) -> UUID | None: ...


@dataclass(frozen=True, slots=True)
class LastMove:
    """The move that an undo takes back.

    made_at, made_by: when it was pressed, and by which member. changes: what its event keeps. undone_before: the move
    that the undo before took back, where this one goes one move further back. notes_since: notes were written after it.
    """

    move: Move
    step: Step
    undo: Undo
    made_at: datetime
    made_by: UUID | None
    changes: Mapping[str, Any]
    undone_before: Step | None
    notes_since: bool

    def columns(self) -> dict[str, Any]:
        """Return the columns as they were before it."""
        columns = dict(self.undo.columns)
        if "nanny_id" in self.changes:
            columns |= {"nanny_id": None, "nanny_person_id": None}
        if "notes" in self.changes and not self.notes_since:
            columns["notes"] = self.changes["notes"][0] or ""
        return columns

    def is_in_time(self, scheduled_end: datetime, at: datetime) -> bool:
        """Say whether it may be taken back still."""
        was_over = scheduled_end <= self.made_at
        within = self.undo.within_when_over if was_over and self.undo.within_when_over else self.undo.within
        return within is None or at - self.made_at <= within


def why_not(state: State) -> Sentence:
    """Return the sentence for somebody whose undo was refused because the session is not what the move made of it."""
    return say("This session %(stands)s, and its last change cannot be undone.", stands=STATE_PHRASES[state])


def why_not_of_many(state: State) -> Sentence:
    """Return the same of one or more of many that were pressed together, said behind their days."""
    return _MEANWHILE.get(state, say("Changed meanwhile, or undone already."))


def last_move(events: Iterable[Recorded], version: int, state: State) -> LastMove | None:
    """Return the move that led to this version and state of the session, but for what may have changed since; None
    where there is none, or where something else changed it.
    """
    by_version = {event.session_version: event for event in events if event.session_version is not None}
    undone = 0
    undone_before: Step | None = None
    notes_since = False
    while event := by_version.get(version):
        version -= 1
        stays = _STAYS.get(EventKind(event.kind))
        if event.kind == EventKind.CARE_SESSION_UNDONE:
            undone += 1
            undone_before = undone_before or MOVES[Move(event.changes["move"][1])]
        elif stays is not None:
            if not event.changes.keys() <= stays:
                return None
            notes_since = notes_since or "notes" in event.changes
        elif event.kind not in UNDOABLE:
            return None
        elif undone:
            undone -= 1
        else:
            move, step, undo = UNDOABLE[event.kind]
            if step.to is not state:
                return None
            return LastMove(move, step, undo, event.at, event.by_id, event.changes, undone_before, notes_since)
    return None
