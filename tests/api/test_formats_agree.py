"""Page, API, CSV, workbook and PDF of the same pay: every line's amount, minutes and rate is read back from each,
with the totals. What a role may not see is in none of them.
"""

import csv
import io
import re
from decimal import Decimal
from typing import Any

import openpyxl
import pypdf
import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import translation

from handsel.actions import example_families, issued_documents
from handsel.documents import pdf
from handsel.documents.pay_lines_xlsx import TOTALS
from handsel.formatting import money
from handsel.models import IssuedDocument, PayPeriod
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.pay.documents import DocumentKind
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.roles import Role
from tests.api import random_families
from tests.api.contract import Api
from tests.run import NIGHTLY
from tests.web.visitor import Page, Visitor
from tests.world import NOW, ON_THE_WEB, World

pytestmark = pytest.mark.any_database

SEED = 20_261_127
FAMILIES = 1_000 if NIGHTLY else 25
PARTS = 5
# A PDF takes typst a tenth of a second, and three more people read everything again: by day of some families.
PRINTED = FAMILIES if NIGHTLY else 4
READ_BY_OTHERS = FAMILIES if NIGHTLY else 5
NUMBERS = {
    "Minutes": "minutes",
    "Counted minutes": "countedMinutes",
    "Rate": "rate",
    "Multiplier": "multiplier",
    "Amount": "amount",
}
WORDS = ("Kind", "Arithmetic", "Source", "Reference", "Currency")
FORMATS = ("json", "csv", "xlsx", "pdf")
Fields = dict[str, Any]


@pytest.mark.parametrize("part", range(PARTS))
def test_every_format_says_the_same_of_random_families(world, part, monkeypatch, measured):
    lines = 0
    render = pdf.render
    for number in range(part, FAMILIES, PARTS):
        is_printed = number < PRINTED

        def printed(*arguments: Any, is_printed: bool = is_printed, **options: Any) -> bytes:
            if is_printed:
                return render(*arguments, **options)
            raise pdf.NoPrinter

        monkeypatch.setattr(pdf, "render", printed)
        with transaction.atomic():
            lines += _one_family(world, SEED + number, is_printed=is_printed, is_read_by_others=number < READ_BY_OTHERS)
            transaction.set_rollback(True)
    assert lines
    measured(f"{len(range(part, FAMILIES, PARTS))} families, {lines:,} lines: every format says the same", seed=SEED)


@pytest.mark.nightly
def test_every_format_says_the_same_of_the_example_families(db):
    example_families.load(at=NOW, source=Source.COMMAND)
    periods = list(PayPeriod.objects.filter(status=PeriodStatus.APPROVED).order_by("from_date"))
    for period in periods:
        by = period.approved_by.user
        browser = Client()
        browser.force_login(by)
        person = Api(None, client=browser)
        truth = _timesheet(person, period)
        draft = Draft.of(kind=DocumentKind.PAY_STATEMENT, pay_period_id=period.id)
        document = issued_documents.issue(period.family_id, draft, by=by, **ON_THE_WEB).document
        where = f"example, from {period.from_date}"
        _check_files(_files(person, period, document, is_printed=True), truth, where)
        _check_page(Visitor(by).get("pay_period", period.id), truth, where)
    assert len(periods) >= 3


def _one_family(world: World, seed: int, *, is_printed: bool, is_read_by_others: bool) -> int:
    periods = random_families.write(world, seed)
    ana = Api(world, world.ana)
    truths = [_timesheet(ana, period) for period in periods]
    documents = []
    for period, truth in zip(periods, truths, strict=True):
        draft = Draft.of(kind=DocumentKind.PAY_STATEMENT, pay_period_id=period.id)
        document = issued_documents.issue(world.riveras.id, draft, by=world.ana, **ON_THE_WEB).document
        documents.append(document)
        files = _files(ana, period, document, is_printed=is_printed)
        where = f"seed {seed}, {period.nanny_id}"
        _check_files(files, truth, where)
        _check_page(Visitor(world.ana).get("pay_period", period.id), truth, where)
    if is_read_by_others:
        for reader, own, other in ((world.noor, 0, 1), (world.bea, 1, 0)):
            _check_what_a_nanny_sees(world, reader, periods, documents, truths, own, other, is_printed=is_printed)
        _check_what_a_viewer_sees(world, periods, documents)
    return sum(len(truth["lines"]) for truth in truths)


