"""Who sees a parent's phone number, and when."""

from datetime import timedelta

import pytest

from handsel.access import phones, visibility
from handsel.actions import members
from handsel.models import CareSession, Member
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Role
from tests.world import NOW, ON_THE_WEB, wall

NUMBER = "+1 (555) 010-0199"


@pytest.fixture
def number(world):
    members.change_phone(world.riveras.id, Draft.of(phone=NUMBER), by=world.ana, **ON_THE_WEB)
    return NUMBER


def seen(person, family, at=NOW):
    return [phone.number for phone in phones.of_family(visibility.standing(person, family.id), at=at)]


def test_a_number_is_for_parents_and_coordinators(world, number):
    coordinator, viewer = (world.join(world.riveras, role).user for role in (Role.COORDINATOR, Role.VIEWER))
    assert [seen(person, world.riveras) for person in (world.ana, world.luis, coordinator)] == [[number]] * 3
    assert [seen(person, world.riveras) for person in (viewer, world.noor, world.bea)] == [[]] * 3
    [phone] = phones.of_family(visibility.standing(world.luis, world.riveras.id), at=NOW)
    assert (phone.name, phone.link) == ("Ana", "tel:+15550100199")
    for person in (coordinator, viewer, world.noor):
        with pytest.raises(NotAllowed):
            members.change_phone(world.riveras.id, Draft.of(phone=NUMBER), by=person, **ON_THE_WEB)


@pytest.mark.parametrize(
    ("at", "sees"),
    [
        ("2026-06-02 17:59", False),
        ("2026-06-02 18:00", True),
        ("2026-06-03 09:00", True),
        ("2026-06-03 16:59", True),
        ("2026-06-03 17:00", False),
    ],
)
def test_a_nanny_sees_it_from_the_evening_before_their_session_until_its_end(world, number, at, sees):
    session = world.session("2026-06-03 09:00", state=State.CONFIRMED)
    world.session("2026-06-03 09:00", state=State.CONFIRMED, family=world.okafors, overlap_allowed=True)
    assert seen(world.noor, world.riveras, wall(at)) == [number] * sees
    assert seen(world.bea, world.riveras, wall(at)) == []
    for person, theirs in ((world.noor, sees), (world.bea, False), (world.luis, True)):
        standing = visibility.standing(person, world.riveras.id)
        assert bool(phones.for_session(standing, session, at=wall(at))) is theirs


def test_a_session_nobody_agreed_to_shows_no_number_and_one_that_runs_on_does(world, number):
    morning = wall("2026-06-03 10:00")
    session = world.session("2026-06-03 09:00")
    assert seen(world.noor, world.riveras, morning) == []
    CareSession.objects.filter(pk=session.pk).delete()
    for state in (State.CANCELLED, State.COMPLETED):
        world.session("2026-06-03 09:00", state=state)
    assert seen(world.noor, world.riveras, morning) == []
    world.session("2026-06-03 09:00", state=State.IN_PROGRESS)
    assert seen(world.noor, world.riveras, wall("2026-06-03 18:30")) == [number]


def test_the_evening_before_is_that_of_the_wall_when_the_clocks_change(world, number):
    """New York's clocks go forward in the night to 14 March 2027."""
    world.session("2027-03-14 09:00", state=State.CONFIRMED)
    assert seen(world.noor, world.riveras, wall("2027-03-13 18:00") - timedelta(minutes=1)) == []
    assert seen(world.noor, world.riveras, wall("2027-03-13 18:00")) == [number]


def test_a_number_goes_with_the_membership_and_with_the_role(world, number):
    members.change_phone(world.riveras.id, Draft.of(phone="555 0100"), by=world.luis, **ON_THE_WEB)
    members.change_role(world.luis_of_riveras.id, Draft.of(role=Role.VIEWER), by=world.ana, **ON_THE_WEB)
    members.change_role(world.bea_of_riveras.id, Draft.of(role=Role.COORDINATOR), by=world.ana, **ON_THE_WEB)
    members.remove(world.ana_of_riveras.id, by=world.ana, **ON_THE_WEB)
    assert set(Member.objects.values_list("phone", flat=True)) == {""}


def test_the_event_tells_that_it_changed_and_no_number(world, number):
    event = world.last_event(world.riveras)
    assert event.kind == "member.phone_changed"
    assert number not in f"{event.changes} {event.reason}"
    members.change_phone(world.riveras.id, Draft.of(phone=number), by=world.ana, **ON_THE_WEB)
    assert world.last_event(world.riveras) == event
