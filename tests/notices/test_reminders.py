"""What the worker reminds people of: each once, at its time, and of nothing that is over."""

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from handsel.actions import care_schedules, care_sessions, generation, members
from handsel.models import CareSession, Family, Member, Notice, User
from handsel.notices import reminders
from handsel.rules import local_time
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind
from handsel.rules.recurrence import Recurrence
from handsel.rules.roles import Role
from tests.run import NIGHTLY
from tests.world import LONG_AGO, ZONE, wall

pytestmark = pytest.mark.any_database

MINUTE, HOUR, A_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BY_ANA = {"source": Source.WEB}


def steps(first: str, last: str, each: timedelta) -> Iterator[datetime]:
    at, stop = wall(first), wall(last)
    while at <= stop:
        yield at
        at += each


def walk(first: str, last: str, each: timedelta = 5 * MINUTE) -> list[tuple[str, str, str, int]]:
    """Remind at each step of the clock: who heard what at which wall time in New York, and of how many sessions."""
    before = set(Notice.objects.values_list("id", flat=True))
    written = sum(reminders.remind(at) for at in steps(first, last, each))
    new = Notice.objects.exclude(id__in=before).select_related("person").order_by("at", "person__name", "kind")
    assert written == len(new)
    return [
        (
            notice.person.name,
            notice.kind.removeprefix("reminder."),
            f"{local_time.wall(notice.at, ZONE):%d %H:%M}",
            notice.facts.get("count", 1),
        )
        for notice in new
    ]


def live_by(person: User, zone: str) -> None:
    person.time_zone = zone
    person.save()


@pytest.mark.nightly
def test_a_weekend_on_which_new_yorks_clocks_go_back(world):
    """Noor lives by London's clocks, which went back the week before; Luis and Ana by the family's."""
    live_by(world.noor, "Europe/London")
    world.session("2026-11-01 09:00", hours=4, state=State.CONFIRMED)
    world.session("2026-11-01 15:00", hours=1, state=State.CONFIRMED, nanny=None)
    world.session("2026-11-02 09:00")
    world.session("2026-11-02 15:00")
    world.session("2026-11-02 20:00", state=State.CONFIRMED)  # in London it is the morning of the 3rd
    assert walk("2026-10-31 06:00", "2026-11-02 08:00", 15 * MINUTE) == [
        # 48 hours before 09:00 are 10:00: one of them came twice.
        ("Ana", "still_to_confirm", "31 10:00", 2),
        ("Luis", "still_to_confirm", "31 10:00", 2),
        # 18:00 in London, where New York is four hours behind, this one day.
        ("Noor", "tomorrow", "31 14:00", 1),
        ("Ana", "tomorrow", "31 18:00", 2),
        ("Luis", "tomorrow", "31 18:00", 2),
        # Of the session that nobody has taken, 12 and 2 hours before.
        ("Ana", "still_no_nanny", "01 03:00", 1),
        ("Luis", "still_no_nanny", "01 03:00", 1),
        ("Noor", "should_have_started", "01 09:15", 1),
        ("Ana", "still_no_nanny", "01 13:00", 1),
        ("Luis", "still_no_nanny", "01 13:00", 1),
        ("Ana", "should_have_started", "01 15:15", 1),
        ("Luis", "should_have_started", "01 15:15", 1),
        ("Ana", "tomorrow", "01 18:00", 1),
        ("Luis", "tomorrow", "01 18:00", 1),
        # Nine in the morning in London.
        ("Noor", "not_recorded", "02 04:00", 1),
    ]
    # And five hours behind from then on.
    assert walk("2026-11-02 08:15", "2026-11-02 15:00", 15 * MINUTE) == [
        ("Ana", "not_recorded", "02 09:00", 2),
        ("Luis", "not_recorded", "02 09:00", 2),
        ("Noor", "tomorrow", "02 13:00", 1),
    ]


