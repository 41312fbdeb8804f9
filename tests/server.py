"""Start `handsel serve` with a database of its own, for tests over HTTP.

Tests share a server and make families of their own in it, so nothing has to be cleaned up.
"""

import fcntl
import json
import os
import shutil
import signal
import sqlite3
import ssl
import subprocess
import sys
import tempfile
from contextlib import closing
from dataclasses import asdict, dataclass
from itertools import takewhile
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import httpx
import psycopg

from tests import migrated, pgbouncer, postgres, run

ROOT = Path(__file__).parents[1]
# For a server on which people sign in who have nothing that could be stolen: a second less for each password.
QUICK_PASSWORDS = {"PYTHONPATH": str(ROOT / "tests" / "workflows" / "clock")}
# Nobody speaks TLS here, and httpx would read all the certificates of the world anew for each client.
NO_TLS = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
_TABLES = "handsel_tables"
_GET_READY = "from handsel.management import setup; setup.prepare(example=False)"


@dataclass(frozen=True)
class Person:
    id: UUID
    name: str
    email: str
    token: str


def without_progress(text: str) -> str:
    """Leave out the lines in which a start that takes long says what it is busy with."""
    return "".join(line for line in text.splitlines(keepends=True) if not line.endswith("seconds so far)\n"))


class Server:
    """`database` is "sqlite" or "postgresql"; `variables` are set in the environment beside the usual ones.

    `new`: there is nothing yet, as when people start it first; else it starts with empty tables and with the static
    files, made once in a run.
    """

    def __init__(self, database: str, *, new: bool = False, **variables: str) -> None:
        self.database = database
        self.home = Path(tempfile.mkdtemp(prefix="server-", dir=run.directory()))
        self.log = self.home / "log"
        self.base_url = ""
        usual = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
        self.environment = usual | {
            "HANDSEL_DATA_DIR": str(self.home / "data"),
            "HANDSEL_WORKERS": "3",
            "HANDSEL_WORKER": "none",
            "HANDSEL_BACKUPS": "off",
        }
        made = None if new else _made_ready(database)
        if made:
            _link_static_files(made, self.home / "data")
        if database == "postgresql":
            self.environment["HANDSEL_CARELESS_DATABASE"] = "1"  # the run's waits for no disk
        if database == "postgresql" and "DATABASE_URL" not in variables:
            address = postgres.new_database(_TABLES if made else "")
            self.environment["DATABASE_URL"] = pgbouncer.through(address) if pgbouncer.THROUGH_IT else address
        elif made and database == "sqlite":
            shutil.copy(made / "handsel.sqlite3", self.home / "data")
        self.environment |= variables
        self.welcome = ""
        self._process: subprocess.Popen[str] | None = None
        self._registrar: subprocess.Popen[str] | None = None

    def __enter__(self) -> "Server":
        return self.start()

    def __exit__(self, *_: object) -> None:
        if self._process is not None and self._process.returncode is None:
            self.kill()  # what is asked of a server that is told to stop stands in tests of its own
        if self._registrar is not None:
            with self._registrar as registrar:
                registrar.kill()
            self._registrar = None

    def start(self) -> "Server":
        """Also after kill() or stop(): at the same address, with what is in its database."""
        port = self.base_url.rpartition(":")[2] or "0"
        with self.log.open("a") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "handsel", "serve", "--port", port],
                cwd=self.home,
                env=self.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        assert self._process.stdout is not None
        lines = iter(self._process.stdout.readline, "")
        self.welcome = "".join(line for line in takewhile(lambda line: "Ctrl-C" not in line, lines))
        if not self.welcome:
            raise RuntimeError(f"The server did not start:\n{self.log.read_text()}")
        self.base_url = self.welcome.splitlines()[0].split()[-1]
        httpx.get(f"{self.base_url}/healthz", timeout=30, verify=NO_TLS).raise_for_status()
        return self

    @property
    def logged(self) -> str:
        """What stands in its log but what a start that takes long says it is busy with."""
        return without_progress(self.log.read_text())

    def stop(self, with_signal: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; the exit code."""
        assert self._process is not None
        with self._process as process:
            process.send_signal(with_signal)
            return process.wait(timeout=30)

    def kill(self, *, alone: bool = False) -> None:
        """`kill -9` of everything, as when the power fails; `alone` of the one process that was started."""
        assert self._process is not None
        with self._process as process:
            (os.kill if alone else os.killpg)(process.pid, signal.SIGKILL)

    def children(self) -> list[int]:
        """The processes that answer, and the worker of the duties if it has one."""
        assert self._process is not None
        pid = self._process.pid
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]

    def command(self, *arguments: str, typed: str = "") -> subprocess.CompletedProcess[str]:
        """`handsel ...` beside the running server. Each takes a second; people() does not."""
        return subprocess.run(
            [sys.executable, "-m", "handsel", *arguments],
            cwd=self.home,
            env=self.environment,
            input=typed,
            capture_output=True,
            text=True,
            check=False,
        )

    def rows(self, statement: str, *values: Any) -> list[tuple[Any, ...]]:
        """What a statement finds in its database; %s stands for a value."""
        if self.database == "postgresql":
            with psycopg.connect(self.environment["DATABASE_URL"]) as book:
                return book.execute(statement, values).fetchall()
        plain = [value.hex if isinstance(value, UUID) else value for value in values]
        with closing(sqlite3.connect(self.home / "data" / "handsel.sqlite3", timeout=30)) as file:
            return file.execute(statement.replace("%s", "?"), plain).fetchall()

    def people(self, *names: str, password: str | None = None, scope: str = "write") -> list[Person]:
        """New people, each with a token, made by the same actions as the commands call."""
        asked = {"names": names, "password": password, "scope": scope}
        return [Person(**{**person, "id": UUID(person["id"])}) for person in self._ask_registrar(asked)]

    def forget_limits(self) -> None:
        """Nobody has tried to sign in yet, as far as the limits know."""
        self._ask_registrar({"names": [], "forget_limits": True})

    def _ask_registrar(self, asked: dict[str, Any]) -> list[dict[str, Any]]:
        """From a process that stands beside the server and has the program imported already."""
        if self._registrar is None:
            with (self.home / "registrar.log").open("a") as log:
                self._registrar = subprocess.Popen(
                    [sys.executable, "-m", "tests.server"],
                    cwd=self.home,
                    env={**self.environment, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "handsel.settings"},
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=log,
                    text=True,
                )
        asking, answering = self._registrar.stdin, self._registrar.stdout
        assert asking is not None
        assert answering is not None
        asking.write(json.dumps(asked) + "\n")
        asking.flush()
        return json.loads(answering.readline())

    def client(self, person: Person | None = None, **options: Any) -> httpx.Client:
        """Speaks to the API as this person, or as nobody."""
        headers = {"Authorization": f"Bearer {person.token}"} if person else {}
        hooks = {"response": [hold_to_the_contract]}
        return httpx.Client(
            base_url=f"{self.base_url}/api/v1",
            headers=headers,
            timeout=60,
            event_hooks=hooks,
            verify=NO_TLS,
            **options,
        )


def _made_ready(database: str) -> Path:
    """A data directory to copy, with empty tables; those on the run's PostgreSQL are in the database _TABLES."""
    home = run.directory() / f"ready-{database}"
    home.mkdir(exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "made").exists():
            where = {}
            if database == "postgresql":
                where = {"DATABASE_URL": postgres.new_database(name=_TABLES)}
                _link_static_files(_made_ready("sqlite"), home / "data")
            elif migrated.file().exists():
                (home / "data").mkdir(mode=0o700)
                shutil.copy(migrated.file(), home / "data" / "handsel.sqlite3")
            environment = {"PATH": os.environ["PATH"], "HANDSEL_DATA_DIR": str(home / "data"), **where}
            making = [sys.executable, "-m", "handsel", "shell", "--no-imports", "-c", _GET_READY]
            subprocess.run(making, cwd=home, env=environment, check=True)
            (home / "made").touch()
    return home / "data"


def _link_static_files(made: Path, data: Path) -> None:
    data.mkdir(mode=0o700)
    shutil.copytree(made / "static", data / "static", copy_function=os.link)
    shutil.copy(made / "static.sum", data)


def hold_to_the_contract(response: httpx.Response) -> None:
    """A hook for every client that may ask the API."""
    from tests.api import contract

    response.read()
    contract.hold(response.request.method, response.request.url.raw_path.decode(), response)


def _make_people() -> None:
    """For each line that comes, an object, answers one with the list of those who were made; forgets the limits where
    it says so.
    """
    import django

    django.setup()
    from django.utils import timezone

    from handsel.access.passwords import Hasher
    from handsel.actions import people, tokens
    from handsel.apps import close_connections
    from handsel.models import RateLimitCounter

    Hasher.time_cost, Hasher.memory_cost = 1, 8  # nobody steals them
    for line in sys.stdin:
        request, made = json.loads(line), []
        if request.get("forget_limits"):
            RateLimitCounter.objects.all().delete()
        for name in request["names"]:
            email = f"{name.lower()}.{uuid4().hex[:12]}@example.org"
            person = people.create(email, name, request["password"], at=timezone.now())
            token = tokens.issue_for(email, request["scope"], at=timezone.now())
            made.append(Person(person.id, name, email, token))
        close_connections()
        sys.stdout.write(json.dumps([asdict(person) for person in made], default=str) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    _make_people()
