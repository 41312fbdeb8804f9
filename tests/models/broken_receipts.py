"""Cases that break the promises about receipts."""

from typing import Any

from django.core.files.base import ContentFile

from handsel.models import Expense, Receipt
from handsel.rules.receipts import FileType
from tests.models.breaking import Cases, change, copy
from tests.models.broken_expenses import an_expense
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
