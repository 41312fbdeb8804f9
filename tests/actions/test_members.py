"""Roles given and taken, members leaving. Somebody who can manage a family always stays."""

import pytest

from handsel.access import visibility
from handsel.actions import members
from handsel.models import Invitation, Member
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible, WrongState
from handsel.rules.roles import Role
from tests.world import LONG_AGO, NOW, ON_THE_WEB


def to(role: Role) -> Draft:
    return Draft.of(role=role)


def test_ana_makes_bea_a_viewer_and_history_says_so(world):
    member = members.change_role(world.bea_of_riveras.id, to(Role.VIEWER), by=world.ana, **ON_THE_WEB)
    assert Member.objects.get(id=member.id).role == Role.VIEWER
    event = world.last_event(world.riveras)
    assert (event.kind, event.by) == ("member.role_changed", world.ana_of_riveras)
    assert event.changes == {"member_id": [str(member.id)] * 2, "role": ["NANNY", "VIEWER"]}


def test_the_same_role_again_is_no_change(world):
    members.change_role(world.ana_of_riveras.id, to(Role.PARENT), by=world.ana, **ON_THE_WEB)
    assert world.history(world.riveras) == []


@pytest.mark.parametrize("way", ["removed", "made a viewer", "left"])
def test_who_is_a_nanny_no_more_leaves_her_sessions(world, way):
    done = world.session("2026-05-29 06:00", state=State.COMPLETED)
    running = world.session("2026-06-01 07:00", state=State.IN_PROGRESS)
    ahead = world.session("2026-06-03 06:00", state=State.CONFIRMED)
    elsewhere = world.session("2026-06-04 06:00", state=State.CONFIRMED, family=world.okafors)
    member = world.noor_of_riveras
    if way == "removed":
        members.remove(member.id, by=world.ana, **ON_THE_WEB)
    elif way == "left":
        members.remove(member.id, by=world.noor, **ON_THE_WEB)
    else:
        members.change_role(member.id, to(Role.VIEWER), by=world.ana, **ON_THE_WEB)
    for session in (done, running, ahead, elsewhere):
        session.refresh_from_db()
    # Care that has been is hers for good; what runs ends now, so that she may start with the Okafors.
    assert (done.nanny, running.nanny, running.state, running.actual_end) == (member, member, State.COMPLETED, NOW)
    assert (ahead.nanny, ahead.nanny_person, ahead.state, ahead.version) == (None, None, State.CONFIRMED, 2)
    assert elsewhere.nanny == world.noor_of_okafors
    assert sorted(world.history(world.riveras))[:2] == ["care_session.completed", "care_session.updated"]
    assert world.told(world.luis) == ["session.completed", "sessions.without_nanny"]
    assert world.told(world.noor) == (["session.completed"] if way == "made a viewer" else [])
    assert world.told(world.ana) == (world.told(world.luis) if way == "left" else [])


@pytest.mark.parametrize("role", [Role.COORDINATOR, Role.PARENT, Role.NANNY])
def test_nobody_raises_their_own_role(world, role):
    for own in (Role.VIEWER, Role.NANNY):
        member = world.join(world.riveras, own)
        if own is not role:
            with pytest.raises(NotAllowed):
                members.change_role(member.id, to(role), by=member.user, **ON_THE_WEB)
    if role is not Role.NANNY:
        other = Role.PARENT if role is Role.COORDINATOR else Role.COORDINATOR
        manager = world.join(world.riveras, other)
        with pytest.raises(NotAllowed):
            members.change_role(manager.id, to(role), by=manager.user, **ON_THE_WEB)


def test_a_parent_may_step_down_while_another_stays(world):
    members.change_role(world.ana_of_riveras.id, to(Role.VIEWER), by=world.ana, **ON_THE_WEB)
    with pytest.raises(WrongState):
        members.change_role(world.luis_of_riveras.id, to(Role.NANNY), by=world.luis, **ON_THE_WEB)
    assert Member.objects.get(id=world.luis_of_riveras.id).role == Role.PARENT


def test_only_who_manages_members_changes_roles_and_only_of_her_own_family(world):
    for person in (world.noor, world.join(world.riveras, Role.VIEWER).user):
        with pytest.raises(NotAllowed):
            members.change_role(world.bea_of_riveras.id, to(Role.VIEWER), by=person, **ON_THE_WEB)
        with pytest.raises(NotAllowed):
            members.remove(world.bea_of_riveras.id, by=person, **ON_THE_WEB)
    for person in (world.sam, world.ada):
        with pytest.raises(NotVisible):
            members.change_role(world.bea_of_riveras.id, to(Role.VIEWER), by=person, **ON_THE_WEB)
        with pytest.raises(NotVisible):
            members.remove(world.bea_of_riveras.id, by=person, **ON_THE_WEB)


