"""Keys that are made once and kept in the data directory, for its owner alone."""

import os
import secrets
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from handsel.env.values import Refused


def new_secret() -> str:
    return secrets.token_urlsafe(48)


def kept(path: Path, make: Callable[[], str], read: Callable[[str], str]) -> str:
    """The key in the file, made if there is none. Of two processes that start at once one makes it, both use it."""
    if not path.exists():
        descriptor, draft = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")  # mkstemp: for the owner only
        try:
            with os.fdopen(descriptor, "w", encoding="ascii") as file:
                file.write(make())
                file.flush()
                os.fsync(file.fileno())
            with suppress(FileExistsError):
                os.link(draft, path)  # whole or not at all, and never over another's
        finally:
            Path(draft).unlink()
    try:
        key = path.read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"The key in {path} cannot be read: {error}.") from error
    try:
        return read(key)
    except ValueError as error:
        raise Refused(f"The key in {path} {error}; delete the file to have a new one made.") from error
