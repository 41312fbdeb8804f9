"""A schema promises exactly what its parser takes."""

import json
from typing import Annotated, Any, TypeAliasType, get_origin

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from handsel.api import inputs
from handsel.rules import local_time

pytestmark = pytest.mark.no_database

IN_QUERIES = {"Cursor", "Limit", "Order", "QueryFlag", "Statuses"}  # which are text, whatever they mean
TYPES = {
    name: TypeAdapter(kind)
    for name, kind in vars(inputs).items()
    if name not in IN_QUERIES and (isinstance(kind, TypeAliasType) or get_origin(kind) is Annotated)
}
# What is not JSON is refused before any field is read; a lone surrogate cannot be named in a pattern.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NEARLY = {
    "Day": st.from_regex(r"\A(?:19|20|21|22)[0-9]{2}-[01][0-9]-[0-3][0-9]\Z"),
    "WallTime": st.from_regex(r"\A[0-2][0-9]:[0-6][0-9]\Z"),
    "Moment": st.from_regex(
        r"\A20[0-9]{2}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]{1,13})?)?"
        r"([Zz]|[+-][0-2][0-9]:[0-6][0-9])?\Z"
    ),
    "Money": st.from_regex(r"\A ?-?[0-9]{1,5}(\.[0-9]{0,3})? ?\Z"),
    "Email": st.from_regex(r"\A ?[a-zA-Z0-9.+]{1,4}@[a-zA-Z0-9-]{1,4}(\.[a-zA-Z0-9-]{1,3}){0,2} ?\Z"),
    "Id": st.uuids().map(str) | st.uuids().map(str).map(str.upper) | st.uuids().map(lambda id_: id_.hex),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT, lambda inner: st.lists(inner, max_size=3), max_leaves=4
)


def agree(kind: TypeAdapter[Any], value: Any) -> None:
    promised = Draft202012Validator(kind.json_schema(), validate_formats=True).is_valid(value)
    try:
        kind.validate_python(value)
        taken = True
    except ValidationError:
        taken = False
    # Which names are time zones is another list each year: the schema shows what they look like.
    assert promised >= taken if kind is TYPES["TimeZone"] else promised == taken, json.dumps(value)


@pytest.mark.parametrize("name", TYPES)
@given(data=st.data())
def test_whatever_is_sent(name, data):
    agree(TYPES[name], data.draw(JSON | NEARLY.get(name, TEXT)))


@pytest.mark.parametrize("name", ["Name", "Short", "Notes", "Message", "Token"])
@given(
    text=st.text(
        st.sampled_from(" \t\r\n\u00a0\u2028\u3000\u0085\u0000\u000b\u001f\u007faZ\u00e9\U0001f476\u200d\u202e\u2800"),
        max_size=8,
    )
)
@example(text="")
@example(text="\u3000")
@example(text="\u3000x")
@example(text=" x\u2028")
@example(text="\u202e \u200b\ufeff")
@example(text="\u202e x \u202c")
def test_spaces_breaks_and_controls_in_texts(name, text):
    agree(TYPES[name], text)


@pytest.mark.parametrize("name", ["Name", "Short", "Notes", "Message", "Token"])
def test_the_longest_text(name):
    most = TYPES[name].json_schema()["maxLength"]
    for length in (most, most + 1):
        agree(TYPES[name], "é" * length)
        agree(TYPES[name], f" {'é' * (length - 2)} ")
        agree(TYPES[name], f"{'é' * (length - 3)}\r\ne")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("Day", ["1972-02-29", "2000-02-29", "2100-02-29", "2196-02-29", "1970-01-01", "1969-12-31", "2199-12-31"]),
        ("Day", ["2200-01-01", "2026-02-30", "2026-04-31", "2026-1-1", "2026-01-01\n", "٢٠٢٦-٠١-٠١", "2026-W01-1"]),
        ("WallTime", ["00:00", "23:59", "24:00", "06:00:30", "6:00", "06:60", "٠٦:٠٠", "06:00\n"]),
        (
            "Moment",
            ["2026-06-01T06:00", "2026-06-01 06:00", "2026-06-01T06:00:60Z", "2026-06-01T06:00:00.1234567890123Z"],
        ),
        ("Moment", ["2026-06-01T06:00-24:00", "2026-06-01T06:00+23:59", "2026-06-01", "2026-02-29T06:00Z", "now"]),
        (
            "Money",
            ["25", "25.5", "25.50", "025", "1e2", "9999.99", "10000", "-0", "0", ".5", "5.", " 25.00 ", "٢٥", "NaN"],
        ),
        ("Money", [25, 0, 9999, 10_000, -1, True, False, None, 10**30]),
        (
            "Email",
            [
                "a@b.co",
                "A@B.CO",
                "a@b",
                "a..b@c.de",
                ".a@b.co",
                f"{'a' * 65}@b.co",
                f"a@{'b' * 64}.co",
                "a@b.c1",
                "a@b.1c",
                " a@b.co  ",
                f"{' ' * 248}a@b.co",
                f"{' ' * 249}a@b.co",
            ],
        ),
        ("TimeZone", ["UTC", "America/New_York", "america/new_york", "../../etc/passwd", "", "Factory", "localtime"]),
        ("Currency", ["USD", "usd", "XXX", "EUR ", ""]),
        ("ChildIds", [[], ["x"], ["01890000-0000-7000-8000-000000000000"] * 50]),
        (
            "SessionIds",
            [["01890000-0000-7000-8000-000000000000"] * 500, ["01890000-0000-7000-8000-000000000000"] * 501],
        ),
        ("Weekdays", [[], ["MONDAY", "MONDAY"], ["monday"], ["MONDAY"] * 51]),
    ],
)
def test_the_edges(name, values):
    for value in values:
        agree(TYPES[name], value)


@given(cents=st.integers(0, 999_999))
def test_money_as_a_number_of_cents(cents):
    assert TYPES["Money"].validate_python(cents / 100) == TYPES["Money"].validate_python(f"{cents / 100:.2f}")


def test_every_time_zone_has_the_look_of_one():
    for zone in local_time.zone_names():
        agree(TYPES["TimeZone"], zone)
