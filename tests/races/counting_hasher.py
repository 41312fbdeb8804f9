"""The hasher of counted_hashes.py."""

import os
import time
from pathlib import Path
from typing import Any

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class CountingHasher(PBKDF2PasswordHasher):
    """Quick to compute, as the people of tests/server.py have it, and as slow as a real one by waiting."""

    iterations = 1000

    def encode(self, *args: Any, **options: Any) -> str:
        with Path(os.environ["HASHES"]).open("ab") as file:
            file.write(b".")
        time.sleep(0.3)
        return super().encode(*args, **options)
