"""Receipts and exports in a bucket of S3-compatible storage, on a server that listens on this machine."""

import hashlib
from datetime import timedelta
from io import BytesIO
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile

from handsel.actions import receipts
from handsel.documents import export_files, receipt_files
from handsel.env import Environment, values
from handsel.models.receipts import Receipt, storage
from tests.documents.pictures import PDF, picture
from tests.models.broken_expenses import an_expense
from tests.world import NOW, ON_THE_WEB

pytestmark = [pytest.mark.any_database, pytest.mark.nightly]


@pytest.fixture
def bucket(settings, monkeypatch):
    import boto3
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    try:
        address = f"http://key:secret@{host}:{port}/receipts?region=us-east-1"
        named = Environment(receipts=values.bucket(address))
        boto3.client(
            "s3",
            endpoint_url=f"http://{host}:{port}",
            aws_access_key_id="key",
            aws_secret_access_key="secret",
            region_name="us-east-1",
        ).create_bucket(Bucket="receipts")
        settings.STORAGES = {**settings.STORAGES, "receipts": named.receipts_storage(), **named.exports_storage()}
        # The column asked for its storage when the program started.
        monkeypatch.setattr(Receipt._meta.get_field("file"), "storage", storage())
        yield
    finally:
        server.stop()


def names() -> list[str]:
    return storage().listdir("")[1]


def test_receipts_live_in_a_bucket(world, bucket, django_capture_on_commit_callbacks):
    expense = an_expense(world)
    file = receipt_files.read(BytesIO(picture()))
    receipts.add(expense.id, file, by=world.noor, **ON_THE_WEB)
    receipt = expense.receipts.get()
    assert names() == [receipt.file.name]
    with receipt.file.open() as stored:
        assert stored.read() == file.content
    left = storage().save("left-behind.pdf", ContentFile(PDF))
    assert receipts.sweep(storage().get_modified_time(left) + timedelta(hours=2)) == 1
    with django_capture_on_commit_callbacks(execute=True):
        receipts.delete(receipt.id, by=world.noor, **ON_THE_WEB)
    assert names() == []


def test_an_export_lies_in_the_bucket_apart_from_receipts(world, bucket, settings, tmp_path):
    settings.EXPORTS_DIR = tmp_path / "exports"
    export_id = uuid4()
    for part in (b"{}", b"[]"):  # written again by who took over: the last one stands there
        export_files.put_part(export_id, "data/family.json", part)
        size, sha256 = export_files.join(export_id)
        content = export_files.read(export_id)
        assert (len(content), hashlib.sha256(content).hexdigest()) == (size, sha256)
    assert [path.name for path in export_files.directory().iterdir()] == [f"{export_id}.parts"]
    assert receipts.sweep(NOW + timedelta(days=400)) == 0
    assert export_files.sweep([export_id]) == 0
    assert export_files.sweep([]) == 2
    with pytest.raises(FileNotFoundError):
        export_files.read(export_id)
