"""Lines of pay as a spreadsheet reads them, from CSV and from a workbook that another library opens."""

import csv
import io
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import openpyxl
import pytest
from django.utils import translation

from handsel.documents import pay_lines_csv, pay_lines_xlsx
from tests.documents.pay_facts import LINES, SESSION, SHEET, WEEK, totals

pytestmark = pytest.mark.no_database

NUMBERS = {"Minutes": "minutes", "Counted minutes": "countedMinutes", "Rate": "rate", "Amount": "amount"}


def csv_rows() -> list[dict[str, str]]:
    written = pay_lines_csv.render(SHEET)
    assert written.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(written.decode("utf-8-sig"), newline="")))


def workbook() -> Any:
    written = pay_lines_xlsx.render(SHEET, title="Pay", made_at=datetime(2026, 3, 16, tzinfo=UTC))
    return openpyxl.load_workbook(io.BytesIO(written))


def xlsx_rows(name: str = "Lines") -> list[dict[str, Any]]:
    headings, *rows = workbook()[name].iter_rows(values_only=True)
    return [dict(zip(headings, row, strict=True)) for row in rows]


def test_a_line_with_all_that_it_has():
    assert csv_rows()[0] == {
        "Kind": "Work",
        "Date": "2026-03-02",
        "Workweek": "",
        "Children": "Emma, Theo",
        "Planned start": "2026-03-02 09:00:00",
        "Planned end": "2026-03-02 17:00:00",
        "Actual start": "2026-03-02 09:00:41",
        "Actual end": "2026-03-02 17:00:00",
        "Time zone": "America/New_York",
        "Minutes": "480.00",
        "Counted minutes": "480.00",
        "Rate": "20.00",
        "Multiplier": "",
        "Amount": "160.00",
        "Currency": "USD",
        "Arithmetic": "8:00 h x 20.00 = 160.00",
        "Source": "",
        "Reference": str(SESSION),
    }


def test_words_are_no_formulas_and_numbers_stay_numbers():
    row = csv_rows()[3]
    assert row["Amount"] == "-12.50"
    assert row["Source"] == "'=HYPERLINK(1)"
    assert row["Arithmetic"].startswith("'=")
    cells = {cell.value: cell for cells in workbook()["Lines"].iter_rows() for cell in cells}
    assert cells["=HYPERLINK(1)"].data_type == "s"
    assert cells[-12.5].data_type == "n"


def test_both_agree_with_the_lines_cell_by_cell():
    for line, of_csv, of_xlsx in zip(LINES, csv_rows(), xlsx_rows(), strict=True):
        assert of_csv["Date"] == line["date"] == of_xlsx["Date"].date().isoformat()
        for heading, name in NUMBERS.items():
            assert of_csv[heading] == (line[name] or "")
            value = of_xlsx[heading]
            assert value is None if line[name] is None else Decimal(str(value)) == Decimal(line[name])


def test_a_workbook_has_dates_times_and_numbers():
    row = workbook()["Lines"][2]
    assert [cell.data_type for cell in row] == list("sdnsddddsnnnnnssns")[:18]
    assert row[4].value.isoformat() == "2026-03-02T09:00:00"
    assert xlsx_rows("Weeks")[0]["Regular rate"] == pytest.approx(float(WEEK["regularRate"]))
    values = {row["Total"]: row["Value"] for row in xlsx_rows("Totals")}
    assert Decimal(str(values["Due"])) == Decimal(totals(LINES)["due"])


def test_in_the_language_of_who_reads():
    with translation.override("es"):
        assert csv_rows()[0]["Tipo"] == "Trabajo"
        assert workbook().sheetnames == ["Líneas", "Semanas", "Totales"]
