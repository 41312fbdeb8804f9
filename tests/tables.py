"""Read the rows of all tables, to compare them before and after."""

import math
from typing import Any

from django.db import connection

# What a browser carries about, and counters that hold for a while: no part of anybody's book.
_PASSING = {"django_migrations", "django_session"} | {
    f"handsel_{table}" for table in ("ratelimitcounter", "usedcode", "formtoken", "keptform")
}

_found: list[str] = []


def rows_written() -> float:
    """How many rows were written so far, also those taken back: the same twice says that none was meanwhile.

    Only SQLite counts them; elsewhere it is never the same.
    """
    return connection.connection.total_changes if connection.vendor == "sqlite" else math.nan


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
