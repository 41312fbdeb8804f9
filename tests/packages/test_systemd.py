"""The units for systemd."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packages.conftest import ROOT

pytestmark = pytest.mark.no_database

UNITS = {"handsel": "serve", "handsel-worker": "worker"}
PROGRAM = "/opt/handsel/.venv/bin/handsel"


def unit(name: str) -> str:
    return (ROOT / "deploy" / "systemd" / f"{name}.service").read_text("utf-8")


def test_worker_and_server_have_the_same_user_and_the_same_few_rights():
    rights = [unit(name).partition("# A user of its own")[2] for name in UNITS]
    assert rights[0] == rights[1]
    for line in ("User=handsel", "ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet="):
        assert line in rights[0].splitlines()
    for name, command in UNITS.items():
        assert f"ExecStart={PROGRAM} {command}\n" in unit(name)


@pytest.mark.nightly
def test_systemd_finds_nothing_wrong_and_little_that_the_units_may_do(tmp_path, tried_with):
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze; it comes with Debian's package systemd")
    handsel = Path(sys.executable).with_name("handsel")
    exposure = {}
    for name in UNITS:
        path = tmp_path / f"{name}.service"
        path.write_text(unit(name).replace(PROGRAM, str(handsel)), encoding="utf-8")
    units = sorted(tmp_path.iterdir())
    verified = run(analyze, "verify", *units)
    # It looks at the units of the system too that these name.
    assert verified.returncode == 0, verified.stderr
    assert "handsel" not in verified.stderr
    for path in units:
        rated = run(analyze, "security", "--offline=true", "--threshold=20", "--no-pager", path)
        assert rated.returncode == 0, rated.stdout + rated.stderr
        [exposure[path.stem]] = re.findall(r"Overall exposure level for \S+: ([\d.]+)", rated.stdout)
    version = run(analyze, "--version").stdout.split()[1]
    tried_with(
        program="systemd",
        version=version,
        source="Debian",
        tried="verifies the units and rates what they may do, 0 to 10",
        figures=f"2 of 2 without a word; {', '.join(f'{name} {level}' for name, level in sorted(exposure.items()))}",
    )


def run(*command: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*map(str, command)], capture_output=True, text=True, timeout=60, check=False)
