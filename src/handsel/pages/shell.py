"""What stands around every page: who is signed in, where they belong, how much is unread."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext, ngettext

from handsel.access import visibility
from handsel.formatting import names
from handsel.models import User
from handsel.pages import inbox
from handsel.rules.roles import Capability, Role


@dataclass(frozen=True, slots=True)
class Membership:
    """A family of this person's, and whether they are among those who answer for it."""

    family_id: UUID
    family_name: str
    role: Role
    answers: bool

    @property
    def role_name(self) -> str:
        return names.role_name(self.role)


@dataclass(frozen=True, slots=True)
class Shell:
    name: str
    first_name: str
    role_line: str
    families: list[Membership]
    unread: int

    @property
    def is_nanny(self) -> bool:
        return any(family.role is Role.NANNY for family in self.families)


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A place that one can go to from every page. `only` is "narrow" or "wide", where it is not shown on every screen;
    `here`, whether the page belongs to it.
    """

    url: str
    icon: str
    label: str
    here: bool
    count: int = 0
    only: str = ""


@dataclass(frozen=True, slots=True)
class PageFrame:
    """What the templates show around a page. `other_examples` are (key, name) of the example people to change to."""

    name: str
    first_name: str
    role_line: str
    start: str
    places: list[NavigationItem]
    is_example: bool
    other_examples: list[tuple[str, str]]


def shell(person: User) -> Shell:
    """Return who is signed in and where they belong. Three queries."""
    families = memberships(person)
    return Shell(person.name, person.first_name, _role_line(families), families, inbox.badge(person))


def memberships(person: User) -> list[Membership]:
    """Return the person's families by name. Two queries."""
    names_by_id = dict(visibility.families(person).values_list("id", "name"))
    return [
        Membership(
            standing.family_id,
            names_by_id.get(standing.family_id, ""),
            standing.role,
            standing.may(Capability.CONFIRM),
        )
        for standing in visibility.standings(person)
    ]


def _role_line(families: list[Membership]) -> str:
    """Return "Nanny · 2 families" or "Parent · Riveras"."""
    if not families:
        return gettext("no family yet")
    roles = list(dict.fromkeys(family.role_name for family in families))
    if len(families) == 1:
        return f"{roles[0]} · {families[0].family_name}"
    count = ngettext("%(count)s family", "%(count)s families", len(families)) % {"count": len(families)}
    return f"{' · '.join(roles)} · {count}"


def example_person(email: str) -> User | None:
    """Return who of the example families has this address, if they have been made."""
    return User.objects.filter(email=email, is_active=True).first()