def _timesheet(person: Api, period: PayPeriod) -> Fields:
    return _ok(person.get(*_asked(period))).json()


def _asked(period: PayPeriod, file_format: str = "json") -> tuple[str, str]:
    days = f"from={period.from_date}&to={period.to_date}&nannyId={period.nanny_id}&format={file_format}"
    return f"/families/{period.family_id}/timesheet", days


def _ok(answer: Any) -> Any:
    assert answer.status_code == 200, answer.content
    return answer


def _files(person: Api, period: PayPeriod, document: IssuedDocument, *, is_printed: bool) -> dict[str, Any]:
    """All that one may have of a period's pay, by what it is."""
    files = {f"timesheet {kind}": _ok(person.get(*_asked(period, kind))).content for kind in ("csv", "xlsx")}
    files["period"] = _ok(person.get(f"/pay-periods/{period.id}")).json()["timesheet"]
    for kind in FORMATS if is_printed else FORMATS[:-1]:
        answer = _ok(person.get(f"/documents/{document.id}/file", f"format={kind}"))
        files[f"document {kind}"] = answer.json() if kind == "json" else answer.content
    return files


def _check_files(files: dict[str, Any], truth: Fields, where: str) -> None:
    for name, file in files.items():
        match name.split()[-1]:
            case "csv":
                _check_csv(file, truth["lines"], f"{where}, {name}")
            case "xlsx":
                _check_workbook(file, truth, f"{where}, {name}")
            case "pdf":
                _check_pdf(file, truth, f"{where}, {name}")
            case _:
                assert _without_sources(file["lines"]) == _without_sources(truth["lines"]), f"{where}, {name}"
                assert file["totals"] == truth["totals"], f"{where}, {name}"


def _without_sources(lines: list[Fields]) -> list[Fields]:
    """What a line comes from is written in the language of who reads it."""
    return [{name: value for name, value in line.items() if name != "source"} for line in lines]


def _reference(line: Fields) -> str:
    return line["sessionId"] or line["itemId"] or line["expenseId"] or ""


def _check_csv(file: bytes, lines: list[Fields], where: str) -> None:
    assert file.startswith(b"\xef\xbb\xbf"), where
    rows = csv.DictReader(io.StringIO(file.decode("utf-8-sig"), newline=""))
    for line, row in zip(lines, rows, strict=True):
        assert (row["Date"], row["Workweek"]) == (line["date"], line["weekStart"] or ""), where
        assert {heading: row[heading] for heading in NUMBERS} == {
            heading: line[name] or "" for heading, name in NUMBERS.items()
        }, where
        assert row["Arithmetic"].removeprefix("'") == line["arithmetic"], where
        assert row["Reference"] == _reference(line), where


def _check_workbook(file: bytes, truth: Fields, where: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(file))
    head, *rows = book["Lines"].iter_rows()
    columns = [cell.value for cell in head]
    for line, cells in zip(truth["lines"], rows, strict=True):
        row = dict(zip(columns, cells, strict=True))
        assert row["Date"].is_date, where
        assert row["Date"].value.date().isoformat() == line["date"], where
        for heading, name in NUMBERS.items():
            if line[name] is None:
                assert row[heading].value is None, where
            else:
                assert row[heading].data_type == "n", where
                assert Decimal(str(row[heading].value)) == Decimal(line[name]), where
        assert {row[name].data_type for name in WORDS if row[name].value} == {"s"}, where
    weeks = list(book["Weeks"].iter_rows(min_row=2, values_only=True))
    assert [(f"{week[0]:%Y-%m-%d}", Decimal(str(week[2])), Decimal(str(week[4]))) for week in weeks] == [
        (week["weekStart"], Decimal(week["workedMinutes"]), Decimal(week["regularRate"])) for week in truth["weeks"]
    ], where
    totals = [Decimal(str(value)) for _, value, _ in book["Totals"].iter_rows(min_row=2, values_only=True)]
    assert totals == [Decimal(truth["totals"][name]) for name in TOTALS], where


def _plain(amount: str | None) -> str:
    with translation.override("en"):
        return "" if amount is None else money.localized_amount(f"{Decimal(amount):,f}", "USD")


