"""Every move against every other at the same instant: whoever wins, the table of moves allows the history."""

from collections import deque
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import combinations_with_replacement
from typing import Any

import httpx
import pytest

from handsel.rules.lifecycle import State, state
from handsel.rules.moves import MOVES, Move
from handsel.rules.roles import Role, may
from tests.races.browsers import browser, sign_in
from tests.races.concurrency import ClientPool, FamilyClients, count_statuses, now, run_concurrently
from tests.world import PASSWORD

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

CROWD = 8
HOUR = timedelta(hours=1)
UNDO = "undo"
by_night = partial(pytest.param, marks=pytest.mark.nightly)
EVENTS = {step.event: move for move, step in MOVES.items()}
MOVES_NOTHING = {"care_session.created", "care_session.confirm_asked", "care_session.running_late"}


def path_to(state: State) -> list[Move]:
    """The shortest way of moves from a session that was just planned to this state."""
    ways: deque[tuple[State, list[Move]]] = deque([(State.UNCONFIRMED, [])])
    while ways:
        reached, made = ways.popleft()
        if reached is state:
            return made
        ways.extend((step.to, [*made, move]) for move, step in MOVES.items() if reached in step.froms)
    raise AssertionError(state)


def is_possible(act: Move | str, of: State) -> bool:
    if isinstance(act, Move):
        return of in MOVES[act].froms
    made = path_to(of)
    return bool(made) and MOVES[made[-1]].undo is not None


PAIRS = [
    pytest.param(of, pair, id=f"{of}-{'-'.join(pair)}")
    for of in State
    for pair in combinations_with_replacement([*Move, UNDO], 2)
    if any(is_possible(act, of) for act in pair)
]


def people_of(family: FamilyClients, act: Move | str) -> list[httpx.Client]:
    """Who may make the move, by the table of roles."""
    people = {Role.PARENT: family.parent, Role.NANNY: family.nanny}
    if not isinstance(act, Move):
        return [*people.values()]
    return [person for role, person in people.items() if may(role, MOVES[act].capability, own=True)]


def body_of(act: Move | str) -> dict[str, str]:
    return {"actualEnd": now().isoformat()} if act is Move.RECORD else {}


def ready(family: FamilyClients, of: State) -> str:
    """A session in this state that began an hour ago and is not over."""
    session_id = family.session(now() - HOUR)
    for move in path_to(of):
        person = people_of(family, move)[0]
        answer = person.post(f"/care-sessions/{session_id}/{move.path}", json=body_of(move))
        assert answer.is_success, answer.text
    return session_id


def race(family: FamilyClients, session_id: str, acts: list[Move | str], *, crowd: int) -> list[httpx.Response]:
    """What so many clients are answered who make these moves in turn at once."""
    asked = [(act, person) for act in acts for person in people_of(family, act)]
    asked = [asked[number % len(asked)] for number in range(crowd)]
    with family.client_pool.more_clients([person for _, person in asked], crowd) as clients:
        asks = [
            lambda client=client, act=act: client.post(
                f"/care-sessions/{session_id}/{act.path if isinstance(act, Move) else act}", json=body_of(act)
            )
            for client, (act, _) in zip(clients, asked, strict=True)
        ]
        return run_concurrently(asks, threads=crowd)


def history(family: FamilyClients, session_id: str) -> list[dict[str, Any]]:
    """Its lines in the order in which they were written."""
    answer = family.parent.get(f"/care-sessions/{session_id}/events", params={"limit": 500})
    return sorted(answer.json()["items"], key=lambda line: line["id"])


def is_in_order(family: FamilyClients, session_id: str) -> int:
    """Hold the history of a session to the table of moves, step by step; return how many it has."""
    stands, before, steps = State.UNCONFIRMED, [State.UNCONFIRMED], 0
    for line in history(family, session_id):
        kind = line["kind"]
        if kind in MOVES_NOTHING:
            continue
        steps += 1
        if kind == "care_session.undone":
            move = Move(line["changes"]["move"][1])
            assert MOVES[move].to is stands, f"{move} is undone of a session that is {stands}"
            stands = before.pop()
        else:
            assert stands in MOVES[EVENTS[kind]].froms, f"{kind} of a session that is {stands}"
            before.append(stands)
            stands = MOVES[EVENTS[kind]].to
    session = family.session_now(session_id)
    assert state(session["status"], session["isConfirmed"]) is stands
    assert session["version"] == 1 + steps
    assert (session["actualStart"] is not None) is (stands in (State.IN_PROGRESS, State.COMPLETED))
    return steps


def agree(family: FamilyClients, of: State, acts: list[Move | str], *, crowd: int = CROWD) -> None:
    session_id = ready(family, of)
    answers = race(family, session_id, acts, crowd=crowd)
    counted = count_statuses(answers)
    # Who comes late may find a move that is not theirs to undo, or a time from before somebody else's start.
    assert counted.keys() <= {200, 403, 409, 422}
    assert counted[200] >= 1
    assert is_in_order(family, session_id) == len(path_to(of)) + counted[200]


