"""A check for each constraint of a table, made of the constraint itself, and one for all that names other rows."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import CheckConstraint, Count, F, ForeignKey, Model, Q, UniqueConstraint

from handsel.queries.verification.checks import Check, Look, by_rows, by_sql, row_name, rows


def checks() -> Iterator[Check]:
    """Yield them, table by table."""
    for model in apps.get_app_config("handsel").get_models():
        for constraint in model._meta.constraints:
            if isinstance(constraint, CheckConstraint):
                yield _of_condition(model, constraint)
            elif isinstance(constraint, UniqueConstraint):
                yield _of_unique(model, constraint)


def _of_condition(model: type[Model], constraint: CheckConstraint) -> Check:
    """Return a check for rows of which the condition is false; like the database it lets pass what is unknown."""
    table, key = model._meta.db_table, model._meta.pk.column

    def look() -> Look:
        anything: Any = constraint
        condition = anything._get_check_sql(model, connection.SchemaEditorClass(connection))
        sql = f"SELECT '{table}', {key}, '' FROM {table} WHERE NOT ({condition})"
        return by_sql(constraint.name, "", f"SELECT COUNT(*) FROM {table}", sql).look()

    return Check(constraint.name, "rows", look, frozenset({constraint.name}))


def _of_unique(model: type[Model], constraint: UniqueConstraint) -> Check:
    """Return a check for rows that are the same where no two may be; nulls are not the same as anything."""

    def look() -> Look:
        keys: dict[str, Any] = {f"key_{at}": F(name) for at, name in enumerate(constraint.fields)}
        keys |= {f"key_{at}": expression for at, expression in enumerate(constraint.expressions, len(keys))}
        # unscoped: the whole book
        among = model._base_manager.annotate(**keys).filter(constraint.condition or Q())
        among = among.filter(**{f"{name}__isnull": False for name in keys})
        # unscoped: the whole book
        look = Look(counted=model._base_manager.filter(constraint.condition or Q()).count())
        twice = among.values(*keys).annotate(how_many=Count("pk")).filter(how_many__gt=1).order_by()
        for same in twice:
            del same["how_many"]
            for pk in among.filter(**same).order_by("pk").values_list("pk", flat=True):
                look.note(row_name(model._meta.db_table, pk))
        return look

    return Check(constraint.name, "rows", look, frozenset({constraint.name}))


@by_rows("columns that are unique", "columns")
def unique_columns(look: Look) -> None:
    """Look for rows with the same value in a column that is unique by itself."""
    for model in _all_tables():
        for column in model._meta.concrete_fields:
            if not column.unique or column.primary_key:
                continue
            look.counted += 1
            name, table, key = column.column, model._meta.db_table, model._meta.pk.column
            twice = f"SELECT {name} FROM {table} WHERE {name} IS NOT NULL GROUP BY {name} HAVING COUNT(*) > 1"
            for (pk,) in rows(f"SELECT {key} FROM {table} WHERE {name} IN ({twice})"):
                look.note(row_name(table, pk, f"{name} is another row's too"))


@by_rows("rows that are named are there", "links")
def links(look: Look) -> None:
    """Look for rows that name a row which is not there."""
    for model in _all_tables():
        for column in model._meta.concrete_fields:
            if not isinstance(column, ForeignKey):
                continue
            table, name = model._meta.db_table, column.column
            target, other = column.target_field.model._meta.db_table, column.target_field.column
            look.counted += int(next(rows(f"SELECT COUNT({name}) FROM {table}"))[0])
            nowhere = f"""SELECT t.{model._meta.pk.column} FROM {table} t LEFT JOIN {target} o ON o.{other} = t.{name}
                WHERE t.{name} IS NOT NULL AND o.{other} IS NULL"""
            for (pk,) in rows(nowhere):
                look.note(row_name(table, pk, f"{name} is in no row of {target}"))


def _all_tables() -> list[type[Model]]:
    everything = apps.get_models(include_auto_created=True)
    return [model for model in everything if model._meta.managed and not model._meta.proxy]
