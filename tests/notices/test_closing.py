"""What is over leaves the inbox and the badge; of many, it says how many are left."""

from datetime import date, timedelta

import pytest

from handsel.actions import care_sessions, change_requests, generation
from handsel.models import Notice, User
from handsel.notices import closing, reminders
from handsel.pages import inbox
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
from handsel.rules.roles import Role
from tests.world import NOW, ON_THE_WEB, World, wall

pytestmark = pytest.mark.any_database

JUNE = Draft.of(from_date=date(2026, 6, 3), to_date=date(2026, 6, 19))
MINUTE = timedelta(minutes=1)


def lines(person: User) -> list[str]:
    """The inbox's lines, the newest first."""
    page = inbox.page(person, at=NOW)
    return [notice.sentence for _, notices in page.groups for notice in notices]


def planned(world: World) -> list:
    """Eight mornings that nobody has confirmed."""
    made = generation.generate(world.schedule().id, JUNE, by=world.noor, **ON_THE_WEB)
    return [slot.session_id for slot in made.created]


def confirm(world: World, ids: list, at=NOW) -> None:
    draft = Draft.of(session_ids=ids)
    care_sessions.move_many(Move.CONFIRM, world.riveras.id, draft, by=world.ana, at=at, source=Source.WEB)


def test_eight_to_confirm_are_five_when_three_are_and_none_when_all_are(world):
    ids = planned(world)
    assert lines(world.luis) == ["8 sessions to confirm"]
    confirm(world, ids[:3])
    assert lines(world.luis)[1:] == ["5 sessions to confirm"]
    assert lines(world.ana) == ["5 sessions to confirm"]
    assert inbox.badge(world.ana) == 1
    confirm(world, ids[3:])
    assert lines(world.ana) == []
    assert inbox.badge(world.ana) == inbox.badge(world.luis) == 0
    assert Notice.objects.get(person=world.ana).facts["count"] == 8  # what was told stays told


def test_what_is_undone_asks_again(world):
    ids = planned(world)
    confirm(world, ids, at=NOW + MINUTE)
    care_sessions.undo(ids[0], by=world.ana, at=NOW + 2 * MINUTE, source=Source.WEB)
    assert lines(world.ana) == ["1 session to confirm"]


def test_a_generation_that_was_taken_back_asks_for_nothing(world):
    made = generation.generate(world.schedule().id, JUNE, by=world.noor, **ON_THE_WEB)
    generation.undo(made.batch_id, by=world.noor, at=NOW + 5 * MINUTE, source=Source.WEB)
    assert lines(world.ana) == []


def test_that_it_runs_goes_when_it_is_completed(world):
    session = world.session("2026-06-01 00:00", hours=4, state=State.CONFIRMED)
    begun = wall("2026-06-01 00:05")
    care_sessions.start(session.id, by=world.noor, at=begun, source=Source.WEB)
    reminders.remind(NOW)
    assert [line for line in lines(world.noor) if "running" in line]
    assert sorted(lines(world.ana)) == ["A session is still running after its end", "Noor started a session"]
    care_sessions.complete(session.id, by=world.noor, **ON_THE_WEB)
    assert lines(world.ana) == ["Noor completed a session"]
    assert not [line for line in lines(world.noor) if "running" in line]


def test_a_request_goes_when_it_is_answered_or_taken_back(world):
    session = world.session(state=State.CONFIRMED)
    request = change_requests.ask(session.id, Draft.of(message="Later?"), by=world.noor, **ON_THE_WEB)
    assert inbox.badge(world.luis) == 1
    change_requests.decline(request.id, by=world.ana, **ON_THE_WEB)
    assert lines(world.luis) == ["Ana declined the change"]
    assert lines(world.ana) == []
    again = change_requests.ask(session.id, Draft.of(message="Later?"), by=world.noor, **ON_THE_WEB)
    change_requests.withdraw(again.id, by=world.noor, **ON_THE_WEB)
    assert lines(world.ana) == []


def test_what_was_deleted_asks_for_nothing(world):
    session = world.session(state=State.CONFIRMED)
    change_requests.ask(session.id, Draft.of(message="Later?"), by=world.noor, **ON_THE_WEB)
    care_sessions.delete(session.id, by=world.luis, **ON_THE_WEB)
    assert lines(world.ana) == ["Luis cancelled a session"]


def test_a_parents_badge_counts_what_asks_for_them_and_a_nannys_all(world):
    coordinator = world.join(world.riveras, Role.COORDINATOR, name="Cleo").user
    session = world.session("2026-06-01 08:00")
    care_sessions.confirm(session.id, by=world.ana, **ON_THE_WEB)
    assert (inbox.badge(world.luis), inbox.badge(coordinator), inbox.badge(world.noor)) == (0, 0, 1)
    assert lines(world.luis) == ["Ana confirmed a session"]
    planned(world)
    assert (inbox.badge(world.luis), inbox.badge(coordinator), inbox.badge(world.noor)) == (1, 1, 1)


def test_a_family_closes_its_own_alone(world):
    of_okafors = world.session(family=world.okafors)
    care_sessions.restore(world.session(family=world.okafors, state=State.CANCELLED).id, by=world.noor, **ON_THE_WEB)
    confirm(world, planned(world))
    assert lines(world.ada) == ["Noor restored a cancelled session"]
    care_sessions.confirm(of_okafors.id, by=world.ada, **ON_THE_WEB)
    assert lines(world.ada) == ["Noor restored a cancelled session"]


