"""The record as a spreadsheet reads it."""

import csv
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from handsel.documents import sessions_csv
from handsel.documents.rows import CareLine, YearRecord

pytestmark = pytest.mark.no_database

LINE = CareLine(
    session_id=UUID("01890000-0000-7000-8000-000000000000"),
    family_id=UUID("01890000-0000-7000-8000-000000000001"),
    family_name="Riveras",
    currency="USD",
    day=date(2026, 10, 31),
    child_names=("Emma", "Theo"),
    nanny_name="Niñera",
    scheduled_start=datetime(2026, 11, 1, 1, 0, tzinfo=UTC),
    scheduled_end=datetime(2026, 11, 1, 10, 0, tzinfo=UTC),
    actual_start=datetime(2026, 11, 1, 1, 3, 41, tzinfo=UTC),
    actual_end=datetime(2026, 11, 1, 10, 0, tzinfo=UTC),
    time_zone="America/New_York",
    minutes=537,
    hourly_rate=Decimal(25),
    amount=Decimal("223.75"),
)


def read(line: CareLine, family: str = "Riveras") -> dict[str, str]:
    record = YearRecord(family, "America/New_York", is_own=False, year=2026, years=[2026], times=[line], lines=[line])
    written = sessions_csv.render(record)
    assert written.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline="")))
    assert len(rows) == 1
    return rows[0]


def test_a_line_as_the_clock_on_the_wall_showed_it():
    assert read(LINE) == {
        "Date": "2026-10-31",
        "Children": "Emma, Theo",
        "Nanny": "Niñera",
        "Planned start": "2026-10-31 21:00:00",
        "Planned end": "2026-11-01 05:00:00",
        "Actual start": "2026-10-31 21:03:41",
        "Actual end": "2026-11-01 05:00:00",
        "Time zone": "America/New_York",
        "Minutes": "537",
        "Hourly rate": "25.00",
        "Amount": "223.75",
        "Currency": "USD",
        "Session": "01890000-0000-7000-8000-000000000000",
    }


def test_a_year_of_all_families_names_the_family_last():
    line = read(replace(LINE, family_name="=Riveras"), family="")
    assert list(line)[-2:] == ["Session", "Family"]
    assert line["Family"] == "'=Riveras"


def test_hidden_pay_is_an_empty_cell():
    line = read(replace(LINE, hourly_rate=None, amount=None))
    assert (line["Hourly rate"], line["Amount"]) == ("", "")


@pytest.mark.parametrize("name", ["=1+1", "+49", "-1", "@SUM(A1)", "\tx", "\rx", '=HYPERLINK("http://x")'])
def test_no_cell_is_a_formula(name):
    assert read(replace(LINE, nanny_name=name))["Nanny"] == f"'{name}"
    assert read(replace(LINE, child_names=(name, "Theo")))["Children"] == f"'{name}, Theo"


def test_quotes_commas_and_line_breaks_stay_in_their_cell():
    name = 'Ana "Noor", the\nfirst'
    assert read(replace(LINE, nanny_name=name))["Nanny"] == name
