"""Web processes and workers on a cluster, and the HAProxy of deploy/proxy before the web processes."""

import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Self

import httpx

from tests import run
from tests.cluster import processes
from tests.cluster.clusters import Cluster
from tests.cluster.members import EXAMPLES, PROGRAMS
from tests.cluster.networks import free_port
from tests.server import Server


class Front:
    """`handsel serve` and `handsel worker`, as often as asked for, with one data directory; their front's `url`."""

    def __init__(self, cluster: Cluster, *, webs: int = 2, workers: int = 2, **variables: str) -> None:
        self.home = Path(tempfile.mkdtemp(prefix="front-", dir=run.directory()))
        shared = {
            "DATABASE_URL": cluster.url(),
            "DATABASE_REPLICA_URL": cluster.url("handsel_replica"),
            "HANDSEL_DATA_DIR": str(self.home / "data"),
            "HANDSEL_WORKERS": "2",
            "HANDSEL_WORKER": "apart" if workers else "none",
            **variables,
        }
        (self.home / "data").mkdir(mode=0o700)
        self.url = f"http://127.0.0.1:{free_port()}"
        self.webs = [Server("postgresql", new=True, **shared) for _ in range(webs)]
        self._workers = workers
        self._open = ExitStack()

    def __enter__(self) -> Self:
        with ExitStack() as opening:
            opening.callback(processes.kill, self.home)
            for web in self.webs:
                opening.enter_context(web)
            for number in range(self._workers):
                self._start_worker(number)
            self._start_haproxy()
            self._open = opening.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    @property
    def logged(self) -> str:
        workers = [path.read_text() for path in sorted(self.home.glob("worker-*.log"))]
        return "\n".join([*(web.logged for web in self.webs), *workers])

    def _start_worker(self, number: int) -> None:
        with (self.home / f"worker-{number}.log").open("a") as log:
            subprocess.Popen(
                [sys.executable, "-m", "handsel", "worker"],
                cwd=self.home,
                env=self.webs[0].environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            ).returncode = 0

    def _start_haproxy(self) -> None:
        (self.home / "haproxy.cfg").write_text(haproxy_config(self.url, self.webs))
        with (self.home / "haproxy.log").open("a") as log:
            subprocess.Popen(
                [str(shutil.which("haproxy", path=PROGRAMS)), "-f", "haproxy.cfg"],
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            ).returncode = 0
        until = time.monotonic() + 30
        while True:
            try:
                if httpx.get(f"{self.url}/healthz", timeout=5, trust_env=False).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            if time.monotonic() > until:
                raise RuntimeError(f"HAProxy does not answer:\n{(self.home / 'haproxy.log').read_text()}")
            time.sleep(0.1)


def haproxy_config(url: str, webs: list[Server]) -> str:
    """The example, without TLS, and with the names by which this machine is served."""
    address = url.removeprefix("http://")
    text = (EXAMPLES / "proxy" / "haproxy.cfg").read_text()
    for web, there in zip(webs, ("10.0.0.21:8000", "10.0.0.22:8000"), strict=True):
        text = text.replace(there, web.base_url.removeprefix("http://"))
    text = text.replace("log /dev/log local0", "log stdout format raw local0")
    text = text.replace("hdr Host book.example.org", "hdr Host 127.0.0.1").replace("bind :80\n", f"bind {address}\n")
    return "\n".join(line for line in text.splitlines() if "ssl" not in line) + "\n"
