"""Ends a cluster whose owner was killed: `python -m tests.cluster.keeper DIRECTORY PROCESS NETWORK`."""

import shutil
import sys
import time
from pathlib import Path

from tests import run
from tests.cluster import networks, processes


def main(home: Path, owner: int, network: str) -> None:
    while home.exists():
        if not run.is_alive(owner):
            processes.kill(home)
            networks.remove(network)
            shutil.rmtree(home, ignore_errors=True)
            return
        time.sleep(0.5)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
