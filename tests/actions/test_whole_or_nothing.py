"""What an action does, its line of history and its notices are one transaction: if one can't be written, none is."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.db import IntegrityError, connection

from handsel.actions import care_schedules, care_sessions, generation
from handsel.models import (
    CareSchedule,
    CareScheduleChild,
    CareSession,
    CareSessionChild,
    Event,
    GenerationBatch,
    Notice,
)
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.recurrence import Recurrence
from tests.world import ON_THE_WEB, wall

TABLES = (CareSchedule, CareScheduleChild, CareSession, CareSessionChild, GenerationBatch, Event, Notice)


def everything():
    return {model.__name__: list(model.objects.order_by("id").values()) for model in TABLES}


def out_of_ink(table: str) -> None:
    """From now on the database refuses each new row of the table, until the test's own rollback."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"CREATE TRIGGER out_of_ink BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'out_of_ink'); END"
            )
        else:
            cursor.execute(
                """CREATE FUNCTION out_of_ink() RETURNS trigger LANGUAGE plpgsql AS
                $$ BEGIN RAISE EXCEPTION 'out_of_ink' USING ERRCODE = '23514'; END $$"""
            )
            cursor.execute(
                f"CREATE TRIGGER out_of_ink BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION out_of_ink()"
            )


# What to do, prepared in the world, and whether it tells anybody.
ACTS: dict[str, tuple[Callable[[Any], Callable[[], Any]], bool]] = {}


def act(*, tells: bool):
    def register(prepare):
        ACTS[prepare.__name__] = (prepare, tells)
        return prepare

    return register


@act(tells=True)
def confirm(world):
    session = world.session()
    return lambda: care_sessions.confirm(session.id, by=world.ana, **ON_THE_WEB)


@act(tells=True)
def cancel(world):
    session = world.session()
    return lambda: care_sessions.cancel(session.id, by=world.ana, **ON_THE_WEB)


@act(tells=True)
def restore(world):
    session = world.session(state=State.CANCELLED)
    return lambda: care_sessions.restore(session.id, by=world.ana, **ON_THE_WEB)


@act(tells=False)
def start(world):
    session = world.session("2026-06-01 08:00", state=State.CONFIRMED)
    return lambda: care_sessions.start(session.id, by=world.noor, **ON_THE_WEB)


@act(tells=False)
def complete(world):
    session = world.session("2026-06-01 07:00", state=State.IN_PROGRESS)
    return lambda: care_sessions.complete(session.id, by=world.noor, **ON_THE_WEB)


@act(tells=True)
def update(world):
    session = world.session(state=State.CONFIRMED)
    draft = Draft.of(scheduled_end=wall("2026-06-02 18:00"), child_ids=(world.theo.id,))
    return lambda: care_sessions.update(session.id, draft, by=world.noor, **ON_THE_WEB)


@act(tells=True)
def correct(world):
    session = world.session("2026-05-29 09:00", state=State.COMPLETED)
    draft = Draft.of(notes="Boots.", reason="Forgotten.")
    return lambda: care_sessions.update(session.id, draft, by=world.noor, **ON_THE_WEB)


@act(tells=True)
def delete(world):
    session = world.session(state=State.CONFIRMED)
    return lambda: care_sessions.delete(session.id, by=world.ana, **ON_THE_WEB)


@act(tells=True)
def create_impromptu(world):
    draft = Draft.of(
        scheduled_start=wall("2026-06-02 15:00"), scheduled_end=wall("2026-06-02 19:00"), child_ids=(world.emma.id,)
    )
    return lambda: care_sessions.create_impromptu(world.riveras.id, draft, by=world.noor, **ON_THE_WEB)


@act(tells=True)
def confirm_many(world):
    draft = Draft.of(session_ids=[world.session(f"2026-06-0{day} 09:00").id for day in (2, 3)])
    return lambda: care_sessions.confirm_many(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)


@act(tells=True)
def cancel_many(world):
    draft = Draft.of(session_ids=[world.session(f"2026-06-0{day} 09:00").id for day in (2, 3)])
    return lambda: care_sessions.cancel_many(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)


@act(tells=True)
def generate(world):
    schedule = world.schedule()
    june = Draft.of(from_date=date(2026, 6, 1), to_date=date(2026, 6, 30))
    return lambda: generation.generate(schedule.id, june, by=world.noor, **ON_THE_WEB)


@act(tells=False)
def undo(world):
    june = Draft.of(from_date=date(2026, 6, 1), to_date=date(2026, 6, 30))
    made = generation.generate(world.schedule().id, june, by=world.noor, **ON_THE_WEB)
    return lambda: generation.undo(made.batch_id, by=world.noor, **ON_THE_WEB)


@act(tells=False)
def create_schedule(world):
    draft = Draft.of(
        name="Once",
        recurrence=Recurrence.ONCE,
        start_time=time(6),
        end_time=time(7),
        start_date=date(2026, 6, 1),
        child_ids=(world.emma.id,),
    )
    return lambda: care_schedules.create(world.riveras.id, draft, by=world.noor, **ON_THE_WEB)


@act(tells=False)
def update_schedule(world):
    schedule = world.schedule()
    draft = Draft.of(name="Early mornings", child_ids=(world.theo.id,))
    return lambda: care_schedules.update(schedule.id, draft, by=world.noor, **ON_THE_WEB)


@act(tells=False)
def delete_schedule(world):
    schedule = world.schedule()
    return lambda: care_schedules.delete(schedule.id, by=world.noor, **ON_THE_WEB)


@pytest.mark.parametrize("name", ACTS)
def test_without_its_line_of_history_nothing_happens(world, name):
    do = ACTS[name][0](world)
    before = everything()
    out_of_ink("handsel_event")
    with pytest.raises(IntegrityError, match="out_of_ink"):
        do()
    assert everything() == before


@pytest.mark.parametrize("name", [name for name, (_, tells) in ACTS.items() if tells])
def test_without_its_notice_nothing_happens(world, name):
    do = ACTS[name][0](world)
    before = everything()
    out_of_ink("handsel_notice")
    with pytest.raises(IntegrityError, match="out_of_ink"):
        do()
    assert everything() == before


@pytest.mark.parametrize("name", [name for name, (_, tells) in ACTS.items() if not tells])
def test_what_tells_nobody(world, name):
    do = ACTS[name][0](world)
    before = Notice.objects.count()
    do()
    assert Notice.objects.count() == before
