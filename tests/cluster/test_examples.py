"""The examples of deploy/: each program reads its own, and the logs of the proxies hold no secret."""

import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests import run
from tests.cluster import processes
from tests.cluster.fronts import haproxy_config
from tests.cluster.members import EXAMPLES, PROGRAMS
from tests.cluster.networks import free_port
from tests.server import Server

pytestmark = pytest.mark.no_database

CANARY = "canary-0c7be1"
# Each has a secret somewhere: in the path, in the query, in a referrer.
SECRETS = (f"/feeds/{CANARY}.ics", f"/invitations/{CANARY}/", f"/accounts/login/?next=/invitations/{CANARY}/")


def program(name: str) -> str:
    found = shutil.which(name, path=PROGRAMS)
    if found is None:
        pytest.skip(f"NO {name.upper()}: Debian has it")
    return found


def checked(*command: object) -> str:
    done = subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def test_what_is_to_be_changed_has_no_other_password():
    """Who looks for CHANGE-THIS finds all of them."""
    for file in (EXAMPLES / "cluster").iterdir():
        for value in re.findall(r"password: (.+)", file.read_text()):
            assert value.startswith("CHANGE-THIS-")


@pytest.fixture
def place() -> Iterator[Path]:
    """A directory, in which everything that runs is ended."""
    place = run.directory() / f"proxy-{time.monotonic_ns()}"
    place.mkdir()
    yield place
    processes.kill(place)


@contextmanager
def two_webs() -> Iterator[list[Server]]:
    with Server("sqlite") as one, Server("sqlite") as two:
        yield [one, two]


def start(place: Path, *command: str) -> None:
    with (place / "log").open("w") as log:
        subprocess.Popen(command, cwd=place, stdin=subprocess.DEVNULL, stdout=log, stderr=log).returncode = 0


def get(url: str, **options: object) -> httpx.Response:
    """What it answers, as soon as it does."""
    until = time.monotonic() + 20
    while True:
        try:
            return httpx.get(url, timeout=20, trust_env=False, **options)  # type: ignore[arg-type]
        except httpx.ConnectError:
            assert time.monotonic() < until
            time.sleep(0.1)


def hold(url: str, webs: list[Server], logs: list[Path]) -> None:
    """Pages come, also when one process is gone; 503 when both are; no secret in the logs, but each request."""
    assert get(f"{url}/healthz").json() == {"status": "ok"}
    for address in SECRETS:
        assert get(url + address, headers={"Referer": f"{url}/invitations/{CANARY}/"}).status_code < 500
    webs[0].kill()
    assert {get(f"{url}/healthz").status_code for _ in range(6)} == {200}
    webs[1].kill()
    gone = get(f"{url}/invitations/{CANARY}/?next={CANARY}")
    assert gone.status_code == 503
    assert gone.headers["Retry-After"] == "10"
    time.sleep(0.5)
    said = "".join(log.read_text() for log in logs)
    assert CANARY not in said
    for word in ("GET /feeds ", "GET /invitations ", "GET /accounts ", "GET /healthz "):
        assert word in said


@pytest.mark.nightly
def test_haproxys_examples_are_read_and_its_log_holds_no_secret(place, tried_with):
    haproxy = program("haproxy")
    with two_webs() as webs:
        url = f"http://127.0.0.1:{free_port()}"
        (place / "haproxy.cfg").write_text(haproxy_config(url, webs))
        start(place, haproxy, "-f", "haproxy.cfg")
        time.sleep(2.5)  # until it has looked at both
        hold(url, webs, [place / "log"])
    database = (EXAMPLES / "cluster" / "haproxy.cfg").read_text().replace("127.0.0.1", "127.0.0.61")
    (place / "database.cfg").write_text(database)
    assert "WARNING" not in checked(haproxy, "-c", "-f", place / "database.cfg")
    note(tried_with, "HAProxy", checked(haproxy, "-v"))


@pytest.mark.nightly
def test_nginxs_example_is_read_and_its_log_holds_no_secret(place, tried_with):
    nginx = program("nginx")
    certificate(place)
    with two_webs() as webs:
        port = free_port()
        site = (EXAMPLES / "proxy" / "nginx.conf").read_text()
        for before, after in {
            "10.0.0.21:8000": webs[0].base_url.removeprefix("http://"),
            "10.0.0.22:8000": webs[1].base_url.removeprefix("http://"),
            "/etc/ssl/book.example.org.pem": str(place / "certificate.pem"),
            "/etc/ssl/private/book.example.org.key": str(place / "key.pem"),
            "/var/log/nginx": str(place),
            "listen 443 ssl": f"listen 127.0.0.1:{port}",  # as HTTP, with all the rest of it
            "listen 80": f"listen 127.0.0.1:{free_port()}",
            "server_name book.example.org": "server_name 127.0.0.1",
            " http2;": ";",
        }.items():
            assert before in site, before
            site = site.replace(before, after)
        (place / "nginx.conf").write_text(
            f"pid {place}/pid;\nerror_log {place}/main.log;\ndaemon off;\nevents {{}}\nhttp {{\n{site}\n}}\n"
        )
        checked(nginx, "-t", "-c", place / "nginx.conf")
        start(place, nginx, "-c", str(place / "nginx.conf"))
        hold(f"http://127.0.0.1:{port}", webs, [place / "handsel.log", place / "handsel.error.log"])
    note(tried_with, "nginx", checked(nginx, "-v"))


@pytest.mark.nightly
def test_caddys_example_is_read(place, tried_with):
    caddy = program("caddy")
    read = checked("env", f"HOME={place}", caddy, "adapt", "--config", EXAMPLES / "proxy" / "Caddyfile", "--validate")
    assert "10.0.0.22:8000" in read
    figures = "read and found valid; not run"
    tried_with(
        program="Caddy",
        version=version(checked(caddy, "version")),
        source="Debian",
        tried="its example",
        figures=figures,
    )


def certificate(place: Path) -> None:
    checked(
        program("openssl"), "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=book.example.org",
        "-keyout", place / "key.pem", "-out", place / "certificate.pem",
    )  # fmt: skip


def version(said: str) -> str:
    found = re.search(r"\d+\.\d+[.\d]*", said)
    assert found is not None
    return found[0]


def note(tried_with, name: str, said: str) -> None:
    tried_with(
        program=name,
        version=version(said),
        source="Debian",
        tried="its example before two web processes, of which one dies, then both",
        figures="answered by the other, then 503; no secret in its log",
    )
