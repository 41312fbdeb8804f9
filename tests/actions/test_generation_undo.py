"""Taking a generation back: what nobody touched goes, the rest stays."""

from datetime import date

import pytest

from handsel.actions import care_sessions, generation
from handsel.models import CareSession, ChangeRequest, Event, GenerationBatch, Notice
from handsel.rules.drafts import Draft
from handsel.rules.moves import Move
from handsel.rules.refusals import NotAllowed, NotVisible
from handsel.rules.roles import Role
from tests.world import NOW, ON_THE_WEB, wall

JUNE = Draft.of(from_date=date(2026, 6, 1), to_date=date(2026, 6, 30))


def generate(schedule, world):
    return generation.generate(schedule.id, JUNE, by=world.noor, **ON_THE_WEB)


def undo(batch_id, by):
    undone = generation.undo(batch_id, by=by, **ON_THE_WEB)
    return undone.removed, undone.kept


def test_nobody_touched_any(world):
    made = generate(world.schedule(), world)
    assert undo(made.batch_id, world.ana) == (13, 0)
    assert not CareSession.objects.exists()
    assert GenerationBatch.objects.get().undone_at == NOW


def test_what_somebody_touched_stays(world):
    made = generate(world.schedule(), world)
    ids = [slot.session_id for slot in made.created]
    care_sessions.confirm(ids[0], by=world.ana, **ON_THE_WEB)
    care_sessions.cancel(ids[1], by=world.ana, **ON_THE_WEB)
    care_sessions.update(ids[2], Draft.of(notes="Swimming."), by=world.noor, **ON_THE_WEB)
    care_sessions.update(ids[3], Draft.of(scheduled_end=wall("2026-06-08 15:00")), by=world.noor, **ON_THE_WEB)
    care_sessions.cancel(ids[4], by=world.ana, **ON_THE_WEB)
    care_sessions.restore(ids[4], by=world.ana, **ON_THE_WEB)
    care_sessions.update(ids[5], Draft.of(child_ids=(world.theo.id,)), by=world.ana, **ON_THE_WEB)
    ChangeRequest.objects.create(
        family=world.riveras,
        session_id=ids[6],
        message="An hour later?",
        asked_by=world.ana_of_riveras,
        asked_at=NOW,
    )
    care_sessions.move_many(Move.CONFIRM, world.riveras.id, Draft.of(session_ids=ids[7:8]), by=world.ana, **ON_THE_WEB)
    # The same values again are no touch.
    care_sessions.update(ids[9], Draft.of(notes=""), by=world.noor, **ON_THE_WEB)
    kept = list(CareSession.objects.filter(id__in=ids[:8]).order_by("id").values())
    assert undo(made.batch_id, world.noor) == (5, 8)
    assert list(CareSession.objects.order_by("id").values()) == kept


def test_undoing_again_removes_none(world):
    made = generate(world.schedule(), world)
    care_sessions.confirm(made.created[0].session_id, by=world.ana, **ON_THE_WEB)
    assert undo(made.batch_id, world.ana) == (12, 1)
    lines = Event.objects.count()
    assert undo(made.batch_id, world.ana) == (0, 1)
    assert undo(made.batch_id, world.noor) == (0, 1)
    assert Event.objects.count() == lines


def test_it_leaves_other_generations_alone_and_its_slots_free(world):
    schedule = world.schedule()
    first = generate(schedule, world)
    other = generate(world.schedule(name="Afternoons"), world)
    assert undo(first.batch_id, world.ana) == (13, 0)
    assert CareSession.objects.filter(batch_id=other.batch_id).count() == 13
    again = generate(schedule, world)
    assert len(again.created) == 13
    assert undo(first.batch_id, world.ana) == (0, 0)
    assert CareSession.objects.filter(batch_id=again.batch_id).count() == 13


def test_history_keeps_what_was_removed(world):
    schedule = world.schedule()
    made = generate(schedule, world)
    undo(made.batch_id, world.ana)
    gone = made.created[0].session_id
    generated, deleted = Event.objects.filter(session_id=gone).order_by("id")
    assert (generated.kind, deleted.kind) == ("care_session.generated", "care_session.deleted")
    assert (deleted.by, deleted.schedule_id, deleted.nanny) == (
        world.ana_of_riveras,
        schedule.id,
        world.noor_of_riveras,
    )
    assert deleted.changes["scheduled_start"] == ["2026-06-01T10:00:00Z", None]
    undone = Event.objects.get(kind="care_schedule.generation_undone")
    assert (undone.schedule_id, undone.changes) == (schedule.id, {"removed": [None, 13], "kept": [None, 0]})


def test_the_question_to_the_parents_goes_with_the_last_session(world):
    made = generate(world.schedule(), world)
    assert Notice.objects.filter(read_at=None).count() == 2
    care_sessions.confirm(made.created[0].session_id, by=world.ana, **ON_THE_WEB)
    undo(made.batch_id, world.noor)
    assert Notice.objects.filter(kind="sessions.to_confirm", read_at=None).count() == 2

    other = generate(world.schedule(name="Afternoons"), world)
    undo(other.batch_id, world.noor)
    assert not Notice.objects.filter(batch_id=other.batch_id, read_at=None).exists()


def test_who_may_undo(world):
    coordinator, viewer = (world.join(world.riveras, role).user for role in (Role.COORDINATOR, Role.VIEWER))
    batch_id = generate(world.schedule(), world).batch_id
    with pytest.raises(NotAllowed):
        undo(batch_id, viewer)
    for person in (world.sam, world.ada):
        with pytest.raises(NotVisible):
            undo(batch_id, person)
    assert undo(batch_id, world.bea) == (13, 0)
    for person in (world.ana, world.noor, coordinator):
        assert undo(batch_id, person) == (0, 0)
