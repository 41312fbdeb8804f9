"""The states of a session, and what may be done to it in each but its moves (rules.moves)."""

from enum import StrEnum
from typing import Any

from handsel.rules.roles import Role
from handsel.rules.sentences import say


class Status(StrEnum):
    """The status of a session as it is stored."""

    SCHEDULED = "SCHEDULED"
    IN_PROGRESS = "IN_PROGRESS"
    COMPLETED = "COMPLETED"
    CANCELLED = "CANCELLED"


class State(StrEnum):
    """The state of a session as people mean it: a scheduled session is either tentative or agreed."""

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
    """Return the states in which changes may be asked for: the family asks before and after it agreed, a nanny only
    about what is agreed, since what is not they simply change.
    """
    return frozenset({State.CONFIRMED}) if asker is Role.NANNY else SCHEDULED


def state(status: str, is_confirmed: bool) -> State:
    """Return the state of a status; being confirmed tells two states apart only while the session is still to come."""
    if status == Status.SCHEDULED:
        return State.CONFIRMED if is_confirmed else State.UNCONFIRMED
    return State(status)


STATE_PHRASES = {
    State.UNCONFIRMED: say("is not confirmed yet"),
    State.CONFIRMED: say("is already confirmed"),
    State.IN_PROGRESS: say("is under way"),
    State.COMPLETED: say("is completed"),
    State.CANCELLED: say("is cancelled"),
}

# The fields of a session that are written as they are sent, each with what it is when it is emptied.
PLAIN: dict[str, Any] = {"hourly_rate": None, "notes": "", "overlap_allowed": False}
PLANNED = frozenset({"scheduled_start", "scheduled_end", "child_ids", "nanny_id", *PLAIN})

# What may be edited when. A completed session's are corrections: they need a reason.
EDITABLE: dict[State, frozenset[str]] = {
    State.UNCONFIRMED: PLANNED,
    State.CONFIRMED: PLANNED,
    State.IN_PROGRESS: frozenset({"notes", "actual_start"}),
    State.COMPLETED: frozenset({"actual_start", "actual_end", "hourly_rate", "notes"}),
    State.CANCELLED: frozenset({"notes", "cancel_reason", "cancelled_for"}),
}
FIELDS = frozenset().union(*EDITABLE.values())

# What a confirmation means: a nanny who changes one of these asks the family anew.
AGREED = frozenset({"scheduled_start", "scheduled_end", "hourly_rate", "child_ids", "nanny_id"})

# What may be deleted; the rest is the record.
DELETABLE = SCHEDULED | {State.CANCELLED}
