"""The list of what was erased, as a file beside the database: ids alone, a line of JSON each.

A back-up that is older than an erasure does not know of it. Whoever puts one back reads this list, and erases anew.
"""

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ErasedLine:
    """One erasure. subject_id: of the child, the family or the person."""

    id: UUID
    kind: str
    subject_id: UUID
    family_id: UUID | None
    done_at: datetime


def read(path: Path) -> list[ErasedLine]:
    """Return the lines; none where there is no such file. Raises ValueError for what is no such list."""
    if not path.exists():
        return []
    try:
        return [_line(json.loads(text)) for text in path.read_text("utf-8").splitlines() if text.strip()]
    except (KeyError, TypeError, UnicodeDecodeError) as error:
        raise ValueError(f"{path} is no list of what was erased.") from error


def add(path: Path, lines: Iterable[ErasedLine]) -> None:
    """Write those down that are not in the list yet: the whole list anew, beside its name, and moved into place."""
    listed = {line.id: line for line in read(path)}
    new = {line.id: line for line in lines if line.id not in listed}
    if not new:
        return
    draft = path.with_name(f".{path.name}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        for line in (listed | new).values():
            file.write(json.dumps(asdict(line), default=str) + "\n")
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _line(fields: dict[str, str | None]) -> ErasedLine:
    family_id = fields["family_id"]
    return ErasedLine(
        UUID(fields["id"]),
        str(fields["kind"]),
        UUID(fields["subject_id"]),
        None if family_id is None else UUID(family_id),
        datetime.fromisoformat(str(fields["done_at"])),
    )
