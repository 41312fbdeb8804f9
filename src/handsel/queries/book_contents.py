"""What is in a book as a backup has to know it: rows of each table, files, keys, the newest event.

It is asked by SQL of the tables that are there: they may be those of a version before or after this one.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from handsel.access import encryption
from handsel.access.encrypted_columns import COLUMNS, EncryptedColumn

_RECEIPTS, _EVENTS, _MIGRATIONS = "handsel_receipt", "handsel_event", "django_migrations"
_A_DAY = 86_400.0
_BEGIN = {"sqlite": "BEGIN DEFERRED", "postgresql": "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"}


@dataclass(frozen=True, slots=True)
class BookContents:
    """newest_event: when it was and its kind, nothing where there is none. keys: the fingerprints of those that its
    secrets were encrypted with; needs_secret_key: some were by a version that made its keys of the secret key.
    """

    migration: str
    counts: dict[str, int]
    newest_event: list[str]
    receipts: list[str]
    keys: list[str]
    needs_secret_key: bool


@contextmanager
def one_moment(database: BaseDatabaseWrapper) -> Iterator[None]:
    """Have all that is asked of this connection be of one moment. Nobody waits for it: on SQLite a reader lets write,
    and so it does on PostgreSQL.
    """
    with database.cursor() as cursor:
        cursor.execute(_BEGIN[database.vendor])
        try:
            if database.vendor == "postgresql":
                database.connection.answers_within = _A_DAY  # a large table is counted for longer than a page may take
                cursor.execute("SET LOCAL statement_timeout = 0")
            yield
        finally:
            cursor.execute("ROLLBACK")
            if database.vendor == "postgresql":
                del database.connection.answers_within


def read(database: BaseDatabaseWrapper) -> BookContents:
    tables = sorted(database.introspection.table_names())
    quote = database.ops.quote_name
    keys = {key for column in COLUMNS for key in _keys_of(database, column, tables)}
    newest = _rows(database, f"SELECT at, kind FROM {_EVENTS} ORDER BY at DESC, id DESC LIMIT 1", _EVENTS in tables)
    migrations = f"SELECT name FROM {_MIGRATIONS} WHERE app = 'handsel' ORDER BY name DESC LIMIT 1"
    return BookContents(
        migration=next((name for (name,) in _rows(database, migrations, _MIGRATIONS in tables)), ""),
        counts={table: _rows(database, f"SELECT count(*) FROM {quote(table)}")[0][0] for table in tables},
        newest_event=[text for at, kind in newest for text in (_in_utc(str(at)), kind)],
        receipts=sorted(name for (name,) in _rows(database, f"SELECT file FROM {_RECEIPTS}", _RECEIPTS in tables)),
        keys=sorted(keys - {encryption.FROM_BEFORE}),
        needs_secret_key=encryption.FROM_BEFORE in keys,
    )


def _in_utc(at: str) -> str:
    """Return an instant in ISO 8601, as either database gives it."""
    instant = datetime.fromisoformat(at)
    return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC).isoformat()


def _keys_of(database: BaseDatabaseWrapper, column: EncryptedColumn, tables: list[str]) -> set[str]:
    """Return the fingerprints of the keys that this column needs; FROM_BEFORE stands for the secret key."""
    table = column.model._meta.db_table
    if table not in tables:
        return set()
    with database.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} LIMIT 0")
        names = [row[0] for row in cursor.description]
    if column.name not in names:
        return set()
    value = f'"{column.name}"'
    if column.json_key:
        value = (
            f"json_extract({value}, '$.{column.json_key}')"
            if database.vendor == "sqlite"
            else f"({value} ->> '{column.json_key}')"
        )
    begins = f"substr({value}, 1, {encryption.PREFIX_LENGTH})"
    rows = _rows(database, f"SELECT DISTINCT {begins} FROM {table} WHERE {value} IS NOT NULL AND {value} <> ''")
    return {encryption.fingerprint(prefix) for (prefix,) in rows}


def _rows(database: BaseDatabaseWrapper, statement: str, is_there: bool = True) -> list[Any]:
    if not is_there:
        return []
    with database.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
