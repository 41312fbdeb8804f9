"""What may be read on a locked phone by whoever sees it lie there: when, and nothing of whom or where."""

from collections.abc import Sequence

from handsel.formatting import names
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, Notice
from handsel.pages import inbox
from handsel.rules import local_time


def when(notice: Notice, sessions: Sequence[CareSession]) -> str:
    """The day and hours of the one session, or the days of several, by the clocks that its person reads in the book.

    Of a notice that speaks of no session any more, what it kept of the time; empty where it is about none.
    """
    formatter = Formatter.of(notice.person)
    match sessions:
        case [one]:
            dated = formatter.dated(one.scheduled_start, one.scheduled_end, one.time_zone)
            return names.join_facts(dated, formatter.other_zone(one.time_zone))
        case [_, *_]:
            dates = [local_time.local_date(one.scheduled_start, one.time_zone) for one in sessions]
            return formatter.days(min(dates), max(dates))
    return names.join_facts(*inbox.kept_when(notice.facts, formatter))
