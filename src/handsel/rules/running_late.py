"""Saying that somebody is late: for how long, and when it is worth saying."""

from datetime import datetime, timedelta

from handsel.rules.fields import Wrong
from handsel.rules.lifecycle import SCHEDULED, State
from handsel.rules.roles import Role
from handsel.rules.sentences import say

MOST = 240
# What pages offer by one press.
OFFERED = (5, 10, 15, 30)
_OPENS_BEFORE = timedelta(hours=2)


def minutes(raw: object) -> int:
    """Parse a number of minutes from 1 to 240, as a number or as digits."""
    number = int(raw) if isinstance(raw, str) and raw.isascii() and raw.isdigit() and len(raw) < 4 else raw
    if isinstance(number, int) and not isinstance(number, bool) and 1 <= number <= MOST:
        return number
    raise Wrong(say("Enter a whole number from 1 to %(most)s.", most=MOST))


def may_be_told(role: Role, state: State, scheduled_start: datetime, scheduled_end: datetime, at: datetime) -> bool:
    """Say whether it is the time for it: from two hours before the planned start, for a nanny until the session starts,
    for a parent until it ends.
    """
    if at < scheduled_start - _OPENS_BEFORE:
        return False
    if state is State.IN_PROGRESS:
        return role is not Role.NANNY
    return state in SCHEDULED and at < scheduled_end
