"""A cluster on this machine: three members, and before them HAProxy and PgBouncer, all from deploy/cluster."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self

import psycopg

from tests.cluster import processes
from tests.cluster.members import EXAMPLES, NAMES, Member, as_user, give_away, missing_programs, spawn
from tests.cluster.networks import Cables, Loopback

PASSWORD = "CHANGE-THIS-4"
_ROOT = Path(__file__).parents[2]


class Cluster:
    """`edit` changes the example of Patroni; the paths and addresses are changed anyway."""

    def __init__(self, network: Loopback | Cables | None = None, edit: dict[str, str] | None = None) -> None:
        missing = missing_programs()
        if missing:
            raise RuntimeError(f"These are missing: {', '.join(missing)}")
        self.network = network or Loopback()
        self._here = self.network if isinstance(self.network, Loopback) else Loopback()  # HAProxy and PgBouncer
        self.home = Path(tempfile.mkdtemp(prefix="handsel-cluster-", dir="/tmp" if os.geteuid() == 0 else None))
        self.home.chmod(0o755)
        self.members = {number: Member(number, self.home, self.network, edit or {}) for number in NAMES}
        self.before = self.home / "before"
        self.is_synchronous = "synchronous_mode: true" not in (edit or {})
        self.gate = f"{self._here.prefix}.21"

    def __enter__(self) -> Self:
        _keep(self.home, self.network)
        try:
            for member in self.members.values():
                member.start()
            self.wait_until(self.is_whole, 90, "three members, one of them primary and one synchronous")
            self._make_database()
            self._start_before()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        processes.kill(self.home)
        self.network.close()
        shutil.rmtree(self.home, ignore_errors=True)

    def _make_database(self) -> None:
        with self.connect(self.primary(), "postgres") as connection:
            connection.execute(f"CREATE ROLE handsel LOGIN PASSWORD '{PASSWORD}'")
            connection.execute("CREATE DATABASE handsel OWNER handsel")

    def _start_before(self) -> None:
        self.before.mkdir()
        haproxy = (EXAMPLES / "cluster" / "haproxy.cfg").read_text()
        pgbouncer = (EXAMPLES / "cluster" / "pgbouncer.ini").read_text()
        for member in self.members.values():
            haproxy = haproxy.replace(f"10.0.0.1{member.number}", member.address)
        haproxy = haproxy.replace("log /dev/log local0", "log stdout format raw local0")
        haproxy = haproxy.replace("bind 127.0.0.1", f"bind {self.gate}")
        for place in ("/etc/pgbouncer", "/var/log/postgresql", "/var/run/postgresql"):
            pgbouncer = pgbouncer.replace(place, str(self.before))
        (self.before / "haproxy.cfg").write_text(haproxy)
        (self.before / "pgbouncer.ini").write_text(pgbouncer.replace("127.0.0.1", self.gate))
        shutil.copy(EXAMPLES / "cluster" / "userlist.txt", self.before)
        give_away(self.before)
        spawn([*as_user(), "haproxy", "-f", "haproxy.cfg"], self.before, "haproxy.log")
        spawn([*as_user(), "pgbouncer", "pgbouncer.ini"], self.before, "log")
        self.wait_until(self._answers, 30, "an answer through HAProxy and PgBouncer")

    def _answers(self) -> bool:
        try:
            with psycopg.connect(self.url(), connect_timeout=3) as connection:
                return connection.execute("SELECT pg_is_in_recovery()").fetchone() == (False,)
        except psycopg.Error:
            return False

    def url(self, database: str = "handsel") -> str:
        """For DATABASE_URL; of `handsel_replica` for DATABASE_REPLICA_URL."""
        return f"postgresql://handsel:{PASSWORD}@{self.gate}:6432/{database}"

    def connect(self, member: Member, database: str = "handsel") -> psycopg.Connection[Any]:
        """As who may do everything, at the member itself, by its socket."""
        where = f"host={member.home / 'patroni'} dbname={database} user=postgres password=CHANGE-THIS-1"
        return psycopg.connect(where, autocommit=True, connect_timeout=3)

    def primary(self) -> Member:
        found: list[Member] = []

        def is_one() -> bool:
            found[:] = [member for member in self.members.values() if member.answers("primary")]
            return len(found) == 1

        self.wait_until(is_one, 30, "one primary")  # on a busy machine a member may be slow to say so
        return found[0]

    def is_whole(self) -> bool:
        """One primary, and two replicas that stream from it, one of which every commit waits for, if any."""
        states = [member.status() for member in self.members.values()]
        roles = sorted(str(state.get("role")) for state in states if state.get("state") == "running")
        if roles not in (["master", "replica", "replica"], ["primary", "replica", "replica"]):
            return False
        streaming = [state.get("replication") for state in states if state.get("replication")]
        is_waited_for = any(member.answers("synchronous") for member in self.members.values())
        return is_waited_for == self.is_synchronous and any(
            isinstance(who, list) and len(who) == 2 for who in streaming
        )

    def wait_until(self, is_so: Callable[[], bool], seconds: float, what: str) -> float:
        """How long that took."""
        began = time.monotonic()
        while not is_so():
            if time.monotonic() - began > seconds:
                said = "\n".join(member.said() for member in self.members.values())
                raise RuntimeError(f"{what}: not within {seconds} seconds\n{said}")
            time.sleep(0.1)
        return time.monotonic() - began


def _keep(home: Path, network: Loopback | Cables) -> None:
    """Have a process of its own end the cluster when this one was killed."""
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.cluster.keeper", str(home), str(os.getpid()), network.name],
        cwd=_ROOT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    keeper.returncode = 0  # it outlives this process
