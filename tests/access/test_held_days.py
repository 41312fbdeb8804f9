"""What a pay period holds stays as it is, whichever door somebody comes by.

Every act of the rooms of actions, every route of the API and the pages, every duty of the worker and every page of the
operator is pressed on sessions that are held, and the sessions before are compared with those after. A new one has to
be named here: as what is refused, or as what leaves them alone.
"""

from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.utils import timezone

from handsel.access import held_days
from handsel.management.worker import DUTIES
from handsel.models import CareSession, Member, PayPeriod
from handsel.models.pay_periods import is_held as is_held_in_a_query
from handsel.rules.lifecycle import State
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.refusals import Locked, Refusal
from tests.access.routes.api import API
from tests.access.routes.pages import PAGES
from tests.access.walk import Walk, addresses, operations
from tests.actions.acts import ACTS, prepared
from tests.tables import everything, rows_written
from tests.world import LONG_AGO, NOW

FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2099, 12, 31)
_SESSIONS = ("handsel_caresession", "handsel_caresessionchild", "handsel_timeoffdecision")

# The acts that are refused because of the day alone.
REFUSED = {
    "confirm",
    "cancel",
    "restore",
    "start",
    "complete",
    "record",
    "confirm_and_record",
    "record_instead",
    "ask_to_confirm",
    "undo_move",
    "update",
    "correct",
    "delete",
    "create_impromptu",
    "enter_pay_item",
    "change_pay_item",
    "remove_pay_item",
    "restore_pay_item",
    "enter_time_off",
    "accept_request",
    "accept_and_confirm",
    "undo_a_raise",
}
# What may be done all the same: it passes over the sessions, or is about something else.
PASSES_OVER = {
    "undo_moves",
    "confirm_many",
    "cancel_many",
    "restore_many",
    "generate",
    "undo",
    "delete_schedule",
    "ask",
    "decline_request",
    "withdraw_request",
    "create_time_off",
    "delete_time_off",
    "decide_over_sessions",
    "undo_time_off",
    "plan_again",
    "change_role",
    "remove_member",
    "delete_account",
    "import_past_sessions",
    "undo_import",
    "add_terms",
    "change_terms",
    "remove_terms",
    "raise_the_rate",
}
ABOUT_SOMETHING_ELSE = {
    "tell_running_late",
    "create_schedule",
    "update_schedule",
    "keep_sessions",
    "count_time_off_everywhere",
    "found_a_family",
    "update_family",
    "add_child",
    "update_child",
    "delete_child",
    "archive_child",
    "ask_to_erase_the_family",
    "ask_to_erase_a_child",
    "keep_a_child",
    "change_phone",
    "invite",
    "accept_invitation",
    "revoke_invitation",
    "enter_expense",
    "change_expense",
    "answer_expense",
    "remove_expense",
    "add_receipt",
    "remove_receipt",
    "issue_document",
    "print_document_with_tax_number",
    "record_payment",
    "void_payment",
    "acknowledge_payment",
    "share_tax_number",
    "unshare_tax_number",
    "delete_tax_number",
    "print_tax_number",
    "begin_pay_period",
    "change_pay_period",
    "remove_pay_period",
    "submit_pay_period",
    "withdraw_pay_period",
    "query_pay_period",
    "approve_pay_period",
    "reopen_pay_period",
    "ask_to_reopen_pay_period",
    "decline_to_reopen_pay_period",
}
# Those begin with periods of their own, which touch no others.
_OF_PERIODS = {name for name in ABOUT_SOMETHING_ELSE if name.endswith("_pay_period")}


_TRIGGERS = {
    "sqlite": [
        f"DROP TRIGGER {name}_on_{event}"
        for name, events in (("pay_periods_touch", ("insert", "update")), ("approved_in_order", ("insert", "update")))
        for event in events
    ],
    "postgresql": [f"DROP TRIGGER {name} ON handsel_payperiod" for name in ("pay_periods_touch", "approved_in_order")],
}


def hold() -> None:
    """From now on every day of every nanny is held, and of nobody in each of their families."""
    members = Member.objects.all()
    whose = {(member.family_id, member.id) for member in members} | {(member.family_id, None) for member in members}
    some = {member.family_id: member.id for member in members}
    with connection.cursor() as cursor:  # what the families of a walk have settled already is in the way
        for statement in _TRIGGERS[connection.vendor]:
            cursor.execute(statement)
    PayPeriod.objects.update(status=PeriodStatus.OPEN, amounts=None, reopen_ask="", reopen_asked_at=None)
    PayPeriod.objects.bulk_create(
        PayPeriod(
            family_id=family_id,
            nanny_id=nanny_id,
            from_date=FIRST_DAY,
            to_date=LAST_DAY,
            status=PeriodStatus.SUBMITTED,
            submitted_at=LONG_AGO,
            submitted_by_id=some[family_id],
            created_at=LONG_AGO,
            updated_at=LONG_AGO,
        )
        for family_id, nanny_id in whose
    )


