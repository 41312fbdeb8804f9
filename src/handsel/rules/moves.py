"""The moves of a session, in one table: actions, pages, the API and docs/reference read from it all that a move is.

A new move is one row of MOVES, with its names in Move, Capability, EventKind and NoticeKind.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from typing import Any, Protocol

from handsel.rules.history import EventKind
from handsel.rules.lifecycle import SCHEDULED, STATE_PHRASES, State, Status
from handsel.rules.notices import NoticeKind
from handsel.rules.roles import Capability
from handsel.rules.sentences import Plural, Sentence, say, say_in, say_many

EARLIEST_START = timedelta(hours=4)
CLOCK_SKEW = timedelta(minutes=5)


class Move(StrEnum):
    """A move of a session; its `path` is the last part of the move's address."""

    CONFIRM = "CONFIRM"
    CANCEL = "CANCEL"
    START = "START"
    COMPLETE = "COMPLETE"
    RESTORE = "RESTORE"

    @property
    def path(self) -> str:
        return self.value.lower().replace("_", "-")


class Value(Enum):
    """A value that a move writes and only its press knows."""

    MEMBER = "who makes it"
    NOW = "when Handsel learns of it"
    HAPPENED_AT = "when it happened: now, or the time that a phone kept while it was offline"
    REASON = "why, or nothing"


class Audience(Enum):
    """The people who are told, in the words of docs/reference/notices.md."""

    ITS_NANNY = "its nanny"
    OTHER_SIDE = "of a nanny's act the parents, of the family's the nanny"
    BOTH_SIDES = "the parents and its nanny"


class Timed(Protocol):
    """A session, as far as the rules ask when it is."""

    @property
    def scheduled_start(self) -> datetime: ...
    @property
    def actual_start(self) -> datetime | None: ...


def past_window(at: datetime, _session: Timed, *, now: datetime) -> Sentence | None:
    """Return what is wrong with a move that is said to be of `at`, or None. Clocks differ a little."""
    return say("This time is still to come.") if at > now + CLOCK_SKEW else None


def start_window(at: datetime, session: Timed, *, now: datetime) -> Sentence | None:
    """Return what is wrong with starting at `at`, or None."""
    if at < session.scheduled_start - EARLIEST_START:
        return say("A session can start at most four hours before its planned time.")
    if at > now + CLOCK_SKEW:
        return say("A session cannot start in the future.")
    return None


def complete_window(at: datetime, session: Timed, *, now: datetime) -> Sentence | None:
    """Return what is wrong with completing at `at`, or None. A session that began within this second may end in it."""
    if session.actual_start is not None and at < session.actual_start:
        return say("A session cannot end before it started.")
    if at > now + CLOCK_SKEW:
        return say("A session cannot end in the future.")
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One row: from any of `froms` to `to`."""

    froms: frozenset[State]
    to: State
    # Only while the planned end still lies ahead.
    ahead: bool = False
    capability: Capability
    # How long before the planned start it may be made; None: at any time.
    opens_before: timedelta | None = None
    # What is wrong with the time at which it is said to have happened: (at, session, now=) -> a sentence or None.
    window: Callable[..., Sentence | None] = past_window
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
    # The button below the reason that is asked for first, and told and kept; None: no reason is asked.
    with_reason: Sentence | None = None
    # What the next page says, of one session and of many; None: no page makes it of many at once.
    done: Sentence
    done_of_many: Plural | None = None
    # The move that takes it back, offered beside that.
    undo: Move | None = None

    # The operation of the API, in a line.
    summary: str

    @property
    def time_column(self) -> str | None:
        """Return the column that keeps when it happened."""
        return next((column for column, value in self.writes.items() if value is Value.HAPPENED_AT), None)


RECORDED = frozenset({"status", "is_confirmed", "actual_start", "actual_end", "nanny_id", "hourly_rate"})

# The columns of a session that the family has to agree to, for the first time or anew.
UNCONFIRMED: Mapping[str, Any] = {"is_confirmed": False, "confirmed_at": None, "confirmed_by_id": None}

MOVES: dict[Move, Step] = {
    Move.CONFIRM: Step(
        froms=frozenset({State.UNCONFIRMED}),
        to=State.CONFIRMED,
        capability=Capability.CONFIRM,
        cannot=say("it cannot be confirmed"),
        writes={"is_confirmed": True, "confirmed_at": Value.NOW, "confirmed_by_id": Value.MEMBER},
        event=EventKind.CARE_SESSION_CONFIRMED,
        did=say("confirmed it"),
        did_on_familys_word=say("confirmed it on the family’s word"),
        audience=Audience.ITS_NANNY,
        notice=NoticeKind.SESSION_CONFIRMED,
        notice_of_many=NoticeKind.SESSIONS_CONFIRMED,
        button=say("Confirm"),
        long_button=say("Confirm"),
        done=say("Confirmed: %(session)s."),
        done_of_many=say_many("%(count)s session confirmed.", "%(count)s sessions confirmed."),
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
            "cancel_reason": Value.REASON,
        },
        event=EventKind.CARE_SESSION_CANCELLED,
        did=say("cancelled it"),
        audience=Audience.OTHER_SIDE,
        notice=NoticeKind.SESSION_CANCELLED,
        notice_of_many=NoticeKind.SESSIONS_CANCELLED,
        button=say("Cancel"),
        long_button=say("Cancel"),
        with_reason=say("Cancel %(day)s, %(hours)s"),
        done=say("Cancelled: %(session)s."),
        done_of_many=say_many("%(count)s session cancelled.", "%(count)s sessions cancelled."),
        undo=Move.RESTORE,
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
        summary="Care ends, now or `at` a time since it began",
    ),
    Move.RESTORE: Step(
        froms=frozenset({State.CANCELLED}),
        to=State.UNCONFIRMED,
        ahead=True,
        capability=Capability.RESTORE,
        cannot=say("it cannot be restored"),
        writes={
            "status": Status.SCHEDULED,
            **UNCONFIRMED,
            "cancelled_at": None,
            "cancelled_by_id": None,
            "cancel_reason": "",
        },
        event=EventKind.CARE_SESSION_RESTORED,
        did=say("restored it; it needs an answer again"),
        audience=Audience.OTHER_SIDE,
        notice=NoticeKind.SESSION_RESTORED,
        notice_of_many=NoticeKind.SESSIONS_RESTORED,
        button=say("Restore"),
        long_button=say("Restore"),
        is_main=False,
        done=say("Restored: %(session)s. It needs an answer again."),
        done_of_many=say_many(
            "%(count)s session restored. It needs an answer again.",
            "%(count)s sessions restored. They need an answer again.",
        ),
        summary="A cancelled session that is not over yet is planned again",
    ),
}


def may_move(state: State, move: Move, *, scheduled_end: datetime | None = None, at: datetime | None = None) -> bool:
    """Say whether the move may happen now.

    A step that needs the planned end ahead needs both times: leaving them out is a programmer's mistake (ValueError).
    """
    step = MOVES[move]
    if state not in step.froms:
        return False
    if not step.ahead:
        return True
    if scheduled_end is None or at is None:
        raise ValueError(f"{move} depends on scheduled_end and at")
    return at < scheduled_end


def why_not(state: State, move: Move) -> Sentence:
    """Return the sentence for somebody whose move was refused."""
    cannot = MOVES[move].cannot
    if state in MOVES[move].froms:
        return say("This session is over, so %(cannot)s any more.", cannot=cannot)
    return say("This session %(stands)s, so %(cannot)s.", stands=STATE_PHRASES[state], cannot=cannot)
