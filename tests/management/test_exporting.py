"""Exports: written by the worker as the API answers their person, gone on with after a kill, offered when whole."""

import csv
import hashlib
import json
import zipfile
from datetime import timedelta
from decimal import Decimal
from io import BytesIO, StringIO

import pytest
from django.utils import timezone

from handsel.actions import exports, issued_documents, receipts, tax_identities
from handsel.documents import export_files, receipt_files
from handsel.management import exporting
from handsel.models import Event, Export, IssuedDocument
from handsel.rules.drafts import Draft
from handsel.rules.exports import LEASE
from handsel.rules.lifecycle import State
from handsel.rules.pay.documents import DocumentKind
from handsel.rules.receipts import FileType
from handsel.rules.refusals import NotAllowed, NotVisible, WrongState
from handsel.rules.roles import Role
from tests import approved_pay
from tests.actions.test_tax_identities import NUMBER, put
from tests.api.contract import Api
from tests.documents.pictures import PDF
from tests.models.broken_expenses import a_drive, an_expense
from tests.models.broken_payments import a_payment
from tests.world import NOW, ON_THE_WEB, World

pytestmark = pytest.mark.any_database


@pytest.fixture(autouse=True)
def somewhere(settings, tmp_path):
    settings.EXPORTS_DIR = tmp_path / "exports"


def start(world: World, person=None) -> Export:
    return exports.start(world.riveras.id, by=person or world.ana, **ON_THE_WEB)


def written(export: Export) -> zipfile.ZipFile:
    assert exporting.write_next(NOW) == 1
    export.refresh_from_db()
    assert (export.status, export.error) == ("DONE", "")
    return zipfile.ZipFile(BytesIO(export_files.read(export.id)))


def test_it_holds_what_the_api_answers_with_a_manifest(world):
    world.session("2026-03-02 09:00", state=State.COMPLETED, hourly_rate=Decimal("25.00"))
    for day in range(1, 29):
        world.session(f"2026-02-{day:02} 09:00", state=State.COMPLETED)
    export = start(world)
    with written(export) as archive:
        names = set(archive.namelist())
        sessions = json.loads(archive.read("data/care-sessions.json"))
        manifest = json.loads(archive.read("manifest.json"))
        assert {file["path"] for file in manifest["files"]} == names - {"manifest.json"}
        for file in manifest["files"]:
            content = archive.read(file["path"])
            assert (file["bytes"], file["sha256"]) == (len(content), hashlib.sha256(content).hexdigest())
        assert b"2026-03-02 09:00:00" in archive.read("csv/sessions-2026.csv")
        assert archive.read("csv/lines-2026-1.csv").startswith(b"\xef\xbb\xbfKind,")
    answered = Api(world, world.ana).get(f"/families/{world.riveras.id}/care-sessions", "limit=500").json()["items"]
    assert sessions == answered
    assert (manifest["format"], manifest["version"], manifest["counts"]["care-sessions"]) == ("handsel-export", 1, 29)
    assert names >= {"data/family.json", "data/children.json", "data/members.json", "data/events.json"}
    assert export.sha256 == hashlib.sha256(export_files.read(export.id)).hexdigest()
    assert (export.done, export.size) == (export.total, len(export_files.read(export.id)))
    assert Event.objects.get(kind="export.made").by == world.ana_of_riveras


def test_a_nannys_holds_what_they_may_see_and_nobodys_a_tax_number(world):
    put(world.noor)
    tax_identities.share(world.riveras.id, by=world.noor, **ON_THE_WEB)
    world.session("2026-03-02 09:00", state=State.COMPLETED, hourly_rate=Decimal("43.21"), nanny=world.bea_of_riveras)
    for person, sees in ((world.noor, False), (world.ana, True)):
        with written(start(world, person)) as archive:
            everything = b"".join(archive.read(name) for name in archive.namelist())
        assert (b"43.21" in everything) == sees
        assert NUMBER.encode() not in everything
        assert b"912345678" not in everything


def table(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(archive.read(f"csv/{name}.csv").decode("utf-8-sig"), newline="")))


