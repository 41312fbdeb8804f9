"""Which promises PostgreSQL keeps already just as they should be: by a digest of each, as a comment on it there.

To make a trigger anew locks its table, and an exclusion of a million sessions takes minutes: what stands stays.
"""

import hashlib
from collections.abc import Sequence

from django.db.backends.base.schema import BaseDatabaseSchemaEditor

_EXCLUSION = "no_double_booking"


def digest(statements: Sequence[str]) -> str:
    return hashlib.sha256("".join(statements).encode()).hexdigest()[:16]


def note(name: str, statements: Sequence[str]) -> str:
    """Return the statement that writes the digest of a promise down."""
    on = f"CONSTRAINT {name} ON handsel_caresession" if name == _EXCLUSION else f"FUNCTION {name}()"
    return f"COMMENT ON {on} IS '{digest(statements)}'"


def digests(schema_editor: BaseDatabaseSchemaEditor) -> dict[str, str | None]:
    """Return the digest of each promise that stands, by name; None where none was written down. Of SQLite nothing."""
    if schema_editor.connection.vendor != "postgresql":
        return {}
    with schema_editor.connection.cursor() as cursor:
        cursor.execute(
            """SELECT t.tgname, obj_description(t.tgfoid, 'pg_proc') FROM pg_trigger t
            WHERE NOT t.tgisinternal AND t.tgenabled = 'O' AND EXISTS (
                SELECT 1 FROM pg_class c WHERE c.oid = t.tgrelid AND c.relnamespace = current_schema()::regnamespace)
            UNION ALL SELECT conname, obj_description(oid, 'pg_constraint') FROM pg_constraint
            WHERE contype = 'x' AND convalidated AND connamespace = current_schema()::regnamespace"""
        )
        return dict(cursor.fetchall())


def stands(name: str, statements: Sequence[str], standing: dict[str, str | None]) -> bool:
    """Say whether a promise stands as it should. The exclusion of the first release has no digest, and is the same."""
    if name not in standing:
        return False
    return standing[name] == digest(statements) or (name == _EXCLUSION and standing[name] is None)
