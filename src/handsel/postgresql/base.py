"""Django's PostgreSQL with the limits of settings.DATABASES["..."]["LIMITS"] on every statement, pooler or none.

A pooler in transaction mode (PgBouncer) gives each transaction another session of the server. It refuses options of a
connection, and what is set for a session stays behind for somebody else. So where one stands between, the limits are
set within each transaction, and a statement that stands alone becomes one; else they are set once.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from weakref import WeakSet

import psycopg
from django.db import InterfaceError, OperationalError
from django.db.backends.base.base import NO_DB_ALIAS
from django.db.backends.postgresql import base
from psycopg.pq import TransactionStatus

_pooled = WeakSet[psycopg.Connection[Any]]()


def is_pooled(connection: "psycopg.Connection[Any]") -> bool:
    return connection in _pooled


class Connection(psycopg.Connection[Any]):
    """A connection that does not wait for ever for an answer that the network has lost."""

    answers_within = 25.0  # seconds; longer than a statement may take

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        try:
            return super().wait(gen, interval, timeout or self.answers_within)
        except psycopg.errors._WaitTimeout as error:
            if timeout is not None:
                raise
            self.close()
            raise psycopg.OperationalError("no answer in time") from error


class DatabaseWrapper(base.DatabaseWrapper):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.execute_wrappers += [self._once_more, self._limited]

    def _once_more(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Execute a statement. One that only reads, and in no transaction, is asked once more on a new connection where
        the server has closed this one.
        """
        try:
            return execute(sql, params, many, context)
        except (OperationalError, InterfaceError):
            is_alone = not many and not self.in_atomic_block and self.get_autocommit()
            if not is_alone or not sql.lstrip().upper().startswith("SELECT") or not self._is_lost():
                raise
        self.close()
        self.ensure_connection()
        context["cursor"].cursor = self.create_cursor()
        return execute(sql, params, many, context)

    def _is_lost(self) -> bool:
        return self.connection is not None and bool(self.connection.closed)

    def _configure_connection(self, connection: "psycopg.Connection[Any]") -> bool:
        """Set the limits of a new connection, or remember that they cannot be set once."""
        configured = bool(super()._configure_connection(connection))  # type: ignore[misc]  # no stub has it
        limits = self.settings_dict.get("LIMITS", {})
        if not limits or self.alias == NO_DB_ALIAS:  # a database is made in no transaction
            return configured
        # A pooler makes the process id up that it tells of, and asks any of its sessions for their own.
        settings = ", ".join("set_config(%s, %s, false)" for _ in limits)
        values = [value for limit in limits.items() for value in limit]
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT CASE WHEN pg_backend_pid() = %s THEN ARRAY[{settings}] END",
                [connection.info.backend_pid, *values],
            )
            if cursor.fetchone() == (None,):
                _pooled.add(connection)
        return True

    def _limited(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        """Execute a statement within the limits."""
        connection = self.connection
        if connection not in _pooled or connection.info.transaction_status != TransactionStatus.IDLE:
            return execute(sql, params, many, context)
        if " CONCURRENTLY " in sql:  # runs in no transaction, and in nobody's way
            return execute(sql, params, many, context)
        limits = "; ".join(f"SET LOCAL {name} = '{value}'" for name, value in self.settings_dict["LIMITS"].items())
        with self.wrap_database_errors:
            connection.execute(limits if not connection.autocommit else f"BEGIN; {limits}")
        if not connection.autocommit:
            return execute(sql, params, many, context)
        try:
            result = execute(sql, params, many, context)
        except BaseException:
            with suppress(psycopg.Error):
                connection.execute("ROLLBACK")
            raise
        with self.wrap_database_errors:
            connection.execute("COMMIT")
        return result
