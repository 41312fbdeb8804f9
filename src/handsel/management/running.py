"""Who runs on a data directory: servers and workers say so by a lock that ends with them, and a restore waits for none
of them.
"""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from typing import IO

from django.conf import settings

from handsel.env import Refused

_held: list[IO[str]] = []  # as long as this process lives, and those that it forks


def _lock_file() -> IO[str]:
    return (settings.ENVIRONMENT.make_data_dir() / "running.lock").open("w")


def say_so() -> None:
    """Hold the data directory until this process ends, beside others that do. Raises Refused while one restores."""
    lock = _lock_file()
    try:
        fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise Refused("A backup is being restored into this data directory. Try again when that is done.") from None
    _held.append(lock)


@contextmanager
def nobody_else() -> Iterator[None]:
    """Keep servers and workers from starting on the data directory. Raises Refused where one runs."""
    with _lock_file() as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Refused(
                f"A server or worker runs on {settings.ENVIRONMENT.data_dir}. Stop it, then restore."
            ) from None
        yield
