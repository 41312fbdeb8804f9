"""Who looked at private things is noted by every route that shows them, and a new route is named here or there."""

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handsel.actions import access_log, issued_documents
from handsel.actions.access_log import Log
from handsel.documents import export_files
from handsel.models import AccessLine, Child, Export
from handsel.queries.issued_documents import DocumentBytes
from handsel.rules.access_log import ROUTES, Noun, Thing
from handsel.rules.pay.documents import FileFormat
from tests.access.routes.api import API
from tests.access.routes.pages import PAGES
from tests.access.routes.row import Row
from tests.access.walk import Walk, addresses, operations

pytestmark = pytest.mark.any_database

# What pages and operations show no care notes, settled pay, documents, tax numbers or exports by the id in their
# address. Where a page shows care notes all the same it notes them itself, which another test looks for.
# Rates and amounts of sessions, schedules and the week on Home are a part of the plan (docs/decisions/0071).
SHOW_NONE = {
    *("getMe", "getFamilies", "getFamily", "getMembers", "getPayPresets", "getExport"),
    *("getCareSchedules", "getCareSchedule", "previewOccurrences", "getTimeOff", "getChangeRequests"),
    *("getCareSessions", "getUnconfirmedSessions", "getCareSessionsNeedingAttention", "getMyCareSessions"),
    *("getCareSession", "getCareSessionEvents"),
    *("web:index", "web:enter_example", "web:more", "web:today", "web:calendar", "web:calendar_add", "web:inbox"),
    *("web:settings", "web:security", "web:devices", "web:opened", "web:delete_account", "web:tokens"),
    *("web:calendars", "web:tax_number", "web:notices", "web:families", "web:new_family", "web:family"),
    *("web:family_home", "web:to_record", "web:edit_family", "web:who_looked", "web:who_changed", "web:children"),
    *("web:new_child", "web:erase_family", "web:erase_child", "web:members", "web:phone", "web:export_record"),
    *("web:import_sessions", "web:family_records_now", "web:records", "web:my_records_now", "web:schedules"),
    *("web:new_schedule", "web:schedule", "web:edit_schedule", "web:generate", "web:family_sessions"),
    *("web:new_session", "web:session", "web:session_ics", "web:edit_session", "web:start_session"),
    *("web:complete_session", "web:record_session", "web:started_session", "web:request_changes", "web:time_off"),
    *("web:time_off_entry", "web:plan_again", "web:cant_come"),
}


@pytest.fixture(autouse=True)
def log(monkeypatch) -> Log:
    """What this test's process has seen."""
    fresh = Log()
    monkeypatch.setattr(access_log, "LOG", fresh)
    return fresh


def _route(row: Row) -> str:
    return f"api:{row.route}" if row.route in operations() else row.route.split()[1]


def _is_look(row: Row) -> bool:
    method, _ = operations().get(row.route) or row.route.split()
    return method == "GET"


LOOKS = [row for row in (*API, *PAGES) if _is_look(row)]


def test_every_route_says_whether_it_shows_private_things():
    named = {route.removeprefix("api:") for route in ROUTES} | SHOW_NONE
    assert {_route(row).removeprefix("api:") for row in LOOKS} - named == set()
    assert SHOW_NONE - {_route(row).removeprefix("api:") for row in LOOKS} == set()
    assert ROUTES.keys() - addresses().keys() == set()


def _asks() -> list[Row]:
    """Each route that is named, with what it is asked with; where an operation is no GET too."""
    rows = {_route(row): row for row in (*reversed(PAGES), *reversed(API)) if _route(row) in ROUTES}
    assert ROUTES.keys() == rows.keys()
    return [*rows.values(), Row("getDocumentFile", "document", "200 200 404 200 200 404", {"taxNumber": "true"})]


def test_a_look_is_noted_and_written_after_the_answer(world, actors, log, monkeypatch):
    monkeypatch.setattr(export_files, "read", lambda _: b"zip")
    printed = DocumentBytes("3.pdf", FileFormat.PDF, b"%PDF")
    monkeypatch.setattr(issued_documents, "print_tax_number", lambda *_, **__: printed)
    Export.objects.update(status="DONE", finished_at=timezone.now())
    wrong = []
    for row in _asks():
        is_mine = any(one.noun in (Noun.MINE, Noun.EXPORT) for one in ROUTES[_route(row)])
        role = "nanny" if is_mine else "parent"
        walk, somebody = Walk(world, role, actors[role]), actors[role]
        with transaction.atomic():
            answer = walk._send(row, somebody.home, walk.id_of(row.about, "home") if row.about else "")
            written_before = AccessLine.objects.count()
            log.write(at=timezone.now())
            # What is one's own is so in every family; the Okafors are the nanny's other one.
            rows = AccessLine.objects.exclude(family=world.okafors)
            lines = {(line.thing, line.person_id, line.family_id) for line in rows}
            transaction.set_rollback(True)
        home = somebody.home.things["family"].id
        expected = {
            (one.thing.value, somebody.user.id, None if one.noun is Noun.PERSON else home)
            for one in ROUTES[_route(row)]
            if not one.when or one.when in row.send
        }
        if (answer.status_code, written_before, lines) != (200, 0, expected):
            wrong.append(f"{row.route}: {answer.status_code}, {written_before} before, {lines}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("role", ["nanny", *(pytest.param(r, marks=pytest.mark.nightly) for r in ("parent", "viewer"))])
def test_care_notes_are_noted_wherever_they_stand(world, actors, log, role):
    """On whichever page: whoever finds these words there is written down."""
    somebody = actors[role]
    Child.objects.filter(family=somebody.home.things["family"]).update(medications="Drops-at-six")
    walk = Walk(world, role, somebody)
    showed, unnoted = set(), []
    for row in LOOKS:
        answer = walk.ask(row, somebody.home, walk.id_of(row.about, "home") if row.about else "")
        if answer.streaming or b"Drops-at-six" not in answer.content:
            continue
        showed.add(_route(row))
        if not any(look.thing is Thing.CARE_NOTES for look, _ in log._looks):
            unnoted.append(row.route)
        log._looks.clear()
    assert unnoted == []
    assert {"web:family", "web:children", "api:getChildren"} <= showed


def test_no_page_asks_more_for_being_noted(world, ana_client):
    address = f"/families/{world.riveras.id}/pay/"
    with CaptureQueriesContext(connection) as queries:
        assert ana_client.get(address).status_code == 200
    assert not [query for query in queries if "accessline" in query["sql"]]


@pytest.fixture
def ana_client(world) -> Client:
    client = Client()
    client.force_login(world.ana)
    return client
