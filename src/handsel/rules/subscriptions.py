"""The facts a browser gives when it wants pushes: where to (RFC 8030), and the keys that only it decrypts with.

All of it is the browser's word. What makes no sense is refused here, with a sentence for the person who pressed.
"""

import re
import secrets
from urllib.parse import urlsplit

from handsel.rules import base64url, ip_addresses
from handsel.rules.fields import Wrong
from handsel.rules.sentences import say

LONGEST_ENDPOINT = 2000
_VISIBLE = re.compile(r"[!-~]+")
_NAME = re.compile(r"(?=.{1,253}$)(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?")
# Names that mean a network around the server and never the Internet (RFC 6761, RFC 6762, RFC 8375 and custom).
_NEAR = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "home.arpa", "onion")
_NOWHERE = say("Your browser named no push service for notifications.")
_NO_KEYS = say("Your browser named no keys for closing notifications.")

# The curve P-256 (FIPS 186-4, D.1.2.3): y² = x³ - 3x + b in the field of _P, and how many points it has.
_P = 2**256 - 2**224 + 2**192 + 2**96 - 1
_B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551


def endpoint(raw: object, *, loopback: bool = False) -> str:
    """Parse the address of a push service: https and no port of its own, at a public name or number.

    Where a name leads is looked at when something is sent. loopback: this very machine may be named too, by http.
    """
    if not isinstance(raw, str) or len(raw) > LONGEST_ENDPOINT or not _VISIBLE.fullmatch(raw):
        raise Wrong(_NOWHERE)
    try:
        parts = urlsplit(raw)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Wrong(_NOWHERE) from None
    if "@" in parts.netloc or "#" in raw:
        raise Wrong(_NOWHERE)
    literal = ip_addresses.parse_ip(host)
    if loopback and literal is not None and literal.is_loopback and parts.scheme in ("http", "https"):
        return raw
    if parts.scheme != "https" or port not in (None, 443):
        raise Wrong(_NOWHERE)
    if not (ip_addresses.is_public(literal) if literal is not None else _may_be_public(host)):
        raise Wrong(_NOWHERE)
    return raw


def _may_be_public(host: str) -> bool:
    return bool(_NAME.fullmatch(host)) and not host.endswith(tuple(f".{name}" for name in _NEAR))


def public_key(raw: object) -> str:
    """Parse p256dh: a point on the curve, not compressed, as base64url; without padding, as it is kept."""
    key = _decoded(raw)
    if len(key) != 65 or key[0] != 4:
        raise Wrong(_NO_KEYS)
    x, y = int.from_bytes(key[1:33]), int.from_bytes(key[33:])
    if max(x, y) >= _P or (y * y - (x * x * x - 3 * x + _B)) % _P:
        raise Wrong(_NO_KEYS)
    return base64url.encode(key)


def auth(raw: object) -> str:
    """Parse the secret that the browser shares with who may push to it: 16 bytes as base64url."""
    key = _decoded(raw)
    if len(key) != 16:
        raise Wrong(_NO_KEYS)
    return base64url.encode(key)


def signing_key(text: str) -> bytes:
    """Decode the private half of a key for VAPID (RFC 8292): 32 bytes as base64url. Raises ValueError."""
    key = base64url.decode(text)
    if len(key) != 32 or not 0 < int.from_bytes(key) < _ORDER:
        raise ValueError("is no private key of the curve P-256")
    return key


def new_signing_key() -> str:
    return base64url.encode((secrets.randbelow(_ORDER - 1) + 1).to_bytes(32))


def _decoded(raw: object) -> bytes:
    if not isinstance(raw, str) or len(raw) > 200:
        raise Wrong(_NO_KEYS)
    try:
        return base64url.decode(raw)
    except ValueError:
        raise Wrong(_NO_KEYS) from None
