"""Python imports this on its own when it starts with this directory on its path: what tells a password then takes no
time, and the doors read a file's clock if there is one.
"""

import os
from datetime import datetime
from pathlib import Path

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils import timezone

_file = os.environ.get("TESTS_CLOCK")


def _now() -> datetime:
    return datetime.fromisoformat(Path(_file).read_text())


if _file:
    timezone.now = _now
PBKDF2PasswordHasher.iterations = 1000
