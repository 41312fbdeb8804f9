"""Actions on receipts. A file is read and written before its row, and removed after it: what no row names is swept."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import IO
from uuid import UUID

from django.core.files.base import ContentFile
from django.db import transaction

from handsel.access import visibility
from handsel.actions import expenses
from handsel.documents import receipt_files
from handsel.documents.receipt_files import ReceiptFile
from handsel.models import Expense, Receipt, User
from handsel.models.receipts import remove_files, storage
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import Source
from handsel.rules.receipts import MOST_RECEIPTS
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible, TooManyRequests, UnsupportedFile
from handsel.rules.roles import Capability
from handsel.rules.sentences import say

# A file is written within seconds before its row.
_SWEPT_AFTER = timedelta(hours=1)
_SWEPT_AT_ONCE = 500
_SECONDS_TO_WAIT = 10


def check_may_add(expense_id: UUID, *, by: User) -> None:
    """Check that this person may add to the expense, before anything that was sent is looked at.

    Raises NotVisible, NotAllowed, Locked or WrongState.
    """
    expenses.fetch(expense_id, by, None, lock=False)


def read(expense_id: UUID, draft: Draft, *, by: User, version: int | None = None) -> ReceiptFile:
    """Return what is to be kept of the draft's `file`, for who may add it. It takes seconds: call it in no transaction.

    Raises NotVisible, NotAllowed, VersionConflict, Locked, WrongState, Invalid, UnsupportedFile or TooManyRequests.
    """
    expenses.fetch(expense_id, by, version, lock=False)
    Problems(draft, ["file"]).raise_if_any()
    return _read(draft["file"])


def _read(file: IO[bytes]) -> ReceiptFile:
    try:
        return receipt_files.read(file)
    except receipt_files.UnknownType:
        raise UnsupportedFile from None
    except receipt_files.TooManyPixels as large:
        sentence = say("This picture is too large: at most %(most)s megapixels can be read.", most=large.most)
        raise Invalid({"file": sentence}) from None
    except receipt_files.Unreadable:
        raise Invalid({"file": say("This file is damaged and cannot be read.")}) from None
    except receipt_files.Busy:
        raise TooManyRequests(_SECONDS_TO_WAIT) from None


def enter(family_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> Expense:
    """Enter an expense with its first receipt, the draft's `file` as `read_sent` has it, where it has one: both or
    none.

    Raises NotVisible, NotAllowed or Invalid.
    """
    file: ReceiptFile | None = draft.get("file")
    with transaction.atomic():
        expense = expenses.create(family_id, draft, by=by, at=at, source=source)
        return expense if file is None else add(expense.id, file, by=by, at=at, source=source)


def read_sent(family_id: UUID, file: IO[bytes], *, by: User) -> ReceiptFile:
    """Return what is to be kept of the file that goes with a new expense. Call it in no transaction.

    Raises NotVisible, NotAllowed, or Invalid for what is wrong with the file.
    """
    if not visibility.standing(by, family_id).may(Capability.ENTER_PAY_ITEMS, own=True):
        raise NotAllowed
    return _read_for_a_form(file)


def read_and_add(expense_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source) -> Expense:
    """Keep the draft's `file` as a receipt of an expense. Raises as add does."""
    expenses.fetch(expense_id, by, None, lock=False)
    Problems(draft, ["file"]).raise_if_any()
    return add(expense_id, _read_for_a_form(draft["file"]), by=by, at=at, source=source)


def _read_for_a_form(file: IO[bytes]) -> ReceiptFile:
    """Return what is to be kept of a file; what is wrong with it is said at its field."""
    try:
        return _read(file)
    except UnsupportedFile as unsupported:
        raise Invalid({"file": unsupported.detail}) from None


def add(
    expense_id: UUID, file: ReceiptFile, *, by: User, at: datetime, source: Source, version: int | None = None
) -> Expense:
    """Keep a file that was read as a receipt of an expense. A nanny's that was declined waits anew, as when they change
    it.

    Raises NotVisible, NotAllowed, VersionConflict, Locked, WrongState or Invalid.
    """
    receipt = Receipt(type=file.type.value, bytes=len(file.content), created_at=at)
    receipt.file.save("", ContentFile(file.content), save=False)
    try:
        return _add(expense_id, receipt, by=by, at=at, source=source, version=version)
    except BaseException:
        with suppress(OSError):
            receipt.file.delete(save=False)
        raise


@transaction.atomic
def _add(expense_id: UUID, receipt: Receipt, *, by: User, at: datetime, source: Source, version: int | None) -> Expense:
    standing, expense = expenses.fetch(expense_id, by, version)
    places = set(expense.receipts.values_list("place", flat=True))
    if len(places) >= MOST_RECEIPTS:
        raise Invalid({"file": say("An expense has at most %(most)s receipts.", most=MOST_RECEIPTS)})
    receipt.family_id, receipt.expense = expense.family_id, expense
    receipt.place = min(set(range(1, MOST_RECEIPTS + 1)) - places)
    receipt.save(force_insert=True)
    expenses.touch(expense, {"receipts": (len(places), len(places) + 1)}, by=standing, at=at, source=source)
    return expense


@transaction.atomic
def delete(receipt_id: UUID, *, by: User, at: datetime, source: Source) -> Expense:
    """Remove a receipt and, once that is written, its file.

    Raises NotVisible, NotAllowed, Locked or WrongState.
    """
    receipt = visibility.receipt(by, receipt_id)
    standing, expense = expenses.fetch(receipt.expense_id, by, None)
    count = expense.receipts.count()
    if not expense.receipts.filter(pk=receipt.pk).delete()[0]:
        raise NotVisible
    expenses.touch(expense, {"receipts": (count, count - 1)}, by=standing, at=at, source=source)
    remove_files([receipt])
    return expense


def sweep(at: datetime) -> int:
    """Remove files that no row names: whoever wrote them was stopped. Return how many."""
    files = storage()
    try:
        _, names = files.listdir("")
    except FileNotFoundError:  # no receipt was ever added
        return 0
    # unscoped: everybody's, by the names of the files
    unnamed = set(names) - set(Receipt.objects.values_list("file", flat=True))
    old = [name for name in sorted(unnamed) if files.get_modified_time(name) <= at - _SWEPT_AFTER][:_SWEPT_AT_ONCE]
    for name in old:
        files.delete(name)
    return len(old)
