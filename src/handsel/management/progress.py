"""What a start that takes its time is busy with, on standard error."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event, Thread
from time import monotonic

type Begin = Callable[[str], None]

_EVERY = 2.0  # seconds; a start that takes less says nothing


class _Said:
    """When the program began and something was last said: one part of a start goes on with another's pause."""

    began = at = monotonic()


@contextmanager
def telling(every: float = _EVERY) -> Iterator[Begin]:
    """Give a function that takes down what begins now, and say so every two seconds until all is done."""
    current, over = "Reading the program", Event()

    def begin(step: str) -> None:
        nonlocal current
        current = step

    def tell() -> None:
        while not over.wait(max(0, _Said.at + every - monotonic())):
            _Said.at = monotonic()
            sys.stderr.write(f"handsel: {current} ({monotonic() - _Said.began:.0f} seconds so far)\n")
            sys.stderr.flush()

    thread = Thread(target=tell, daemon=True)
    thread.start()
    try:
        yield begin
    finally:  # no thread may be left when gunicorn forks
        over.set()
        thread.join()
