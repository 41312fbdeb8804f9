"""Every promise of the database, broken in SQL past the models. The suite runs on SQLite and on PostgreSQL."""

from datetime import UTC, date, datetime

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from django.db.utils import ConnectionHandler

from handsel.models import (
    CareSession,
    ChangeRequest,
    Event,
    Expense,
    IssuedDocument,
    Member,
    Payment,
    erasing_promises,
    promises,
    settled_promises,
)
from handsel.rules.lifecycle import State, Status
from tests.models import (
    broken_access_log,
    broken_book,
    broken_deliveries,
    broken_documents,
    broken_erasures,
    broken_expenses,
    broken_guards,
    broken_pay,
    broken_pay_items,
    broken_pay_periods,
    broken_payments,
    broken_receipts,
    broken_sessions,
    broken_time_off,
)
from tests.models.breaking import broken_promise, change, copy
from tests.models.broken_book import a_request, answered
from tests.models.broken_sessions import BEFORE_CARE, RUNNING, SOMEBODY, UNAGREED, a_generation, agreed
from tests.world import NOW, wall

pytestmark = pytest.mark.django_db

CASES = (
    broken_sessions.cases
    + broken_book.cases
    + broken_deliveries.cases
    + broken_documents.cases
    + broken_erasures.cases
    + broken_guards.cases
    + broken_pay.cases
    + broken_pay_periods.cases
    + broken_payments.cases
    + broken_time_off.cases
    + broken_pay_items.cases
    + broken_expenses.cases
    + broken_receipts.cases
    + broken_access_log.cases
)


@pytest.mark.parametrize(("promise", "case"), CASES, ids=[f"{promise}-{case.__name__}" for promise, case in CASES])
def test_the_database_refuses(world, promise, case):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        case(world)
    assert broken_promise(refused.value) == promise


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"scheduled_start": "2026-06-02 17:00", "scheduled_end": "2026-06-02 19:00"}, id="after it"),
        pytest.param({"scheduled_start": "2026-06-02 07:00", "scheduled_end": "2026-06-02 09:00"}, id="before it"),
        pytest.param({"overlap_allowed": True}, id="allowed to overlap"),
        pytest.param(UNAGREED, id="unconfirmed"),
        pytest.param(
            {"status": Status.CANCELLED, "cancelled_at": NOW, "cancelled_by": SOMEBODY, "cancelled_for": "NANNY"},
            id="cancelled",
        ),
        pytest.param(
            {
                "status": Status.COMPLETED,
                "actual_start": datetime(2026, 6, 2, 13, tzinfo=UTC),
                "actual_end": datetime(2026, 6, 2, 14, tzinfo=UTC),
            },
            id="completed",
        ),
        pytest.param({"nanny": None, "nanny_person": None}, id="nobody's"),
    ],
)
def test_what_is_no_double_booking_passes(world, columns):
    first = agreed(world)
    said = {
        name: wall(value) if name.startswith("scheduled") else world.ana_of_riveras.id if value is SOMEBODY else value
        for name, value in columns.items()
    }
    copy(first, **said)
    beas = {"nanny": world.bea_of_riveras.id, "nanny_person": world.bea.id}
    copy(first, **beas)
    assert CareSession.objects.count() == 3


def test_sessions_without_a_schedule_have_no_slot_to_share(world):
    copy(world.session(schedule=None, slot_date=date(2026, 6, 3)))
    assert CareSession.objects.count() == 2


def test_a_session_that_may_overlap_runs_beside_another(world):
    world.session("2026-06-02 09:00", state=State.IN_PROGRESS)
    change(world.session("2026-06-02 10:00", state=State.CONFIRMED, overlap_allowed=True), **RUNNING)
    assert CareSession.objects.filter(status=Status.IN_PROGRESS).count() == 2


def test_an_answered_request_makes_room_for_the_next(world):
    declined = a_request(world, **answered(world))
    a_request(world, session=declined.session)
    assert ChangeRequest.objects.count() == 2


def test_an_end_without_a_start_may_be_proposed(world):
    change(a_request(world), scheduled_end=BEFORE_CARE)


def test_history_outlives_what_it_is_about(world):
    session = world.session()
    Event.objects.create(family=world.riveras, session_id=session.id, kind="care_session.created", at=NOW, source="API")
    gone = session.id
    session.delete()
    assert Event.objects.filter(session_id=gone).exists()


def test_a_deleted_schedule_leaves_its_sessions(world):
    schedule = world.schedule()
    batch = a_generation(world, schedule=schedule)
    session = world.session(schedule=schedule, batch=batch, slot_date=date(2026, 6, 3))
    schedule.delete()
    session.refresh_from_db()
    assert (session.schedule_id, session.slot_date, session.batch_id) == (None, date(2026, 6, 3), batch.id)


