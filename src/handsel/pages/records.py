"""A year as a page, a family's or a nanny's own in all families: hours a month, the totals, and one month session by
session.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Self
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.documents.rows import CareLine, Total, YearRecord
from handsel.formatting import dates, money
from handsel.formatting.dates import Formatter
from handsel.models import Family, Member, User
from handsel.pages import attention, paid_nannies, pay_tabs, year_pay
from handsel.pages.attention import Attention
from handsel.queries import family_years, records
from handsel.queries.approved_sums import ChildLink
from handsel.queries.family_years import FamilyYear
from handsel.queries.records import Asked
from handsel.rules import fields, local_time
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Capability, Role

# The chart is 208 pixels high: 157 of them for the tallest bar, below it the line and the names of the months.
_FLOOR, _TALLEST = 180, 157


def page(
    person: User, family_id: UUID, year: int, *, at: datetime, month: int | None = None, nanny_id: UUID | None = None
) -> dict[str, Any]:
    """Return the page's context. `month` is the one to show session by session, the latest unless said. nanny_id: of
    several nannies the one that it is about; all of them unless said. Thirteen queries at most, where nothing that is
    over asks for its record. Raises NotVisible.
    """
    standing, family = visibility.family(person, family_id)
    pay = _Pay.of(standing, family, year, nanny_id)
    chosen = pay.chosen.id if pay.chosen else None
    only = standing.member_id if standing.role is Role.NANNY else chosen
    today = local_time.local_date(at, family.time_zone)
    record = records.of_standing(standing, family, year, pay.asked(today, month), only=only, links=pay.links)
    page = _page(person, record, "family_records", family_id, at=at)
    page |= pay.shown(record)
    if "pay" in page and page["pay"].has_approved:
        page |= year_pay.with_approved(page["pay"], page["months"], page["total"])
    page["may_import"] = standing.may(Capability.IMPORT_SESSIONS)
    page["may_export"] = standing.may(Capability.EXPORT, own=True)
    tabs = pay_tabs.tabs(standing, "family_records_now")
    over = _open(person, {family_id: standing}, at, is_own=record.is_own)
    return page | {"family_id": family_id, "tabs": tabs, "open": over}


@dataclass(frozen=True)
class _Pay:
    """What a family's year says of pay to who may see it: whose, and what was approved."""

    standing: Standing
    family: Family
    nannies: list[Member]
    chosen: Member | None
    of_year: FamilyYear | None

    @classmethod
    def of(cls, standing: Standing, family: Family, year: int, nanny_id: UUID | None) -> Self:
        """Read it. Five queries at most, none for who sees nobody's pay."""
        if not standing.may(Capability.SEE_PAY_RECORDS, own=True):
            return cls(standing, family, [], None, None)
        if not fields.EARLIEST.year <= year <= fields.LATEST.year:
            raise NotVisible
        nannies = paid_nannies.of(standing)
        chosen = paid_nannies.chosen(nannies, nanny_id) if nanny_id else None
        whose: list[UUID | None] = [nanny.id for nanny in nannies] if chosen is None else [chosen.id]
        if chosen is None and standing.may(Capability.SEE_PAY_RECORDS):
            whose.append(None)  # a family that kept the book alone has pay of nobody's, also of before a nanny came
        of_year = family_years.of_nannies(family.id, whose, year)
        return cls(standing, family, nannies, chosen, of_year)

    @property
    def links(self) -> Sequence[ChildLink] | None:
        """Return the children of the year's sessions, where they are at hand."""
        return self.of_year.links if self.of_year else None

    def asked(self, today: date, month: int | None) -> Asked:
        """Return whose timesheets the months add up, on which days they were a nanny of the family, and what of it is
        approved.
        """
        if self.of_year is None:
            return Asked(month, today)
        asked = self.nannies if self.chosen is None else [self.chosen]
        days: dict[UUID | None, tuple[date, date]] = {nanny.id: self._days(nanny, today) for nanny in asked}
        days = days or {None: (self._day(self.family.created_at), today)}
        whose = {(self.family, nanny_id): of_nanny for nanny_id, of_nanny in days.items()}
        approved = [Decimal(of_month.totals["gross"]) for of_month in self.of_year.months]
        return Asked(month, today, whose, self.of_year.settled(), approved)

    def _days(self, nanny: Member, today: date) -> tuple[date, date]:
        return self._day(nanny.joined_at), self._day(nanny.removed_at) if nanny.removed_at else today

    def _day(self, at: datetime) -> date:
        return local_time.local_date(at, self.family.time_zone)

    def shown(self, record: YearRecord) -> dict[str, Any]:
        if self.of_year is None:
            return {}
        formatter, currency = self.standing.person.formatter, self.family.currency
        approved = {month.number: Decimal(month.totals["gross"]) for month in self.of_year.months}
        so_far = {first.month: total.amounts.get(currency, Decimal(0)) for first, total in record.months}
        return {
            "pay": year_pay.of_year(
                self.standing,
                self.family,
                self.of_year,
                nannies=self.nannies,
                chosen=self.chosen,
                formatter=formatter,
            ),
            "nannies": paid_nannies.choices(self.nannies, self.chosen, formatter) if len(self.nannies) > 1 else [],
            "chosen": self.chosen.id if self.chosen else "",
            "nanny_query": f"&nanny={self.chosen.id}" if self.chosen else "",
            "earnings": year_pay.earnings_chart(so_far, approved, record.year, currency),
        }