def test_a_weekend_on_which_new_yorks_clocks_go_forward_minute_by_minute(world):
    world.session("2026-03-08 09:00", state=State.CONFIRMED)
    world.session("2026-03-09 09:00")
    # 48 hours before are 08:00: one was skipped.
    assert walk("2026-03-07 07:50", "2026-03-07 08:10", MINUTE) == [
        ("Ana", "still_to_confirm", "07 08:00", 1),
        ("Luis", "still_to_confirm", "07 08:00", 1),
    ]
    assert walk("2026-03-07 17:55", "2026-03-07 18:10", MINUTE) == [
        (name, "tomorrow", "07 18:00", 1) for name in ("Ana", "Luis", "Noor")
    ]
    assert walk("2026-03-08 09:00", "2026-03-08 09:30", MINUTE) == [("Noor", "should_have_started", "08 09:15", 1)]


@pytest.mark.parametrize(
    "zone",
    [
        "Australia/Lord_Howe",
        pytest.param("America/Santiago", marks=pytest.mark.nightly),
        pytest.param("Pacific/Apia", marks=pytest.mark.nightly),
    ],
)
def test_families_everywhere_hear_of_tomorrow_at_six(world, zone):
    Family.objects.update(time_zone=zone)
    days = [date(2026, month, day) for month, day in ((4, 5), (9, 6), (10, 4))]
    for day in days:
        start = local_time.instant(datetime.combine(day, datetime.min.time()).replace(hour=9), zone)
        world.session(start, state=State.CONFIRMED, time_zone=zone)
        for minutes in range(-24 * 60, 0, 30):
            reminders.remind(start + minutes * MINUTE)
    notices = Notice.objects.filter(person=world.ana, kind=NoticeKind.TOMORROW).order_by("at")
    assert [local_time.wall(notice.at, zone) for notice in notices] == [
        datetime.combine(day - A_DAY, datetime.min.time()).replace(hour=18) for day in days
    ]


def test_what_runs_on_is_told_the_nanny_first_and_then_the_family(world):
    world.session("2026-06-01 09:00", state=State.IN_PROGRESS)
    world.session("2026-06-01 10:00", state=State.IN_PROGRESS, nanny=None, overlap_allowed=True)
    assert walk("2026-06-01 17:00", "2026-06-03 19:00", HOUR / 4 if NIGHTLY else HOUR / 2) == [
        ("Noor", "still_running", "01 17:30", 1),
        ("Ana", "still_running", "01 18:30", 1),
        ("Luis", "still_running", "01 18:30", 1),
        ("Ana", "still_running", "01 19:00", 1),
        ("Luis", "still_running", "01 19:00", 1),
    ]


def test_a_plan_that_ends_is_told_once_until_it_is_planned_further(world):
    schedule = world.schedule()

    def plan(first: str, last: str) -> None:
        days = Draft.of(from_date=date.fromisoformat(first), to_date=date.fromisoformat(last))
        generation.generate(schedule.id, days, by=world.ana, at=LONG_AGO, **BY_ANA)
        CareSession.objects.update(is_confirmed=True, confirmed_at=LONG_AGO, confirmed_by=world.ana_of_riveras)

    def plans(first: str, last: str) -> list[tuple[str, str]]:
        walk(first, last, HOUR if NIGHTLY else 3 * HOUR)
        new = Notice.objects.filter(kind=NoticeKind.PLAN_ENDS, at__gte=wall(first)).order_by("at", "person__name")
        return [(notice.person.name, f"{local_time.wall(notice.at, ZONE):%d %H:%M}") for notice in new]

    assert plans("2026-06-01 06:00", "2026-06-01 12:00") == []  # nobody has planned anything
    plan("2026-06-01", "2026-06-19")
    # Planned up to Sunday the 21st.
    assert plans("2026-06-07 06:00", "2026-06-11 12:00") == [(name, "08 09:00") for name in ("Ana", "Luis", "Noor")]
    plan("2026-06-20", "2026-06-26")
    assert plans("2026-06-12 06:00", "2026-06-16 12:00") == [(name, "15 09:00") for name in ("Ana", "Luis", "Noor")]


def test_of_a_plan_that_is_over_paused_single_or_kept_by_the_worker_nobody_is_told(world):
    columns = {"start_date": date(2026, 6, 1)}
    for name, change in (
        ("over", {"end_date": date(2026, 6, 2)}),
        ("paused", {"is_active": False}),
        ("kept planned", {"weeks_ahead": 1, "extended_by": world.ana_of_riveras}),
        ("single", {"recurrence": Recurrence.ONCE, "days_of_week": frozenset()}),
    ):
        schedule = world.schedule(name=name, **columns | change)
        world.session("2026-06-01 06:00", schedule=schedule, slot_date=date(2026, 6, 1), state=State.COMPLETED)
    assert walk("2026-06-01 06:00", "2026-06-03 12:00", HOUR) == []


