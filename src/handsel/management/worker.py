"""The worker: does each duty in its time until it is told to stop, by threads that do not wait for one another.

Several workers on several machines do no harm: a duty is one worker's turn, or claims its rows itself.
"""

import ctypes
import logging
import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from threading import Event, Thread
from time import monotonic, sleep

from django.db import close_old_connections, connections
from django.utils import timezone

from handsel.actions import clock_looks, duties, extending, mailed_calendars, outside_calendars, receipts
from handsel.actions.erasing import erasures
from handsel.actions.example_families import statements
from handsel.management import calendar_subprocess, delivery, exporting, scheduled_backups
from handsel.notices import closing, reminders
from handsel.observability import metrics, work
from handsel.rules import backups
from handsel.rules.notices import Lane
from handsel.rules.outside_calendars import Trouble

log = logging.getLogger(__name__)

_PAUSE = 1.0  # seconds between two looks at the clock
# How long who is told to stop waits for what is under way: less than `handsel serve` and systemd wait for the worker. A
# letter that the mail server still thinks about is left to its lease.
_PATIENCE = 8.0
# A shared duty that finds nothing to do says only now and then that it looked.
_REPORTED_EVERY = 30.0  # seconds
_ASKED_EVERY = 10.0  # seconds, whether it is due


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty. `do` is given the time and answers how much it did. It may be cut off anywhere and done twice.

    shared: several workers may do it at once, because it claims its own rows; else one has a turn at a time.
    lane: what waits for others stands in one of its own, which as many threads do. lasts: how long it may take.
    by_the_clock: it forgets or plans because of what the clock shows, and nobody can take that back; so it does nothing
    on its first look after the clock stepped.
    """

    name: str
    every: timedelta
    do: Callable[[datetime], int]
    shared: bool = False
    lane: str = "book"
    threads: int = 1
    lasts: timedelta = timedelta()
    by_the_clock: bool = False

    @property
    def late_after(self) -> timedelta:
        """Return how long it may go undone before somebody should look why."""
        return 3 * self.every + timedelta(minutes=5) + self.lasts


def read_calendar(at: datetime) -> int:
    """Read the next outside calendar whose turn it is; return how many that were."""
    claimed = outside_calendars.claim(at)
    if claimed is None:
        return 0
    reading = Trouble.LOST if claimed.calendar is None else calendar_subprocess.read(claimed.calendar)
    if isinstance(reading, Trouble):
        outside_calendars.note_trouble(claimed, reading, at=at)
    else:
        outside_calendars.keep(claimed, reading, at=at)
    return 1


# A mail server may think for ten minutes about each of them (outbound.smtp).
_LONGEST_LETTER = timedelta(minutes=15)

_LONGEST_BACKUP = timedelta(hours=6)

DUTIES = (
    Duty(
        "send sign-in letters",
        timedelta(seconds=1),
        partial(delivery.deliver, lane=Lane.SIGN_IN),
        shared=True,
        lane="sign-in letters",
        lasts=_LONGEST_LETTER,
    ),
    Duty(
        "send letters",
        timedelta(seconds=5),
        partial(delivery.deliver, lane=Lane.LETTERS),
        shared=True,
        lane="letters",
        threads=2,
        lasts=_LONGEST_LETTER,
    ),
    Duty("send pushes", timedelta(seconds=5), partial(delivery.deliver, lane=Lane.PUSHES), shared=True, lane="pushes"),
    Duty("remind", timedelta(minutes=1), reminders.remind),
    Duty("close notices", timedelta(minutes=5), closing.close_past, by_the_clock=True),
    Duty("correct calendars", timedelta(minutes=1), mailed_calendars.correct),
    Duty("extend", timedelta(minutes=10), extending.extend, by_the_clock=True),
    Duty("drop what is over", duties.DROP_EVERY, duties.drop_over, by_the_clock=True),
    Duty(
        "erase what was asked for", timedelta(minutes=10), erasures.work, lasts=timedelta(minutes=10), by_the_clock=True
    ),
    Duty("sweep receipts", timedelta(hours=1), receipts.sweep, by_the_clock=True),
    Duty("drop unsent forms", timedelta(minutes=1), duties.drop_kept_forms, by_the_clock=True),
    Duty(
        "write exports",
        timedelta(seconds=5),
        exporting.write_next,
        shared=True,
        lane="exports",
        lasts=timedelta(minutes=10),
    ),
    Duty("drop exports", timedelta(hours=1), exporting.drop_over, by_the_clock=True),
    Duty(
        "issue statements of the example",
        timedelta(seconds=5),
        statements.issue_next,
        shared=True,
        lane="exports",
    ),
    # Done is it also where none was due; who looks for one in vain for hours is late.
    Duty(backups.DUTY, timedelta(hours=1), scheduled_backups.back_up_if_due, lane="backups", lasts=_LONGEST_BACKUP),
    Duty("read calendars", timedelta(minutes=1), read_calendar, shared=True, lane="calendars"),
)


def announce() -> None:
    duties.announce({duty.name: duty.late_after for duty in DUTIES}, at=timezone.now())


def run(stop: Event) -> None:
    """Do the duties until stop is set, each lane in threads of its own; what is under way is finished first, where that
    does not take long.
    """
    lanes: dict[str, list[Duty]] = {}
    for duty in DUTIES:
        lanes.setdefault(duty.lane, []).append(duty)
    threads = [
        Thread(target=_work, args=(some, stop), name=lane, daemon=True)
        for lane, some in lanes.items()
        for _ in range(max(duty.threads for duty in some))
    ]
    for thread in threads:
        thread.start()
    while not stop.wait(_PAUSE):
        if not all(thread.is_alive() for thread in threads):  # who started us starts us anew
            log.error("A thread of the worker ended.")
            break
    stop.set()
    until = monotonic() + _PATIENCE
    for thread in threads:
        thread.join(max(0.0, until - monotonic()))


def _work(some: Sequence[Duty], stop: Event) -> None:
    """Do these duties, one after the other. Pauses are measured by a clock that cannot step."""
    due = {duty.name: monotonic() for duty in some}
    reported: dict[str, float] = {}
    try:
        while not stop.is_set():
            busy = False
            for duty in some:
                # A virtual machine that is moved or put to sleep may bring even this clock to step.
                if stop.is_set() or 0 < due[duty.name] - monotonic() <= _ASKED_EVERY:
                    continue
                close_old_connections()  # as a server does between two requests: one that is broken is opened anew
                began = monotonic()
                with work.begun(duty=duty.name) as turn:
                    did = run_duty(duty, timezone.now(), reported)
                    work.note(turn, duty=duty.name)
                busy = busy or did > 0
                due[duty.name] = began if did else began + min(duty.every.total_seconds(), _ASKED_EVERY)
            if not busy:
                _rest(stop)
    finally:
        connections.close_all()


def _rest(stop: Event) -> None:
    """Pause, or until stop is set: by short sleeps, whose end no clock that steps puts off as that of a lock's wait."""
    for _ in range(4):
        if not stop.is_set():
            sleep(_PAUSE / 4)


