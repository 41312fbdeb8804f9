"""The life of a session: one table of moves, read by actions, buttons, the API's docs and docs/reference."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from handsel.rules.roles import Capability, Role
from handsel.rules.sentences import say


class Status(StrEnum):
    """What is stored."""

    SCHEDULED = "SCHEDULED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class State(StrEnum):
    """What people mean: a scheduled session is either tentative or agreed."""

    UNCONFIRMED = "UNCONFIRMED"
    CONFIRMED = "CONFIRMED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"

    @property
    def status(self) -> Status:
        return Status.SCHEDULED if self in SCHEDULED else Status(self.value)


SCHEDULED = frozenset({State.UNCONFIRMED, State.CONFIRMED})


def open_to_requests(asker: Role) -> frozenset[State]:
    """When changes may be asked for: the family before and after it agreed, a nanny of what is agreed, since what is
    not she simply changes.
    """
    return frozenset({State.CONFIRMED}) if asker is Role.NANNY else SCHEDULED


def state(status: str, is_confirmed: bool) -> State:
    """Being confirmed tells two states apart only while the session is still to come."""
    if status == Status.SCHEDULED:
        return State.CONFIRMED if is_confirmed else State.UNCONFIRMED
    return State(status)


class Move(StrEnum):
    CONFIRM = "CONFIRM"
    CANCEL = "CANCEL"
    START = "START"
    COMPLETE = "COMPLETE"
    RESTORE = "RESTORE"


@dataclass(frozen=True, slots=True)
class Step:
    """From any of `froms` to `to`; `ahead` means only while the session's planned end still lies ahead."""

    froms: frozenset[State]
    to: State
    ahead: bool = False


MOVES: dict[Move, Step] = {
    Move.CONFIRM: Step(frozenset({State.UNCONFIRMED}), to=State.CONFIRMED),
    Move.CANCEL: Step(SCHEDULED, to=State.CANCELLED),
    Move.START: Step(frozenset({State.CONFIRMED}), to=State.IN_PROGRESS),
    Move.COMPLETE: Step(frozenset({State.IN_PROGRESS}), to=State.COMPLETED),
    Move.RESTORE: Step(frozenset({State.CANCELLED}), to=State.UNCONFIRMED, ahead=True),
}

# Who may do what is one table, in roles; each move is a capability of the same name there.
NEEDS: dict[Move, Capability] = {move: Capability[move.name] for move in Move}


def may_move(state: State, move: Move, *, scheduled_end: datetime | None = None, at: datetime | None = None) -> bool:
    """Whether the move may happen now.

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


STATE_PHRASES = {
    State.UNCONFIRMED: say("is not confirmed yet"),
    State.CONFIRMED: say("is already confirmed"),
    State.IN_PROGRESS: say("is under way"),
    State.COMPLETED: say("is completed"),
    State.CANCELLED: say("is cancelled"),
}
_CANNOT = {
    Move.CONFIRM: say("it cannot be confirmed"),
    Move.CANCEL: say("it cannot be cancelled"),
    Move.START: say("it cannot be started"),
    Move.COMPLETE: say("it cannot be completed"),
    Move.RESTORE: say("it cannot be restored"),
}


def why_not(state: State, move: Move) -> str:
    """The sentence for somebody whose move was refused."""
    if state in MOVES[move].froms:
        return say("This session is over, so %(cannot)s any more.", cannot=_CANNOT[move])
    return say("This session %(stands)s, so %(cannot)s.", stands=STATE_PHRASES[state], cannot=_CANNOT[move])


PLANNED = frozenset(
    {"scheduled_start", "scheduled_end", "hourly_rate", "notes", "child_ids", "nanny_id", "overlap_allowed"}
)

# What may be edited when. A completed session's are corrections: they need a reason.
EDITABLE: dict[State, frozenset[str]] = {
    State.UNCONFIRMED: PLANNED,
    State.CONFIRMED: PLANNED,
    State.IN_PROGRESS: frozenset({"notes"}),
    State.COMPLETED: frozenset({"actual_start", "actual_end", "hourly_rate", "notes"}),
    State.CANCELLED: frozenset({"notes"}),
}

# What a confirmation means: a nanny who changes one of these asks the family anew.
AGREED = frozenset({"scheduled_start", "scheduled_end", "hourly_rate", "child_ids", "nanny_id"})

# What may be deleted; the rest is the record.
DELETABLE = SCHEDULED | {State.CANCELLED}

EARLIEST_START = timedelta(hours=4)
CLOCK_SKEW = timedelta(minutes=5)


def start_window(at: datetime, *, scheduled_start: datetime, now: datetime) -> str | None:
    """What is wrong with starting at `at`, or None."""
    if at < scheduled_start - EARLIEST_START:
        return say("A session can start at most four hours before its planned time.")
    if at > now + CLOCK_SKEW:
        return say("A session cannot start in the future.")
    return None


def complete_window(at: datetime, *, actual_start: datetime, now: datetime) -> str | None:
    """What is wrong with completing at `at`, or None."""
    if at < actual_start:
        return say("A session cannot end before it started.")
    if at > now + CLOCK_SKEW:
        return say("A session cannot end in the future.")
    return None
