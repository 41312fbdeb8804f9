"""What is undone within its minute was never told; later it is told, person by person, by the ways they heard by."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta

import pytest

from handsel.actions import care_sessions, generation, time_off
from handsel.models import CareSession, Notice, User
from handsel.notices import outbox, taking_back
from handsel.notices.routing import route
from handsel.notices.taking_back import MoveMade, Told
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.moves import MOVES, Move
from handsel.rules.notices import NoticeKind
from tests.management.outside import Outside, phone, run
from tests.world import NOW, ON_THE_WEB, World

pytestmark = [pytest.mark.any_database, pytest.mark.usefixtures("mail_is_set_up")]

SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
CANCEL = MOVES[Move.CANCEL]


def cancelled(world: World, *days: int, by: User | None = None) -> list[CareSession]:
    sessions = [world.session(f"2026-06-{day:02} 09:00", state=State.CONFIRMED) for day in days]
    draft = Draft.of(session_ids=[session.id for session in sessions])
    care_sessions.move_many(Move.CANCEL, world.riveras.id, draft, by=by or world.noor, **ON_THE_WEB)
    return sessions


def undo(sessions: Iterable[CareSession], *, by: User, at: datetime, made_by: User | None = None) -> Told:
    """What an action does that takes a cancel back; what says so is any notice that is true of such a session."""
    sessions = list(sessions)
    kinds = frozenset({CANCEL.notice, CANCEL.notice_of_many})
    move = MoveMade(kinds, NOW, (made_by or by).id)
    told = taking_back.moves(dict.fromkeys(sessions, move), by=by, at=at)
    CareSession.objects.filter(id__in=[session.id for session in sessions]).update(
        status="SCHEDULED", cancelled_at=None, cancelled_by=None, cancelled_for="", cancel_reason=""
    )
    for person_id, known in told.sessions.items():
        facts = outbox.session_facts(known) | told.facts
        kind, family_id = NoticeKind.SESSIONS_CONFIRMED, sessions[0].family_id
        outbox.notify(kind, [person_id], by=by, at=at, family_id=family_id, facts=facts)
    return told


def test_nothing_that_can_be_undone_leaves_within_its_minute(world, outside):
    cancelled(world, 2)
    assert run(NOW) == run(NOW + 59 * SECOND) == 0
    assert world.told(world.ana) == ["session.cancelled"]  # the inbox has it at once
    assert run(NOW + MINUTE) == 2
    assert outside.taken == [("Ana", ["session.cancelled"], 1), ("Luis", ["session.cancelled"], 1)]


def test_what_cannot_be_undone_waits_for_nothing(world, outside):
    session = world.session(state=State.CONFIRMED)
    draft = Draft.of(nanny_id=world.bea_of_riveras.id)
    care_sessions.update(session.id, draft, by=world.ana, **ON_THE_WEB)
    run(NOW)
    assert ("Bea", ["session.changed"], 1) in outside.taken


def test_undone_within_its_minute_it_was_never_told(world, outside):
    session, *_ = cancelled(world, 2)
    told = undo([session], by=world.noor, at=NOW + 59 * SECOND)
    assert told.people == []
    assert not Notice.objects.exists()
    assert run(NOW + HOUR) == 0


def test_of_several_the_rest_is_told(world, outside):
    first, *_ = cancelled(world, 2, 3, 5)
    undo([first], by=world.noor, at=NOW + SECOND)
    notice = Notice.objects.get(person=world.ana)
    assert (notice.facts["count"], notice.facts["first"], notice.facts["last"]) == (2, "2026-06-03", "2026-06-05")
    run(NOW + MINUTE)
    assert outside.taken == [("Ana", ["sessions.cancelled"], 2), ("Luis", ["sessions.cancelled"], 2)]


def test_who_was_mailed_is_mailed_the_undo_and_who_waits_for_the_evening_hears_neither(world, outside):
    User.objects.filter(pk=world.luis.pk).update(mails_at=time(18))
    session, *_ = cancelled(world, 2)
    run(NOW + MINUTE)
    undo([session], by=world.noor, at=NOW + 5 * MINUTE)
    run(NOW + 6 * MINUTE)
    run(NOW + 12 * HOUR)
    assert outside.taken == [("Ana", ["session.cancelled"], 1), ("Ana", ["sessions.confirmed"], 1)]
    # Both have read, or may have read, of it in the book.
    assert world.told(world.luis) == world.told(world.ana) == ["session.cancelled", "sessions.confirmed"]


def test_after_quiet_hours_comes_neither(world, outside):
    User.objects.filter(pk=world.luis.pk).update(quiet_from=time(7), quiet_until=time(9))
    session, *_ = cancelled(world, 2)
    run(NOW + MINUTE)
    undo([session], by=world.noor, at=NOW + 30 * MINUTE)
    run(NOW + 12 * HOUR)
    assert {name for name, *_ in outside.taken} == {"Ana"}


def test_each_way_by_itself(world, outside):
    """The phone rang, the mail waits for the evening: the phone hears of the undo, the mail of nothing."""
    User.objects.filter(pk=world.luis.pk).update(mails_at=time(18))
    phone(world.luis)
    session, *_ = cancelled(world, 2)
    run(NOW + MINUTE)
    phone(world.luis)  # another, which never rang
    outside.taken.clear()
    undo([session], by=world.noor, at=NOW + 5 * MINUTE)
    run(NOW + 6 * MINUTE)
    run(NOW + 12 * HOUR)
    of_luis = [(name, kinds) for name, kinds, _ in outside.taken if name.startswith("Luis")]
    assert of_luis == [("Luis's phone", ["sessions.confirmed"])]


def test_what_was_undone_and_done_anew_is_told_once(world, outside):
    User.objects.filter(pk=world.luis.pk).update(mails_at=time(18))
    session, *_ = cancelled(world, 2)
    run(NOW + MINUTE)
    undo([session], by=world.noor, at=NOW + 2 * MINUTE)
    care_sessions.cancel(session.id, by=world.noor, at=NOW + 3 * MINUTE, source=Source.WEB)
    run(NOW + 4 * MINUTE)
    run(NOW + 12 * HOUR)
    assert [kinds for name, kinds, _ in outside.taken if name == "Luis"] == [["session.cancelled"]]


def test_who_made_the_move_hears_who_undid_it(world, outside):
    session, *_ = cancelled(world, 2)
    undo([session], by=world.luis, at=NOW + SECOND, made_by=world.noor)
    assert (world.told(world.noor), world.told(world.luis), world.told(world.ana)) == (["sessions.confirmed"], [], [])
    run(NOW + HOUR)
    assert outside.taken == [("Noor", ["sessions.confirmed"], 1)]


def test_a_letter_that_is_being_sent_counts_as_sent(world, outside):
    session, *_ = cancelled(world, 2)
    route(NOW + MINUTE)
    Notice.objects.get(person=world.ana).deliveries.update(unanswered=1, next_at=NOW + HOUR)
    undo([session], by=world.noor, at=NOW + 2 * MINUTE)
    run(NOW + 5 * MINUTE)
    assert outside.taken == [("Ana", ["sessions.confirmed"], 1)]


def test_time_off_is_taken_back_in_the_same_way(world, outside):
    draft = Draft.of(from_date=date(2026, 6, 8), to_date=date(2026, 6, 9))
    entered = time_off.create(world.riveras.id, draft, by=world.noor, **ON_THE_WEB)
    assert run(NOW + 59 * SECOND) == 0
    assert taking_back.time_off(entered.id, by=world.noor, at=NOW + 59 * SECOND).people == []
    assert not Notice.objects.exists()
    entered = time_off.create(world.riveras.id, draft, by=world.noor, **ON_THE_WEB)
    run(NOW + MINUTE)
    told = taking_back.time_off(entered.id, by=world.noor, at=NOW + 2 * MINUTE)
    assert sorted(told.people) == sorted([world.ana.id, world.luis.id, world.ada.id])
    assert len(told.facts["undoes"]) == 3


def test_a_generation_that_is_undone_at_once_was_never_told(world, outside):
    june = Draft.of(from_date=date(2026, 6, 1), to_date=date(2026, 6, 30))
    made = generation.generate(world.schedule().id, june, by=world.noor, **ON_THE_WEB)
    assert run(NOW + 59 * SECOND) == 0
    generation.undo(made.batch_id, by=world.noor, at=NOW + 59 * SECOND, source=Source.WEB)
    assert not Notice.objects.exists()


@pytest.fixture
def outside(monkeypatch) -> Outside:
    from handsel.management import delivery

    outside = Outside()
    monkeypatch.setattr(delivery, "send_mail", outside.mail)
    monkeypatch.setattr(delivery, "send_push", outside.push)
    return outside


@pytest.fixture
def mail_is_set_up(settings) -> None:
    settings.MAIL_IS_SET_UP = True
