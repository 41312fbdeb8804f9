"""What a nightly run measured finds its line, and a part of it leaves the lines of all others alone."""

import json
from dataclasses import astuple, replace

import pytest

from tests import measured as page
from tests.measured import Row

pytestmark = pytest.mark.no_database

WINNER = Row("tests/races/test_x.py::test_one", "sqlite", "300 requests, 1 winner", "7", "12", "2026-06-01", "abc1234")
ORACLE = Row("tests/rules/test_y.py::test_two", "", "60 weeks | 0 apart", "8", "3", "2026-06-01", "abc1234")
TOP = replace(ORACLE, test="tests/test_z.py::test_three")


def report(outcome, when="call", longrepr=None):
    return pytest.TestReport("x", ("x", 1, "x"), {}, outcome, longrepr, when, duration=4.4)


def test_a_line_counts_when_its_test_has_passed():
    empty = Row(WINNER.test, WINNER.case, "", "", "")
    noted = [replace(empty, figures="9 of 9")]
    assert page.collected_rows(report("passed"), noted, empty) == [replace(noted[0], seconds="4")]
    assert page.collected_rows(report("passed", "teardown"), noted, empty) == []
    assert page.collected_rows(report("failed"), noted, empty) == [replace(empty, figures="FAILED")]
    skipped = report("skipped", "setup", ("file", 1, "Skipped: no strace"))
    assert page.collected_rows(skipped, [], empty) == [replace(empty, figures="NOT RUN: no strace")]


def test_a_page_is_read_as_it_was_written():
    text = page.page([ORACLE, WINNER, TOP])
    assert [line for line in text.splitlines() if line.startswith("## ")] == ["## races", "## rules", "## top"]
    assert page.rows_of(text) == [WINNER, *(replace(row, figures="60 weeks / 0 apart") for row in (ORACLE, TOP))]


def test_a_part_renews_its_own_lines_and_a_whole_run_all(tmp_path, monkeypatch):
    monkeypatch.setattr(page, "PAGE", tmp_path / "page.md")
    monkeypatch.setattr(page, "_commit", lambda: "def5678")
    page.PAGE.write_text(page.page([WINNER, TOP]), "utf-8")
    (tmp_path / "run.json").write_text(json.dumps([astuple(replace(WINNER, figures="2 winners"))]), "utf-8")
    page.main(str(tmp_path), whole=False)
    renewed, other = page.rows_of(page.PAGE.read_text("utf-8"))
    assert (renewed.figures, renewed.commit, other.test) == ("2 winners", "def5678", TOP.test)
    page.main(str(tmp_path), whole=True)
    assert page.rows_of(page.PAGE.read_text("utf-8")) == [renewed]