def test_a_moved_session_is_brought_up_anew_and_the_others_of_its_day_are_not(world):
    world.session("2026-06-10 09:00")
    moved = world.session("2026-06-10 15:00")
    assert walk("2026-06-08 08:00", "2026-06-09 08:00", HOUR) == [
        ("Ana", "still_to_confirm", "08 09:00", 2),
        ("Luis", "still_to_confirm", "08 09:00", 2),
    ]
    later = Draft.of(scheduled_start=wall("2026-06-10 18:00"), scheduled_end=wall("2026-06-10 20:00"))
    care_sessions.update(moved.id, later, by=world.noor, at=wall("2026-06-09 08:00"), **BY_ANA)
    # Half a day after it was moved; the one of the morning is not named again.
    again = walk("2026-06-09 08:00", "2026-06-10 08:00", HOUR)
    assert again == [("Ana", "still_to_confirm", "09 20:00", 1), ("Luis", "still_to_confirm", "09 20:00", 1)]
    assert set(Notice.objects.exclude(session=None).values_list("session", flat=True)) == {moved.id}


def test_a_session_that_starts_later_is_missed_anew_at_its_new_time(world):
    session = world.session("2026-06-02 09:00", state=State.CONFIRMED)
    assert walk("2026-06-02 09:00", "2026-06-02 10:00") == [("Noor", "should_have_started", "02 09:15", 1)]
    noon = Draft.of(scheduled_start=wall("2026-06-02 12:00"))
    care_sessions.update(session.id, noon, by=world.ana, at=wall("2026-06-02 10:00"), **BY_ANA)
    assert walk("2026-06-02 10:15", "2026-06-02 14:00", 15 * MINUTE) == [("Noor", "should_have_started", "02 12:15", 1)]


def test_who_comes_back_after_a_day_tells_what_is_late_and_nothing_that_is_over(world):
    world.session("2026-06-01 09:00", state=State.CONFIRMED)  # nobody started it, and it is over
    world.session("2026-06-01 09:00", nanny=None)  # nobody answered, and it is over
    world.session("2026-06-02 06:00", state=State.CONFIRMED)  # late, and not over
    world.session("2026-06-03 09:00")  # its answer was asked for a day ago
    assert walk("2026-06-02 09:00", "2026-06-02 12:00", 15 * MINUTE) == [
        ("Ana", "not_recorded", "02 09:00", 1),
        ("Ana", "still_to_confirm", "02 09:00", 1),
        ("Luis", "not_recorded", "02 09:00", 1),
        ("Luis", "still_to_confirm", "02 09:00", 1),
        ("Noor", "not_recorded", "02 09:00", 1),
        ("Noor", "should_have_started", "02 09:00", 1),
    ]
    # The evening of the 1st has gone by, and tomorrow is today.
    assert not Notice.objects.filter(kind=NoticeKind.TOMORROW).exists()


@pytest.mark.parametrize("act", ["cancel", "confirm", "delete"])
def test_of_what_was_answered_meanwhile_nobody_is_reminded(world, act):
    session = world.session("2026-06-10 09:00")
    getattr(care_sessions, act)(session.id, by=world.ana, at=wall("2026-06-08 08:59"), **BY_ANA)
    reminders = walk("2026-06-08 09:00", "2026-06-10 08:00", HOUR)
    assert {kind for _, kind, _, _ in reminders} == ({"tomorrow"} if act == "confirm" else set())


def test_who_just_planned_a_session_is_not_asked_a_minute_later(world):
    at = wall("2026-06-01 08:00")
    world.session("2026-06-01 18:00", created_at=at, updated_at=at)
    assert walk("2026-06-01 08:00", "2026-06-01 09:00") == []
    assert walk("2026-06-01 10:00", "2026-06-02 08:00", HOUR) == []