@pytest.mark.parametrize("of", [State.CONFIRMED, *(by_night(of) for of in State if of is not State.CONFIRMED)])
def test_everything_at_once(client_pool, of):
    agree(client_pool.family(), of, [*Move, UNDO], crowd=24)


@pytest.mark.nightly
@pytest.mark.parametrize(("of", "pair"), PAIRS)
def test_every_move_against_every_other(client_pool, of, pair):
    agree(client_pool.family(), of, [*pair])


@pytest.mark.nightly
@pytest.mark.parametrize("of", State)
def test_everything_at_once_however_slow_the_writers_are(slow, of):
    agree(slow.family(), of, [*Move, UNDO], crowd=24)


# What is made of more than one move stands on pages alone.

type Press = tuple[httpx.Client, str, dict[str, str]]


def over(family: FamilyClients, moves: list[Move]) -> str:
    """A session that is over, of which these moves were made late."""
    session_id = family.session(now() - 3 * HOUR, hours=1)
    for move in moves:
        assert people_of(family, move)[0].post(f"/care-sessions/{session_id}/{move.path}").is_success
    return session_id


def never_confirmed(family: FamilyClients, ana: httpx.Client, noor: httpx.Client) -> tuple[list[str], list[Press]]:
    """Recorded by a parent in one press with its confirmation, while the nanny asks for that."""
    session_id = over(family, [])
    page = f"/sessions/{session_id}"
    recorded = (ana, f"{page}/record/", {"confirms": "yes"})
    return [session_id], [recorded, (noor, f"{page}/ask/", {}), (ana, f"{page}/confirm/", {}), recorded]


def pressed_late(family: FamilyClients, ana: httpx.Client, noor: httpx.Client) -> tuple[list[str], list[Press]]:
    """Recorded as planned instead of a start and an end that came too late, while the end is undone."""
    session_id = over(family, [Move.CONFIRM, Move.START, Move.COMPLETE])
    page = f"/sessions/{session_id}"
    instead = (noor, f"{page}/record/?instead=yes", {})
    return [session_id], [instead, (ana, f"{page}/undo/", {}), instead, (ana, f"{page}/undo/", {"version": "4"})]


def forgotten(family: FamilyClients, ana: httpx.Client, noor: httpx.Client) -> tuple[list[str], list[Press]]:
    """Ended as the next one starts, while a parent ends it, and both are cancelled at once."""
    started, running = family.session(now() - HOUR), over(family, [Move.CONFIRM, Move.START])
    assert started < running  # locked the other way round than one starts after the other
    assert family.parent.post(f"/care-sessions/{started}/confirm").is_success
    after = (noor, f"/sessions/{started}/start/", {"when": "now", "ends": running, "ends_when": "now"})
    many = {"sure": "yes", "session": [started, running]}
    both = (ana, f"/families/{family.id}/sessions/cancel/", many)
    ends = (ana, f"/sessions/{running}/complete/", {"when": "now"})
    return [started, running], [after, both, after, ends]


@pytest.mark.parametrize("story", [forgotten, by_night(never_confirmed), by_night(pressed_late)])
def test_what_takes_more_than_one_move_is_done_whole_or_not_at_all(client_pool, story):
    race_on_pages(client_pool, story)


@pytest.mark.nightly
@pytest.mark.parametrize("story", [never_confirmed, pressed_late, forgotten])
def test_they_are_whole_however_slow_the_writers_are(slow, story):
    race_on_pages(slow, story)


def race_on_pages(client_pool: ClientPool, story: Callable[..., tuple[list[str], list[Press]]]) -> None:
    server = client_pool.server
    people = server.people("Ana", "Noor", password=PASSWORD)
    ana, noor = (browser(server) for _ in people)
    with ana, noor:
        for client, person in zip((ana, noor), people, strict=True):
            sign_in(client, person, PASSWORD)
        parent, nanny = map(client_pool.client_of, people)
        family = client_pool.family(nanny, parent)
        sessions, presses = story(family, ana, noor)
        asks = [lambda press=press: _post(*press) for press in presses * 2]
        answers = run_concurrently(asks, threads=len(asks))
    # Of who comes late the version is another, or the end lies before a start that was pressed meanwhile.
    assert count_statuses(answers).keys() <= {200, 302, 403, 409, 412, 422}
    assert count_statuses(answers)[302] >= 1
    for session_id in sessions:
        is_in_order(family, session_id)
    assert len(family.sessions(status="IN_PROGRESS")) <= 1


def _post(client: httpx.Client, path: str, form: dict[str, str]) -> httpx.Response:
    return client.post(path, data={**form, "csrfmiddlewaretoken": client.cookies["csrftoken"]})
