"""A second way to a timesheet, written from the words of the contract alone: every paid minute by itself.

Each session is taken apart into its minutes (whole minutes since 1970, in UTC), each minute gets its local day, what it
earned and its class, and sums are counted from minutes. Slow on purpose, and without a line of `handsel.rules.pay`:
`test_pay_oracle.py` compares the two. Cases come and go in the shape of `pay_examples.json`, with `expenses` beside
`items`.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from datetime import date, time, timedelta
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from tests.rules.pay_oracle_minutes import (
    KINDS,
    NO_TERMS,
    PAID_TIME,
    PREMIUMS,
    SUMS,
    WEEKDAYS,
    Case,
    Minute,
    Premium,
    Week,
    cents,
    day_of,
    days_of_block,
    instant,
    minute_of,
    wall,
)


class Sheet:
    def __init__(self, case: Case) -> None:
        self.case = case
        self.first, self.last = date.fromisoformat(case["from"]), date.fromisoformat(case["to"])
        self.versions, self.holds = self.hold(case["policies"])
        self.lines: list[Case] = []
        self.line_versions: dict[int, int] = {}
        self.warnings: list[Case] = []
        self.apart: list[Case] = []
        self.weeks: list[Case] = []
        self.earnings: list[Fraction] = []
        self.minutes: defaultdict[Week, list[Minute]] = defaultdict(list)
        self.had: defaultdict[date, Fraction] = defaultdict(Fraction)
        self.away: Counter[date] = Counter()
        self.worked = self.not_worked = Fraction()
        self.federal = Fraction()

    # Terms and weeks

    def hold(self, policies: Iterable[Case]) -> tuple[list[Case], list[tuple[date, int]]]:
        own = [terms["effectiveFrom"] for terms in policies if terms["scope"] == "NANNY"]
        hers = [
            NO_TERMS | terms
            for terms in policies
            if terms["scope"] == "NANNY" or not own or terms["effectiveFrom"] < min(own)
        ]
        hers.sort(key=lambda terms: str(terms["effectiveFrom"]))
        holds: list[tuple[date, int]] = []
        for number, terms in enumerate(hers):
            in_force = hers[holds[-1][1]] if holds else terms
            day = date.fromisoformat(terms["effectiveFrom"])
            while WEEKDAYS[day.weekday()] != in_force["workweekStart"]:
                day += timedelta(1)
            if number + 1 == len(hers) or hers[number + 1]["effectiveFrom"] > day.isoformat():
                holds.append((day, number))
        return hers, holds

    def week_of(self, day: date) -> Week | None:
        in_force = [hold for hold in self.holds if hold[0] <= day]
        if not in_force:
            return None
        took_hold, version = in_force[-1]
        start = end = day
        while WEEKDAYS[start.weekday()] != self.versions[version]["workweekStart"] and start > took_hold:
            start -= timedelta(1)
        while WEEKDAYS[(end + timedelta(1)).weekday()] != self.versions[version]["workweekStart"]:
            end += timedelta(1)
        return Week(start, end, version)

    def terms_on(self, day: date) -> tuple[Case, int]:
        week = self.week_of(day)
        return (self.versions[week.version], week.version) if week else (NO_TERMS, -1)

    def inside(self, day: date) -> bool:
        return self.first <= day <= self.last

    def line(self, kind: str, day: date, money: Fraction, version: int = -1, **more: Any) -> None:
        if self.inside(day):
            self.line_versions[len(self.lines)] = version
            self.lines.append({"kind": kind, "date": day.isoformat(), "minutes": None, "amount": cents(money)} | more)

    # Sessions, 1 to 6

    def take_session(self, session: Case) -> None:
        zone = ZoneInfo(session["timeZone"])
        day = instant(session["scheduledStart"]).astimezone(zone).date()
        planned = minute_of(session["scheduledEnd"]) - minute_of(session["scheduledStart"])
        confirmed, status, rate = session["isConfirmed"], session["status"], session["hourlyRate"]
        if status == "COMPLETED" and confirmed and rate is not None:
            self.take_work(session, zone, day, planned)
            return
        if status == "CANCELLED" and confirmed:
            if session["cancelledFor"] == "NANNY":
                self.away[day] += planned
            elif session["cancelledFor"] == "FAMILY" and rate is not None and self.paid_cancel(session, day, planned):
                return
        reason = {"CANCELLED": "CANCELLED", "IN_PROGRESS": "RUNNING", "COMPLETED": "NO_RATE", "SCHEDULED": "PLANNED"}
        why = "UNCONFIRMED" if status in ("COMPLETED", "SCHEDULED") and not confirmed else reason[status]
        if self.inside(day):
            self.apart.append({"sessionId": session["id"], "date": day.isoformat(), "reason": why})

    def paid_cancel(self, session: Case, day: date, planned: int) -> bool:
        terms, _ = self.terms_on(day)
        notice = instant(session["scheduledStart"]) - instant(session["cancelledAt"])
        for tier in terms["cancellationTiers"]:
            if notice < timedelta(hours=tier["noticeHours"]):
                minutes = max(Fraction(tier["percent"], 100) * planned, Fraction(tier["minimumMinutes"]))
                break
        else:
            return False
        if not minutes:
            return False
        self.had[day] += minutes
        rate = session["hourlyRate"]
        more = {"minutes": cents(minutes), "sessionId": session["id"], "rate": rate}
        self.line("CANCELLATION", day, minutes * Fraction(rate) / 60, **more)
        self.not_worked += minutes if self.inside(day) else 0
        return True

    def take_work(self, session: Case, zone: ZoneInfo, day: date, planned: int) -> None:
        terms, version = self.terms_on(day)
        begin = minute_of(session["actualStart"])
        worked = minute_of(session["actualEnd"]) - begin
        paid = {"ACTUAL": worked, "PLANNED": planned, "GREATER": max(worked, planned)}[terms["payFor"]]
        if step := terms["roundingMinutes"]:
            while paid % step:  # to the next mark, up or down, minute by minute
                up = terms["roundingMode"] == "UP" or (terms["roundingMode"] == "NEAREST" and paid % step * 2 >= step)
                paid += 1 if up else -1
        paid = max(paid, terms["minimumMinutes"])
        counted = range(begin, begin + min(worked, paid))
        nights = self.nights(terms["night"], zone, counted)
        hourly = paid - sum(map(len, nights))
        count_nights = bool(nights) and terms["night"]["counts"]
        self.had[day] += paid
        rate = Fraction(session["hourlyRate"])
        taken: set[int] = set().union(*nights)
        if hourly or not nights:
            counted_hourly = len(counted) - len(taken)
            more = {"minutes": cents(Fraction(hourly)), "countedMinutes": cents(Fraction(counted_hourly))}
            more |= {"sessionId": session["id"], "rate": session["hourlyRate"]}
            self.line("WORK", day, hourly * rate / 60, version, **more)
        self.spread(session["id"], zone, [at for at in counted if at not in taken], rate / 60)
        for night in nights:
            amount = Fraction(terms["night"]["amount"])
            more = {"minutes": cents(Fraction(len(night))), "sessionId": session["id"]}
            more["countedMinutes"] = cents(Fraction(len(night) if count_nights else 0))
            self.line("NIGHT", day, amount, version, **more)
            if count_nights:
                self.spread(session["id"], zone, sorted(night), amount / len(night))
        if self.inside(day):
            count = len(counted) - (0 if count_nights else len(taken))
            self.worked += count
            self.not_worked += paid - count
            if terms["payFor"] == "PLANNED" and worked > paid:
                over = cents(Fraction(worked - paid))
                self.warnings.append({"code": "UNPAID_TIME", "sessionId": session["id"], "minutes": over})

    def nights(self, night: Case | None, zone: ZoneInfo, counted: range) -> list[set[int]]:
        if night is None or not counted:
            return []
        begins, ends = time.fromisoformat(night["from"]), time.fromisoformat(night["to"])
        nights, taken = [], set[int]()
        day = day_of(zone, counted[0]) - timedelta(2)
        while day <= day_of(zone, counted[-1]) + timedelta(1):
            band_begin = wall(zone, day, begins)
            band_end = wall(zone, day if ends > begins else day + timedelta(1), ends)
            if band_end <= band_begin:
                length = (ends.hour * 60 + ends.minute) - (begins.hour * 60 + begins.minute)
                band_end = band_begin + length % 1440
            minutes = {at for at in counted if band_begin <= at < band_end} - taken
            if len(minutes) >= night["atLeastMinutes"]:
                nights.append(minutes)
                taken |= minutes
            day += timedelta(1)
        return nights

    def spread(self, session: str, zone: ZoneInfo, minutes: list[int], earned: Fraction) -> None:
        self.earnings.append(earned)
        pay = len(self.earnings) - 1
        by_day: defaultdict[date, list[Minute]] = defaultdict(list)
        for at in minutes:
            day = days_of_block(zone, at // 1440)[at % 1440]
            by_day[day].append((at, session, day, pay))
        for day, its_minutes in by_day.items():
            if (week := self.week_of(day)) is not None:
                self.minutes[week] += its_minutes

    # Workweeks, 6 to 9, 11 and 12

    def bonuses(self, first: date, last: date) -> Fraction:
        return sum(
            (
                Fraction(item["amount"])
                for item in self.case["items"]
                if item["kind"] == "BONUS" and item.get("inRegularRate")
                if first.isoformat() <= item["date"] <= last.isoformat()
            ),
            Fraction(),
        )

    def premium(self, minutes: list[Minute], terms: Case, first: date, last: date) -> Premium:
        minutes = sorted(minutes)
        whole = (last - first).days == 6 and len({day for _, _, day, _ in minutes}) == 7
        overtime, double = Fraction(terms["overtimeMultiplier"]), Fraction(terms["doubleMultiplier"])
        holiday = Fraction(terms["holidayMultiplier"])
        multipliers = dict.fromkeys(PREMIUMS, overtime) | {"HOLIDAY": holiday, "DOUBLE_TIME": double}
        order = sorted(PREMIUMS[:4], key=lambda kind: -multipliers[kind])  # stable: of equal ones the first named
        holidays = {named["date"] for named in terms["holidays"]} if holiday > 1 else set()
        never = 10**9
        double_after, daily = terms["dailyDoubleAfter"] or never, terms["dailyOvertimeAfter"] or never
        seventh = last if whole and terms["seventhDay"] != "NONE" else None
        seventh_double = never
        if terms["seventhDay"] == "OVERTIME_THEN_DOUBLE" and terms["seventhDayDoubleAfter"] is not None:
            seventh_double = terms["seventhDayDoubleAfter"]
        nth: Counter[date] = Counter()
        left = 0
        earned_by: Counter[tuple[str, int]] = Counter()
        days_off = {day for day in {day for _, _, day, _ in minutes} if day.isoformat() in holidays}
        for _, _, day, pay in minutes:
            nth[day] += 1
            k = nth[day]
            kinds = {"HOLIDAY"} if day in days_off else set()
            if k > double_after or (day == seventh and k > seventh_double):
                kinds.add("DOUBLE_TIME")
            if day == seventh:
                kinds.add("SEVENTH_DAY")
            if k > daily:
                kinds.add("OVERTIME_DAILY")
            if kinds:
                kind = next(kind for kind in order if kind in kinds)
            else:
                left += 1
                after = terms["weeklyOvertimeAfter"]
                kind = "OVERTIME_WEEKLY" if after is not None and left > after else ""
            earned_by[kind, pay] += 1
        earned = sum((count * self.earnings[pay] for (_, pay), count in earned_by.items()), Fraction())
        earned += self.bonuses(first, last)
        rate = earned * 60 / len(minutes) if minutes else Fraction()
        by_kind: dict[str, int] = {}
        money: dict[str, Fraction] = {}
        for (kind, pay), count in earned_by.items():
            if not kind:
                continue
            own = kind == "HOLIDAY" or terms["overtimeBase"] == "RATE_WORKED"
            base = self.earnings[pay] if own else rate / 60
            by_kind[kind] = by_kind.get(kind, 0) + count
            money[kind] = money.get(kind, Fraction()) + count * base * (multipliers[kind] - 1)
        federal = max(Fraction(), Fraction(len(minutes) - 2400)) / 60 * rate / 2
        return Premium(by_kind, money, rate, federal)

    def close_week(self, week: Week) -> None:
        terms = self.versions[week.version]
        minutes = self.minutes[week]
        name = {"weekStart": week.start.isoformat()}
        if minutes:
            premium = self.premium(minutes, terms, week.start, week.end)
            paid = Fraction()
            for kind, count in premium.minutes.items():
                more = name | {"minutes": cents(Fraction(count))}
                self.line(kind, week.end, premium.money[kind], week.version, **more)
                paid += Fraction(cents(premium.money[kind]))
            federal = cents(premium.federal) if terms["federalOvertime"] else None
            answer = name | {"days": week.days, "workedMinutes": cents(Fraction(len(minutes)))}
            answer["overtimeMinutes"] = cents(Fraction(sum(premium.minutes.values())))
            answer |= {"regularRate": cents(premium.regular_rate, 4), "federalPremium": federal}
            self.weeks.append(answer)
            self.federal += Fraction(federal or 0)
            if federal and paid < Fraction(federal):
                short = cents(Fraction(federal) - paid)
                self.warnings.append({"code": "BELOW_FEDERAL_OVERTIME", "amount": short} | name)
            if terms["minimumWage"] is not None and premium.regular_rate < Fraction(terms["minimumWage"]):
                self.warnings.append({"code": "BELOW_MINIMUM", "amount": cents(premium.regular_rate)} | name)
        if week.days < 7:
            self.change_workweek(week)
        self.guarantee(week)

    def change_workweek(self, week: Week) -> None:
        old = self.week_of(week.start - timedelta(1))
        assert old is not None  # only a later version has a short first workweek
        moved_from = max(old.start, week.end - timedelta(6))
        old_terms, new_terms = self.versions[old.version], self.versions[week.version]
        moved = [minute for minute in self.minutes[old] if minute[2] >= moved_from]
        stays = [minute for minute in self.minutes[old] if minute[2] < moved_from]

        def both(first: Premium, second: Premium) -> Fraction:
            return sum((*first.money.values(), *second.money.values()), Fraction())

        as_it_stands = both(
            self.premium(self.minutes[old], old_terms, old.start, old.end),
            self.premium(self.minutes[week], new_terms, week.start, week.end),
        )
        otherwise = both(
            self.premium(stays, old_terms, old.start, moved_from - timedelta(1)),
            self.premium(moved + self.minutes[week], new_terms, moved_from, week.end),
        )
        if otherwise > as_it_stands:
            name = week.start.isoformat()
            self.line("WORKWEEK_CHANGE", week.end, otherwise - as_it_stands, week.version, weekStart=name)

    def guarantee(self, week: Week) -> None:
        terms = self.versions[week.version]
        lacking = Fraction(terms["guaranteedMinutes"] * week.days, 7)
        for number in range(week.days):
            day = week.start + timedelta(number)
            items = [item for item in self.case["items"] if item["date"] == day.isoformat()]
            paid_time = sum(item["minutes"] for item in items if item["kind"] in PAID_TIME)
            leave = sum(item["minutes"] for item in items if item["kind"] == "UNPAID_LEAVE")
            lacking -= self.had[day] + paid_time + max(0, max(leave, self.away[day]) - paid_time)
        if lacking > 0:
            rate = terms["basicRate"]
            more = {"minutes": cents(lacking), "weekStart": week.start.isoformat(), "rate": rate}
            self.line("GUARANTEE", week.end, lacking * Fraction(rate) / 60, **more)
            self.not_worked += lacking

    # Items and expenses, and the whole

    def take_item(self, item: Case) -> None:
        day, kind = date.fromisoformat(item["date"]), item["kind"]
        more: Case = {"itemId": item["id"]}
        if kind == "UNPAID_LEAVE":
            self.line(kind, day, Fraction(), **more | {"minutes": cents(Fraction(item["minutes"]))})
        elif kind in PAID_TIME:
            more["minutes"] = cents(Fraction(item["minutes"]))
            self.line(kind, day, item["minutes"] * Fraction(item["hourlyRate"]) / 60, **more)
            self.not_worked += item["minutes"] if self.inside(day) else 0
        else:
            self.line(kind, day, Fraction(item["amount"]), **more)

    def roll_up(self) -> None:
        sums: defaultdict[int, Fraction] = defaultdict(Fraction)
        for number, line in enumerate(self.lines):
            if line["kind"] in (*SUMS["work"], *SUMS["premium"]):
                sums[self.line_versions[number]] += Fraction(line["amount"])
        for version, money in sorted(sums.items()):
            percent = Fraction(self.versions[version]["rolledUpHolidayPercent"]) if version >= 0 else Fraction()
            if percent:
                self.line("ROLLED_UP_HOLIDAY", self.last, money * percent / 100)

    def answer(self) -> Case:
        for session in self.case["sessions"]:
            self.take_session(session)
        for number in range((self.last - self.first).days + 1):
            day = self.first + timedelta(number)
            week = self.week_of(day)
            if week is not None and week.end == day:
                self.close_week(week)
        self.roll_up()
        for item in self.case["items"]:
            self.take_item(item)
        for expense in self.case.get("expenses", []):
            kind = "MILEAGE" if expense["category"] == "MILEAGE" else "EXPENSE"
            spent_on = date.fromisoformat(expense["date"])
            self.line(kind, spent_on, Fraction(expense["amount"]), expenseId=expense["id"])
        names = ("sessionId", "itemId", "expenseId", "weekStart")
        self.lines.sort(
            key=lambda line: (line["date"], KINDS.index(line["kind"]), [line.get(name) or "" for name in names])
        )
        self.apart.sort(key=lambda session: (session["date"], session["sessionId"]))
        return {
            "lines": self.lines,
            "apart": self.apart,
            "weeks": self.weeks,
            "totals": self.totals(),
            "warnings": self.warnings,
        }

    def totals(self) -> Case:
        sums = {
            name: sum((Fraction(line["amount"]) for line in self.lines if line["kind"] in kinds), Fraction())
            for name, kinds in SUMS.items()
        }
        sums["gross"] = sums["work"] + sums["premium"] + sums["notWorked"] + sums["other"]
        sums["due"] = sums["gross"] + sums["reimbursements"] + sums["gifts"]
        sums["federalPremium"] = self.federal
        over = sum((Fraction(line["minutes"]) for line in self.lines if line["kind"] in PREMIUMS), Fraction())
        sums |= {"workedMinutes": self.worked, "overtimeMinutes": over, "notWorkedMinutes": self.not_worked}
        return {name: cents(money) for name, money in sums.items()}


def timesheet(case: Case) -> Case:
    """What the contract says of one nanny's case: lines, apart, weeks, totals, warnings."""
    return Sheet(case).answer()
