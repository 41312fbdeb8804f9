"""What is counted, over all processes of this machine: each counts in a file of its own, and who asks adds them up.

A file holds one entry for each name with its labels, as its text and a number of eight bytes that is written in place.
What a process counted that ended is added to one file, so that nothing is counted less than before. Why files, and why
they are no memory maps: docs/decisions/0063.
"""

import fcntl
import json
import os
import platform
import struct
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from threading import Lock
from uuid import uuid4

from django.conf import settings

# Of a request's seconds, counted up to each of these.
BUCKETS = (0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_ENDED, _LIVE = "ended.json", ".counts"
_SEPARATOR = "\t"


class Kind(StrEnum):
    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Metric:
    """One thing that is counted or measured, by these labels: never by an id, a name or an address."""

    kind: Kind
    help: str
    labels: tuple[str, ...] = ()


# What processes count while they work. What is measured when somebody asks stands in queries.gauges.
COUNTED = {
    "handsel_requests_total": Metric(
        Kind.COUNTER, "Requests that were answered, by route, method and status.", ("route", "method", "status")
    ),
    "handsel_request_seconds": Metric(Kind.HISTOGRAM, "How long requests took, by route.", ("route",)),
    "handsel_database_statements_total": Metric(
        Kind.COUNTER, "Statements to the database, by the route or the worker's duty.", ("route", "duty")
    ),
    "handsel_database_wait_seconds_total": Metric(
        Kind.COUNTER, "Seconds waited for the database's answers and locks.", ("route", "duty")
    ),
    "handsel_database_pool_wait_seconds_total": Metric(
        Kind.COUNTER, "Seconds waited for one of a process's own connections to PostgreSQL."
    ),
    "handsel_duty_failures_total": Metric(Kind.COUNTER, "How often a duty of the worker broke.", ("duty",)),
    "handsel_sign_ins_refused_total": Metric(
        Kind.COUNTER,
        "Sign-ins that were refused: a wrong password, code, second step or passkey, or one try too many.",
        ("reason",),
    ),
}

type Totals = dict[str, float]


def count(name: str, *labels: str, by: float = 1) -> None:
    """Count so much more. Costs nothing where no metrics are wanted."""
    if settings.METRICS_TOKEN:
        _of_this_process.add(_SEPARATOR.join((name, *labels)), by)


def observe(name: str, seconds: float, *labels: str) -> None:
    """Count one more in a histogram."""
    bucket = bisect_left(BUCKETS, seconds)
    count(name, *labels, str(BUCKETS[bucket]) if bucket < len(BUCKETS) else "+Inf")
    count(name, *labels, "sum", by=seconds)


def directory() -> Path:
    """Return where this machine's files lie: several machines may share a data directory."""
    name = "".join(sign if sign.isalnum() or sign in "-_." else "_" for sign in platform.node()).strip(".")
    path: Path = settings.METRICS_DIR / (name or "machine")
    return path


class _Counts:
    """What this process has counted. What cannot be written, on a full disk say, is kept and tried again with the next
    count of it.
    """

    _file: int | None = None

    def __init__(self) -> None:
        self.forget()

    def forget(self) -> None:
        """Begin anew, as a process that was forked does. The file that it inherited stays its parent's."""
        if self._file is not None:
            os.close(self._file)
        self._lock = Lock()
        self._totals: defaultdict[str, float] = defaultdict(float)
        self._places: dict[str, int] = {}
        self._file = None
        self._directory: Path | None = None
        self._end = 0

    def add(self, key: str, by: float) -> None:
        with self._lock:
            self._totals[key] += by
            with suppress(OSError):
                self._write(key)

    def _write(self, key: str) -> None:
        where = directory()
        if self._file is None or self._directory != where:
            self._file, self._directory, self._places, self._end = _own_file(where), where, {}, 0
        place = self._places.get(key)
        if place is not None:
            os.pwrite(self._file, struct.pack("<d", self._totals[key]), place)
            return
        text = key.encode()
        text += b" " * (-len(text) % 8)  # each number lies on one page of the disk, whole
        entry = struct.pack("<Q", len(text)) + text + struct.pack("<d", self._totals[key])
        if os.pwrite(self._file, entry, self._end) == len(entry):
            self._end += len(entry)
            self._places[key] = self._end - 8


_of_this_process = _Counts()


def _begin_anew() -> None:
    _of_this_process.forget()


os.register_at_fork(after_in_child=_begin_anew)


def _own_file(where: Path) -> int:
    """Return a new file, which is locked as long as this process lives. Nobody sees it before it is."""
    where.mkdir(mode=0o700, parents=True, exist_ok=True)
    name = f"{os.getpid()}-{uuid4().hex[:12]}"
    draft = where / f".{name}"
    file = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
    fcntl.flock(file, fcntl.LOCK_EX)
    draft.rename(where / f"{name}{_LIVE}")
    return file


# Adding up


def totals() -> Totals:
    """Return what all processes of this machine have counted, those that ended too."""
    where, sums = directory(), defaultdict[str, float](float)
    if not where.is_dir():
        return {}
    with _one_reader(where):
        ended, added = _read_ended(where)
        gone = []
        for path in sorted(where.glob(f"*{_LIVE}")):
            counts, is_live = _read(path)
            if path.name in added:
                counts = {}
            if not is_live:
                gone.append(path)
            for key, value in counts.items():
                (sums if is_live else ended)[key] += value
        if gone:
            _keep_ended(where, ended, gone)
    for key, value in ended.items():
        sums[key] += value
    return dict(sums)


@contextmanager
def _one_reader(where: Path) -> Iterator[None]:
    """Let nobody else add up meanwhile: what a process counted that ended is to be added once."""
    try:
        file = os.open(where / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:  # a disk that can only be read: nothing is moved on it
        yield
        return
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


def _read(path: Path) -> tuple[Totals, bool]:
    """Return what a process has counted, and whether it lives."""
    file = os.open(path, os.O_RDWR)
    try:
        is_live = _is_locked(file)
        content = os.pread(file, os.fstat(file).st_size, 0)
    finally:
        os.close(file)
    counts, at = {}, 0
    while at + 8 <= len(content):
        [length] = struct.unpack_from("<Q", content, at)
        if not length or at + 16 + length > len(content):
            break
        key = content[at + 8 : at + 8 + length].decode().rstrip(" ")
        [counts[key]] = struct.unpack_from("<d", content, at + 8 + length)
        at += 16 + length
    return counts, is_live


def _is_locked(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False


def _read_ended(where: Path) -> tuple[defaultdict[str, float], set[str]]:
    """Return what processes had counted that ended, and the names of their files, which may be there still."""
    try:
        content = json.loads((where / _ENDED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return defaultdict(float), set()
    return defaultdict(float, content["totals"]), set(content["added"])


def _keep_ended(where: Path, ended: Mapping[str, float], gone: Sequence[Path]) -> None:
    """Keep what those have counted that ended, then drop their files; cut off in between, next time."""
    draft = where / f".{_ENDED}"
    with suppress(OSError):
        content = {"totals": ended, "added": [path.name for path in gone]}
        draft.write_text(json.dumps(content), encoding="utf-8")
        draft.rename(where / _ENDED)
        for path in gone:
            path.unlink(missing_ok=True)


# As Prometheus reads it


def text(measured: Mapping[str, Metric], values: Mapping[tuple[str, ...], float]) -> str:
    """Return all in Prometheus's text format: what processes counted, and what was measured just now (its name and the
    values of its labels).
    """
    rows: defaultdict[str, dict[tuple[str, ...], float]] = defaultdict(dict)
    counted = {tuple(key.split(_SEPARATOR)): value for key, value in totals().items()}
    for (name, *labels), value in (counted | dict(values)).items():
        rows[name][tuple(labels)] = value
    lines = []
    for name, metric in sorted((COUNTED | dict(measured)).items()):
        lines += [f"# HELP {name} {metric.help}", f"# TYPE {name} {metric.kind}"]
        lines += (_histogram if metric.kind is Kind.HISTOGRAM else _plain)(name, metric, rows[name])
    return "\n".join(lines) + "\n"


def _plain(name: str, metric: Metric, rows: Mapping[tuple[str, ...], float]) -> Iterator[str]:
    for labels, value in sorted(rows.items()):
        yield f"{name}{_labels(metric.labels, labels)} {_number(value)}"


def _histogram(name: str, metric: Metric, rows: Mapping[tuple[str, ...], float]) -> Iterator[str]:
    """Yield the buckets, of which each holds those before it too, the sum and the number."""
    for labels in sorted({row[:-1] for row in rows}):
        so_far = 0.0
        for bound in (*map(str, BUCKETS), "+Inf"):
            so_far += rows.get((*labels, bound), 0)
            yield f"{name}_bucket{_labels((*metric.labels, 'le'), (*labels, bound))} {_number(so_far)}"
        yield f"{name}_sum{_labels(metric.labels, labels)} {_number(rows.get((*labels, 'sum'), 0))}"
        yield f"{name}_count{_labels(metric.labels, labels)} {_number(so_far)}"


def _labels(names: Sequence[str], values: Sequence[str]) -> str:
    escaped = (value.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n") for value in values)
    pairs = [f'{name}="{value}"' for name, value in zip(names, escaped, strict=True) if value]
    return f"{{{','.join(pairs)}}}" if pairs else ""


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) else repr(value)
