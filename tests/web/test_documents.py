"""Documents on pages: what was issued, what can be, and what is missing said before."""

import json

import pytest

from handsel.actions import families
from handsel.models import IssuedDocument, IssuedFile, PayPeriod
from handsel.rules.drafts import Draft
from handsel.rules.roles import Role
from tests import approved_pay
from tests.web.visitor import Visitor
from tests.world import LONG_AGO
from tests.world import ON_THE_WEB as WEB

pytestmark = pytest.mark.any_database


@pytest.fixture
def period(world):
    return approved_pay.approved(world)


def issue(visitor, world, kind, *, status=302, **fields):
    address = f"/families/{world.riveras.id}/documents/?kind={kind}"
    response = visitor.client.post(address, fields)
    assert response.status_code == status, response.content[:500]
    return response


def test_an_empty_book_says_what_documents_are_made_of(ana, world):
    page = ana.get("documents", world.riveras.id)
    assert page.says("Documents are made of approved pay periods. There is none yet.")
    assert page.says("Nothing was issued yet. What is issued has a number and never changes.")
    approved_pay.submitted(world)
    page = ana.get("documents", world.riveras.id)
    assert page.says("Documents are made of approved pay periods; 1 waits.")
    assert not page.says("Pay statement")


def test_a_statement_is_issued_listed_and_opened(ana, noor, world, period):
    page = ana.get("documents", world.riveras.id, kind="PAY_STATEMENT")
    assert page.says("Noor · 4–10 May · 2026")
    issue(ana, world, "PAY_STATEMENT", pay_period_id=str(period.id))
    document = IssuedDocument.objects.get()
    page = ana.get("documents", world.riveras.id)
    assert page.says("Issued as No. 1.")
    assert page.says("Pay statement No. 1 Noor · 4–10 May Issued on 1 June 2026")
    for visitor in (ana, noor):
        assert visitor.get("documents", world.riveras.id).offers("document_file", document.id)
        file = visitor.client.get(f"/documents/{document.id}/file/")
        assert (file.status_code, file["Content-Type"], file.content[:5]) == (200, "application/pdf", b"%PDF-")
        assert file["Cache-Control"] == "private, no-store"
    assert ana.client.get(f"/documents/{document.id}/file/?format=exe").status_code == 404
    issue(ana, world, "PAY_STATEMENT", pay_period_id=str(period.id))
    assert ana.get("documents", world.riveras.id).says("No. 1 says the same already, so nothing new was issued.")


def test_a_statement_that_the_worker_still_makes_is_said_until_it_is_there(ana, noor, world, period):
    for visitor in (ana, noor):
        assert visitor.get("documents", world.riveras.id).says("This document is being made.")
        assert visitor.get("pay_period", period.id).says("This document is being made.")
    issue(ana, world, "PAY_STATEMENT", pay_period_id=str(period.id))
    for visitor in (ana, noor):
        assert not visitor.get("documents", world.riveras.id).says("This document is being made.")
        assert not visitor.get("pay_period", period.id).says("This document is being made.")


def test_what_is_missing_is_said_at_its_field(ana, world, period):
    response = issue(ana, world, "CARE_RECEIPT", status=422)
    text = response.content.decode()
    for field in ("from_date", "to_date", "child_ids"):
        assert f'id="id_{field}_error"' in text


def test_each_kind_is_issued_by_its_form(ana, world, period):
    noor_id = str(world.noor_of_riveras.id)
    issue(ana, world, "INVOICE", pay_period_id=str(period.id))
    issue(ana, world, "YEAR_FAMILY", year="2026")
    issue(ana, world, "YEAR_NANNY", year="2026", nanny_id=noor_id)
    issue(ana, world, "YEAR_CHILD", year="2026", child_ids=str(world.emma.id))
    days = {"from_date": "2026-05-01", "to_date": "2026-05-31"}
    children = [str(world.emma.id), str(world.theo.id)]
    issue(ana, world, "CARE_RECEIPT", nanny_id=noor_id, child_ids=children, **days)
    assert list(IssuedDocument.objects.order_by("number").values_list("kind", flat=True)) == [
        "INVOICE",
        "YEAR_FAMILY",
        "YEAR_NANNY",
        "YEAR_CHILD",
        "CARE_RECEIPT",
    ]


