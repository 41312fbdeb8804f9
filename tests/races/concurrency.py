"""Families on a running server, and many requests to it at the same instant."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import cycle, islice
from typing import Any, Self

import httpx

from tests.server import Person, Server

THREADS = 24

Request = Callable[[], httpx.Response]


def run_concurrently(asks: Sequence[Request], *, threads: int = THREADS) -> list[httpx.Response]:
    """Everything is asked by this many threads, which begin at the same instant and then never wait for each other."""
    waiting = iter(asks)
    taking, ready = threading.Lock(), threading.Barrier(threads)
    answers: list[httpx.Response] = []

    def work() -> None:
        ready.wait()
        while True:
            with taking:
                ask = next(waiting, None)
            if ask is None:
                return
            answers.append(ask())

    with ThreadPoolExecutor(threads) as pool:
        for done in [pool.submit(work) for _ in range(threads)]:
            done.result()
    return answers


def count_statuses(answers: Sequence[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


def count_codes(answers: Sequence[httpx.Response]) -> Counter[str]:
    """The codes of those that were refused."""
    return Counter(answer.json()["code"] for answer in answers if answer.status_code >= 400)


@dataclass
class FamilyClients:
    """A family with a parent, a nanny and a child."""

    client_pool: "ClientPool"
    id: str
    child_id: str
    parent: httpx.Client
    nanny: httpx.Client
    nanny_id: str

    def session(self, start: datetime | None = None, *, hours: float = 2, **fields: Any) -> str:
        """A tentative session of the nanny; it begins within minutes when nothing is said."""
        start = start or now()
        body = {
            "scheduledStart": start.isoformat(),
            "scheduledEnd": (start + timedelta(hours=hours)).isoformat(),
            "childIds": [self.child_id],
            "nannyId": self.nanny_id,
            **fields,
        }
        return json_of(self.parent.post(f"/families/{self.id}/care-sessions", json=body))["id"]

    def schedule(self, **fields: Any) -> str:
        """Every Monday, Wednesday and Friday of June 2026 and on."""
        body = {
            "name": "Mornings",
            "recurrence": "WEEKLY",
            "daysOfWeek": ["MONDAY", "WEDNESDAY", "FRIDAY"],
            "startTime": "06:00",
            "endTime": "14:30",
            "startDate": "2026-06-01",
            "childIds": [self.child_id],
            "nannyId": self.nanny_id,
            **fields,
        }
        return json_of(self.parent.post(f"/families/{self.id}/care-schedules", json=body))["id"]

    def sessions(self, **filters: Any) -> list[dict[str, Any]]:
        answer = self.parent.get(f"/families/{self.id}/care-sessions", params={"limit": 500, **filters})
        assert answer.json()["next"] is None
        return answer.json()["items"]

    def session_now(self, session_id: str) -> dict[str, Any]:
        return self.parent.get(f"/care-sessions/{session_id}").json()

    def events(self, session_id: str) -> list[str]:
        answer = self.parent.get(f"/care-sessions/{session_id}/events", params={"limit": 500})
        return [event["kind"] for event in answer.json()["items"]]


@dataclass
class ClientPool:
    """Whoever lives on one server. People are made many at once, since each making costs a second."""

    server: Server
    _newcomers: Iterator[Person] = field(default_factory=lambda: iter(()))
    _clients: ExitStack = field(default_factory=ExitStack)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._clients.close()

    def new_client(self) -> httpx.Client:
        return self.client_of(self.new_person())

    def new_person(self) -> Person:
        person = next(self._newcomers, None)
        if person is None:
            self._newcomers = iter(self.server.people(*["Newcomer"] * 40))
            person = next(self._newcomers)
        return person

    def client_of(self, person: Person) -> httpx.Client:
        """Speaks as this person, from as many threads as a crowd has."""
        # A thread that had to wait for longer than a connection is kept finds it closed by another as it sets out.
        limits = httpx.Limits(max_connections=THREADS, max_keepalive_connections=THREADS, keepalive_expiry=None)
        return self._clients.enter_context(self.server.client(person, limits=limits))

    @contextmanager
    def more_clients(self, people: Sequence[httpx.Client], count: int) -> Iterator[list[httpx.Client]]:
        """So many more clients of these people, in turn, each of which opens a connection of its own."""
        with ExitStack() as all_of_them:
            clients = []
            for person in islice(cycle(people), count):
                client = all_of_them.enter_context(self.server.client())
                client.headers["Authorization"] = person.headers["Authorization"]
                clients.append(client)
            yield clients

    def family(self, nanny: httpx.Client | None = None, parent: httpx.Client | None = None) -> FamilyClients:
        parent, nanny = parent or self.new_client(), nanny or self.new_client()
        body = {"name": "Riveras", "timeZone": "America/New_York", "currency": "USD", "defaultHourlyRate": "25.00"}
        family_id = json_of(parent.post("/families", json=body))["id"]
        child_id = json_of(parent.post(f"/families/{family_id}/children", json={"firstName": "Emma"}))["id"]
        nanny_id = json_of(join(nanny, invitation(parent, family_id, "NANNY")))["id"]
        return FamilyClients(self, family_id, child_id, parent, nanny, nanny_id)


def invitation(parent: httpx.Client, family_id: str, role: str) -> str:
    """What the address that somebody is sent ends in."""
    body = {"email": "somebody@example.org", "role": role}
    return json_of(parent.post(f"/families/{family_id}/invitations", json=body))["acceptUrl"].rpartition("/")[2]


def join(person: httpx.Client, token: str) -> httpx.Response:
    return person.post("/invitations/accept", json={"token": token})


def json_of(answer: httpx.Response) -> dict[str, Any]:
    assert answer.is_success, answer.text
    return answer.json()


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)