def test_in_two_families_there_are_two_lists(world):
    for family in (world.riveras, world.okafors):
        world.session("2026-06-02 09:00", family=family, state=State.CONFIRMED, overlap_allowed=True)
    assert walk("2026-06-01 18:00", "2026-06-01 18:00") == [
        ("Ada", "tomorrow", "01 18:00", 1),
        ("Ana", "tomorrow", "01 18:00", 1),
        ("Luis", "tomorrow", "01 18:00", 1),
        ("Noor", "tomorrow", "01 18:00", 1),
        ("Noor", "tomorrow", "01 18:00", 1),
    ]
    for notice in Notice.objects.all():
        assert notice.session.family_id == notice.family_id


def test_who_left_or_is_shut_out_is_reminded_of_nothing_and_coordinators_stand_in(world):
    coordinator = world.join(world.riveras, Role.COORDINATOR)
    world.session("2026-06-02 09:00", state=State.CONFIRMED)
    members.remove(world.luis_of_riveras.id, by=world.ana, at=LONG_AGO, **BY_ANA)
    User.objects.filter(pk=world.ana.pk).update(is_active=False)
    reminders = walk("2026-06-01 18:00", "2026-06-01 18:00")
    assert [name for name, *_ in reminders] == [coordinator.user.name, "Noor"]


def test_the_nanny_who_keeps_the_book_alone_is_asked_to_confirm_on_the_familys_word(world):
    Member.objects.filter(family=world.okafors, user=world.noor).update(is_founder=True)
    session = world.session("2026-06-03 09:00", family=world.okafors)
    world.leave(world.ada_of_okafors)
    assert walk("2026-06-01 09:00", "2026-06-01 10:00") == [("Noor", "still_to_confirm", "01 09:00", 1)]
    assert Notice.objects.get().session == session


def test_of_two_workers_at_once_each_writes_what_the_other_did_not(world, monkeypatch):
    """The second comes after the first looked what is there already, and before it writes."""
    world.session("2026-06-02 09:00", state=State.CONFIRMED)
    world.session("2026-06-03 18:00")
    at = wall("2026-06-01 18:00")
    write = Notice.objects.bulk_create

    def after_another(*args, **kwargs):
        monkeypatch.setattr(Notice.objects, "bulk_create", write)
        assert reminders.remind(at) == 5
        return write(*args, **kwargs)

    monkeypatch.setattr(Notice.objects, "bulk_create", after_another)
    reminders.remind(at)
    notices = sorted(Notice.objects.values_list("person__name", "kind"))
    kinds = {name: [kind for whose, kind in notices if whose == name] for name in ("Ana", "Luis", "Noor")}
    both = ["reminder.still_to_confirm", "reminder.tomorrow"]
    assert kinds == {"Ana": both, "Luis": both, "Noor": ["reminder.tomorrow"]}
    assert reminders.remind(at) == 0


def test_reminders_have_no_author_and_no_pay(world):
    world.session("2026-06-02 09:00", state=State.CONFIRMED)
    reminders.remind(wall("2026-06-01 18:00"))
    for notice in Notice.objects.all():
        assert "by" not in notice.facts
        assert not re.search(r"\b25\b", str(notice.facts))


@pytest.mark.parametrize("count", [1, 12])
def test_the_queries_do_not_grow(world, count, django_assert_num_queries):
    for number in range(count):
        schedule = world.schedule(name=f"Mornings {number}")
        slot = date(2026, 5, 25)
        world.session("2026-05-25 06:00", schedule=schedule, slot_date=slot, state=State.COMPLETED)
        world.session("2026-06-02 09:00", state=State.CONFIRMED, overlap_allowed=True)
        world.session("2026-06-03 09:00")
    at = wall("2026-06-01 18:00")
    # Sessions, plans, what is not recorded, people, what was told; what is there, and the writing.
    with django_assert_num_queries(7):
        assert reminders.remind(at) == 5 + 3 * count
    with django_assert_num_queries(6):
        assert reminders.remind(at) == 0


def test_where_nothing_is_due_three_questions_say_so(world, django_assert_num_queries):
    with django_assert_num_queries(3):
        assert reminders.remind(wall("2026-06-01 18:00")) == 0


def test_a_schedule_that_is_deleted_is_not_told_of(world):
    schedule = world.schedule()
    world.session("2026-06-01 06:00", schedule=schedule, slot_date=date(2026, 6, 1), state=State.COMPLETED)
    care_schedules.delete(schedule.id, by=world.ana, at=LONG_AGO, **BY_ANA)
    assert walk("2026-06-01 15:00", "2026-06-01 16:00", HOUR) == []
