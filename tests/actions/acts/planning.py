"""Acts on what is planned: schedules, requests for changes, time off."""

from datetime import date, time

from handsel.actions import care_schedules, change_requests, generation, time_off
from handsel.models import ChangeRequest, Notice, TimeOff, TimeOffReason
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.recurrence import Recurrence
from handsel.rules.time_off import Decision
from tests.actions.acts.registry import A_WHILE_AGO, JUNE, act
from tests.world import ON_THE_WEB, wall


@act(generation.generate, tells=True)
def generate(world):
    return world.noor, world.schedule().id, Draft.of(**JUNE)


@act(generation.undo, tells=False)
def undo(world):
    draft = Draft.of(**JUNE)
    made = generation.generate(world.schedule().id, draft, by=world.noor, at=A_WHILE_AGO, source=Source.WEB)
    return world.noor, made.batch_id


@act(care_schedules.create, tells=False)
def create_schedule(world):
    draft = Draft.of(
        name="Once",
        recurrence=Recurrence.ONCE,
        start_time=time(6),
        end_time=time(7),
        start_date=date(2026, 6, 1),
        child_ids=(world.emma.id,),
    )
    return world.noor, world.riveras.id, draft


@act(care_schedules.update, tells=False)
def update_schedule(world):
    return world.noor, world.schedule().id, Draft.of(name="Early mornings", child_ids=(world.theo.id,))


@act(care_schedules.keep_sessions, tells=False)
def keep_sessions(world):
    schedule = world.schedule()
    return world.ana, schedule.id, Draft.of(session_ids=[world.session(schedule=schedule).id])


@act(care_schedules.delete, tells=False)
def delete_schedule(world):
    return world.noor, world.schedule().id


def asked(world) -> ChangeRequest:
    """Noor asks to end later, and with Theo too."""
    draft = Draft.of(
        message="With Theo?",
        scheduled_end=wall("2026-06-02 18:00"),
        child_ids=(world.emma.id, world.theo.id),
    )
    return change_requests.ask(world.session(state=State.CONFIRMED).id, draft, by=world.noor, **ON_THE_WEB)


@act(change_requests.ask, tells=True)
def ask(world):
    return world.noor, world.session(state=State.CONFIRMED).id, Draft.of(message="An hour later?")


@act(change_requests.accept, tells=True)
def accept_request(world):
    return world.ana, asked(world).id


@act(change_requests.accept, tells=True)
def accept_and_confirm(world):
    session = world.session()
    request = change_requests.ask(session.id, Draft.of(message="Fine?"), by=world.ana, **ON_THE_WEB)
    return world.noor, request.id


@act(change_requests.decline, tells=True)
def decline_request(world):
    return world.ana, asked(world).id


@act(change_requests.withdraw, tells=False)
def withdraw_request(world):
    return world.noor, asked(world).id


@act(time_off.create, tells=True)
def create_time_off(world):
    return world.noor, world.riveras.id, Draft.of(**JUNE)


@act(time_off.delete, tells=True)
def delete_time_off(world):
    return world.noor, time_off.create(world.riveras.id, Draft.of(**JUNE), by=world.noor, **ON_THE_WEB).id


@act(time_off.decide, tells=True)
def decide_over_sessions(world):
    world.session(state=State.CONFIRMED)
    entered = time_off.create(world.riveras.id, Draft.of(**JUNE), by=world.noor, **ON_THE_WEB)
    return world.noor, entered.id, Draft.of(sessions=Decision.CANCEL)


@act(time_off.count_everywhere, tells=True)
def count_time_off_everywhere(world):
    entered = time_off.create(world.riveras.id, Draft.of(**JUNE), by=world.noor, **ON_THE_WEB)
    TimeOff.objects.update(person=None)
    TimeOffReason.objects.all().delete()
    return world.noor, entered.id


@act(time_off.undo, tells=True)
def undo_time_off(world):
    world.session(state=State.CONFIRMED)
    whole = Draft.of(**JUNE, sessions=Decision.CANCEL)
    entered = time_off.create(world.riveras.id, whole, by=world.noor, **ON_THE_WEB)
    Notice.objects.update(routed_at=ON_THE_WEB["at"])  # they have been told
    return world.noor, entered.id


@act(time_off.plan_again, tells=True)
def plan_again(world):
    world.session(state=State.CONFIRMED)
    entered = time_off.create(
        world.riveras.id, Draft.of(**JUNE, sessions=Decision.UNASSIGN), by=world.noor, **ON_THE_WEB
    )
    time_off.delete(entered.id, by=world.noor, **ON_THE_WEB)
    return world.noor, entered.id
