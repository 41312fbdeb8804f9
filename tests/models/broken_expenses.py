"""Cases that break the promises about expenses."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from handsel.models import Expense
from handsel.rules.pay.periods import PeriodStatus
from tests.models.breaking import Cases, change, copy, key
from tests.models.broken_pay_periods import NEXT, a_period
from tests.world import LONG_AGO, World

cases = Cases()
breaks = cases.breaks


def an_expense(world: World, **columns: Any) -> Expense:
    """What Noor laid out for the museum, or what the columns say."""
    return Expense.objects.create(
        **{
            "family": world.riveras,
            "nanny": world.noor_of_riveras,
            "category": "ACTIVITIES",
            "amount": Decimal("18.50"),
            "date": date(2026, 5, 26),
            "entered_by": world.noor_of_riveras,
            "created_at": LONG_AGO,
            "updated_at": LONG_AGO,
            **columns,
        }
    )


def a_drive(world: World, **columns: Any) -> Expense:
    terms = {"distance": Decimal("12.4"), "unit": "MI", "rate": Decimal("0.7250"), "amount": Decimal("8.99")}
    return an_expense(world, **{"category": "MILEAGE", **terms, **columns})


def approved(world: World) -> dict[str, Any]:
    return {"status": "APPROVED", "decided_at": LONG_AGO, "decided_by": world.ana_of_riveras}


@breaks("expense_category_is_known")
def an_expense_is_a_fine(world: World) -> None:
    change(an_expense(world), category="FINE")


@breaks("expense_status_is_known")
def an_expense_is_paid(world: World) -> None:
    change(an_expense(world, **approved(world)), status="PAID")


@breaks("an_expense_is_above_zero")
def an_expense_is_nothing(world: World) -> None:
    change(an_expense(world), amount=Decimal("0.00"))


@breaks("an_expense_is_above_zero")
def an_expense_is_more_than_can_be_entered(world: World) -> None:
    change(an_expense(world), amount=Decimal("100000.00"))


@breaks("an_expense_is_above_zero")
def a_drive_takes_money(world: World) -> None:
    change(a_drive(world), amount=Decimal("-8.99"))


@breaks("a_drive_has_distance_rate_and_unit")
def a_drive_leads_nowhere(world: World) -> None:
    change(a_drive(world), distance=None)


@breaks("a_drive_has_distance_rate_and_unit")
def a_drive_is_too_short(world: World) -> None:
    change(a_drive(world), distance=Decimal("0.0"))


@breaks("a_drive_has_distance_rate_and_unit")
def a_drive_has_no_rate(world: World) -> None:
    change(a_drive(world), rate=None)


@breaks("a_drive_has_distance_rate_and_unit")
def a_drive_has_no_unit(world: World) -> None:
    change(a_drive(world), unit="")


@breaks("a_drive_has_distance_rate_and_unit")
def a_meal_was_driven(world: World) -> None:
    change(an_expense(world, category="MEALS"), distance=Decimal("2.0"))


@breaks("an_answered_expense_says_by_whom")
def an_expense_is_approved_by_nobody(world: World) -> None:
    change(an_expense(world), status="APPROVED", decided_at=LONG_AGO)


@breaks("an_answered_expense_says_by_whom")
def an_expense_waits_that_ana_answered(world: World) -> None:
    change(an_expense(world, **approved(world)), status="PENDING")


@breaks("a_declined_expense_says_why")
def an_expense_is_declined_without_a_word(world: World) -> None:
    change(an_expense(world, **approved(world)), status="DECLINED")


@breaks("a_declined_expense_says_why")
def an_approved_expense_keeps_the_words_against_it(world: World) -> None:
    change(an_expense(world, **approved(world)), answer="Not for us")


@breaks("an_approved_expense_alone_is_settled")
def a_pending_expense_is_settled(world: World) -> None:
    change(an_expense(world), pay_period=a_period(world, PeriodStatus.APPROVED).id)


def a_settled_expense(world: World, **columns: Any) -> Expense:
    """Approved, and paid with the week from 4 May."""
    return an_expense(world, **approved(world), pay_period=a_period(world, PeriodStatus.APPROVED), **columns)


@breaks("settled_expenses_stay")
def a_settled_expense_comes_to_more(world: World) -> None:
    change(a_settled_expense(world), amount=Decimal("19.50"))


@breaks("settled_expenses_stay")
def a_settled_expense_is_written_as_it_is(world: World) -> None:
    expense = a_settled_expense(world)
    change(expense, note=expense.note)


@breaks("settled_expenses_stay")
def a_settled_expense_is_settled_once_more(world: World) -> None:
    expense = a_settled_expense(world)
    change(expense, pay_period=a_period(world, PeriodStatus.APPROVED, **NEXT).id)


@breaks("settled_expenses_stay")
def a_settled_expense_waits_for_the_next_period(world: World) -> None:
    change(a_settled_expense(world), pay_period=None)


@breaks("settled_expenses_stay")
def a_settled_expense_is_declined(world: World) -> None:
    change(a_settled_expense(world), pay_period=None, status="DECLINED", answer="Not for us")


@breaks("settled_expenses_stay")
def a_settled_expense_goes(world: World) -> None:
    expense = a_settled_expense(world)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM handsel_expense WHERE id = %s", key(expense))


@breaks("settled_expenses_stay", only_on="sqlite")
def a_settled_expense_is_replaced(world: World) -> None:
    a_settled_expense(world)
    with connection.cursor() as cursor:
        cursor.execute("INSERT OR REPLACE INTO handsel_expense SELECT * FROM handsel_expense")


@breaks("all_settled_expenses_stay", only_on="postgresql")
def all_settled_expenses_go(world: World) -> None:
    a_settled_expense(world)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE handsel_expense, handsel_receipt")


@breaks("settled_with_approved_pay")
def an_expense_is_settled_with_what_is_submitted(world: World) -> None:
    change(an_expense(world, **approved(world)), pay_period=a_period(world, PeriodStatus.SUBMITTED).id)


@breaks("settled_with_approved_pay")
def an_expense_comes_settled_with_what_is_open(world: World) -> None:
    copy(an_expense(world, **approved(world)), pay_period=a_period(world).id)


@breaks("settled_with_approved_pay")
def noors_expense_is_settled_with_beas_pay(world: World) -> None:
    beas = a_period(world, PeriodStatus.APPROVED, nanny=world.bea_of_riveras)
    change(an_expense(world, **approved(world)), pay_period=beas.id)


@breaks("expense_nanny_is_of_the_family")
def noor_as_the_okafors_know_her_laid_out_for_the_riveras(world: World) -> None:
    copy(an_expense(world), nanny=world.noor_of_okafors.id)


@breaks("expense_period_is_of_the_family")
def an_expense_of_the_okafors_is_settled_with_the_riveras(world: World) -> None:
    answered = {"status": "APPROVED", "decided_at": LONG_AGO, "decided_by": world.ada_of_okafors}
    expense = an_expense(world, family=world.okafors, nanny=world.noor_of_okafors, **answered)
    change(expense, pay_period=a_period(world, PeriodStatus.APPROVED).id)