def sessions() -> dict[str, list[Any]]:
    """The rows of all sessions, but for the links that a deleted schedule or batch leaves empty."""
    with connection.cursor() as cursor:
        rows: dict[str, list[Any]] = {}
        for table in _SESSIONS:
            cursor.execute(f"SELECT * FROM {table} ORDER BY id")
            names = [column[0] for column in cursor.description]
            kept = [place for place, name in enumerate(names) if name not in ("schedule_id", "batch_id")]
            rows[table] = [tuple(row[place] for place in kept) for row in cursor.fetchall()]
    return rows


def test_every_act_is_named():
    assert {*ACTS} == REFUSED | PASSES_OVER | ABOUT_SOMETHING_ELSE


@pytest.mark.parametrize("name", sorted(REFUSED))
def test_an_act_on_a_held_session_is_refused(world, name):
    do = prepared(world, name)
    hold()
    before = everything()
    with pytest.raises(Locked) as refused, transaction.atomic():
        do()
    assert refused.value.period is not None
    assert everything() == before


@pytest.mark.parametrize("name", sorted(PASSES_OVER | ABOUT_SOMETHING_ELSE - _OF_PERIODS))
def test_an_act_that_is_not_refused_leaves_held_sessions_alone(world, name):
    do = prepared(world, name)
    hold()
    before = sessions()
    refused = [Refusal] if name in PASSES_OVER else []
    with suppress(*refused), transaction.atomic():
        do()
    assert sessions() == before


# The operations that are refused because of the day alone, by who may do most of them.
LOCKED_ROUTES = {
    "createImpromptuSession",
    "updateCareSession",
    "deleteCareSession",
    "confirmCareSession",
    "cancelCareSession",
    "startCareSession",
    "completeCareSession",
    "recordCareSession",
    "undoCareSession",
    "restoreCareSession",
    "acceptChangeRequest",
    "createPayPolicy",
    "updatePayPolicy",
    "deletePayPolicy",
    "createPayItem",
    "updatePayItem",
    "deletePayItem",
}


@pytest.mark.parametrize(
    "role",
    [
        "coordinator",  # who may do most
        pytest.param("nanny", marks=pytest.mark.nightly),  # who alone may begin and end one
        pytest.param("parent", marks=pytest.mark.nightly),
        pytest.param("founding nanny", marks=pytest.mark.nightly),
    ],
)
def test_no_route_changes_a_held_session(world, actors, role):
    """Of the families of the walk, which have every state of a session. A new route is a row of the walk."""
    hold()
    walk, before, wrong, locked = Walk(world, role, actors[role]), sessions(), [], set()
    for row in (*API, *PAGES):
        method = operations()[row.route][0] if row.route in operations() else row.route.split()[0]
        if method == "GET":
            continue
        with transaction.atomic():
            answer = walk._send(row, walk.somebody.home, walk.id_of(row.about, "home") if row.about else "")
            if answer.status_code >= 500 or sessions() != before:
                wrong.append(f"{row.route} ({row.about}): {answer.status_code}")
            transaction.set_rollback(True)
        if row.route in operations() and answer.status_code == 409 and answer.json()["code"] == "locked":
            problem, days = answer.json(), (FIRST_DAY.isoformat(), LAST_DAY.isoformat())
            assert (problem.get("from"), problem.get("to")) == days, row
            assert problem["periodStatus"] == "SUBMITTED"
            locked.add(row.route)
    assert not wrong, "\n".join(wrong)
    assert locked == LOCKED_ROUTES or role != "coordinator"


@pytest.mark.parametrize("duty", DUTIES, ids=[duty.name for duty in DUTIES])
def test_no_duty_changes_a_held_session(world, monkeypatch, duty):
    world.schedule(weeks_ahead=8, extended_by=world.ana_of_riveras)
    for hour, state in enumerate(State):
        world.session(f"2026-05-{20 + hour} 09:00", state=state)
    hold()
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    before = sessions()
    duty.do(NOW)
    assert sessions() == before
    assert CareSession.objects.count() == len(State)


def test_no_page_of_the_operator_changes_a_held_session(world):
    world.session(state=State.COMPLETED)
    hold()
    world.ana.is_staff = world.ana.is_superuser = True
    world.ana.save()
    client = Client()
    client.force_login(world.ana)
    before = everything()
    for name, address in addresses().items():
        if name.startswith("admin:"):
            path = address.replace("{app_label}", "handsel").replace("{object_id}", str(CareSession.objects.get().id))
            for method in ("POST", "PUT", "PATCH", "DELETE"):
                rows = rows_written()
                client.generic(method, path)
                assert rows_written() == rows or everything() == before, (method, path)


@pytest.mark.parametrize(
    ("day", "is_held"),
    [("2026-05-10", False), ("2026-05-11", True), ("2026-05-18", True), ("2026-05-31", True), ("2026-06-01", False)],
)
def test_held_days_run_from_a_week_before_the_first_period(world, day, is_held):
    hold_days = {"from_date": date(2026, 5, 18), "to_date": date(2026, 5, 31)}
    session = world.session(f"{day} 09:00", state=State.COMPLETED)
    PayPeriod.objects.create(
        family=world.riveras,
        nanny=world.noor_of_riveras,
        status=PeriodStatus.SUBMITTED,
        submitted_at=LONG_AGO,
        submitted_by=world.noor_of_riveras,
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
        **hold_days,
    )
    assert bool(held_days.held([session])) is is_held
    assert CareSession.objects.filter(is_held_in_a_query()).exists() is is_held
