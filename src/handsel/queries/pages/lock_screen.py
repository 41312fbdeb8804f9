"""What may be read on a locked phone by whoever sees it lie there: when, and nothing of whom or where."""

from collections.abc import Sequence

from handsel.models import CareSession, Notice
from handsel.queries.pages import inbox, reading
from handsel.queries.pages.reading import Reader
from handsel.rules import local_time


def when(notice: Notice, sessions: Sequence[CareSession]) -> str:
    """The day and hours of the one session, or the days of several, by the clocks that its person reads in the book.

    Of a notice that speaks of no session any more, what it kept of the time; empty where it is about none.
    """
    reader = Reader.of(notice.person)
    match sessions:
        case [one]:
            dated = reader.dated(one.scheduled_start, one.scheduled_end, one.time_zone)
            return reading.about(dated, reader.other_zone(one.time_zone))
        case [_, *_]:
            dates = [local_time.local_date(one.scheduled_start, one.time_zone) for one in sessions]
            return reader.days(min(dates), max(dates))
    return reading.about(*inbox.kept_when(notice.facts, reader))
