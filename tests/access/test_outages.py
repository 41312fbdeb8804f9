"""A database that cannot be used is told from a fault of ours, by the errors that the databases really raise."""

import errno
import json
import logging
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Event

import pytest
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test import Client
from django.test.client import MULTIPART_CONTENT

import handsel.__main__
from handsel.access import outages
from handsel.api import health
from handsel.apps import OutageOnce
from handsel.management import setup
from handsel.models import RateLimitCounter
from tests import pgbouncer
from tests.world import PASSWORD


def refused(database: sqlite3.Connection, statement: str) -> sqlite3.Error:
    with pytest.raises(sqlite3.Error) as raised:
        database.execute(statement)
    return raised.value


def reason(cause: Exception, kind: type[Exception] = OperationalError) -> str | None:
    """As Django raises what a database raised."""
    error = kind(*cause.args)
    error.__cause__ = cause
    return outages.reason(error)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "book.sqlite3"
    with closing(sqlite3.connect(path)) as database:
        database.execute("CREATE TABLE note (words TEXT)")
    return path


@pytest.mark.no_database
def test_what_hinders_sqlite_is_named(file):
    writer, other = (sqlite3.connect(file, timeout=0, isolation_level=None) for _ in range(2))
    writer.execute("BEGIN IMMEDIATE")
    assert reason(refused(other, "INSERT INTO note VALUES ('')")) == outages.BUSY
    writer.execute("COMMIT")
    writer.execute("PRAGMA max_page_count = 2")
    assert reason(refused(writer, "INSERT INTO note VALUES (zeroblob(100000))")) == outages.FULL
    reader = sqlite3.connect(f"file:{file}?mode=ro", uri=True)
    assert reason(refused(reader, "DELETE FROM note")) == outages.READ_ONLY
    with pytest.raises(sqlite3.Error) as raised:
        sqlite3.connect(file.parent / "gone" / "book.sqlite3").execute("SELECT 1")
    assert reason(raised.value) == outages.UNREADABLE
    assert reason(refused(other, "SELECT 1 FROM nothing")) is None
    for each in (writer, other, reader):
        each.close()


@pytest.mark.no_database
def test_other_errors_are_faults():
    assert outages.reason(None) is None
    assert outages.reason(RuntimeError("The database is busy.")) is None
    assert outages.reason(ProgrammingError("no such column")) is None
    assert outages.reason(OperationalError("connection refused")) == outages.SILENT


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, outages.FULL),
        (errno.EDQUOT, outages.FULL),
        (errno.EROFS, outages.READ_ONLY_DISK),
        (errno.EIO, outages.UNREADABLE),
        (errno.ENOENT, None),
    ],
)
def test_a_disk_that_takes_no_file_is_no_fault_of_ours(number, said):
    assert outages.reason(OSError(number, "no")) == said


@pytest.mark.no_database
def test_a_command_that_meets_a_full_disk_ends_with_a_sentence(monkeypatch):
    def fill(_arguments):
        raise OSError(errno.ENOSPC, "No space left on device", "encryption_keys")

    monkeypatch.setattr(handsel.__main__, "execute_from_command_line", fill)
    monkeypatch.setattr(sys, "argv", ["handsel", "user"])
    monkeypatch.setattr("os.umask", lambda _mask: None)  # it would stay for the tests that come after
    with pytest.raises(SystemExit) as end:
        handsel.__main__.main()
    assert end.value.code.startswith("handsel: Nothing can be kept. The disk is full: ")


@pytest.mark.any_database
def test_a_database_that_loses_what_it_acknowledged_is_not_served(db):
    named = {"sqlite": "journal_mode memory", "postgresql": "with fsync and full_page_writes switched off"}
    with pytest.raises(SystemExit, match=f"{named[connection.vendor]}.*a power cut could take"):
        setup.refuse_careless_database()


@pytest.mark.any_database
@pytest.mark.parametrize("what", ["A device was not noted", "A session was not renewed"])
def test_a_page_comes_though_nothing_of_it_can_be_kept(world, monkeypatch, what):
    """That a device was seen, and when its session ends, is noted another time."""
    if connection.vendor != "sqlite":
        pytest.skip("a transaction of PostgreSQL is of no use after an error, and the test is in one")
    browser = Client()
    browser.force_login(world.ana)
    assert browser.get("/settings/").status_code == 200
    if "device" in what:
        monkeypatch.setattr("handsel.web.middleware.get_authentication_records", lambda *_: [{"at": 0}])
        monkeypatch.setattr("handsel.web.middleware._noted", {})
    else:
        monkeypatch.setattr("handsel.web.sessions.SessionStore.is_due_for_renewal", True)
    said = []
    monkeypatch.setattr("handsel.apps.OutageOnce.filter", lambda _, record: said.append(record.msg) or False)
    with taking_no_writes():
        assert browser.get("/settings/").status_code == 200
    assert said == [what]


