"""A PostgreSQL of a test's own, which it may stop, starve and set as it likes. It ends with the block."""

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

HOLDER = "operator"  # the name of our own connections


class OwnPostgreSQL:
    """`programs`: where they lie; else they are the run's. `options` are the server's, beside the usual ones."""

    def __init__(self, programs: Path | None = None, **options: str) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="own-", dir=run.directory()))
        self.address = f"postgresql://postgres@/handsel?host={quote(str(self.home), safe='')}"
        self.programs = programs or postgres.running_programs()
        self.options = {"listen_addresses": "", "unix_socket_directories": str(self.home), **options}
        who = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._as: dict[str, Any] = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
        self._server: subprocess.Popen[bytes] | None = None
        self._give_to_the_server(self.home)

    def __enter__(self) -> Self:
        data = ["-D", str(self.home / "data"), "-U", "postgres"]
        self._run([self.programs / "initdb", *data, "--auth=trust", "--encoding=UTF8", "--no-locale", "-N"])
        self.start()
        with self.operator("postgres") as operator:
            operator.execute("CREATE DATABASE handsel")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        shutil.rmtree(self.home, ignore_errors=True)

    def start(self) -> None:
        """Answers when it can be written to."""
        options = [f"--{name}={value}" for name, value in self.options.items()]
        with (self.home / "server.log").open("a") as log:
            self._server = subprocess.Popen(
                [self.programs / "postgres", "-D", self.home / "data", *options],
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

    def operator(self, database: str = "handsel") -> psycopg.Connection[Any]:
        address = self.address.replace("/handsel?", f"/{database}?")
        return psycopg.connect(address, autocommit=True, connect_timeout=5, application_name=HOLDER)

    def _give_to_the_server(self, *paths: Path) -> None:
        if self._as:
            for path in paths:
                os.chown(path, self._as["user"], self._as["group"])

    def _run(self, command: list[Any]) -> str:
        done = subprocess.run(command, cwd=self.home, capture_output=True, text=True, check=False, **self._as)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def _is_writable(self) -> bool:
        try:
            with self.operator("postgres") as operator:
                return operator.execute("SELECT NOT pg_is_in_recovery()").fetchone() == (True,)
        except psycopg.OperationalError:
            return False
