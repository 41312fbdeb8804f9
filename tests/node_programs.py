"""npm's programs for the nightly tests: what tests/node/package-lock.json names, installed once.

They lie in pytest's cache, so that neither the checkout nor what is served has a node_modules.
"""

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

_ROOT = Path(__file__).parents[1]
_SETTINGS = _ROOT / "tests" / "node"
_LISTS = ("package.json", "package-lock.json", ".npmrc")
_OLDEST_NODE = (18, 18)  # Debian 12's is 18.20
# Some of them look for newer versions of themselves, or count their users.
_ALONE = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "SCARF_ANALYTICS": "false", "CI": "1"}


class NodePrograms:
    """`folder` holds package.json and node_modules; a file in it imports what is installed. `rules` is tests/node."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rules = _SETTINGS

    def run(self, program: str, *arguments: str | Path, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
        """Run a program of node_modules/.bin, or `node` itself. What it answers is the caller's to judge."""
        path = program if program == "node" else self.folder / "node_modules" / ".bin" / program
        return subprocess.run(
            [path, *arguments],
            cwd=cwd or self.folder,
            env=os.environ | _ALONE,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def version(self, package: str) -> str:
        installed = json.loads((self.folder / "node_modules" / package / "package.json").read_text())
        return str(installed["version"])


def install() -> NodePrograms:
    """Install them where this list of them is not installed yet. Skips, and says why, where that cannot be done."""
    _require_node()
    texts = {name: (_SETTINGS / name).read_bytes() for name in _LISTS}
    key = hashlib.sha256(b"\0".join(texts.values())).hexdigest()[:16]
    folder = _ROOT / ".pytest_cache" / "node" / key
    folder.mkdir(parents=True, exist_ok=True)
    with (folder.parent / f"{key}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "installed").exists():
            for name, text in texts.items():
                (folder / name).write_bytes(text)
            answer = subprocess.run(
                ["npm", "ci", "--ignore-scripts"], cwd=folder, capture_output=True, text=True, check=False
            )
            if answer.returncode:
                pytest.skip(f"NO NPM PROGRAMS: npm ci failed. {answer.stderr.strip()[-500:]}")
            (folder / "installed").touch()
    return NodePrograms(folder)


def _require_node() -> None:
    missing = [program for program in ("node", "npm") if shutil.which(program) is None]
    if missing:
        pytest.skip(f"NO NODE: {' and '.join(missing)} not found. script/test --nightly fetches them from Debian.")
    version = subprocess.run(["node", "--version"], capture_output=True, text=True, check=True).stdout
    if tuple(map(int, re.findall(r"\d+", version)[:2])) < _OLDEST_NODE:
        pytest.skip(f"NO NODE: {version.strip()} is too old, the programs need 18.18.")
