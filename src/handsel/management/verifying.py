"""Saying how a book stands: one line for each check, and below it the rows that are wrong."""

from collections.abc import Callable

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from handsel.env import Refused
from handsel.queries import verification


def verify(write: Callable[[str], object]) -> int:
    """Look through the connected book and write a line for each check; return how many things are wrong.

    Raises Refused for a database that is no book of this version.
    """
    refuse_other_versions()
    checks = wrong = 0
    for result in verification.run(at=timezone.now()):
        checks += 1
        wrong += result.wrong
        write(f"{result.name}: {result.counted} {result.of}, {f'{result.wrong} wrong' if result.wrong else 'all well'}")
        for row in result.named:
            write(f"    {row}")
        if result.wrong > len(result.named):
            write(f"    and {result.wrong - len(result.named)} more")
    write(f"{checks} checks, {f'{wrong} wrong' if wrong else 'all well'}.")
    return wrong


def refuse_other_versions() -> None:
    """Raise Refused where the tables are not those of this version."""
    executor = MigrationExecutor(connection)
    if "handsel_user" not in connection.introspection.table_names():
        raise Refused("There is no book in this database.")
    unknown = executor.loader.applied_migrations.keys() - executor.loader.disk_migrations.keys()
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Refused("This book is of an older version. Run `handsel migrate`, and then this again.")
    if any(app == "handsel" for app, _ in unknown):
        raise Refused("This book is of a newer version of Handsel than this one.")
