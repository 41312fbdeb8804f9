"""The three workflows of the care book, told over HTTP against a real server on each database.

June 2026 has 30 days and starts on a Monday.
"""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.server import Person
from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database

JUNE = {"from": "2026-06-01", "to": "2026-06-30"}
MONDAYS_WEDNESDAYS_FRIDAYS = [
    "2026-06-01", "2026-06-03", "2026-06-05",
    "2026-06-08", "2026-06-10", "2026-06-12",
    "2026-06-15", "2026-06-17", "2026-06-19",
    "2026-06-22", "2026-06-24", "2026-06-26",
    "2026-06-29",
]  # fmt: skip
TUESDAYS = ["2026-06-02", "2026-06-09", "2026-06-16", "2026-06-23", "2026-06-30"]
VACATION = {"2026-06-15", "2026-06-17", "2026-06-19"}


class Caller:
    """A person at the other end of the line. A call answers the body of the one status it expects."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def get(self, path: str, **query: Any) -> Any:
        return self._call("GET", path, 200, params=query)

    def post(self, path: str, body: Any = None, *, expect: int = 200) -> Any:
        return self._call("POST", path, expect, json=body)

    def patch(self, path: str, body: Any) -> Any:
        return self._call("PATCH", path, 200, json=body)

    def items(self, path: str, **query: Any) -> list[dict[str, Any]]:
        return self.get(path, **query)["items"]

    def _call(self, method: str, path: str, expect: int, **options: Any) -> Any:
        response = self._client.request(method, path, **options)
        assert response.status_code == expect, response.text
        return response.json()


@dataclass
class Book:
    """The Riveras' book on the eve of June: their children, Ana who answers for them, and Noor, their nanny."""

    server: DatedServer
    ana: Caller
    noor: Caller
    family: str
    emma: str
    children: list[str]
    schedule: str

    def sessions(self, **query: Any) -> list[dict[str, Any]]:
        return self.noor.items(f"/families/{self.family}/care-sessions", **query)

    def generate_june(self) -> dict[str, Any]:
        return self.noor.post(f"/care-schedules/{self.schedule}/generate-sessions", JUNE)


@pytest.fixture
def caller(server: DatedServer) -> Iterator[Callable[[Person], Caller]]:
    """Makes the caller of a person."""
    with ExitStack() as clients:
        yield lambda person: Caller(clients.enter_context(server.client(person)))


@pytest.fixture
def book(server: DatedServer, caller: Callable[[Person], Caller]) -> Book:
    server.it_is("2026-05-30 18:00")
    ana_herself, noor_herself = server.people("Ana", "Noor")
    ana, noor = caller(ana_herself), caller(noor_herself)
    family = _found(ana, noor, noor_herself)
    emma, theo = (
        ana.post(f"/families/{family}/children", {"firstName": name}, expect=201)["id"] for name in ("Emma", "Theo")
    )
    schedule = noor.post(
        f"/families/{family}/care-schedules",
        {
            "name": "Mon/Wed/Fri Morning Care",
            "recurrence": "WEEKLY",
            "daysOfWeek": ["MONDAY", "WEDNESDAY", "FRIDAY"],
            "startTime": "06:00",
            "endTime": "14:30",
            "hourlyRate": "25.00",
            "startDate": "2026-06-01",
            "childIds": [emma, theo],
        },
        expect=201,
    )
    return Book(server, ana, noor, family, emma, [emma, theo], schedule["id"])


def _found(ana: Caller, noor: Caller, noor_herself: Person) -> str:
    """Ana founds the family and lets Noor in."""
    body = {"name": "Riveras", "timeZone": "America/New_York", "currency": "USD", "defaultHourlyRate": "25.00"}
    family = ana.post("/families", body, expect=201)["id"]
    invited = ana.post(f"/families/{family}/invitations", {"email": noor_herself.email, "role": "NANNY"}, expect=201)
    noor.post("/invitations/accept", {"token": invited["acceptUrl"].rstrip("/").rpartition("/")[2]})
    return family


