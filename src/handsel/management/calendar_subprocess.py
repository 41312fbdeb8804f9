"""The process that reads one outside calendar, which ends in time whatever it meets.

A name that is never found, a file that unfolds for ever or eats all memory: each ends this process and nothing else.
What it is to read comes by standard input, since a command line is seen by everybody on the machine; it knows neither
the database nor the secret key.
"""

import json
import os
import resource
import signal
import subprocess
import sys
import time
import zlib
from dataclasses import asdict
from datetime import datetime
from functools import partial

from handsel.documents import busy_times_ics
from handsel.documents.ics_components import NotACalendar
from handsel.outbound import http_client
from handsel.outbound.http_client import Reason, RequestFailed
from handsel.rules import ip_addresses, outside_calendars
from handsel.rules.outside_calendars import MOST_BUSY_TIMES, CalendarToRead, Reading, Remarks, Trouble

# What Python and the system need to start, and where the machine keeps whom it trusts.
_NEEDED = ("LD_LIBRARY_PATH", "PATH", "PYTHONHOME", "PYTHONPATH", "SSL_CERT_DIR", "SSL_CERT_FILE")
_TO_START = 20  # seconds, on a machine that has much to do
_MOST_BYTES = 10_000_000  # of a calendar, once unpacked
# The share of its time in which everything is read; the rest is for what is left by then.
_TO_READ_ALL = 0.6
_GZIP = 16 + zlib.MAX_WBITS
TROUBLES = {
    Reason.UNREACHABLE: Trouble.UNREACHABLE,
    Reason.NOT_PUBLIC: Trouble.NOT_PUBLIC,
    Reason.REFUSED: Trouble.REFUSED,
    Reason.BROKEN: Trouble.BROKEN,
    Reason.TOO_SLOW: Trouble.TOO_SLOW,
    Reason.TOO_LARGE: Trouble.TOO_LARGE,
}


def read(calendar: CalendarToRead) -> Reading | Trouble:
    """Read the calendar, in a process of its own."""
    environment = {name: os.environ[name] for name in _NEEDED if name in os.environ}
    try:
        process = subprocess.run(  # noqa: S603  this program itself
            [sys.executable, "-m", __name__],
            input=json.dumps(asdict(calendar), default=datetime.isoformat).encode(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what breaks may quote the address, or the calendar
            env=environment,
            timeout=calendar.seconds + _TO_START,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Trouble.TOO_SLOW
    if process.returncode < 0:  # ended by the alarm, or for working too long
        return Trouble.TOO_SLOW
    try:
        answer = json.loads(process.stdout)
    except ValueError:
        return Trouble.BROKEN
    if "trouble" in answer:
        return Trouble(answer["trouble"])
    if answer["busy"] is not None:
        answer["busy"] = [tuple(map(datetime.fromisoformat, stretch)) for stretch in answer["busy"]]
    answer["remarks"] = Remarks(**answer["remarks"])
    return Reading(**answer)


def main() -> None:
    """Run as the process: read what standard input names, and write the Reading or the trouble to standard output."""
    task = json.load(sys.stdin)
    calendar = CalendarToRead(**task | {name: datetime.fromisoformat(task[name]) for name in ("first", "last")})
    signal.alarm(calendar.seconds)
    resource.setrlimit(resource.RLIMIT_CPU, (calendar.cpu_seconds, calendar.cpu_seconds + 1))
    resource.setrlimit(resource.RLIMIT_AS, (calendar.memory, calendar.memory))
    try:
        answer = asdict(_read_here(calendar))
    except RequestFailed as failure:
        answer = {"trouble": TROUBLES[failure.reason]}
    except (NotACalendar, RecursionError):
        answer = {"trouble": Trouble.NOT_A_CALENDAR}
    except MemoryError:
        answer = {"trouble": Trouble.TOO_LARGE}
    json.dump(answer, sys.stdout, default=datetime.isoformat)


def _read_here(calendar: CalendarToRead) -> Reading:
    began = time.monotonic()
    text, etag, last_modified = fetch(calendar)
    if text is None:
        return Reading(None, etag, last_modified)

    def has_time() -> bool:
        return (
            time.process_time() < calendar.cpu_seconds * _TO_READ_ALL
            and time.monotonic() - began < calendar.seconds * _TO_READ_ALL
        )

    busy_times = busy_times_ics.busy_times(
        text,
        first=calendar.first,
        last=calendar.last,
        zone=calendar.zone,
        own=set(calendar.own),
        most=MOST_BUSY_TIMES,
        has_time=has_time,
    )
    return Reading(busy_times.stretches, etag, last_modified, busy_times.remarks)


def fetch(calendar: CalendarToRead, *, most_bytes: int = _MOST_BYTES) -> tuple[bytes | None, str, str]:
    """Return the calendar's file (None where nothing has changed), its ETag and Last-Modified. Raises RequestFailed."""
    headers = {"User-Agent": "Handsel", "Accept": "text/calendar, */*;q=0.1", "Accept-Encoding": "gzip"}
    headers |= {"If-None-Match": calendar.etag} if calendar.etag else {}
    headers |= {"If-Modified-Since": calendar.last_modified} if calendar.last_modified else {}
    follow = partial(outside_calendars.parse_address, allow_private=calendar.allow_private)
    if follow(calendar.address) is None:
        raise RequestFailed(Reason.NOT_PUBLIC)
    response = http_client.request(
        "GET",
        calendar.address,
        headers=headers,
        is_allowed=ip_addresses.is_public_or_home if calendar.allow_private else ip_addresses.is_public,
        follow=follow,
        seconds=calendar.seconds,
        most_bytes=most_bytes,
    )
    known_as = (
        _sendable(response.headers.get("etag", ""), 255),
        _sendable(response.headers.get("last-modified", ""), 64),
    )
    if response.status == 304 and (calendar.etag or calendar.last_modified):
        return None, *known_as
    if response.status != 200:
        is_no = 400 <= response.status < 500 and response.status not in (408, 425, 429)
        raise RequestFailed(Reason.REFUSED if is_no else Reason.BROKEN)
    return _unpack(response, most_bytes), *known_as


def _unpack(response: http_client.Response, most_bytes: int) -> bytes:
    packing = response.headers.get("content-encoding", "identity").strip().lower()
    if packing in ("identity", ""):
        return response.body
    if packing not in ("gzip", "x-gzip"):
        raise RequestFailed(Reason.BROKEN)
    unpacker = zlib.decompressobj(_GZIP)
    try:
        text = unpacker.decompress(response.body, most_bytes + 1)  # one byte more tells that there is more
    except zlib.error:
        raise RequestFailed(Reason.BROKEN) from None
    if len(text) > most_bytes:
        raise RequestFailed(Reason.TOO_LARGE)
    if not unpacker.eof:
        raise RequestFailed(Reason.BROKEN)
    return text


def _sendable(value: str, most: int) -> str:
    """Return what a server calls its state if it can be said to it again, else ""."""
    return value if value.isascii() and value.isprintable() and len(value) <= most else ""


if __name__ == "__main__":
    main()