def test_a_name_leaves_with_the_account_where_no_care_is_completed(world):
    world.session("2026-05-20 09:00", state=State.CONFIRMED)
    change(world.noor, name="")


def test_a_name_leaves_a_record_that_nobody_can_read(world):
    gone = broken_book.a_deleted_account(world)
    Member.objects.active().filter(family=world.riveras).update(removed_at=NOW)
    change(gone, name_on_record="")


@pytest.mark.parametrize(
    ("model", "kept", "texts"),
    [
        (Event, erasing_promises.OF_EVENT, {"changes", "reason"}),
        (Payment, erasing_promises.OF_PAYMENT, {"note", "reason"}),
        (IssuedDocument, erasing_promises.OF_DOCUMENT, {"files_dropped_at", "sums"}),
        (Expense, settled_promises.KEPT_OF_EXPENSE, {"note", "answer"}),
    ],
)
def test_the_door_knows_every_column(model, kept, texts):
    """So that a new one does not pass through it unseen."""
    assert {field.column for field in model._meta.concrete_fields} == {*kept} | texts


# Nothing may be promised without a case above, and nothing lost on the way from the first migration to the last.

EXCLUSIONS_AND_TRIGGERS = {
    "sqlite": {
        "a_batch_stays_in_the_family_on_update",
        "a_child_stays_in_the_family_on_update",
        "pay_date_is_near_the_start_on_insert",
        "pay_date_is_near_the_start_on_update",
        "a_record_keeps_its_name_on_update",
        "who_gave_care_has_a_name_on_update",
        "a_member_stays_who_it_is_on_update",
        "a_schedule_stays_in_the_family_on_update",
        "a_session_stays_in_the_family_on_update",
        "approved_amounts_never_change_on_delete",
        "approved_amounts_never_change_on_insert",
        "approved_amounts_never_change_on_update",
        "approved_in_order_on_insert",
        "approved_in_order_on_update",
        "decision_session_is_of_the_family_on_insert",
        "decision_session_is_of_the_family_on_update",
        "document_files_never_change_on_delete",
        "document_files_never_change_on_insert",
        "document_files_never_change_on_update",
        "document_nanny_is_of_the_family_on_insert",
        "document_nanny_is_of_the_family_on_update",
        "document_period_is_of_the_family_on_insert",
        "document_period_is_of_the_family_on_update",
        "documents_never_change_on_delete",
        "documents_never_change_on_insert",
        "documents_never_change_on_update",
        "documents_numbered_without_gaps_on_insert",
        "erasures_are_kept_on_delete",
        "events_are_kept_on_delete",
        "events_are_kept_on_insert",
        "events_are_kept_on_update",
        "expense_nanny_is_of_the_family_on_insert",
        "expense_nanny_is_of_the_family_on_update",
        "expense_period_is_of_the_family_on_insert",
        "expense_period_is_of_the_family_on_update",
        "settled_expenses_stay_on_delete",
        "settled_expenses_stay_on_insert",
        "settled_expenses_stay_on_update",
        "settled_receipts_stay_on_delete",
        "settled_receipts_stay_on_insert",
        "settled_receipts_stay_on_update",
        "settled_with_approved_pay_on_insert",
        "settled_with_approved_pay_on_update",
        "item_nanny_is_of_the_family_on_insert",
        "item_nanny_is_of_the_family_on_update",
        "item_session_is_of_the_family_on_insert",
        "item_session_is_of_the_family_on_update",
        "receipt_expense_is_of_the_family_on_insert",
        "receipt_expense_is_of_the_family_on_update",
        "nanny_is_her_person_on_insert",
        "nanny_is_her_person_on_update",
        "no_double_booking_on_insert",
        "no_double_booking_on_update",
        "no_session_lasts_two_days_on_insert",
        "no_session_lasts_two_days_on_update",
        "a_void_repeats_the_payment_on_insert",
        "payment_nanny_is_of_the_family_on_insert",
        "payment_nanny_is_of_the_family_on_update",
        "payment_period_is_of_the_family_on_insert",
        "payment_period_is_of_the_family_on_update",
        "payments_never_change_on_delete",
        "payments_never_change_on_insert",
        "payments_never_change_on_update",
        "held_items_stay_on_delete",
        "held_items_stay_on_insert",
        "held_items_stay_on_update",
        "held_sessions_stay_on_delete",
        "held_sessions_stay_on_delete_of_child",
        "held_sessions_stay_on_insert",
        "held_sessions_stay_on_insert_of_child",
        "held_sessions_stay_on_update",
        "held_sessions_stay_on_update_of_child",
        "held_sessions_stay_on_update_of_links",
        "pay_periods_touch_on_delete",
        "pay_periods_touch_on_insert",
        "pay_periods_touch_on_update",
        "period_nanny_is_of_the_family_on_insert",
        "period_nanny_is_of_the_family_on_update",
        "schedule_children_are_of_the_family_on_insert",
        "schedule_children_are_of_the_family_on_update",
        "schedule_nanny_is_of_the_family_on_insert",
        "schedule_nanny_is_of_the_family_on_update",
        "policy_nanny_is_of_the_family_on_insert",
        "policy_nanny_is_of_the_family_on_update",
        "request_session_is_of_the_family_on_insert",
        "request_session_is_of_the_family_on_update",
        "session_batch_is_of_the_family_on_insert",
        "session_batch_is_of_the_family_on_update",
        "session_children_are_of_the_family_on_insert",
        "session_children_are_of_the_family_on_update",
        "session_schedule_is_of_the_family_on_insert",
        "session_schedule_is_of_the_family_on_update",
        "time_off_nanny_is_of_the_family_on_insert",
        "time_off_nanny_is_of_the_family_on_update",
        "time_off_person_is_the_nanny_on_insert",
        "time_off_person_is_the_nanny_on_update",
    },
    "postgresql": {
        "pay_date_is_near_the_start",
        "a_batch_stays_in_the_family",
        "a_child_stays_in_the_family",
        "a_member_stays_who_it_is",
        "a_record_keeps_its_name",
        "who_gave_care_has_a_name",
        "a_schedule_stays_in_the_family",
        "a_session_stays_in_the_family",
        "a_void_repeats_the_payment",
        "all_approved_amounts_are_kept",
        "all_payments_are_kept",
        "payment_nanny_is_of_the_family",
        "payment_period_is_of_the_family",
        "payments_never_change",
        "all_events_are_kept",
        "approved_amounts_never_change",
        "approved_in_order",
        "all_document_files_are_kept",
        "all_documents_are_kept",
        "decision_session_is_of_the_family",
        "document_files_never_change",
        "document_nanny_is_of_the_family",
        "document_period_is_of_the_family",
        "documents_never_change",
        "documents_numbered_without_gaps",
        "all_erasures_are_kept",
        "erasures_are_kept",
        "events_are_kept",
        "expense_nanny_is_of_the_family",
        "expense_period_is_of_the_family",
        "all_settled_expenses_stay",
        "all_settled_receipts_stay",
        "settled_expenses_stay",
        "settled_receipts_stay",
        "settled_with_approved_pay",
        "item_nanny_is_of_the_family",
        "item_session_is_of_the_family",
        "receipt_expense_is_of_the_family",
        "nanny_is_her_person",
        "no_double_booking",
        "no_session_lasts_two_days",
        "policy_nanny_is_of_the_family",
        "held_items_stay",
        "held_sessions_stay",
        "held_sessions_stay_on_children",
        "held_sessions_stay_on_links",
        "pay_periods_touch",
        "period_nanny_is_of_the_family",
        "request_session_is_of_the_family",
        "schedule_children_are_of_the_family",
        "schedule_nanny_is_of_the_family",
        "session_batch_is_of_the_family",
        "session_children_are_of_the_family",
        "session_schedule_is_of_the_family",
        "time_off_nanny_is_of_the_family",
        "time_off_person_is_the_nanny",
    },
}
_FOUND = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'
        UNION SELECT conname FROM pg_constraint WHERE contype = 'x'""",
}


def exclusions_and_triggers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_FOUND[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def test_every_trigger_stands_after_the_last_migration():
    assert exclusions_and_triggers() == EXCLUSIONS_AND_TRIGGERS[connection.vendor]


CONSTRAINTS = {
    constraint.name for model in apps.get_app_config("handsel").get_models() for constraint in model._meta.constraints
}


def all_promises() -> set[str]:
    """The names of the promises that the database keeps."""
    return CONSTRAINTS | {name.partition("_on_")[0] for name in exclusions_and_triggers()}


def test_every_promise_has_a_case_that_breaks_it():
    assert all_promises() == {promise for promise, _ in CASES}


def test_a_table_of_sqlite_can_be_remade_between_lifting_and_keeping(tmp_path):
    """As a migration does that alters it: the triggers of other tables that speak of it must be out of the way."""
    file = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "book.sqlite3"}
    book = ConnectionHandler({"default": file})["default"]
    with book.schema_editor() as editor:
        for model in apps.get_app_config("handsel").get_models():
            editor.create_model(model)
        promises.keep(editor)
    (slots,) = (promise for promise in CareSession._meta.constraints if promise.name == "one_session_per_slot")
    with book.schema_editor() as editor:
        promises.lift(editor)
        editor.remove_constraint(CareSession, slots)
        promises.keep(editor)
    with book.cursor() as cursor:
        cursor.execute(_FOUND["sqlite"])
        assert {name for (name,) in cursor.fetchall()} == EXCLUSIONS_AND_TRIGGERS["sqlite"]
    book.close()
