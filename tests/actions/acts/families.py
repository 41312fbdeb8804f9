"""Acts on a family: its children, its members, who is invited to it, and what is erased."""

from functools import partial

from handsel.actions import children, families, invitations, members, people
from handsel.actions.erasing import erasures
from handsel.models import Invitation
from handsel.rules.drafts import Draft
from handsel.rules.erasing import Erased
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role
from tests.actions.acts.registry import act
from tests.world import ON_THE_WEB


@act(families.create, tells=False)
def found_a_family(world):
    return world.sam, Draft.of(name="Strangers", time_zone="Europe/Berlin", currency="EUR")


@act(families.update, tells=False)
def update_family(world):
    return world.ana, world.riveras.id, Draft.of(name="Casa Rivera")


@act(children.create, tells=False)
def add_child(world):
    return world.ana, world.riveras.id, Draft.of(first_name="Newborn")


@act(children.update, tells=False)
def update_child(world):
    return world.noor, world.emma.id, Draft.of(allergies="Peanuts")


@act(children.delete, tells=False)
def delete_child(world):
    return world.ana, world.theo.id


@act(children.delete, tells=False)
def archive_child(world):
    world.session()
    return world.ana, world.emma.id


@act(members.change_role, tells=True)
def change_role(world):
    world.schedule()
    world.session()
    return world.ana, world.noor_of_riveras.id, Draft.of(role=Role.VIEWER)


@act(members.change_phone, tells=False)
def change_phone(world):
    return world.ana, world.riveras.id, Draft.of(phone="+1 555 010 0199")


@act(members.remove, tells=True)
def remove_member(world):
    world.schedule()
    world.session()
    world.session("2026-06-01 07:00", state=State.IN_PROGRESS)
    return world.ana, world.noor_of_riveras.id


def invited(world) -> tuple[Invitation, str]:
    draft = Draft.of(email=world.sam.email, role=Role.NANNY)
    return invitations.invite(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)


@act(invitations.invite, tells=False)
def invite(world):
    return world.ana, world.riveras.id, Draft.of(email=world.sam.email, role=Role.NANNY)


@act(invitations.accept, tells=True)
def accept_invitation(world):
    return world.sam, Draft.of(token=invited(world)[1])


@act(people.delete, tells=True)
def delete_account(world):
    world.session()
    return (world.noor,)


@act(partial(erasures.ask, Erased.FAMILY), tells=True)
def ask_to_erase_the_family(world):
    return world.ana, world.riveras.id


@act(partial(erasures.ask, Erased.CHILD), tells=True)
def ask_to_erase_a_child(world):
    return world.ana, world.emma.id


@act(partial(erasures.withdraw, Erased.CHILD), tells=True)
def keep_a_child(world):
    erasures.ask(Erased.CHILD, world.emma.id, by=world.ana, **ON_THE_WEB)
    return world.ana, world.emma.id


@act(invitations.revoke, tells=False)
def revoke_invitation(world):
    return world.ana, invited(world)[0].id
