"""Fetching through the person: who is no member finds nothing, the same nothing as for what does not exist."""

from datetime import date
from functools import partial
from uuid import uuid4

import pytest
from django.db import transaction

from handsel.access import visibility
from handsel.models import ChangeRequest, Event, GenerationBatch, Invitation, Member, OutsideCalendar, TimeOff
from handsel.rules.lifecycle import State
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Capability, Role
from tests.world import LONG_AGO, NOW, wall


def _family(world):
    return world.riveras


def _child(world):
    return world.emma


def _member(world):
    return world.bea_of_riveras


def _invitation(world):
    return Invitation.objects.create(
        family=world.riveras, role=Role.VIEWER, invited_by=world.ana_of_riveras, created_at=NOW, expires_at=NOW
    )


def _care_schedule(world):
    return world.schedule()


def _care_session(world):
    return world.session()


def _batch(world):
    day = date(2026, 6, 1)
    return GenerationBatch.objects.create(
        family=world.riveras, from_date=day, to_date=day, created_by=world.ana_of_riveras, created_at=NOW
    )


def _change_request(world):
    return ChangeRequest.objects.create(
        family=world.riveras, session=world.session(), message="?", asked_by=world.ana_of_riveras, asked_at=NOW
    )


def _time_off(world):
    day = date(2026, 6, 1)
    return TimeOff.objects.create(
        family=world.riveras, from_date=day, to_date=day, entered_by=world.ana_of_riveras, created_at=NOW
    )


ONE = {
    visibility.family: _family,
    visibility.child: _child,
    visibility.member: _member,
    visibility.invitation: _invitation,
    visibility.care_schedule: _care_schedule,
    visibility.care_session: _care_session,
    visibility.batch: _batch,
    visibility.change_request: _change_request,
    visibility.one_time_off: _time_off,
}
MANY = {
    visibility.families: _family,
    visibility.children: _child,
    visibility.members: _member,
    visibility.members_ever: _member,
    visibility.invitations: _invitation,
    visibility.care_schedules: _care_schedule,
    visibility.care_sessions: _care_session,
    visibility.change_requests: _change_request,
    visibility.time_off: _time_off,
    visibility.events: lambda world: Event.objects.create(family=world.riveras, kind="family.created", at=NOW),
}
NAMES = {
    thing: name
    for name, thing in vars(visibility).items()
    if not name.startswith("_")
    and (isinstance(thing, partial) or getattr(thing, "__module__", "") == visibility.__name__)
}
_OF_PAY = ("pay", "expense", "receipt", "issued_", "own_documents", "history", "session_import")
of_each_kind = pytest.mark.parametrize("fetch", ONE, ids=NAMES.get)
many = pytest.mark.parametrize("fetch", MANY, ids=NAMES.get)


def test_every_way_to_fetch_is_tried_here():
    across = (
        visibility.competing_sessions,
        visibility.busy_times,
        visibility.running_sessions,
        visibility.completed_sessions,
    )
    own = (visibility.standing, visibility.standings, visibility.lock_active_person, visibility.is_in_charge)
    own += (visibility.lock_family, visibility.nannies_shared, visibility.looks, visibility.own_looks)
    # What is about pay and imports is seen by role: tests/access/test_walk.py tries it on every route.
    of_pay = {thing for thing, name in NAMES.items() if name.startswith(_OF_PAY)}
    assert NAMES.keys() == {*ONE, *MANY, *across, *own, *of_pay}


@of_each_kind
def test_a_member_of_any_role_finds_what_is_the_familys_in_one_query(world, fetch, django_assert_num_queries):
    thing = ONE[fetch](world)
    # Time off may count in several families of the person: where they stand is asked of the one that it is seen in.
    queries = 2 if fetch is visibility.one_time_off else 1
    viewer = world.join(world.riveras, Role.VIEWER)
    for member in (world.ana_of_riveras, world.noor_of_riveras, viewer):
        with django_assert_num_queries(queries):
            standing, row = fetch(member.user, thing.id)
        assert row == thing
        assert (standing.person, standing.family_id) == (member.user, world.riveras.id)
        assert (standing.member_id, standing.role) == (member.id, member.role)


