"""The day that a session is paid for: the local date of its planned start in its own zone, whoever writes the start."""

import ast
from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

import handsel
from handsel.actions import care_sessions, change_requests, generation, time_off
from handsel.actions.care_sessions import moves
from handsel.models import CareSession
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.local_time import local_date
from handsel.rules.time_off import Choice, Decision
from tests.world import LONG_AGO, wall

pytestmark = pytest.mark.django_db

LATE = datetime(2026, 6, 3, 2, tzinfo=UTC)  # 22:00 on the day before in New York


def test_who_saves_or_inserts_a_row_sets_it(world):
    assert stored(world.session(LATE)) == date(2026, 6, 2)
    assert stored(world.session(LATE, time_zone="Pacific/Kiritimati", nanny=None)) == date(2026, 6, 3)
    row = dict.fromkeys(("created_at", "updated_at"), LONG_AGO) | {"family": world.riveras, "time_zone": "Etc/UTC"}
    many = [CareSession(scheduled_start=LATE, scheduled_end=LATE + timedelta(hours=hours), **row) for hours in (1, 2)]
    CareSession.insert_many(many[:1])
    CareSession.objects.bulk_create(many[1:])
    assert [stored(session) for session in many] == [date(2026, 6, 3)] * 2


def test_who_moves_a_session_moves_it(world):
    session = world.session("2026-06-02 09:00")
    moves.write(session, at=LATE, scheduled_start=LATE, scheduled_end=LATE + timedelta(hours=5))
    assert session.pay_date == stored(session) == date(2026, 6, 2)
    moves.write(session, at=LATE, scheduled_start=LATE + timedelta(hours=2))
    assert session.pay_date == stored(session) == date(2026, 6, 3)


def test_every_way_to_another_start(world):
    who = {"by": world.ana, "at": LONG_AGO, "source": Source.API}
    session = world.session("2026-06-02 09:00", hours=4, state=State.CONFIRMED)
    later = {"scheduled_start": wall("2026-06-04 21:00"), "scheduled_end": wall("2026-06-05 01:00")}
    care_sessions.update(session.id, Draft.of(**later), **who)
    assert stored(session) == date(2026, 6, 4)
    asked = Draft.of(message="A day on?", **{name: at + timedelta(days=1) for name, at in later.items()})
    request = change_requests.ask(session.id, asked, **{**who, "by": world.noor})
    change_requests.accept(request.id, **who)
    assert stored(session) == date(2026, 6, 5)
    late = {name: at + timedelta(days=9) for name, at in later.items()}
    made = care_sessions.create_impromptu(world.riveras.id, Draft.of(**late, child_ids=(world.emma.id,)), **who)
    assert stored(made) == date(2026, 6, 13)
    night = world.session("2026-06-20 22:00", hours=6, state=State.CONFIRMED)
    off = Draft.of(from_date=date(2026, 6, 20), to_date=date(2026, 6, 20), choices={night.id: Choice(Decision.SHORTEN)})
    entry = time_off.create(world.riveras.id, off, **{**who, "by": world.noor})
    assert stored(night) == date(2026, 6, 21)
    time_off.undo(entry.time_off.id, **{**who, "by": world.noor})
    assert stored(night) == date(2026, 6, 20)
    days = {"from_date": date(2026, 7, 1), "to_date": date(2026, 7, 31)}
    generation.generate(world.schedule().id, Draft.of(**days), **who)
    generated = CareSession.objects.filter(slot_date__isnull=False)
    assert generated
    assert all(row.pay_date == row.slot_date for row in generated)


def test_starts_are_updated_nowhere_else():
    """An UPDATE that names the start knows no zone: moves.write_all alone makes one, and it dates the row anew."""
    package = Path(handsel.__file__).parent
    calls = [
        (path.name, ast.unparse(call))
        for path in sorted(package.rglob("*.py"))
        for call in ast.walk(ast.parse(path.read_text()))
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr == "update"
    ]
    assert calls
    assert not [call for call in calls if "scheduled_start=" in call[1]]


def test_old_rows_are_dated_each_by_its_own_zone(world):
    zones = ["America/New_York", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Asia/Kathmandu", "Etc/UTC"]
    sessions = [world.session(LATE, time_zone=zone, nanny=None) for zone in zones]
    fill = import_module("handsel.migrations.0015_pay_date")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE handsel_caresession SET pay_date = %s", [date(2026, 6, 3)])
    fill.fill(apps, SimpleNamespace(connection=connection))
    assert [stored(session) for session in sessions] == [local_date(LATE, zone) for zone in zones]


def stored(session):
    return CareSession.objects.values_list("pay_date", flat=True).get(pk=session.pk)
