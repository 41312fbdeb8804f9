"""What may be read on a locked phone by whoever sees it lie there: when, and nothing of whom or where."""

from collections.abc import Sequence
from datetime import date, datetime, time

from handsel.models import CareSession, Notice
from handsel.queries.pages import reading, schedule_lines
from handsel.queries.pages.reading import Reader
from handsel.rules import local_time


def when(notice: Notice, sessions: Sequence[CareSession]) -> str:
    """The day and hours of the one session, or the days of several, by the clocks that its person reads in the book.

    Of a notice that speaks of no session any more, what it kept of the time; empty where it is about none.
    """
    reader, facts = Reader.of(notice.person), notice.facts
    match sessions:
        case [one]:
            dated = reader.dated(one.scheduled_start, one.scheduled_end, one.time_zone)
            return reading.about(dated, reader.other_zone(one.time_zone))
        case [_, *_]:
            dates = [local_time.local_date(one.scheduled_start, one.time_zone) for one in sessions]
            return reader.days(min(dates), max(dates))
    if "first" in facts and "last" in facts:
        days = reader.days(date.fromisoformat(facts["first"]), date.fromisoformat(facts["last"]))
        hours = f", {reader.hours(*map(time.fromisoformat, facts['hours']))}" if "hours" in facts else ""
        return f"{days}{hours}"
    if "start" in facts and "zone" in facts:
        wall = local_time.wall(datetime.fromisoformat(facts["start"]), facts["zone"])
        return reading.about(f"{reader.day(wall.date())}, {reader.clock(wall)}", reader.other_zone(facts["zone"]))
    if "planned_to" in facts:
        return schedule_lines.planned_to(date.fromisoformat(facts["planned_to"]), reader)
    return ""
