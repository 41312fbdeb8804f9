"""The container file, by night: built on a base made of Debian's packages and our interpreter, and started by chroot.

The public base that the file names is not tried: what is fetched here comes from Debian and PyPI alone.
"""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.packages.conftest import ROOT

pytestmark = [pytest.mark.no_database, pytest.mark.nightly, pytest.mark.xdist_group("packages")]

LIBRARIES = "ca-certificates,libssl3,libsqlite3-0,libffi8,zlib1g,libbz2-1.0,liblzma5,libreadline8,libncursesw6,libuuid1"
BASE, IMAGE = "localhost/handsel-test-base", "localhost/handsel-test"
IN_THE_IMAGE = "/usr/local"


class Failed(Exception):
    """A program of others that ended otherwise than it should; the message holds its last words."""


def run(*command: object, cwd: Path = ROOT, seconds: int = 600) -> str:
    answer = subprocess.run([*map(str, command)], cwd=cwd, capture_output=True, text=True, timeout=seconds, check=False)
    if answer.returncode:
        raise Failed(f"{command[0]} {command[1]}: {' '.join((answer.stderr or answer.stdout).split())[-300:]}")
    return answer.stdout


@pytest.fixture
def base(tmp_path) -> str:
    """An image of Debian's packages and the interpreter of this run; skipped where it cannot be made."""
    if os.getuid() != 0:
        pytest.skip("the container is built and started as root only")
    for program in ("buildah", "mmdebstrap", "unshare", "chroot"):
        if shutil.which(program) is None:
            pytest.skip(f"no {program}; it comes with Debian's packages")
    context = tmp_path / "base"
    context.mkdir()
    interpreter = Path(sys.base_prefix)
    try:
        options = ("--variant=minbase", f"--include={LIBRARIES}", "--dpkgopt=path-exclude=/usr/share/doc/*")
        run("mmdebstrap", *options, "bookworm", context / "root.tar")
        leave_out = [f"--exclude={name}" for name in ("test", "__pycache__", "site-packages", "*.a")]
        run("tar", "-C", interpreter, "-cf", context / "python.tar", *leave_out, "bin", "lib")
        name = f"python{sys.version_info.major}.{sys.version_info.minor}"
        context.joinpath("Containerfile").write_text(
            f"FROM scratch\nADD root.tar /\nADD python.tar {IN_THE_IMAGE}/\n"
            f"RUN ln -sf {name} {IN_THE_IMAGE}/bin/python3 && ldconfig\n"
        )
        run("buildah", "build", "--isolation", "chroot", "--tag", BASE, context)
    except (Failed, subprocess.TimeoutExpired) as error:
        pytest.skip(f"no base to build on: {error}")
    return BASE


@pytest.fixture
def container(base, built, uv, tmp_path) -> Iterator[Path]:
    """The file system of a container of the image, built as the how-to says."""
    dist = tmp_path / "context" / "dist"
    dist.mkdir(parents=True)
    shutil.copy(next(built.glob("*.whl")), dist)
    run(uv, "export", "--quiet", "--no-dev", "--no-emit-project", "--output-file", dist / "requirements.txt")
    pip = (uv, "tool", "run", "--quiet", "--python", sys.executable, "pip")
    run(*pip, "download", "--quiet", "--only-binary=:all:", "-r", dist / "requirements.txt", "-d", dist)
    options = ("--format", "docker", "--isolation", "chroot", "--build-arg", f"BASE={base}")
    file = ("--build-arg", "PIP_NO_INDEX=1", "--file", ROOT / "deploy" / "Containerfile", "--tag", IMAGE)
    run("buildah", "build", *options, *file, dist.parent)
    name = run("buildah", "from", IMAGE).strip()
    try:
        yield Path(run("buildah", "mount", name).strip())
    finally:
        run("buildah", "rm", name)
        run("buildah", "rmi", "--force", IMAGE, BASE)


def test_a_container_serves_without_root_and_without_writing_outside_its_data(container, tmp_path, tried_with):
    config = json.loads(run("buildah", "inspect", "--type", "image", IMAGE))["Docker"]["config"]
    assert config["User"] == "10001:10001"
    assert config["Healthcheck"]["Test"][0] == "CMD"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    variables = {variable.partition("=")[0]: variable.partition("=")[2] for variable in config["Env"]}
    variables |= {
        "HANDSEL_SECRET_KEY": "zuri-and-emma-and-theo-are-at-the-park",
        "HANDSEL_HOSTS": "book.example.org",
        "HANDSEL_WORKERS": "1",
    }
    # Read-only but for the data: what `--read-only` does, by the kernel's own means.
    start = (
        'mount --bind "$1" "$1" && mount -t tmpfs -o mode=700,uid=10001,gid=10001 data "$1/data" '
        '&& mount --bind /dev "$1/dev" && mount -o remount,bind,ro "$1" && cd "$1" '
        '&& exec chroot --userspec="$2" "$1" /opt/handsel/bin/handsel serve --host 0.0.0.0 --port "$3"'
    )
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            ["unshare", "--mount", "sh", "-c", start, "sh", container, config["User"], str(port)],
            env=variables,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        answer = healthz(server, port, tmp_path / "log")
        assert answer.status_code == 200
        process = Path(f"/proc/{server.pid}")
        assert "Uid:\t10001\t10001\t10001\t10001\n" in process.joinpath("status").read_text()
        root = [line.split() for line in process.joinpath("mountinfo").read_text().splitlines()]
        assert [fields[5].split(",")[0] for fields in root if fields[4] == "/"][-1] == "ro"
        os.killpg(server.pid, signal.SIGTERM)
        assert server.wait(30) == 0
    finally:
        if server.poll() is None:
            os.killpg(server.pid, signal.SIGKILL)
            server.wait()
    tried_with(
        program="buildah",
        version=run("buildah", "--version").split()[2],
        source="Debian",
        tried="builds the container file on a base of Debian's packages; started by chroot, /healthz asked",
        figures="200; not root, root file system read-only; the public base not tried",
    )


def healthz(server: subprocess.Popen[bytes], port: int, log: Path) -> httpx.Response:
    for _ in range(600):
        assert server.poll() is None, log.read_text()
        try:
            return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=60)  # it listens before it is ready
        except httpx.ConnectError:
            time.sleep(0.1)
    pytest.fail(log.read_text())