def test_a_nanny_in_charge_changes_nobodys_role_and_removes_nobody(world):
    world.leave(world.ada_of_okafors)
    Member.objects.filter(id=world.noor_of_okafors.id).update(is_founder=True)
    viewer = world.join(world.okafors, Role.VIEWER)
    with pytest.raises(NotAllowed):
        members.change_role(viewer.id, to(Role.PARENT), by=world.noor, **ON_THE_WEB)
    with pytest.raises(NotAllowed):
        members.remove(viewer.id, by=world.noor, **ON_THE_WEB)


@pytest.mark.parametrize("draft", [Draft.of(), to(None), Draft({}, {"role": "Choose one of these."})])
def test_a_role_has_to_be_said(world, draft):
    with pytest.raises(Invalid) as refusal:
        members.change_role(world.bea_of_riveras.id, draft, by=world.ana, **ON_THE_WEB)
    assert list(refusal.value.errors) == ["role"]


def test_a_removed_member_is_a_stranger_from_that_moment_and_history_stays(world):
    done = world.session(state=State.COMPLETED)
    members.remove(world.noor_of_riveras.id, by=world.ana, **ON_THE_WEB)
    with pytest.raises(NotVisible):
        visibility.care_session(world.noor, done.id)
    assert visibility.standing(world.noor, world.okafors.id).role is Role.NANNY
    done.refresh_from_db()
    assert done.nanny.removed_at == NOW
    event = world.last_event(world.riveras)
    assert event.kind == "member.removed"
    assert event.changes == {"member_id": [str(world.noor_of_riveras.id), None], "role": ["NANNY", None]}
    with pytest.raises(NotVisible):
        members.remove(world.noor_of_riveras.id, by=world.ana, **ON_THE_WEB)


def test_everybody_may_leave_but_the_last_who_can_manage_the_family(world):
    viewer = world.join(world.riveras, Role.VIEWER)
    for member in (viewer, world.noor_of_riveras, world.ana_of_riveras):
        members.remove(member.id, by=member.user, **ON_THE_WEB)
    with pytest.raises(WrongState):
        members.remove(world.luis_of_riveras.id, by=world.luis, **ON_THE_WEB)
    with pytest.raises(WrongState):
        members.remove(world.ada_of_okafors.id, by=world.ada, **ON_THE_WEB)


def test_a_parent_may_leave_when_a_coordinator_stays(world):
    world.join(world.okafors, Role.COORDINATOR)
    members.remove(world.ada_of_okafors.id, by=world.ada, **ON_THE_WEB)
    assert not Member.objects.active().filter(user=world.ada).exists()


def test_a_nanny_alone_in_charge_cannot_leave_her_family_to_nobody(world):
    world.leave(world.ada_of_okafors)
    Member.objects.filter(id=world.noor_of_okafors.id).update(is_founder=True)
    with pytest.raises(WrongState):
        members.remove(world.noor_of_okafors.id, by=world.noor, **ON_THE_WEB)


def test_open_invitations_end_with_who_sent_them(world):
    fields = {"family": world.riveras, "role": Role.PARENT, "created_at": LONG_AGO, "expires_at": NOW}
    by_luis = Invitation.objects.create(**fields, token_hash="1", invited_by=world.luis_of_riveras)
    by_ana = Invitation.objects.create(**fields, token_hash="2", invited_by=world.ana_of_riveras)
    members.remove(world.luis_of_riveras.id, by=world.ana, **ON_THE_WEB)
    by_luis.refresh_from_db()
    by_ana.refresh_from_db()
    assert (by_luis.revoked_at, by_ana.revoked_at) == (NOW, None)


def test_the_second_of_two_managers_who_act_at_once_finds_that_she_is_none(world, monkeypatch):
    """Ana looks while she is a parent; while she waits for the family's lock, Luis makes her a viewer."""
    look = visibility.member

    def and_then_luis_is_first(person, member_id):
        member = look(person, member_id)
        Member.objects.filter(id=world.ana_of_riveras.id).update(role=Role.VIEWER)
        return member

    monkeypatch.setattr(visibility, "member", and_then_luis_is_first)
    with pytest.raises(NotAllowed):
        members.change_role(world.luis_of_riveras.id, to(Role.VIEWER), by=world.ana, **ON_THE_WEB)
    assert Member.objects.get(id=world.luis_of_riveras.id).role == Role.PARENT


def test_her_schedules_wait_for_another_nanny(world):
    schedule, beas = world.schedule(), world.schedule(nanny=world.bea_of_riveras)
    members.remove(world.noor_of_riveras.id, by=world.ana, **ON_THE_WEB)
    schedule.refresh_from_db()
    beas.refresh_from_db()
    assert (schedule.nanny, schedule.version, beas.nanny) == (None, 2, world.bea_of_riveras)
    assert "care_schedule.updated" in world.history(world.riveras)
