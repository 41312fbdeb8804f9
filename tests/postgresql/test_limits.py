"""Limits hold on each statement: set once on a connection of PostgreSQL, and in each transaction through a pooler."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import IntegrityError, OperationalError, connection

from handsel.postgresql import base

LIMITS = {"lock_timeout": "50ms", "statement_timeout": "7s"}


@pytest.fixture(params=["direct", "pooled"])
def limited(request, db, monkeypatch) -> Iterator[Any]:
    """A connection of its own."""
    if connection.vendor != "postgresql":
        pytest.skip("of PostgreSQL alone")
    own = connection.copy()
    own.settings_dict["LIMITS"] = LIMITS
    own.ensure_connection()
    if request.param == "pooled" and not base.is_pooled(own.connection):
        own.connection.execute("RESET lock_timeout; RESET statement_timeout")
        base._pooled.add(own.connection)
    yield own
    own.close()


def limits(limited: Any) -> tuple[str, str]:
    with limited.cursor() as cursor:
        cursor.execute("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
        return cursor.fetchone()


def test_they_hold_alone_in_a_transaction_and_in_a_savepoint(limited):
    assert limits(limited) == ("50ms", "7s")
    limited.set_autocommit(False)
    with limited.cursor() as cursor:
        cursor.execute("SAVEPOINT a")
        assert limits(limited) == ("50ms", "7s")
        cursor.execute("ROLLBACK TO SAVEPOINT a")
    assert limits(limited) == ("50ms", "7s")
    limited.commit()
    assert limits(limited) == ("50ms", "7s")


def test_through_a_pooler_nothing_is_left_behind(limited):
    limits(limited)
    outside = limited.connection.execute("SHOW lock_timeout").fetchone()
    assert outside == (("0",) if base.is_pooled(limited.connection) else ("50ms",))


def test_what_breaks_alone_breaks_alone(limited):
    with pytest.raises(IntegrityError), limited.cursor() as cursor:
        cursor.execute("INSERT INTO handsel_family (id) VALUES (NULL)")
    assert limits(limited) == ("50ms", "7s")
    assert limited.connection.info.transaction_status == 0


def test_an_index_is_made_concurrently(limited):
    with limited.cursor() as cursor:
        cursor.execute("DROP INDEX CONCURRENTLY IF EXISTS none_of_this_name")
    assert limits(limited) == ("50ms", "7s")


def test_a_lock_is_waited_for_no_longer(limited):
    holder = connection.copy()
    holder.set_autocommit(False)
    holder.cursor().execute("LOCK TABLE handsel_child")
    with pytest.raises(OperationalError, match="lock timeout"), limited.cursor() as cursor:
        cursor.execute("SELECT 1 FROM handsel_child")
    holder.close()
    assert limits(limited) == ("50ms", "7s")
