"""Moving a book from one database to another: every row of every table, compared by count and hash.

Foreign keys and promises of the new database stand aside while rows come in, table by table, and are made again at the
end, over all that came. What is done is noted there, so whoever stops it goes on where it was.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum
from typing import Any
from uuid import UUID

from django.apps import apps
from django.db import connections, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import AutoField, IntegerField, Model, QuerySet, UUIDField

from handsel.models import promises
from handsel.queries.verification import one_moment

# How many rows one transaction writes.
BATCH = 2_000
_NOTED, _KEYS = "handsel_move", "handsel_move_keys"
_BITS = 1 << 256

# Hears of a table, how many of its rows came so far, and of how many.
type Tell = Callable[[str, int, int], None]


class Refused(Exception):
    """The refusal of a move; the message is a sentence."""


@dataclass(frozen=True, slots=True)
class Contents:
    """How many rows a table has, and a hash of them in whatever order."""

    rows: int
    sha256: str


def move(source: str, target: str, tell: Tell) -> dict[str, Contents]:
    """Copy every table from one connection to another whose tables are made, and return what came, by table.

    Raises Refused where the target has other rows than the source in the end.
    """
    old, new = connections[source], connections[target]
    _stand_aside(new)
    moved: dict[str, Contents] = {}
    with one_moment(old):
        _refuse_unknown_tables(old)
        for model in tables():
            moved[model._meta.db_table] = _copy_table(model, old, new, tell)
    _stand_again(new)
    _set_sequences(new)
    for model in tables():
        table = model._meta.db_table
        if contents(model, target) != moved[table]:
            raise Refused(f"The rows of {table} are not the same in both databases. Run this again.")
    return moved


def finish(target: str) -> None:
    """Forget in the new database that it was moved: it is a book like any other."""
    with connections[target].cursor() as cursor:
        cursor.execute(f"DROP TABLE {_NOTED}")
        cursor.execute(f"DROP TABLE {_KEYS}")


def tables() -> list[type[Model]]:
    """Return the models of all tables, those of the framework and of its migrations too."""
    everything = apps.get_models(include_auto_created=True)
    models = [model for model in everything if model._meta.managed and not model._meta.proxy]
    return [MigrationRecorder.Migration, *sorted(models, key=lambda model: model._meta.db_table)]


def contents(model: type[Model], alias: str) -> Contents:
    """Count the rows of a table, and hash them by their values, which both databases keep in ways of their own."""
    count = total = 0
    rows = _rows(model, alias).values_list(*_names(model))
    for row in rows.iterator(chunk_size=BATCH):
        count += 1
        total += _hash(row)
    return Contents(count, f"{total % _BITS:064x}")


def refuse_changed(source: str, moved: Mapping[str, Contents]) -> None:
    """Raise Refused where the old book is not what came any more: somebody wrote meanwhile."""
    with one_moment(connections[source]):
        changed = [model._meta.db_table for model in tables() if contents(model, source) != moved[model._meta.db_table]]
    if changed:
        raise Refused(
            f"The book was changed while it was moved, in {', '.join(changed)}. Stop Handsel, the worker too, and run "
            "this again."
        )


# What stands in the way


def refuse_what_holds_something(target: str) -> None:
    """Raise Refused for a target that is no empty book, nor one that a move began."""
    new = connections[target]
    there = set(new.introspection.table_names())
    if _NOTED in there:
        return
    ours = {model._meta.db_table for model in tables()}
    if strange := sorted(there - ours):
        raise Refused(f"The new database is not empty: it has the table {strange[0]}. Give an empty one.")
    made = {"django_migrations", "django_content_type", "auth_permission", "django_site"}
    for table in sorted(ours & there - made):
        with new.cursor() as cursor:
            cursor.execute(f"SELECT 1 FROM {table} LIMIT 1")
            if cursor.fetchone():
                raise Refused(f"The new database is not empty: there is something in {table}. Give an empty one.")


def _refuse_unknown_tables(old: BaseDatabaseWrapper) -> None:
    known = {model._meta.db_table for model in tables()} | {_NOTED, _KEYS}
    if unknown := sorted(set(old.introspection.table_names()) - known):
        raise Refused(f"This database has a table that is not Handsel's, {unknown[0]}: move it by hand, or drop it.")


def _stand_aside(new: BaseDatabaseWrapper) -> None:
    """Lift what would refuse rows that come table by table, and note it, so that it comes back."""
    with transaction.atomic(using=new.alias), new.cursor() as cursor:
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {_NOTED} (name text PRIMARY KEY, rows bigint, sha256 text)")
        cursor.execute(f"CREATE TABLE IF NOT EXISTS {_KEYS} (name text, made text)")
        if new.vendor == "postgresql":
            cursor.execute(f"INSERT INTO {_KEYS} {_FOREIGN_KEYS}")
            cursor.execute(f"SELECT name, split_part(made, '|', 1) FROM {_KEYS}")
            for name, table in cursor.fetchall():
                cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT IF EXISTS "{name}"')
        promises.lift(new.SchemaEditorClass(new))
    if new.vendor == "sqlite":
        new.disable_constraint_checking()


_FOREIGN_KEYS = """SELECT conname, conrelid::regclass::text || '|' || pg_get_constraintdef(oid)
    FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace"""


def _stand_again(new: BaseDatabaseWrapper) -> None:
    """Make again what stood aside, over all rows. Raises IntegrityError for a row that breaks a promise."""
    with transaction.atomic(using=new.alias), new.cursor() as cursor:
        if new.vendor == "postgresql":
            cursor.execute(f"SELECT name, made FROM {_KEYS}")
            for name, made in cursor.fetchall():
                table, _, definition = made.partition("|")
                cursor.execute(f'ALTER TABLE {table} ADD CONSTRAINT "{name}" {definition}')
            cursor.execute(f"DELETE FROM {_KEYS}")
        promises.keep(new.SchemaEditorClass(new))
    if new.vendor == "sqlite":
        new.enable_constraint_checking()
        new.check_constraints()


def _set_sequences(new: BaseDatabaseWrapper) -> None:
    """Let numbers that the database gives go on behind the highest that came."""
    from django.core.management.color import no_style

    with new.cursor() as cursor:
        for statement in new.ops.sequence_reset_sql(no_style(), tables()):
            cursor.execute(statement)


# The rows


def _copy_table(model: type[Model], old: BaseDatabaseWrapper, new: BaseDatabaseWrapper, tell: Tell) -> Contents:
    """Copy what is not there yet; a table whose rows changed since they came is copied anew."""
    table, here = model._meta.db_table, contents(model, old.alias)
    if _noted(new, table) == here:
        return here
    began = _rows_that_came(model, new, here)
    _copy_rows(model, old, new, began, lambda done: tell(table, done, here.rows))
    if began and contents(model, new.alias) != here:
        _empty(model, new)
        _copy_rows(model, old, new, 0, lambda done: tell(table, done, here.rows))
    if contents(model, new.alias) != here:
        raise Refused(f"The rows of {table} did not come whole. Run this again.")
    with new.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_NOTED} WHERE name = %s", [table])
        cursor.execute(f"INSERT INTO {_NOTED} VALUES (%s, %s, %s)", [table, here.rows, here.sha256])
    return here


def _copy_rows(
    model: type[Model],
    old: BaseDatabaseWrapper,
    new: BaseDatabaseWrapper,
    done: int,
    tell: Callable[[int], None],
) -> None:
    """Copy rows behind the last that came. done: how many came."""
    rows = _rows(model, old.alias).order_by("pk").values_list(*_names(model))
    if done:
        last = _rows(model, new.alias).order_by("pk").values_list("pk", flat=True).last()
        rows = rows.filter(pk__gt=last)
    tell(done)
    for batch in _batches(rows.iterator(chunk_size=BATCH)):
        with transaction.atomic(using=new.alias):
            _write(model, batch, new)
        done += len(batch)
        tell(done)


def _rows_that_came(model: type[Model], new: BaseDatabaseWrapper, here: Contents) -> int:
    """Return how many rows of a table came before a move was stopped; of what can't be gone on with, none are left."""
    came = _rows(model, new.alias)
    count = came.count()
    sorts_alike = isinstance(model._meta.pk, UUIDField | AutoField | IntegerField)
    if count and (not sorts_alike or count > here.rows or _noted(new, model._meta.db_table) or not _is_ours(model)):
        _empty(model, new)
        return 0
    return count


