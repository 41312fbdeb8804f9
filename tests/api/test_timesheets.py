"""Timesheets over the API: the worked examples, who may see whose, what stands apart, and files."""

import csv
import io
import json
import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.actions import care_sessions
from handsel.models import CareSession, Member, PayItem, PayPolicy
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role
from tests.api.contract import Api
from tests.world import LONG_AGO, ON_THE_WEB

pytestmark = pytest.mark.django_db

CASES = json.loads((Path(__file__).parents[1] / "rules" / "pay_examples.json").read_text())["cases"]
JUNE = "from=2026-06-01&to=2026-06-30"
NUMBERED = UUID("01890000-0000-7000-8000-000000000000").int


@pytest.fixture
def sheet_of(world):
    """A timesheet, of the Riveras unless another family is named, as somebody gets it."""

    def get(api, query=JUNE, *, family=None, status=200):
        answer = api.get(f"/families/{(family or world.riveras).id}/timesheet", query)
        assert answer.status_code == status, answer.content
        return answer.json()

    return get


def snake(name: str) -> str:
    return re.sub(r"([A-Z])", r"_\1", name).lower()


def row_of(kind: str, number: str) -> UUID:
    """The ids of an example as ours, in the same order."""
    return UUID(int=NUMBERED + int(number[1:]) + (1000 if kind == "item" else 0))


def with_our_ids(wanted: dict[str, Any]) -> dict[str, Any]:
    ids = {"sessionId": "session", "itemId": "item"}
    return {name: str(row_of(ids[name], value)) if name in ids and value else value for name, value in wanted.items()}


def written(world, case: dict[str, Any]) -> None:
    """Write an example's rows into the book of the Riveras, for Noor."""
    parent, noor = world.ana_of_riveras, world.noor_of_riveras
    for policy in case["policies"]:
        fields = {snake(name): value for name, value in policy.items() if name != "scope"}
        fields |= {"nanny": noor if policy["scope"] == "NANNY" else None, "created_by": parent, "created_at": LONG_AGO}
        PayPolicy.objects.create(family=world.riveras, **fields)
    for session in case["sessions"]:
        fields = {snake(name): value for name, value in session.items()}
        fields["id"] = row_of("session", session["id"])
        fields["cancelled_for"] = session["cancelledFor"] or ""
        times = ("scheduled_start", "scheduled_end", "actual_start", "actual_end", "cancelled_at")
        fields |= {name: datetime.fromisoformat(fields[name]) if fields[name] else None for name in times}
        if session["isConfirmed"]:
            fields |= {"confirmed_at": LONG_AGO, "confirmed_by": parent}
        if session["cancelledAt"]:
            fields |= {"cancelled_by": parent}
        at = {"created_at": LONG_AGO, "updated_at": LONG_AGO}
        row = CareSession(family=world.riveras, overlap_allowed=True, **at, **fields)
        row.give_to(noor)
        row.save(force_insert=True)
    for item in case["items"]:
        fields = {snake(name): value for name, value in item.items()} | {"id": row_of("item", item["id"])}
        who = {"nanny": noor, "entered_by": parent, "created_at": LONG_AGO, "updated_at": LONG_AGO}
        reason = {"reason": "As agreed"} if item["kind"] == "ADJUSTMENT" else {}
        PayItem.objects.create(family=world.riveras, **who, **reason, **fields)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_worked_examples_come_out_over_the_api(world, noor, case, sheet_of):
    written(world, case)
    sheet = sheet_of(noor, query=f"from={case['from']}&to={case['to']}")
    expected = case["expected"]
    for part in ("lines", "apart", "weeks", "warnings"):
        assert len(sheet[part]) == len(expected[part])
        for row, wanted in zip(sheet[part], expected[part], strict=True):
            assert {name: row[name] for name in wanted} == with_our_ids(wanted)
    assert {name: sheet["totals"][name] for name in expected["totals"]} == expected["totals"]


