"""Receipts over HTTP: what is taken, how it is kept and answered, and that no file is left behind."""

from datetime import timedelta
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.db import DatabaseError
from django.test import Client
from PIL import Image

from handsel.actions import receipts
from handsel.api.openapi import BASE
from handsel.documents import receipt_files
from handsel.models import Receipt
from handsel.models.receipts import storage
from tests.api.contract import Api
from tests.documents.pictures import PDF, picture, png_that_says, taken_somewhere
from tests.models.broken_expenses import an_expense, approved
from tests.world import NOW

pytestmark = pytest.mark.any_database

EDGE = "edge-of-the-form"


@pytest.fixture(autouse=True)
def nothing_kept_yet():
    for name in files():
        storage().delete(name)


def files() -> list[str]:
    try:
        return sorted(storage().listdir("")[1])
    except FileNotFoundError:
        return []


def form(content: bytes, part: str = "file", name: str = "photo.jpg") -> bytes:
    head = f'--{EDGE}\r\nContent-Disposition: form-data; name="{part}"; filename="{name}"\r\n\r\n'
    return head.encode() + content + f"\r\n--{EDGE}--\r\n".encode()


def send(person: Api, expense, content: bytes, **headers: str):
    media = f"multipart/form-data; boundary={EDGE}"
    return person.send("POST", f"/expenses/{expense.id}/receipts", form(content), media=media, **headers)


@pytest.fixture
def museum(world):
    return an_expense(world)


def test_a_photo_is_written_anew_and_answered_to_who_sees_the_expense(world, ana, noor, bea, viewer, museum):
    added = send(noor, museum, picture("JPEG", (80, 60), exif=taken_somewhere()), If_Match='"1"')
    assert (added.status_code, added["ETag"], added["Location"]) == (201, '"2"', f"{BASE}/expenses/{museum.id}")
    [receipt] = added.json()["receipts"]
    assert receipt["type"] == "image/jpeg"
    path = f"/receipts/{receipt['id']}"
    for person in (ana, noor):
        answer = person.get(path)
        content = answer.content
        assert (answer.status_code, len(content)) == (200, receipt["bytes"])
        assert Image.open(BytesIO(content)).size == (60, 80)
        assert b"canary" not in content
        assert answer["Content-Type"] == "image/jpeg"
        assert answer["Content-Disposition"] == 'attachment; filename="receipt.jpg"'
        assert (answer["X-Content-Type-Options"], answer["Cache-Control"]) == ("nosniff", "private, no-store")
    assert [person.get(path).status_code for person in (bea, viewer, Api(world, world.sam))] == [404, 404, 404]
    event = world.last_event(world.riveras)
    assert (event.kind, event.changes["receipts"]) == ("expense.updated", [0, 1])
    [name] = files()
    assert len(name) == 36
    assert "photo" not in name
    assert Path(storage().path(name)).stat().st_mode & 0o777 == 0o600


def test_who_may_not_change_the_expense_adds_and_removes_nothing(
    world, ana, noor, museum, django_capture_on_commit_callbacks
):
    of_ana = an_expense(world, entered_by=world.ana_of_riveras)
    assert send(noor, of_ana, PDF).status_code == 403
    settled = an_expense(world, **approved(world))
    assert send(noor, settled, PDF).json()["code"] == "wrong_state"
    added = send(ana, settled, PDF).json()["receipts"][0]["id"]
    assert noor.delete(f"/receipts/{added}").status_code == 409
    with django_capture_on_commit_callbacks(execute=True):
        assert ana.delete(f"/receipts/{added}").status_code == 204
    assert files() == []


