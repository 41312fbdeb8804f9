"""Whether what somebody is told is still so: for every kind a case in which it is, and one in which it is no more."""

from datetime import date, datetime, timedelta

import pytest

from handsel.actions import (
    care_sessions,
    inbox,
)
from handsel.models import CareSession, Notice
from handsel.notices import outbox, reminders, validity
from handsel.notices.kinds import SILENT
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind
from tests.notices.validity_cases import EVENING, a_plan_that_ends, act, cases
from tests.world import LONG_AGO, NOW, ON_THE_WEB, wall

pytestmark = pytest.mark.any_database


def true_at(at: datetime, kind: NoticeKind) -> dict[str, list[CareSession]]:
    """What is still true of the notices of a kind, by the person's name."""
    notices = Notice.objects.filter(kind=kind).select_related("person", "family")
    valid = [entry for notice in notices for entry in validity.still_valid(notice.person, [notice], at=at).values()]
    return {entry.notice.person.name: entry.sessions for entry in valid}


@pytest.mark.parametrize("kind", NoticeKind)
def test_it_is_true_and_then_no_more(world, kind):
    case = cases[kind](world)
    notices = Notice.objects.filter(kind=kind)
    assert true_at(case.at, kind).keys() == set(notices.values_list("person__name", flat=True)) != set()
    case.spoil()
    assert true_at(case.at, kind) == {}


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind not in SILENT])
def test_what_was_read_already_and_what_may_not_be_seen_any_more_does_not_leave(world, kind):
    case = cases[kind](world)
    notice = Notice.objects.filter(kind=kind).first()
    inbox.mark_read(notice.id, by=notice.person, at=case.at)
    assert notice.person.name not in true_at(case.at, kind)
    for member in (world.ana_of_riveras, world.luis_of_riveras, world.noor_of_riveras):
        world.leave(member)
    assert true_at(case.at, kind) == {}


@pytest.mark.parametrize("kind", sorted(SILENT))
def test_a_calendar_is_corrected_though_nobody_reads_of_it_and_when_they_have_left(world, kind):
    cases[NoticeKind(kind)](world)
    Notice.objects.update(read_at=NOW)
    assert [len(sessions) for sessions in true_at(NOW, kind).values()] == [1]
    world.leave(world.noor_of_riveras)
    assert (true_at(NOW, kind) or {"Noor": []}) == {"Noor": []}  # of what they may not see it names nothing


def test_a_list_is_narrowed_to_what_still_is(world):
    first, second, third = (
        world.session(f"2026-06-02 {hour}:00", hours=1, state=State.CONFIRMED) for hour in (10, 13, 16)
    )
    reminders.remind(EVENING)
    act("cancel", second, world, EVENING)()
    later = Draft.of(scheduled_start=wall("2026-06-03 16:00"), scheduled_end=wall("2026-06-03 17:00"))
    care_sessions.update(third.id, later, by=world.ana, at=EVENING, source=Source.WEB)
    assert true_at(EVENING, NoticeKind.TOMORROW) == {"Ana": [first], "Luis": [first], "Noor": [first]}


def test_at_midnight_tomorrow_has_come(world):
    world.session("2026-06-02 09:00", state=State.CONFIRMED)
    world.noor.time_zone = "America/Los_Angeles"
    world.noor.save()
    for hours in range(6):
        reminders.remind(EVENING + timedelta(hours=hours))
    midnight = wall("2026-06-02 00:00")
    assert true_at(midnight - timedelta(seconds=1), NoticeKind.TOMORROW).keys() == {"Ana", "Luis", "Noor"}
    assert true_at(midnight, NoticeKind.TOMORROW).keys() == {"Noor"}  # in Los Angeles it is nine
    assert true_at(midnight + timedelta(hours=3), NoticeKind.TOMORROW) == {}


