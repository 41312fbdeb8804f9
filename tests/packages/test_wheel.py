"""The wheel that people install: what is in it, and that it serves from an empty environment, by night."""

import os
import re
import signal
import subprocess
import sys
import tarfile
import zipfile
from importlib.metadata import version

import httpx
import pytest

from tests.packages.conftest import ROOT

pytestmark = [pytest.mark.no_database, pytest.mark.nightly, pytest.mark.xdist_group("packages")]

# The shapes that a wheel's files without code have; each such file of the sources is asked for.
DATA = {".css", ".html", ".js", ".mo", ".po", ".svg", ".png", ".txt", ".json", ".webmanifest", ".woff2"}


def wheel(built):
    return next(built.glob("*.whl"))


def test_wheel_and_sdist_hold_all_files_and_the_licence(built):
    names = set(zipfile.ZipFile(wheel(built)).namelist())
    sources = ROOT / "src"
    tracked = subprocess.run(
        ["git", "ls-files", "src/handsel"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split("\n")[:-1]
    files = {path.removeprefix("src/") for path in tracked if (ROOT / path).exists()}
    assert {path for path in files if (sources / path).suffix in DATA}
    assert files - names == set()
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    with tarfile.open(next(built.glob("*.tar.gz"))) as sdist:
        inside = {name.partition("/")[2] for name in sdist.getnames()}
    assert {f"src/{name}" for name in files} | {
        "LICENSE",
        "README.md",
        "pyproject.toml",
        "deploy/systemd/handsel.service",
    } <= inside


@pytest.mark.parametrize("way", ["uv pip", "uvx", "pipx"])
def test_it_installs_and_serves_from_an_empty_environment(built, uv, tmp_path, tried_with, way):
    home = tmp_path / "home"
    home.mkdir()
    usual = {name: value for name, value in os.environ.items() if not name.startswith(("HANDSEL_", "VIRTUAL_ENV"))}
    environment = usual | {"HOME": str(home), "HANDSEL_WORKERS": "1", "HANDSEL_WORKER": "none"}
    for name in ("XDG_DATA_HOME", "PYTHONPATH", "DJANGO_SETTINGS_MODULE", "UV_PROJECT_ENVIRONMENT"):
        environment.pop(name, None)
    environment.setdefault("UV_CACHE_DIR", run(uv, "cache", "dir", env=dict(os.environ)).strip())
    uvx = [uv, "tool", "run", "--quiet", "--python", sys.executable]
    if way == "uv pip":
        run(uv, "venv", "--quiet", "--python", sys.executable, tmp_path / "venv", env=environment)
        run(uv, "pip", "install", "--quiet", "--python", tmp_path / "venv", wheel(built), env=environment)
        program, handsel = "uv", [tmp_path / "venv" / "bin" / "handsel"]
    elif way == "uvx":
        program, handsel = "uvx", [*uvx, "--from", wheel(built), "handsel"]
    else:
        environment |= {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin")}
        run(*uvx, "pipx", "install", "--python", sys.executable, wheel(built), env=environment)
        program, handsel = "pipx", [tmp_path / "bin" / "handsel"]
    assert run(*handsel, "--version", env=environment) == f"handsel {version('handsel')}\n"
    serve_and_ask(handsel, environment, home)
    told = run(*uvx, "pipx", "--version", env=environment) if way == "pipx" else run(uv, "--version", env=environment)
    number = re.search(r"\d+\.\d+\.\d+", told)
    tried_with(
        program=program,
        version=number[0] if number else told,
        source="PyPI",
        tried="installs the wheel into an empty environment and serves from it",
        figures="2 of 2 pages answered, data in the platform's directory",
    )


def run(*command, env):
    cwd = env["HOME"]
    answer = subprocess.run(command, cwd=cwd, env=env, capture_output=True, text=True, timeout=300, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def serve_and_ask(handsel, environment, home):
    """Start it, see /healthz and the sign-in page with its style, and stop it."""
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [*handsel, "serve", "--port", "0"],
            cwd=home,
            env=environment,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )
    try:
        address = server.stdout.readline().split()[-1:]
        assert address, (home / "log").read_text()
        book = home / ".local" / "share" / "handsel" / "handsel.sqlite3"
        assert server.stdout.readline() == f"The book is {book}\n"
        assert httpx.get(f"{address[0]}/healthz").status_code == 200
        page = httpx.get(f"{address[0]}/", follow_redirects=True, headers={"Accept-Language": "es"})
        assert page.status_code == 200
        assert 'lang="es"' in page.text
        style = re.search(r'href="(/static/[^"]+\.css)"', page.text)
        assert httpx.get(address[0] + style[1]).status_code == 200
        assert book.exists()
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(30)
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
        server.stdout.close()
