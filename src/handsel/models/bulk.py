"""Many new rows in one statement: COPY on PostgreSQL, else Django's bulk_create.

bench/bulk_insert.py compares the ways: on PostgreSQL COPY beats bulk_create, on SQLite nothing beats it.
"""

from collections.abc import Sequence
from enum import Enum
from typing import Any

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper


def insert[Row: models.Model](rows: Sequence[Row]) -> None:
    """Write new rows of one model in one statement. Constraints and triggers hold as ever."""
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    if connection.vendor == "postgresql":
        _copy(rows, model._meta, connection)
    else:
        model._base_manager.bulk_create(rows)


def _copy(rows: Sequence[models.Model], meta: Any, connection: BaseDatabaseWrapper) -> None:
    fields, quote = meta.concrete_fields, connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    # Django wraps only what goes through execute: a broken promise is an IntegrityError here too.
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {quote(meta.db_table)} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row([_prepared(field, row, connection) for field in fields])


def _prepared(field: models.Field, row: models.Model, connection: BaseDatabaseWrapper) -> Any:
    value = field.get_db_prep_save(field.pre_save(row, add=True), connection)
    return value.value if isinstance(value, Enum) else value
