"""Many rows at once are the same rows as one by one."""

from datetime import date, time
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from handsel.models import CareSchedule, CareSession, Event, Family, TimeOff
from handsel.rules.lifecycle import State, Status
from handsel.rules.recurrence import Recurrence, Weekday
from tests.world import LONG_AGO, NOW, wall

pytestmark = pytest.mark.django_db

# What COPY's text format, a CSV or a quoting slip would trip over.
AWKWARD = ["", "\\N", "\\.", "tab\there", "line\nbreak", "\\n", "'\"", "NULL", "Niñera 👶 ال", "100% %s", "{null}", ","]


def rows_of_every_kind(world):
    return [
        (Family, [_family(text) for text in AWKWARD]),
        (CareSchedule, [_schedule(world, text) for text in AWKWARD]),
        (CareSession, [_session(world, text, day) for day, text in enumerate(AWKWARD)]),
        (Event, [_event(world, text) for text in AWKWARD]),
        (TimeOff, [_time_off(world, text) for text in AWKWARD]),
    ]


def _family(text):
    return Family(name=text or "-", time_zone="UTC", currency="EUR", address=text, notes=text, created_at=NOW)


def _schedule(world, text):
    return CareSchedule(
        family=world.riveras,
        name=text or "-",
        recurrence=Recurrence.BIWEEKLY,
        days_of_week=frozenset({Weekday.TUESDAY, Weekday.SUNDAY}),
        start_time=time(21),
        end_time=time(6, 30),
        start_date=date(1970, 1, 1),
        end_date=date(2199, 12, 31),
        hourly_rate=Decimal("9999.99"),
        notes=text,
        nanny=world.noor_of_riveras,
        is_active=False,
        created_at=LONG_AGO,
        updated_at=NOW.replace(microsecond=123456),
    )


def _session(world, text, day):
    return CareSession(
        family=world.riveras,
        slot_date=None,
        scheduled_start=wall(f"2026-06-{day + 1:02} 09:00"),
        scheduled_end=wall(f"2026-06-{day + 1:02} 17:00"),
        hourly_rate=None if day % 2 else Decimal("0.00"),
        notes=text,
        status=Status.SCHEDULED,
        nanny=world.noor_of_riveras,
        nanny_person=world.noor,
        is_confirmed=True,
        confirmed_at=NOW,
        confirmed_by=world.ana_of_riveras,
        time_zone="America/New_York",
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
    )


def _event(world, text):
    return Event(
        family=world.riveras,
        session_id=uuid7(),
        kind="care_session.updated",
        at=NOW,
        by=world.ana_of_riveras,
        source="WEB",
        changes={"notes": [None, text], "child_ids": [[], [str(uuid7())]], "is_confirmed": [True, False]},
        reason=text,
    )


def _time_off(world, text):
    return TimeOff(
        family=world.riveras,
        from_date=date(2026, 6, 1),
        to_date=date(2026, 6, 2),
        start_time=None if text else time(0),
        end_time=None if text else time(23, 59),
        reason=text,
        entered_by=world.ana_of_riveras,
        created_at=LONG_AGO,
    )


def test_it_writes_what_bulk_create_writes(world):
    for model, rows in rows_of_every_kind(world):
        before = set(model.objects.values_list("pk", flat=True))
        type(rows[0]).insert_many(rows)
        ids = [row.pk for row in rows]
        by_insert = _columns(model, before)
        if model is not Event:
            model.objects.filter(pk__in=ids).delete()
            model.objects.bulk_create(rows)
            assert _columns(model, before) == by_insert
        else:
            # Events stay: the same lines once more, under other ids and the same number.
            for row in rows:
                row.pk, row.number = uuid7(), 1
            model.objects.bulk_create(rows)
            again = {key: value for key, value in _columns(model, before).items() if key not in by_insert}
            assert _but_ids(again) == _but_ids(by_insert)
        assert len(by_insert) == len(AWKWARD)


def _columns(model, without):
    """The stored rows, as the database itself writes them."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {model._meta.db_table}")
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    known = {model._meta.pk.get_db_prep_value(key, connection) for key in without}
    return {str(row["id"]): row for row in rows if row["id"] not in known}


def _but_ids(rows):
    return [{name: value for name, value in rows[key].items() if name != "id"} for key in sorted(rows)]


def test_the_promises_hold(world):
    taken = world.session("2026-06-02 09:00", state=State.CONFIRMED)
    before = CareSession.objects.count()
    free, overlapping = (
        CareSession(
            family=world.riveras,
            scheduled_start=wall(start),
            scheduled_end=wall(end),
            nanny=world.noor_of_riveras,
            nanny_person=world.noor,
            is_confirmed=True,
            confirmed_at=NOW,
            confirmed_by=world.ana_of_riveras,
            time_zone=taken.time_zone,
            created_at=NOW,
            updated_at=NOW,
        )
        for start, end in (("2026-06-03 09:00", "2026-06-03 10:00"), ("2026-06-02 10:00", "2026-06-02 11:00"))
    )
    with pytest.raises(IntegrityError, match="no_double_booking"), transaction.atomic():
        CareSession.insert_many([free, overlapping])
    assert CareSession.objects.count() == before


def test_no_rows_are_no_statement(world):
    with CaptureQueriesContext(connection) as statements:
        CareSession.insert_many([])
    assert not statements.captured_queries


def test_many_rows_are_one_statement(world):
    many = [Event(family=world.riveras, kind="family.created", at=NOW, source="WEB") for _ in range(500)]
    with CaptureQueriesContext(connection) as statements:
        Event.insert_many(many)
    assert len(statements) <= 1 + (connection.vendor == "postgresql")  # which asks for their numbers before COPY
    assert Event.objects.count() == 500
