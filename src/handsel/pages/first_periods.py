"""A nanny's first pay period: what lies before it can never be settled once it is submitted, so it is said before."""

from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from django.db.models import Max, Min, Subquery
from django.utils.translation import gettext, ngettext

from handsel.formatting import dates, money
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, Family, PayPeriod
from handsel.queries import timesheets
from handsel.queries.pay_periods import Proposal
from handsel.rules.pay.lines import WORKED

_DAY = timedelta(days=1)


def to_settle(family: Family, proposal: Proposal, formatter: Formatter, *, at: datetime) -> str:
    """Say from when on there is something to settle, and what lies before the days that are proposed."""
    if proposal.earliest is None:
        return gettext("No session is in the book yet.")
    earliest = gettext("The earliest session in the book is of %(day)s.") % {"day": formatter.day(proposal.earliest)}
    if proposal.earliest >= proposal.from_date:
        return earliest
    lies_before = _before(family, proposal.nanny_id, proposal.earliest, proposal.from_date, at)
    return f"{earliest} {lies_before}".strip()


class Place(NamedTuple):
    """Whether a period is the first and the last of its nanny, and the day of their earliest session in the book."""

    is_first: bool
    is_last: bool
    earliest: date | None


def place(period: PayPeriod) -> Place:
    """Return where a period stands. One query."""
    sessions = CareSession.objects.filter(family_id=period.family_id, nanny_id=period.nanny_id).order_by("pay_date")
    periods = PayPeriod.objects.filter(family_id=period.family_id, nanny_id=period.nanny_id).order_by()
    ends = periods.values("family_id").annotate(first=Min("from_date"), last=Max("from_date"))
    found = ends.annotate(earliest=Subquery(sessions.values("pay_date")[:1])).values_list("first", "last", "earliest")
    for first, last, earliest in found:
        return Place(first == period.from_date, last == period.from_date, earliest)
    return Place(is_first=False, is_last=False, earliest=None)  # deleted since it was looked at


def earlier(period: PayPeriod, earliest: date | None, *, at: datetime) -> str:
    """Say what lies before a first period that was never submitted; nothing where nothing does. earliest: the day of
    the nanny's first session. Five queries where something lies there.
    """
    if earliest is None or earliest >= period.from_date:
        return ""
    return _before(period.family, period.nanny_id, earliest, period.from_date, at)


def _before(family: Family, nanny_id: UUID | None, earliest: date, first: date, at: datetime) -> str:
    sheet = timesheets.of_nanny(family, nanny_id, earliest, first - _DAY, at=at)
    done = {line.session for line in sheet.sheet.lines if line.kind in WORKED}
    if not done:
        return ""
    sentence = ngettext(
        "Before it lies %(count)s session that was done: %(hours)s, %(amount)s. Once it is submitted, that cannot be"
        " settled any more.",
        "Before it lie %(count)s sessions that were done: %(hours)s, %(amount)s. Once it is submitted, they cannot be"
        " settled any more.",
        len(done),
    )
    return sentence % {
        "count": len(done),
        "hours": dates.format_duration(int(sheet.totals.worked_minutes)),
        "amount": money.format_money(sheet.totals.gross, family.currency),
    }