def run_duty(duty: Duty, at: datetime, reported: dict[str, float]) -> int:
    """Do it if it is this worker's turn. What breaks is written down by its kind, and tried again next time."""
    try:
        if not duty.shared and not duties.take(duty.name, at=at, every=duty.every):
            return 0
        did = 0 if _is_held(duty, at) else duty.do(at)
        if did or not duty.shared or not 0 <= monotonic() - reported.get(duty.name, -_REPORTED_EVERY) < _REPORTED_EVERY:
            now = timezone.now()
            duties.done(duty.name, at=now, again_at=now + duty.every)
            reported[duty.name] = monotonic()
    except Exception as error:  # noqa: BLE001  one duty that breaks must not keep the others from being done
        metrics.count("handsel_duty_failures_total", duty.name)
        kind, error_itself = type(error).__name__, {"error": error}  # for reports; its text may name people
        log.error("The duty %s broke: %s", duty.name, kind, extra=error_itself)  # noqa: TRY400  a traceback may name people
        _write_down(duty, type(error).__name__)
        return 0
    return did if duty.shared else 0


def _is_held(duty: Duty, at: datetime) -> bool:
    step = clock_looks.look(at) if duty.by_the_clock else None
    return step is not None and step.holds(duty.every, at)


def _write_down(duty: Duty, error: str) -> None:
    now = timezone.now()
    try:
        duties.done(duty.name, at=now, again_at=now + duty.every, error=error)
    except Exception as second:  # noqa: BLE001  then it is the database, and /healthz says so
        log.error("It could not be written down: %s", type(second).__name__, extra={"error": second})  # noqa: TRY400  a traceback may name people


def stop_on_signals() -> Event:
    """Return an event that SIGTERM and SIGINT set."""
    stop = Event()
    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, lambda *_: stop.set())
    return stop


def fork(close_connections: Callable[[], None]) -> int:
    """Start a process beside this one that is the worker, and return its id. It ends when this one does.

    close_connections: what it does first, to hold nothing that is its parent's.
    """
    child = os.fork()
    if child:
        return child
    try:
        for sign in (signal.SIGCHLD, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2, signal.SIGWINCH):
            signal.signal(sign, signal.SIG_DFL)
        close_connections()
        stop = stop_on_signals()
        end_with_the_parent()
        run(stop)
    finally:
        os._exit(0)


def end_with_the_parent() -> None:
    """Have this process told to stop at once when its parent is killed (Linux; elsewhere it may outlive it)."""
    if sys.platform == "linux":
        set_parent_death_signal = 1  # prctl(2)
        ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)
