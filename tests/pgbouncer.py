"""Start PgBouncer in transaction mode before the run's PostgreSQL, once per run and on demand.

It is a Debian package, which script/test fetches by night. A keeper process ends it with the run.
"""

import fcntl
import os
import pwd
import shutil
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from tests import postgres, run

THROUGH_IT = os.environ.get("HANDSEL_TEST_PGBOUNCER") == "1"  # the whole suite on PostgreSQL
_PROGRAM = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def through(url: str) -> str:
    """The same database by way of PgBouncer, which is started if need be."""
    if _PROGRAM is None:
        pytest.skip("NO PGBOUNCER: Debian has it as the package pgbouncer")
    home = run.directory() / "pgbouncer"
    server = postgres.home()
    with (run.directory() / "pgbouncer.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (home / "ready").exists():
            _start(home, server)
    return url.replace(quote(str(server), safe=""), f"{quote(str(home), safe='')}&port=6432")


def _start(home: Path, server: Path) -> None:
    home.mkdir(mode=0o755)
    who = pwd.getpwnam("nobody") if os.geteuid() == 0 else None  # it refuses to run as root
    # ignore_startup_parameters stays as it is delivered: a parameter that it does not know is refused.
    (home / "ini").write_text(
        f"""[databases]
* = host={server} port=5432
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = {home}
auth_type = trust
auth_file = {home}/users
pool_mode = transaction
default_pool_size = 20
max_client_conn = 1000
logfile = {home}/log
"""
    )
    (home / "users").write_text('"postgres" ""\n')
    if who:
        os.chown(home, who.pw_uid, who.pw_gid)
    keeper = subprocess.Popen(
        [sys.executable, "-m", "tests.pgbouncer", str(home), str(run.owner())],
        cwd=Path(__file__).parents[1],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"HANDSEL_TEST_PGBOUNCER_AS": who.pw_name if who else ""},
    )
    url = f"postgresql://postgres@/postgres?host={quote(str(home), safe='')}&port=6432"
    until = time.monotonic() + 30
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            if keeper.poll() is not None or time.monotonic() > until:
                log = home / "log"
                raise RuntimeError(f"PgBouncer did not start:\n{log.read_text() if log.exists() else ''}") from None
            time.sleep(0.05)
        else:
            break
    (home / "ready").touch()
    keeper.returncode = 0  # as tests.postgres has it


def _keep(home: Path, owner: int) -> None:
    """Run it until the owner is gone."""
    who = os.environ.pop("HANDSEL_TEST_PGBOUNCER_AS", "")
    assert _PROGRAM is not None
    pooler = subprocess.Popen([_PROGRAM, home / "ini"], user=who or None, extra_groups=[] if who else None)
    try:
        while pooler.poll() is None and run.is_alive(owner):
            time.sleep(0.3)
    finally:
        pooler.kill()
        pooler.wait()


if __name__ == "__main__":
    _keep(Path(sys.argv[1]), int(sys.argv[2]))
