"""Cases that break the promises about receipts."""

from typing import Any

from django.core.files.base import ContentFile
from django.db import connection

from handsel.models import Expense, Receipt
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.receipts import FileType
from tests.models.breaking import Cases, change, copy, key
from tests.models.broken_expenses import an_expense, approved
from tests.models.broken_pay_periods import a_period
from tests.world import LONG_AGO, World

cases = Cases()
breaks = cases.breaks


def a_receipt(expense: Expense, **columns: Any) -> Receipt:
    """The first receipt of an expense, a PDF, with its file."""
    receipt = Receipt(
        **{"family_id": expense.family_id, "expense": expense, "place": 1, "type": FileType.PDF.value}
        | {"bytes": 8, "created_at": LONG_AGO}
        | columns
    )
    receipt.file.save("", ContentFile(b"%PDF-1.4"))
    return receipt


@breaks("an_expense_has_few_receipts")
def an_expense_has_a_sixth_receipt(world: World) -> None:
    change(a_receipt(an_expense(world)), place=6)


@breaks("an_expense_has_few_receipts")
def a_receipt_stands_before_the_first(world: World) -> None:
    change(a_receipt(an_expense(world)), place=0)


@breaks("one_receipt_in_a_place")
def two_receipts_are_the_first(world: World) -> None:
    copy(a_receipt(an_expense(world)), file="another.pdf")


@breaks("a_file_is_one_receipt")
def two_receipts_are_one_file(world: World) -> None:
    copy(a_receipt(an_expense(world)), place=2)


@breaks("receipt_type_is_known")
def a_receipt_is_a_page(world: World) -> None:
    change(a_receipt(an_expense(world)), type="text/html")


@breaks("receipt_expense_is_of_the_family")
def a_receipt_of_the_riveras_goes_to_the_okafors(world: World) -> None:
    change(a_receipt(an_expense(world)), family=world.okafors.id)


def a_settled_receipt(world: World) -> Receipt:
    """Of an expense that is settled afterwards."""
    expense = an_expense(world, **approved(world))
    receipt = a_receipt(expense)
    expense.pay_period = a_period(world, PeriodStatus.APPROVED)
    expense.save()
    return receipt


@breaks("settled_receipts_stay")
def a_receipt_comes_to_what_is_settled(world: World) -> None:
    copy(a_settled_receipt(world), place=2, file="another.pdf")


@breaks("settled_receipts_stay")
def a_receipt_of_what_is_settled_goes(world: World) -> None:
    receipt = a_settled_receipt(world)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM handsel_receipt WHERE id = %s", key(receipt))


@breaks("settled_receipts_stay")
def a_receipt_of_what_is_settled_is_another_file(world: World) -> None:
    change(a_settled_receipt(world), file="another.pdf")


@breaks("settled_receipts_stay")
def a_receipt_of_what_is_settled_is_anothers(world: World) -> None:
    change(a_settled_receipt(world), expense=an_expense(world).id)


@breaks("settled_receipts_stay", only_on="sqlite")
def a_receipt_of_what_is_settled_is_replaced(world: World) -> None:
    a_settled_receipt(world)
    with connection.cursor() as cursor:
        cursor.execute("INSERT OR REPLACE INTO handsel_receipt SELECT * FROM handsel_receipt")


@breaks("all_settled_receipts_stay", only_on="postgresql")
def all_receipts_of_what_is_settled_go(world: World) -> None:
    a_settled_receipt(world)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE handsel_receipt")
