"""A year's record as CSV (RFC 4180), for spreadsheets and tax advisers."""

import csv
import io
from collections.abc import Iterator
from datetime import datetime

from handsel.documents.rows import CareLine, YearRecord
from handsel.documents.spreadsheet_cells import formula_safe
from handsel.formatting import money
from handsel.rules import local_time

HEADINGS = (
    "Date",
    "Children",
    "Nanny",
    "Planned start",
    "Planned end",
    "Actual start",
    "Actual end",
    "Time zone",
    "Minutes",
    "Hourly rate",
    "Amount",
    "Currency",
    "Session",
)


def render(record: YearRecord) -> bytes:
    """Return UTF-8 with the byte order mark that tells spreadsheets so. Times are those of the clocks in Time zone,
    with their seconds; Minutes, and so Amount, go by times cut to their minute.
    """
    file = io.StringIO()
    writer = csv.writer(file)
    of_all_families = not record.family_name
    writer.writerow([*HEADINGS, "Family"] if of_all_families else HEADINGS)
    for line in record.lines:
        cells = [*_cells(line), line.family_name] if of_all_families else _cells(line)
        writer.writerow([formula_safe(cell) for cell in cells])
    return file.getvalue().encode("utf-8-sig")


def _cells(line: CareLine) -> Iterator[str]:
    yield line.day.isoformat()
    yield ", ".join(line.child_names)
    yield line.nanny_name
    for at in (line.scheduled_start, line.scheduled_end, line.actual_start, line.actual_end):
        yield _wall(at, line.time_zone)
    yield line.time_zone
    yield str(line.minutes)
    yield money.plain_amount(line.hourly_rate)
    yield money.plain_amount(line.amount)
    yield line.currency
    yield str(line.session_id)


def _wall(at: datetime, zone: str) -> str:
    return local_time.wall(at, zone).strftime("%Y-%m-%d %H:%M:%S")
