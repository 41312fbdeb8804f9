"""The checker of histories finds each kind of fault, and nothing where there is none."""

import random
from typing import Any

import pytest

from tests.races.faulty_store import FaultyStore, Moment
from tests.races.linearizability import Call, unexplained
from tests.races.session_model import EVENTS, MOVES, NANNY, NOTE, PARENT, READ, UNDO, Asked, Session, answer
from tests.sizes import SEED, seeds

pytestmark = pytest.mark.no_database

CALLS = 120
WEIGHTS = {READ: 6, EVENTS: 3, NOTE: 3, UNDO: 3} | dict.fromkeys(MOVES, 1)


def asks(chance: random.Random, session: Session) -> Asked:
    """What somebody may ask next of a session."""
    [what] = chance.choices([*WEIGHTS], [*WEIGHTS.values()])
    possible = [move for move, (froms, *_) in MOVES.items() if session.state in froms]
    if what in MOVES and chance.random() < 0.7:
        what = chance.choice(possible or [UNDO])
    changes = what not in (READ, EVENTS)
    version = session.version if changes and chance.random() < 0.3 else None
    text = f"note {chance.randrange(10**9)}" if what == NOTE else ""
    return Asked(what, chance.choice([PARENT, NANNY]), version, text)


# The faults: what is answered and what stands then, where the fault can happen at all.


def lost_update(moment: Moment[Session]) -> tuple[Any, Session] | None:
    """A note is written over what stood before the last change, which was acknowledged."""
    before = moment.earlier()
    if moment.asked.what != NOTE or before is None or not moment.changes:
        return None
    return answer(before, moment.asked._replace(version=None))


def two_winners(moment: Moment[Session]) -> tuple[Any, Session] | None:
    """A move that somebody has just made is made once more, and answered as the first was."""
    before = moment.earlier()
    move = moment.before.made[-1][0] if moment.before.made else None
    if moment.changes or before is None or moment.asked.what != move or moment.answer[0] != 409:
        return None
    return (200, moment.before.shown()), moment.before


def stale_read(moment: Moment[Session]) -> tuple[Any, Session] | None:
    """What somebody reads stood there before a change that was done when they began."""
    old = moment.stale()
    if moment.asked.what != READ or old is None:
        return None
    return (200, old.shown()), moment.before


def half_a_move(moment: Moment[Session]) -> tuple[Any, Session] | None:
    """A move is made, and its line of history is not written."""
    if moment.asked.what not in MOVES or not moment.changes:
        return None
    return moment.answer, moment.after._replace(history=moment.before.history)


def acknowledged_write_gone(moment: Moment[Session]) -> tuple[Any, Session] | None:
    """All stands as before the last change, as when a machine fell over that had not kept it."""
    before = moment.earlier()
    return None if before is None or moment.changes else answer(before, moment.asked)


def undo_applied_twice(moment: Moment[Session]) -> tuple[Any, Session] | None:
    """One press takes two moves back, and says so of the first alone."""
    if moment.asked.what != UNDO or not moment.changes or not moment.after.made:
        return None
    by = PARENT if moment.after.made[-1][0] == "confirm" else NANNY
    _, twice = answer(moment.after, Asked(UNDO, by, moment.after.version))
    return moment.answer, twice


FAULTS = [lost_update, two_winners, stale_read, half_a_move, acknowledged_write_gone, undo_applied_twice]


def test_a_sound_history_has_an_order():
    for seed in seeds("histories to check"):
        calls = FaultyStore(Session.new(), answer).history(asks, CALLS, random.Random(seed))
        assert unexplained(calls, Session.new(), answer) is None


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_each_planted_fault_is_found(fault, measured):
    planted = 0
    for seed in seeds("histories to check"):
        store = FaultyStore(Session.new(), answer, fault)
        calls = store.history(asks, CALLS, random.Random(seed))
        planted += store.spoiled
        assert (unexplained(calls, store.start, answer) is not None) is store.spoiled
    assert planted
    measured(f"found in each of {planted} histories of {CALLS} calls", seed=SEED)


def call(asked: Asked, begun: float, ended: float, answered: Any) -> Call:
    return Call(0, asked, begun, ended, answered)


def test_what_was_never_answered_was_done_in_time_or_never():
    session = Session.new()
    cancelled, after = answer(session, Asked("cancel"))
    lost = call(Asked("cancel"), 0, 2, None)
    before, later = (200, session.shown()), (200, after.shown())
    assert unexplained([lost, call(Asked(READ), 1, 2, before)], session, answer) is None
    assert unexplained([lost, call(Asked(READ), 1, 2, later)], session, answer) is None
    assert unexplained([lost, call(Asked(READ), 3, 4, later), call(Asked(READ), 5, 6, before)], session, answer)
    # A machine that is dead does nothing more.
    assert unexplained([lost, call(Asked(READ), 3, 4, before), call(Asked(READ), 5, 6, later)], session, answer)
    assert (
        unexplained([call(Asked("cancel"), 0, 2, cancelled), call(Asked(READ), 1, 2, before)], session, answer) is None
    )
