"""The moves of a session, in one table: actions, pages, the API and docs/reference read from it all that a move is.

A new move is one row of MOVES, with its names in Move, Capability, EventKind and NoticeKind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Any

from handsel.rules.history import EventKind
from handsel.rules.lifecycle import SCHEDULED, STATE_PHRASES, State, Status
from handsel.rules.moments import (
    EARLIEST_START,
    Wrong,
    complete_window,
    past_window,
    record_window,
    start_window,
)
from handsel.rules.notices import NoticeKind
from handsel.rules.roles import Capability
from handsel.rules.sentences import Plural, Sentence, say, say_in, say_many

UNDO_ANSWER, UNDO_RECORD = timedelta(minutes=15), timedelta(hours=24)


class Move(StrEnum):
    """A move of a session; its `path` is the last part of the move's address."""

    CONFIRM = "CONFIRM"
    CANCEL = "CANCEL"
    START = "START"
    COMPLETE = "COMPLETE"
    RECORD = "RECORD"
    RESTORE = "RESTORE"

    @property
    def path(self) -> str:
        return self.value.lower().replace("_", "-")


class Value(Enum):
    """A value that a move writes and only its press knows."""

    MEMBER = "who makes it"
    NOW = "when Handsel learns of it"
    HAPPENED_AT = "when it happened: now, or the time that a phone kept while it was offline"
    STARTED_AT = "when care began: as planned, or as is said afterwards"
    ENDED_AT = "when care ended: as planned, or as is said afterwards"
    REASON = "why, or nothing"
    CANCELLED_FOR = "whose choice it was: of the family, or of the nanny"
    NOTES = "the notes, where some are sent"


# The times that a press brings, by the names of the fields that bring them.
TIMES: Mapping[Value, str] = {
    Value.HAPPENED_AT: "at",
    Value.STARTED_AT: "actual_start",
    Value.ENDED_AT: "actual_end",
}


class Audience(Enum):
    """The people who are told, in the words of docs/reference/notices.md."""

    BOTH_SIDES = "the parents, the coordinators and its nanny"


