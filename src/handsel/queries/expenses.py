"""Expenses as who may see them sees them."""

import logging
from collections import defaultdict
from uuid import UUID

from handsel.access import paid_nannies, visibility
from handsel.models import Expense, Receipt, User
from handsel.queries import paging
from handsel.queries.paging import Order, Page, Row
from handsel.rules.drafts import Draft, Problems
from handsel.rules.receipts import FileType
from handsel.rules.refusals import NotVisible
from handsel.rules.sentences import say

log = logging.getLogger(__name__)
_FILTERS = {"nanny_id": "nanny_id", "status": "status", "from_date": "date__gte", "to_date": "date__lte"}


def listed(person: User, family_id: UUID, parameters: Draft) -> Page[Row]:
    """Return a page of a family's expenses by their day. parameters: nanny_id, from_date, to_date, status, cursor,
    limit.

    Raises NotVisible, NotAllowed or Invalid. Two queries.
    """
    standing = visibility.standing(person, family_id)
    paid_nannies.check_sees(standing, parameters)
    problems = Problems(parameters)
    first, last = parameters.get("from_date"), parameters.get("to_date")
    if first and last and last < first:
        problems.add("to_date", say("The last day must not be before the first."))
    filters = {_FILTERS[name]: parameters[name] for name in _FILTERS if name in parameters}
    rows = visibility.expenses(standing).filter(**filters)
    expenses, following = paging.paginate(rows, parameters, Order(f"expenses:{family_id}", ("date", "id")), problems)
    return Page(with_receipts(expenses), following)


def get(person: User, expense_id: UUID) -> Row:
    """Return one expense. Raises NotVisible."""
    return shown(visibility.expense(person, expense_id)[1])


def shown(expense: Expense) -> Row:
    """Return an expense just as an action left it."""
    return with_receipts([expense])[0]


def with_receipts(expenses: list[Expense]) -> list[Row]:
    """Return expenses with their `receipts`, the first that was added first. One query."""
    receipts = defaultdict[UUID, list[Receipt]](list)
    # unscoped: of the expenses at hand
    for receipt in Receipt.objects.filter(expense__in=expenses).order_by("id"):
        receipts[receipt.expense_id].append(receipt)
    return [Row(expense, unit=expense.unit or None, receipts=receipts[expense.id]) for expense in expenses]


def receipt(person: User, receipt_id: UUID) -> tuple[bytes, FileType]:
    """Return what is in the file of a receipt, and its type. Raises NotVisible, also of a file that is lost."""
    receipt = visibility.receipt(person, receipt_id)
    try:
        with receipt.file.open() as file:
            return file.read(), FileType(receipt.type)
    except OSError as error:
        log.error("The file of a receipt cannot be read: %s", type(error).__name__)  # noqa: TRY400  it names the file
        raise NotVisible from error