def test_what_was_declined_for_want_of_a_receipt_waits_anew(world, ana, noor, museum):
    ana.post(f"/expenses/{museum.id}/decline", {"answer": "With a receipt, please."})
    assert send(noor, museum, PDF).json()["status"] == "PENDING"
    assert world.told(world.luis) == ["expense.entered"]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"<svg/>", 415, "unsupported_media_type"),
        (picture("GIF"), 415, "unsupported_media_type"),
        (b"\xff\xd8\xff nonsense", 422, "invalid"),
        (png_that_says(7072, 7072), 422, "invalid"),
        (PDF + b"\0" * 10_000_000, 413, "too_large"),
    ],
    ids=["svg", "gif", "damaged", "fifty megapixels", "ten megabytes"],
)
def test_what_is_not_taken_leaves_nothing_behind(noor, museum, content, status, code):
    answer = send(noor, museum, content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert noor.get(f"/expenses/{museum.id}").json()["version"] == 1
    assert files() == []


def test_ten_megabytes_are_taken(noor, museum):
    large = PDF[:9] + b"%" * (10_000_000 - len(PDF)) + PDF[9:]
    assert send(noor, museum, large).json()["receipts"][0]["bytes"] == 10_000_000


def test_an_expense_has_five_at_most(ana, museum):
    for number in range(1, 6):
        assert len(send(ana, museum, PDF).json()["receipts"]) == number
    refused = send(ana, museum, PDF)
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "file")
    first = ana.get(f"/expenses/{museum.id}").json()["receipts"][0]["id"]
    assert ana.delete(f"/receipts/{first}").status_code == 204
    assert send(ana, museum, PDF).status_code == 201
    assert Receipt.objects.count() == 5


def test_one_file_is_sent_in_a_part_of_its_name(ana, museum):
    path, media = f"/expenses/{museum.id}/receipts", f"multipart/form-data; boundary={EDGE}"
    for body, field in ((form(PDF, "photo"), "photo"), (b"--" + EDGE.encode() + b"--\r\n", "file")):
        answer = ana.send("POST", path, body, media=media)
        assert (answer.status_code, field in {error["field"] for error in answer.json()["errors"]}) == (422, True)
    assert ana.post(path, {"file": "x"}).status_code == 415
    assert ana.send("POST", path, b"nonsense", media="multipart/form-data").status_code == 400


def test_the_same_file_with_the_same_key_is_kept_once(noor, museum):
    answers = [send(noor, museum, PDF, Idempotency_Key="photo") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert send(noor, museum, picture(), Idempotency_Key="photo").json()["code"] == "idempotency_key_reused"
    assert Receipt.objects.count() == 1


def test_a_signed_in_browser_sends_one_too(world, museum):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.noor)
    client.get("/api/docs")
    media, path = f"multipart/form-data; boundary={EDGE}", f"{BASE}/expenses/{museum.id}/receipts"
    assert client.post(path, form(PDF), content_type=media).status_code == 403
    token = {"X-CSRFToken": client.cookies["csrftoken"].value}
    assert client.post(path, form(PDF), content_type=media, headers=token).status_code == 201


def test_the_file_goes_with_the_expense_once_that_is_written(ana, museum, django_capture_on_commit_callbacks):
    send(ana, museum, PDF)
    with django_capture_on_commit_callbacks(execute=True):
        assert ana.delete(f"/expenses/{museum.id}").status_code == 204
    assert (Receipt.objects.count(), files()) == (0, [])


def test_a_row_that_cannot_be_written_leaves_no_file(world, museum, monkeypatch):
    def broken(*_args, **_options):
        raise DatabaseError

    monkeypatch.setattr(Receipt, "save", broken)
    file = receipt_files.read(BytesIO(PDF))
    with pytest.raises(DatabaseError):
        receipts.add(museum.id, file, by=world.noor, at=NOW, source="API")
    assert files() == []


def test_what_no_row_names_is_swept_once_it_is_old(world, noor, museum):
    send(noor, museum, PDF)
    [named] = files()
    storage().save("left-behind.pdf", ContentFile(PDF))
    written = storage().get_modified_time("left-behind.pdf")
    assert receipts.sweep(written + timedelta(minutes=59)) == 0
    assert receipts.sweep(written + timedelta(minutes=61)) == 1
    assert files() == [named]


def test_a_file_that_is_lost_is_not_found_and_written_down(noor, museum, caplog):
    added = send(noor, museum, PDF).json()["receipts"][0]["id"]
    storage().delete(files()[0])
    assert noor.get(f"/receipts/{added}").status_code == 404
    assert "The file of a receipt cannot be read" in caplog.text
