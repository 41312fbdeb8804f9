"""A PostgreSQL of the benchmarks' own, whose books outlive a run, and which waits for the disk as a real one does."""

import os
import pwd
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import quote

import psycopg

from tests import postgres


class Kept:
    """A running server; its databases by their names."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={quote(str(self.home), safe='')}"

    def has(self, database: str) -> bool:
        return bool(self._all("SELECT 1 FROM pg_database WHERE datname = %s", database))

    def new(self, database: str, like: str = "template0") -> str:
        """Make it anew, empty or like another that nobody uses now."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
            connection.execute(f'CREATE DATABASE "{database}" TEMPLATE "{like}"')
        return self.url(database)

    def drop(self, database: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def _all(self, statement: str, *values: object) -> list[tuple]:
        with psycopg.connect(self.url("postgres")) as connection:
            return connection.execute(statement, values).fetchall()


@contextmanager
def serving(home: Path) -> Iterator[Kept]:
    """Run the server whose files lie in home, which is made if need be, until this process has done its work."""
    # PostgreSQL refuses to run as root: then it runs as nobody.
    who = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    as_somebody = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
    home.mkdir(exist_ok=True)
    data = home / "data"
    shutil.rmtree(home / "wheel", ignore_errors=True)
    where = postgres.programs(home, copied=who is not None)
    with (home / "log").open("w") as log:
        if not data.exists():
            data.mkdir(mode=0o700)
            if who:
                os.chown(home, who.pw_uid, who.pw_gid)
                os.chown(data, who.pw_uid, who.pw_gid)
            make = [where / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale"]
            subprocess.run(make, cwd=home, stdout=log, stderr=log, check=True, **as_somebody)
        options = {"listen_addresses": "", "unix_socket_directories": str(home), "max_connections": "100"}
        start = [where / "postgres", "-D", data, *(f"--{name}={value}" for name, value in options.items())]
        server = subprocess.Popen(start, cwd=home, stdout=log, stderr=log, **as_somebody)
        (home / "ready").unlink(missing_ok=True)
        postgres.wait_until_ready(home, server)
        if server.poll() is not None:
            raise SystemExit(f"PostgreSQL did not start; {home / 'log'} says why.")
        try:
            yield Kept(home)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait()
