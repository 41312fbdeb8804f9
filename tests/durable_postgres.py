"""A PostgreSQL of a test's own that waits for its disk, as a family's does, and may be killed and started again."""

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


class DurablePostgres:
    """Of the same programs as the run's server, which does not wait for its disk and which all tests share."""

    def __init__(self) -> None:
        postgres.home()
        self._programs = postgres.running_programs()
        self.home = Path(tempfile.mkdtemp(prefix="durable-", dir=run.directory()))
        who = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self._as: dict[str, Any] = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
        if who:
            os.chown(self.home, who.pw_uid, who.pw_gid)
        self._server: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://postgres@/postgres?host={quote(str(self.home), safe='')}"

    def __enter__(self) -> Self:
        making = ["-D", str(self.home / "data"), "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale"]
        with (self.home / "log").open("a") as log:
            subprocess.run([self._programs / "initdb", *making], cwd=self.home, stdout=log, check=True, **self._as)
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.kill()
        shutil.rmtree(self.home, ignore_errors=True)

    @property
    def pid(self) -> int:
        assert self._server is not None
        return self._server.pid

    def start(self) -> Self:
        """Also after kill(): with what it had written by then."""
        options = {"listen_addresses": "", "unix_socket_directories": str(self.home), "max_connections": "100"}
        with (self.home / "log").open("a") as log:
            self._server = subprocess.Popen(
                [self._programs / "postgres", "-D", self.home / "data", *(f"--{n}={v}" for n, v in options.items())],
                cwd=self.home,
                stdout=log,
                stderr=log,
                start_new_session=True,
                **self._as,
            )
        until = time.monotonic() + 60
        while True:
            try:
                psycopg.connect(self.url).close()
            except psycopg.OperationalError:
                if time.monotonic() > until or self._server.poll() is not None:
                    raise RuntimeError(f"It did not start:\n{(self.home / 'log').read_text()}") from None
                time.sleep(0.02)
            else:
                return self

    def kill(self) -> None:
        """`kill -9` of it and of all that it started: nothing is said to anybody, and nothing is written any more."""
        if self._server is None:
            return
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        with self._server as server:
            # They lead sessions of their own, so the group of the first does not hold them.
            for pid in (server.pid, *map(int, children)):
                os.kill(pid, signal.SIGKILL)
        self._server = None
        while any(_is_there(pid) for pid in children):
            time.sleep(0.01)


def _is_there(pid: str) -> bool:
    """Whether it is there still; what is dead and was not fetched is not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
