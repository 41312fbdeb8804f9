"""Pay that was approved, for what is made of it, without the ceremony of the actions."""

from datetime import date, timedelta

from handsel.actions import settled_expenses
from handsel.models import ApprovedAmounts, Member, PayPeriod
from handsel.queries import period_sheets
from handsel.rules.lifecycle import State
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.pay.rows import as_content
from tests.world import LONG_AGO, NOW, World

MAY_4, MAY_10 = date(2026, 5, 4), date(2026, 5, 10)
MAY_11, MAY_17 = date(2026, 5, 11), date(2026, 5, 17)


def amounts(world: World, period: PayPeriod) -> ApprovedAmounts:
    """What approving this period now would store."""
    sheet = period_sheets.of_period(period, at=NOW)
    return ApprovedAmounts(
        family=period.family,
        period=period,
        approved_at=NOW,
        approved_by=world.ana_of_riveras,
        lines=[as_content(line) for line in sheet.lines],
        weeks=[as_content(week) for week in sheet.weeks],
        totals=as_content(sheet.totals),
        apart=[],
        warnings=[],
        policy_ids=[],
    )


def submitted(world: World, first: date = MAY_4, last: date = MAY_10, *, nanny: Member | None = None) -> PayPeriod:
    """Noor's period of these days, with 8 hours of Emma and 4 of Emma and Theo at 25.00, which she has submitted."""
    nanny = nanny or world.noor_of_riveras
    world.session(f"{first} 09:00", state=State.COMPLETED, nanny=nanny)
    both = [world.emma, world.theo]
    world.session(f"{first + timedelta(days=1)} 09:00", hours=4, state=State.COMPLETED, children=both, nanny=nanny)
    return PayPeriod.objects.create(
        family=world.riveras,
        nanny=nanny,
        from_date=first,
        to_date=last,
        status=PeriodStatus.SUBMITTED,
        submitted_at=LONG_AGO,
        submitted_by=nanny,
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
    )


def approve(world: World, period: PayPeriod) -> PayPeriod:
    stored = amounts(world, period)
    stored.save(force_insert=True)
    period.amounts, period.status = stored, PeriodStatus.APPROVED
    period.approved_at, period.approved_by = NOW, world.ana_of_riveras
    period.save()
    settled_expenses.settle(period, NOW)
    return period


def approved(world: World, first: date = MAY_4, last: date = MAY_10, *, nanny: Member | None = None) -> PayPeriod:
    """The same, which Ana has approved: 300.00 gross."""
    return approve(world, submitted(world, first, last, nanny=nanny))
