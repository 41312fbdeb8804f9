"""Migrations of large tables that others read and write meanwhile: in short steps on PostgreSQL, each a transaction.

A step takes its lock for a moment, or none that anybody waits for; rows are filled in batches. What is cut off in the
middle goes on where it was. On SQLite, where one process has the file to itself, all of it is one transaction as ever.
"""

from collections.abc import Callable
from typing import Any

from django.db import migrations, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import ProjectState

# A batch is every sixteenth row of so many blocks. Written anew, the first sixteenth lands at the table's end and in
# each index; the next one takes the place that it left, in no index at all, and so on: sixteen times less to write.
_BLOCKS, _STRIPES = 512, 16


def _is_postgresql(schema_editor: BaseDatabaseSchemaEditor) -> bool:
    return schema_editor.connection.vendor == "postgresql"


class Stepwise(migrations.Migration):
    """A migration of such steps."""

    atomic = False

    def _steps(
        self, run: Callable[..., ProjectState], project_state: ProjectState, schema_editor: Any, collect_sql: bool
    ) -> ProjectState:
        if _is_postgresql(schema_editor):
            for operation in self.operations:
                if not isinstance(operation, (Fill, AddIndex, AddCheck)):  # these have transactions of their own
                    operation.atomic = True  # type: ignore[misc]  # an attribute that Django reads of each
            return run(project_state, schema_editor, collect_sql)
        with transaction.atomic(schema_editor.connection.alias):
            return run(project_state, schema_editor, collect_sql)

    def apply(self, project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
        return self._steps(super().apply, project_state, schema_editor, collect_sql)

    def unapply(self, project_state: Any, schema_editor: Any, collect_sql: bool = False) -> Any:
        return self._steps(super().unapply, project_state, schema_editor, collect_sql)


class AddColumn(migrations.AddField):
    """Add a field, unless its column was added before the rest was cut off."""

    def database_forwards(self, app_label: Any, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        table = from_state.apps.get_model(app_label, self.model_name)._meta.db_table
        if _is_postgresql(schema_editor):
            with schema_editor.connection.cursor() as cursor:
                column = to_state.apps.get_model(app_label, self.model_name)._meta.get_field(self.name).column
                cursor.execute(
                    "SELECT 1 FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
                    [table, column],
                )
                if cursor.fetchone():
                    return
        super().database_forwards(app_label, schema_editor, from_state, to_state)


class Fill(migrations.RunSQL):
    """Fill a column of every row that has none, in batches: `UPDATE table SET what WHERE missing`."""

    reversible = True

    def __init__(self, table: str, what: str, missing: str, sqlite: Any) -> None:
        super().__init__(migrations.RunSQL.noop, migrations.RunSQL.noop)
        self.table, self.what, self.missing, self.on_sqlite = table, what, missing, sqlite
        self._any = f"SELECT 1 FROM {table} WHERE {missing} LIMIT 1"  # noqa: S608  as below
        self._size = f"SELECT pg_relation_size('{table}') / current_setting('block_size')::int"
        self._batch = f"""UPDATE {table} SET {what} WHERE ctid >= %s::tid AND ctid < %s::tid
            AND (ctid::text::point)[1]::int %% %s = %s AND {missing}"""  # noqa: S608  what a migration names

    def deconstruct(self) -> Any:
        return (type(self).__name__, [self.table, self.what, self.missing, self.on_sqlite], {})

    def database_forwards(self, app_label: Any, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not _is_postgresql(schema_editor):
            self.on_sqlite(from_state.apps, schema_editor)
            return
        stripes = _STRIPES
        with schema_editor.connection.cursor() as cursor:
            while self._is_missing(cursor):
                cursor.execute(self._size)
                [blocks] = cursor.fetchone()
                for first in range(0, blocks, _BLOCKS):
                    for stripe in range(stripes):
                        with transaction.atomic(schema_editor.connection.alias):
                            cursor.execute(self._batch, [f"({first},0)", f"({first + _BLOCKS},0)", stripes, stripe])
                stripes = 1  # what somebody else wrote meanwhile is little

    def _is_missing(self, cursor: Any) -> bool:
        cursor.execute(self._any)
        return cursor.fetchone() is not None

    def database_backwards(self, app_label: Any, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        pass

    def describe(self) -> str:
        return f"Fill {self.table}"


class AddIndex(migrations.AddIndex):
    """Add an index for which nobody waits. One that was cut off stays behind, of no use, and is dropped first."""

    def database_forwards(self, app_label: Any, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not _is_postgresql(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model = to_state.apps.get_model(app_label, self.model_name)
        schema_editor.execute(f'DROP INDEX CONCURRENTLY IF EXISTS "{self.index.name}"')
        schema_editor.execute(self.index.create_sql(model, schema_editor, concurrently=True), params=None)


class AddCheck(migrations.AddConstraint):
    """Add a check that new rows keep at once, then look at the old ones, while both are read and written."""

    def database_forwards(self, app_label: Any, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        if not _is_postgresql(schema_editor):
            super().database_forwards(app_label, schema_editor, from_state, to_state)
            return
        model, name = to_state.apps.get_model(app_label, self.model_name), self.constraint.name
        table, alias = model._meta.db_table, schema_editor.connection.alias
        with transaction.atomic(alias):
            schema_editor.execute(f'ALTER TABLE "{table}" DROP CONSTRAINT IF EXISTS "{name}"')
            schema_editor.execute(f"{self.constraint.create_sql(model, schema_editor)} NOT VALID", params=None)
        with transaction.atomic(alias):
            schema_editor.execute(f'ALTER TABLE "{table}" VALIDATE CONSTRAINT "{name}"')
