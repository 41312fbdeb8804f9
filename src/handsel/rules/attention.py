"""What asks for somebody: the reasons for which a session needs attention. They are computed and never stored."""

from collections.abc import Collection
from datetime import datetime, timedelta
from enum import StrEnum

from handsel.rules.lifecycle import SCHEDULED, State
from handsel.rules.reminders import LATE_TO_END

# What is over asks for its record this long.
RECORDED_WITHIN = timedelta(days=62)


class Reason(StrEnum):
    """A reason, in the order in which they are told."""

    UNCONFIRMED = "UNCONFIRMED"
    NOT_RECORDED = "NOT_RECORDED"
    OVERRUNNING = "OVERRUNNING"
    NANNY_AWAY = "NANNY_AWAY"
    FAMILY_AWAY = "FAMILY_AWAY"
    NO_NANNY = "NO_NANNY"
    CHANGE_REQUESTED = "CHANGE_REQUESTED"


AWAY = frozenset({Reason.NANNY_AWAY, Reason.FAMILY_AWAY})


def reasons(
    state: State,
    scheduled_end: datetime,
    *,
    at: datetime,
    has_nanny: bool,
    away: Collection[Reason] = (),
    has_open_request: bool = False,
) -> tuple[Reason, ...]:
    """Return why a session needs attention now. away: NANNY_AWAY and FAMILY_AWAY, as time off touches it."""
    is_over = scheduled_end <= at
    is_ahead = state in SCHEDULED and not is_over
    holds = {
        Reason.UNCONFIRMED: state is State.UNCONFIRMED and not is_over,
        Reason.NOT_RECORDED: state is State.CONFIRMED and is_over and is_recent(scheduled_end, at),
        Reason.OVERRUNNING: state is State.IN_PROGRESS and scheduled_end + LATE_TO_END <= at,
        Reason.NANNY_AWAY: is_ahead and Reason.NANNY_AWAY in away,
        Reason.FAMILY_AWAY: is_ahead and Reason.FAMILY_AWAY in away,
        Reason.NO_NANNY: state is State.CONFIRMED and not is_over and not has_nanny,
        Reason.CHANGE_REQUESTED: is_ahead and has_open_request,
    }
    return tuple(reason for reason in Reason if holds[reason])


def is_recent(scheduled_end: datetime, at: datetime) -> bool:
    """Say whether what ended then is still asked for."""
    return at - RECORDED_WITHIN < scheduled_end


def was_never_confirmed(state: State, scheduled_end: datetime, *, at: datetime) -> bool:
    """Say whether this is over and was never confirmed, and lately enough to ask whether it happened."""
    return state is State.UNCONFIRMED and scheduled_end <= at and is_recent(scheduled_end, at)
