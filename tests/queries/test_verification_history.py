"""What no row shows by itself: each check that asks history, sums, files or keys names the row that was spoiled."""

import zlib
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from handsel.actions.erasing import erasures
from handsel.queries import verification
from handsel.queries.verification.checks import Check
from handsel.rules.erasing import Erased
from handsel.rules.history import Source
from tests import settled_week
from tests.actions.acts import ACTS, prepared
from tests.models.breaking import change, copy
from tests.queries import shadows
from tests.settled_week import MAY_4
from tests.world import NOW, build, wall


@pytest.fixture(scope="module")
def book(django_db_setup, django_db_blocker):
    """The book in tables that keep no promise, made by the actions."""
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        settled_week.print_nothing(patch)
        shadows.cast()
        yield settled_week.rows(build())
        transaction.set_rollback(True)


def _delete(row: Model) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM {row._meta.db_table} WHERE id = %s", [row._meta.pk.get_db_prep_value(row.pk, connection)]
        )


def changed(name: str, **columns: Any) -> Callable[[dict[str, Any]], None]:
    return lambda rows: change(rows[name], **columns)


def gone(name: str) -> Callable[[dict[str, Any]], None]:
    return lambda rows: _delete(rows[name])


def _same_person(rows: dict[str, Any]) -> None:
    copy(rows["identity"])


# What is spoiled: the check that finds it, the row that it names, and how.
SPOILED: dict[str, tuple[str, str, Callable[[dict[str, Any]], None]]] = {
    "a session was changed once more": (
        "versions of sessions are their changes",
        "session",
        changed("session", version=3),
    ),
    "a line of history is gone": ("versions of sessions are their changes", "session", gone("event")),
    "a line of history is not there": ("history has no gaps", "riveras", gone("event")),
    "a line of history tells of another act": (
        "versions of sessions are their changes",
        "session",
        changed("event", kind="care_session.running_late"),
    ),
    "a session is cancelled by nobody": (
        "sessions are what history tells",
        "session",
        changed("session", status="CANCELLED"),
    ),
    "a session began before": (
        "sessions are what history tells",
        "session",
        changed("session", actual_start=wall("2026-05-05 08:00")),
    ),
    "a line of history tells of another start": (
        "sessions are what history tells",
        "session",
        lambda rows: change(
            rows["event"], changes={**rows["event"].changes, "actual_start": [None, "2026-05-05T12:00:00Z"]}
        ),
    ),
    "the beginning of a session is gone": ("sessions begin in their history", "session", gone("beginning")),
    "a schedule was changed once more": (
        "versions of schedules are their changes",
        "schedule",
        changed("schedule", version=2),
    ),
    "a family was changed once more": (
        "versions of families are their changes",
        "riveras",
        changed("riveras", version=2),
    ),
    "a child was changed once more": ("versions of children are their changes", "child", changed("child", version=7)),
    "an entry was changed once more": ("versions of pay items are their changes", "item", changed("item", version=7)),
    "an expense was changed once more": (
        "versions of expenses are their changes",
        "expense",
        changed("expense", version=7),
    ),
    "a period was changed once more": (
        "versions of pay periods are their changes",
        "period",
        changed("period", version=7),
    ),
    "a receipt is gone": ("receipts are those that history tells of", "expense", gone("receipt")),
    "a pay date is the day before": (
        "pay dates are the days of the starts",
        "session",
        changed("session", pay_date=MAY_4),
    ),
    "an approved total is more": (
        "approved totals are the sums of their lines",
        "amounts",
        lambda rows: change(rows["amounts"], totals={**rows["amounts"].totals, "due": "1.00"}),
    ),
    "what was approved is gone": ("every approval has its amounts", "period", gone("amounts")),
    "a settled expense is more": (
        "approved lines are about what is there",
        "expense",
        changed("expense", amount=Decimal("81.50")),
    ),
    "a settled expense is free": (
        "approved lines are about what is there",
        "expense",
        changed("expense", pay_period=None),
    ),
    "a settled expense is gone": ("approved lines are about what is there", "expense", gone("expense")),
    "a held session is gone": ("approved lines are about what is there", "session", gone("session")),
    "a held session earned more": (
        "approved lines are about what is there",
        "session",
        changed("session", hourly_rate=Decimal("52.00")),
    ),
    "a held session changes": (
        "what pay periods hold is as it was submitted",
        "session",
        changed("session", updated_at=NOW),
    ),
    "a held entry changes": ("what pay periods hold is as it was submitted", "item", changed("item", updated_at=NOW)),
    "a held entry is more": (
        "approved lines are about what is there",
        "item",
        changed("item", amount=Decimal("400.00")),
    ),
    "a held entry is gone": ("approved lines are about what is there", "item", gone("item")),
    "a period begins a day later": (
        "pay periods are what history tells",
        "period",
        changed("period", from_date=date(2026, 5, 5)),
    ),
    "a period ends a day later": (
        "pay periods are what history tells",
        "period",
        changed("period", to_date=date(2026, 5, 11)),
    ),
    "a period becomes nobody's": ("pay periods are what history tells", "period", changed("period", nanny=None)),
    "a period is gone": ("pay periods are what history tells", "period", gone("period")),
    "a payment is more": ("payments are what history tells", "payment", changed("payment", amount=Decimal("301.00"))),
    "a payment has another note": ("payments are what history tells", "payment", changed("payment", note="For June.")),
    "a payment is gone": ("payments are what history tells", "payment", gone("payment")),
    "nobody acknowledged it": ("payments are what history tells", "payment", changed("payment", acknowledged_at=None)),
    "a void is more": ("payments are what history tells", "void", changed("void", amount=Decimal("301.00"))),
    "a payment names another's period": (
        "payments cover what is due",
        "payment",
        lambda rows: change(rows["payment"], nanny=rows["bea"].pk),
    ),
    "a document has another number": ("documents are what was issued", "document", changed("document", number=7)),
    "a document is in another language": (
        "documents are what was issued",
        "document",
        changed("document", language="es"),
    ),
    "a document has another digest": (
        "documents are what was issued",
        "document",
        changed("document", content_sha256="0" * 64),
    ),
    "a document is of other amounts": ("documents are what was issued", "document", changed("amounts", lines=[])),
    "a file of a document cannot be read": (
        "documents are what was issued",
        "document",
        changed("file", deflated=b"x"),
    ),
    "a file of a document has other bytes": (
        "documents are what was issued",
        "document",
        changed("file", deflated=zlib.compress(b"x")),
    ),
    "a file of a document is gone": ("documents are what was issued", "document", gone("file")),
    "a document is gone": ("history tells of every document", "riveras", gone("document")),
    "a child moves to another family": (
        "session_children_are_of_the_family",
        "link",
        lambda rows: change(rows["child"], family=rows["okafors"].pk),
    ),
    "a session moves to another family": (
        "history of a session is of its family",
        "session",
        lambda rows: change(rows["session"], family=rows["okafors"].pk),
    ),
    "a schedule moves to another family": (
        "history of a schedule is of its family",
        "schedule",
        lambda rows: change(rows["schedule"], family=rows["okafors"].pk),
    ),
    "a batch moves to another family": (
        "a_batch_stays_in_the_family",
        "batch",
        lambda rows: change(rows["batch"], family=rows["okafors"].pk),
    ),
    "a member becomes another person": (
        "nanny_is_her_person",
        "session",
        lambda rows: change(rows["noor"], user=rows["bea"].user_id),
    ),
    "a row names one that is nowhere": ("rows that are named are there", "link", gone("session")),
    "two tokens are the same": ("columns that are unique", "identity", _same_person),
    "no key opens a tax number": (
        "secrets open with a key",
        "identity",
        changed("identity", encrypted="1.0123456789ab.AAAA"),
    ),
    "a receipt's file is gone": (
        "receipts have their files",
        "receipt",
        changed("receipt", file="nowhere.pdf"),
    ),
    "a receipt's file is longer": ("receipts have their files", "receipt", changed("receipt", bytes=9)),
}


