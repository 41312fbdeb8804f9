"""Tables that somebody sends: what parts the cells, which encodings are read, and what is no table."""

import pytest

from handsel.documents import csv_table

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize(
    "raw",
    [
        b"Nanny,Notes\nNoor,Park\n",
        b"\xef\xbb\xbfNanny;Notes\r\nNoor;Park\r\n",
        b'"Nanny",  notes \n"Noor","Park"',
        b"NANNY,Notes,More\nNoor, Park \n,,\n\n",
    ],
)
def test_a_table_is_read_by_its_headings(raw):
    _, [row] = csv_table.read(raw)
    assert (row.number, row.cells["nanny"], row.cells["notes"]) == (2, "Noor", "Park")


def test_rows_keep_the_number_that_a_spreadsheet_shows():
    _, rows = csv_table.read(b'Notes\n"a\nb"\n\nc\n')
    assert [(row.number, row.cells["notes"]) for row in rows] == [(2, "a\nb"), (4, "c")]


@pytest.mark.parametrize(
    ("cell", "text"), [("'=1+1", "=1+1"), ("' -x", "-x"), ("'tis", "'tis"), ("a;'=b", "a;=b"), ("O'Neil", "O'Neil")]
)
def test_the_mark_before_what_looks_like_a_formula_goes(cell, text):
    _, [row] = csv_table.read(f'Notes,More\n"{cell}",x\n'.encode())
    assert row.cells["notes"] == text


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", csv_table.EMPTY),
        (b"\n\n", csv_table.EMPTY),
        (b"\xff\xfeN", csv_table.NOT_UTF_8),
        (b'Notes\n"open', csv_table.BROKEN),
        (b"Notes\n" + b"x" * 200_000, csv_table.BROKEN),
    ],
)
def test_what_is_no_table_says_why(raw, why):
    with pytest.raises(csv_table.NoTable, match=why):
        csv_table.read(raw)
