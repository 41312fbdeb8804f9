"""A PostgreSQL of Debian's that pgBackRest keeps, for tests that bring it back to a moment. It ends with the block."""

import os
import pwd
import re
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import psycopg

from tests import run

PGBACKREST = shutil.which("pgbackrest")
# Of the same Debian as pgBackRest, which knows no PostgreSQL that came later.
PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True)), Path()).parent


class ArchivedPostgreSQL:
    def __init__(self) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="archived-", dir=run.directory()))
        self.address = f"postgresql://postgres@/handsel?host={quote(str(self.home), safe='')}"
        who = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._as: dict[str, Any] = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
        self._server: subprocess.Popen[bytes] | None = None
        for place in ("repository", "locks", "log"):
            (self.home / place).mkdir()
        (self.home / "pgbackrest.conf").write_text(
            f"[global]\nrepo1-path={self.home}/repository\nrepo1-retention-full=2\nstart-fast=y\n"
            f"lock-path={self.home}/locks\nlog-path={self.home}/log\nspool-path={self.home}/spool\n"
            f"[handsel]\npg1-path={self.home}/data\npg1-socket-path={self.home}\npg1-user=postgres\n"
        )
        if who:
            for path in (self.home, *self.home.iterdir()):
                os.chown(path, who.pw_uid, who.pw_gid)

    def __enter__(self) -> Self:
        initdb = [
            "initdb",
            "-D",
            self.home / "data",
            "-U",
            "postgres",
            "--auth=trust",
            "--encoding=UTF8",
            "--no-locale",
        ]
        self._run([PROGRAMS / initdb[0], *initdb[1:]])
        self.start()
        with psycopg.connect(self.address.replace("/handsel?", "/postgres?"), autocommit=True) as operator:
            operator.execute("CREATE DATABASE handsel")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def start(self) -> None:
        """Answers when it can be written to."""
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.home),
            "archive_mode": "on",
            "archive_command": f"{PGBACKREST} --config={self.home}/pgbackrest.conf --stanza=handsel archive-push %p",
            "archive_timeout": "60",
        }
        with (self.home / "server.log").open("a") as log:
            self._server = subprocess.Popen(
                [PROGRAMS / "postgres", "-D", self.home / "data", *(f"--{n}={v}" for n, v in options.items())],
                cwd=self.home,
                stdout=log,
                stderr=log,
                **self._as,
            )
        until = time.monotonic() + 120
        while not self._is_writable():
            if time.monotonic() > until or self._server.poll() is not None:
                raise RuntimeError(f"PostgreSQL did not start:\n{(self.home / 'server.log').read_text()}")
            time.sleep(0.2)

    def stop(self) -> None:
        if self._server is not None:
            with self._server as server:
                server.send_signal(signal.SIGINT)
            self._server = None

    def back_up(self, command: str) -> str:
        """Run a command as it stands in the documentation, and answer what it says."""
        told = re.sub(r"^sudo -u postgres pgbackrest", f"{PGBACKREST} --config={self.home}/pgbackrest.conf", command)
        assert told != command
        return self._run(["sh", "-c", told])

    def _run(self, command: list[Any]) -> str:
        done = subprocess.run(command, cwd=self.home, capture_output=True, text=True, check=False, **self._as)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _is_writable(self) -> bool:
        try:
            with psycopg.connect(self.address.replace("/handsel?", "/postgres?"), connect_timeout=5) as operator:
                return operator.execute("SELECT NOT pg_is_in_recovery()").fetchone() == (True,)
        except psycopg.OperationalError:
            return False


def version() -> str:
    """Of pgBackRest."""
    done = subprocess.run([str(PGBACKREST), "version"], capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]
