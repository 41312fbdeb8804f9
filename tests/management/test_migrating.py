"""One process at a time brings up the tables, and waits for none of them so long that others have to wait too."""

import time

import pytest
from django.db import OperationalError, connection

from handsel.management import migrating


def test_nothing_is_done_where_nothing_is_missing(db, monkeypatch):
    monkeypatch.setattr(migrating, "call_command", lambda *_, **__: pytest.fail("It migrates."))
    migrating.bring_up_to_date()


def test_one_at_a_time_and_the_next_asks_again(db):
    asked = []
    with migrating.turn():
        if connection.vendor == "postgresql":
            with pytest.raises(InterruptedError), migrating.turn(pause=_interrupt):
                pytest.fail("It is somebody else's turn.")
    with migrating.turn(pause=asked.append):
        assert not asked


def _interrupt(_seconds: float) -> None:
    raise InterruptedError


def test_a_migration_lets_others_pass_when_a_table_is_held_and_comes_again(db, monkeypatch):
    if connection.vendor != "postgresql":
        pytest.skip("a writer of SQLite waits for its turn")
    own, reader, paused = connection.copy(), connection.copy(), []
    monkeypatch.setattr(migrating, "LOCK_TIMEOUT", "1ms")
    monkeypatch.setattr(migrating, "connection", own)
    reader.set_autocommit(False)
    reader.cursor().execute("SELECT 1 FROM handsel_child")

    def migrate() -> None:
        own.set_autocommit(False)
        own.in_atomic_block = True
        try:
            own.cursor().execute("ALTER TABLE handsel_child ADD COLUMN hat text")
        finally:
            own.in_atomic_block = False
            own.rollback()

    def pause(seconds: float) -> None:
        paused.append(seconds)
        if len(paused) == 2:
            reader.close()

    migrating.patiently(migrate, pause=pause)
    own.close()
    assert len(paused) >= 2  # the server hears a moment later that the reader has gone
    assert set(paused) == {2.0}


def test_another_error_is_no_reason_to_come_again(db):
    def migrate() -> None:
        raise OperationalError("the disk is full")

    with pytest.raises(OperationalError, match="the disk is full"):
        migrating.patiently(migrate, pause=time.sleep)
