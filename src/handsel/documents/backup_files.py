"""The file of a backup: a tar of a manifest and the parts that it names, with the SHA-256 of all of it at the end.

Where there is a passphrase that tar lies encrypted in another one, beside the key that opens it, which is encrypted
with the passphrase (docs/decisions/0061). `tar` opens the one, `tar` and `age` the other. A book of any size takes no
more memory than a small one.
"""

import hashlib
import json
import os
import re
import shutil
import tarfile
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import pyrage

FORMAT, VERSION = "handsel-backup", 1
_MANIFEST, _KEY, _BOOK, _SUM = "manifest.json", "key.age", "book.tar.age", "sha256"
_BLOCK = tarfile.BLOCKSIZE
_END = bytes(2 * _BLOCK)
_PART = re.compile(r"database\.(?:sqlite3|dump)|receipts/[\w.-]{1,64}", re.ASCII)
_LARGEST_MANIFEST = 500_000_000


class Unreadable(ValueError):
    """A file that cannot be used, with the sentence that says why."""


@dataclass(frozen=True, slots=True)
class Part:
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup holds. counts: how many rows of each table. keys: the fingerprints of the keys that its secrets
    need. newest_event: when the last thing happened, and its kind. programs: what wrote the database's part.
    missing: receipts whose files were lost before.
    """

    program: str
    made_at: str
    database: str
    migration: str
    counts: dict[str, int]
    newest_event: list[str]
    keys: list[str]
    needs_secret_key: bool
    programs: str
    missing: list[str]
    parts: dict[str, Part]

    def written_by(self) -> int:
        """Return the major version of the program that wrote the database's part."""
        number = self.programs.rpartition(" ")[2].partition(".")[0]
        return int(number) if number.isdecimal() else 0

    def bytes(self) -> int:
        return sum(part.bytes for part in self.parts.values())


