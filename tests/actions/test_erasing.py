"""A child, a family or a person is erased everywhere at once, and what wages rest on stays without names."""

import json
import logging
import zlib
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.db import connection

from handsel.actions.erasing import erasures
from handsel.documents import erased_list, export_files
from handsel.models import (
    CalendarAddress,
    CalendarEntry,
    CareSession,
    Erasure,
    Event,
    Export,
    Family,
    IdempotencyKey,
    IssuedFile,
    KeptForm,
    Member,
    Notice,
    Receipt,
    SessionImport,
    TaxIdentity,
    TaxNumberShare,
    TimeOff,
    TimeOffDecision,
    User,
)
from handsel.rules.erasing import WAITS_FOR, Erased
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.pay.documents import DocumentKind, FileFormat
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.refusals import NotAllowed, NotVisible, WrongState
from tests import tables
from tests.models.broken_book import a_request, an_invitation
from tests.models.broken_deliveries import a_delivery, a_notice
from tests.models.broken_documents import a_document
from tests.models.broken_expenses import an_expense, approved
from tests.models.broken_pay import a_policy
from tests.models.broken_pay_items import an_adjustment
from tests.models.broken_pay_periods import a_period
from tests.models.broken_payments import a_payment
from tests.world import LONG_AGO, NOW, ON_THE_WEB, World

