"""One member of a cluster: an etcd, a Patroni and its PostgreSQL, from the examples of deploy/cluster."""

import os
import pwd
import re
import shutil
import signal
import subprocess
from contextlib import suppress
from pathlib import Path

import httpx

from tests.cluster import processes
from tests.cluster.networks import Cables, Loopback

EXAMPLES = Path(__file__).parents[2] / "deploy"
NAMES = {1: "one", 2: "two", 3: "three"}
PROGRAMS = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/bin:/usr/lib/postgresql/15/bin"


def missing_programs() -> list[str]:
    """What Debian's packages patroni, etcd-server, haproxy, pgbouncer and postgresql-15 would bring."""
    wanted = ("patroni", "etcd", "haproxy", "pgbouncer", "pg_rewind")
    return [name for name in wanted if shutil.which(name, path=PROGRAMS) is None]


def as_user() -> list[str]:
    """What a command begins with that refuses to run as root, or has no need to."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"]


def give_away(directory: Path) -> None:
    """To the user of as_user()."""
    if os.geteuid() == 0:
        who = pwd.getpwnam("postgres")
        for path in [directory, *directory.rglob("*")]:
            os.chown(path, who.pw_uid, who.pw_gid)


def spawn(command: list[str], directory: Path, log: str, **variables: str) -> None:
    """Start what stands in this directory until it is killed; it is nobody's child to wait for."""
    environment = {"PATH": PROGRAMS, "LANG": "C.UTF-8", "HOME": str(directory), **variables}
    with (directory / log).open("a") as written:
        started = subprocess.Popen(
            command, cwd=directory, env=environment, stdin=subprocess.DEVNULL, stdout=written, stderr=written
        )
    started.returncode = 0  # and nobody hears that it goes on


class Member:
    def __init__(self, number: int, home: Path, network: Loopback | Cables, edit: dict[str, str]) -> None:
        self.number, self.name = number, NAMES[number]
        self.home = home / self.name
        self.address = network.address(number)
        self._within = network.within(number) + as_user()
        for part in ("etcd", "patroni"):
            (self.home / part).mkdir(parents=True)
        etcd = self._of_member((EXAMPLES / "cluster" / "etcd").read_text(), network)
        lines = (line.split("=", 1) for line in etcd.splitlines() if not line.startswith("#"))
        self._etcd = {**dict(lines), "ETCD_DATA_DIR": "data"}
        patroni = self._of_member((EXAMPLES / "cluster" / "patroni.yml").read_text(), network)
        changes = {
            "10.0.0.0/24": network.client_network,
            "local all postgres peer": "local all postgres scram-sha-256",  # here root asks too
            "/var/lib/postgresql/15/handsel": str(self.home / "patroni" / "data"),
            "/var/lib/postgresql/patroni.pgpass": str(self.home / "patroni" / "pgpass"),
            "/var/run/postgresql": str(self.home / "patroni"),
            **edit,
        }
        for before, after in changes.items():
            assert before in patroni, before
            patroni = patroni.replace(before, after)
        (self.home / "patroni" / "config.yml").write_text(patroni)
        give_away(self.home)

    def _of_member(self, text: str, network: Loopback | Cables) -> str:
        """The example of the first member, as the page says to change it for another."""
        text = text.replace("name: one", f"name: {self.name}").replace("NAME=one", f"NAME={self.name}")
        own = ["\n".join(self._its_own(line) for line in text.splitlines()), ""]
        return re.sub(r"10\.0\.0\.1([123])\b", lambda found: network.address(int(found[1])), "\n".join(own))

    def _its_own(self, line: str) -> str:
        return line if "10.0.0.12" in line else line.replace("10.0.0.11", f"10.0.0.1{self.number}")

    def start(self) -> None:
        spawn([*self._within, "etcd"], self.home / "etcd", "log", **self._etcd)
        self.start_patroni()

    def start_patroni(self) -> None:
        spawn([*self._within, "patroni", "config.yml"], self.home / "patroni", "log")

    def kill(self) -> None:
        """As when the power fails: its PostgreSQL, its Patroni and its etcd at once."""
        processes.kill(self.home)

    def kill_postgresql(self) -> None:
        postmaster = int((self.home / "patroni" / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)

    def status(self) -> dict[str, object]:
        """What its Patroni says; nothing when it does not answer."""
        with suppress(httpx.HTTPError, ValueError):
            return httpx.get(f"http://{self.address}:8008/patroni", timeout=2, trust_env=False).json()
        return {}

    def answers(self, path: str) -> bool:
        with suppress(httpx.HTTPError):
            return httpx.get(f"http://{self.address}:8008/{path}", timeout=2, trust_env=False).status_code == 200
        return False

    def said(self) -> str:
        """The ends of its logs, for who looks why it does not start."""
        logs = [self.home / "etcd" / "log", self.home / "patroni" / "log"]
        return "\n".join(f"{log}:\n{log.read_text(errors='replace')[-3000:]}" for log in logs if log.exists())
