"""A schema promises exactly what its parser takes."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from handsel.api import kinds
from handsel.api.kinds import Kind
from handsel.rules.fields import Wrong

pytestmark = pytest.mark.no_database

KINDS = {name: kind for name, kind in vars(kinds).items() if isinstance(kind, Kind)}
# What is not JSON is refused before any field is read; a lone surrogate cannot be named in a pattern.
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
NEARLY = {
    "DAY": st.from_regex(r"\A(?:19|20|21|22)[0-9]{2}-[01][0-9]-[0-3][0-9]\Z"),
    "WALL_TIME": st.from_regex(r"\A[0-2][0-9]:[0-6][0-9]\Z"),
    "MOMENT": st.from_regex(
        r"\A20[0-9]{2}-[01][0-9]-[0-3][0-9][Tt ][0-2][0-9]:[0-6][0-9](:[0-6][0-9](\.[0-9]{1,13})?)?"
        r"([Zz]|[+-][0-2][0-9]:[0-6][0-9])?\Z"
    ),
    "MONEY": st.from_regex(r"\A ?-?[0-9]{1,5}(\.[0-9]{0,3})? ?\Z"),
    "EMAIL": st.from_regex(r"\A ?[a-zA-Z0-9.+]{1,4}@[a-zA-Z0-9-]{1,4}(\.[a-zA-Z0-9-]{1,3}){0,2} ?\Z"),
    "ID": st.uuids().map(str) | st.uuids().map(str).map(str.upper) | st.uuids().map(lambda one: one.hex),
}
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | TEXT, lambda inner: st.lists(inner, max_size=3), max_leaves=4
)


def agree(kind: Kind, value: Any) -> None:
    promised = Draft202012Validator(kind.schema, validate_formats=True).is_valid(value)
    try:
        kind.parse(value)
        taken = True
    except Wrong:
        taken = False
    assert promised == taken, json.dumps(value)


@pytest.mark.parametrize("name", KINDS)
@given(data=st.data())
def test_whatever_is_sent(name, data):
    agree(KINDS[name], data.draw(JSON | NEARLY.get(name, TEXT)))


@pytest.mark.parametrize("name", ["NAME", "SHORT", "NOTES", "MESSAGE", "TOKEN"])
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
    agree(KINDS[name], text)


@pytest.mark.parametrize("name", ["NAME", "SHORT", "NOTES", "MESSAGE", "TOKEN"])
def test_the_longest_text(name):
    most = KINDS[name].schema["maxLength"]
    for length in (most, most + 1):
        agree(KINDS[name], "é" * length)
        agree(KINDS[name], f" {'é' * (length - 2)} ")
        agree(KINDS[name], f"{'é' * (length - 3)}\r\ne")


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("DAY", ["1972-02-29", "2000-02-29", "2100-02-29", "2196-02-29", "1970-01-01", "1969-12-31", "2199-12-31"]),
        ("DAY", ["2200-01-01", "2026-02-30", "2026-04-31", "2026-1-1", "2026-01-01\n", "٢٠٢٦-٠١-٠١", "2026-W01-1"]),
        ("WALL_TIME", ["00:00", "23:59", "24:00", "06:00:30", "6:00", "06:60", "٠٦:٠٠", "06:00\n"]),
        (
            "MOMENT",
            ["2026-06-01T06:00", "2026-06-01 06:00", "2026-06-01T06:00:60Z", "2026-06-01T06:00:00.1234567890123Z"],
        ),
        ("MOMENT", ["2026-06-01T06:00-24:00", "2026-06-01T06:00+23:59", "2026-06-01", "2026-02-29T06:00Z", "now"]),
        (
            "MONEY",
            ["25", "25.5", "25.50", "025", "1e2", "9999.99", "10000", "-0", "0", ".5", "5.", " 25.00 ", "٢٥", "NaN"],
        ),
        ("MONEY", [25, 0, 9999, 10_000, -1, True, False, None, 10**30]),
        (
            "EMAIL",
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
        ("TIME_ZONE", ["UTC", "America/New_York", "america/new_york", "../../etc/passwd", "", "Factory", "localtime"]),
        ("CURRENCY", ["USD", "usd", "XXX", "EUR ", ""]),
        ("CHILD_IDS", [[], ["x"], ["01890000-0000-7000-8000-000000000000"] * 50]),
        (
            "SESSION_IDS",
            [["01890000-0000-7000-8000-000000000000"] * 500, ["01890000-0000-7000-8000-000000000000"] * 501],
        ),
        ("WEEKDAYS", [[], ["MONDAY", "MONDAY"], ["monday"], ["MONDAY"] * 51]),
    ],
)
def test_the_edges(name, values):
    for value in values:
        agree(KINDS[name], value)


@given(cents=st.integers(0, 999_999))
def test_money_as_a_number_of_cents(cents):
    assert kinds.MONEY.parse(cents / 100) == kinds.MONEY.parse(f"{cents / 100:.2f}")
