"""What the lines of a timesheet add up to."""

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from handsel.rules.pay import lines as kinds
from handsel.rules.pay.lines import Line


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums of lines, in cents, and of their minutes."""

    work: int
    premium: int
    not_worked: int
    other: int
    gross: int
    reimbursements: int
    gifts: int
    due: int
    federal_premium: int
    worked_minutes: int
    overtime_minutes: int
    not_worked_minutes: int | Fraction


def totals_of(lines: Iterable[Line], federal_premiums: Iterable[int]) -> Totals:
    """Return the totals of lines. federal_premiums: the cents of each workweek, which are a figure and no line."""
    work = premium = not_worked = other = reimbursements = gifts = worked = overtime = 0
    without_work: int | Fraction = 0
    for line in lines:
        kind, amount = line.kind, line.amount
        if kind in kinds.WORKED:
            counted = line.counted or 0
            work += amount
            worked += counted
            if line.minutes != counted:
                without_work += (line.minutes or 0) - counted
        elif kind in kinds.PREMIUMS:
            premium += amount
            overtime += line.counted or 0
        elif kind in kinds.NOT_WORKED:
            not_worked += amount
            without_work += line.minutes or 0
        elif kind in kinds.OTHER:
            other += amount
        elif kind in kinds.REIMBURSEMENTS:
            reimbursements += amount
        elif kind is kinds.LineKind.GIFT:
            gifts += amount
    gross = work + premium + not_worked + other
    return Totals(
        work=work,
        premium=premium,
        not_worked=not_worked,
        other=other,
        gross=gross,
        reimbursements=reimbursements,
        gifts=gifts,
        due=gross + reimbursements + gifts,
        federal_premium=sum(federal_premiums),
        worked_minutes=worked,
        overtime_minutes=overtime,
        not_worked_minutes=without_work,
    )
