"""Acts on sessions: their moves, one by one and many at once, their times, and past ones that are brought along."""

from functools import partial

from handsel.actions import care_sessions, session_imports
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
from tests.actions.acts.registry import A_WHILE_AGO, act
from tests.world import NOW, wall


@act(care_sessions.confirm, tells=True)
def confirm(world):
    return world.ana, world.session().id


@act(care_sessions.cancel, tells=True)
def cancel(world):
    return world.ana, world.session().id


@act(care_sessions.restore, tells=True)
def restore(world):
    return world.ana, world.session(state=State.CANCELLED).id


@act(care_sessions.start, tells=True)
def start(world):
    return world.noor, world.session("2026-06-01 08:00", state=State.CONFIRMED).id


@act(care_sessions.complete, tells=True)
def complete(world):
    return world.noor, world.session("2026-06-01 07:00", state=State.IN_PROGRESS).id


@act(care_sessions.record, tells=True)
def record(world):
    return world.noor, world.session("2026-05-29 06:00", state=State.CONFIRMED).id


@act(care_sessions.confirm_and_record, tells=True)
def confirm_and_record(world):
    return world.ana, world.session("2026-05-29 06:00").id


@act(care_sessions.record_instead, tells=True)
def record_instead(world):
    session = world.session("2026-06-01 04:00", hours=1, state=State.CONFIRMED)
    for move in (care_sessions.start, care_sessions.complete):
        move(session.id, by=world.noor, at=NOW, source=Source.WEB)
    return world.noor, session.id


@act(care_sessions.ask_to_confirm, tells=True)
def ask_to_confirm(world):
    return world.noor, world.session("2026-05-29 06:00").id


@act(care_sessions.undo, tells=True)
def undo_move(world):
    session = world.session()
    care_sessions.confirm(session.id, by=world.ana, at=A_WHILE_AGO, source=Source.WEB)
    return world.ana, session.id


@act(care_sessions.undo_many, tells=True)
def undo_moves(world):
    session = world.session()
    care_sessions.confirm(session.id, by=world.ana, at=A_WHILE_AGO, source=Source.WEB)
    return world.ana, world.riveras.id, Draft.of(session_ids=[session.id])


@act(care_sessions.tell_running_late, tells=True)
def tell_running_late(world):
    return world.noor, world.session("2026-06-01 09:00").id, Draft.of(minutes=10)


@act(care_sessions.update, tells=True)
def update(world):
    draft = Draft.of(scheduled_end=wall("2026-06-02 18:00"), child_ids=(world.theo.id,))
    return world.noor, world.session(state=State.CONFIRMED).id, draft


@act(care_sessions.update, tells=True)
def correct(world):
    draft = Draft.of(notes="Boots.", reason="Forgotten.")
    return world.noor, world.session("2026-05-29 09:00", state=State.COMPLETED).id, draft


@act(care_sessions.delete, tells=True)
def delete(world):
    return world.ana, world.session(state=State.CONFIRMED).id


@act(care_sessions.create_impromptu, tells=True)
def create_impromptu(world):
    times = {"scheduled_start": wall("2026-06-02 15:00"), "scheduled_end": wall("2026-06-02 19:00")}
    return world.noor, world.riveras.id, Draft.of(child_ids=(world.emma.id,), **times)


@act(partial(care_sessions.move_many, Move.CONFIRM), tells=True)
def confirm_many(world):
    ids = [world.session(f"2026-06-0{day} 09:00").id for day in (2, 3)]
    return world.ana, world.riveras.id, Draft.of(session_ids=ids)


@act(partial(care_sessions.move_many, Move.CANCEL), tells=True)
def cancel_many(world):
    ids = [world.session(f"2026-06-0{day} 09:00").id for day in (2, 3)]
    return world.ana, world.riveras.id, Draft.of(session_ids=ids)


@act(partial(care_sessions.move_many, Move.RESTORE), tells=True)
def restore_many(world):
    ids = [world.session(f"2026-06-0{day} 09:00", state=State.CANCELLED).id for day in (2, 3)]
    return world.ana, world.riveras.id, Draft.of(session_ids=ids)


_PAST = b"Planned start,Planned end,Children,Nanny\n2026-03-02 09:00,2026-03-02 17:00,Emma,Noor\n"


@act(partial(session_imports.import_sessions, dry_run=False, skip_refused=False), tells=False)
def import_past_sessions(world):
    return world.ana, world.riveras.id, _PAST


@act(session_imports.undo, tells=False)
def undo_import(world):
    outcome = session_imports.import_sessions(
        world.riveras.id, _PAST, dry_run=False, skip_refused=False, by=world.ana, at=A_WHILE_AGO, source=Source.WEB
    )
    return world.ana, outcome.import_id