def test_documents_receipts_and_tables_are_those_that_its_person_sees(world):
    period, beas = (
        approved_pay.approved(world, nanny=nanny) for nanny in (world.noor_of_riveras, world.bea_of_riveras)
    )
    statement = {"kind": DocumentKind.PAY_STATEMENT}
    for draft in (
        statement | {"pay_period_id": period.id},
        statement | {"pay_period_id": beas.id},
        {"kind": DocumentKind.YEAR_FAMILY, "year": 2026},
    ):
        issued_documents.issue(world.riveras.id, Draft.of(**draft), by=world.ana, **ON_THE_WEB)
    pdf = receipt_files.ReceiptFile(FileType.PDF, PDF)
    museum, drive = (
        an_expense(world, note="=Museum"),
        a_drive(world, nanny=world.bea_of_riveras, entered_by=world.bea_of_riveras),
    )
    for expense, person in ((museum, world.noor), (drive, world.bea)):
        receipts.add(expense.id, pdf, by=person, **ON_THE_WEB)
    paid = a_payment(world, amount=Decimal("123.45"))
    void = a_payment(world, amount=paid.amount, voids=paid, reason="Never given.")
    a_payment(world, nanny=world.bea_of_riveras, amount=Decimal("67.89"))

    with written(start(world)) as archive:
        names = {name for name in archive.namelist() if name.startswith(("documents/", "receipts/"))}
        numbers = {f"documents/0000{number}.pdf" for number in (1, 2, 3)}
        [noors], [beas_receipt] = museum.receipts.all(), drive.receipts.all()
        assert names == numbers | {f"receipts/{noors.id}.pdf", f"receipts/{beas_receipt.id}.pdf"}
        manifest = json.loads(archive.read("manifest.json"))
        assert manifest["counts"]["documents"] == 3
        sums = {file["path"]: file["sha256"] for file in manifest["files"]}
        for document in IssuedDocument.objects.all():
            assert sums[f"documents/{document.number:05}.pdf"] == document.sha256["pdf"]
        assert archive.read(f"receipts/{noors.id}.pdf") == PDF
        rows = table(archive, "expenses")
        assert {(row["Nanny"], row["Amount"], row["Note"], row["Receipts"]) for row in rows} == {
            ("Noor", "18.50", "'=Museum", str(noors.id)),
            ("Bea", "8.99", "", str(beas_receipt.id)),
        }
        assert {row["Distance"] for row in rows} == {"", "12.4"}
        payments = {row["Reference"]: row for row in table(archive, "payments")}
        assert {row["Amount"] for row in payments.values()} == {"123.45", "67.89"}
        assert payments[str(void.id)]["Reason"] == "Never given."
        assert (payments[str(paid.id)]["Voided by"], payments[str(paid.id)]["Nanny"]) == (str(void.id), "Noor")
        for name in ("expenses", "payments"):
            assert len(table(archive, name)) == manifest["counts"][name]

    with written(start(world, world.noor)) as archive:
        names = {name for name in archive.namelist() if name.startswith(("documents/", "receipts/"))}
        assert names == {"documents/00001.pdf", f"receipts/{noors.id}.pdf"}
        everything = b"".join(archive.read(name) for name in archive.namelist())
        assert {row["Nanny"] for name in ("expenses", "payments") for row in table(archive, name)} == {"Noor"}
        assert b"67.89" not in everything
        assert str(beas_receipt.id).encode() not in everything


