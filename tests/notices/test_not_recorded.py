"""The morning after: who is asked about what was not recorded; and sessions that still need a nanny."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.actions import time_off
from handsel.models import CareSession, Member, Notice
from handsel.notices import reminders
from handsel.rules import local_time
from handsel.rules import reminders as windows
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind
from handsel.rules.roles import Role
from tests.notices.test_reminders import HOUR, live_by, walk
from tests.run import NIGHTLY
from tests.world import LONG_AGO, wall

pytestmark = pytest.mark.any_database

UNANSWERED = {"confirmed_at": None, "confirmed_by": None}


def test_the_next_morning_the_nanny_and_every_parent_are_asked_and_once_more_after_a_week(world):
    world.session("2026-06-01 06:00", hours=2.5, state=State.CONFIRMED)
    world.session("2026-06-01 18:00", hours=3, state=State.CONFIRMED)
    world.session("2026-06-01 10:00", state=State.CONFIRMED, nanny=world.bea_of_riveras)
    everybody = [("Ana", 3), ("Bea", 1), ("Luis", 3), ("Noor", 2)]
    assert asked("2026-06-01 09:00", "2026-06-12 09:00", 3 * HOUR) == [
        (name, morning, count) for morning in ("02 09:00", "09 09:00") for name, count in everybody
    ]


def asked(first, last, by_day=HOUR):
    """What is due is due at full hours here; by night between them too."""
    steps = walk(first, last, HOUR / 2 if NIGHTLY else by_day)
    return [(name, when, count) for name, kind, when, count in steps if kind == "not_recorded"]


def test_one_message_is_for_all_that_is_open(world):
    """Friday's is in Saturday's message and in Tuesday's, beside Monday's; recorded, it is in none."""
    friday = world.session("2026-06-05 09:00", state=State.CONFIRMED)
    world.session("2026-06-08 09:00", state=State.CONFIRMED)
    world.session("2026-05-08 09:00", state=State.CONFIRMED)
    long_ago = world.session("2026-03-02 09:00", state=State.CONFIRMED)
    assert asked("2026-06-06 06:00", "2026-06-09 12:00", 3 * HOUR) == [
        *((name, "06 09:00", 2) for name in ("Ana", "Luis", "Noor")),
        *((name, "09 09:00", 3) for name in ("Ana", "Luis", "Noor")),
    ]
    CareSession.objects.filter(pk=friday.pk).update(
        status=State.COMPLETED, actual_start=friday.scheduled_start, actual_end=friday.scheduled_end
    )
    assert asked("2026-06-09 15:00", "2026-06-16 12:00", 3 * HOUR) == [
        *((name, "16 09:00", 2) for name in ("Ana", "Luis", "Noor")),
    ]
    assert str(long_ago.id) not in str(list(Notice.objects.values_list("facts", flat=True)))


def test_it_is_nine_by_each_ones_clock_and_never_before_the_session_is_over(world):
    live_by(world.noor, "Europe/London")
    world.session("2026-06-01 21:00", hours=13.5, state=State.CONFIRMED)  # until 10:30
    world.session("2026-06-01 12:00", hours=1, state=State.CONFIRMED, family=world.okafors)
    assert asked("2026-06-01 22:00", "2026-06-03 12:00") == [
        ("Noor", "02 04:00", 1),
        ("Ada", "02 09:00", 1),
        ("Noor", "03 04:00", 1),
        ("Ana", "03 09:00", 1),
        ("Luis", "03 09:00", 1),
    ]


@pytest.mark.parametrize("whole_day", [True, False])
def test_of_a_day_on_which_the_nanny_was_away_the_parents_alone_are_asked(world, whole_day):
    hours = {} if whole_day else {"start_time": time(9), "end_time": time(12)}
    days = {"from_date": date(2026, 6, 1), "to_date": date(2026, 6, 1)}
    draft = Draft.of(nanny_id=world.noor_of_riveras.id, **days, **hours)
    time_off.create(world.riveras.id, draft, by=world.noor, at=LONG_AGO, source=Source.WEB)
    world.session("2026-06-01 09:00", state=State.CONFIRMED)
    assert asked("2026-06-02 08:00", "2026-06-02 10:00") == [(name, "02 09:00", 1) for name in ("Ana", "Luis")]


def test_who_was_late_to_ask_asks_once(world):
    """The worker was away for a day and a half; what came due meanwhile is asked about in one message."""
    world.session("2026-06-01 09:00", state=State.CONFIRMED)
    world.session("2026-06-02 09:00", state=State.CONFIRMED)
    assert asked("2026-06-03 07:00", "2026-06-03 07:30") == [(name, "03 07:00", 1) for name in ("Ana", "Luis", "Noor")]
    assert asked("2026-06-03 15:00", "2026-06-03 15:30") == [(name, "03 15:00", 2) for name in ("Ana", "Luis", "Noor")]
    CareSession.objects.filter(scheduled_start=wall("2026-06-02 09:00")).update(is_confirmed=False, **UNANSWERED)
    assert asked("2026-06-03 16:00", "2026-06-04 15:00") == []


def test_who_took_a_record_back_is_not_asked_at_once(world):
    world.session("2026-06-01 09:00", state=State.CONFIRMED, updated_at=wall("2026-06-02 20:00"))
    people = ("Ana", "Luis", "Noor")
    assert asked("2026-06-02 21:00", "2026-06-09 12:00", 3 * HOUR) == [(name, "09 09:00", 1) for name in people]


def test_the_nanny_who_founded_a_family_without_parents_is_asked_once(world):
    Member.objects.filter(family=world.riveras, role=Role.PARENT).update(removed_at=LONG_AGO)
    Member.objects.filter(pk=world.noor_of_riveras.pk).update(is_founder=True)
    world.session("2026-06-01 09:00", state=State.CONFIRMED)
    world.session("2026-06-01 14:00", state=State.CONFIRMED, nanny=None)
    assert asked("2026-06-02 08:00", "2026-06-02 10:00") == [("Noor", "02 09:00", 2)]


def test_what_was_never_agreed_or_is_recorded_or_has_no_nanny(world):
    for state in (State.UNCONFIRMED, State.CANCELLED, State.COMPLETED, State.IN_PROGRESS):
        world.session("2026-06-01 09:00", state=state)
    assert asked("2026-06-02 08:00", "2026-06-02 10:00") == []
    world.session("2026-06-02 09:00", state=State.CONFIRMED, nanny=None)
    coordinator = world.join(world.riveras, Role.COORDINATOR).user
    assert asked("2026-06-03 08:00", "2026-06-03 10:00") == [(name, "03 09:00", 1) for name in ("Ana", "Luis")]
    Member.objects.filter(family=world.riveras, role=Role.PARENT).update(removed_at=LONG_AGO)
    assert asked("2026-06-09 08:00", "2026-06-10 10:00") == [(coordinator.name, "10 09:00", 1)]


zones = st.sampled_from(
    ["America/New_York", "Europe/London", "Australia/Lord_Howe", "America/Santiago", "Pacific/Apia"]
)
days = st.dates(date(2011, 1, 1), date(2030, 1, 1))


@given(days, st.times(), st.integers(1, 24 * 60), zones, zones)
def test_the_morning_is_nine_by_the_clock_after_the_end_and_never_far(day, clock, minutes, zone, clocks):
    """On the days on which clocks change too."""
    start = local_time.instant(datetime.combine(day, clock.replace(second=0, microsecond=0)), zone)
    end = start + timedelta(minutes=minutes)
    for number, window in enumerate(windows.not_recorded(start, end, clocks)):
        opens = local_time.wall(window.opens, clocks)
        assert opens.time() == time(9)
        assert end <= window.opens
        assert local_time.wall(start, clocks).date() < opens.date()
        assert window.opens - end <= timedelta(days=2 + 7 * number, hours=2)


def test_a_confirmed_session_without_a_nanny_is_told_again_twelve_and_two_hours_before(world):
    coordinator = world.join(world.riveras, Role.COORDINATOR).user
    session = world.session("2026-06-02 18:00", state=State.CONFIRMED, nanny=None)
    world.session("2026-06-02 18:00", nanny=None)
    told = [entry for entry in walk("2026-06-01 12:00", "2026-06-02 18:30", HOUR / 2) if entry[1] == "still_no_nanny"]
    people = sorted([coordinator.name, "Ana", "Luis"])
    assert told == [(name, "still_no_nanny", when, 1) for when in ("02 06:00", "02 16:00") for name in people]
    assert {notice.session for notice in Notice.objects.filter(kind=NoticeKind.STILL_NO_NANNY)} == {session}


def test_who_was_just_told_that_it_has_no_nanny_is_not_told_again_at_once(world):
    world.session("2026-06-02 18:00", state=State.CONFIRMED, nanny=None, updated_at=wall("2026-06-02 07:00"))
    told = [entry for entry in walk("2026-06-02 07:00", "2026-06-02 18:30", HOUR / 2) if entry[1] == "still_no_nanny"]
    assert told == [(name, "still_no_nanny", "02 16:00", 1) for name in ("Ana", "Luis")]


@pytest.mark.parametrize("count", [1, 12])
def test_the_queries_do_not_grow(world, count, django_assert_num_queries):
    for number in range(count):
        world.session(f"2026-05-{number + 10} 09:00", state=State.CONFIRMED)
        world.session("2026-06-01 09:00", state=State.CONFIRMED, overlap_allowed=True)
    # Sessions, plans, families and sessions that are open, people, time off, who was asked; what is there, the writing.
    with django_assert_num_queries(9):
        assert reminders.remind(wall("2026-06-02 09:00")) == 3
