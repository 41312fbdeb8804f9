"""The lines of reminders in the inbox answer what they ask, and a push brings the same buttons."""

from typing import Any

import pytest

from handsel.models import CareSession, Notice, User
from handsel.notices import validity
from handsel.pages import letters
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind
from tests.world import NOW, World, wall

pytestmark = pytest.mark.any_database


def reminded(world: World, person: User, kind: NoticeKind, sessions: list[CareSession]) -> Notice:
    named = {"session": sessions[0]} if len(sessions) == 1 else {}
    facts = {
        "count": len(sessions),
        "sessions": [str(session.id) for session in sessions],
        "times": [[session.scheduled_start.isoformat(), session.scheduled_end.isoformat()] for session in sessions],
        "zone": "America/New_York",
    }
    return Notice.objects.create(person=person, family=world.riveras, kind=kind, facts=facts, at=NOW, **named)


def pushed(notice: Notice) -> list[dict[str, Any]]:
    valid = validity.still_valid(notice.person, [notice], at=NOW)
    return letters.lock_screen(valid[notice.id], at=NOW)["presses"] if notice.id in valid else []


@pytest.mark.parametrize("count", [1, 3])
def test_what_was_not_recorded_is_recorded_from_its_line(noor, world, count):
    sessions = [world.session(f"2026-05-2{day} 06:00", hours=8.5, state=State.CONFIRMED) for day in range(5, 5 + count)]
    notice = reminded(world, world.noor, NoticeKind.NOT_RECORDED, sessions)
    words = "Record as planned" if count == 1 else "All 3 as planned"
    assert noor.get("inbox").says(words)
    [press] = pushed(notice)
    assert press["words"] == words
    noor.client.post(press["address"], press["fields"] | {"next": "/inbox/"})
    page = noor.get("inbox")
    assert page.says("Recorded: Mon 25 May, 06:00–14:30, 8 h 30 min." if count == 1 else "3 sessions recorded.")
    assert page.says("Undo")
    assert not page.says("as planned")
    assert pushed(notice) == []


def test_what_still_runs_ends_as_planned_or_now(noor, world):
    session = world.session("2026-06-01 04:00", hours=2.5, state=State.IN_PROGRESS)
    notice = reminded(world, world.noor, NoticeKind.STILL_RUNNING, [session])
    assert [press["words"] for press in pushed(notice)] == ["06:30 as planned", "Complete now"]
    assert noor.get("inbox").says("06:30 as planned")
    press = pushed(notice)[0]
    noor.client.post(press["address"], press["fields"])
    session.refresh_from_db()
    assert session.actual_end == wall("2026-06-01 06:30")


def test_what_should_have_started_starts(noor, world):
    session = world.session("2026-06-01 07:30", hours=2, state=State.CONFIRMED)
    notice = reminded(world, world.noor, NoticeKind.SHOULD_HAVE_STARTED, [session])
    assert noor.get("inbox").says("07:30 as planned")
    [as_planned] = [press for press in pushed(notice) if "planned" in press["words"]]
    noor.client.post(as_planned["address"], as_planned["fields"])
    session.refresh_from_db()
    assert (session.state, session.actual_start) == (State.IN_PROGRESS, session.scheduled_start)


def test_the_press_of_a_push_is_of_the_version_that_it_showed(noor, world):
    session = world.session("2026-05-25 06:00", hours=8.5, state=State.CONFIRMED)
    [press] = pushed(reminded(world, world.noor, NoticeKind.NOT_RECORDED, [session]))
    CareSession.objects.update(version=session.version + 1)
    assert noor.client.post(press["address"], press["fields"]).status_code == 412
    assert CareSession.objects.get().state is State.CONFIRMED


def test_a_push_that_asks_to_confirm_confirms(ana, world):
    sessions = [world.session(f"2026-06-0{day} 09:00") for day in (2, 3)]
    [press] = pushed(reminded(world, world.ana, NoticeKind.SESSIONS_TO_CONFIRM, sessions))
    assert press["words"] == "Confirm all 2"
    ana.client.post(press["address"], press["fields"])
    assert CareSession.objects.filter(is_confirmed=True).count() == 2


def test_who_may_not_is_offered_nothing(ana, noor, world):
    """A parent starts nothing where the family has nannies, and a nanny confirms nothing."""
    late = world.session("2026-06-01 07:30", hours=2, state=State.CONFIRMED)
    to_come = world.session("2026-06-02 09:00")
    for person, kind, session in (
        (world.ana, NoticeKind.SHOULD_HAVE_STARTED, late),
        (world.noor, NoticeKind.SESSION_PLANNED, to_come),
    ):
        assert pushed(reminded(world, person, kind, [session])) == []
    for visitor in (ana, noor):
        page = visitor.get("inbox")
        assert not page.says("as planned")
        assert not page.says("Confirm it")


def test_more_than_fit_into_a_push_are_answered_on_the_page(world):
    sessions = [world.session(f"2026-05-{day:02} 06:00", state=State.CONFIRMED) for day in range(1, 22)]
    assert pushed(reminded(world, world.noor, NoticeKind.NOT_RECORDED, sessions)) == []


@pytest.mark.parametrize("count", [1, 9])
def test_the_questions_of_the_inbox_do_not_grow(noor, world, count, django_assert_num_queries):
    for day in range(count):
        session = world.session(f"2026-05-1{day} 06:00", state=State.CONFIRMED)
        reminded(world, world.noor, NoticeKind.NOT_RECORDED, [session])
    with django_assert_num_queries(9):
        noor.get("inbox")