@dataclass(frozen=True, slots=True, kw_only=True)
class Undo:
    """How a move is taken back (rules.undoing), and what is said of it."""

    # The columns that the move wrote, as they were before it. A nanny who took the session by it loses it again.
    columns: Mapping[str, Any]
    # For how long; None: as long as the session is what the move made of it.
    within: timedelta | None = None
    # The same of a session that was over when the move was made.
    within_when_over: timedelta | None = None

    # "Noor ..." in the history of the session.
    did: Sentence
    notice: NoticeKind
    notice_of_many: NoticeKind | None = None
    button: Sentence
    # What the next page says of one session.
    done: Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row: from any of `froms` to `to`."""

    froms: frozenset[State]
    to: State
    # Only while the planned end still lies ahead; only when the planned start is past.
    ahead: bool = False
    begun: bool = False
    capability: Capability
    # How long before the planned start it may be made; None: at any time.
    opens_before: timedelta | None = None
    # The times that it is said to have happened at, and what is wrong with them (rules.moments).
    times: tuple[Value, ...] = (Value.HAPPENED_AT,)
    window: Callable[..., Wrong] = past_window
    # "This session is cancelled, so it cannot be confirmed."
    cannot: Sentence

    # The columns of the session that change. Of those in RECORDED the history keeps the old and the new value.
    writes: Mapping[str, Any]
    # The nanny who makes it becomes the nanny of a session that has none.
    takes_unassigned: bool = False
    event: EventKind
    # "Noor ..." in the history of the session, with %(at)s for Value.HAPPENED_AT.
    did: Sentence
    # The same of a nanny, where a parent or coordinator makes it because they agree and a nanny on the family's word.
    did_on_familys_word: Sentence | None = None

    audience: Audience
    notice: NoticeKind
    # Of many made at once; None: one notice of each.
    notice_of_many: NoticeKind | None = None

    # Its button: on a row among others, and where the session stands by itself.
    button: Sentence
    long_button: Sentence
    is_main: bool = True
    # Not before the planned end, though the move may be made earlier with other times.
    offered_when_over: bool = False
    # The button below the reason that is asked for first, and told and kept; None: no reason is asked.
    with_reason: Sentence | None = None
    # What the next page says, of one session and of many; None: no page makes it of many at once.
    done: Sentence
    done_of_many: Plural | None = None
    # None: it is not taken back.
    undo: Undo | None = None

    # The operation of the API, in a line.
    summary: str

    @property
    def time_column(self) -> str | None:
        """Return the column that keeps when it happened."""
        return next((column for column, value in self.writes.items() if value is Value.HAPPENED_AT), None)


RECORDED = frozenset(
    {"status", "is_confirmed", "actual_start", "actual_end", "nanny_id", "hourly_rate", "notes", "cancelled_for"}
)

# The columns of a session that the family has to agree to, for the first time or anew.
UNCONFIRMED: Mapping[str, Any] = {"is_confirmed": False, "confirmed_at": None, "confirmed_by_id": None}
NOT_CANCELLED: Mapping[str, Any] = {
    "status": Status.SCHEDULED,
    "cancelled_at": None,
    "cancelled_by_id": None,
    "cancelled_for": "",
    "cancel_reason": "",
}

MOVES: dict[Move, Step] = {
    Move.CONFIRM: Step(
        froms=frozenset({State.UNCONFIRMED}),
        to=State.CONFIRMED,
        capability=Capability.CONFIRM,
        cannot=say("it cannot be confirmed"),
        writes={"is_confirmed": True, "confirmed_at": Value.NOW, "confirmed_by_id": Value.MEMBER},
        event=EventKind.CARE_SESSION_CONFIRMED,
        did=say("confirmed it"),
        did_on_familys_word=say("confirmed it for the family, by phone"),
        audience=Audience.BOTH_SIDES,
        notice=NoticeKind.SESSION_CONFIRMED,
        notice_of_many=NoticeKind.SESSIONS_CONFIRMED,
        button=say("Confirm"),
        long_button=say("Confirm"),
        done=say("Confirmed: %(session)s."),
        done_of_many=say_many("%(count)s session confirmed.", "%(count)s sessions confirmed."),
        undo=Undo(
            columns=UNCONFIRMED,
            within=UNDO_ANSWER,
            did=say("undid the confirmation"),
            notice=NoticeKind.CONFIRM_UNDONE,
            notice_of_many=NoticeKind.CONFIRMS_UNDONE,
            button=say("Undo confirmation"),
            done=say("Not confirmed any more: %(session)s."),
        ),
        summary="The family agrees",
    ),
    Move.CANCEL: Step(
        froms=SCHEDULED,
        to=State.CANCELLED,
        capability=Capability.CANCEL,
        cannot=say("it cannot be cancelled"),
        # is_confirmed stays, since what had been agreed matters.
        writes={
            "status": Status.CANCELLED,
            "cancelled_at": Value.NOW,
            "cancelled_by_id": Value.MEMBER,
            "cancelled_for": Value.CANCELLED_FOR,
            "cancel_reason": Value.REASON,
        },
        event=EventKind.CARE_SESSION_CANCELLED,
        did=say("cancelled it"),
        audience=Audience.BOTH_SIDES,
        notice=NoticeKind.SESSION_CANCELLED,
        notice_of_many=NoticeKind.SESSIONS_CANCELLED,
        button=say("Cancel"),
        long_button=say("Cancel"),
        with_reason=say("Cancel %(day)s, %(hours)s"),
        done=say("Cancelled: %(session)s."),
        done_of_many=say_many("%(count)s session cancelled.", "%(count)s sessions cancelled."),
        undo=Undo(
            columns=NOT_CANCELLED,
            within=UNDO_ANSWER,
            within_when_over=UNDO_RECORD,
            did=say("undid the cancellation"),
            notice=NoticeKind.CANCEL_UNDONE,
            notice_of_many=NoticeKind.CANCELS_UNDONE,
            button=say("Undo cancellation"),
            done=say("Not cancelled any more: %(session)s."),
        ),
        summary="It will not happen",
    ),
    Move.START: Step(
        froms=frozenset({State.CONFIRMED}),
        to=State.IN_PROGRESS,
        capability=Capability.START,
        opens_before=EARLIEST_START,
        window=start_window,
        cannot=say("it cannot be started"),
        writes={"status": Status.IN_PROGRESS, "actual_start": Value.HAPPENED_AT},
        takes_unassigned=True,
        event=EventKind.CARE_SESSION_STARTED,
        did=say("started it%(at)s"),
        audience=Audience.BOTH_SIDES,
        notice=NoticeKind.SESSION_STARTED,
        button=say_in("button", "Start"),
        long_button=say("Start session"),
        done=say("Started at %(started)s: %(session)s."),
        undo=Undo(
            columns={"status": Status.SCHEDULED, "actual_start": None},
            did=say("undid the start"),
            notice=NoticeKind.START_UNDONE,
            button=say("Undo start"),
            done=say("Not started any more: %(session)s."),
        ),
        summary="Care begins, now or `at` a time up to four hours before the plan",
    ),
    Move.COMPLETE: Step(
        froms=frozenset({State.IN_PROGRESS}),
        to=State.COMPLETED,
        capability=Capability.COMPLETE,
        window=complete_window,
        cannot=say("it cannot be completed"),
        writes={"status": Status.COMPLETED, "actual_end": Value.HAPPENED_AT},
        event=EventKind.CARE_SESSION_COMPLETED,
        did=say("completed it%(at)s"),
        audience=Audience.BOTH_SIDES,
        notice=NoticeKind.SESSION_COMPLETED,
        button=say("Complete"),
        long_button=say("Complete session"),
        done=say("Completed: %(ran)s, %(length)s."),
        undo=Undo(
            columns={"status": Status.IN_PROGRESS, "actual_end": None},
            within=UNDO_RECORD,
            within_when_over=UNDO_RECORD,
            did=say("undid the end"),
            notice=NoticeKind.COMPLETE_UNDONE,
            button=say("Undo end"),
            done=say("Under way again: %(session)s."),
        ),
        summary="Care ends, now or `at` a time since it began",
    ),
    Move.RECORD: Step(
        froms=frozenset({State.CONFIRMED}),
        to=State.COMPLETED,
        begun=True,
        capability=Capability.RECORD,
        times=(Value.STARTED_AT, Value.ENDED_AT),
        window=record_window,
        cannot=say("it cannot be recorded"),
        writes={
            "status": Status.COMPLETED,
            "actual_start": Value.STARTED_AT,
            "actual_end": Value.ENDED_AT,
            "notes": Value.NOTES,
        },
        takes_unassigned=True,
        event=EventKind.CARE_SESSION_RECORDED,
        did=say("recorded it: %(times)s"),
        audience=Audience.BOTH_SIDES,
        notice=NoticeKind.SESSION_RECORDED,
        notice_of_many=NoticeKind.SESSIONS_RECORDED,
        button=say("Record as planned"),
        long_button=say("Record as planned"),
        is_main=False,
        offered_when_over=True,
        done=say("Recorded: %(ran)s, %(length)s."),
        done_of_many=say_many("%(count)s session recorded.", "%(count)s sessions recorded."),
        undo=Undo(
            columns={"status": Status.SCHEDULED, "actual_start": None, "actual_end": None},
            within=UNDO_RECORD,
            within_when_over=UNDO_RECORD,
            did=say("undid the record"),
            notice=NoticeKind.RECORD_UNDONE,
            button=say("Undo record"),
            done=say("Not recorded any more: %(session)s."),
        ),
        summary="Care that nobody started is recorded afterwards, as planned or with the times that are sent",
    ),
    Move.RESTORE: Step(
        froms=frozenset({State.CANCELLED}),
        to=State.UNCONFIRMED,
        ahead=True,
        capability=Capability.RESTORE,
        cannot=say("it cannot be restored"),
        writes={**NOT_CANCELLED, **UNCONFIRMED},
        event=EventKind.CARE_SESSION_RESTORED,
        did=say("restored it; it has to be confirmed again"),
        audience=Audience.BOTH_SIDES,
        notice=NoticeKind.SESSION_RESTORED,
        notice_of_many=NoticeKind.SESSIONS_RESTORED,
        button=say("Restore"),
        long_button=say("Restore"),
        is_main=False,
        done=say("Restored: %(session)s. It has to be confirmed again."),
        done_of_many=say_many(
            "%(count)s session restored. It has to be confirmed again.",
            "%(count)s sessions restored. They have to be confirmed again.",
        ),
        summary="A cancelled session that is not over yet is planned again",
    ),
}


def may_move(
    state: State,
    move: Move,
    *,
    scheduled_start: datetime | None = None,
    scheduled_end: datetime | None = None,
    at: datetime | None = None,
) -> bool:
    """Say whether the move may happen now.

    A step that depends on the planned times needs them and `at`: leaving them out is a programmer's mistake
    (ValueError).
    """
    step = MOVES[move]
    if state not in step.froms:
        return False
    if not (step.ahead or step.begun):
        return True
    if scheduled_start is None or scheduled_end is None or at is None:
        raise ValueError(f"{move} depends on scheduled_start, scheduled_end and at")
    return not (step.ahead and at >= scheduled_end) and not (step.begun and at <= scheduled_start)


def why_not(state: State, move: Move) -> Sentence:
    """Return the sentence for somebody whose move was refused."""
    step = MOVES[move]
    if state in step.froms and step.begun:
        return say("This session is still to come, so %(cannot)s.", cannot=step.cannot)
    if state in step.froms:
        return say("This session is over, so %(cannot)s any more.", cannot=step.cannot)
    return say("This session %(stands)s, so %(cannot)s.", stands=STATE_PHRASES[state], cannot=step.cannot)
