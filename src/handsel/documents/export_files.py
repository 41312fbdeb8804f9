"""The files of exports in the data directory: parts while one is written, one ZIP when it is whole."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Collection
from pathlib import Path
from uuid import UUID

from django.conf import settings

FORMAT, VERSION = "handsel-export", 1


def directory() -> Path:
    return settings.EXPORTS_DIR


def read(export_id: UUID) -> bytes:
    """Return the ZIP. Raises FileNotFoundError."""
    return _zip_of(export_id).read_bytes()


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
    draft.replace(target)
    with target.open("rb") as file:
        return target.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


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
    return len(over)


def _parts_of(export_id: UUID) -> Path:
    return directory() / f"{export_id}.parts"


def _zip_of(export_id: UUID) -> Path:
    return directory() / f"{export_id}.zip"
