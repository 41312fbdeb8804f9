"""Getting the book ready: its tables, its static files, and the example families for a new one."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from handsel.actions import example_families, forgetting
from handsel.management import static_files
from handsel.rules.history import Source


def ensure_migrated() -> None:
    """So that people can be made before the first `serve`."""
    refuse_unreleased_tables()
    if "handsel_user" not in connection.introspection.table_names():
        with _alone():
            call_command("migrate", interactive=False, verbosity=0)


def get_ready(*, example: bool) -> None:
    """Bring the tables up to date, forget what is over, collect the static files and, if
    wanted, fill a new book with the example.
    """
    with _alone():
        call_command("migrate", interactive=False, verbosity=0)
        forgetting.forget(timezone.now())
        static_files.collect()
        if example and example_families.may_load():
            example_families.load(at=timezone.now(), source=Source.COMMAND, password=example_families.PASSWORD)


def refuse_unreleased_tables() -> None:
    """End the process where the tables were made by a state of the program before its first release: the steps that
    made them are gone, and nothing leads from them to the tables of today.
    """
    if ("handsel", "0002_promises") in MigrationRecorder(connection).applied_migrations():
        raise SystemExit(
            "handsel: This database was made before the first release, and cannot be brought up to date. Begin with a "
            "new one: set HANDSEL_DATA_DIR to an empty directory, or DATABASE_URL to an empty database."
        )


def refuse_example_people() -> None:
    """Where the world comes in, nobody does whose password stands in the documentation. Ends the process."""
    if settings.ENVIRONMENT.production and example_families.is_anybody_here():
        raise SystemExit(
            "handsel: The example people are in this database, and everybody knows their password, so it is not "
            "served with HANDSEL_PRODUCTION=1. Begin with a new database."
        )


def close_connections() -> None:
    """Close what this process holds of the database, so that those it forks open their own."""
    connections.close_all()
    if connection.vendor == "postgresql":
        connection.close_pool()


@contextmanager
def _alone() -> Iterator[None]:
    """Of two that start on one data directory at once, one goes first."""
    with (settings.ENVIRONMENT.make_data_dir() / "setup.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
