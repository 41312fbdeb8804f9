"""Time off that cancels or gives back a session at the very moment in which it is started, confirmed or cancelled."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.races.concurrency import run_concurrently

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

BEFORE = {"start": ["confirm"], "complete": ["confirm", "start"]}


@pytest.mark.parametrize(
    ("move", "decision"),
    [
        ("start", "CANCEL"),
        ("complete", "CANCEL"),
        ("cancel", "UNASSIGN"),
        ("confirm", "CANCEL"),
        pytest.param("start", "UNASSIGN", marks=pytest.mark.nightly),
        pytest.param("complete", "UNASSIGN", marks=pytest.mark.nightly),
        pytest.param("confirm", "UNASSIGN", marks=pytest.mark.nightly),
        pytest.param("cancel", "CANCEL", marks=pytest.mark.nightly),
    ],
)
def test_a_session_is_either_moved_or_decided(client_pool, move, decision):
    family = client_pool.family()
    day = datetime.now(UTC).date()
    days = {"from": f"{day - timedelta(days=1)}", "to": f"{day + timedelta(days=1)}"}
    draft = {**days, "nannyId": family.nanny_id, "sessions": decision}
    session_id = family.session()
    mover = family.nanny if move in BEFORE else family.parent
    for before in BEFORE.get(move, []):
        person = family.parent if before == "confirm" else family.nanny
        assert person.post(f"/care-sessions/{session_id}/{before}").is_success
    with family.client_pool.more_clients([family.nanny, mover], 8) as clients:
        off, moving = clients[::2], clients[1::2]
        asks = [lambda client=client: client.post(f"/families/{family.id}/time-off", json=draft) for client in off]
        asks += [lambda client=client: client.post(f"/care-sessions/{session_id}/{move}") for client in moving]
        answers = run_concurrently(asks, threads=8)
    entered = [answer.json() for answer in answers if answer.status_code == 201]
    assert len(entered) == 4
    assert {answer.status_code for answer in answers} <= {200, 201, 409}
    decided = [hit["decided"] for entry in entered for hit in entry["affected"]]
    moved = [answer for answer in answers if answer.status_code == 200]
    assert decided.count(decision) <= 1
    assert len(moved) <= 1
    events, session = family.events(session_id), family.session_now(session_id)
    if (move, decision) == ("start", "CANCEL"):
        # Whoever was first: it runs, or it is cancelled.
        assert (len(moved), decided.count(decision)) in {(1, 0), (0, 1)}
        assert session["status"] == ("IN_PROGRESS" if moved else "CANCELLED")
    if (move, decision) == ("start", "UNASSIGN"):
        # Who starts what they gave back a moment before takes it again.
        assert (session["status"], session["nannyId"]) == ("IN_PROGRESS", family.nanny_id)
    if move == "complete":
        # What runs is decided over by nobody.
        assert (session["status"], decided) == ("COMPLETED", [])
    cancelled = decided.count("CANCEL") + (len(moved) if move == "cancel" else 0)
    assert events.count("care_session.cancelled") == cancelled <= 1
