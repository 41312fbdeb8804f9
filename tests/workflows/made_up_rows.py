"""What follows from the made-up rows of test_one_row.py, which runs this where they stand in the tables."""

import pytest
from django.utils import timezone

from handsel.actions import care_sessions
from handsel.management import delivery
from handsel.models import CareSession, Event
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
from handsel.rules.refusals import WrongState
from tests.api.contract import Api
from tests.mailbox import Mailbox
from tests.web.visitor import Visitor
from tests.world import NOW, ON_THE_WEB


@pytest.fixture(autouse=True)
def eight_in_the_morning(monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW)


@pytest.fixture
def done(world) -> CareSession:
    """Noor has completed it this morning."""
    return world.session("2026-06-01 05:00", hours=2, state=State.COMPLETED)


def test_the_action(world, done):
    session = care_sessions.move(Move.REOPEN, done.id, by=world.noor, version=done.version, **ON_THE_WEB)
    done.refresh_from_db()
    assert session.state is done.state is State.IN_PROGRESS
    assert (done.actual_end, done.version, done.updated_at) == (None, session.version, NOW)
    event = Event.objects.get(session_id=done.id)
    assert (event.kind, event.by, event.at) == ("care_session.reopened", world.noor_of_riveras, NOW)
    assert event.changes["status"] == ["COMPLETED", "IN_PROGRESS"]
    assert world.told(world.ana) == world.told(world.luis) == ["session.reopened"]


def test_its_refusal(world, done):
    care_sessions.move(Move.REOPEN, done.id, by=world.noor, **ON_THE_WEB)
    with pytest.raises(WrongState, match="under way, so it cannot be reopened"):
        care_sessions.move(Move.REOPEN, done.id, by=world.noor, **ON_THE_WEB)
    answer = Api(world, world.noor).post(f"/care-sessions/{done.id}/reopen")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")


def test_its_button_its_press_and_its_line_of_history(world, done):
    noor, ana = Visitor(world.noor), Visitor(world.ana)
    page = noor.get("session", done.id)
    assert page.offers("reopen_session", done.id)
    assert page.says("Reopen session")
    assert not ana.get("session", done.id).offers("reopen_session", done.id)
    page = noor.press("reopen_session", done.id, version=done.version)
    assert page.says("Reopened: Mon 1 Jun, 05:00–07:00.")
    assert page.says("Noor reopened it")
    assert noor.post("reopen_session", done.id, status=409, version=done.version).says("This was done already")
    assert ana.get("inbox").says("Noor reopened a session")


def test_many_at_once(world, done):
    others = world.session("2026-06-01 02:00", hours=1, state=State.COMPLETED, nanny=world.bea_of_riveras)
    draft = Draft.of(session_ids=[others.id, done.id], versions={done.id: done.version})
    answer = care_sessions.move_many(Move.REOPEN, world.riveras.id, draft, by=world.noor, **ON_THE_WEB)
    assert answer.moved == [done.id]
    assert [(refused.session_id, refused.code) for refused in answer.refused] == [(others.id, "not_allowed")]
    page = Visitor(world.bea).press("reopen_sessions", world.riveras.id, session=str(others.id))
    assert page.says("1 session reopened.")


def test_its_operation(world, done):
    noor = Api(world, world.noor)
    answer = noor.post(f"/care-sessions/{done.id}/reopen", {"reason": "They stayed."})
    assert (answer.json()["status"], answer.json()["actualEnd"]) == ("IN_PROGRESS", None)
    events = noor.get(f"/care-sessions/{done.id}/events").json()["items"]
    assert [(event["kind"], event["reason"]) for event in events] == [("care_session.reopened", "They stayed.")]
    operation = noor.get("/openapi.json").json()["paths"]["/api/v1/care-sessions/{sessionId}/reopen"]["post"]
    assert (operation["operationId"], operation["summary"]) == ("reopenCareSession", "Care goes on after all")


def test_the_mail(world, done, settings):
    care_sessions.move(Move.REOPEN, done.id, by=world.noor, **ON_THE_WEB)
    with Mailbox() as mailbox:
        settings.MAILERS = mailbox.mailers
        while delivery.deliver(NOW, lambda: NOW):
            pass
        letters = mailbox.all()
    assert {letter["To"] for letter in letters} == {world.ana.email, world.luis.email}
    assert {letter["Subject"] for letter in letters} == {"Noor reopened a session · Mon 1 Jun, 05:00–07:00"}
