"""base64url without padding (RFC 4648, 5), as keys, tags and secrets are written where letters must fit an address."""

import base64
import re


def encode(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    """Decode base64url, padded or not. Raises ValueError, also for letters that are not of base64url."""
    letters = text.rstrip("=")
    if not re.fullmatch(r"[A-Za-z0-9_-]*", letters, re.ASCII):
        raise ValueError("is not base64url")
    return base64.urlsafe_b64decode(letters + "=" * (-len(letters) % 4))