def test_workflow_1_regular_weekly_care(book: Book):
    assert book.sessions() == []  # a schedule alone makes no session

    generated = book.generate_june()
    assert [slot["slotDate"] for slot in generated["created"]] == MONDAYS_WEDNESDAYS_FRIDAYS
    assert len(generated["created"]) == 13
    assert (generated["existing"], generated["skipped"]) == ([], [])

    waiting = book.ana.items(f"/families/{book.family}/care-sessions/unconfirmed")
    assert [slot["slotDate"] for slot in waiting] == MONDAYS_WEDNESDAYS_FRIDAYS
    for session in waiting:
        assert (session["status"], session["isConfirmed"], session["hourlyRate"]) == ("SCHEDULED", False, "25.00")
        assert (session["actualStart"], session["actualEnd"]) == (None, None)
        assert set(session["childIds"]) == set(book.children)
        assert session["scheduledStart"] == f"{session['slotDate']}T10:00:00Z"
        assert session["scheduledEnd"] == f"{session['slotDate']}T18:30:00Z"

    book.server.it_is("2026-05-31 20:00")
    for session in waiting:
        if session["slotDate"] in VACATION:
            cancelled = book.ana.post(f"/care-sessions/{session['id']}/cancel", {"reason": "We are at the lake."})
            assert (cancelled["status"], cancelled["cancelReason"]) == ("CANCELLED", "We are at the lake.")
    rest = [session["id"] for session in waiting if session["slotDate"] not in VACATION]
    answer = book.ana.post(f"/families/{book.family}/care-sessions/confirm", {"sessionIds": rest})
    assert answer == {"confirmed": rest, "refused": []}
    assert book.ana.items(f"/families/{book.family}/care-sessions/unconfirmed") == []

    agreed = book.sessions(isConfirmed="true", status="SCHEDULED")
    assert len(agreed) == 10
    assert VACATION.isdisjoint(session["slotDate"] for session in agreed)
    assert {session["slotDate"] for session in book.sessions(status="CANCELLED")} == VACATION

    begun = book.server.it_is("2026-06-01 06:04")
    monday = agreed[0]["id"]
    started = book.noor.post(f"/care-sessions/{monday}/start")
    assert (started["status"], started["actualStart"], started["actualEnd"]) == ("IN_PROGRESS", begun, None)
    ended = book.server.it_is("2026-06-01 14:41")
    completed = book.noor.post(f"/care-sessions/{monday}/complete")
    assert (completed["status"], completed["actualStart"], completed["actualEnd"]) == ("COMPLETED", begun, ended)
    assert completed["scheduledStart"] == "2026-06-01T10:00:00Z"  # planned and actual times are both kept

    kinds = [event["kind"] for event in book.ana.items(f"/care-sessions/{monday}/events")]
    assert kinds == [f"care_session.{verb}" for verb in ("generated", "confirmed", "started", "completed")]


def test_workflow_2_impromptu_care(book: Book):
    book.server.it_is("2026-06-08 19:30")
    session = book.noor.post(
        f"/families/{book.family}/care-sessions",
        {
            "scheduledStart": "2026-06-09T15:00",
            "scheduledEnd": "2026-06-09T19:00",
            "childIds": [book.emma],
            "hourlyRate": "28.00",
            "isConfirmed": True,
        },
        expect=201,
    )
    assert session["scheduleId"] is None
    assert session["isConfirmed"] is True
    assert session["scheduledStart"] == "2026-06-09T19:00:00Z"
    assert book.sessions(isConfirmed="true", **{"from": "2026-06-09", "to": "2026-06-09"}) == [session]
    assert book.ana.items(f"/families/{book.family}/care-sessions/unconfirmed") == []
    (made,) = book.ana.items(f"/care-sessions/{session['id']}/events")
    assert made["changes"]["onTheFamilysWord"] == [None, True]

    begun = book.server.it_is("2026-06-09 14:52")
    book.noor.post(f"/care-sessions/{session['id']}/start")
    ended = book.server.it_is("2026-06-09 19:17")
    completed = book.noor.post(f"/care-sessions/{session['id']}/complete")
    assert (completed["status"], completed["hourlyRate"]) == ("COMPLETED", "28.00")
    assert (completed["actualStart"], completed["actualEnd"]) == (begun, ended)


def test_workflow_3_schedule_changes(book: Book):
    book.generate_june()
    before = book.sessions()
    book.ana.post(f"/care-sessions/{before[0]['id']}/confirm")
    book.ana.post(f"/care-sessions/{before[1]['id']}/cancel")
    before = book.sessions()

    days = ["MONDAY", "TUESDAY", "WEDNESDAY", "FRIDAY"]
    changed = book.noor.patch(f"/care-schedules/{book.schedule}", {"daysOfWeek": days})
    assert changed["daysOfWeek"] == days
    assert book.sessions() == before  # a schedule's change is no session's

    again = book.generate_june()
    assert [slot["slotDate"] for slot in again["created"]] == TUESDAYS
    assert [slot["slotDate"] for slot in again["existing"]] == MONDAYS_WEDNESDAYS_FRIDAYS
    tuesdays = [slot["sessionId"] for slot in again["created"]]
    assert [session for session in book.sessions() if session["id"] not in tuesdays] == before

    answer = book.ana.post(f"/families/{book.family}/care-sessions/confirm", {"sessionIds": tuesdays})
    assert answer["confirmed"] == tuesdays
    assert all(session["isConfirmed"] for session in book.sessions() if session["id"] in tuesdays)