def test_what_time_has_passed_over_goes_too(world):
    """Nobody confirmed it, and it is over; nobody pressed anything since."""
    session = world.session("2026-06-01 18:00", state=State.CANCELLED)
    care_sessions.restore(session.id, by=world.noor, **ON_THE_WEB)
    closing.close_past(wall("2026-06-02 01:59"))
    assert lines(world.ana) == ["Noor restored a cancelled session"]
    assert closing.close_past(wall("2026-06-02 02:00")) == 2
    assert lines(world.ana) == lines(world.luis) == []
    assert closing.close_past(wall("2026-06-02 03:00")) == 0


@pytest.mark.parametrize(
    ("state", "columns", "over_at"),
    [
        (State.CONFIRMED, {}, "2026-06-01 16:00"),  # should have started
        (State.CONFIRMED, {"nanny": None}, "2026-06-01 16:00"),
        (State.UNCONFIRMED, {}, "2026-06-01 08:00"),  # still to be confirmed
    ],
)
def test_a_reminder_goes_when_it_helps_nobody_any_more(world, state, columns, over_at):
    world.session("2026-06-01 08:00", state=state, **columns)
    reminders.remind(wall("2026-06-01 07:59" if state is State.UNCONFIRMED else "2026-06-01 08:15"))
    count = Notice.objects.count()
    assert count
    assert closing.close_past(wall(over_at) - MINUTE) == 0
    assert closing.close_past(wall(over_at)) == count


def test_that_somebody_comes_late_and_needs_a_nanny_goes_with_the_sessions_end(world):
    session = world.session("2026-06-01 08:00", state=State.CONFIRMED)
    late = Draft.of(minutes=10)
    care_sessions.tell_running_late(session.id, late, by=world.noor, at=wall("2026-06-01 07:50"), source=Source.WEB)
    assert lines(world.ana) == ["Noor is running 10 min late"]
    closing.close_past(wall("2026-06-01 15:59"))
    assert lines(world.ana) == ["Noor is running 10 min late"]
    closing.close_past(wall("2026-06-01 16:00"))
    assert lines(world.ana) == []


def test_who_is_asked_to_confirm_what_is_past_is_so_for_62_days(world):
    session = world.session("2026-05-29 08:00")
    care_sessions.ask_to_confirm(session.id, by=world.noor, **ON_THE_WEB)
    asks = ["Noor asks you to confirm a past session"]
    assert lines(world.ana) == asks
    closing.close_past(wall("2026-07-30 15:59"))
    assert lines(world.ana) == asks
    closing.close_past(wall("2026-07-30 16:00"))
    assert lines(world.ana) == []


def test_what_is_another_nannys_by_now_is_no_line_of_the_first_one(world):
    session = world.session("2026-06-01 08:00", state=State.CONFIRMED)
    reminders.remind(wall("2026-06-01 08:15"))
    assert lines(world.noor) == ["A session should have started"]
    draft = Draft.of(nanny_id=world.bea_of_riveras.id)
    care_sessions.update(session.id, draft, by=world.ana, at=wall("2026-06-01 08:20"), source=Source.WEB)
    assert "A session should have started" not in lines(world.noor)


def test_that_a_plan_ends_goes_when_it_is_planned_further(world):
    schedule = world.schedule()
    generation.generate(schedule.id, JUNE, by=world.ana, **ON_THE_WEB)
    reminders.remind(wall("2026-06-12 10:00"))
    ends = f"{schedule.name} is planned for less than two more weeks"
    assert ends in lines(world.luis)
    july = Draft.of(from_date=date(2026, 6, 20), to_date=date(2026, 7, 20))
    generation.generate(schedule.id, july, by=world.ana, at=wall("2026-06-12 11:00"), source=Source.WEB)
    closing.close_past(wall("2026-06-12 11:05"))
    assert ends not in lines(world.luis)


def test_only_what_the_undone_move_had_closed_opens_again(world):
    """What was asked, answered and asked again before it asks once."""
    session = world.session(state=State.CONFIRMED)
    for minute in (1, 2):
        at = NOW + minute * 10 * MINUTE
        request = change_requests.ask(session.id, Draft.of(message="Later?"), by=world.noor, at=at, source=Source.WEB)
        if minute == 1:
            change_requests.decline(request.id, by=world.ana, at=at + MINUTE, source=Source.WEB)
    care_sessions.cancel(session.id, by=world.ana, at=NOW + 30 * MINUTE, source=Source.WEB)
    assert "Noor asks to change a session" not in lines(world.luis)
    care_sessions.undo(session.id, by=world.ana, at=NOW + 31 * MINUTE, source=Source.WEB)
    assert lines(world.luis).count("Noor asks to change a session") == 1


def test_many_families_are_closed_by_as_many_queries_as_one(world, django_assert_num_queries):
    care_sessions.restore(world.session(family=world.okafors, state=State.CANCELLED).id, by=world.noor, **ON_THE_WEB)
    with django_assert_num_queries(3):
        closing.close_past(NOW)
    for day in range(2, 8):
        session = world.session(f"2026-06-{day:02} 09:00", state=State.CANCELLED)
        care_sessions.restore(session.id, by=world.noor, **ON_THE_WEB)
    with django_assert_num_queries(3):
        closing.close_past(NOW)
