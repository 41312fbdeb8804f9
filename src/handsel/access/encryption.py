"""Secrets that have to be read again, and so can't be kept as hashes: encrypted with a key made from the secret key.

A copy of the database alone opens none of them; what was encrypted with another secret key is lost.
"""

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings


def encrypt(text: str, what: str) -> str:
    """Encrypt a text. what: of which kind the secret is; each kind has a key of its own."""
    return _cipher(what).encrypt(text.encode()).decode()


def decrypt(encrypted: str, what: str) -> str | None:
    """Return the text, or None where another secret key or another kind encrypted it."""
    try:
        return _cipher(what).decrypt(encrypted.encode()).decode()
    except InvalidToken:
        return None


def _cipher(what: str) -> Fernet:
    key = hashlib.sha256(f"handsel {what} {settings.SECRET_KEY}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
