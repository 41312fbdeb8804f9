"""The files of exports: parts in the data directory while one is written, one ZIP when it is whole.

Where receipts lie in a bucket the ZIP lies there too, so that every machine finds it.
"""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Collection
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, storages

FORMAT, VERSION = "handsel-export", 1


def directory() -> Path:
    return settings.EXPORTS_DIR


def read(export_id: UUID) -> bytes:
    """Return the ZIP. Raises FileNotFoundError."""
    if bucket := _bucket():
        with bucket.open(_zip_of(export_id).name) as file:
            content: bytes = file.read()
            return content
    return _zip_of(export_id).read_bytes()


def read_part(export_id: UUID, name: str) -> Any:
    """Return what a part says that is JSON; None where there is no such part."""
    path = _parts_of(export_id) / name
    return json.loads(path.read_bytes()) if path.exists() else None


def has_part(export_id: UUID, name: str) -> bool:
    return (_parts_of(export_id) / name).exists()


def put_part(export_id: UUID, name: str, content: bytes) -> None:
    """Write a part whole or not at all."""
    path = _parts_of(export_id) / name
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}")
    draft.write_bytes(content)
    draft.replace(path)


def drop_parts(export_id: UUID) -> None:
    shutil.rmtree(_parts_of(export_id), ignore_errors=True)


def join(export_id: UUID) -> tuple[int, str]:
    """Put the parts into one ZIP, with a manifest that says what they are; return its size and SHA-256."""
    parts = _parts_of(export_id)
    paths = sorted(path for path in parts.rglob("*") if path.is_file() and not path.name.startswith("."))
    files, counts = [], {}
    for path in paths:
        content, name = path.read_bytes(), path.relative_to(parts).as_posix()
        files.append({"path": name, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()})
        if name.startswith("data/"):
            value = json.loads(content)
            counts[path.stem] = len(value) if isinstance(value, list) else 1
    manifest = {"format": FORMAT, "version": VERSION, "counts": counts, "files": files}
    target = _zip_of(export_id)
    draft = target.with_name(f".{target.name}")
    with zipfile.ZipFile(draft, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("manifest.json", json.dumps(manifest, indent=1))
        for path in paths:
            archive.write(path, path.relative_to(parts).as_posix())
    with draft.open("rb") as file:
        size, sha256 = draft.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()
        if bucket := _bucket():
            file.seek(0)
            bucket.save(target.name, File(file))
    if bucket:
        draft.unlink()
    else:
        draft.replace(target)
    return size, sha256


def sweep(kept: Collection[UUID]) -> int:
    """Remove what belongs to none of these exports; return how many files and directories that were."""
    names = {str(export_id) for export_id in kept}
    over = [
        path
        for path in (directory().iterdir() if directory().exists() else ())
        if path.name.strip(".").partition(".")[0] not in names
    ]
    for path in over:
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    if bucket := _bucket():
        in_bucket = [name for name in bucket.listdir("")[1] if name.partition(".")[0] not in names]
        for name in in_bucket:
            bucket.delete(name)
        return len(over) + len(in_bucket)
    return len(over)


def _bucket() -> Storage | None:
    """Return where ZIPs lie that every machine finds; None where they lie in the data directory."""
    return storages["exports"] if "exports" in settings.STORAGES else None


def _parts_of(export_id: UUID) -> Path:
    return directory() / f"{export_id}.parts"


def _zip_of(export_id: UUID) -> Path:
    return directory() / f"{export_id}.zip"