def test_in_a_bucket_every_machine_finds_it(world, settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "exports": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    export = start(world)
    written(export).close()
    content = export_files.read(export.id)
    settings.EXPORTS_DIR = tmp_path / "another-machine"
    assert export_files.read(export.id) == content
    assert hashlib.sha256(content).hexdigest() == export.sha256
    week = timedelta(days=7)
    assert exporting.drop_over(NOW + week) == 1
    with pytest.raises(FileNotFoundError):
        export_files.read(export.id)


def test_another_machine_without_a_bucket_says_where_it_is_not(world, settings, tmp_path):
    ana = Api(world, world.ana)
    export_id = ana.post(f"/families/{world.riveras.id}/exports").json()["id"]
    assert exporting.write_next(timezone.now()) == 1
    assert ana.get(f"/exports/{export_id}/file").status_code == 200
    settings.EXPORTS_DIR = tmp_path / "another-machine"
    answer = ana.get(f"/exports/{export_id}/file")
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert answer.json()["detail"] == "The file lies on another machine, or is gone. Ask for another export."


def test_who_may_ask_and_whose_it_is(world):
    viewer = world.join(world.riveras, Role.VIEWER).user
    with pytest.raises(NotAllowed):
        start(world, viewer)
    with pytest.raises(NotVisible):
        start(world, world.sam)
    export = start(world)
    assert start(world).id == export.id
    assert start(world, world.luis).id != export.id
    with pytest.raises(NotVisible):
        exports.get(export.id, by=world.luis)
    with pytest.raises(WrongState):
        exports.finished(export.id, by=world.ana, at=NOW)


def test_another_worker_goes_on_where_one_was_killed(world, monkeypatch):
    world.session("2026-03-02 09:00", state=State.COMPLETED)
    export = start(world)
    put_part, names = export_files.put_part, []

    def killed(export_id, name, content):
        if len(names) == 3:
            raise KeyboardInterrupt
        names.append(name)
        put_part(export_id, name, content)

    monkeypatch.setattr(export_files, "put_part", killed)
    with pytest.raises(KeyboardInterrupt):
        exporting.write_next(NOW)
    export.refresh_from_db()
    assert (export.status, export.done) == ("RUNNING", 3)
    with pytest.raises(WrongState):
        exports.finished(export.id, by=world.ana, at=NOW)
    again = []
    monkeypatch.setattr(export_files, "put_part", lambda *part: (again.append(part[1]), put_part(*part)))
    assert exporting.write_next(export.next_at - timedelta(seconds=1)) == 0
    assert exporting.write_next(export.next_at) == 1
    assert timedelta(minutes=1) > LEASE
    export.refresh_from_db()
    assert export.status == "DONE"
    assert not set(names) & set(again)


def test_it_is_stopped_and_asked_for_again(world, monkeypatch):
    export = start(world)
    put_part = export_files.put_part

    def stopped(*part):
        exports.stop(export.id, by=world.ana, **ON_THE_WEB)
        put_part(*part)

    with monkeypatch.context() as patch:
        patch.setattr(export_files, "put_part", stopped)
        assert exporting.write_next(NOW) == 1
    export.refresh_from_db()
    assert (export.status, export.error) == ("FAILED", "stopped")
    assert list(export_files.directory().iterdir()) == []
    again = start(world)
    assert again.id != export.id
    written(again).close()


def test_what_breaks_says_why_and_offers_nothing(world, monkeypatch):
    export = start(world)

    def broken(*_part):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(export_files, "put_part", broken)
    assert exporting.write_next(NOW) == 1
    export.refresh_from_db()
    assert (export.status, export.error) == ("FAILED", "OSError")


def test_it_is_kept_for_seven_days(world):
    export = start(world)
    written(export).close()
    week = timedelta(days=7)
    exports.finished(export.id, by=world.ana, at=NOW + week - timedelta(seconds=1))
    with pytest.raises(WrongState):
        exports.finished(export.id, by=world.ana, at=NOW + week)
    assert exporting.drop_over(NOW + week - timedelta(seconds=1)) == 0
    assert exporting.drop_over(NOW + week) == 1
    assert not Export.objects.exists()
    assert list(export_files.directory().iterdir()) == []


def test_by_the_api(world):
    ana = Api(world, world.ana)
    answer = ana.post(f"/families/{world.riveras.id}/exports")
    export = answer.json()
    assert (answer.status_code, export["status"], export["bytes"], export["sha256"]) == (202, "QUEUED", None, None)
    assert ana.get(f"/exports/{export['id']}/file").status_code == 409
    exporting.write_next(timezone.now())
    done = ana.get(f"/exports/{export['id']}").json()
    assert (done["status"], done["done"]) == ("DONE", done["total"])
    file = ana.get(f"/exports/{export['id']}/file")
    assert (file["Content-Type"], len(file.content)) == ("application/zip", done["bytes"])
    assert hashlib.sha256(file.content).hexdigest() == done["sha256"]
    assert "no-store" in file["Cache-Control"]
    assert Api(world, world.luis).get(f"/exports/{export['id']}").status_code == 404
