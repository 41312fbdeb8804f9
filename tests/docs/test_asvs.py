"""The table of the ASVS (docs/explanation/asvs.toml) is whole, and what it names is there."""

import ast
import re
import tomllib
from functools import cache
from pathlib import Path

import pytest

from handsel.access.encryption import Secret
from tests.docs.test_docs import _anchors

pytestmark = pytest.mark.no_database

ROOT = Path(__file__).parents[2]
ROWS = tomllib.loads((ROOT / "docs" / "explanation" / "asvs.toml").read_text(encoding="utf-8"))
# The requirements of ASVS 5.0.0 of levels 1 (with a star) and 2, a chapter a line: section: numbers.
NUMBERS = (
    "1.1: 1 2; 1.2: 1* 2* 3* 4* 5* 6 7 8 9; 1.3: 1* 2* 3 4 5 6 7 8 9 10 11; 1.4: 1 2 3; 1.5: 1* 2",
    "2.1: 1* 2 3; 2.2: 1* 2* 3; 2.3: 1* 2 3 4; 2.4: 1",
    "3.2: 1* 2*; 3.3: 1* 2 3 4; 3.4: 1* 2* 3 4 5 6; 3.5: 1* 2* 3* 4 5; 3.7: 1 2",
    "4.1: 1* 2 3; 4.2: 1; 4.3: 1 2; 4.4: 1* 2 3 4",
    "5.1: 1; 5.2: 1* 2* 3; 5.3: 1* 2*; 5.4: 1 2 3",
    "6.1: 1* 2 3; 6.2: 1* 2* 3* 4* 5* 6* 7* 8* 9 10 11 12",
    "6.3: 1* 2* 3 4; 6.4: 1* 2* 3 4; 6.5: 1 2 3 4 5; 6.6: 1 2 3; 6.8: 1 2 3 4",
    "7.1: 1 2 3; 7.2: 1* 2* 3* 4*; 7.3: 1 2; 7.4: 1* 2* 3 4 5; 7.5: 1 2; 7.6: 1 2",
    "8.1: 1* 2; 8.2: 1* 2* 3; 8.3: 1*; 8.4: 1",
    "9.1: 1* 2* 3*; 9.2: 1* 2 3 4",
    "10.1: 1 2; 10.2: 1 2; 10.3: 1 2 3 4; 10.4: 1* 2* 3* 4* 5* 6 7 8 9 10 11; 10.5: 1 2 3 4 5; 10.6: 1 2; 10.7: 1 2 3",
    "11.1: 1 2; 11.2: 1 2 3; 11.3: 1* 2* 3; 11.4: 1* 2 3 4; 11.5: 1; 11.6: 1",
    "12.1: 1* 2 3; 12.2: 1* 2*; 12.3: 1 2 3 4",
    "13.1: 1; 13.2: 1 2 3 4 5; 13.3: 1 2; 13.4: 1* 2 3 4 5",
    "14.1: 1 2; 14.2: 1* 2 3 4; 14.3: 1* 2 3",
    "15.1: 1* 2 3; 15.2: 1* 2 3; 15.3: 1* 2 3 4 5 6 7",
    "16.1: 1; 16.2: 1 2 3 4 5; 16.3: 1 2 3 4; 16.4: 1 2 3; 16.5: 1 2 3",
    "17.1: 1; 17.2: 1 2 3 4; 17.3: 1 2",
)


def test_every_requirement_has_its_row_and_level():
    official = {}
    for section, numbers in re.findall(r"([\d.]+): ([\d* ]+)", "; ".join(NUMBERS)):
        for number in numbers.split():
            official[f"V{section}.{number.rstrip('*')}"] = 1 if number.endswith("*") else 2
    assert len(official) == 253
    assert {number: row["level"] for number, row in ROWS.items()} == official


@pytest.mark.parametrize("number", ROWS)
def test_a_row_has_one_verdict_and_what_goes_with_it(number):
    row = ROWS[number]
    [verdict] = {"held", "not_applicable", "not_held"} & set(row)
    assert set(row) <= {"level", "asks", verdict, "by" if verdict == "held" else "shown"}
    assert len(row["asks"]) > 10
    if verdict == "held":
        assert row["held"]
    else:
        assert len(row[verdict]) > 10
    for named in (*row.get("held", ()), *row.get("shown", ())):
        assert is_there(named), named


def is_there(named: str) -> bool:
    """Whether the test, or the heading of the page, is there."""
    file, _, test = named.partition("::")
    page, _, anchor = named.partition("#")
    return test in functions(file) if test else (ROOT / page).is_file() and anchor in anchors(page)


@cache
def functions(file: str) -> set[str]:
    tree = ast.parse((ROOT / file).read_text(encoding="utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test")}


@cache
def anchors(page: str) -> set[str]:
    return _anchors(ROOT / page)


def test_what_is_not_there_is_noticed():
    assert is_there("tests/docs/test_asvs.py::test_what_is_not_there_is_noticed")
    assert not is_there("tests/docs/test_asvs.py::test_that_nobody_wrote")
    assert not is_there("docs/explanation/security.md#nowhere")


def test_what_holds_is_not_shown_by_pages_alone_unless_it_asks_for_pages():
    """Sections X.1 of the standard are about documentation; elsewhere something has to be tried."""
    untested = [
        number
        for number, row in ROWS.items()
        if number.split(".")[1] != "1" and not any("::" in named for named in row.get("held", ["::"]))
    ]
    assert untested == []


def test_every_kind_of_secret_stands_in_the_inventory():
    page = (ROOT / "docs" / "explanation" / "security.md").read_text(encoding="utf-8")
    inventory = page.partition("## Keys and algorithms")[2].partition("\n## ")[0]
    words = {
        Secret.SECOND_STEP: "second steps",
        Secret.LETTER: "waiting letters",
        Secret.KEPT_FORM: "kept forms",
        Secret.OUTSIDE_CALENDAR: "addresses of calendars",
        Secret.CALENDAR_REMARKS: "what was not understood of them",
        Secret.SHOWN_BY_FORM: "what a form showed",
        Secret.TAX_IDENTITY: "tax numbers",
        Secret.PASSWORD_RESET: "links for new passwords",
    }
    assert {secret for secret in Secret if words[secret] not in inventory} == set()
