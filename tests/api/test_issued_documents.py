"""Documents by the API: numbers, content, files, who may issue and see which."""

import hashlib
import io
import json
import re
import zipfile
from datetime import date
from decimal import Decimal
from typing import Any

import openpyxl
import pypdf
import pytest
from django.utils import translation
from django.utils.translation import gettext

from handsel.actions import period_moves
from handsel.models import IssuedDocument, Payment, User
from handsel.rules.pay.period_moves import PeriodMove
from handsel.rules.roles import Role
from tests import approved_pay
from tests.api.contract import Api
from tests.approved_pay import MAY_11, MAY_17
from tests.web.visitor import Visitor
from tests.world import NOW, ON_THE_WEB

FORMATS = ("json", "pdf", "xlsx", "csv")


@pytest.fixture
def period(world):
    return approved_pay.approved(world)


def issue(api: Api, family, **body: Any) -> Any:
    return api.send("POST", f"/families/{family.id}/documents", body)


def content(api: Api, document: dict[str, Any]) -> Any:
    return api.get(f"/documents/{document['id']}/file", "format=json").json()


def text_of(name: str, file: bytes) -> str:
    """Return the words of a file of a document, of a workbook all that it packs."""
    if name == "pdf":
        return "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(file)).pages)
    if name == "xlsx":
        with zipfile.ZipFile(io.BytesIO(file)) as workbook:
            return "".join(workbook.read(part).decode() for part in workbook.namelist())
    return file.decode()


def statement(api: Api, period, **more: Any) -> Any:
    return issue(api, period.family, kind="PAY_STATEMENT", payPeriodId=str(period.id), **more)


def test_a_statement_with_its_files(ana, world, period):
    answer = statement(ana, period)
    assert answer.status_code == 201, answer.content
    document = answer.json()
    assert answer["Location"].endswith(f"/documents/{document['id']}")
    expected = {
        "familyId": str(world.riveras.id),
        "number": 1,
        "kind": "PAY_STATEMENT",
        "nannyId": str(world.noor_of_riveras.id),
        "childIds": [],
        "payPeriodId": str(period.id),
        "year": None,
        "from": "2026-05-04",
        "to": "2026-05-10",
        "language": "en",
        "issuedAt": "2026-06-01T12:00:00Z",
        "issuedBy": str(world.ana_of_riveras.id),
        "corrects": None,
        "correctedBy": None,
    }
    assert {name: document[name] for name in expected} == expected
    files = {name: ana.get(f"/documents/{document['id']}/file", f"format={name}") for name in FORMATS}
    assert {name: hashlib.sha256(file.content).hexdigest() for name, file in files.items()} == document["sha256"]
    assert ana.get(f"/documents/{document['id']}/file").content == files["pdf"].content
    assert files["pdf"]["Content-Disposition"] == 'attachment; filename="pay-statement-1.pdf"'
    said = json.loads(files["json"].content)
    assert [line["amount"] for line in said["lines"]] == ["200.00", "100.00"]
    assert (said["number"], said["totals"]["due"], said["covered"], said["open"]) == (1, "300.00", "0.00", "300.00")
    assert said["yearToDate"]["gross"] == "300.00"
    assert said["period"]["approvedBy"] == str(world.ana_of_riveras.id)
    assert said["nanny"] == {"id": str(world.noor_of_riveras.id), "name": "Noor", "address": None}
    written = pypdf.PdfReader(io.BytesIO(files["pdf"].content)).pages[0].extract_text()
    assert "200.00" in written
    assert "Emma and Theo" in written
    assert openpyxl.load_workbook(io.BytesIO(files["xlsx"].content))["Lines"]["N3"].value == 100
    assert ana.get(f"/documents/{document['id']}").json() == document
    assert world.last_event(world.riveras).kind == "document.issued"


def test_the_same_again_is_the_old_one_and_other_content_corrects_it(ana, world, period):
    first = statement(ana, period).json()
    again = statement(ana, period)
    assert (again.status_code, again.json()["id"]) == (200, first["id"])
    assert "Location" not in again
    world.noor.name = "Noor Haddad"
    world.noor.save()
    second = statement(ana, period)
    assert (second.status_code, second.json()["number"], second.json()["corrects"]) == (201, 2, first["id"])
    assert ana.get(f"/documents/{first['id']}").json()["correctedBy"] == second.json()["id"]
    assert statement(ana, period).json()["id"] == second.json()["id"]


def test_another_language_is_another_document(ana, world, period):
    statement(ana, period)
    world.luis.language = "es"
    world.luis.save()
    spanish = statement(Api(world, world.luis), period)
    assert (spanish.status_code, spanish.json()["corrects"], spanish.json()["language"]) == (201, None, "es")
    lines = ana.get(f"/documents/{spanish.json()['id']}/file", "format=csv").content.decode("utf-8-sig")
    assert lines.startswith("Tipo,Fecha,")


