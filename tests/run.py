"""One run of the tests: the directory that its processes share, and the process that ends it."""

import atexit
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

NIGHTLY = os.environ.get("HANDSEL_TEST_NIGHTLY") == "1"  # script/test --nightly: longer, and on both databases
ON_POSTGRESQL = os.environ.get("HANDSEL_TEST_DATABASE") == "postgresql"
if sys.dont_write_bytecode:
    # Where nothing compiled may lie beside the sources, every process would compile all of them anew, which takes two
    # thirds of the time of collecting. It lies with what pytest keeps.
    sys.pycache_prefix = str(Path(__file__).parents[1] / ".pytest_cache" / "bytecode")
    sys.dont_write_bytecode = False

_DIRECTORY, _OWNER = "HANDSEL_TEST_RUN", "HANDSEL_TEST_RUN_OWNER"


def in_turn[One](values: Sequence[One], number: int) -> Sequence[One]:
    """One of them, and another for the next number; by night all."""
    step = 1 if NIGHTLY else len(values)
    return values[number % step :: step]


def directory() -> Path:
    """The run's directory; made by the first process that asks, whose children find it in their environment."""
    if _DIRECTORY not in os.environ:
        # PostgreSQL has its place in it, and runs as somebody else where we are root.
        made = Path(tempfile.mkdtemp(prefix="handsel-tests-", dir="/tmp" if os.geteuid() == 0 else None))
        made.chmod(0o711)
        os.environ.update({_DIRECTORY: str(made), _OWNER: str(os.getpid())})
        atexit.register(_remove, made, os.getpid())
    return Path(os.environ[_DIRECTORY])


def owner() -> int:
    directory()
    return int(os.environ[_OWNER])


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def _remove(path: Path, owner: int) -> None:
    if os.getpid() == owner and not (path / "postgresql").exists():  # else PostgreSQL's keeper does it
        shutil.rmtree(path, ignore_errors=True)
