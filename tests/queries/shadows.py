"""Tables in the place of ours that keep no promise: no trigger, no constraint, no key."""

from django.apps import apps
from django.db import connection


def cast() -> None:
    """Stand an empty table of the connection before each of ours, with its columns and nothing else, until the
    transaction is rolled back. Whoever reads or writes by the name of a table now reaches these.
    """
    with connection.cursor() as cursor:
        for model in apps.get_app_config("handsel").get_models():
            table = model._meta.db_table
            cursor.execute(f"CREATE TEMP TABLE {table} ({_columns(cursor, table)})")


def _columns(cursor, table: str) -> str:
    if connection.vendor == "postgresql":
        return f"LIKE public.{table}"
    cursor.execute(f"SELECT name, type FROM pragma_table_info('{table}', 'main')")
    return ", ".join(f'"{name}" {kind}' for name, kind in cursor.fetchall())
