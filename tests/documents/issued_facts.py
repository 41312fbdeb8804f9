"""The content of each kind of document, as the API answers it."""

from typing import Any

from handsel.documents.document_page import Printing
from handsel.formatting.dates import Formatter
from handsel.models.people import KnownNames
from tests.documents import pay_facts

FAMILY = {"id": "f", "name": "Riveras"}
NOOR = {"id": "n", "name": "Noor Haddad", "address": "12 Elm Street\nBrooklyn, NY 11201"}
NAMES = {"n": "Noor Haddad", "b": "Bea Ortiz", "a": "Ana Rivera", "emma": "Emma", "theo": "Theo", "zuri": "Zuri"}
PRINTING = Printing(
    Formatter(KnownNames(), 12),
    "America/New_York",
    names=NAMES | {"p1": "Mar 1 – 15"},
    child_names={str(pay_facts.SESSION): ("Emma", "Theo")},
)


def head(kind: str, **more: Any) -> dict[str, Any]:
    return {
        "number": 12,
        "kind": kind,
        "issuedAt": "2026-03-16T14:00:00Z",
        "language": "en",
        "currency": "USD",
        "family": FAMILY,
        "nanny": NOOR,
    } | more


def statement(lines: list[dict[str, Any]] | None = None, **more: Any) -> dict[str, Any]:
    lines = pay_facts.LINES if lines is None else lines
    totals = pay_facts.totals(lines)
    period = {
        "from": "2026-03-02",
        "to": "2026-03-15",
        "submittedAt": "2026-03-15T23:00:00Z",
        "submittedBy": "n",
        "approvedAt": "2026-03-16T14:00:00Z",
        "approvedBy": "a",
    }
    amounts = {"lines": lines, "weeks": [pay_facts.WEEK], "totals": totals, "yearToDate": totals}
    return (
        head("PAY_STATEMENT", period=period, **amounts, covered="100.00", open=f"{float(totals['due']) - 100:.2f}")
        | more
    )


def many_lines(count: int) -> list[dict[str, Any]]:
    """Work of so many days, each with an amount of its own."""
    return [
        pay_facts.WORK | {"date": f"2026-{1 + day // 28:02}-{day % 28 + 1:02}", "amount": f"{160 + day}.{day % 100:02}"}
        for day in range(count)
    ]


def year_of(nanny_id: str) -> dict[str, Any]:
    months = [
        {
            "month": month,
            "sessions": 20,
            "workedMinutes": "9600.00",
            "gross": "3200.00",
            "premium": "120.50",
            "federalPremium": "120.50",
            "reimbursements": "18.99",
        }
        for month in range(1, 13)
    ]
    return {
        "nannyId": nanny_id,
        "name": NAMES[nanny_id],
        "months": months,
        "quarters": [{"quarter": quarter, "wagesPaid": "9600.00"} for quarter in range(1, 5)],
        "totals": pay_facts.totals(pay_facts.LINES) | {"gross": "38400.00", "federalPremium": "1446.00"},
        "notApproved": ["p1"],
    }


PAYMENTS = [
    {"date": f"2026-{month:02}-05", "nannyId": "n", "amount": "3200.00", "method": "TRANSFER"} for month in range(1, 13)
]
YEAR_FAMILY = head("YEAR_FAMILY", nanny=None, year=2026, nannies=[year_of("n"), year_of("b")], payments=PAYMENTS)
YEAR_NANNY = head("YEAR_NANNY", year=2026, nannies=[year_of("n")], payments=PAYMENTS)
YEAR_CHILD = head(
    "YEAR_CHILD",
    nanny=None,
    year=2026,
    childId="emma",
    months=[
        {"month": month, "nannyId": nanny, "earned": f"{1600 + month}.50", "paid": "1600.00"}
        for month in range(1, 13)
        for nanny in "nb"
    ],
)


def receipt(*children: str) -> dict[str, Any]:
    periods = [
        {
            "payPeriodId": f"p{month}",
            "from": f"2026-{month:02}-01",
            "to": f"2026-{month:02}-28",
            "children": [
                {
                    "childId": child,
                    "charge": f"{500 + month}.34",
                    "paid": [
                        {"date": f"2026-{month:02}-15", "amount": "250.00"},
                        {"date": f"2026-{month:02}-28", "amount": "251.34"},
                    ],
                }
                for child in children
            ],
            "notAllotted": "0.00" if month else "10.00",
        }
        for month in range(1, 4)
    ]
    named = [{"childId": child, "name": NAMES[child], "dateOfBirth": "2023-05-14"} for child in children]
    return head("CARE_RECEIPT", **{"from": "2026-01-01", "to": "2026-03-31"}, children=named, periods=periods)
