"""What may be read on a locked phone by whoever sees it lie there: when, and nothing of whom or where."""

from collections.abc import Sequence
from datetime import date, datetime

from handsel.models import CareSession, Notice
from handsel.queries.pages.reading import Reader
from handsel.rules import local_time


def when(notice: Notice, sessions: Sequence[CareSession]) -> str:
    """The day and hours of the one session, or the days of several, by the clocks that its person reads in the book.

    Of a notice that speaks of no session any more, what it kept of the time; empty where it is about none.
    """
    reader, facts = Reader.of(notice.person), notice.facts
    match sessions:
        case [one]:
            return reader.dated(one.scheduled_start, one.scheduled_end, one.time_zone)
        case [_, *_]:
            days = [local_time.local_date(one.scheduled_start, one.time_zone) for one in sessions]
            return reader.days(min(days), max(days))
    if "first" in facts and "last" in facts:
        return reader.days(date.fromisoformat(facts["first"]), date.fromisoformat(facts["last"]))
    if "start" in facts and "zone" in facts:
        wall = local_time.wall(datetime.fromisoformat(facts["start"]), facts["zone"])
        return f"{reader.day(wall.date())}, {reader.clock(wall)}"
    return ""
