"""Time off: what generation skips, by the day, by the hour, and over midnight."""

from datetime import date, time

import pytest

from handsel.actions import generation
from handsel.models import CareSession, Family, TimeOff
from handsel.rules.drafts import Draft
from handsel.rules.recurrence import Weekday
from tests.world import LONG_AGO, ON_THE_WEB

FIRST, LAST = date(2026, 6, 1), date(2026, 6, 12)
SLOTS = [1, 3, 5, 8, 10, 12]


def off(world, first: int, last: int | None = None, **columns):
    """Days in June."""
    return TimeOff.objects.create(
        **{
            "family": world.riveras,
            "from_date": date(2026, 6, first),
            "to_date": date(2026, 6, last or first),
            "entered_by": world.ana_of_riveras,
            "created_at": LONG_AGO,
            **columns,
        }
    )


def skipped(schedule, world):
    """The days in June that are skipped; what is not skipped is made, and the dry run says the same."""
    days = Draft.of(from_date=FIRST, to_date=LAST)
    dry = generation.generate(
        schedule.id, Draft.of(from_date=FIRST, to_date=LAST, dry_run=True), by=world.noor, **ON_THE_WEB
    )
    made = generation.generate(schedule.id, days, by=world.noor, **ON_THE_WEB)
    assert made.skipped == dry.skipped
    assert {slot.reason for slot in made.skipped} <= {"TIME_OFF"}
    skipped_days = [slot.slot_date.day for slot in made.skipped]
    assert sorted(skipped_days + [slot.slot_date.day for slot in made.created]) == [
        day for day in range(1, 13) if Weekday.of(date(2026, 6, day)) in schedule.days_of_week
    ]
    return skipped_days


def test_whole_days_of_the_family_both_ends_included(world):
    off(world, 3, 8)
    assert skipped(world.schedule(), world) == [3, 5, 8]


def test_days_of_the_schedules_nanny(world):
    off(world, 5, nanny=world.noor_of_riveras)
    assert skipped(world.schedule(), world) == [5]


@pytest.mark.parametrize("nanny", ["bea_of_riveras", None], ids=["Bea's schedule", "nobody's schedule"])
def test_days_of_another_nanny_do_not_matter(world, nanny):
    off(world, 1, 12, nanny=world.noor_of_riveras)
    assert skipped(world.schedule(nanny=nanny and getattr(world, nanny)), world) == []


def test_days_of_a_nanny_who_left_do_not_matter_any_more(world):
    off(world, 1, 12, nanny=world.noor_of_riveras)
    world.leave(world.noor_of_riveras)
    june = Draft.of(from_date=FIRST, to_date=LAST)
    made = generation.generate(world.schedule().id, june, by=world.ana, **ON_THE_WEB)
    assert len(made.created) == len(SLOTS)


def test_days_of_another_family_do_not_matter(world):
    off(world, 1, 12, family=world.okafors, entered_by=world.ada_of_okafors)
    off(world, 1, 12, family=world.okafors, nanny=world.noor_of_okafors, entered_by=world.ada_of_okafors)
    assert skipped(world.schedule(), world) == []


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        (time(12), time(13), [3]),
        (time(14, 29), time(18), [3]),
        (time(14, 30), time(18), []),
        (time(4), time(6), []),
        (time(4), time(6, 1), [3]),
        (time(0), time(23, 59), [3]),
        # From the evening to the next morning: the second is no slot, and Thursday's end touches nobody.
        (time(22), time(7), []),
    ],
    ids=["within", "its last minute", "touching its end", "touching its start", "its first minute", "all day", "night"],
)
def test_hours_of_a_day(world, start, end, expected):
    off(world, 3, start_time=start, end_time=end)
    assert skipped(world.schedule(), world) == expected


def test_hours_of_several_days_count_on_each(world):
    off(world, 1, 8, start_time=time(12), end_time=time(13))
    assert skipped(world.schedule(), world) == [1, 3, 5, 8]


def test_a_night_off_reaches_into_the_morning(world):
    off(world, 2, start_time=time(22), end_time=time(7))
    assert skipped(world.schedule(), world) == [3]


def test_the_night_before_the_range_counts(world):
    TimeOff.objects.create(
        family=world.riveras,
        from_date=date(2026, 5, 31),
        to_date=date(2026, 5, 31),
        start_time=time(22),
        end_time=time(7),
        entered_by=world.ana_of_riveras,
        created_at=LONG_AGO,
    )
    assert skipped(world.schedule(), world) == [1]


def nights(world):
    return world.schedule(start_time=time(21), end_time=time(6))


def test_a_night_of_care_is_skipped_for_the_day_it_begins_on_and_the_day_it_reaches_into(world):
    off(world, 3)
    off(world, 6)
    assert skipped(nights(world), world) == [3, 5]


def test_the_day_after_the_range_counts_for_its_last_night(world):
    off(world, 13)
    assert skipped(nights(world), world) == [12]


def test_what_exists_already_is_existing_and_not_skipped(world):
    schedule = world.schedule()
    june = Draft.of(from_date=FIRST, to_date=LAST)
    generation.generate(schedule.id, june, by=world.noor, **ON_THE_WEB)
    off(world, 1, 12)
    before = list(CareSession.objects.order_by("id").values())
    again = generation.generate(schedule.id, june, by=world.noor, **ON_THE_WEB)
    assert (again.skipped, len(again.existing)) == ([], 6)
    assert list(CareSession.objects.order_by("id").values()) == before


def test_when_the_time_off_goes_the_skipped_are_made(world):
    schedule, vacation = world.schedule(), off(world, 3, 8)
    assert skipped(schedule, world) == [3, 5, 8]
    vacation.delete()
    june = Draft.of(from_date=FIRST, to_date=LAST)
    made = generation.generate(schedule.id, june, by=world.noor, **ON_THE_WEB)
    assert [slot.slot_date.day for slot in made.created] == [3, 5, 8]


def test_a_day_off_is_the_familys_day_wherever_it_lives(world):
    Family.objects.filter(id=world.riveras.id).update(time_zone="Pacific/Kiritimati")
    off(world, 3)
    assert skipped(world.schedule(start_time=time(0), end_time=time(23, 59)), world) == [3]
