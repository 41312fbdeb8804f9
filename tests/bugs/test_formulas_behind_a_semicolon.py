"""Where decimals have a comma, a spreadsheet takes a semicolon for the end of a cell, whatever the file says."""

from dataclasses import replace

import pytest

from tests.documents.test_sessions_csv import LINE, read

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("Emma;=1+1", "Emma;'=1+1"),
        ('Emma; =HYPERLINK("http://x");+1', "Emma;' =HYPERLINK(\"http://x\");'+1"),
        ("＝1+1", "'＝1+1"),
        ("Emma; the first", "Emma; the first"),
        ("Emma-Rivera", "Emma-Rivera"),
    ],
)
def test_no_cell_is_a_formula(name, written):
    assert read(replace(LINE, child_names=(name,)))["Children"] == written
