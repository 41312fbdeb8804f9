"""What a workweek adds to straight pay: its regular rate, its premiums, and what the law of the land asks for."""

from collections.abc import Iterable
from fractions import Fraction
from functools import cached_property

from handsel.rules.pay.hours import Part, Premium, by_premium, exact, in_order
from handsel.rules.pay.terms import TIMES_ONE, OvertimeBase, Terms
from handsel.rules.pay.workweeks import Workweek

# FLSA section 7: time and a half beyond forty hours.
FEDERAL_MINUTES = 40 * 60

# Whole numbers as long as they are whole.
Exact = int | Fraction


class WeekOfPay:
    """One workweek's counted minutes, and what comes of them once all are added.

    bonuses: cents that enter the regular rate, by day. paid_hundredths: of a minute, paid by sessions and cancellations
    with their pay date in it.
    """

    counted = 0
    # What counted minutes without a part come to, in sixtieths of a cent: no premium asks for those.
    sum = 0
    paid_hundredths = 0

    def __init__(self, week: Workweek, bonuses: dict[int, int], parts: Iterable[Part] = ()) -> None:
        self.week, self.terms, self.bonuses = week, week.terms, bonuses
        self.parts: list[Part] = []
        for part in parts:
            self.add(part)

    def add(self, part: Part) -> None:
        self.parts.append(part)
        self.counted += part.minutes

    @cached_property
    def straight(self) -> Exact:
        """Return what the counted minutes and the bonuses come to, in sixtieths of a cent."""
        straight = self.sum + exact(self.parts) if self.parts else self.sum
        if self.bonuses:
            first, last = self.week.first, self.week.last
            straight += 60 * sum(cents for day, cents in self.bonuses.items() if first <= day <= last)
        return straight

    @cached_property
    def premiums(self) -> dict[Premium, list[Part]]:
        """Return the minutes that each premium is paid for."""
        return by_premium(in_order(self.parts), self.week) if self.week.terms.has_premiums else {}

    @cached_property
    def regular_rate(self) -> Fraction:
        """Return the regular rate in exact cents an hour. Something must count."""
        return per_hour(self.straight, self.counted)

    def premium(self, premium: Premium) -> tuple[Exact, int]:
        """Return the exact cents that a premium comes to, as numerator and denominator."""
        extra, parts = premium.multiplier - TIMES_ONE, self.premiums[premium]
        if goes_by_own_rate(premium, self.week.terms):
            return extra * exact(parts), 60 * TIMES_ONE
        return extra * sum(part.minutes for part in parts) * self.straight, 60 * TIMES_ONE * self.counted

    @property
    def federal_premium(self) -> tuple[Exact, int]:
        """Return half the regular rate for the hours beyond forty, in exact cents as numerator and denominator."""
        return max(0, self.counted - FEDERAL_MINUTES) * self.straight, 120 * self.counted

    def all_premiums(self) -> Fraction:
        """Return the exact cents of all premiums."""
        premiums = map(self.premium, self.premiums)
        return sum((Fraction(numerator) / denominator for numerator, denominator in premiums), Fraction(0))


def per_hour(straight: Exact, minutes: int) -> Fraction:
    """Return the exact cents of an hour of minutes that come to so many sixtieths of a cent."""
    return Fraction(straight, minutes) if isinstance(straight, int) else straight / minutes


def goes_by_own_rate(premium: Premium, terms: Terms) -> bool:
    return premium.kind == "HOLIDAY" or terms.overtime_base is OvertimeBase.RATE_WORKED


def workweek_change(old: WeekOfPay, short: WeekOfPay) -> Fraction:
    """Return what is owed beyond both weeks' premiums because the start of the workweek has changed, in exact cents.

    The old week's last days may count in either week, whichever pays more (29 CFR 778.302).
    """
    first = max(old.week.first, short.week.last - 6)
    moved = [part for part in old.parts if part.day >= first]
    stays = [part for part in old.parts if part.day < first]
    rest = WeekOfPay(Workweek(old.week.first, first - 1, old.week.terms), old.bonuses, stays)
    whole = WeekOfPay(Workweek(first, short.week.last, short.week.terms), old.bonuses, moved + short.parts)
    return rest.all_premiums() + whole.all_premiums() - old.all_premiums() - short.all_premiums()
