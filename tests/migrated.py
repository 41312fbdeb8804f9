"""The tables of a run's processes: the first of them makes them by the migrations, and the others copy its own."""

import fcntl
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests import postgres, run

_TEMPLATE = "handsel_migrated"  # in which PostgreSQL keeps them; on SQLite it is file()


def file() -> Path:
    """Where the empty tables lie in a run on SQLite, once the first process has made them."""
    return run.directory() / "migrated.sqlite3"


@contextmanager
def once() -> Iterator[None]:
    """Meanwhile Django makes the tests' database of what is there, and its migrations find nothing left to do."""
    creation = connection.creation
    create = creation.create_test_db

    def create_or_copy(**options: Any) -> str:
        made = run.directory() / f"migrated-{connection.vendor}"
        with made.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not made.exists():
                name = create(**options)
                _keep(name)
                made.touch()
                return name
        with _copied():
            return create(**options)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(creation, "create_test_db", create_or_copy)
        yield


def _keep(name: str) -> None:
    if connection.vendor == "postgresql":
        connection.close()  # nobody may be in a database that is copied
        postgres.new_database(name, name=_TEMPLATE)
    else:
        with closing(sqlite3.connect(file())) as kept:
            connection.connection.backup(kept)


@contextmanager
def _copied() -> Iterator[None]:
    if connection.vendor == "postgresql":
        connection.settings_dict["TEST"]["TEMPLATE"] = _TEMPLATE
        yield
        return
    # It is in memory, and there as long as somebody looks at it: Django comes before this connection goes.
    with (
        closing(sqlite3.connect(connection.creation._get_test_db_name(), uri=True)) as copy,
        closing(sqlite3.connect(file())) as kept,
    ):
        kept.backup(copy)
        yield
