"""`handsel verify`, as an operator calls it."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection

from handsel.env import Refused
from handsel.models import CareSession, Receipt
from tests.models import breaking
from tests.models.broken_expenses import an_expense
from tests.models.broken_receipts import a_receipt

pytestmark = pytest.mark.django_db


def _verify() -> tuple[int, list[str]]:
    out, code = StringIO(), 0
    try:
        call_command("verify", stdout=out)
    except SystemExit as end:
        code = end.code
    return code, out.getvalue().splitlines()


def test_a_book_that_is_well_ends_with_0():
    code, lines = _verify()
    assert (code, lines[-1]) == (0, f"{len(lines) - 1} checks, all well.")
    assert "no_double_booking: 0 sessions that take their nanny, all well" in lines


def test_what_is_wrong_is_named_and_ends_with_1(world):
    receipt = a_receipt(an_expense(world))
    Receipt.file.field.storage.delete(receipt.file.name)
    code, lines = _verify()
    at = lines.index("receipts have their files: 1 receipts, 1 wrong")
    assert code == 1
    assert lines[at + 1] == f"    handsel_receipt {receipt.id}: its file {receipt.file.name} is gone"


def test_of_very_many_the_first_are_named(world):
    for hour in range(60):
        breaking.copy(world.session(f"2026-06-{10 + hour // 20} {hour % 20:02}:00"))
    code, lines = _verify()
    at = lines.index("sessions begin in their history: 120 sessions, 120 wrong")
    assert code == 1
    assert lines[at + 51] == "    and 70 more"
    assert CareSession.objects.count() == 120


def test_a_book_of_another_version_is_refused():
    with connection.cursor() as cursor:
        cursor.execute("SELECT MAX(name) FROM django_migrations WHERE app = 'handsel'")
        cursor.execute("DELETE FROM django_migrations WHERE name = %s", cursor.fetchone())
    with pytest.raises(Refused, match="older version"):
        call_command("verify")