def mine(person: User, year: int, *, at: datetime, month: int | None = None) -> dict[str, Any]:
    """Return the same of a nanny's own sessions in all families, and what it was in each. Raises NotVisible."""
    today = local_time.local_date(at, person.time_zone or "UTC")
    record = records.mine(person, year, Asked(month, today))
    page = _page(person, record, "my_records", at=at)
    nannys = [standing for standing in visibility.standings(person) if standing.role is Role.NANNY]
    standings = {standing.family_id: standing for standing in nannys}
    families = [_total(*of_one) for of_one in record.families]
    return page | {"families": families, "open": _open(person, standings, at, is_own=True)}


def _open(person: User, standings: Mapping[UUID, Standing], at: datetime, *, is_own: bool) -> Attention:
    """Return what is over and not counted, since nobody recorded or confirmed it."""
    return attention.attention_of(person, standings, person.formatter, at=at, nannys=is_own, over=True)


def _page(person: User, record: YearRecord, route: str, *of: UUID, at: datetime) -> dict[str, Any]:
    """Return what both pages show; route: that of the page, of what it is beside the year."""
    year = record.year
    months = {first.month: total for first, total in record.months}
    lines, total = record.lines, record.total
    shown = lines[0].day.month if lines else None
    formatter = person.formatter.among({line.time_zone for line in lines})
    totals = {
        "hours": dates.format_duration(total.minutes),
        "sessions": money.format_session_count(total.sessions),
    }
    return {
        "family_name": record.family_name,
        "is_own": record.is_own,
        "title": (gettext("Records, %(year)s") if record.family_name else gettext("My year %(year)s")) % {"year": year},
        "year": year,
        "other_years": [
            (str(other), reverse(f"web:{route}", args=[*of, other])) for other in record.years if other != year
        ],
        "file": reverse(f"web:{route}_csv", args=[*of, year]),
        "bars": _chart_bars(record, year, local_time.local_date(at, record.time_zone)),
        "says": gettext("Hours a month; %(sessions)s in the year, %(hours)s") % totals,
        "months": [_month(number, of_month, year) for number, of_month in months.items()],
        "total": _total(str(year), total),
        "month": _month(shown, months[shown], year) if shown else None,
        "lines": [_line(line, formatter, is_own=record.is_own) for line in lines],
        "shows_pay": any(time.hourly_rate is not None for time in record.times) or bool(record.earned),
        "has_terms": bool(record.earned),
    }


def this_year(person: User, family_id: UUID, *, at: datetime) -> int:
    """Return the year on the family's clock. Raises NotVisible."""
    _, family = visibility.family(person, family_id)
    return local_time.local_date(at, family.time_zone).year


def this_year_of_mine(person: User, *, at: datetime) -> int:
    """Return the year on the clock of the nanny. Raises NotVisible for who is none."""
    return local_time.local_date(at, records.zone_of_mine(person)).year


def _month(number: int, total: Total, year: int) -> dict[str, Any]:
    return _total(dates.month_name(date(year, number, 1)), total) | {"number": number}


def _total(name: str, total: Total) -> dict[str, Any]:
    return {
        "name": name,
        "sessions": total.sessions,
        "hours": dates.format_duration(total.minutes),
        "amount": " + ".join(money.format_money(amount, currency) for currency, amount in total.amounts.items()),
    }


def _chart_bars(record: YearRecord, year: int, today: date) -> list[dict[str, Any]]:
    """Return a bar for each of twelve months; places across are in percent, those down in pixels. The running month is
    open, since it may still grow.
    """
    minutes = {first.month: total.minutes for first, total in record.months}
    most = max(minutes.values(), default=0)
    bars = []
    for number in range(1, 13):
        height = round(_TALLEST * minutes[number] / most) if minutes.get(number) else 0
        left = (number - 1) * 100 / 12 + 1.4
        bars.append(
            {
                "left": f"{left:.2f}%",
                "middle": f"{left + 2.75:.2f}%",
                "top": _FLOOR - height,
                "height": height,
                "value_at": _FLOOR - height - 7,
                "hours": str(round(minutes[number] / 60)) if height else "",
                "name": dates.month(date(year, number, 1)),
                "is_open": (today.year, today.month) == (year, number),
            }
        )
    return bars


def _line(line: CareLine, formatter: Formatter, *, is_own: bool) -> dict[str, Any]:
    return {
        "session_id": line.session_id,
        "day": formatter.day(line.day),
        "children": ", ".join(line.child_names),
        "with": line.family_name if is_own else line.nanny_name,
        "overlap": _overlap(line),
        "rate": money.format_money(line.hourly_rate, line.currency),
        "happened": formatter.span(line.actual_start, line.actual_end, line.time_zone),
        "zone": formatter.other_zone(line.time_zone),
        "planned": formatter.span(line.scheduled_start, line.scheduled_end, line.time_zone),
        "hours": dates.format_duration(line.minutes),
        "amount": money.format_money(line.amount, line.currency),
    }


def _overlap(line: CareLine) -> str:
    """Return what to say where the nanny is recorded elsewhere at the same time; of where, nothing."""
    if not line.shared_minutes:
        return ""
    return gettext("%(length)s overlap another session of %(nanny)s") % {
        "length": dates.format_duration(line.shared_minutes),
        "nanny": line.nanny_name,
    }
