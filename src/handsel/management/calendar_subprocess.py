"""Reading one outside calendar in a process of its own, which ends in time whatever it meets.

A name that is never found, a server that sends a byte now and then, a file that unfolds for ever or eats all memory:
each ends this process and nothing else. What it is to do comes by standard input, since a command line is seen by
everybody on the machine; it knows neither the database nor the secret key.
"""

import json
import os
import resource
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from handsel.documents import busy_times_ics
from handsel.documents.busy_times_ics import NotACalendar, TooMany
from handsel.management import fetching
from handsel.management.fetching import Failed, Limits
from handsel.rules.outside_calendars import MOST_BUSY_TIMES, Trouble
from handsel.rules.overlap import Stretch

# What Python and the system need to start, and where the machine keeps whom it trusts.
_NEEDED = ("LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH", "SSL_CERT_DIR", "SSL_CERT_FILE")
_TO_START = 20  # seconds, on a machine that has much to do


@dataclass(frozen=True, slots=True)
class Task:
    """address, and what is known already; first, last, zone and own as documents.busy_times_ics wants them.

    seconds: how long all of it may take; of_work: how many of them may be more than waiting; memory: bytes.
    """

    address: str
    etag: str
    last_modified: str
    first: datetime
    last: datetime
    zone: str
    own: list[str]
    at_home: bool
    seconds: int = 25
    of_work: int = 15
    memory: int = 512_000_000


@dataclass(frozen=True, slots=True)
class Found:
    """busy is None where nothing has changed since."""

    busy: list[Stretch] | None
    etag: str
    last_modified: str


def read(task: Task) -> Found | Trouble:
    """Read the calendar, in a process of its own."""
    kept = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    try:
        ended = subprocess.run(  # noqa: S603  this program itself
            [sys.executable, "-m", __name__],
            input=json.dumps(asdict(task), default=datetime.isoformat).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what breaks may quote the address, or the calendar
            env=kept,
            timeout=task.seconds + _TO_START,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Trouble.TOO_SLOW
    if ended.returncode < 0:  # ended by the alarm, or for working too long
        return Trouble.TOO_SLOW
    try:
        said = json.loads(ended.stdout)
    except ValueError:
        return Trouble.BROKEN
    if "trouble" in said:
        return Trouble(said["trouble"])
    if said["busy"] is not None:
        said["busy"] = [(datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in said["busy"]]
    return Found(**said)


def main() -> None:
    said = json.load(sys.stdin)
    task = Task(**said | {name: datetime.fromisoformat(said[name]) for name in ("first", "last")})
    signal.alarm(task.seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (task.of_work, task.of_work + 1))
    resource.setrlimit(resource.RLIMIT_AS, (task.memory, task.memory))
    try:
        answer = asdict(_read_here(task))
    except Failed as failed:
        answer = {"trouble": failed.trouble}
    except TooMany:
        answer = {"trouble": Trouble.TOO_MANY}
    except (NotACalendar, RecursionError):
        answer = {"trouble": Trouble.NOT_A_CALENDAR}
    except MemoryError:
        answer = {"trouble": Trouble.TOO_LARGE}
    json.dump(answer, sys.stdout, default=datetime.isoformat)


def _read_here(task: Task) -> Found:
    got = fetching.fetch(
        task.address, etag=task.etag, last_modified=task.last_modified, at_home=task.at_home, limits=Limits()
    )
    busy = None
    if got.text is not None:
        window: dict[str, Any] = {"first": task.first, "last": task.last}
        busy = busy_times_ics.busy_times(got.text, **window, zone=task.zone, own=set(task.own), most=MOST_BUSY_TIMES)
    return Found(busy, got.etag, got.last_modified)


if __name__ == "__main__":
    main()
