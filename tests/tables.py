"""Read the rows of all tables, to compare them before and after."""

from typing import Any

from django.db import connection

# What a browser carries about, and counters that hold for a while: no part of anybody's book.
_PASSING = {"django_migrations", "django_session"} | {
    f"handsel_{table}" for table in ("ratelimitcounter", "usedcode", "formtoken", "keptform")
}

_found: list[str] = []


def rows_written() -> int:
    """How many rows this test wrote so far, also those taken back: the same twice says that none was meanwhile."""
    if connection.vendor == "sqlite":
        return connection.connection.total_changes
    with connection.cursor() as cursor:
        cursor.execute("SELECT sum(n_tup_ins + n_tup_upd + n_tup_del)::bigint FROM pg_stat_xact_user_tables")
        return cursor.fetchone()[0] or 0


def everything() -> dict[str, list[Any]]:
    """Table -> its rows."""
    if not _found:
        _found.extend(sorted(set(connection.introspection.table_names()) - _PASSING))
    rows = {}
    with connection.cursor() as cursor:
        for table in _found:
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)} ORDER BY 1")
            rows[table] = cursor.fetchall()
    return rows
