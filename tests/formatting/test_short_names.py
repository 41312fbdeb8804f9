"""The shortest names that tell people apart, whatever they are written like."""

from collections.abc import Iterable
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from handsel.formatting import names as short_names
from handsel.formatting.names import FullName, tell_apart
from handsel.models.people import KnownNames

pytestmark = pytest.mark.no_database


def person(number: int, name: str, family: str = "Riveras") -> FullName:
    return FullName.of_person(UUID(int=number), UUID(int=1000 + number), name, family)


def called(*names: str) -> list[str]:
    """What people of these names are called in one family."""
    return in_order(person(number, name) for number, name in enumerate(names))


def in_order(everybody: Iterable[FullName]) -> list[str]:
    return [name for _, name in sorted(tell_apart(everybody).items())]


@pytest.mark.parametrize(
    ("names", "short"),
    [
        (["Emma Rivera", "Theo Rivera"], ["Emma", "Theo"]),
        (["Noor Rivera", "Noor Okafor"], ["Noor R.", "Noor O."]),
        (["Noor Rivera", "Noor Okafor", "Noor Okoro", "Bea Okafor"], ["Noor R.", "Noor Oka.", "Noor Oko.", "Bea"]),
        # Who has but one name is told from the others by theirs; what goes on from another name is longer.
        (["Noor", "Noor Okafor"], ["Noor", "Noor O."]),
        (["Noor Rivera", "Noor Rivera Okafor"], ["Noor Rivera", "Noor Rivera O."]),
        # Two family names, particles, signs.
        (["Noor Rivera Soto", "Noor Rivera Gil"], ["Noor Rivera S.", "Noor Rivera G."]),
        (["Noor de la Rivera", "Noor de la Okafor", "Noor Gil"], ["Noor de la R.", "Noor de la O.", "Noor G."]),
        (["Noor O’Kafor", "Noor Okoro"], ["Noor O’K.", "Noor Ok."]),
        (["noor rivera", "Noor okafor"], ["noor r.", "Noor o."]),
        (["Noor Ro Rivera", "Noor Ra Rivera"], ["Noor Ro", "Noor Ra"]),
        # As long as the whole name: then that.
        (["Noor Li", "Noor Lo"], ["Noor Li", "Noor Lo"]),
        # Neither case nor accents nor blanks make another name.
        (["emma Rivera", "Emma  Okafor", "ÉMMA\u00a0Soto"], ["emma R.", "Emma O.", "ÉMMA S."]),
        (["José Álvarez", "Jose\u0301 Alonso"], ["José Álv.", "Jose\u0301 Alo."]),
        # A letter keeps its marks; letters without capitals are not abbreviated.
        (["Noor A\u0301vila", "Noor Okafor"], ["Noor Á.", "Noor O."]),
        (["小明 王", "小明 李四"], ["小明 王", "小明 李四"]),
        (["نور السيد", "نور عمر"], ["نور السيد", "نور عمر"]),
        (["Нур Иванова", "Нур Петрова"], ["Нур И.", "Нур П."]),
        # The same name altogether, or what somebody has made of it themselves.
        (["Noor Rivera", "Noor RIVERA", "Noor Okafor"], ["Noor Rivera (1)", "Noor RIVERA (2)", "Noor O."]),
        (["Noor", "noor"], ["Noor (1)", "noor (2)"]),
    ],
)
def test_as_much_as_is_needed(names, short):
    assert called(*names) == short


def test_children_are_told_from_adults_and_keep_two_first_names():
    of_children = [
        FullName.of_child(UUID(int=1), "Emma Ana", "", "Riveras"),
        FullName.of_child(UUID(int=2), "Emma", "", "Riveras"),
        FullName.of_child(UUID(int=3), "Emma R.", "", "Riveras"),
    ]
    everybody = [*of_children, person(4, "Emma Rivera"), person(5, "Ana Rivera")]
    assert in_order(everybody) == ["Emma Ana", "Emma", "Emma R. (1)", "Emma Rivera (2)", "Ana"]


def test_the_same_name_in_two_families_is_told_apart_by_the_family():
    emmas = [FullName.of_child(UUID(int=n), "Emma", "", name) for n, name in enumerate(("Riveras", "Okafors"))]
    assert in_order(emmas) == ["Emma (Riveras)", "Emma (Okafors)"]


def test_one_person_in_two_families_is_one():
    noor = [FullName.of_person(UUID(int=1), UUID(int=row), "Noor Rivera", name) for row, name in ((2, "A"), (3, "B"))]
    known = KnownNames(lambda: [*noor, person(9, "Ana")])
    assert {known.of_id(UUID(int=row), "?") for row in (1, 2, 3)} == {"Noor"}


def test_who_is_not_known_is_called_by_the_first_name():
    known = KnownNames()
    assert known.of_id(str(UUID(int=1)), "Sam") == known.of_id(None, "Sam") == "Sam"


WORDS = st.text("abAÁ é王's", max_size=4)


@given(st.lists(st.tuples(st.sampled_from(["Emma", "emma", "Émma", "Theo"]), WORDS), max_size=8), st.randoms())
def test_no_two_are_called_alike_and_order_does_not_matter(names, random):
    everybody = [person(number, f"{first} {last}") for number, (first, last) in enumerate(names)]
    short = tell_apart(everybody)
    assert len({name.casefold() for name in short.values()}) == len(everybody)
    random.shuffle(everybody)
    assert tell_apart(everybody) == short


def test_a_thousand_namesakes_are_told_apart_by_looking_at_their_neighbours_alone(monkeypatch):
    looked = []
    common = short_names._common
    monkeypatch.setattr(short_names, "_common", lambda one, other: looked.append(one) or common(one, other))
    names = called(*(f"Noor {number:04}" for number in range(1000)))
    assert len(set(names)) == 1000
    assert len(looked) < 1000


@given(st.lists(st.text("aAbé’ ", max_size=4), min_size=2, max_size=8))
def test_what_a_last_name_shares_is_the_most_that_it_shares_with_any_other(lasts):
    letters = [short_names._letters(last) for last in lasts]
    signs = [[short_names.folded(letter) for letter in last] for last in letters]
    most = [max(short_names._common(one, other) for other in signs[:n] + signs[n + 1 :]) for n, one in enumerate(signs)]
    assert short_names._shared(letters) == most
