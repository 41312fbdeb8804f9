"""Names and facts in one line, and the shortest names by which a reader tells people and children apart: Emma, or Emma
R. beside another Emma.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, takewhile
from typing import Protocol
from uuid import UUID

from django.utils.translation import gettext, gettext_lazy, pgettext

from handsel.rules.roles import Role

ROLES = {
    Role.PARENT: gettext_lazy("Parent"),
    Role.NANNY: gettext_lazy("Nanny"),
    Role.COORDINATOR: gettext_lazy("Coordinator"),
    Role.VIEWER: gettext_lazy("Viewer"),
}
_I_SOUND = re.compile(r"h?[ií](?![aeo])", re.IGNORECASE)


def join_names(names: list[str]) -> str:
    """Join names: Emma and Theo. Spanish says another "and" before the sound of i: padres e hijos."""
    if len(names) < 2:
        return "".join(names)
    joined = gettext("%(first)s and %(last)s")
    if _I_SOUND.match(names[-1]):
        joined = pgettext("before the sound of i", "%(first)s and %(last)s")
    return joined % {"first": ", ".join(names[:-1]), "last": names[-1]}


def whole_name(first: str, last: str) -> str:
    """Join a first and a last name, which may be empty: Emma Rivera."""
    return f"{first} {last}".strip()


def join_facts(*parts: str) -> str:
    """Join facts in one line, with a dot between them."""
    return " · ".join(part for part in parts if part)


def role_name(role: str) -> str:
    """Return the name of a role: Nanny."""
    return str(ROLES[Role(role)])


# Names that are told apart


class Named(Protocol):
    """A person, a member or a child."""

    id: UUID

    @property
    def first_name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class FullName:
    """Somebody whom a reader may see named. `key` is who they are, and `ids` are the rows that stand for them."""

    key: UUID
    ids: tuple[UUID, ...]
    first: str
    last: str
    family: str

    @classmethod
    def of_person(cls, person_id: UUID, member_id: UUID, name: str, family: str) -> "FullName":
        first, _, last = " ".join(name.split()).partition(" ")
        return cls(person_id, (person_id, member_id), first, last, family)

    @classmethod
    def of_child(cls, child_id: UUID, first_name: str, last_name: str, family: str) -> "FullName":
        return cls(child_id, (child_id,), " ".join(first_name.split()), " ".join(last_name.split()), family)

    @property
    def whole(self) -> str:
        return whole_name(self.first, self.last)


class Names(Protocol):
    """The names that one reader sees, the same wherever they look (models.people.KnownNames)."""

    def of(self, named: Named) -> str: ...

    def of_id(self, row_id: UUID | str | None, otherwise: str) -> str: ...

    def whole(self, named: Named, name: str) -> str: ...


def tell_apart(everybody: Iterable[FullName]) -> dict[UUID, str]:
    """Return the shortest name of each that no other has, by their keys: the first name; with as much of the last name
    as is needed; whole, with the family or, within one, a number where even that is the same.
    """
    people: dict[UUID, FullName] = {}
    for named in sorted(everybody, key=lambda named: named.ids):  # in the order in which their rows were made
        people.setdefault(named.key, named)
    namesakes: dict[str, list[FullName]] = defaultdict(list)
    for named in people.values():
        namesakes[folded(named.first)].append(named)
    names = {}
    for group in namesakes.values():
        if len(group) == 1:
            names[group[0].key] = group[0].first
            continue
        lasts = [_letters(named.last) for named in group]
        for named, last, shared in zip(group, lasts, _shared(lasts), strict=True):
            names[named.key] = whole_name(named.first, _abbreviated(last, shared))
    alike: dict[str, list[FullName]] = defaultdict(list)
    for key, named in people.items():
        alike[folded(names[key])].append(named)
    for group in alike.values():
        if len(group) > 1:
            families = Counter(named.family for named in group)
            for number, named in enumerate(group, start=1):
                difference = named.family if len(families) == len(group) else number
                names[named.key] = f"{named.whole} ({difference})"
    return names


def _shared(lasts: list[list[str]]) -> list[int]:
    """Return how many first letters of each stand in some other too: in order, one beside it has the most of them."""
    signs = [[folded(letter) for letter in last] for last in lasts]
    order = sorted(range(len(signs)), key=signs.__getitem__)
    shared = [0] * len(signs)
    for number, following in pairwise(order):
        common = _common(signs[number], signs[following])
        shared[number], shared[following] = max(shared[number], common), common
    return shared


def _abbreviated(last: list[str], shared: int) -> str:
    """Return the beginning of a last name, of these letters, that none of the others has, who share so many of them:
    R. or Ro.; all of it where another goes on from it, and where its letters are not of an alphabet with capitals.
    """
    length = 1 + shared
    while length < len(last) and _is_inside_particle(last, length):
        length += 1
    beginning = "".join(last[:length])
    if length + 1 >= len(last) or beginning[-1:].lower() == beginning[-1:].upper():
        return "".join(last)
    return beginning if last[length] == " " else f"{beginning}."


def _common(one: list[str], other: list[str]) -> int:
    """Return how many letters they have in common from the first on."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _is_inside_particle(last: list[str], length: int) -> bool:
    """Say whether it would end before its first letter, as in O’, or in a word such as "de la", before its capital."""
    if not last[length - 1][0].isalnum():
        return True
    word = "".join(last[:length]).split(" ")[-1]
    return word[0].islower() and any(letter.isupper() for letter in last[length:])


def _letters(text: str) -> list[str]:
    """Return the letters, each with the marks upon it."""
    letters: list[str] = []
    for sign in unicodedata.normalize("NFC", text):
        if letters and unicodedata.category(sign).startswith("M"):
            letters[-1] += sign
        else:
            letters.append(sign)
    return letters


@lru_cache(maxsize=10_000)
def folded(text: str) -> str:
    """Return what makes two names the same: their letters, whatever their case, accents and blanks."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(sign for sign in plain if unicodedata.category(sign) != "Mn").split())
