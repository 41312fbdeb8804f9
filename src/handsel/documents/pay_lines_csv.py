"""Lines of pay as CSV (RFC 4180), in the active language. Numbers are plain, with a point and no thousands."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from handsel.documents.pay_rows import HEADINGS, PayRow, PaySheet, SessionOfLine
from handsel.documents.spreadsheet_cells import formula_safe
from handsel.formatting.pay_lines import line_kind_name
from handsel.rules import local_time


def render(sheet: PaySheet) -> bytes:
    """Return UTF-8 with the byte order mark that tells spreadsheets so. Times are those of the clocks in Time zone."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow([str(heading) for heading in HEADINGS])
    for row in sheet.rows:
        writer.writerow(_cells(row, sheet.currency))
    return file.getvalue().encode("utf-8-sig")


def _cells(row: PayRow, currency: str) -> Iterator[str]:
    line = row.line
    yield formula_safe(line_kind_name(line["kind"]))
    yield line["date"]
    yield line["weekStart"] or ""
    yield from _of_session(row.session)
    for number in ("minutes", "countedMinutes", "rate", "multiplier", "amount"):
        yield line[number] or ""
    yield currency
    yield formula_safe(line["arithmetic"] or "")
    yield formula_safe(line["source"] or "")
    yield row.reference


def _of_session(session: SessionOfLine | None) -> Iterator[str]:
    if session is None:
        yield from [""] * 6
        return
    yield formula_safe(", ".join(session.child_names))
    for at in (session.scheduled_start, session.scheduled_end, session.actual_start, session.actual_end):
        yield _wall(at, session.time_zone)
    yield session.time_zone


def _wall(at: datetime | None, zone: str) -> str:
    return "" if at is None else local_time.wall(at, zone).strftime("%Y-%m-%d %H:%M:%S")
