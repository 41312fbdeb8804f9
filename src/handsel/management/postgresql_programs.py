"""The programs of PostgreSQL that write and read its dumps: found, and run without a password that others could see."""

import os
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection

from handsel.env import Refused
from handsel.postgresql.base import is_pooled

_DEBIANS = Path("/usr/lib/postgresql")


class Failed(Exception):
    """A program ended with an error: the last line that it wrote."""


def restore(dump: Path, written_by: int, parameters: Mapping[str, str]) -> None:
    """Restore a dump of pg_dump `written_by` into an empty database, whole or not at all. Raises Failed or Refused."""
    options = ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", "--no-comments"]
    run(find("pg_restore", written_by), parameters, *options, str(dump))


def version(program: Path | str) -> int:
    """Return its major version; 0 where it cannot be asked."""
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603  no shell
    match = re.search(r"\) (\d+)", done.stdout)
    return int(match[1]) if match else 0


def find(name: str, at_least: int) -> Path:
    """Return the program `name` of that major version, or the next later one that is there. Raises Refused."""
    on_the_path = [Path(directory) / name for directory in os.get_exec_path()]
    candidates = [path for path in [*on_the_path, *_DEBIANS.glob(f"*/bin/{name}")] if os.access(path, os.X_OK)]
    versions = {path: version(path) for path in dict.fromkeys(candidates)}
    fitting = [path for path in versions if versions[path] >= at_least]
    if not fitting:
        others = ", ".join(sorted({str(number) for number in versions.values() if number}))
        here = f"only {name} {others} is here" if others else f"{name} is not here"
        raise Refused(
            f"This needs PostgreSQL's program {name}, version {at_least} or later, and {here}. "
            f"Install it (Debian's package is postgresql-client-{at_least})."
        )
    return min(fitting, key=lambda path: versions[path])


def refuse_a_pooler() -> None:
    """Refuse a connection through a pooler (PgBouncer): what these programs set for their session would stay behind in
    it for whoever comes next. Raises Refused.
    """
    if connection.vendor == "postgresql":
        connection.ensure_connection()
        if is_pooled(connection.connection):
            raise Refused(
                "DATABASE_URL leads through a pooler of connections, and PostgreSQL's programs for backups must not go "
                "there. Run this with a DATABASE_URL of the server itself; HANDSEL_BACKUPS=off stops the worker's."
            )


def parameters() -> dict[str, str]:
    """Return how libpq reaches the database of the settings."""
    given: dict[str, Any] = dict(settings.ENVIRONMENT.database or {})
    return {**given, "dbname": str(connection.settings_dict["NAME"])}


def run(program: Path, parameters: Mapping[str, str], *arguments: str) -> None:
    """Run it against a database. The password goes by the environment. Raises Failed."""
    from psycopg.conninfo import make_conninfo  # a book on SQLite does without

    shown = {name: value for name, value in parameters.items() if name != "password"}
    environment = dict(os.environ)
    if "password" in parameters:
        environment["PGPASSWORD"] = parameters["password"]
    command = [str(program), *arguments, f"--dbname={make_conninfo('', **shown)}"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603  no shell
    if done.returncode:
        raise Failed((done.stderr.strip().splitlines() or [f"{program.name} ended with {done.returncode}"])[0])


def read_whole(dump: Path, written_by: int) -> None:
    """Read a dump of pg_dump `written_by` from its beginning to its end. Raises Failed or Refused."""
    program = find("pg_restore", written_by)
    done = subprocess.run([program, f"--file={os.devnull}", dump], capture_output=True, text=True, check=False)  # noqa: S603  no shell
    if done.returncode:
        raise Failed((done.stderr.strip().splitlines() or ["it cannot be read"])[0])