def _empty(model: type[Model], new: BaseDatabaseWrapper) -> None:
    with new.cursor() as cursor:
        cursor.execute(f"DELETE FROM {model._meta.db_table}")


def _is_ours(model: type[Model]) -> bool:
    """Say whether nobody but a move puts rows there: migrations fill tables of the framework."""
    return model._meta.app_label == "handsel"


def _noted(new: BaseDatabaseWrapper, table: str) -> Contents | None:
    with new.cursor() as cursor:
        cursor.execute(f"SELECT rows, sha256 FROM {_NOTED} WHERE name = %s", [table])
        row = cursor.fetchone()
    return Contents(*row) if row else None


def _write(model: type[Model], batch: list[tuple[Any, ...]], new: BaseDatabaseWrapper) -> None:
    fields, quote = model._meta.concrete_fields, new.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    rows = (
        [_plain(field.get_db_prep_save(value, new)) for field, value in zip(fields, row, strict=True)] for row in batch
    )
    table = quote(model._meta.db_table)
    with new.cursor() as cursor:
        if new.vendor == "postgresql":
            with new.wrap_database_errors, cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            marks = ", ".join(["%s"] * len(fields))
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", list(rows))


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value


def _rows(model: type[Model], alias: str) -> QuerySet[Any]:
    # unscoped: the whole book
    return model._base_manager.using(alias)


def _batches(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    batch: list[tuple[Any, ...]] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _names(model: type[Model]) -> list[str]:
    return [str(field.attname) for field in model._meta.concrete_fields]


def _hash(row: tuple[Any, ...]) -> int:
    return int.from_bytes(hashlib.sha256(repr([_canonical(value) for value in row]).encode()).digest())


def _canonical(value: Any) -> Any:
    """Return a value in one form, however a database keeps it."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat()
        case bytes() | memoryview():
            return hashlib.sha256(value).hexdigest()
        case dict() | list():
            return json.dumps(value, sort_keys=True)
        case frozenset():
            return sorted(map(str, value))
        case bool() | int() | None:
            return value
        case UUID():
            return value.hex
        case _:
            return str(value)