def part_of(path: Path) -> Part:
    with path.open("rb") as file:
        return Part(path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def write(path: Path, manifest: Manifest, parts: Path, passphrase: str) -> str:
    """Write a new file of the parts that lie in a directory, and see it on the disk. Return the key that opens it, ""
    where nothing is encrypted. Raises OSError, when the file may be there in part.
    """
    key = pyrage.x25519.Identity.generate() if passphrase else None
    with path.open("x+b") as file:
        if key is None:
            _write_book(file, manifest, parts)
        else:
            closed = pyrage.passphrase.encrypt(f"{key}\n".encode(), passphrase)
            file.write(_header(_KEY, len(closed)) + closed + _padding(len(closed)))
            _write_encrypted(file, manifest, parts, key)
        length = file.tell()
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256").hexdigest().encode()
        file.seek(length)
        file.write(_header(_SUM, len(digest)) + digest + _padding(len(digest)) + _END)
        file.flush()
        os.fsync(file.fileno())
    return str(key) if key else ""


def _write_book(stream: IO[bytes], manifest: Manifest, parts: Path) -> None:
    text = json.dumps({"format": FORMAT, "version": VERSION, **asdict(manifest)}, indent=1).encode()
    stream.write(_header(_MANIFEST, len(text)) + text + _padding(len(text)))
    for name, part in manifest.parts.items():
        stream.write(_header(name, part.bytes))
        with (parts / name).open("rb") as file:
            shutil.copyfileobj(file, stream, 1 << 20)
        stream.write(_padding(part.bytes))


def _write_encrypted(file: IO[bytes], manifest: Manifest, parts: Path, key: Any) -> None:
    """Write the book as one encrypted member; how large it is stands in its header when it is written."""
    place = file.tell()
    file.write(_header(_BOOK, 0))
    sink = _Watched(file)
    read_end, write_end = (os.fdopen(end, mode) for end, mode in zip(os.pipe(), ("rb", "wb"), strict=True))

    def feed() -> None:
        with write_end:
            _write_book(write_end, manifest, parts)
            write_end.write(_END)

    with ThreadPoolExecutor(1) as pool:
        feeding = pool.submit(feed)
        try:
            with read_end:
                pyrage.encrypt_io(read_end, sink, [key.to_public()])
        except (pyrage.EncryptError, OSError) as error:
            raise (sink.error or error) from error
        feeding.result()
    length = file.tell() - place - _BLOCK
    file.write(_padding(length))
    end = file.tell()
    file.seek(place)
    file.write(_header(_BOOK, length))
    file.seek(end)


class _Watched:
    """A file that remembers which error it raised: what encrypts makes another of it."""

    def __init__(self, file: IO[bytes]) -> None:
        self.file, self.error = file, None

    error: OSError | None

    def write(self, content: bytes) -> int:
        try:
            return self.file.write(content)
        except OSError as error:
            self.error = error
            raise

    def flush(self) -> None:
        self.file.flush()


def _header(name: str, length: int) -> bytes:
    member = tarfile.TarInfo(name)
    member.size, member.mode = length, 0o600
    return member.tobuf(tarfile.GNU_FORMAT)


def _padding(length: int) -> bytes:
    return bytes(-length % _BLOCK)


# --- reading --------------------------------------------------------------------------------------------------------

_CHANGED = "This file is not as it was written: it was cut, changed or damaged, so nothing of it is used."
_NONE_OF_OURS = "This file is no backup of Handsel."
_DOES_NOT_OPEN = "The passphrase does not open this backup."


def is_encrypted(path: Path) -> bool:
    """Say whether a passphrase is needed, and check every byte of the file. Raises Unreadable or OSError."""
    with path.open("rb") as file:
        names, length = _members(file)
        file.seek(0)
        hasher, left = hashlib.sha256(), length
        while left and (chunk := file.read(min(left, 1 << 20))):
            hasher.update(chunk)
            left -= len(chunk)
        digest = hasher.hexdigest().encode()
        if file.read() != _header(_SUM, len(digest)) + digest + _padding(len(digest)) + _END:
            raise Unreadable(_CHANGED)
    return names[0] == _KEY


def begins_as_ours(path: Path) -> bool:
    """Say whether a file begins as each backup does."""
    with path.open("rb") as file:
        return _first_name(file) in (_KEY, _MANIFEST)


def _first_name(file: IO[bytes]) -> str:
    try:
        return tarfile.TarInfo.frombuf(file.read(_BLOCK), "utf-8", "strict").name
    except tarfile.TarError:
        return ""


def _members(file: IO[bytes]) -> tuple[list[str], int]:
    """Return the names of the members, and where the last of them begins."""
    if _first_name(file) not in (_KEY, _MANIFEST):
        raise Unreadable(_NONE_OF_OURS)
    file.seek(0)
    try:
        with tarfile.open(fileobj=file, mode="r:") as tar:
            members = tar.getmembers()
    except (tarfile.TarError, UnicodeDecodeError) as error:
        raise Unreadable(_CHANGED) from error
    if members[-1].name != _SUM:
        raise Unreadable(_CHANGED)
    return [member.name for member in members], members[-1].offset


def unpack(
    path: Path,
    into: Path,
    *,
    passphrase: str = "",
    key: str = "",
    accept: Callable[[Manifest], None] = lambda _: None,
    with_receipts: bool = True,
) -> Manifest:
    """Write the parts into a directory, and see that each is what the manifest says; without receipts these are looked
    at alone. accept: is given the manifest before anything is written, and raises what refuses it.

    Raises Unreadable for a file that is changed, is none of ours or does not open with the passphrase or key.
    """
    if is_encrypted(path):
        key = key or _opened_key(path, passphrase)
    with _book(path, key) as tar:
        members = iter(tar)
        manifest = _manifest(tar, next(members, None))
        accept(manifest)
        names = set()
        for member in members:
            if member.name == _SUM:
                break
            part, file = manifest.parts.get(member.name), tar.extractfile(member)
            if part is None or file is None or member.name in names:
                raise Unreadable(_CHANGED)
            names.add(member.name)
            is_written = with_receipts or not member.name.startswith("receipts/")
            if part != _unpack_part(file, into / member.name if is_written else None):
                raise Unreadable(_CHANGED)
        if names != manifest.parts.keys():
            raise Unreadable(_CHANGED)
    return manifest


def _unpack_part(file: IO[bytes], path: Path | None) -> Part:
    hasher, length = hashlib.sha256(), 0
    if path is not None:
        path.parent.mkdir(mode=0o700, exist_ok=True)
    with open(path or os.devnull, "wb") as written:  # noqa: PTH123  os.devnull is no path of ours
        while chunk := file.read(1 << 20):
            hasher.update(chunk)
            length += len(chunk)
            written.write(chunk)
        written.flush()
        if path is not None:
            os.fsync(written.fileno())
    return Part(length, hasher.hexdigest())


def _opened_key(path: Path, passphrase: str) -> str:
    with tarfile.open(path, "r:") as tar:
        file = tar.extractfile(_KEY)
        closed = file.read() if file else b""
    try:
        return str(pyrage.passphrase.decrypt(closed, passphrase).decode().strip())
    except pyrage.DecryptError as error:
        raise Unreadable(_DOES_NOT_OPEN) from error


@contextmanager
def _book(path: Path, key: str) -> Iterator[tarfile.TarFile]:
    """Open the tar of the parts, to be read once from beginning to end."""
    if not key:
        with tarfile.open(path, "r:") as tar:
            yield tar
        return
    read_end, write_end = (os.fdopen(end, mode) for end, mode in zip(os.pipe(), ("rb", "wb"), strict=True))
    try:
        identity = pyrage.x25519.Identity.from_str(key)
    except pyrage.IdentityError as error:
        raise Unreadable(_CHANGED) from error

    def decrypt() -> None:
        with suppress(BrokenPipeError), tarfile.open(path, "r:") as outer, write_end:
            pyrage.decrypt_io(outer.extractfile(_BOOK), write_end, [identity])

    with ThreadPoolExecutor(1) as pool:
        decrypting = pool.submit(decrypt)
        try:
            with read_end, tarfile.open(fileobj=read_end, mode="r|") as tar:
                yield tar
                while read_end.read(1 << 20):
                    pass  # its end is looked at too
        except (tarfile.TarError, UnicodeDecodeError) as error:
            raise Unreadable(_CHANGED) from error
        try:
            decrypting.result()
        except (pyrage.DecryptError, OSError) as error:
            raise Unreadable(_CHANGED) from error


def _manifest(tar: tarfile.TarFile, member: tarfile.TarInfo | None) -> Manifest:
    """Return the manifest. Raises Unreadable where it is of a later version of the format, or none."""
    if member is None or member.name != _MANIFEST or member.size > _LARGEST_MANIFEST:
        raise Unreadable(_CHANGED)
    file = tar.extractfile(member)
    try:
        content = json.loads(file.read() if file else b"")
        if content.pop("format") != FORMAT:
            raise Unreadable(_NONE_OF_OURS)
        if content.pop("version") != VERSION:
            raise Unreadable("This backup was made by a later version of Handsel. Restore it with that version.")
        parts: Mapping[str, Any] = content.pop("parts")
        if not all(map(_PART.fullmatch, parts)):
            raise Unreadable(_CHANGED)
        return Manifest(**content, parts={name: Part(**part) for name, part in parts.items()})
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        if isinstance(error, Unreadable):
            raise
        raise Unreadable(_CHANGED) from error
