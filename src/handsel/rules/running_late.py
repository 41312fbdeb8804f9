"""Saying that somebody is late: for how long, and when it is worth saying."""

from datetime import datetime, timedelta

from handsel.rules import fields
from handsel.rules.lifecycle import SCHEDULED, State
from handsel.rules.roles import Role

MOST = 240
# What pages offer by one press.
OFFERED = (5, 10, 15, 30)
_OPENS_BEFORE = timedelta(hours=2)


def minutes(raw: object) -> int:
    """Parse a number of minutes from 1 to 240, as a number or as digits."""
    return fields.whole(raw, least=1, most=MOST)


def may_be_told(role: Role, state: State, scheduled_start: datetime, scheduled_end: datetime, at: datetime) -> bool:
    """Say whether it is the time for it: from two hours before the planned start, for a nanny until the session starts,
    for a parent until it ends.
    """
    if at < scheduled_start - _OPENS_BEFORE:
        return False
    if state is State.IN_PROGRESS:
        return role is not Role.NANNY
    return state in SCHEDULED and at < scheduled_end
