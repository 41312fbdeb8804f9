"""Expenses: what a nanny laid out or drove, and the family's answers."""

from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import Field, PlainSerializer, WithJsonSchema

from handsel.actions import expenses as actions
from handsel.actions import receipts
from handsel.api import inputs, schemas
from handsel.api.parsing import Body, Nothing, Paging, Upload
from handsel.api.routes import File, Id, Request, Version, actor, answers_file, pay_router, takes_file
from handsel.api.schemas import Amount, Day, Instant, Resource, words
from handsel.documents.receipt_files import ReceiptFile
from handsel.queries import expenses as queries
from handsel.queries.paging import Page, Row
from handsel.rules.pay.expenses import Decision, ExpenseCategory, ExpenseStatus
from handsel.rules.pay.terms import MileageUnit
from handsel.rules.receipts import ENDINGS, FileType

router = pay_router()


def _number(places: int) -> tuple[PlainSerializer, WithJsonSchema]:
    return (
        PlainSerializer(lambda number: f"{number:.{places}f}", return_type=str),
        WithJsonSchema({"type": "string", "pattern": rf"^\d{{1,4}}\.\d{{{places}}}$"}),
    )


Distance = Annotated[Decimal, *_number(1)]
MileageRate = Annotated[Decimal, *_number(4)]


class ReceiptEntry(Resource):
    id: UUID
    type: Annotated[str, words(FileType)]
    bytes: int


class Expense(Resource):
    location = "/expenses/{id}"
    id: UUID
    family_id: UUID
    nanny_id: UUID | None
    date: Day
    category: Annotated[str, words(ExpenseCategory)]
    amount: Amount
    distance: Distance | None
    unit: Annotated[str, words(MileageUnit)] | None
    rate: MileageRate | None
    note: str
    status: Annotated[str, words(ExpenseStatus)]
    answer: str
    decided_at: Instant | None
    decided_by: UUID | None = Field(validation_alias="decided_by_id")
    pay_period_id: UUID | None
    receipts: list[ReceiptEntry]
    entered_by: UUID = Field(validation_alias="entered_by_id")
    version: int


Expenses = schemas.list_of(Expense, "Expenses")


class ExpenseFilters(Paging):
    nanny_id: inputs.Id = Field(description="Only expenses of this nanny (a member id).")
    from_date: inputs.Day = Field(description="The first day, inclusive.")
    to_date: inputs.Day = Field(description="The last day, inclusive.")
    status: inputs.ExpenseStatus = Field(description="Only expenses that stand like this.")


class ExpenseChanges(Body):
    date: inputs.Day
    category: inputs.ExpenseCategory
    amount: inputs.ExpenseAmount | None
    distance: inputs.Distance | None
    note: inputs.Notes | None


class NewExpense(ExpenseChanges):
    needed = ("date", "category")
    nanny_id: inputs.Id | None


class ExpenseAnswer(Body):
    needed = ("answer",)
    answer: inputs.Message


@router.get("/families/{family_id}/expenses", operation_id="getExpenses", response=Expenses)
def get_expenses(request: Request, family_id: Id, query: ExpenseFilters) -> Page[Row]:
    """A family's expenses by their day; a nanny's own"""
    return queries.listed(request.auth, family_id, query.draft)


@router.post("/families/{family_id}/expenses", operation_id="createExpense", response={201: Expense})
def create_expense(request: Request, family_id: Id, body: NewExpense) -> Row:
    """Enter what a nanny laid out or drove; approved at once where the family enters it"""
    return queries.shown(actions.create(family_id, body.draft, **actor(request)))


@router.get("/expenses/{expense_id}", operation_id="getExpense", response=Expense)
def get_expense(request: Request, expense_id: Id) -> Row:
    """One expense"""
    return queries.get(request.auth, expense_id)


@router.patch("/expenses/{expense_id}", operation_id="updateExpense", response=Expense)
def update_expense(request: Request, expense_id: Id, body: ExpenseChanges, version: Version) -> Row:
    """Change an expense; nannies change what they entered and the family has not approved, and it waits anew"""
    return queries.shown(actions.update(expense_id, body.draft, version=version, **actor(request)))


@router.delete("/expenses/{expense_id}", operation_id="deleteExpense", response={204: None})
def delete_expense(request: Request, expense_id: Id, version: Version) -> None:
    """Remove an expense; nannies remove what they entered and the family has not approved"""
    actions.delete(expense_id, version=version, **actor(request))


def _read_file(request: Request, expense_id: UUID) -> ReceiptFile:
    """Read a file before anything is locked: a picture takes seconds."""
    receipts.check_may_add(expense_id, by=request.auth)
    return receipts.read(expense_id, Upload.read(request), by=request.auth)


@router.post("/expenses/{expense_id}/receipts", operation_id="addReceipt", response={201: Expense})
@takes_file(_read_file)
def add_receipt(request: Request, expense_id: Id, file: ReceiptFile, version: Version) -> Row:
    """Add a receipt: a picture, which is written anew without where and when it was taken, or a PDF"""
    return queries.shown(receipts.add(expense_id, file, version=version, **actor(request)))


@router.get("/receipts/{receipt_id}", operation_id="getReceipt", response=None)
@answers_file(FileType)
def get_receipt(request: Request, receipt_id: Id) -> File:
    """The file of a receipt"""
    content, kind = queries.receipt(request.auth, receipt_id)
    return File(f"receipt.{ENDINGS[kind]}", kind.value, content)


@router.delete("/receipts/{receipt_id}", operation_id="deleteReceipt", response={204: None})
def delete_receipt(request: Request, receipt_id: Id) -> None:
    """Remove a receipt of an expense that you may change"""
    receipts.delete(receipt_id, **actor(request))


@router.post("/expenses/{expense_id}/approve", operation_id="approveExpense", response=Expense)
def approve_expense(request: Request, expense_id: Id, body: Nothing, version: Version) -> Row:
    """Approve an expense, also one that was declined"""
    return queries.shown(actions.decide(Decision.APPROVE, expense_id, body.draft, version=version, **actor(request)))


@router.post("/expenses/{expense_id}/decline", operation_id="declineExpense", response=Expense)
def decline_expense(request: Request, expense_id: Id, body: ExpenseAnswer, version: Version) -> Row:
    """Decline an expense and say why, also one that was approved"""
    return queries.shown(actions.decide(Decision.DECLINE, expense_id, body.draft, version=version, **actor(request)))