def test_a_nanny_is_offered_what_is_about_her_pay(noor, world, period):
    page = noor.get("documents", world.riveras.id)
    assert page.says("Pay statement")
    assert not page.says("Year of the family")
    issue(noor, world, "YEAR_NANNY", year="2026")
    assert noor.get("my_documents").says("Year of the nanny No. 1 Riveras · 2026")


def test_who_left_finds_their_own(ana, noor, world, period):
    issue(ana, world, "PAY_STATEMENT", pay_period_id=str(period.id))
    world.leave(world.noor_of_riveras)
    page = noor.get("my_documents")
    assert page.says("Pay statement No. 1 Riveras")
    assert noor.client.get(f"/documents/{IssuedDocument.objects.get().id}/file/").status_code == 200
    noor.get("documents", world.riveras.id, status=404)


def test_a_viewer_sees_none(world):
    viewer = Visitor(world.join(world.riveras, Role.VIEWER).user)
    viewer.get("documents", world.riveras.id, status=403)


def test_the_page_costs_the_same_for_one_document_and_for_many(ana, world, period, django_assert_max_num_queries):
    issue(ana, world, "YEAR_FAMILY", year="2026")
    with django_assert_max_num_queries(18):
        ana.get("documents", world.riveras.id)


def content_of(kind: str):
    file = IssuedFile.objects.get(document__kind=kind, format="json")
    return json.loads(file.content)


def test_a_family_that_keeps_its_book_alone_says_who_cared_and_where_they_live(world):
    alone = families.create(Draft.of(name="Alone", time_zone="America/New_York", currency="USD"), by=world.sam, **WEB)
    sam, address = Visitor(world.sam), f"/families/{alone.id}/documents/?kind=YEAR_NANNY"
    page = sam.get("documents", alone.id, kind="YEAR_NANNY")
    assert page.says("Who cared")
    assert page.says("Where they live")
    sent = {"year": "2026", "carer_name": "Rosa Diaz", "carer_address": "3 Oak Street\r\nBrooklyn"}
    assert sam.client.post(address, sent).status_code == 302
    expected = {"id": None, "name": "Rosa Diaz", "address": "3 Oak Street\nBrooklyn"}
    assert content_of("YEAR_NANNY")["nanny"] == expected


def test_who_cared_is_asked_for_periods_that_are_nobodys_alone(ana, noor, world, period):
    for visitor, kinds in ((ana, ("INVOICE", "YEAR_NANNY", "YEAR_FAMILY")), (noor, ("INVOICE", "YEAR_NANNY"))):
        for kind in kinds:
            assert not visitor.get("documents", world.riveras.id, kind=kind).says("Who cared")
    columns = {"status": "SUBMITTED", "submitted_at": LONG_AGO, "submitted_by": world.ana_of_riveras}
    nobodys = PayPeriod.objects.create(
        family=world.riveras,
        from_date=approved_pay.MAY_4,
        to_date=approved_pay.MAY_10,
        created_at=LONG_AGO,
        updated_at=LONG_AGO,
        **columns,
    )
    approved_pay.approve(world, nobodys)
    assert ana.get("documents", world.riveras.id, kind="INVOICE").says("Where they live")
    carer = {"carer_name": "Rosa Diaz", "carer_address": "3 Oak Street"}
    issue(ana, world, "INVOICE", pay_period_id=str(nobodys.id), **carer)
    assert content_of("INVOICE")["nanny"] == {"id": None, "name": "Rosa Diaz", "address": "3 Oak Street"}