def test_what_was_moved_is_neither_late_to_start_nor_still_to_be_answered_that_day(world):
    late, open_one = world.session("2026-06-01 17:00", state=State.CONFIRMED), world.session("2026-06-03 18:00")
    reminders.remind(EVENING)
    for session in (late, open_one):
        CareSession.objects.filter(pk=session.pk).update(
            scheduled_start=wall("2026-06-05 10:00"),
            scheduled_end=wall("2026-06-05 12:00"),
            pay_date=date(2026, 6, 5),
        )
    for kind in (NoticeKind.SHOULD_HAVE_STARTED, NoticeKind.STILL_TO_CONFIRM):
        assert Notice.objects.filter(kind=kind).exists()
        assert true_at(EVENING, kind) == {}


def test_a_plan_that_goes_on_ends_no_more(world):
    schedule = a_plan_that_ends(world)
    world.session("2026-06-03 06:00", schedule=schedule, slot_date=date(2026, 6, 3))
    assert true_at(EVENING, NoticeKind.PLAN_ENDS).keys() == {"Ana", "Luis", "Noor"}
    world.session("2026-06-26 06:00", schedule=schedule, slot_date=date(2026, 6, 26))
    assert true_at(EVENING, NoticeKind.PLAN_ENDS) == {}


def test_what_lies_ahead_is_over_when_its_session_is(world):
    session = world.session("2026-06-01 08:00", hours=2)
    outbox.notify(NoticeKind.SESSION_PLANNED, [world.noor.id], by=world.ana, at=NOW, session=session)
    end = session.scheduled_end
    assert true_at(end - timedelta(seconds=1), NoticeKind.SESSION_PLANNED) == {"Noor": [session]}
    assert true_at(end, NoticeKind.SESSION_PLANNED) == {}


def test_what_has_a_new_nanny_is_hers_and_nobodys_worry_any_more(world):
    of_noor, free = world.session(state=State.CONFIRMED), world.session("2026-06-03 09:00", nanny=None)
    outbox.notify(NoticeKind.SESSION_CONFIRMED, [world.noor.id], by=world.ana, at=NOW, session=of_noor)
    facts = outbox.session_facts([free])
    outbox.notify(
        NoticeKind.SESSIONS_WITHOUT_NANNY,
        [world.ana.id],
        by=world.luis,
        at=NOW,
        family_id=world.riveras.id,
        facts=facts,
    )
    for session in (of_noor, free):
        draft = Draft.of(nanny_id=world.bea_of_riveras.id)
        care_sessions.update(session.id, draft, by=world.ana, **ON_THE_WEB)
    assert true_at(NOW, NoticeKind.SESSION_CONFIRMED) == {}
    assert true_at(NOW, NoticeKind.SESSIONS_WITHOUT_NANNY) == {}


def test_a_confirmed_session_that_was_deleted_is_still_said_to_be_off(world):
    session = world.session(state=State.CONFIRMED)
    care_sessions.delete(session.id, by=world.ana, **ON_THE_WEB)
    assert true_at(NOW, NoticeKind.SESSION_CANCELLED) == {"Luis": [], "Noor": []}


def test_a_notice_never_speaks_of_a_session_of_another_family(world):
    session = world.session(family=world.okafors)
    facts = outbox.session_facts([session])
    outbox.notify(
        NoticeKind.SESSIONS_TO_CONFIRM, [world.ana.id], by=world.luis, at=NOW, family_id=world.riveras.id, facts=facts
    )
    assert true_at(NOW, NoticeKind.SESSIONS_TO_CONFIRM) == {}


@pytest.mark.parametrize("count", [1, 9])
def test_many_notices_cost_as_many_queries_as_one_of_each(world, count, django_assert_num_queries):
    for kind in (NoticeKind.TIME_OFF_ENTERED, NoticeKind.PLAN_ENDS, NoticeKind.CHANGE_REQUESTED, NoticeKind.TOMORROW):
        cases[kind](world)
    for _ in range(count):
        session = world.session(overlap_allowed=True, created_at=LONG_AGO)
        outbox.notify(NoticeKind.SESSION_PLANNED, [world.noor.id], by=world.ana, at=NOW, session=session)
    notices = list(Notice.objects.all())
    with django_assert_num_queries(4):
        validity.still_valid(world.ana, notices, at=EVENING)
