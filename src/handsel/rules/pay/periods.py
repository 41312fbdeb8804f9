"""Pay periods: stretches of days of one nanny in one family that both sides settle, one after the other."""

from datetime import timedelta
from enum import StrEnum, unique

LONGEST_DAYS = 366
# No workweek of a held period may change, and one may begin so long before it.
HELD_BEFORE_FIRST = timedelta(days=7)


@unique
class PeriodStatus(StrEnum):
    OPEN = "OPEN"
    SUBMITTED = "SUBMITTED"
    QUERIED = "QUERIED"
    APPROVED = "APPROVED"
    REOPENED = "REOPENED"


# Nothing in these can be changed.
HELD = frozenset({PeriodStatus.SUBMITTED, PeriodStatus.APPROVED})


@unique
class Unready(StrEnum):
    """Why a session stands in the way of submitting its period. It would be locked unpaid, and the last three may be
    taken as they are.
    """

    RUNNING = "RUNNING"
    AHEAD = "AHEAD"
    UNCONFIRMED = "UNCONFIRMED"
    NOT_RECORDED = "NOT_RECORDED"
    NO_RATE = "NO_RATE"
