"""PostgreSQL is brought back to a second between two writes by pgBackRest, with the commands of the documentation."""

import re
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.races.archived_postgresql import PGBACKREST, PROGRAMS, ArchivedPostgreSQL, version
from tests.races.concurrency import ClientPool, now
from tests.server import ROOT, Server
from tests.tried_with import TriedWith

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]

PAGE = ROOT / "docs" / "how-to" / "point-in-time-recovery.md"
MOMENT = re.compile(r'(?<=--target=")[^"]+')


def test_the_write_before_the_second_is_there_and_the_one_after_it_is_not(tried_with: TriedWith):
    if PGBACKREST is None or Path() == PROGRAMS:
        pytest.skip("NO PGBACKREST WITH A POSTGRESQL: apt-get install pgbackrest postgresql")
    create, check, full, incremental, restore = re.findall(
        r"^    (sudo -u postgres pgbackrest .*)$", PAGE.read_text(), re.MULTILINE
    )
    with ArchivedPostgreSQL() as postgresql:
        for command in (create, check):
            postgresql.back_up(command)
        server = Server("postgresql", new=True, DATABASE_URL=postgresql.address)
        with server, ClientPool(server) as client_pool:
            family = client_pool.family()
            in_full = family.session(now() + timedelta(days=1))
            postgresql.back_up(full)
            in_increment = family.session(now() + timedelta(days=2))
            postgresql.back_up(incremental)
            before = family.session(now() + timedelta(days=3))
            time.sleep(1.5)
            second = datetime.now(UTC)
            time.sleep(1.5)
            after = family.session(now() + timedelta(days=4))
            assert {row["id"] for row in family.sessions()} == {in_full, in_increment, before, after}
            server.kill()
            postgresql.stop()
            assert MOMENT.search(restore)
            postgresql.back_up(MOMENT.sub(f"{second:%Y-%m-%d %H:%M:%S.%f+00}", restore))
            postgresql.start()
            verified = server.command("verify")
            assert verified.returncode == 0, verified.stdout + verified.stderr
            server.start()
            assert {row["id"] for row in family.sessions()} == {in_full, in_increment, before}
            # It goes on from there, and its own changes are kept too.
            again = family.session(now() + timedelta(days=4))
            assert family.events(again) == ["care_session.created"]
            postgresql.back_up(check)
        assert "Traceback" not in server.logged
    tried_with(
        program="pgBackRest",
        version=version(),
        source="Debian",
        tried="a full and an incremental backup, then back to a second between two writes",
        figures="the one before is there, the one after is not",
    )
