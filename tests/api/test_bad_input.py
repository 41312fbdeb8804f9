"""Values that no request body may break on, in the fields of every operation that takes one, over HTTP."""

import csv
import io
import json
from uuid import uuid4

import pytest

from handsel.api.v1 import ROUTERS
from handsel.rules.lifecycle import State
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.session_imports import Column
from tests.actions.test_session_imports import GOOD, HEADING
from tests.models.broken_documents import a_document
from tests.models.broken_expenses import an_expense
from tests.models.broken_pay import a_policy
from tests.models.broken_pay_items import an_item
from tests.models.broken_pay_periods import a_period
from tests.models.broken_payments import a_payment
from tests.run import in_turn
from tests.tables import everything, rows_written

pytestmark = pytest.mark.any_database

NASTY = [
    None,
    True,
    0,
    -1,
    10**30,
    0.005,
    "",
    "\x00",
    "\ud800",
    "x" * 100_000,
    "24:00",
    "06:00:30",
    "2026-02-31",
    "9999-12-31",
    "9999-12-31T23:59:59-12:00",
    "NaN",
    "-1.00",
    "../../etc/passwd",
    "Mars/Olympus",
    [],
    [None],
    ["\ud800"],
    {},
    {"a": {"b": []}},
    str(uuid4()),
    [str(uuid4())],
]
LITERALS = [b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-0", b"1" * 5000, b'"\\ud800"', b'"\xff"', b"[" * 50_000]


@pytest.fixture
def addresses(world) -> dict[str, tuple[str, str]]:
    """Where each body is sent."""
    family, session, schedule = world.riveras.id, world.session(), world.schedule()
    over = world.session("2026-05-29 09:00", state=State.CONFIRMED)
    period = a_period(world)
    approved = a_period(world, PeriodStatus.APPROVED, nanny=None)
    submitted = a_period(world, PeriodStatus.SUBMITTED, nanny=world.bea_of_riveras)
    soon = world.session("2026-06-01 09:00", state=State.CONFIRMED)
    return {
        "NewFamily": ("POST", "/families"),
        "FamilyChanges": ("PATCH", f"/families/{family}"),
        "NewChild": ("POST", f"/families/{family}/children"),
        "ChildChanges": ("PATCH", f"/children/{world.emma.id}"),
        "MemberChanges": ("PATCH", f"/members/{world.bea_of_riveras.id}"),
        "NewInvitation": ("POST", f"/families/{family}/invitations"),
        "InvitationAnswer": ("POST", "/invitations/accept"),
        "NewCareSchedule": ("POST", f"/families/{family}/care-schedules"),
        "CareScheduleChanges": ("PATCH", f"/care-schedules/{schedule.id}"),
        "GenerationRange": ("POST", f"/care-schedules/{schedule.id}/generate-sessions"),
        "NewCareSession": ("POST", f"/families/{family}/care-sessions"),
        "CareSessionChanges": ("PATCH", f"/care-sessions/{session.id}"),
        "CareSessionChoice": ("POST", f"/families/{family}/care-sessions/confirm"),
        "NewChangeRequest": ("POST", f"/care-sessions/{session.id}/change-requests"),
        "NewTimeOff": ("POST", f"/families/{family}/time-off"),
        "NewDocument": ("POST", f"/families/{family}/documents"),
        "NewPayPeriod": ("POST", f"/families/{family}/pay-periods"),
        "PayPeriodChanges": ("PATCH", f"/pay-periods/{period.id}"),
        "PeriodMoveBody": ("POST", f"/pay-periods/{period.id}/submit"),
        "PeriodMoveWithMessage": ("POST", f"/pay-periods/{submitted.id}/query"),
        "PeriodMoveWithReason": ("POST", f"/pay-periods/{approved.id}/reopen"),
        "NewPayItem": ("POST", f"/families/{family}/pay-items"),
        "PayItemChanges": ("PATCH", f"/pay-items/{an_item(world).id}"),
        "NewPayment": ("POST", f"/families/{family}/payments"),
        "Voiding": ("POST", f"/payments/{a_payment(world).id}/void"),
        "NewPayPolicy": ("POST", f"/families/{family}/pay-policies"),
        "PayPolicyPreview": ("POST", f"/families/{family}/pay-policies/preview"),
        "PayPolicyChanges": ("PATCH", f"/pay-policies/{a_policy(world).id}"),
        "NewExpense": ("POST", f"/families/{family}/expenses"),
        "ExpenseChanges": ("PATCH", f"/expenses/{an_expense(world).id}"),
        "ExpenseAnswer": ("POST", f"/expenses/{an_expense(world).id}/decline"),
        "Record": ("POST", f"/care-sessions/{over.id}/record"),
        "Lateness": ("POST", f"/care-sessions/{soon.id}/running-late"),
        "Move": ("POST", f"/care-sessions/{session.id}/confirm"),
        "Cancellation": ("POST", f"/care-sessions/{session.id}/cancel"),
        "TaxIdentityEntry": ("PUT", "/me/tax-identity"),
    }


BODIES = {
    operation.body.__name__: operation.body for router in ROUTERS for operation in router.operations if operation.body
}
# An answer to a request has the message of the request; Nothing has no field, nor has a table, which is tried below.
ELSEWHERE = {"ChangeRequestAnswer", "Nothing", "CsvBody"}


def fields_of(name: str) -> list[str]:
    """By their names in the API."""
    return [field.alias for field in BODIES[name].model_fields.values()]


def test_every_body_is_tried(addresses):
    assert addresses.keys() == BODIES.keys() - ELSEWHERE


@pytest.mark.parametrize("name", sorted(BODIES.keys() - ELSEWHERE))
def test_no_field_of_any_body_chokes(ana, addresses, name):
    """A wrong value is refused at its field, and a refused request writes nothing at all."""
    method, path = addresses[name]
    ana.get("/me")  # the first use of a key is written down
    before = everything()
    for number, field in enumerate(fields_of(name), start=sorted(BODIES).index(name)):
        for raw in in_turn([*(json.dumps(value).encode() for value in NASTY), *LITERALS], number):
            rows = rows_written()
            answer = ana.send(method, path, b'{"%s": %s}' % (field.encode(), raw))
            summary = f"{field}: {raw[:80]!r} answered {answer.status_code} {answer.content[:300]!r}"
            assert answer.status_code in (200, 201, 204, 400, 404, 409, 422), summary
            if answer.status_code < 400:
                before = everything()
            elif rows_written() != rows:
                assert everything() == before, summary
            if answer.status_code == 422:
                assert answer.json()["errors"], summary


@pytest.mark.parametrize("name", sorted(BODIES.keys() - ELSEWHERE))
def test_every_wrong_field_comes_in_one_answer(ana, addresses, name):
    method, path = addresses[name]
    fields = sorted(fields_of(name))
    answer = ana.send(method, path, json.dumps({field: {"no": "value"} for field in [*fields, "typo"]}).encode())
    assert answer.status_code == 422
    # Of an object each of its own fields is wrong.
    wrong = {error["field"].partition(".")[0] for error in answer.json()["errors"]}
    assert sorted(wrong) == sorted([*fields, "typo"])


def test_no_table_chokes(world, ana):
    """Nonsense for a whole table is refused, and as one cell of a row that is else good; neither writes a thing."""
    path = f"/families/{world.riveras.id}/session-imports"
    ana.get("/me")  # the first use of a key is written down
    before = everything()
    texts = [value for value in NASTY if isinstance(value, str)]
    for raw in [*(text.encode("utf-8", "surrogatepass") for text in texts if text), *LITERALS]:
        answer = ana.send("POST", path, raw, media="text/csv")
        assert answer.status_code == 422, f"{raw[:80]!r} answered {answer.status_code} {answer.content[:300]!r}"
        assert answer.json()["errors"]
        assert everything() == before
    good = dict(zip(HEADING.split(","), GOOD.split(","), strict=True))
    for number, column in enumerate(Column):
        for text in in_turn(texts, number):
            rows = rows_written()
            answer = ana.send("POST", path, _table(good | {column: text}), media="text/csv")
            summary = f"{column}: {text[:80]!r} answered {answer.status_code} {answer.content[:300]!r}"
            assert answer.status_code in (200, 422), summary
            if answer.status_code == 200:
                assert column not in good, summary
                before = everything()
            elif rows_written() != rows:
                assert everything() == before, summary


def _table(cells: dict[str, str]) -> bytes:
    table = io.StringIO(newline="")
    csv.writer(table).writerows([cells.keys(), cells.values()])
    return table.getvalue().encode("utf-8", "surrogatepass")


def test_an_id_of_another_kind_names_nothing(world, ana, addresses):
    ids = {
        "families": world.riveras.id,
        "children": world.emma.id,
        "members": world.bea_of_riveras.id,
        "care-schedules": addresses["CareScheduleChanges"][1].rpartition("/")[2],
        "care-sessions": addresses["CareSessionChanges"][1].rpartition("/")[2],
        "expenses": addresses["ExpenseChanges"][1].rpartition("/")[2],
        "documents": a_document(world).id,
        "pay-periods": addresses["PayPeriodChanges"][1].rpartition("/")[2],
        "pay-items": addresses["PayItemChanges"][1].rpartition("/")[2],
        "pay-policies": addresses["PayPolicyChanges"][1].rpartition("/")[2],
    }
    for noun in ids:
        for other, other_id in ids.items():
            answer = ana.get(f"/{noun}/{other_id}") if noun != "members" else ana.patch(f"/{noun}/{other_id}", {})
            assert (answer.status_code == 404) == (noun != other), (noun, other, answer.status_code)
    planned = {"scheduledStart": "2026-06-04T09:00", "scheduledEnd": "2026-06-04T10:00"}
    path = f"/families/{world.riveras.id}/care-sessions"
    answer = ana.post(path, planned | {"childIds": [str(world.bea_of_riveras.id)], "nannyId": str(world.emma.id)})
    assert [error["field"] for error in answer.json()["errors"]] == ["childIds", "nannyId"]
