"""The way into a family: once, for one person, within 14 days."""

from datetime import timedelta

import pytest

from handsel.access import tokens, visibility
from handsel.actions import families, invitations, members
from handsel.models import Invitation, Member
from handsel.rules.drafts import Draft
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible, WrongState
from handsel.rules.roles import Role
from tests.world import LONG_AGO, NOW, ON_THE_WEB


def invited(world, role: Role = Role.NANNY, **how) -> tuple[Invitation, str]:
    draft = Draft.of(email="sam@example.com", role=role)
    how = {"by": world.ana, **ON_THE_WEB, **how}
    return invitations.invite(how.pop("family", world.riveras).id, draft, **how)


def accept(secret: str, person, **how) -> Member:
    return invitations.accept(Draft.of(token=secret), by=person, **{**ON_THE_WEB, **how})


def test_ana_invites_sam_and_sam_comes_in(world):
    invitation, secret = invited(world)
    assert invitation.expires_at == NOW + timedelta(days=14)
    assert invitation.token_hash == tokens.hash_of(secret)
    member = accept(secret, world.sam)
    standing = visibility.standing(world.sam, world.riveras.id)
    assert (standing.member_id, standing.role, member.joined_at) == (member.id, Role.NANNY, NOW)
    invitation.refresh_from_db()
    assert (invitation.accepted_by, invitation.accepted_at) == (member, NOW)
    assert world.history(world.riveras) == ["member.invited", "member.joined"]
    event = world.last_event(world.riveras)
    assert event.by == member
    assert event.changes == {"member_id": [None, str(member.id)], "role": [None, "NANNY"]}


def test_the_address_stays_out_of_history_which_everybody_in_the_family_reads(world):
    _, secret = invited(world)
    event = world.last_event(world.riveras)
    assert "sam@example.com" not in str(event.changes)
    assert secret not in str(event.changes)


def test_any_person_who_holds_the_address_may_come_in_but_only_one(world):
    _, secret = invited(world)
    accept(secret, world.ada)
    with pytest.raises(NotVisible):
        accept(secret, world.sam)
    assert not Member.objects.filter(user=world.sam).exists()


def test_of_two_persons_who_accept_at_once_the_second_does_not_come_in(world, monkeypatch):
    """Ada's answer is written between Sam's look and his; nothing of Sam's stays."""
    invitation, secret = invited(world)
    join = invitations._join

    def while_ada_is_first(*whom):
        Invitation.objects.filter(id=invitation.id).update(accepted_by=world.ada_of_okafors, accepted_at=NOW)
        return join(*whom)

    monkeypatch.setattr(invitations, "_join", while_ada_is_first)
    with pytest.raises(NotVisible):
        accept(secret, world.sam)
    assert not Member.objects.filter(user=world.sam).exists()
    assert world.history(world.riveras) == ["member.invited"]


def test_unknown_expired_and_revoked_look_the_same(world):
    expired, old = invited(world, at=LONG_AGO)
    revoked, shut = invited(world)
    invitations.revoke(revoked.id, by=world.luis, **ON_THE_WEB)
    answers = set()
    for secret in (old, shut, "no such thing", "", "\ud800\x00"):
        with pytest.raises(NotVisible) as refusal:
            accept(secret, world.sam)
        answers.add(refusal.value.detail)
    assert len(answers) == 1
    assert expired.expires_at < NOW


def test_an_invitation_lasts_to_the_last_moment_of_its_fourteen_days(world):
    invitation, secret = invited(world)
    with pytest.raises(NotVisible):
        accept(secret, world.sam, at=invitation.expires_at)
    assert accept(secret, world.sam, at=invitation.expires_at - timedelta(microseconds=1))


def test_a_member_gains_nothing_by_an_invitation_and_it_stays_open(world):
    _, secret = invited(world, Role.PARENT)
    for person in (world.noor, world.ana):
        with pytest.raises(WrongState):
            accept(secret, person)
    assert Member.objects.get(id=world.noor_of_riveras.id).role == Role.NANNY
    assert accept(secret, world.sam).role == Role.PARENT


def test_who_left_comes_back_as_the_same_member_with_the_role_of_the_invitation(world):
    members.remove(world.bea_of_riveras.id, by=world.ana, **ON_THE_WEB)
    _, secret = invited(world, Role.VIEWER)
    later = NOW + timedelta(days=3)
    member = accept(secret, world.bea, at=later)
    member.refresh_from_db()
    assert (member.id, member.role, member.joined_at) == (world.bea_of_riveras.id, Role.VIEWER, later)
    assert member.removed_at is None


def test_a_founder_who_comes_back_is_not_in_charge_again(world):
    Member.objects.filter(id=world.noor_of_okafors.id).update(is_founder=True)
    members.remove(world.noor_of_okafors.id, by=world.ada, **ON_THE_WEB)
    _, secret = invited(world, family=world.okafors, by=world.ada)
    assert not accept(secret, world.noor).is_founder


def test_a_removed_parent_has_no_invitation_of_his_own_to_come_back_by(world):
    _, secret = invited(world, Role.PARENT, by=world.luis)
    members.remove(world.luis_of_riveras.id, by=world.ana, **ON_THE_WEB)
    with pytest.raises(NotVisible):
        accept(secret, world.luis)


def test_a_nanny_in_charge_invites_the_first_parent_and_is_in_charge_no_more(world):
    draft = Draft.of(name="Okafors", time_zone="America/New_York", currency="USD", role=Role.NANNY)
    family = families.create(draft, by=world.noor, **ON_THE_WEB)
    _, secret = invited(world, Role.PARENT, family=family, by=world.noor)
    accept(secret, world.ada)
    assert not visibility.standing(world.noor, family.id).in_charge
    with pytest.raises(NotAllowed):
        invited(world, family=family, by=world.noor)


def test_inviting_is_for_the_family(world):
    for person in (world.noor, world.join(world.riveras, Role.VIEWER).user):
        with pytest.raises(NotAllowed):
            invited(world, by=person)
    for person in (world.sam, world.ada):
        with pytest.raises(NotVisible):
            invited(world, by=person)
    invitation, _ = invited(world, by=world.join(world.riveras, Role.COORDINATOR).user)
    with pytest.raises(NotAllowed):
        invitations.revoke(invitation.id, by=world.noor, **ON_THE_WEB)
    with pytest.raises(NotVisible):
        invitations.revoke(invitation.id, by=world.sam, **ON_THE_WEB)


def test_what_is_missing_is_said_at_once(world):
    with pytest.raises(Invalid) as refusal:
        invitations.invite(world.riveras.id, Draft({}, {"role": "Choose one."}), by=world.ana, **ON_THE_WEB)
    assert refusal.value.errors.keys() == {"email", "role"}
    with pytest.raises(Invalid) as refusal:
        invitations.accept(Draft.of(), by=world.sam, **ON_THE_WEB)
    assert refusal.value.errors.keys() == {"token"}


def test_revoking_is_for_invitations_that_are_open(world):
    invitation, secret = invited(world)
    accept(secret, world.sam)
    with pytest.raises(WrongState):
        invitations.revoke(invitation.id, by=world.ana, **ON_THE_WEB)
    other, _ = invited(world)
    invitations.revoke(other.id, by=world.ana, **ON_THE_WEB)
    with pytest.raises(WrongState):
        invitations.revoke(other.id, by=world.ana, **ON_THE_WEB)
    assert world.last_event(world.riveras).kind == "member.invitation_revoked"
