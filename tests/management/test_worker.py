"""The worker: duties in turn, one worker at a time, and it shows when it is gone."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import timedelta
from threading import Event, Thread

import pytest

from handsel.actions import duties
from handsel.management import worker
from handsel.management.worker import Duty
from handsel.models import Duty as Row
from handsel.outbound import smtp
from handsel.queries import health
from tests.server import Server
from tests.world import NOW

HOUR = timedelta(hours=1)


def test_of_two_workers_one_has_its_turn_and_the_lease_of_a_dead_one_runs_out(db):
    duties.announce({"drop what is over": HOUR}, at=NOW)
    assert [duties.take("drop what is over", at=NOW) for _ in range(2)] == [True, False]
    assert duties.take("drop what is over", at=NOW + duties.LEASE)
    duties.done("drop what is over", at=NOW, again_at=NOW + HOUR)
    assert not duties.take("drop what is over", at=NOW + HOUR - timedelta(seconds=1))
    assert duties.take("drop what is over", at=NOW + HOUR)


def test_what_is_no_duty_any_more_is_not_waited_for(db):
    duties.announce({"drop what is over": HOUR, "knit": HOUR}, at=NOW)
    duties.announce({"drop what is over": HOUR}, at=NOW + HOUR)
    assert list(Row.objects.values_list("name", "since")) == [("drop what is over", NOW + HOUR)]


def test_a_duty_that_breaks_is_written_down_by_its_kind_and_is_late_in_the_end(db, caplog):
    def break_down(at):
        raise OSError("ana@example.com is away")

    broken = Duty("knit", HOUR, break_down)
    duties.announce({"knit": HOUR}, at=NOW)
    assert worker.run_duty(broken, NOW, {}) == 0
    row = Row.objects.get(name="knit")
    assert (row.last_error, row.done_at) == ("OSError", None)
    assert "ana@" not in caplog.text
    assert health.trouble(NOW + HOUR) is None
    assert health.trouble(NOW + HOUR + timedelta(seconds=1)) == "The worker has not done this lately: knit."


def test_healthz_says_that_the_worker_is_gone(client, db):
    duties.announce({"drop what is over": HOUR}, at=NOW)
    ill = client.get("/healthz")
    assert (ill.status_code, ill.json()["reason"]) == (503, "The worker has not done this lately: drop what is over.")


def test_what_hangs_in_one_lane_holds_up_no_other(monkeypatch):
    """Told to stop, the worker does not wait for it for long either."""
    hangs, reminded, pushed, stop = Event(), Event(), Event(), Event()

    def note(event):
        return lambda _: event.set() or 0

    some = {"every": timedelta(0), "shared": True}
    by_lane = [
        Duty("letters", do=lambda _: hangs.wait(20) and 0, lane="letters", threads=2, **some),
        Duty("pushes", do=note(pushed), lane="pushes", **some),
        Duty("remind", do=note(reminded), **some),
    ]
    monkeypatch.setattr(worker, "DUTIES", by_lane)
    monkeypatch.setattr(worker, "_PATIENCE", 0.01)
    monkeypatch.setattr(worker, "_PAUSE", 0.01)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(duties, "done", lambda *_, **__: None)
    running = Thread(target=worker.run, args=(stop,), daemon=True)
    running.start()
    assert pushed.wait(10)
    assert reminded.wait(10)
    stop.set()
    running.join(10)
    assert not running.is_alive()
    hangs.set()


def test_each_way_out_and_the_calendars_have_a_lane_of_their_own():
    lanes = {duty.name: duty.lane for duty in worker.DUTIES}
    alone = ("send letters", "send pushes", "read calendars")
    assert [list(lanes.values()).count(lanes[name]) for name in alone] == [1, 1, 1]


def test_a_mail_server_that_thinks_as_long_as_it_may_makes_nobody_late():
    [letters] = [duty for duty in worker.DUTIES if duty.name == "send letters"]
    assert letters.late_after.total_seconds() > smtp.BEFORE + smtp.ANSWER + 2 * smtp.WORD


@pytest.mark.skipif(sys.platform != "linux", reason="asks /proc for the children of the server")
def test_it_runs_beside_the_server_comes_back_when_it_is_killed_and_stops_when_told():
    server = Server("sqlite", HANDSEL_WORKERS="1", HANDSEL_WORKER="inside")
    with server, closing(sqlite3.connect(server.home / "data" / "handsel.sqlite3", isolation_level=None)) as book:
        _forgotten(book)
        beside = subprocess.Popen(
            [sys.executable, "-m", "handsel", "worker"],
            cwd=server.home,
            env=server.environment,
            stdout=subprocess.PIPE,
            text=True,
        )
        with beside:
            assert beside.stdout.readline().startswith("Handsel's worker is at work.")
            beside.send_signal(signal.SIGTERM)
            assert beside.wait(timeout=20) == 0
        os.kill(max(server.children()), signal.SIGKILL)  # the youngest: what answers was there before it
        book.execute("UPDATE handsel_duty SET done_at = NULL, next_at = '2026-01-01 00:00:00'")
        _forgotten(book)
        assert server.stop() == 0
    assert server.logged == ""


def _forgotten(book):
    for _ in range(300):
        if book.execute("SELECT count(*) FROM handsel_duty WHERE done_at IS NULL").fetchone() == (0,):
            return
        time.sleep(0.1)
    raise AssertionError("nobody does the duties")
