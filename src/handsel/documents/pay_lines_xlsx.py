"""Lines of pay, workweeks and totals as a workbook, in the active language: real dates, times and numbers."""

import io
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext, gettext_lazy

from handsel.documents.pay_rows import HEADINGS, Fields, PayRow, PaySheet
from handsel.formatting.pay_lines import line_kind_name
from handsel.rules import local_time

if TYPE_CHECKING:  # as it runs, imported where it is used alone
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format

_WEEK_HEADINGS = (
    gettext_lazy("Workweek"),
    gettext_lazy("Days"),
    gettext_lazy("Worked minutes"),
    gettext_lazy("Overtime minutes"),
    gettext_lazy("Regular rate"),
    gettext_lazy("Federal premium"),
)
TOTALS = {
    "work": gettext_lazy("Work"),
    "premium": gettext_lazy("Premiums"),
    "notWorked": gettext_lazy("Not worked"),
    "other": gettext_lazy("Other pay"),
    "gross": gettext_lazy("Gross pay"),
    "reimbursements": gettext_lazy("Reimbursements"),
    "gifts": gettext_lazy("Gifts"),
    "due": gettext_lazy("Due"),
    "federalPremium": gettext_lazy("Federal premium"),
    "workedMinutes": gettext_lazy("Worked minutes"),
    "overtimeMinutes": gettext_lazy("Overtime minutes"),
    "notWorkedMinutes": gettext_lazy("Minutes not worked"),
}
_FORMATS = {
    "heading": {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"},
    date: {"num_format": "yyyy-mm-dd"},
    datetime: {"num_format": "yyyy-mm-dd hh:mm"},
    "money": {"num_format": "#,##0.00"},
    "rate": {"num_format": "#,##0.00##"},
    "minutes": {"num_format": "#,##0.##"},
}
# Words of a cell, or a value and the name of its format.
type Cell = str | tuple[datetime | Decimal | int, Any] | None


def render(sheet: PaySheet, *, title: str, made_at: datetime) -> bytes:
    """Return a workbook with the sheets Lines, Weeks and Totals."""
    from xlsxwriter import Workbook

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True}) as workbook:
        # Excel knows no zones, and a file's times are in UTC.
        workbook.set_properties({"title": title, "created": made_at.replace(tzinfo=None)})
        formats = {name: workbook.add_format(properties) for name, properties in _FORMATS.items()}
        lines = [list(_line(row, sheet.currency)) for row in sheet.rows]
        _add(workbook, formats, gettext("Lines"), HEADINGS, lines)
        _add(workbook, formats, gettext("Weeks"), _WEEK_HEADINGS, [list(_week(week)) for week in sheet.weeks])
        totals = [list(_total(sheet, name)) for name in TOTALS if sheet.totals.get(name) is not None]
        headings = (gettext("Total"), gettext("Value"), gettext("Currency"))
        _add(workbook, formats, gettext("Totals"), headings, totals)
    return file.getvalue()


def _add(
    workbook: "Workbook",
    formats: "dict[Any, Format]",
    name: str,
    headings: Sequence[object],
    rows: list[list[Cell]],
) -> None:
    worksheet = workbook.add_worksheet(name)
    for column, heading in enumerate(headings):
        worksheet.write_string(0, column, str(heading), formats["heading"])
        widest = max((len(cell) for row in rows if isinstance(cell := row[column], str)), default=0)
        worksheet.set_column(column, column, min(48, max(11, widest + 1)))
    worksheet.freeze_panes(1, 0)
    for place, row in enumerate(rows, 1):
        for column, cell in enumerate(row):
            match cell:
                case None | "":
                    pass
                case str():  # never read as a formula, a number or a link
                    worksheet.write_string(place, column, cell)
                case datetime() as value, kind:
                    worksheet.write_datetime(place, column, value, formats[kind])
                case value, kind:
                    worksheet.write_number(place, column, float(value), formats[kind])


def _line(row: PayRow, currency: str) -> Iterator[Cell]:
    line = row.line
    yield line_kind_name(line["kind"])
    yield _day(line["date"])
    yield _day(line["weekStart"])
    session = row.session
    if session is None:
        yield from [None] * 6
    else:
        yield ", ".join(session.child_names)
        for at in (session.scheduled_start, session.scheduled_end, session.actual_start, session.actual_end):
            yield None if at is None else (local_time.wall(at, session.time_zone).replace(tzinfo=None), datetime)
        yield session.time_zone
    yield _number(line["minutes"], "minutes")
    yield _number(line["countedMinutes"], "minutes")
    yield _number(line["rate"], "rate")
    yield _number(line["multiplier"], "rate")
    yield _number(line["amount"], "money")
    yield currency
    yield line["arithmetic"]
    yield line["source"]
    yield row.reference


def _week(week: Fields) -> Iterator[Cell]:
    yield _day(week["weekStart"])
    yield (week["days"], "minutes")
    yield _number(week["workedMinutes"], "minutes")
    yield _number(week["overtimeMinutes"], "minutes")
    yield _number(week["regularRate"], "rate")
    yield _number(week["federalPremium"], "money")


def _total(sheet: PaySheet, name: str) -> Iterator[Cell]:
    yield str(TOTALS[name])
    is_length = name.endswith("Minutes")
    yield _number(sheet.totals[name], "minutes" if is_length else "money")
    yield None if is_length else sheet.currency


def _day(text: str | None) -> Cell:
    return None if text is None else (datetime.fromisoformat(text), date)


def _number(text: str | None, kind: str) -> Cell:
    return None if text is None else (Decimal(text), kind)
