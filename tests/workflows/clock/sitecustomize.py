"""Python imports this on its own when it starts with this directory on its path: what tells a password then takes no
time, and the doors read a file's clock if there is one.
"""

import os
from datetime import datetime
from pathlib import Path

from argon2 import Parameters, Type
from argon2.low_level import ARGON2_VERSION
from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils import timezone

_file = os.environ.get("TESTS_CLOCK")


def _now() -> datetime:
    return datetime.fromisoformat(Path(_file).read_text())


if _file:
    timezone.now = _now
# Whatever a subclass says of its costs.
Argon2PasswordHasher.params = lambda _hasher: Parameters(Type.ID, ARGON2_VERSION, 16, 32, 1, 8, 1)
