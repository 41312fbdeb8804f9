"""Secrets that have to be read again, and so can't be kept as hashes: encrypted with keys that stand in no database.

The keys are HANDSEL_ENCRYPTION_KEYS, or a file in the data directory; the first encrypts, all of them decrypt. A value
says which key encrypted it, and opens for its own kind and owner alone (AES-256-GCM with associated data): copied to
another person's row it opens nothing.
"""

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from contextlib import suppress
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from handsel.env import values
from handsel.rules import base64url

_VERSION = "1."
_FINGERPRINT = 12  # characters of a key's
PREFIX_LENGTH = len(_VERSION) + _FINGERPRINT + 1
# How values begin that a version until 0.1.0 encrypted: Fernet's, with a key made from the secret key.
FROM_BEFORE = "gAAAAA"
_NONCE = 12  # bytes


class Secret(StrEnum):
    """The kind of a secret; each has a key of its own, made from the one in use."""

    SECOND_STEP = "second step"
    LETTER = "letter"
    KEPT_FORM = "a form that waits for its person"
    OUTSIDE_CALENDAR = "outside calendar"
    CALENDAR_REMARKS = "outside calendar remarks"
    SHOWN_BY_FORM = "what a form showed"
    TAX_IDENTITY = "tax identity"
    PASSWORD_RESET = "password reset"  # noqa: S105  the name of a kind


# Those that there were then, bound to nobody.
_FROM_BEFORE = frozenset(Secret) - {Secret.TAX_IDENTITY}


def encrypt(text: str, secret: Secret, owner: UUID | str) -> str:
    """Encrypt a text with the newest key. owner: the id of whom or what it belongs to, "" where it is anybody's."""
    key, nonce = _keys()[0], os.urandom(_NONCE)
    closed = AESGCM(_derived(key, secret)).encrypt(nonce, text.encode(), _associated(secret, owner))
    return prefix(key) + base64url.encode(nonce + closed)


def decrypt(encrypted: str, secret: Secret, owner: UUID | str) -> str | None:
    """Return the text, or None where no key opens it, or it is of another kind or another owner."""
    if not encrypted.startswith(_VERSION):
        return _decrypt_from_before(encrypted, secret)
    for key in _keys():
        if encrypted.startswith(prefix(key)):
            with suppress(InvalidTag, ValueError):
                closed = base64url.decode(encrypted.removeprefix(prefix(key)))
                cipher = AESGCM(_derived(key, secret))
                return cipher.decrypt(closed[:_NONCE], closed[_NONCE:], _associated(secret, owner)).decode()
    return None


def prefixes() -> list[str]:
    """Return how the values begin that our keys encrypt, those of the newest first."""
    return [prefix(key) for key in _keys()]


def prefix(key: bytes) -> str:
    return f"{_VERSION}{hashlib.sha256(b'handsel key ' + key).hexdigest()[:_FINGERPRINT]}."


def fingerprint(begins: str) -> str:
    """Return which key a value needs that begins so: its fingerprint, or FROM_BEFORE for the secret key."""
    return FROM_BEFORE if begins.startswith(FROM_BEFORE) else begins.removeprefix(_VERSION).rstrip(".")


def fingerprints() -> list[str]:
    """Return the fingerprints of our keys, that of the newest first."""
    return [fingerprint(begins) for begins in prefixes()]


def _associated(secret: Secret, owner: UUID | str) -> bytes:
    return f"handsel {secret} {owner}".encode()


def _derived(key: bytes, secret: Secret) -> bytes:
    return hmac.digest(key, f"handsel {secret}".encode(), "sha256")


def _decrypt_from_before(encrypted: str, secret: Secret) -> str | None:
    """Decrypt what a version until 0.1.0 encrypted, with a key made from the secret key."""
    if secret not in _FROM_BEFORE:
        return None
    key = hashlib.sha256(f"handsel {secret} {settings.SECRET_KEY}".encode()).digest()
    try:
        return Fernet(base64.urlsafe_b64encode(key)).decrypt(encrypted.encode()).decode()
    except InvalidToken:
        return None


def _keys() -> Sequence[bytes]:
    """Return the keys, the newest first. Of a file it is looked whether it has changed, so that servers that run take
    up a new key at once.
    """
    source: Sequence[str] | Path = settings.ENCRYPTION_KEYS
    if isinstance(source, Path):
        stands = source.stat()
        source = _keys_in(source, stands.st_mtime_ns, stands.st_ino)
    return [base64url.decode(key) for key in source]


@lru_cache(maxsize=1)
def _keys_in(path: Path, _changed_at: int, _inode: int) -> Sequence[str]:
    return values.encryption_keys(path.read_text(encoding="ascii"))
