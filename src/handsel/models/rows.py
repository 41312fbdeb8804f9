"""The base of every row: an id that sorts by the time it was made, and a way to be written with many others."""

from collections.abc import Sequence
from enum import Enum
from typing import Any, Self

from django.db import connections, models, router
from django.db.backends.base.base import BaseDatabaseWrapper
from uuid_utils.compat import uuid7


class Identified(models.Model):
    """A row with a UUIDv7 (RFC 9562, 5.7) for its primary key, which nobody can guess by counting."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)

    class Meta:
        abstract = True

    @classmethod
    def insert_many(cls, rows: Sequence[Self]) -> None:
        """Write new rows in one statement. Constraints and triggers hold as ever.

        On PostgreSQL COPY beats bulk_create, on SQLite nothing does (bench/bulk_insert.py).
        """
        connection = connections[router.db_for_write(cls)]
        if rows and connection.vendor == "postgresql":
            _copy(rows, cls._meta, connection)
        else:
            cls._base_manager.bulk_create(rows)


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
            values = (field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields)
            copy.write_row([value.value if isinstance(value, Enum) else value for value in values])
