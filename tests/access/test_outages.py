"""A database that cannot be used is told from a fault of ours, by the errors that the databases really raise."""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest
from django.db import OperationalError, ProgrammingError, connection, transaction
from django.test import Client
from django.test.client import MULTIPART_CONTENT

from handsel.access import outages
from handsel.apps import OutageOnce


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
    broken = RuntimeError("on fire")
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, "Broken", (), (RuntimeError, broken, None))
    assert once.filter(record)
    assert record.exc_info
