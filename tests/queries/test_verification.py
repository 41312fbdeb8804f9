"""Each promise of the database has a check that names the row which breaks it, where the database let it in."""

from collections import defaultdict
from datetime import UTC, datetime

import pytest
from django.db import connection, transaction

from handsel.queries import verification
from handsel.queries.verification.checks import Check
from handsel.queries.verification.standing import promises_stand
from tests.models.test_promises import CASES, CONSTRAINTS, all_promises
from tests.queries import shadows
from tests.world import NOW, build

# What no row shows by itself: it takes history to know what was there before.
OF_HISTORY = frozenset(
    {
        *("events_are_kept", "all_events_are_kept", "a_batch_stays_in_the_family"),
        *("approved_amounts_never_change", "all_approved_amounts_are_kept"),
        *("payments_never_change", "all_payments_are_kept"),
        *("documents_never_change", "all_documents_are_kept"),
        *("document_files_never_change", "all_document_files_are_kept"),
        *("held_sessions_stay", "held_items_stay"),
        *("settled_expenses_stay", "all_settled_expenses_stay"),
        *("settled_receipts_stay", "all_settled_receipts_stay"),
        *("erasures_are_kept", "all_erasures_are_kept"),
        *("a_child_stays_in_the_family", "a_member_stays_who_it_is", "a_schedule_stays_in_the_family"),
        "a_session_stays_in_the_family",
    }
)
# And of periods that touch: where the first begins, the last ends, and whose they are.
OF_HISTORY_TOO = frozenset(
    {
        *("a_period_comes_before_the_first", "a_period_that_was_submitted_shrinks", "a_period_begins_on_another_day"),
        *("a_period_becomes_beas", "a_period_becomes_nobodys", "a_period_that_another_follows_goes"),
        "a_period_that_was_submitted_goes",
    }
)


def _shown() -> list:
    """Each case whose row shows what it breaks: by day one of each promise, and on PostgreSQL of those whose check is
    not made of the constraint itself.
    """
    cases, seen = [], set()
    for promise, case in CASES:
        if promise in OF_HISTORY or case.__name__ in OF_HISTORY_TOO:
            continue
        marks = [pytest.mark.nightly] if promise in seen else []
        if promise in CONSTRAINTS:
            marks.append(pytest.mark.any_database)
        cases.append(pytest.param(promise, case, marks=marks, id=f"{promise}-{case.__name__}"))
        seen.add(promise)
    return cases


@pytest.fixture(scope="module")
def book(django_db_setup, django_db_blocker):
    """The world in tables that keep no promise."""
    with django_db_blocker.unblock(), transaction.atomic():
        shadows.cast()
        with connection.cursor() as cursor:
            # Names were kept from long before anybody left.
            cursor.execute("UPDATE django_migrations SET applied = %s", [datetime(2020, 1, 1, tzinfo=UTC)])
        yield build()
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def checks_of() -> dict[str, list[Check]]:
    by_promise = defaultdict(list)
    for check in verification.checks(NOW):
        for promise in check.promises:
            by_promise[promise].append(check)
    return by_promise


@pytest.mark.parametrize(("promise", "case"), _shown())
def test_a_row_that_breaks_a_promise_is_named(book, checks_of, promise, case):
    with transaction.atomic():
        case(book)
        looks = [check.look() for check in checks_of[promise]]
        transaction.set_rollback(True)
    assert any(row.startswith("handsel_") for look in looks for row in look.named)


def test_every_promise_has_a_check(book, checks_of):
    assert all_promises() - checks_of.keys() == set()


LIFTED = {
    "sqlite": ("DROP TRIGGER held_items_stay_on_delete", "held_items_stay_on_delete"),
    "postgresql": ("ALTER TABLE handsel_payitem DISABLE TRIGGER held_items_stay", "held_items_stay"),
}


def test_a_promise_that_is_lifted_is_named(db):
    statement, name = LIFTED[connection.vendor]
    with connection.cursor() as cursor:
        cursor.execute(statement)
    assert promises_stand.look().named == [f"{name} is not kept by this database"]


def test_an_empty_book_is_all_well(db):
    assert [result for result in verification.run(at=NOW) if result.wrong] == []
