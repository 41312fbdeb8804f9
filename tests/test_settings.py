import os
import subprocess
import sys

import pytest

from tests.test_env import PRODUCTION

pytestmark = pytest.mark.no_database


def test_django_finds_nothing_amiss_in_production(tmp_path):
    check = subprocess.run(
        [sys.executable, "-m", "handsel", "check", "--deploy", "--fail-level=WARNING"],
        cwd=tmp_path,
        env={
            **PRODUCTION,
            "PATH": os.environ["PATH"],
            "HANDSEL_DATA_DIR": str(tmp_path / "data"),
            "HANDSEL_SECRET_KEY": "zuri-emma-and-theo-" * 4,
            "HANDSEL_MAIL_URL": "smtps://mail.example.org",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert check.returncode == 0, check.stderr
