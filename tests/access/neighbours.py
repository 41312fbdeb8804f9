"""Build two families with one of everything, who must never hear of each other.

The Riveras, with somebody in every role, and their neighbours, whose nanny founded their book and is alone in charge.
The Okafors share Noor with the Riveras. Each family's texts hold its canary, and each rate tells whose it is; sessions
last one hour, so that an amount is the rate. It is now, since the doors read the clock.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from handsel.actions import duties
from handsel.models import Child, Family, Member, User
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role
from tests.access.belongings import of_their_own
from tests.access.furniture import CanaryFamily, child_of, furnish, invited_address, notice
from tests.access.pay_furniture import DEFAULT_RATE, FIRST_RATE, HOUR, PAY, SECOND_RATE
from tests.world import ZONE, World


@dataclass
class Actor:
    """Who knocks: at home in one household (an outsider at none), and with a notice and a key of their own."""

    user: User | None
    home: CanaryFamily
    next_door: CanaryFamily
    own: dict[str, Any]
    # What no answer may show: other families' canaries, others' pay, others' addresses.
    hidden: set[str]


def build(world: World) -> dict[str, Actor]:
    """Everybody by role, after both houses are furnished."""
    duties.announce({"drop what is over": HOUR}, at=timezone.now())
    riveras, neighbours, okafors = (f"canary-of-the-{name}" for name in ("riveras", "neighbours", "okafors"))
    coordinator, viewer, removed = (
        world.join(world.riveras, role, name=name)
        for role, name in ((Role.COORDINATOR, "Coordinator"), (Role.VIEWER, "Viewer"), (Role.PARENT, "Removed"))
    )
    world.leave(removed)
    founder, second_nanny, former_parent = _found(world, "Neighbours")

    home = furnish(
        world,
        world.riveras,
        riveras,
        children=[world.emma],
        nannies=(world.noor_of_riveras, world.bea_of_riveras),
        parent=world.ana_of_riveras,
        another=world.luis_of_riveras,
        host=world.ana_of_riveras,
    )
    next_door = furnish(
        world,
        founder.family,
        neighbours,
        children=[child_of(founder.family, neighbours)],
        nannies=(founder, second_nanny),
        parent=former_parent,
        another=second_nanny,
        host=founder,
    )
    _share_noor(world, okafors, home.things["clashing"].scheduled_start)
    for member in (world.ana_of_riveras, world.luis_of_riveras, world.bea_of_riveras, coordinator, viewer):
        _rename(member.user, riveras)
    for member in (founder, second_nanny):
        _rename(member.user, neighbours)
    for family, canary in ((world.riveras, riveras), (founder.family, neighbours)):
        gone = world.join(family, Role.NANNY, name=f"Gone-{canary}")
        Member.objects.filter(pk=gone.pk).update(removed_at=timezone.now(), name_on_record=canary)

    canaries = {riveras, neighbours, okafors}
    hidden = _hidden_amounts_and_addresses([riveras, neighbours])
    members = {
        "parent": (world.ana_of_riveras, {neighbours, okafors}),
        "nanny": (world.noor_of_riveras, {neighbours} | hidden["first nanny"]),
        "other nanny": (world.bea_of_riveras, {neighbours, okafors} | hidden["second nanny"]),
        "founding nanny": (founder, {riveras, okafors} | hidden["founder"]),
        "coordinator": (coordinator, {neighbours, okafors}),
        "viewer": (viewer, {neighbours, okafors} | hidden["outsider"]),
        "removed member": (removed, canaries | hidden["outsider"]),
    }
    actors = {}
    for role, (member, strings) in members.items():
        house, other = (next_door, home) if member is founder else (home, next_door)
        own = {"membership": member, "notice": notice(member, house)} | of_their_own(member.user)
        actors[role] = Actor(member.user, house, other, own, strings - {member.user.email})
    everything = canaries | hidden["outsider"]
    actors["stranger"] = Actor(world.sam, home, next_door, of_their_own(world.sam), everything)
    actors["nobody"] = Actor(None, home, next_door, {}, everything)
    return actors


def _found(world: World, name: str) -> tuple[Member, Member, Member]:
    """Make a family, and return its nanny, who founded it, its second nanny, and a parent who has left."""
    family = Family.objects.create(name=name, time_zone=ZONE, currency="USD", created_at=timezone.now())
    founder, second_nanny, former_parent = (
        world.join(family, role, name=name)
        for role, name in ((Role.NANNY, "Founder"), (Role.NANNY, "Second-nanny"), (Role.PARENT, "Former-parent"))
    )
    Member.objects.filter(pk=founder.pk).update(is_founder=True)
    world.leave(former_parent)
    return founder, second_nanny, former_parent


def _hidden_amounts_and_addresses(inviting: list[str]) -> dict[str, set[str]]:
    """Return the amounts and e-mail addresses that no answer may show to whom. `inviting` are canaries of families."""
    addresses = {
        f"{name}@example.com"
        for name in ("ana", "luis", "noor", "bea", "coordinator", "viewer", "founder", "second-nanny")
    }
    invited = {invited_address(canary) for canary in inviting}
    not_the_first, not_the_second = (PAY - {str(rate), str(7 * rate)} for rate in (FIRST_RATE, SECOND_RATE))
    return {
        "first nanny": not_the_first | addresses | invited,
        "second nanny": not_the_second | addresses | invited,
        "founder": not_the_first - {str(DEFAULT_RATE)} | addresses,
        "outsider": PAY | addresses | invited,
    }


def _share_noor(world: World, canary: str, start: datetime) -> None:
    """The Okafors' session at the same time: to the Riveras it is "busy", and no more."""
    texts = {"name": canary, "address": canary, "notes": canary}
    Family.objects.filter(pk=world.okafors.pk).update(**texts)
    Child.objects.filter(pk=world.zuri.pk).update(first_name=canary)
    _rename(world.ada, canary)
    world.session(start, hours=1, state=State.CONFIRMED, family=world.okafors, notes=canary, hourly_rate=FIRST_RATE)


def _rename(person: User, canary: str) -> None:
    User.objects.filter(pk=person.pk).update(name=f"{canary}-{person.name}")
