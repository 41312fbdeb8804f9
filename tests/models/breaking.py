"""Break a promise of the database by SQL, past the models, and say which one the database named."""

import re
from collections.abc import Callable
from typing import Any

from django.apps import apps
from django.db import connection, models
from uuid_utils.compat import uuid7

from tests.world import World

# Makes what is good, and breaks a promise with its last statement.
Case = Callable[[World], None]


class Cases(list[tuple[str, Case]]):
    """Each with the promise that it breaks."""

    def breaks(self, promise: str, *, only_on: str = connection.vendor) -> Callable[[Case], Case]:
        def register(case: Case) -> Case:
            if connection.vendor == only_on:
                self.append((promise, case))
            return case

        return register


def change(row: models.Model, **columns: Any) -> None:
    """UPDATE one row, past the models."""
    names = ", ".join(f"{_column(row, name)} = %s" for name in columns)
    _run(f"UPDATE {row._meta.db_table} SET {names} WHERE id = %s", row, columns)


def copy(row: models.Model, **columns: Any) -> None:
    """INSERT the row once more under a new id, with these columns said otherwise, past the models."""
    columns = {"id": uuid7(), **columns}
    columns_given = {_column(row, name) for name in columns}
    names = ", ".join([_column(row, name) for name in columns] + _unsaid(row, columns_given))
    values = ", ".join(["%s"] * len(columns) + _unsaid(row, columns_given))
    table = row._meta.db_table
    _run(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE id = %s", row, columns)


def _column(row: models.Model, name: str) -> str:
    return row._meta.get_field(name).column


def _unsaid(row: models.Model, given: set[str]) -> list[str]:
    return [field.column for field in row._meta.concrete_fields if field.column not in given]


def key(row: models.Model) -> list[Any]:
    return [row._meta.pk.get_db_prep_value(row.pk, connection)]


def _run(sql: str, row: models.Model, columns: dict[str, Any]) -> None:
    values = [row._meta.get_field(name).get_db_prep_save(value, connection) for name, value in columns.items()]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*values, *key(row)])


def broken_promise(error: BaseException) -> str | None:
    """Which promise an IntegrityError speaks of."""
    if connection.vendor == "postgresql":
        return error.__cause__.diag.constraint_name
    message = str(error)
    if match := re.fullmatch(r"(?:CHECK constraint failed: |UNIQUE constraint failed: index '|)(\w+)'?", message):
        return match[1]
    columns = set(message.removeprefix("UNIQUE constraint failed: ").split(", "))
    for model in apps.get_app_config("handsel").get_models():
        for constraint in model._meta.constraints:
            fields = getattr(constraint, "fields", ())
            if columns == {f"{model._meta.db_table}.{model._meta.get_field(name).column}" for name in fields}:
                return constraint.name
    return None