def test_each_sees_what_is_theirs_to_see(world, ana, noor, bea, viewer, sam, sheet_of):
    hers, beas = world.session(state=State.COMPLETED), world.session(state=State.COMPLETED, nanny=world.bea_of_riveras)
    nobodys = world.session("2026-06-03 09:00", state=State.COMPLETED, nanny=None)
    of_noor, of_bea = f"{JUNE}&nannyId={world.noor_of_riveras.id}", f"{JUNE}&nannyId={world.bea_of_riveras.id}"
    assert lines(sheet_of(noor)) == lines(sheet_of(noor, query=of_noor)) == [str(hers.id)]
    assert lines(sheet_of(ana, query=of_noor)) == [str(hers.id)]
    assert lines(sheet_of(ana, query=of_bea)) == lines(sheet_of(bea)) == [str(beas.id)]
    none = [{"sessionId": str(nobodys.id), "date": "2026-06-03", "reason": "NO_NANNY"}]
    assert sheet_of(ana, query=of_noor)["apart"] == none
    assert sheet_of(noor)["apart"] == []
    assert sheet_of(noor, query=of_bea, status=403)["code"] == "not_allowed"
    assert sheet_of(viewer, query=of_noor, status=403)["code"] == "not_allowed"
    assert sheet_of(sam, query=of_noor, status=404)["code"] == "not_found"
    assert fields(sheet_of(ana, status=422)) == ["nannyId"]
    of_nobody = f"{JUNE}&nannyId={world.ana_of_riveras.id}"
    assert fields(sheet_of(ana, query=of_nobody, status=422)) == ["nannyId"]


def test_a_family_that_never_had_a_nanny_has_the_timesheet_of_nobody(world, ana, sheet_of):
    Member.objects.filter(family=world.riveras, role=Role.NANNY).delete()
    alone = world.session(state=State.COMPLETED, nanny=None)
    sheet = sheet_of(ana)
    assert (sheet["nannyId"], lines(sheet), sheet["apart"]) == (None, [str(alone.id)], [])


def test_the_only_nanny_need_not_be_named(world, sheet_of):
    world.session(state=State.COMPLETED, family=world.okafors)
    sheet = sheet_of(Api(world, world.ada), family=world.okafors)
    assert (sheet["nannyId"], len(sheet["lines"])) == (str(world.noor_of_okafors.id), 1)


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("", ["from", "to"]),
        ("from=2026-06-30&to=2026-06-01", ["to"]),
        ("from=2026-01-01&to=2027-01-02", ["to"]),
        ("from=2026-06-01&to=2026-06-31", ["to"]),
        (f"{JUNE}&format=pdf", ["format"]),
        (f"{JUNE}&currency=USD", ["currency"]),
    ],
)
def test_what_is_no_range(noor, query, wrong, sheet_of):
    assert fields(sheet_of(noor, query=query, status=422)) == wrong


def test_366_days_and_the_ends_of_the_calendar(noor, sheet_of):
    for query in ("from=2028-01-01&to=2028-12-31", "from=1970-01-01&to=1970-01-01", "from=2199-12-31&to=2199-12-31"):
        assert sheet_of(noor, query=query)["lines"] == []


def test_a_line_names_its_arithmetic_its_source_and_whether_it_was_corrected(world, noor, sheet_of):
    session = world.session("2026-06-01 06:00", hours=2, state=State.COMPLETED)
    draft = Draft.of(actual_end=session.actual_end - timedelta(minutes=30), reason="She left early.")
    care_sessions.update(session.id, draft, by=world.ana, **ON_THE_WEB)
    [line] = sheet_of(noor)["lines"]
    assert line == {
        "kind": "WORK",
        "date": "2026-06-01",
        "weekStart": None,
        "sessionId": str(session.id),
        "itemId": None,
        "expenseId": None,
        "minutes": "90.00",
        "countedMinutes": "90.00",
        "rate": "25.00",
        "multiplier": None,
        "amount": "37.50",
        "arithmetic": "1:30 h x 25.00 = 37.50",
        "source": "Time that the session took",
        "isCorrected": True,
    }


def test_a_correction_before_it_was_completed_anew_counts_no_more(world, noor, sheet_of):
    session = world.session("2026-06-01 06:00", hours=1.5, state=State.IN_PROGRESS)
    who = {"by": world.noor, **ON_THE_WEB}
    care_sessions.complete(session.id, **who)
    care_sessions.update(session.id, Draft.of(hourly_rate=Decimal("26.00"), reason="As agreed"), **who)
    assert [line["isCorrected"] for line in sheet_of(noor)["lines"]] == [True]
    CareSession.objects.filter(id=session.id).update(status="IN_PROGRESS", actual_end=None)
    care_sessions.complete(session.id, **who | {"at": ON_THE_WEB["at"] + timedelta(minutes=1)})
    assert [line["isCorrected"] for line in sheet_of(noor)["lines"]] == [False]


