"""Many new rows in one statement: COPY on PostgreSQL, executemany elsewhere.

Measured against Django's bulk_create COPY takes a fifth of the time for the rows of a year (docs/decisions).
"""

from collections.abc import Sequence
from enum import Enum
from typing import Any

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper


def insert[Row: models.Model](rows: Sequence[Row]) -> None:
    """Write new rows of one model, all columns given, in one statement. Constraints and triggers hold as ever."""
    if not rows:
        return
    model = type(rows[0])
    connection = connections[router.db_for_write(model)]
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    table, columns = quote(model._meta.db_table), ", ".join(quote(field.column) for field in fields)
    values = [[_prepared(field, row, connection) for field in fields] for row in rows]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # Django wraps only what goes through execute: a broken promise is an IntegrityError here too.
            with (
                connection.wrap_database_errors,
                cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
            ):
                for line in values:
                    copy.write_row(line)
        else:
            places = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})", values)


def _prepared(field: models.Field, row: models.Model, connection: BaseDatabaseWrapper) -> Any:
    value = field.get_db_prep_save(field.pre_save(row, add=True), connection)
    return value.value if isinstance(value, Enum) else value