@pytest.mark.any_database
def test_a_session_that_cannot_be_kept_is_not_said_to_be_gone(world):
    if connection.vendor != "sqlite":
        pytest.skip("as above")
    browser = Client(raise_request_exception=False)
    browser.force_login(world.ana)
    with taking_no_writes():
        session = browser.session
        session["kept"] = "something"
        with pytest.raises(OperationalError) as refused:
            session.save()
    assert outages.reason(refused.value) == outages.READ_ONLY


def test_a_try_to_sign_in_that_could_not_be_answered_counts_for_nothing(world, monkeypatch):
    browser = Client(raise_request_exception=False)
    form = {"login": world.ana.email, "password": PASSWORD}

    def fail(*_args, **_options):
        raise OperationalError("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr("handsel.web.sessions.SessionStore.save", fail)
        for _ in range(7):
            assert browser.post("/accounts/login/", form).status_code == 503
    assert set(RateLimitCounter.objects.values_list("used", flat=True)) == {0}
    assert browser.post("/accounts/login/", form).status_code == 302


@pytest.mark.no_database
def test_health_waits_two_seconds_for_a_database_that_says_nothing(rf, settings, monkeypatch):
    settings.TRY_HEALTH_APART = True
    answers = Event()
    monkeypatch.setattr(health, "_LIMIT", 0.01)
    monkeypatch.setattr(health, "_try", lambda _: answers.wait() and None)
    monkeypatch.setattr(health._Last, "trying", None)
    for _ in range(2):  # the second one asks nothing more
        ill = health.healthz(rf.get("/healthz"))
        assert (ill.status_code, json.loads(ill.content)["reason"]) == (503, outages.SILENT)
    answers.set()
    health._Last.trying.join()


def test_a_read_on_a_connection_that_the_server_closed_is_tried_once_more(db):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no server")
    if pgbouncer.THROUGH_IT:
        pytest.skip("a pooler has the session, and nobody's own is closed")
    other = connection.copy()
    try:
        with other.cursor() as cursor:
            [(process,)] = cursor.execute("SELECT pg_backend_pid()").fetchall()
        with connection.cursor() as killer:
            killer.execute("SELECT pg_terminate_backend(%s, 5000)", [process])
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_backend_pid()")
            [(process_after,)] = cursor.fetchall()
            assert process_after != process
        with connection.cursor() as killer:
            killer.execute("SELECT pg_terminate_backend(%s, 5000)", [process_after])
        with pytest.raises(OperationalError) as lost, other.cursor() as cursor:
            cursor.execute("CREATE TABLE written_twice ()")
        assert outages.reason(lost.value) == outages.SILENT
    finally:
        other.close()


@pytest.mark.parametrize(
    ("path", "media_type"),
    [("/api/v1/families", "application/problem+json"), ("/families/new/", "text/html; charset=utf-8")],
)
def test_nothing_is_kept_and_it_says_so_and_when_to_try_again(world, path, media_type):
    client = Client(raise_request_exception=False, headers={"authorization": f"Bearer {world.secret(world.ana)}"})
    if not path.startswith("/api/"):
        client = Client(raise_request_exception=False)
        client.force_login(world.ana)
    body = {"name": "The Okafors", "time_zone": "America/New_York", "timeZone": "America/New_York", "currency": "USD"}
    body["role"] = "PARENT"
    assert client.get("/healthz").json() == {"status": "ok"}
    with taking_no_writes():
        answer = client.post(path, body, content_type="application/json" if "api" in path else MULTIPART_CONTENT)
        assert (answer.status_code, answer["Content-Type"]) == (503, media_type)
        assert answer["Retry-After"] == "10"
    with taking_no_writes():
        ill = client.get("/healthz")
        assert (ill.status_code, ill.json()) == (503, {"status": "unavailable", "reason": outages.READ_ONLY})


@contextmanager
def taking_no_writes() -> Iterator[None]:
    """Until the end of a block the database is read alone."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET TRANSACTION READ ONLY")  # of this savepoint
            yield
        else:
            connection.connection.execute("PRAGMA query_only = ON")
            try:
                yield
            finally:
                connection.connection.execute("PRAGMA query_only = OFF")
        transaction.set_rollback(True)


@pytest.mark.no_database
def test_the_log_says_it_once_a_minute_and_without_a_traceback(monkeypatch):
    now = 1000.0
    monkeypatch.setattr("handsel.apps.time.monotonic", lambda: now)
    once = OutageOnce()

    def line() -> logging.LogRecord:
        error = OperationalError("connection refused to somebody's host")
        return logging.LogRecord(
            "django.request", logging.ERROR, "", 0, "Broken: %s", ("/",), (type(error), error, None)
        )

    first = line()
    assert once.filter(first)
    assert (first.getMessage(), first.exc_info) == ("The database does not answer. (OperationalError)", None)
    assert not once.filter(line())
    now += 61
    assert once.filter(line())
    duty = line()
    duty.exc_info, duty.error = None, OperationalError("of the worker, which writes no traceback")
    assert not once.filter(duty)
    broken = RuntimeError("on fire")
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Broken", (), (RuntimeError, broken, None))
    assert once.filter(record)
    assert record.exc_info