def test_weeks_name_their_terms_and_whether_they_are_over(world, noor, sheet_of):
    old, new = (
        PayPolicy.objects.create(
            family=world.riveras,
            effective_from=day,
            weekly_overtime_after=2400,
            preset="US_FEDERAL",
            created_by=world.ana_of_riveras,
            created_at=LONG_AGO,
        )
        for day in (date(2026, 5, 1), date(2026, 6, 8))
    )
    world.session("2026-05-25 05:00", hours=24, state=State.COMPLETED, hourly_rate=Decimal("20.00"))
    world.session("2026-05-27 05:00", hours=24, state=State.COMPLETED, hourly_rate=Decimal("20.00"))
    world.session("2026-06-01 05:00", hours=2, state=State.COMPLETED)
    sheet = sheet_of(noor, query="from=2026-05-20&to=2026-06-20")
    assert sheet["policyIds"] == [str(old.id), str(new.id)]
    weeks = [(week["weekStart"], week["policyId"], week["isOver"], week["regularRate"]) for week in sheet["weeks"]]
    assert weeks == [("2026-05-25", str(old.id), True, "20.0000"), ("2026-06-01", str(old.id), False, "25.0000")]
    [premium] = [line for line in sheet["lines"] if line["kind"] == "OVERTIME_WEEKLY"]
    assert (premium["rate"], premium["multiplier"], premium["minutes"]) == ("20.0000", "1.50", "480.00")
    assert premium["source"] == (
        "More than 40 h a workweek; terms from 2026-05-01 (29 CFR 778.107-115; DOL Fact Sheet 79D)"
    )


def test_care_that_began_on_another_day_than_planned_counts_where_it_was(world, noor, sheet_of):
    """Recorded on the Thursday of the week before, it is paid where it was planned, and its hours are that week's."""
    PayPolicy.objects.create(
        family=world.riveras,
        effective_from=date(2026, 5, 4),
        weekly_overtime_after=60,
        created_by=world.ana_of_riveras,
        created_at=LONG_AGO,
    )
    begun = datetime.fromisoformat("2026-05-14T14:00:00Z")
    world.session(
        "2026-06-15 09:00", hours=2, state=State.COMPLETED, actual_start=begun, actual_end=begun + timedelta(hours=2)
    )
    in_may = sheet_of(noor, query="from=2026-05-11&to=2026-05-17")
    in_june = sheet_of(noor, query="from=2026-06-15&to=2026-06-21")
    assert [(line["kind"], line["minutes"]) for line in in_may["lines"]] == [("OVERTIME_WEEKLY", "60.00")]
    assert [(line["kind"], line["minutes"]) for line in in_june["lines"]] == [("WORK", "120.00")]


def test_the_files_hold_the_same_lines(world, ana, sheet_of):
    from openpyxl import load_workbook

    world.emma.first_name = "=Emma"
    world.emma.save()
    world.session(state=State.COMPLETED, hourly_rate=Decimal("22.50"))
    query = f"{JUNE}&nannyId={world.noor_of_riveras.id}"
    sheet = sheet_of(ana, query=query)
    path = f"/families/{world.riveras.id}/timesheet"
    answer = ana.get(path, f"{query}&format=csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="timesheet-2026-06-01-2026-06-30.csv"'
    assert (answer["Cache-Control"], answer["X-Content-Type-Options"]) == ("private, no-store", "nosniff")
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    [line] = sheet["lines"]
    assert (row["Amount"], row["Minutes"], row["Rate"]) == (line["amount"], line["minutes"], line["rate"])
    assert (row["Children"], row["Reference"], row["Planned start"]) == (
        "'=Emma",
        line["sessionId"],
        "2026-06-02 09:00:00",
    )
    answer = ana.get(path, f"{query}&format=xlsx")
    book = load_workbook(io.BytesIO(answer.content))
    assert book.sheetnames == ["Lines", "Weeks", "Totals"]
    head, [*cells] = book["Lines"].iter_rows(values_only=True)
    row = dict(zip(head, cells, strict=True))
    assert (row["Amount"], row["Date"], row["Children"]) == (180.0, datetime(2026, 6, 2), "=Emma")  # noqa: DTZ001


def test_the_queries_do_not_grow_with_the_sessions(world, noor, sheet_of):
    sheet_of(noor)  # the token's first use is written down
    counts = []
    for days in (1, 20):
        for day in range(days):
            world.session(f"2026-06-{day + 1:02} 09:00", state=State.COMPLETED, overlap_allowed=True)
        with CaptureQueriesContext(connection) as queries:
            sheet_of(noor)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def lines(sheet):
    return [line["sessionId"] for line in sheet["lines"]]


def fields(problem):
    return [error["field"] for error in problem["errors"]]
