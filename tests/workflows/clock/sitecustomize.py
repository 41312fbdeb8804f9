"""Python imports this on its own when it starts with this directory on its path: the doors then read a file's clock,
and what tells a password takes no time.
"""

import os
from datetime import datetime
from pathlib import Path

from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.utils import timezone

_file = Path(os.environ["TESTS_CLOCK"])


def _now() -> datetime:
    return datetime.fromisoformat(_file.read_text())


timezone.now = _now
PBKDF2PasswordHasher.iterations = 1000
