"""A streaming replica of the run's PostgreSQL, which can lag, die and come back. It ends with the block or the run."""

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, Self
from urllib.parse import quote

import psycopg

from tests import postgres, run


class Standby:
    def __init__(self) -> None:
        self.primary = postgres.home()
        self.home = Path(tempfile.mkdtemp(prefix="standby-", dir=run.directory()))
        self._programs = postgres.running_programs()
        who = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._as: dict[str, Any] = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
        self._server: subprocess.Popen[bytes] | None = None
        if who:
            os.chown(self.home, who.pw_uid, who.pw_gid)

    def __enter__(self) -> Self:
        copying = ["-D", str(self.home / "data"), "-h", str(self.primary), "-U", "postgres", "-R", "-c", "fast", "-N"]
        subprocess.run([self._programs / "pg_basebackup", *copying], cwd=self.home, check=True, **self._as)
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    def start(self) -> Self:
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.home),
            "max_connections": "300",
            "fsync": "off",
        }
        with (self.home / "log").open("a") as log:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", self.home / "data", *(f"--{n}={v}" for n, v in options.items())],
                cwd=self.home,
                stdout=log,
                stderr=log,
                **self._as,
            )
        until = time.monotonic() + 60
        while True:
            try:
                self.ask("SELECT 1")
            except psycopg.OperationalError:
                if time.monotonic() > until or self._server.poll() is not None:
                    raise RuntimeError(f"The replica did not start:\n{(self.home / 'log').read_text()}") from None
                time.sleep(0.1)
            else:
                return self

    def kill(self) -> None:
        """At once, its connections with it."""
        if self._server is not None:
            with self._server as server:
                server.send_signal(signal.SIGQUIT)
            self._server = None

    def url(self, of_primary: str) -> str:
        return of_primary.replace(quote(str(self.primary), safe=""), quote(str(self.home), safe=""))

    def ask(self, sql: str, database: str = "postgres") -> Any:
        with psycopg.connect(self.url(postgres.address(database)), autocommit=True, connect_timeout=5) as connection:
            return connection.execute(sql).fetchone()

    def pause(self) -> None:
        """From here on it hears of nothing new."""
        self.ask("SELECT pg_wal_replay_pause()")

    def resume(self) -> None:
        self.ask("SELECT pg_wal_replay_resume()")
