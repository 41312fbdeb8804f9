"""The rules that keep the next weeks of a schedule planned: how far, and from which day on.

Weeks begin on the family's Monday. The plan grows by whole weeks, so that a family is asked once a week, not each day.
"""

from datetime import date, timedelta

from handsel.rules.sentences import say

MOST_WEEKS = 26
# A week that is more than one ahead was looked at by a clock that went back since.
FAR_AHEAD = timedelta(weeks=1)


def problems(weeks: int | None) -> dict[str, str]:
    """Return what is wrong with a number of weeks: field name to sentence, empty when it is good. None means not at
    all.
    """
    if weeks is not None and not 1 <= weeks <= MOST_WEEKS:
        return {"weeks_ahead": say("Choose 1 to %(most)s weeks.", most=MOST_WEEKS)}
    return {}


def monday(day: date) -> date:
    """Return the Monday on or before the day."""
    return day - timedelta(days=day.weekday())


def is_new_week(today: date, done_in: date | None) -> bool:
    """Say whether a plan is to grow, which last did so in the week of the Monday done_in."""
    return done_in is None or not monday(today) <= done_in <= monday(today) + FAR_AHEAD


def days(weeks: int, today: date, done_in: date | None) -> tuple[date, date]:
    """Return the first and the last day to plan, both inclusive: to the end of so many weeks after this one.

    done_in: the Monday of the week in which that was last done. What lay in its reach was looked at then, and is never
    gone over again, unless the clock went back since.
    """
    last = monday(today) + timedelta(weeks=weeks, days=6)
    is_lost = done_in is None or done_in > monday(today) + FAR_AHEAD
    return today if done_in is None or is_lost else max(today, done_in + timedelta(weeks=weeks + 1)), last
