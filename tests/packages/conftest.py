import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def uv() -> str:
    for name in (os.environ.get("HANDSEL_TEST_UV", ""), "uv", str(ROOT / ".uv/bin/uv")):
        # script/test names the one it found as seen from the checkout
        path = shutil.which(str(ROOT / name) if "/" in name else name) if name else None
        if path:
            return path
    pytest.skip("no uv")


@pytest.fixture(scope="session")
def built(uv, tmp_path_factory) -> Path:
    """A directory with the wheel and the sdist, built as for a release."""
    directory = tmp_path_factory.mktemp("dist")
    answer = subprocess.run(
        [uv, "build", "--out-dir", directory], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert answer.returncode == 0, answer.stderr
    return directory
