"""Eight clients settle pay at random and correct what is in it: what periods answer has an order, over kills too."""

import random
from collections.abc import Hashable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import httpx
import pytest

from tests.races.concurrency import ClientPool, FamilyClients
from tests.races.faulty_store import FaultyStore, Moment
from tests.races.kills import killed
from tests.races.linearizability import Call, unexplained
from tests.races.pay_model import CORRECT, EITHER, MOVES, NANNY, PARENT, PERIOD, SESSION, Asked, Pay, answer
from tests.races.recorded_calls import Book, Recorder
from tests.races.test_pay_periods import begun, recorded
from tests.sizes import SEED, seeds, size

pytestmark = [pytest.mark.no_database]

CLIENTS = 8
CALLS = 120
WEIGHTS = {PERIOD: 5, SESSION: 3, CORRECT: 6, "submit": 4, "approve": 4, "reopen": 4, "withdraw": 1, "query": 1}
WORDS = {"query": "message", "reopen": "reason"}


def choose(chance: random.Random) -> Asked:
    [what] = chance.choices([*WEIGHTS], [*WEIGHTS.values()])
    by = chance.choice([PARENT, NANNY]) if what in EITHER else PARENT
    return Asked(what, by, minutes=chance.randrange(30, 1_200) if what == CORRECT else 0)


class Periods(Book[Asked]):
    """Pay periods, each of a family of its own and with one session of yesterday."""

    def __init__(self, client_pool: ClientPool, count: int) -> None:
        self._of: dict[str, tuple[FamilyClients, str, datetime]] = {}
        self.start: dict[str, Pay] = {}
        for _ in range(count):
            family = client_pool.family()
            session_id = recorded(family)
            session, period_id = family.session_now(session_id), begun(family)
            began, ended = (datetime.fromisoformat(session[name]) for name in ("actualStart", "actualEnd"))
            self._of[period_id] = (family, session_id, began)
            self.start[period_id] = Pay((ended - began) // timedelta(minutes=1), session["version"])

    def choose(self, thing: str, seen: Any, chance: random.Random) -> Asked:
        asked = choose(chance)
        named = seen and asked.what in MOVES and chance.random() < 0.2
        return asked._replace(version=seen) if named else asked

    def changes(self, asked: Asked) -> bool:
        return asked.what not in (PERIOD, SESSION)

    def ask(self, thing: str, asked: Asked) -> httpx.Response:
        family, session_id, began = self._of[thing]
        person = {PARENT: family.parent, NANNY: family.nanny}[asked.by]
        if asked.what == PERIOD:
            return person.get(f"/pay-periods/{thing}")
        if asked.what == SESSION:
            return person.get(f"/care-sessions/{session_id}")
        if asked.what == CORRECT:
            body = {"actualEnd": (began + timedelta(minutes=asked.minutes)).isoformat(), "reason": "It was so."}
            return person.patch(f"/care-sessions/{session_id}", json=body)
        headers = {} if asked.version is None else {"If-Match": f'"{asked.version}"'}
        body = {WORDS[asked.what]: "Look again."} if asked.what in WORDS else {}
        return person.post(f"/pay-periods/{thing}/{asked.what}", json=body, headers=headers)

    def answered(self, asked: Asked, response: httpx.Response) -> tuple[Hashable, Any]:
        content = response.json()
        if not response.is_success:
            return (response.status_code, content["code"]), None
        if asked.what in (SESSION, CORRECT):
            began, ended = (datetime.fromisoformat(content[name]) for name in ("actualStart", "actualEnd"))
            return (200, ((ended - began) // timedelta(minutes=1), content["version"])), None
        # What is not approved is computed from what stands, which other calls tell.
        approved = content["status"] == "APPROVED"
        minutes = int(Decimal(content["totals"]["gross"]) * 2) if approved else None
        return (200, (content["status"], content["version"], minutes)), content["version"]


@pytest.mark.nightly
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_what_pay_periods_answer_has_an_order_over_kills(database, measured):
    operations = size("operations on pay")
    with killed(database, SEED) as kill, ClientPool(kill.server) as client_pool:
        book = Periods(client_pool, 4)
        every = operations // size("kills of pay")
        recorder = Recorder(book, CLIENTS, SEED, disturb=kill, disturb_every=every)
        recorder.record([*book.start], operations // CLIENTS)
    for period_id, calls in recorder.calls.items():
        assert unexplained(calls, book.start[period_id], answer) is None
    answered = {(call.asked.what, call.answer) for calls in recorder.calls.values() for call in calls if call.answer}
    assert {(409, "locked"), (409, "wrong_state")} <= {answer for _, answer in answered}
    assert {what for what, (status, _) in answered if status == 200} >= {CORRECT, "submit", "approve", "reopen"}
    measured(f"{CLIENTS} clients, {recorder.answers:,} answers of 4 periods, {kill.said}: each has an order", seed=SEED)


# The checker finds what would be wrong.


def approved_without_a_correction(moment: Moment[Pay]) -> tuple[Any, Pay] | None:
    """What is stored was computed before the last correction, which was acknowledged."""
    old = next((pay for _, pay in reversed(moment.store.stood) if pay.minutes != moment.before.minutes), None)
    if moment.asked.what != "approve" or not moment.changes or old is None:
        return None
    after = moment.after._replace(approved=old.minutes)
    return (200, after.shown()), after


def corrected_while_it_is_held(moment: Moment[Pay]) -> tuple[Any, Pay] | None:
    if moment.asked.what != CORRECT or moment.answer != (409, "locked"):
        return None
    answered, after = answer(moment.before._replace(status="OPEN"), moment.asked)
    return answered, after._replace(status=moment.before.status)


def approved_twice(moment: Moment[Pay]) -> tuple[Any, Pay] | None:
    if moment.asked.what != "approve" or moment.before.status != "APPROVED":
        return None
    return (200, moment.before.shown()), moment.before


def may_be_explained(spoilt: Call, calls: list[Call]) -> bool:
    """Whether something was changed while the spoilt call went on: in another order of the two it may be right."""
    beside = [call for call in calls if call is not spoilt and call.begun < spoilt.ended and spoilt.begun < call.ended]
    return any(call.asked.what in (CORRECT, *MOVES) for call in beside)


FAULTS = [approved_without_a_correction, corrected_while_it_is_held, approved_twice]


@pytest.mark.parametrize("fault", [None, *FAULTS], ids=lambda fault: getattr(fault, "__name__", "sound"))
def test_each_fault_in_pay_is_found_and_nothing_else(fault, measured):
    planted, start = 0, Pay(120, 3)
    for seed in seeds("histories of pay to check"):
        store = FaultyStore(start, answer, fault)
        calls = store.history(lambda chance, _: choose(chance), CALLS, random.Random(seed))
        if store.spoilt_call and may_be_explained(store.spoilt_call, calls):
            continue
        planted += store.spoiled
        assert (unexplained(calls, start, answer) is not None) is store.spoiled
    assert bool(planted) is (fault is not None)
    measured(f"{planted} faults planted and found in histories of {CALLS} calls", seed=SEED)
