"""A set of weekdays goes into one small integer and comes back the same."""

from datetime import date, time

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.db import connection

from handsel.models import CareSchedule
from handsel.models.fields import WeekdaysField
from handsel.rules.recurrence import Weekday
from tests.world import LONG_AGO

EVERY_SET = [frozenset(day for day in Weekday if bits >> day.number & 1) for bits in range(128)]


@pytest.mark.django_db
def test_all_128_sets_come_back_from_the_database(world):
    CareSchedule.objects.bulk_create(
        CareSchedule(
            family=world.riveras,
            name=str(number),
            recurrence="ONCE",
            days_of_week=days,
            start_time=time(6),
            end_time=time(9),
            start_date=date(2026, 6, 1),
            created_at=LONG_AGO,
            updated_at=LONG_AGO,
        )
        for number, days in enumerate(EVERY_SET)
    )
    found = dict(CareSchedule.objects.values_list("name", "days_of_week"))
    assert found == {str(number): days for number, days in enumerate(EVERY_SET)}
    assert CareSchedule.objects.get(days_of_week=EVERY_SET[21]).name == "21"
    assert CareSchedule.objects.filter(days_of_week__in=[EVERY_SET[1], EVERY_SET[64]]).count() == 2


@pytest.mark.django_db
def test_monday_is_the_first_bit_and_sunday_the_seventh(world):
    world.schedule(days_of_week=frozenset({Weekday.MONDAY, Weekday.SUNDAY}))
    with connection.cursor() as cursor:
        cursor.execute("SELECT days_of_week FROM handsel_careschedule")
        assert cursor.fetchone() == (0b1000001,)


@pytest.mark.django_db
def test_a_dump_of_the_table_can_be_loaded(world):
    schedule = world.schedule()
    dumped = serializers.serialize("json", [schedule])
    (loaded,) = serializers.deserialize("json", dumped)
    assert loaded.object.days_of_week == schedule.days_of_week


@pytest.mark.parametrize(
    "said",
    [["MONDAY", "SUNDAY"], "65", 65, frozenset({Weekday.MONDAY, Weekday.SUNDAY})],
    ids=["names", "text", "number", "set"],
)
def test_many_ways_to_say_monday_and_sunday(said):
    assert WeekdaysField().to_python(said) == frozenset({Weekday.MONDAY, Weekday.SUNDAY})


@pytest.mark.parametrize("said", [["FUNDAY"], 3.5, "MONDAY"], ids=repr)
def test_what_is_no_set_of_weekdays(said):
    with pytest.raises(ValidationError):
        WeekdaysField().to_python(said)