CANARY, BORN = "Quokka", date(1999, 9, 9)
TEXT = f"About {CANARY}, and what they must not eat."
YEARS_LATER = datetime(2034, 1, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def files_of_our_own(tmp_path, settings) -> None:
    settings.ERASED_LIST = tmp_path / "erased.jsonl"
    settings.EXPORTS_DIR = tmp_path / "exports"
    settings.EXPORTS_DIR.mkdir()


def fill(world: World) -> None:
    """Write the canary into every text and file of the Riveras. Emma is called by it."""
    family, sessions = world.riveras, {}
    world.emma.first_name = CANARY
    world.emma.save()
    Family.objects.filter(pk=family.pk).update(name=f"{CANARY} and Theo", address=TEXT, notes=TEXT)
    for child in (world.emma, world.theo):
        type(child).objects.filter(pk=child.pk).update(
            last_name=CANARY, date_of_birth=BORN, allergies=TEXT, medications=TEXT, notes=TEXT
        )
    Member.objects.filter(pk=world.ana_of_riveras.pk).update(phone="+1 555 0100")
    schedule = world.schedule(name=TEXT, notes=TEXT)
    sessions["held"] = world.session("2026-05-05 09:00", state=State.COMPLETED, notes=TEXT)
    sessions["off"] = world.session("2026-05-06 09:00", state=State.CANCELLED, notes=TEXT, cancel_reason=TEXT)
    sessions["ahead"] = world.session(schedule=schedule, slot_date=date(2026, 6, 2), notes=TEXT)
    a_request(world, session=sessions["ahead"], message=TEXT, answer=TEXT)
    expense = an_expense(world, note=TEXT, **approved(world))
    an_expense(world, status="DECLINED", answer=TEXT, decided_at=NOW, decided_by=world.ana_of_riveras)
    for number, of in enumerate((expense, an_expense(world, note=TEXT))):
        receipt = Receipt(family=family, expense=of, place=1, type="application/pdf", bytes=8, created_at=NOW)
        receipt.file.save("", ContentFile(f"{TEXT} {number}".encode()))
    an_adjustment(world, date=date(2026, 5, 5), reason=TEXT)
    expense.pay_period = a_period(world, PeriodStatus.APPROVED, note=TEXT, query=TEXT, reopen_reason=TEXT)
    expense.save()
    payment = a_payment(world, note=TEXT)
    a_payment(world, voids=payment, reason=TEXT)
    TimeOff.objects.create(
        family=family, from_date=BORN, to_date=BORN, reason=TEXT, entered_by=world.ana_of_riveras, created_at=NOW
    )
    TimeOffDecision.objects.create(
        time_off_id=world.ana.id,
        family=family,
        session=sessions["ahead"],
        decision="CANCEL",
        before={"cancel_reason": TEXT},
        session_version=2,
        created_at=NOW,
    )
    a_policy(world, holidays=[{"date": "2026-12-25", "name": TEXT}])
    changes: dict[str, Any] = {"child_id": [None, str(world.emma.id)], "first_name": [None, CANARY]}
    facts = {"reason": TEXT, "names": {str(world.emma.id): CANARY}}
    events: tuple[dict[str, Any], ...] = (
        {"kind": "child.created", "changes": changes | {"date_of_birth": [None, str(BORN)], "notes": [None, TEXT]}},
        {"kind": "care_session.cancelled", "session_id": sessions["off"].id, "reason": TEXT},
        {"kind": "care_schedule.created", "schedule_id": schedule.id, "changes": {"name": [None, TEXT]}},
        {"kind": "family.updated", "changes": {"notes": ["", TEXT], "default_hourly_rate": [None, "25.00"]}},
        {"kind": "document.issued", "reason": TEXT, "changes": {"number": [None, 1]}},
    )
    for columns in events:
        Event.objects.create(family=family, at=LONG_AGO, source="WEB", by=world.noor_of_riveras, **columns)
    notice = a_notice(world, facts=facts)
    a_delivery(world, notice=notice)
    invitation = an_invitation(world)
    type(invitation).objects.filter(pk=invitation.pk).update(email=f"{CANARY}@example.com")
    CalendarAddress.objects.create(person=world.noor, family=family, name=TEXT, secret_hash="2" * 64, created_at=NOW)
    for name, session in sessions.items():
        CalendarEntry.objects.create(
            person=world.noor,
            family=family,
            session_id=session.id,
            version=1,
            seen_version=1,
            is_off=False,
            fingerprint=name,
            starts_at=session.scheduled_start,
            ends_at=session.scheduled_end,
            time_zone=family.time_zone,
        )
    export = Export.objects.create(family=family, person=world.ana, next_at=NOW, created_at=NOW)
    export_files.put_part(export.id, "data/children.json", TEXT.encode())
    (export_files.directory() / f"{export.id}.zip").write_bytes(TEXT.encode())
    IdempotencyKey.objects.create(
        person=world.ana,
        family=family,
        key="monday",
        path="/api/v1/children",
        next_at=NOW,
        status=201,
        body=zlib.compress(TEXT.encode()),
        headers={"x": TEXT},
        size=1,
        created_at=NOW,
    )
    KeptForm.objects.create(person=world.ana, encrypted=TEXT, kept_at=NOW)
    identity = TaxIdentity.objects.create(person=world.noor, encrypted="-", changed_at=NOW)
    TaxNumberShare.objects.create(identity=identity, family=family, shared_at=NOW)
    SessionImport.objects.create(family=family, sha256="3" * 64, created_by=world.ana_of_riveras, created_at=NOW)
    document = a_document(world, kind=DocumentKind.YEAR_FAMILY, nanny=None, issued_at=LONG_AGO)
    said = {"totals": {"gross": "820.00"}, "nannies": [], "children": [{"name": CANARY}]}
    for file_format, content in ((FileFormat.JSON, json.dumps(said)), (FileFormat.CSV, TEXT)):
        IssuedFile.of(document, file_format, content.encode()).save(force_insert=True)


def tables_with(word: str) -> set[str]:
    """The tables in which a word stands, also where it is packed."""
    found = set()
    for table, rows in tables.everything().items():
        for row in rows:
            for value in row:
                raw = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                if word.encode().lower() in (zlib.decompress(raw) if raw[:2] == b"x\x9c" else raw).lower():
                    found.add(table)
    with connection.cursor() as cursor:
        cursor.execute("SELECT encrypted FROM handsel_keptform")
        if any(word in row[0] for row in cursor.fetchall()):
            found.add("handsel_keptform")
    return found


def files_with(word: str, tmp_path: Path) -> list[str]:
    files = [*tmp_path.rglob("*"), *Path(Receipt._meta.get_field("file").storage.location).rglob("*")]
    return [path.name for path in files if path.is_file() and word.encode() in path.read_bytes()]


def erase(kind: Erased, word: str, callbacks: Any, at: datetime = NOW) -> None:
    with callbacks(execute=True):
        erasures.erase(erasures.find(kind, word), at=at, source=Source.COMMAND)


@pytest.fixture
def zeros(db) -> None:
    """What is overwritten before anything is erased leaves nothing in the free pages of this database either."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")


def test_nothing_of_a_family_is_left_but_what_wages_rest_on(
    zeros, world, tmp_path, caplog, django_capture_on_commit_callbacks
):
    caplog.set_level(logging.DEBUG)
    fill(world)
    everywhere = tables_with(CANARY)
    assert len(everywhere) >= 18, everywhere
    kept = {
        name: list(CareSession.objects.values_list(name, flat=True).order_by("id"))
        for name in ("id", "scheduled_start", "actual_start", "actual_end", "hourly_rate", "status", "version")
    }
    erase(Erased.FAMILY, str(world.riveras.id), django_capture_on_commit_callbacks)
    assert tables_with(CANARY) == {"handsel_issuedfile"}
    assert tables_with(str(BORN)) <= {"handsel_timeoff"}
    assert len(files_with(CANARY, tmp_path)) == 1  # the receipt of the expense that was settled
    assert CANARY not in caplog.text
    assert kept == {name: list(CareSession.objects.values_list(name, flat=True).order_by("id")) for name in kept}
    world.riveras.refresh_from_db()
    assert (world.riveras.name, world.last_event(world.riveras).kind) == ("An erased family", "family.erased")

    with django_capture_on_commit_callbacks(execute=True):
        assert erasures.drop_files(YEARS_LATER - timedelta(days=1)) == 0
        assert erasures.drop_files(YEARS_LATER) == 2
    assert tables_with(CANARY) == set()
    assert files_with(CANARY, tmp_path) == []
    if connection.vendor == "sqlite":
        assert CANARY.encode() not in connection.connection.serialize()
    [document] = world.riveras.issued_documents.all()
    assert (document.number, document.sums["totals"]) == (1, {"gross": "820.00"})
    assert not Erasure.objects.filter(is_open=True).exists()


def test_of_a_child_no_name_is_left_and_the_others_keep_theirs(
    zeros, world, tmp_path, django_capture_on_commit_callbacks
):
    fill(world)
    elsewhere = world.session("2026-06-04 09:00", children=[world.theo], notes="Theo sings.")
    erase(Erased.CHILD, str(world.emma.id), django_capture_on_commit_callbacks)
    world.theo.refresh_from_db()
    elsewhere.refresh_from_db()
    assert (world.theo.first_name, elsewhere.notes) == ("Theo", "Theo sings.")
    assert world.theo.last_name == CANARY  # it is called so too
    type(world.theo).objects.filter(pk=world.theo.pk).update(last_name="")
    assert tables_with(CANARY) == {"handsel_issuedfile", "handsel_invitation"}
    world.riveras.refresh_from_db()
    assert world.riveras.name == "a child and Theo"
    world.emma.refresh_from_db()
    assert (world.emma.first_name, world.emma.date_of_birth, world.emma.is_archived) == ("a child", None, True)
    assert not world.emma.schedule_links.get().schedule.is_active
    assert set(CareSession.objects.filter(child_links__child=world.emma).values_list("notes", flat=True)) == {""}
    assert CalendarEntry.objects.get().seen_version == 0  # what is still to come is put right there


def test_of_a_person_no_word_is_left(world, django_capture_on_commit_callbacks):
    fill(world)
    User.objects.filter(pk=world.noor.pk).update(name=f"Noor {CANARY}", email=f"{CANARY.lower()}@example.com")
    a_notice(world, facts={"by": f"Noor {CANARY}", "by_id": str(world.noor.id)})
    told = world.session("2026-06-03 09:00", nanny=world.bea_of_riveras, notes="Noor comes too.")
    erase(Erased.PERSON, f"{CANARY.lower()}@example.com", django_capture_on_commit_callbacks)
    noor = User.objects.get(pk=world.noor.pk)
    assert (noor.name, noor.is_active, TaxIdentity.objects.exists()) == ("", False, False)
    told.refresh_from_db()
    assert told.notes == "someone who left comes too."
    of_record = Member.objects.get(pk=world.noor_of_riveras.pk)
    assert of_record.name == f"Noor {CANARY}"  # whom the family paid
    assert not Event.objects.filter(by=of_record, reason__contains=CANARY).exists()
    assert f"noor {CANARY}".lower() not in str(list(Notice.objects.values_list("facts", flat=True))).lower()
    assert world.last_event(world.riveras).kind == "member.erased"


def test_a_family_waits_a_week_to_be_erased_and_can_be_kept(world):
    asked = erasures.ask(Erased.FAMILY, world.riveras.id, by=world.ana, **ON_THE_WEB)
    assert erasures.ask(Erased.FAMILY, world.riveras.id, by=world.luis, **ON_THE_WEB) == asked
    assert erasures.work(NOW + WAITS_FOR - timedelta(seconds=1)) == 0
    erasures.withdraw(Erased.FAMILY, world.riveras.id, by=world.luis, **ON_THE_WEB)
    assert erasures.work(NOW + WAITS_FOR) == 0
    with pytest.raises(WrongState):
        erasures.withdraw(Erased.FAMILY, world.riveras.id, by=world.luis, **ON_THE_WEB)
    assert world.history(world.riveras) == ["family.erasure_asked", "family.erasure_withdrawn"]
    assert (world.told(world.luis), world.told(world.ana)) == (["erasure.asked"], ["erasure.withdrawn"])
    assert world.told(world.noor) == []


@pytest.mark.parametrize(("who", "refusal"), [("noor", NotAllowed), ("sam", NotVisible)])
def test_who_does_not_manage_the_family_erases_nothing(world, who, refusal):
    for kind, subject in ((Erased.FAMILY, world.riveras), (Erased.CHILD, world.emma)):
        with pytest.raises(refusal):
            erasures.ask(kind, subject.id, by=getattr(world, who), **ON_THE_WEB)


def test_an_older_book_does_not_bring_back_what_was_erased(world, settings, monkeypatch):
    monkeypatch.setattr(erasures, "_overwrite", lambda: None)  # VACUUM, which no transaction holds
    erasures.ask(Erased.CHILD, world.emma.id, by=world.ana, **ON_THE_WEB)
    assert erasures.work(NOW + WAITS_FOR) == 1
    lines = erased_list.read(settings.ERASED_LIST)
    assert [(line.kind, line.subject_id) for line in lines] == [("CHILD", world.emma.id)]
    changes = {"child_id": [str(world.emma.id)] * 2, "notes": [None, TEXT]}
    late = Event.objects.create(family=world.riveras, kind="child.updated", at=NOW, source="WEB", changes=changes)
    assert erasures.erase_again(lines, at=NOW) == 0
    assert Event.objects.get(pk=late.pk).changes["notes"] == [None, TEXT]  # it was swept before
    Erasure.objects.update(swept_at=None)
    erasures.sweep(NOW)
    assert Event.objects.get(pk=late.pk).changes["notes"] == [None, ""]
    # As if this were the book of last week, which knows nothing of it.
    other = erased_list.ErasedLine(world.ana.id, "CHILD", world.theo.id, world.riveras.id, NOW)
    assert erasures.erase_again([*lines, other], at=NOW) == 1
    world.theo.refresh_from_db()
    assert world.theo.first_name == "a child"
    assert erasures.erase_again([other], at=NOW) == 0


def test_a_list_that_is_none_is_refused(tmp_path):
    (tmp_path / "list").write_text('{"id": 1}\n')
    with pytest.raises(ValueError, match="no list"):
        erased_list.read(tmp_path / "list")
    assert erased_list.read(tmp_path / "none") == []
