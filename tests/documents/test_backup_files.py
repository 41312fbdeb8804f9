"""The file of a backup: what is written comes back, and what was cut or changed does not."""

import random
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from handsel.documents import backup_files
from handsel.documents.backup_files import Manifest, Unreadable

pytestmark = pytest.mark.no_database

PASSPHRASE = "emma naps at noon"
RECEIPT = "receipts/0123456789abcdef.pdf"


@pytest.fixture(scope="module")
def parts(tmp_path_factory) -> Path:
    parts = tmp_path_factory.mktemp("parts")
    (parts / "receipts").mkdir()
    (parts / "database.sqlite3").write_bytes(random.Random(1).randbytes(150_001))
    (parts / RECEIPT).write_bytes(b"%PDF-1.7")
    return parts


@pytest.fixture(scope="module")
def manifest(parts) -> Manifest:
    return Manifest(
        program="0.1.0",
        made_at="2026-06-01T12:00:00+00:00",
        database="sqlite",
        migration="0001_initial",
        counts={"handsel_child": 2},
        newest_event=["2026-06-01T11:00:00+00:00", "child.added"],
        keys=["0123456789ab"],
        needs_secret_key=False,
        programs="SQLite 3.46.1",
        missing=[],
        parts={name: backup_files.part_of(parts / name) for name in ("database.sqlite3", RECEIPT)},
    )


@pytest.fixture(scope="module")
def plain(parts, manifest, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("plain") / "book.tar"
    assert backup_files.write(path, manifest, parts, "") == ""
    return path


@pytest.fixture(scope="module")
def encrypted(parts, manifest, tmp_path_factory) -> tuple[Path, str]:
    """A backup and the key that opens it. To close one key with a passphrase takes a second."""
    path = tmp_path_factory.mktemp("encrypted") / "book.age.tar"
    return path, backup_files.write(path, manifest, parts, PASSPHRASE)


def same(parts: Path, into: Path) -> bool:
    return all((into / name).read_bytes() == (parts / name).read_bytes() for name in ("database.sqlite3", RECEIPT))


def test_what_is_written_comes_back(plain, parts, manifest, tmp_path):
    assert not backup_files.is_encrypted(plain)
    assert backup_files.unpack(plain, tmp_path) == manifest
    assert same(parts, tmp_path)
    with tarfile.open(plain) as tar:
        assert tar.getnames() == ["manifest.json", "database.sqlite3", RECEIPT, "sha256"]


def test_receipts_may_be_looked_at_alone(plain, tmp_path):
    backup_files.unpack(plain, tmp_path, with_receipts=False)
    assert [path.name for path in tmp_path.iterdir()] == ["database.sqlite3"]


def test_what_is_encrypted_opens_with_its_key_and_shows_nothing_without(encrypted, parts, manifest, tmp_path):
    path, key = encrypted
    assert backup_files.is_encrypted(path)
    assert backup_files.unpack(path, tmp_path, key=key) == manifest
    assert same(parts, tmp_path)
    for secret in (b"handsel_child", b"child.added", b"receipts/", key.encode(), b"%PDF"):
        assert secret not in path.read_bytes()
    with tarfile.open(path) as tar:
        assert tar.getnames() == ["key.age", "book.tar.age", "sha256"]


def test_another_passphrase_opens_nothing(encrypted, tmp_path):
    with pytest.raises(Unreadable, match=r"^The passphrase does not open this backup\.$"):
        backup_files.unpack(encrypted[0], tmp_path, passphrase="emma naps at one")
    assert list(tmp_path.iterdir()) == []


def test_a_key_of_another_backup_opens_nothing(encrypted, tmp_path):
    import pyrage

    with pytest.raises(Unreadable):
        backup_files.unpack(encrypted[0], tmp_path, key=str(pyrage.x25519.Identity.generate()))
    assert list(tmp_path.iterdir()) == []


def wounded(content: bytes) -> Iterator[bytes]:
    """Cut at many places, a bit turned at many others, something added, a block of zeros as a disk leaves it."""
    chance = random.Random(2)
    for end in (0, 1, 511, 512, 1024, len(content) // 2, len(content) - 1024, len(content) - 1):
        yield content[:end]
    places = [0, 100, 124, 148, 520, len(content) - 1600, len(content) - 1100, len(content) - 1]
    for place in places + [chance.randrange(len(content)) for _ in range(60)]:
        yield content[:place] + bytes([content[place] ^ 4]) + content[place + 1 :]
    yield content + b"\0"
    yield content + content
    yield content[:4096] + bytes(4096) + content[8192:]


@pytest.mark.parametrize("kind", ["plain", "encrypted"])
def test_whatever_was_cut_or_changed_is_refused_before_anything_is_written(kind, plain, encrypted, tmp_path):
    path, key = (plain, "") if kind == "plain" else encrypted
    hurt = tmp_path / "hurt.tar"
    into = tmp_path / "into"
    into.mkdir()
    for content in wounded(path.read_bytes()):
        hurt.write_bytes(content)
        with pytest.raises(Unreadable):
            backup_files.unpack(hurt, into, key=key)
        assert list(into.iterdir()) == []


def test_a_file_of_somebody_else_is_refused(tmp_path):
    other = tmp_path / "other.tar"
    with tarfile.open(other, "w") as tar:
        tar.add(__file__, "photos.py")
    with pytest.raises(Unreadable, match="no backup of Handsel"):
        backup_files.is_encrypted(other)
    assert not backup_files.begins_as_ours(other)


def test_a_disk_that_is_full_is_told_as_what_it_is(parts, manifest, monkeypatch):
    monkeypatch.setattr(backup_files.pyrage.passphrase, "encrypt", lambda text, _: text)
    for passphrase in ("", PASSPHRASE):
        with pytest.raises(OSError, match="No space left"):
            backup_files.write(Full("/dev/full"), manifest, parts, passphrase)


class Full(type(Path())):
    """The device that is always full, opened as a new file is."""

    def open(self, mode: str = "r"):
        return super().open(mode.replace("x", "r"), buffering=0)


def test_a_later_form_is_refused_by_name(plain, parts, manifest, monkeypatch, tmp_path):
    monkeypatch.setattr(backup_files, "VERSION", 2)
    later = tmp_path / "later.tar"
    backup_files.write(later, manifest, parts, "")
    monkeypatch.setattr(backup_files, "VERSION", 1)
    with pytest.raises(Unreadable, match="later version of Handsel"):
        backup_files.unpack(later, tmp_path)
