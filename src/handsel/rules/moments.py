"""When care may be said to have begun and ended: the bounds of the times that a move or a correction brings.

Each check takes the times by the names of the fields that bring them, and returns what is wrong with which field.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Protocol

from handsel.rules import local_time
from handsel.rules.sentences import Sentence, say

EARLIEST_START = timedelta(hours=4)
CLOCK_SKEW = timedelta(minutes=5)
LONGEST_CARE = timedelta(hours=24)
# Over a night when the clocks change.
LONGEST_NIGHT = timedelta(hours=25)

type Wrong = Mapping[str, Sentence]


class Timed(Protocol):
    """A session, as far as the rules ask when it is."""

    @property
    def scheduled_start(self) -> datetime: ...
    @property
    def actual_start(self) -> datetime | None: ...
    @property
    def time_zone(self) -> str: ...


def is_to_come(moment: datetime, now: datetime) -> bool:
    """Say whether a moment still lies ahead. Clocks differ a little."""
    return moment > now + CLOCK_SKEW


def longest_care(start: datetime, zone: str) -> timedelta:
    """Return how long care that begins then may last: a day, and an hour more where the clocks change within it."""
    end = start + LONGEST_NIGHT
    changes = local_time.wall(end, zone) - local_time.wall(start, zone) != LONGEST_NIGHT
    return LONGEST_NIGHT if changes else LONGEST_CARE


def length_problem(start: datetime, end: datetime, zone: str) -> Sentence | None:
    """Return what is wrong with how long care lasted, or None."""
    if end - start > longest_care(start, zone):
        return say("Care lasts at most 24 hours. When did it end?")
    return None


def past_window(_session: Timed, *, at: datetime, now: datetime) -> Wrong:
    """Check a move that is said to be of `at`."""
    return {"at": say("This time is still to come.")} if is_to_come(at, now) else {}


def start_window(session: Timed, *, at: datetime, now: datetime) -> Wrong:
    """Check a start at `at`."""
    if at < session.scheduled_start - EARLIEST_START:
        return {"at": say("A session can start at most four hours before its planned time.")}
    if is_to_come(at, now):
        return {"at": say("A session cannot start in the future.")}
    return {}


def complete_window(session: Timed, *, at: datetime, now: datetime) -> Wrong:
    """Check an end at `at`. A session that began within this second may end in it."""
    if session.actual_start is not None and at < session.actual_start:
        if is_to_come(session.actual_start, now):
            return {
                "at": say(
                    "A session cannot end before it started, and by the clock it has not yet: the clock went back. "
                    "Correct when it started, or try again later."
                )
            }
        return {"at": say("A session cannot end before it started.")}
    if is_to_come(at, now):
        return {"at": say("A session cannot end in the future.")}
    if session.actual_start is not None and (wrong := length_problem(session.actual_start, at, session.time_zone)):
        return {"at": wrong}
    return {}


def record_window(session: Timed, *, actual_start: datetime, actual_end: datetime, now: datetime) -> Wrong:
    """Check both times of care that is recorded afterwards. Where they do not fit each other, both are named."""
    wrong: dict[str, Sentence] = {}
    if actual_start < session.scheduled_start - EARLIEST_START:
        wrong["actual_start"] = say("A session can start at most four hours before its planned time.")
    elif is_to_come(actual_start, now):
        wrong["actual_start"] = say("A session cannot start in the future.")
    if is_to_come(actual_end, now):
        wrong["actual_end"] = say("A session cannot end in the future.")
    if wrong:
        return wrong
    if actual_end <= actual_start:
        wrong = dict.fromkeys(("actual_end", "actual_start"), say("The end must be after the start."))
    elif too_long := length_problem(actual_start, actual_end, session.time_zone):
        wrong = dict.fromkeys(("actual_end", "actual_start"), too_long)
    return wrong
