"""The hasher of counted_hashes.py."""

import os
from pathlib import Path

from handsel.access.passwords import Hasher


class CountingHasher(Hasher):
    """As costly as the real one."""

    def encode(self, password: str, salt: str) -> str:
        _count()
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        _count()
        return super().verify(password, encoded)


def _count() -> None:
    with Path(os.environ["HASHES"]).open("ab") as file:
        file.write(b".")
