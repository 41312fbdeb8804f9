"""Processes that belong to a directory: they were started in it, or by one that was."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path


def inside(directory: Path) -> Iterator[int]:
    """Every process that stands in this directory or below. PostgreSQL's stand in their data directory."""
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            with suppress(OSError):
                stands_in = (entry / "cwd").readlink()
                if stands_in.is_relative_to(directory):
                    yield int(entry.name)


def kill(directory: Path) -> None:
    """`kill -9` of all of them, again until none is left: some may have been born meanwhile."""
    until = time.monotonic() + 10
    while found := list(inside(directory)):
        for process in found:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        if time.monotonic() > until:
            raise RuntimeError(f"These processes do not end: {found}")
        time.sleep(0.02)
