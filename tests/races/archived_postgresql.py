"""A PostgreSQL of Debian's that pgBackRest keeps, for tests that bring it back to a moment. It ends with the block."""

import re
import shutil
import subprocess
from pathlib import Path

from tests.races.own_postgresql import OwnPostgreSQL

PGBACKREST = shutil.which("pgbackrest")
# Of the same Debian as pgBackRest, which knows no PostgreSQL that came later.
PROGRAMS = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"), reverse=True)), Path()).parent


class ArchivedPostgreSQL(OwnPostgreSQL):
    def __init__(self) -> None:
        super().__init__(PROGRAMS, archive_mode="on", archive_timeout="60")
        self._program = f"{PGBACKREST} --config={self.home}/pgbackrest.conf"
        self.options["archive_command"] = f"{self._program} --stanza=handsel archive-push %p"
        (self.home / "pgbackrest.conf").write_text(
            f"[global]\nrepo1-path={self.home}/repository\nrepo1-retention-full=2\nstart-fast=y\n"
            f"lock-path={self.home}/locks\nlog-path={self.home}/log\nspool-path={self.home}/spool\n"
            f"[handsel]\npg1-path={self.home}/data\npg1-socket-path={self.home}\npg1-user=postgres\n"
        )
        places = [self.home / name for name in ("repository", "locks", "log")]
        for place in places:
            place.mkdir()
        self._give_to_the_server(*places)

    def back_up(self, command: str) -> str:
        """Run a command as it stands in the documentation, and answer what it says."""
        told = re.sub(r"^sudo -u postgres pgbackrest", self._program, command)
        assert told != command
        return self._run(["sh", "-c", told])


def version() -> str:
    """Of pgBackRest."""
    done = subprocess.run([str(PGBACKREST), "version"], capture_output=True, text=True, check=True)
    return done.stdout.split()[-1]
