"""Eight clients do at random what may be done to sessions: each session's answers have an order, also over kills."""

import random
from collections.abc import Hashable
from datetime import datetime, timedelta
from itertools import batched
from typing import Any

import httpx
import pytest

from tests.races.concurrency import ClientPool, FamilyClients, now
from tests.races.kills import killed
from tests.races.linearizability import unexplained
from tests.races.recorded_calls import Book, Recorder
from tests.races.session_model import EVENTS, MOVES, NANNY, NOTE, PARENT, READ, UNDO, Asked, Session, answer
from tests.sizes import SEED, size

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

CLIENTS = 8
AT_ONCE = 4  # sessions that all of them ask of, before they go on to the next
HALF = timedelta(minutes=30)
CHOICES = {READ: 8, EVENTS: 2, NOTE: 4, UNDO: 4} | dict.fromkeys(MOVES, 3)
ONE_PAGE = 400  # lines of history that one answer holds for sure


class Sessions(Book[Asked]):
    """Sessions of one family that began an hour ago. They may overlap, so that each is moved as if alone."""

    def __init__(self, family: FamilyClients, count: int) -> None:
        self.family = family
        self.start = now() - 2 * HALF
        self.ids = [family.session(self.start, hours=20, overlapAllowed=True, notes="") for _ in range(count)]
        self._people = {PARENT: family.parent, NANNY: family.nanny}

    def choose(self, thing: str, seen: Any, chance: random.Random) -> Asked:
        version = seen or 1
        [what] = chance.choices([*CHOICES], [*CHOICES.values()])
        if what == EVENTS and version > ONE_PAGE:
            what = READ
        named = version if self.changes(Asked(what)) and chance.random() < 0.3 else None
        return Asked(what, chance.choice([PARENT, NANNY]), named, f"{chance.random()}" if what == NOTE else "")

    def changes(self, asked: Asked) -> bool:
        return asked.what not in (READ, EVENTS)

    def ask(self, thing: str, asked: Asked) -> httpx.Response:
        person, path = self._people[asked.by], f"/care-sessions/{thing}"
        headers = {} if asked.version is None else {"If-Match": f'"{asked.version}"'}
        if asked.what == READ:
            return person.get(path)
        if asked.what == EVENTS:
            return person.get(f"{path}/events", params={"limit": 500})
        if asked.what == NOTE:
            return person.patch(path, json={"notes": asked.text, "reason": "It was so."}, headers=headers)
        times = {"at": self.start, "actualStart": self.start, "actualEnd": self.start + HALF}
        names = {"start": ["at"], "record": ["actualStart", "actualEnd"]}.get(asked.what, [])
        body = {name: times[name].isoformat() for name in names}
        if asked.what == "complete":
            body = {"at": times["actualEnd"].isoformat()}
        return person.post(f"{path}/{asked.what}", json=body, headers=headers)

    def answered(self, asked: Asked, response: httpx.Response) -> tuple[Hashable, Any]:
        content = response.json()
        if not response.is_success:
            return (response.status_code, content["code"]), None
        if asked.what == EVENTS:
            lines = sorted(content["items"], key=lambda line: line["id"])
            return (200, tuple(line["kind"].removeprefix("care_session.") for line in lines)), None
        shown = tuple(content[name] for name in ("status", "isConfirmed", "version", "notes"))
        times = (self._is(content["actualStart"], self.start), self._is(content["actualEnd"], self.start + HALF))
        return (200, shown + times), content["version"]

    def _is(self, shown: str | None, expected: datetime) -> bool | str:
        """Whether there is a time; any other than was sent is one that no model answers."""
        return shown or False if shown is None or datetime.fromisoformat(shown) != expected else True


def strange(recorder: Recorder) -> dict[str, object]:
    """The sessions whose answers have no order, each with the answer that fits in none."""
    found = {thing: unexplained(calls, Session.new(), answer) for thing, calls in recorder.calls.items()}
    return {thing: wrong for thing, wrong in found.items() if wrong}


def play(book: Sessions, operations: int, **options: Any) -> Recorder:
    recorder = Recorder(book, CLIENTS, SEED, **options)
    groups = [*batched(book.ids, AT_ONCE, strict=False)]
    for group in groups:
        recorder.record([*group], max(1, operations // len(groups)))
    return recorder


def test_what_sessions_answer_has_an_order(client_pool, measured):
    book = Sessions(client_pool.family(), size("sessions of a history"))
    recorder = play(book, size("operations of each client"))
    assert not strange(recorder)
    assert {call.answer[0] for calls in recorder.calls.values() for call in calls} == {200, 403, 409, 412}
    measured(
        f"{CLIENTS} clients, {recorder.answers:,} answers of {len(book.ids)} sessions: each has an order", seed=SEED
    )


@pytest.mark.nightly
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_it_has_one_over_kills_too(database, measured):
    operations = size("operations of each client")
    with killed(database, SEED) as kill, ClientPool(kill.server) as client_pool:
        book = Sessions(client_pool.family(), size("sessions of a history"))
        every = CLIENTS * operations // size("kills of a history")
        recorder = play(book, operations, disturb=kill, disturb_every=every)
        assert not strange(recorder)
    assert recorder.disturbed
    measured(
        f"{CLIENTS} clients, {recorder.answers:,} answers of {len(book.ids)} sessions, {recorder.unanswered} changes "
        f"without one, {kill.said}: each has an order",
        seed=SEED,
    )