@of_each_kind
def test_a_stranger_finds_nothing(world, fetch):
    thing = ONE[fetch](world)
    for person in (world.sam, world.ada):
        with pytest.raises(NotVisible):
            fetch(person, thing.id)
        with pytest.raises(NotVisible), transaction.atomic():
            fetch(person, thing.id, lock=True)


@of_each_kind
def test_a_removed_member_finds_nothing_any_more(world, fetch):
    thing = ONE[fetch](world)
    world.leave(world.noor_of_riveras)
    with pytest.raises(NotVisible):
        fetch(world.noor, thing.id)


@of_each_kind
def test_what_does_not_exist_looks_like_what_is_somebody_elses(world, fetch):
    theirs = ONE[fetch](world)
    answers = set()
    for thing_id in (theirs.id, uuid4()):
        with pytest.raises(NotVisible) as refusal:
            fetch(world.ada, thing_id)
        answers.add((refusal.value.code, refusal.value.detail))
    assert len(answers) == 1


@of_each_kind
def test_a_row_can_be_locked_as_it_is_fetched(world, fetch):
    thing = ONE[fetch](world)
    with transaction.atomic():
        assert fetch(world.ana, thing.id, lock=True)[1] == thing


@many
def test_lists_hold_what_is_of_the_persons_families_and_each_row_once(world, fetch):
    thing = MANY[fetch](world)
    for person in (world.ana, world.noor):
        assert list(fetch(person).filter(pk=thing.pk)) == [thing]
    for person in (world.ada, world.sam):
        assert not fetch(person).filter(pk=thing.pk).exists()
    world.leave(world.noor_of_riveras)
    assert not fetch(world.noor).filter(pk=thing.pk).exists()


def test_a_removed_member_is_found_by_nobody(world):
    world.leave(world.bea_of_riveras)
    with pytest.raises(NotVisible):
        visibility.member(world.ana, world.bea_of_riveras.id)


def test_standing_in_a_family_is_one_query_and_a_stranger_has_none(world, django_assert_num_queries):
    with django_assert_num_queries(1):
        standing = visibility.standing(world.noor, world.riveras.id)
    assert (standing.member_id, standing.role, standing.in_charge) == (world.noor_of_riveras.id, Role.NANNY, False)
    for person in (world.sam, world.ada):
        with pytest.raises(NotVisible):
            visibility.standing(person, world.riveras.id)
    with pytest.raises(NotVisible):
        visibility.standing(world.noor, uuid4())
    world.leave(world.noor_of_riveras)
    with pytest.raises(NotVisible):
        visibility.standing(world.noor, world.riveras.id)


def test_noor_stands_in_both_her_families_by_name(world, django_assert_num_queries):
    with django_assert_num_queries(1):
        standings = visibility.standings(world.noor)
    assert [standing.family_id for standing in standings] == [world.okafors.id, world.riveras.id]
    assert visibility.standings(world.sam) == []


def test_a_founding_nanny_is_in_charge_until_somebody_who_manages_joins(world):
    Member.objects.filter(id=world.noor_of_okafors.id).update(is_founder=True)
    session = world.session(family=world.okafors)

    def in_charge() -> set[bool]:
        return {
            visibility.standing(world.noor, world.okafors.id).in_charge,
            visibility.family(world.noor, world.okafors.id)[0].in_charge,
            visibility.care_session(world.noor, session.id)[0].in_charge,
            visibility.standings(world.noor)[0].in_charge,
        }

    assert in_charge() == {False}
    world.leave(world.ada_of_okafors)
    assert in_charge() == {True}
    world.join(world.okafors, Role.VIEWER)
    assert in_charge() == {True}
    world.join(world.okafors, Role.COORDINATOR)
    assert in_charge() == {False}