def test_numbers_run_over_all_kinds_of_a_family(ana, world, period):
    numbers = [statement(ana, period).json()["number"]]
    for body in (
        {"kind": "INVOICE", "payPeriodId": str(period.id)},
        {"kind": "YEAR_FAMILY", "year": 2026},
        {"kind": "YEAR_NANNY", "year": 2026, "nannyId": str(world.noor_of_riveras.id)},
        {"kind": "YEAR_CHILD", "year": 2026, "childIds": [str(world.emma.id)]},
        {
            "kind": "CARE_RECEIPT",
            "from": "2026-05-01",
            "to": "2026-05-31",
            "nannyId": str(world.noor_of_riveras.id),
            "childIds": [str(world.emma.id), str(world.theo.id)],
        },
    ):
        answer = issue(ana, world.riveras, **body)
        assert answer.status_code == 201, answer.content
        numbers.append(answer.json()["number"])
    assert numbers == [1, 2, 3, 4, 5, 6]
    listed = ana.get(f"/families/{world.riveras.id}/documents").json()["items"]
    assert [document["number"] for document in listed] == [6, 5, 4, 3, 2, 1]
    of_year = ana.get(f"/families/{world.riveras.id}/documents", "kind=YEAR_CHILD&year=2026").json()["items"]
    assert [document["number"] for document in of_year] == [5]
    assert ana.get(f"/families/{world.riveras.id}/documents", "year=2025").json()["items"] == []


def test_what_a_year_and_a_child_come_to(ana, world, period):
    approved_pay.approved(world, MAY_11, MAY_17)
    open_one = approved_pay.submitted(world, nanny=world.bea_of_riveras)
    year = content(ana, issue(ana, world.riveras, kind="YEAR_FAMILY", year=2026).json())
    noors, beas = year["nannies"]
    assert (noors["name"], noors["totals"]["gross"], noors["months"][4]["sessions"]) == ("Noor", "600.00", 4)
    assert noors["months"][4]["workedMinutes"] == "1440.00"
    assert (beas["totals"]["gross"], beas["notApproved"]) == ("0.00", [str(open_one.id)])
    assert year["nanny"] is None
    child = content(ana, issue(ana, world.riveras, kind="YEAR_CHILD", year=2026, childIds=[str(world.theo.id)]).json())
    nanny_id = str(world.noor_of_riveras.id)
    assert child["months"] == [{"month": 5, "nannyId": nanny_id, "earned": "100.00", "paid": "0.00"}]


def test_a_receipt_is_about_whole_periods_inside_its_days(ana, world, period):
    approved_pay.approved(world, MAY_11, MAY_17)
    about = {"kind": "CARE_RECEIPT", "nannyId": str(world.noor_of_riveras.id), "childIds": [str(world.emma.id)]}
    receipt = content(ana, issue(ana, world.riveras, **about, **{"from": "2026-05-04", "to": "2026-05-16"}).json())
    assert [(one["from"], one["children"][0]["charge"]) for one in receipt["periods"]] == [("2026-05-04", "250.00")]
    assert receipt["children"] == [{"childId": str(world.emma.id), "name": "Emma", "dateOfBirth": None}]
    refused = issue(ana, world.riveras, **about, **{"from": "2026-05-05", "to": "2026-05-16"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "from")


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({}, {"kind"}),
        ({"kind": "LETTER"}, {"kind"}),
        ({"kind": "PAY_STATEMENT"}, {"payPeriodId"}),
        ({"kind": "INVOICE", "payPeriodId": "01890000-0000-7000-8000-000000000000"}, {"payPeriodId"}),
        ({"kind": "YEAR_FAMILY"}, {"year"}),
        ({"kind": "YEAR_FAMILY", "year": 1066}, {"year"}),
        ({"kind": "YEAR_NANNY", "year": 2026}, {"nannyId"}),
        ({"kind": "YEAR_CHILD", "year": 2026}, {"childIds"}),
        ({"kind": "YEAR_CHILD", "year": 2026, "childIds": ["01890000-0000-7000-8000-000000000000"]}, {"childIds"}),
        ({"kind": "CARE_RECEIPT"}, {"from", "to", "childIds", "nannyId"}),
    ],
)
def test_what_is_missing_is_said_at_its_field(ana, world, body, fields):
    answer = issue(ana, world.riveras, **body)
    assert answer.status_code == 422
    assert {error["field"] for error in answer.json()["errors"]} == fields


def test_an_open_period_has_no_statement(ana, world):
    period = approved_pay.submitted(world)
    assert statement(ana, period).json()["errors"][0]["field"] == "payPeriodId"


