"""Timesheets: what a nanny earned, line by line, as JSON and as files."""

from typing import Annotated
from uuid import UUID

from django.utils import timezone
from pydantic import Field

from handsel.api import inputs
from handsel.api.inputs import FileFormat
from handsel.api.parsing import Query
from handsel.api.routes import File, Id, Request, pay_router
from handsel.api.schemas import Day, Exact, Resource, words
from handsel.documents import pay_lines_csv, pay_lines_xlsx
from handsel.queries import timesheets
from handsel.queries.timesheets import NannysTimesheet
from handsel.rules.pay.lines import LineKind
from handsel.rules.pay.sessions import Apart
from handsel.rules.pay.timesheet import WarningCode

router = pay_router()


class Line(Resource):
    kind: Annotated[str, words(LineKind)]
    date: Day
    week_start: Day | None
    session_id: UUID | None
    item_id: UUID | None
    expense_id: UUID | None
    minutes: Exact | None
    counted_minutes: Exact | None
    rate: Exact | None
    multiplier: Exact | None
    amount: Exact
    arithmetic: str
    source: str
    is_corrected: bool


class Week(Resource):
    week_start: Day
    days: int
    policy_id: UUID | None
    worked_minutes: Exact
    overtime_minutes: Exact
    regular_rate: Exact
    federal_premium: Exact | None
    is_over: bool


class Totals(Resource):
    work: Exact
    premium: Exact
    not_worked: Exact
    other: Exact
    gross: Exact
    reimbursements: Exact
    gifts: Exact
    due: Exact
    federal_premium: Exact
    worked_minutes: Exact
    overtime_minutes: Exact
    not_worked_minutes: Exact


class ApartSession(Resource):
    session_id: UUID
    date: Day
    reason: Annotated[str, words(Apart)]


class Warned(Resource):
    code: Annotated[str, words(WarningCode)]
    session_id: UUID | None
    week_start: Day | None
    minutes: Exact | None
    amount: Exact | None


class Timesheet(Resource):
    family_id: UUID
    nanny_id: UUID | None
    from_date: Day
    to_date: Day
    currency: str
    lines: list[Line]
    apart: list[ApartSession]
    weeks: list[Week]
    totals: Totals
    warnings: list[Warned]
    policy_ids: list[UUID]


CSV = "text/csv; charset=utf-8"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class TimesheetFilters(Query):
    needed = ("from_date", "to_date")
    files = ("text/csv", XLSX)
    nanny_id: inputs.Id = Field(
        description="Whose (a member id). Left out, a nanny's own, or that of the family's only nanny."
    )
    from_date: inputs.Day = Field(description="The first day, inclusive.")
    to_date: inputs.Day = Field(description="The last day, inclusive; at most 366 days.")
    format: inputs.Format = Field(description="The answer as JSON, or as a file.")


@router.get("/families/{family_id}/timesheet", operation_id="getTimesheet", response=Timesheet)
def get_timesheet(request: Request, family_id: Id, query: TimesheetFilters) -> NannysTimesheet | File:
    """What a nanny earned on some days: every line, what stands apart, workweeks and totals"""
    at = timezone.now()
    sheet = timesheets.get(request.auth, family_id, query.draft, at=at)
    name = f"timesheet-{sheet.from_date}-{sheet.to_date}"
    match query.draft.get("format"):
        case FileFormat.CSV:
            return File(f"{name}.csv", CSV, pay_lines_csv.render(sheet.rows()))
        case FileFormat.XLSX:
            return File(f"{name}.xlsx", XLSX, pay_lines_xlsx.render(sheet.rows(), title=name, made_at=at))
        case _:
            return sheet
