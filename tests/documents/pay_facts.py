"""A fortnight of pay as the API answers it, for what makes documents of it."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from handsel.documents.pay_rows import PayRow, PaySheet, SessionOfLine

SESSION = UUID("01890000-0000-7000-8000-000000000000")
ITEM = "01890000-0000-7000-8000-000000000001"
FIRST = SessionOfLine(
    ("Emma", "Theo"),
    datetime(2026, 3, 2, 14, 0, tzinfo=UTC),
    datetime(2026, 3, 2, 22, 0, tzinfo=UTC),
    datetime(2026, 3, 2, 14, 0, 41, tzinfo=UTC),
    datetime(2026, 3, 2, 22, 0, tzinfo=UTC),
    "America/New_York",
)
CANCELLED = SessionOfLine(
    ("Emma",),
    datetime(2026, 3, 3, 14, 0, tzinfo=UTC),
    datetime(2026, 3, 3, 22, 0, tzinfo=UTC),
    None,
    None,
    "America/New_York",
)


def line(kind: str, amount: str, **more: Any) -> dict[str, Any]:
    """Return a line with the API's names; what it has no use for is None."""
    fields: dict[str, Any] = dict.fromkeys(
        ["weekStart", "sessionId", "itemId", "expenseId", "minutes", "countedMinutes"]
    )
    fields |= dict.fromkeys(["rate", "multiplier", "source"])
    fields |= {"kind": kind, "date": "2026-03-02", "amount": amount, "isCorrected": False}
    return fields | {"arithmetic": f"= {amount}"} | more


WORK = line(
    "WORK",
    "160.00",
    sessionId=str(SESSION),
    minutes="480.00",
    countedMinutes="480.00",
    rate="20.00",
    arithmetic="8:00 h x 20.00 = 160.00",
)
OVERTIME = line(
    "OVERTIME_WEEKLY",
    "60.60",
    date="2026-03-08",
    weekStart="2026-03-02",
    minutes="750.00",
    countedMinutes="750.00",
    rate="9.6952",
    multiplier="1.50",
    arithmetic="12:30 h x 9.6952 x 0.50 = 60.60",
    source="29 CFR 778.115",
)
ADJUSTMENT = line("ADJUSTMENT", "-12.50", date="2026-03-09", itemId=ITEM, source="=HYPERLINK(1)")
CANCELLATION = line("CANCELLATION", "80.00", date="2026-03-03", sessionId=ITEM, minutes="240.00", rate="20.00")
LINES = [WORK, CANCELLATION, OVERTIME, ADJUSTMENT]
WEEK = {
    "weekStart": "2026-03-02",
    "days": 7,
    "policyId": None,
    "workedMinutes": "3150.00",
    "overtimeMinutes": "750.00",
    "regularRate": "9.6952",
    "federalPremium": "60.60",
    "isOver": True,
}


def totals(lines: list[dict[str, Any]]) -> dict[str, str]:
    """Return totals that are right where all lines are gross."""
    due = sum(Decimal(line["amount"]) for line in lines)
    names = ["work", "premium", "notWorked", "other", "reimbursements", "gifts", "federalPremium"]
    minutes = {"workedMinutes": "480.00", "overtimeMinutes": "750.00", "notWorkedMinutes": "240.00"}
    return dict.fromkeys(names, "0.00") | {"gross": str(due), "due": str(due)} | minutes


SHEET = PaySheet(
    [PayRow(WORK, FIRST), PayRow(CANCELLATION, CANCELLED), PayRow(OVERTIME), PayRow(ADJUSTMENT)],
    [WEEK],
    totals(LINES),
    "USD",
)