def test_a_nanny_issues_and_sees_what_is_about_her_pay(ana, noor, bea, world, period):
    assert statement(noor, period).status_code == 201
    assert statement(bea, period).status_code == 422
    assert issue(bea, world.riveras, kind="YEAR_NANNY", year=2026).status_code == 201
    of_noor = {"kind": "YEAR_NANNY", "year": 2026, "nannyId": str(world.noor_of_riveras.id)}
    assert issue(bea, world.riveras, **of_noor).status_code == 403
    for kind in ({"kind": "YEAR_FAMILY"}, {"kind": "YEAR_CHILD", "childIds": [str(world.emma.id)]}):
        assert issue(noor, world.riveras, year=2026, **kind).status_code == 403
        assert issue(ana, world.riveras, year=2026, **kind).status_code == 201
    here = f"/families/{world.riveras.id}/documents"
    assert [row["kind"] for row in noor.get(here).json()["items"]] == ["PAY_STATEMENT"]
    assert [row["kind"] for row in bea.get(here).json()["items"]] == ["YEAR_NANNY"]
    assert len(ana.get(here).json()["items"]) == 4
    for row in ana.get(here).json()["items"]:
        is_hers = row["nannyId"] == str(world.bea_of_riveras.id)
        assert bea.get(f"/documents/{row['id']}").status_code == (200 if is_hers else 404)
        assert bea.get(f"/documents/{row['id']}/file").status_code == (200 if is_hers else 404)
    assert bea.get(here, f"nannyId={world.noor_of_riveras.id}").status_code == 403


def test_others_see_and_issue_none(ana, viewer, sam, world, period):
    document = statement(ana, period).json()
    here = f"/families/{world.riveras.id}/documents"
    assert (viewer.get(here).status_code, sam.get(here).status_code) == (403, 404)
    assert (statement(viewer, period).status_code, statement(sam, period).status_code) == (403, 404)
    for path in (f"/documents/{document['id']}", f"/documents/{document['id']}/file"):
        assert (viewer.get(path).status_code, sam.get(path).status_code) == (404, 404)


def test_who_left_keeps_the_documents_about_their_pay(ana, noor, world, period):
    document = statement(ana, period).json()
    issue(ana, world.riveras, kind="YEAR_FAMILY", year=2026)
    world.leave(world.noor_of_riveras, at=NOW)
    mine = noor.get("/me/documents").json()["items"]
    assert [row["id"] for row in mine] == [document["id"]]
    assert noor.get(f"/documents/{document['id']}/file").status_code == 200
    assert noor.get(f"/documents/{document['id']}").status_code == 404
    assert noor.get(f"/families/{world.riveras.id}/documents").status_code == 404
    assert ana.get("/me/documents").json()["items"] == []


def test_the_legal_name_stands_on_what_she_issues_and_on_all_once_it_is_shared(ana, noor, world, period):
    number = {"kind": "SSN", "number": "912-34-5678", "legalName": "Noor Haddad", "address": "12 Elm Street"}
    assert noor.send("PUT", "/me/tax-identity", number).status_code == 200
    names = [content(ana, statement(ana, period).json())["nanny"]["name"]]
    hers = statement(noor, period).json()
    names.append(content(ana, hers)["nanny"]["name"])
    assert names == ["Noor", "Noor Haddad"]
    assert ana.get(f"/documents/{hers['id']}/file", "taxNumber=true").status_code == 403
    noor.send("PUT", f"/me/tax-identity/shares/{world.riveras.id}")
    assert content(ana, statement(ana, period).json())["nanny"]["address"] == "12 Elm Street"
    with_number = ana.get(f"/documents/{hers['id']}/file", "taxNumber=true")
    assert "912-34-5678" in pypdf.PdfReader(io.BytesIO(with_number.content)).pages[0].extract_text()
    assert with_number["Cache-Control"] == "private, no-store"
    assert world.last_event(world.riveras).kind == "tax_number.printed"
    assert ana.get(f"/documents/{hers['id']}/file", "taxNumber=true&format=csv").status_code == 422
    assert noor.get(f"/documents/{hers['id']}/file", "taxNumber=true").status_code == 403
    for name in FORMATS:
        file = text_of(name, ana.get(f"/documents/{hers['id']}/file", f"format={name}").content)
        assert file
        assert not re.search(r"912\W?34\W?5678", file)
    assert hashlib.sha256(ana.get(f"/documents/{hers['id']}/file").content).hexdigest() == hers["sha256"]["pdf"]


def test_without_typst_the_rest_is_issued(ana, world, period, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "typst", None)
    document = statement(ana, period).json()
    assert document["sha256"]["pdf"] is None
    assert ana.get(f"/documents/{document['id']}/file", "format=xlsx").status_code == 200
    assert ana.get(f"/documents/{document['id']}/file").status_code == 404


