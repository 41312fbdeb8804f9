"""What the weeks of a family cost, on its Home: under terms of pay what the timesheets say, else minutes times rate."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext

from handsel.access import paid_nannies
from handsel.access.checks import Standing
from handsel.formatting import dates, money
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, Family
from handsel.pages import session_amounts
from handsel.queries import pay_sums
from handsel.queries.timesheets import PayFacts
from handsel.rules import pay
from handsel.rules.overlap import Stretch
from handsel.rules.pay.workweeks import Timeline

_DAY = timedelta(days=1)
type _Timed = Iterable[tuple[CareSession, Stretch]]


@dataclass(frozen=True, slots=True)
class WeekCosts:
    """The costs of one family's weeks for one reader. facts: of each nanny whose pay they see; none without terms."""

    standing: Standing
    family: Family
    formatter: Formatter
    timelines: Sequence[Timeline]
    facts: Collection[PayFacts] = ()
    # Those of them who are paid in a week whether they work or not.
    present: Collection[UUID | None] = ()

    def week(self, day: date) -> tuple[date, date]:
        """Return the first and the last day of the week that holds this one: the workweek of the terms, else as this
        person counts weeks.
        """
        weeks = (timeline.week_of(day.toordinal()) for timeline in self.timelines)
        week = next((week for week in weeks if week), None)
        if week is None:
            first = self.formatter.week_of(day)
            return first, first + 6 * _DAY
        return date.fromordinal(week.first), date.fromordinal(week.last)

    def hours(self, sessions: _Timed) -> str:
        return dates.format_duration(sum(pay.minutes(*times) for _, times in sessions))

    def by_themselves(self, sessions: _Timed) -> str:
        """Say what sessions cost by themselves, for who may see it."""
        amount, grows = self._by_themselves(sessions)
        return session_amounts.said(amount, self.family.currency, before_overtime=grows)

    def so_far(self, first: date, last: date, done: _Timed) -> str:
        """Say what a week cost so far. done: the sessions of it that are done."""
        if not self.facts:
            return self.by_themselves(done)
        return self._said([pay_sums.gross(facts, first, last) for facts in self._paid(done)])

    def if_planned(
        self, first: date, last: date, planned: Sequence[tuple[CareSession, Stretch]], *, is_one_answer: bool = False
    ) -> str:
        """Say what a week costs if it goes as planned. planned: the sessions of it that are agreed on or will be.
        is_one_answer: it stands beside these sessions alone, and is about their nannies.
        """
        if not self.facts:
            return self.by_themselves(planned)
        ids = {session.id for session, _ in planned}
        nannies = {session.nanny_id for session, _ in planned}
        paid = [facts for facts in self._paid(planned) if not is_one_answer or facts.nanny_id in nannies]
        amounts = [pay_sums.gross(pay_sums.as_planned(facts, ids), first, last) for facts in paid]
        known = {facts.nanny_id for facts in self.facts}
        nobodys, _ = self._by_themselves(pair for pair in planned if pair[0].nanny_id not in known)
        amount = self._said([*amounts, *([nobodys] if nobodys else [])])
        if not amount:
            return ""
        if is_one_answer:
            return gettext("%(amount)s for the week if it goes as planned") % {"amount": amount}
        return gettext("%(amount)s if it goes as planned") % {"amount": amount}

    def _paid(self, sessions: _Timed) -> list[PayFacts]:
        nannies = {session.nanny_id for session, _ in sessions} | set(self.present)
        return [facts for facts in self.facts if facts.nanny_id in nannies]

    def _by_themselves(self, sessions: _Timed) -> tuple[Decimal | None, bool]:
        terms = self.standing.person.known_terms
        of_each = [
            pay_sums.by_itself(session, times, terms)
            for session, times in sessions
            if self.standing.sees_pay_of(session.nanny_id)
        ]
        return pay.total(amount for amount, _ in of_each), any(grows for _, grows in of_each)

    def _said(self, amounts: Iterable[Decimal]) -> str:
        """Return the sum; nothing where nobody is paid anything, as where no rate is known."""
        amount = sum(amounts, Decimal(0))
        return money.format_money(amount, self.family.currency) if amount else ""


def of_family(standing: Standing, family: Family, formatter: Formatter, days: Collection[date]) -> WeekCosts:
    """Return the costs of the weeks that hold these days. One query, and three more where there are terms."""
    terms = standing.person.known_terms
    versions = terms.versions(family.id)
    if not versions:
        return WeekCosts(standing, family, formatter, ())
    nannies = list(paid_nannies.of_family(family.id))
    seen = [nanny for nanny in nannies if standing.sees_pay_of(nanny.id)]
    whose: list[UUID | None] = [nanny.id for nanny in seen] if nannies else [None]
    timelines = [terms.timeline(family.id, nanny_id) for nanny_id in (None, *whose)]
    costs = WeekCosts(standing, family, formatter, timelines)
    weeks = [costs.week(day) for day in days]
    first, last = min(first for first, _ in weeks), max(last for _, last in weeks)
    facts = pay_sums.facts([(family, nanny_id) for nanny_id in whose], terms, first, last)
    present = [nanny.id for nanny in seen if nanny.is_nanny] if nannies else [None]
    return WeekCosts(standing, family, formatter, timelines, list(facts.values()), present)
