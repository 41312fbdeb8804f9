"""Running late is said, to the other side and at once, and moves nothing."""

from datetime import time, timedelta

import pytest

from handsel.actions import care_sessions
from handsel.models import CareSession, Delivery, Notice, User
from handsel.notices import delivery, routing
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.refusals import Invalid, NotAllowed, WrongState
from handsel.rules.roles import Role
from tests.world import NOW, World

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
TEN = Draft.of(minutes=10)


def tell(session: CareSession, person: User, draft: Draft = TEN, at=NOW) -> None:
    care_sessions.tell_running_late(session.id, draft, by=person, at=at, source=Source.API)


def test_a_nanny_is_late(world: World):
    session = world.session(NOW + HOUR, state=State.CONFIRMED)
    before = CareSession.objects.values().get()
    tell(session, world.noor, Draft.of(minutes=25, message="The bus."))
    event = world.last_event(world.riveras)
    assert (event.kind, event.changes, event.reason) == (
        "care_session.running_late",
        {"minutes": [None, 25]},
        "The bus.",
    )
    assert CareSession.objects.values().get() == before
    assert world.told(world.ana) == world.told(world.luis) == ["session.running_late"]
    notice = Notice.objects.filter(person=world.ana).get()
    assert delivery.sentence(notice, world.ana.known_names) == "Noor is running 25 min late"


def test_a_parent_is_back_late(world: World):
    session = world.session(NOW - HOUR, state=State.IN_PROGRESS)
    tell(session, world.ana)
    assert world.told(world.noor) == ["session.running_late"]
    with pytest.raises(WrongState):
        tell(session, world.noor)


@pytest.mark.parametrize(
    ("starts_in", "state", "nanny", "parent"),
    [
        (2 * HOUR + MINUTE, State.CONFIRMED, False, False),
        (2 * HOUR, State.CONFIRMED, True, True),
        (2 * HOUR, State.UNCONFIRMED, True, True),
        (-HOUR, State.CONFIRMED, True, True),
        (-HOUR, State.IN_PROGRESS, False, True),
        (-9 * HOUR, State.IN_PROGRESS, False, True),
        (-8 * HOUR, State.CONFIRMED, False, False),
        (-HOUR, State.COMPLETED, False, False),
        (HOUR, State.CANCELLED, False, False),
    ],
)
def test_when(world: World, starts_in, state, nanny, parent):
    times = {"actual_end": NOW} if state is State.COMPLETED else {}
    session = world.session(NOW + starts_in, state=state, **times)
    for person, may in ((world.noor, nanny), (world.ana, parent)):
        if may:
            tell(session, person)
        else:
            with pytest.raises(WrongState):
                tell(session, person)


def test_who_may_not(world: World):
    session = world.session(NOW + HOUR, state=State.CONFIRMED)
    for person in (world.bea, *(world.join(world.riveras, role).user for role in (Role.COORDINATOR, Role.VIEWER))):
        with pytest.raises(NotAllowed):
            tell(session, person)
    with pytest.raises(Invalid) as refused:
        tell(session, world.noor, Draft.of(message="Soon."))
    assert refused.value.errors.keys() == {"minutes"}


def test_it_leaves_at_once_in_quiet_hours_and_though_mails_are_gathered(world: World, settings):
    settings.MAIL_IS_SET_UP = True
    quiet = {"quiet_from": time(0), "quiet_until": time(23, 59), "mails_at": time(18)}
    User.objects.filter(id=world.ana.id).update(**quiet)
    tell(world.session(NOW + HOUR, state=State.CONFIRMED), world.noor)
    routing.route(NOW)
    assert Delivery.objects.get(notice__person=world.ana).due_at == NOW