def test_a_list_costs_the_same_for_one_document_and_for_many(ana, world, period, django_assert_num_queries):
    statement(ana, period)
    here = f"/families/{world.riveras.id}/documents"
    ana.get(here)
    with django_assert_num_queries(3):
        ana.get(here)
    for year in range(2020, 2024):
        issue(ana, world.riveras, kind="YEAR_FAMILY", year=year)
    with django_assert_num_queries(3):
        assert len(ana.get(here).json()["items"]) == 5
    assert IssuedDocument.objects.count() == 5


def test_a_coordinator_issues_as_parents_do(world, period):
    coordinator = Api(world, world.join(world.riveras, Role.COORDINATOR).user)
    assert statement(coordinator, period).status_code == 201


def test_what_was_paid_stands_in_each_kind_on_its_day(ana, world, period):
    Payment.objects.create(
        family=world.riveras,
        nanny=world.noor_of_riveras,
        date=date(2026, 5, 20),
        amount=Decimal("150.01"),
        method="TRANSFER",
        recorded_by=world.ana_of_riveras,
        created_at=NOW,
    )
    said = content(ana, statement(ana, period).json())
    assert (said["covered"], said["open"]) == ("150.01", "149.99")
    year = content(ana, issue(ana, world.riveras, kind="YEAR_FAMILY", year=2026).json())
    assert [payment["amount"] for payment in year["payments"]] == ["150.01"]
    assert year["nannies"][0]["quarters"][1] == {"quarter": 2, "wagesPaid": "150.01"}
    about = {"nannyId": str(world.noor_of_riveras.id), "childIds": [str(world.emma.id), str(world.theo.id)]}
    days = {"from": "2026-05-01", "to": "2026-05-31"}
    receipt = content(ana, issue(ana, world.riveras, kind="CARE_RECEIPT", **about, **days).json())
    # In proportion to 250.00 and 50.00, the cent to the larger remainder.
    paid = [child["paid"] for child in receipt["periods"][0]["children"]]
    assert paid == [[{"date": "2026-05-20", "amount": "125.01"}], [{"date": "2026-05-20", "amount": "25.00"}]]
    child = content(ana, issue(ana, world.riveras, kind="YEAR_CHILD", year=2026, childIds=[str(world.theo.id)]).json())
    assert (child["months"][0]["earned"], child["months"][0]["paid"]) == ("50.00", "25.00")


def test_approving_issues_the_statement_and_approving_again_one_that_corrects_it(ana, noor, world):
    period = approved_pay.submitted(world)
    assert ana.post(f"/pay-periods/{period.id}/approve", {}).status_code == 200
    shown = ana.get(f"/pay-periods/{period.id}").json()
    first = ana.get(f"/documents/{shown['statementId']}").json()
    assert (first["number"], first["kind"], first["payPeriodId"]) == (1, "PAY_STATEMENT", str(period.id))
    assert content(ana, first)["totals"]["due"] == shown["totals"]["due"] == "300.00"
    assert statement(ana, period).json()["id"] == first["id"]
    assert ana.post(f"/pay-periods/{period.id}/reopen", {"reason": "Once more"}).status_code == 200
    assert ana.get(f"/pay-periods/{period.id}").json()["statementId"] == first["id"]
    assert noor.post(f"/pay-periods/{period.id}/submit", {}).status_code == 200
    assert ana.post(f"/pay-periods/{period.id}/approve", {}).status_code == 200
    second = ana.get(f"/documents/{ana.get(f'/pay-periods/{period.id}').json()['statementId']}").json()
    assert (second["number"], second["corrects"]) == (2, first["id"])


def test_where_a_line_comes_from_is_said_in_the_language_of_who_reads_it(world, noor, ana):
    period = approved_pay.submitted(world)
    period_moves.move(PeriodMove.APPROVE, period.id, by=world.ana, **ON_THE_WEB)
    english = "Time that the session took"
    with translation.override("es"):
        spanish = gettext(english)
    assert spanish != english
    User.objects.filter(pk=world.noor.pk).update(language="es")
    for person, kind, expected in ((ana, "PAY_STATEMENT", english), (noor, "PAY_STATEMENT", spanish)):
        document = issue(person, world.riveras, kind=kind, payPeriodId=str(period.id)).json()
        lines = content(person, document)["lines"]
        assert {line["source"] for line in lines} == {expected}
        assert not any("sources" in line for line in lines)
        assert expected in text_of("csv", person.get(f"/documents/{document['id']}/file", "format=csv").content)
    # The API speaks English to everybody, and pages the language of their reader.
    for person in (ana, noor):
        lines = person.get(f"/pay-periods/{period.id}").json()["timesheet"]["lines"]
        assert {line["source"] for line in lines} == {english}
    assert Visitor(world.ana).get("pay_period", period.id).says(english)
    assert Visitor(User.objects.get(pk=world.noor.pk)).get("pay_period", period.id).says(spanish)
