"""Importing sessions by the page: looked at first, row by row, then imported and taken back."""

from datetime import date

import pytest

from handsel.models import CareSession, PayPeriod
from handsel.rules.lifecycle import State
from tests.actions.test_session_imports import GOOD, HEADING
from tests.web.visitor import Visitor
from tests.world import NOW, wall

pytestmark = pytest.mark.any_database


def table(*rows: str) -> dict[str, str]:
    return {"table": "\r\n".join([HEADING, *rows])}


@pytest.fixture
def ana(world) -> Visitor:
    return Visitor(world.ana)


def test_it_is_looked_at_imported_and_taken_back(ana, world):
    assert ana.get("family_records", world.riveras.id, 2026).offers("import_sessions", world.riveras.id)
    page = ana.post("import_sessions", world.riveras.id, status=200, preview="yes", **table(GOOD, GOOD))
    assert page.says("New sessions 1 There already 1 Cannot be taken 0")
    assert page.says("Row 3 Two rows are the same; this one is left out.")
    assert not CareSession.objects.exists()
    page = ana.press("import_sessions", world.riveras.id, **table(GOOD))
    assert page.says("1 session imported.")
    made = CareSession.objects.get()
    assert page.offers("undo_import", made.import_row.session_import_id)
    page = ana.press("undo_import", made.import_row.session_import_id)
    assert page.says("1 session removed.")
    assert not CareSession.objects.exists()


def test_rows_that_cannot_be_taken_are_named_and_nothing_is_written(ana, world):
    rows = table(GOOD, GOOD.replace("Emma", "Zuri"))
    page = ana.post("import_sessions", world.riveras.id, status=422, **rows)
    assert page.error_at("table") == "Some rows cannot be taken, so nothing was imported."
    assert page.says("Row 3 Children: Nobody here is called Zuri.")
    assert not CareSession.objects.exists()
    ana.post("import_sessions", world.riveras.id, skip_refused="on", **rows)
    assert CareSession.objects.count() == 1


def test_what_is_no_table_is_said_at_its_field(ana, world):
    page = ana.post("import_sessions", world.riveras.id, status=422, table="Planned start,Planned end\n")
    assert page.error_at("table") == "The column Children is missing."
    assert ana.post("import_sessions", world.riveras.id, status=422, table="").error_at("table") == "Fill this in."


def test_a_session_that_is_there_is_recorded_as_the_row_says(ana, world):
    session = world.session("2026-03-03 09:00", state=State.CONFIRMED)
    heading = f"{HEADING},Actual start,Actual end"
    row = GOOD.replace("03-02", "03-03") + ",2026-03-03 09:10,2026-03-03 17:20"
    sent = {"table": f"{heading}\n{row}", "preview": "yes"}
    page = ana.post("import_sessions", world.riveras.id, status=200, **sent)
    assert page.says("There already, but not recorded: this row’s times are not taken. Record as the row says")
    assert page.offers("record_session", session.id)
    fields = {name: page.value_of(name) for name in ("day", "starts", "ends", "next")}
    assert fields["next"] == f"/families/{world.riveras.id}/import/"
    ana.press("record_session", session.id, **fields)
    session.refresh_from_db()
    assert session.actual_times == (wall("2026-03-03 09:10"), wall("2026-03-03 17:20"))


def test_what_lies_before_the_first_period_is_said_before_it_is_written(ana, world):
    PayPeriod.objects.create(
        family=world.riveras,
        nanny=world.noor_of_riveras,
        from_date=date(2026, 5, 4),
        to_date=date(2026, 5, 10),
        created_at=NOW,
        updated_at=NOW,
    )
    page = ana.post("import_sessions", world.riveras.id, status=200, preview="yes", **table(GOOD))
    assert page.says("Row 2 Before that nanny’s first pay period: it will be in none.")
    assert not CareSession.objects.exists()


def test_a_nanny_is_not_offered_it(world):
    assert (
        not Visitor(world.noor)
        .get("family_records", world.riveras.id, 2026)
        .offers("import_sessions", world.riveras.id)
    )