def _check_pdf(file: bytes, truth: Fields, where: str) -> None:
    """The text of its cells, without spaces: where a cell breaks into lines it is one all the same."""
    pages = pypdf.PdfReader(io.BytesIO(file)).pages
    text = "".join("".join(page.extract_text() for page in pages).replace("\N{MINUS SIGN}", "-").split())
    assert truth["lines"], where
    for line in truth["lines"]:
        cells = f"{_plain(line['rate'])}{line['arithmetic']}{_plain(line['amount'])}"
        assert "".join(cells.split()) in text, (where, cells, text)
    for name in ("gross", "reimbursements", "due"):
        assert _plain(truth["totals"][name]) in text, (where, name)


def _check_page(page: Page, truth: Fields, where: str) -> None:
    for line in truth["lines"]:
        for words in (money.format_money(Decimal(line["amount"]), "USD"), " ".join(line["arithmetic"].split())):
            assert page.says(words), (where, words)
    for name in ("work", "premium", "notWorked", "gross", "due"):
        if name != "gross" and not Decimal(truth["totals"][name]):
            continue  # sums that are nothing are left out
        assert page.says(money.format_money(Decimal(truth["totals"][name]), "USD")), (where, name)


# What somebody may not see

_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
# Ids and digests have digits that mean nothing.
_DIGEST = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{64}")


def _numbers(content: Any) -> set[Decimal]:
    """All numbers in a text, however they are written."""
    return {Decimal(number.replace(",", "")).normalize() for number in _NUMBER.findall(_DIGEST.sub("", str(content)))}


def _amounts(truth: Fields) -> set[Decimal]:
    """Those that nothing else is: no whole number, as days and hours are, and none as small as a multiplier."""
    texts = [line[name] for line in truth["lines"] for name in ("amount", "rate")] + [truth["totals"]["gross"]]
    amounts = {abs(Decimal(text)).normalize() for text in texts if text is not None}
    return {amount for amount in amounts if amount > 5 and amount % 1}


def _readable(name: str, file: Any) -> Any:
    if name.endswith("xlsx"):
        sheets = openpyxl.load_workbook(io.BytesIO(file)).worksheets
        return [cell for sheet in sheets for row in sheet.iter_rows(values_only=True) for cell in row]
    if name.endswith("pdf"):
        return "\n".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file)).pages)
    return file.decode("utf-8-sig") if isinstance(file, bytes) else file


def _check_what_a_nanny_sees(
    world: World,
    reader: Any,
    periods: list[PayPeriod],
    documents: list[IssuedDocument],
    truths: list[Fields],
    own: int,
    other: int,
    *,
    is_printed: bool,
) -> None:
    nanny = Api(world, reader)
    canaries = _amounts(truths[other]) - _numbers(truths[own])
    assert canaries  # her expense has cents of her own
    files = _files(nanny, periods[own], documents[own], is_printed=is_printed)
    seen = {name: _readable(name, file) for name, file in files.items()}
    seen["page"] = Visitor(reader).get("pay_period", periods[own].id).text
    seen["list"] = Visitor(reader).get("pay_periods", world.riveras.id).text
    for address in ("pay-periods", "documents", "expenses", "payments", "balances"):
        seen[address] = _ok(nanny.get(f"/families/{world.riveras.id}/{address}")).content.decode()
    for name, content in seen.items():
        assert not canaries & (_numbers(content) - _numbers(truths[own])), name
    assert nanny.get(*_asked(periods[other])).status_code == 403
    assert nanny.get(f"/pay-periods/{periods[other].id}").status_code == 404
    assert nanny.get(f"/documents/{documents[other].id}/file", "format=json").status_code == 404


def _check_what_a_viewer_sees(world: World, periods: list[PayPeriod], documents: list[IssuedDocument]) -> None:
    person = world.join(world.riveras, Role.VIEWER).user
    viewer, visitor = Api(world, person), Visitor(person)
    for period, document in zip(periods, documents, strict=True):
        assert viewer.get(*_asked(period)).status_code == 403
        assert viewer.get(f"/pay-periods/{period.id}").status_code == 404
        for kind in FORMATS:
            assert viewer.get(f"/documents/{document.id}/file", f"format={kind}").status_code == 404
        assert visitor.client.get(reverse("web:pay_period", args=[period.id])).status_code == 404
    for address in ("pay-periods", "documents", "expenses", "payments", "balances", "pay-items", "pay-policies"):
        assert viewer.get(f"/families/{world.riveras.id}/{address}").status_code == 403
    assert viewer.post(f"/families/{world.riveras.id}/exports").status_code == 403
