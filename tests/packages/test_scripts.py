"""The scripts of a checkout on a computer without Python: what they say."""

import os
import shutil
import subprocess

import pytest

from tests.packages.conftest import ROOT

pytestmark = pytest.mark.no_database

COMMANDS = ["curl -LsSf https://astral.sh/uv/install.sh | sh", "~/.local/bin/uv python install 3.12"]


def serve(tmp_path, **tools: str) -> subprocess.CompletedProcess[str]:
    """`script/serve` in a checkout with nothing but bash, a few commands and these on the PATH."""
    path = tmp_path / "bin"
    path.mkdir()
    for name in ("bash", "dirname", "rm", "sleep"):
        path.joinpath(name).symlink_to(str(shutil.which(name)))
    for name, text in tools.items():
        path.joinpath(name).write_text(f"#!{path}/bash\n{text}\n")
        path.joinpath(name).chmod(0o755)
    checkout = tmp_path / "checkout"
    checkout.joinpath("script").mkdir(parents=True)
    for name in ("serve", "env.sh"):
        shutil.copy(ROOT / "script" / name, checkout / "script")
    return subprocess.run(
        [path / "bash", "script/serve"],
        cwd=checkout,
        env={"PATH": str(path), "HOME": str(tmp_path), "LANG": os.environ.get("LANG", "C")},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    "tools",
    [
        {},
        {"python3": "exit 1  # a version manager's stand-in"},
        {"uv": '[ "$1" = --version ]  # no Python is here, and none can be downloaded'},
    ],
    ids=["none", "a stand-in", "uv alone"],
)
def test_where_no_python_is_found_the_refusal_names_the_two_commands_that_install_it(tmp_path, tools):
    answer = serve(tmp_path, **tools)
    assert answer.returncode == 1
    assert answer.stdout == ""
    lines = [line.strip() for line in answer.stderr.splitlines()]
    assert [line for line in lines if line in COMMANDS] == COMMANDS
    assert "Python 3.12" in answer.stderr


def test_what_takes_long_is_said_every_two_seconds():
    answer = subprocess.run(
        ["bash", "-c", '. script/env.sh; sleep() { command sleep 0.02; }; telling "Fetching" command sleep 0.3'],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert answer.stdout == ""
    assert answer.stderr.startswith("\n== Fetching\n   Fetching: 2 seconds so far\n   Fetching: 4 seconds so far\n")