@pytest.fixture(scope="module")
def checks() -> dict[str, Check]:
    return {check.name: check for check in verification.checks(NOW)}


def test_the_book_is_well(book):
    assert [(result.name, result.named) for result in verification.run(at=NOW) if result.wrong] == []


@pytest.mark.parametrize("what", SPOILED)
def test_what_is_spoiled_is_named(book, checks, what):
    name, row, spoil = SPOILED[what]
    with transaction.atomic():
        spoil(book)
        look = checks[name].look()
        transaction.set_rollback(True)
    assert any(str(book[row].pk) in named for named in look.named), look.named


def test_a_file_that_no_row_names_is_named_once_it_is_old(book, checks):
    receipt = book["receipt"]
    with transaction.atomic():
        _delete(receipt)
        later = {check.name: check for check in verification.checks(timezone.now() + timedelta(hours=2))}
        named = f"{receipt.file.name} in the receipts is in no row"
        assert named not in checks["receipt files have their rows"].look().named
        assert named in later["receipt files have their rows"].look().named
        transaction.set_rollback(True)


BY_DAY = {"accept_request", "accept_and_confirm", "remove_receipt"}


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=[] if name in BY_DAY else [pytest.mark.nightly]) for name in ACTS]
)
def test_every_act_leaves_versions_that_history_tells_of(world, name):
    prepared(world, name)()
    told = [result for result in verification.run(at=NOW) if result.name.startswith(("versions of", "sessions are"))]
    assert [(result.name, result.named) for result in told if result.wrong] == []


@pytest.mark.parametrize("kind", [Erased.CHILD, pytest.param(Erased.FAMILY, marks=pytest.mark.nightly)])
def test_a_book_of_which_something_was_erased_is_well(world, monkeypatch, tmp_path, settings, kind):
    settled_week.print_nothing(monkeypatch)
    settings.ERASED_LIST, settings.EXPORTS_DIR = tmp_path / "erased.jsonl", tmp_path
    settled_week.rows(world)
    subject = world.emma if kind is Erased.CHILD else world.riveras
    erasures.erase(erasures.find(kind, str(subject.id)), at=NOW, source=Source.COMMAND)
    assert [(result.name, result.named) for result in verification.run(at=NOW) if result.wrong] == []