def test_pay_is_seen_where_the_role_allows(world):
    noor = visibility.standing(world.noor, world.riveras.id)
    assert noor.sees_pay_of(world.noor_of_riveras.id)
    assert not noor.sees_pay_of(world.bea_of_riveras.id)
    assert not noor.sees_pay_of(None)
    assert not noor.sees_default_rate
    ana = visibility.standing(world.ana, world.riveras.id)
    assert ana.sees_pay_of(None)
    assert ana.sees_default_rate
    viewer = visibility.standing(world.join(world.riveras, Role.VIEWER).user, world.riveras.id)
    assert not viewer.sees_pay_of(viewer.member_id)
    assert viewer.may(Capability.SEE)


def test_who_left_is_still_called_by_name(world):
    world.leave(world.bea_of_riveras)
    assert world.bea_of_riveras not in visibility.members(world.ana)
    assert world.bea_of_riveras in visibility.members_ever(world.ana)


def test_rivals_are_what_a_nanny_has_in_any_family(world):
    here = world.session("2026-06-02 09:00", hours=4)
    there = world.session("2026-06-02 13:00", hours=4, family=world.okafors, state=State.CONFIRMED)
    world.session("2026-06-02 09:00", nanny=world.bea_of_riveras)
    world.session("2026-06-02 09:00", state=State.CANCELLED)
    world.session("2026-06-02 09:00", overlap_allowed=True)
    sessions = visibility.competing_sessions([world.noor.id], wall("2026-06-02 12:00"), wall("2026-06-02 14:00"))
    assert set(sessions) == {here, there}
    assert set(visibility.competing_sessions([world.noor.id], wall("2026-06-02 13:00"), wall("2026-06-02 14:00"))) == {
        there
    }


def test_who_deleted_the_account_is_not_still_here(world):
    visibility.lock_active_person(world.sam)
    type(world.sam).objects.filter(pk=world.sam.pk).update(is_active=False)
    with pytest.raises(NotVisible):
        visibility.lock_active_person(world.sam)


def test_busy_times_are_those_of_a_nannys_own_calendars(world):
    of_noor, beas = (
        OutsideCalendar.objects.create(
            person=person, name="Private", encrypted_address="x", created_at=LONG_AGO, next_at=NOW
        ).busy_times.create(starts_at=wall("2026-06-02 12:00"), ends_at=wall("2026-06-02 13:00"), created_at=NOW)
        for person in (world.noor, world.bea)
    )
    assert list(visibility.busy_times([world.noor.id], wall("2026-06-02 12:30"), wall("2026-06-02 14:00"))) == [of_noor]
    assert not visibility.busy_times([world.noor.id], wall("2026-06-02 13:00"), wall("2026-06-02 14:00"))
    assert not visibility.busy_times([world.noor.id], wall("2026-06-02 11:00"), wall("2026-06-02 12:00"))
    assert set(visibility.busy_times([world.bea.id, world.noor.id], NOW, wall("2026-07-01 12:00"))) == {of_noor, beas}


def test_what_a_nanny_did_at_a_time_is_in_any_family(world):
    done = world.session("2026-05-29 09:00", family=world.okafors, hours=2, state=State.COMPLETED)
    world.session("2026-05-29 09:00", hours=2, state=State.COMPLETED, overlap_allowed=True)
    world.session("2026-05-29 09:00", hours=2, state=State.COMPLETED, nanny=world.bea_of_riveras)
    world.session("2026-05-29 09:00", hours=2, state=State.CONFIRMED)
    nine, ten, eleven = (wall(f"2026-05-29 {hour}:00") for hour in ("09", "10", "11"))
    assert list(visibility.completed_sessions([world.noor.id], nine, ten)) == [done]
    assert not visibility.completed_sessions([world.noor.id], eleven, eleven)


def test_at_work_is_what_a_nanny_has_running_in_any_family(world):
    running = world.session("2026-06-01 07:00", family=world.okafors, state=State.IN_PROGRESS)
    world.session("2026-06-01 07:00", state=State.CONFIRMED, overlap_allowed=True)
    assert list(visibility.running_sessions([world.noor.id])) == [running]
    assert not visibility.running_sessions([world.bea.id])
