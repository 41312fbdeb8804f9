"""Who was removed, or may no longer invite, has no way back by an invitation that is still open."""

import pytest

from handsel.actions import families, invitations, members
from handsel.models import Member
from handsel.pages import members as member_pages
from handsel.rules.drafts import Draft
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Role
from tests.world import NOW, ON_THE_WEB

pytestmark = pytest.mark.any_database


def invited(by, family, role: Role, email: str) -> str:
    return invitations.invite(family.id, Draft.of(email=email, role=role), by=by, **ON_THE_WEB)[1]


def accept(secret: str, person) -> Member:
    return invitations.accept(Draft.of(token=secret), by=person, **ON_THE_WEB)


def assert_over(secret: str, person) -> None:
    with pytest.raises(NotVisible):
        accept(secret, person)
    with pytest.raises(NotVisible):
        member_pages.offer(secret, at=NOW)


def test_a_parent_who_became_a_viewer_lets_nobody_in_as_a_parent(world):
    secret = invited(world.luis, world.riveras, Role.PARENT, "second.luis@example.com")
    members.change_role(world.luis_of_riveras.id, Draft.of(role=Role.VIEWER), by=world.ana, **ON_THE_WEB)
    assert_over(secret, world.sam)
    assert member_pages.page(world.ana, world.riveras.id, at=NOW)["invitations"] == []


def test_who_was_invited_twice_does_not_come_back_by_the_other_invitation(world):
    first, second = (invited(world.ana, world.riveras, Role.NANNY, world.sam.email) for _ in range(2))
    elsewhere = invited(world.ada, world.okafors, Role.VIEWER, world.sam.email)
    member = accept(first, world.sam)
    members.remove(member.id, by=world.ana, **ON_THE_WEB)
    assert_over(second, world.sam)
    assert accept(elsewhere, world.sam).role == Role.VIEWER


def test_an_invitation_written_while_its_sender_was_removed_is_none(world):
    secret = invited(world.luis, world.riveras, Role.PARENT, world.sam.email)
    world.leave(world.luis_of_riveras)
    assert_over(secret, world.sam)


def test_a_nanny_who_founds_a_family_may_invite_both_parents(world):
    draft = Draft.of(name="Okafors", time_zone="America/New_York", currency="USD", role=Role.NANNY)
    family = families.create(draft, by=world.noor, **ON_THE_WEB)
    secrets = [invited(world.noor, family, Role.PARENT, f"{name}@example.com") for name in ("ada", "sam")]
    for secret, person in zip(secrets, (world.ada, world.sam), strict=True):
        assert accept(secret, person).role == Role.PARENT
