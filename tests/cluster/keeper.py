"""Ends a cluster whose owner was killed: `python -m tests.cluster.keeper DIRECTORY PROCESS`."""

import shutil
import sys
import time
from pathlib import Path

from tests import run
from tests.cluster import processes


def main(home: Path, owner: int) -> None:
    while home.exists():
        if not run.is_alive(owner):
            processes.kill(home)
            shutil.rmtree(home, ignore_errors=True)
            return
        time.sleep(0.5)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
