"""Web push: one message to one browser, by way of the push service that it named (RFC 8030).

What is said is closed with the browser's own keys (RFC 8291), so that the service in between reads nothing of it, and
signed with ours (RFC 8292), so that nobody else rings there. The address is a stranger's word: it is connected to what
it was looked up as and found public, straight, without a proxy, and no redirect is followed.
"""

import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from os import urandom
from time import monotonic
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings

from handsel.outbound import PermanentFailure, TemporaryFailure
from handsel.rules import base64url, ip_addresses
from handsel.rules.subscriptions import signing_key

if TYPE_CHECKING:
    from handsel.models import Device

PATIENCE = 10.0  # seconds, for all of it but the look-up of the name, which has the system's own
_RECORD = 4096  # what a push service has to take at least
MOST = _RECORD - 86 - 17  # bytes of a message: less the header, and the mark and the seal at its end
_SIGNED_FOR = timedelta(hours=12)  # a day at most
_CURVE = ec.SECP256R1()


class SubscriptionGone(Exception):
    """The browser takes nothing any more, and never will."""


@dataclass(frozen=True, slots=True)
class Message:
    """said: what the service worker is given, as JSON. topic: a later message of the same takes this one's place."""

    said: Mapping[str, str]
    topic: str
    keep_for: timedelta
    is_urgent: bool = False


def send(device: "Device", message: Message, *, at: datetime) -> None:
    """Raises SubscriptionGone, TemporaryFailure or PermanentFailure, whose texts name nothing of where."""
    body = close(json.dumps(message.said, ensure_ascii=False).encode(), device)
    headers = {
        "Authorization": authorization(device.endpoint, at=at),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(message.keep_for.total_seconds())),
        "Urgency": "high" if message.is_urgent else "normal",
        "Topic": message.topic,
    }
    try:
        status = _post(urlsplit(device.endpoint), headers, body)
    except (OSError, UnicodeError) as trouble:  # also what TLS and the look-up complain of
        raise TemporaryFailure(type(trouble).__name__) from None
    if status in (404, 410):
        raise SubscriptionGone
    if status in (408, 425, 429) or status >= 500:
        raise TemporaryFailure(f"answer {status}")
    if not 200 <= status < 300:
        raise PermanentFailure(f"answer {status}")


# What only the browser reads (RFC 8291, RFC 8188)


def close(said: bytes, device: "Device") -> bytes:
    """The message as one record: the keys are made of a new pair of ours, the browser's public key and its secret."""
    return _close(said, device, ec.generate_private_key(_CURVE), urandom(16))


def _close(said: bytes, device: "Device", ours: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    if len(said) > MOST:
        raise PermanentFailure("too long")
    theirs = base64url.decode(device.p256dh)
    shared = ours.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs))
    mine = _point(ours.public_key())
    material = _derived(shared, base64url.decode(device.auth), b"WebPush: info\0" + theirs + mine, 32)
    key = _derived(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(material, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + _RECORD.to_bytes(4) + bytes([len(mine)]) + mine
    return header + AESGCM(key).encrypt(nonce, said + b"\x02", None)  # 2: the last record


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


# Who sends (RFC 8292)


@cache
def _signing(key: str) -> tuple[ec.EllipticCurvePrivateKey, str]:
    private = ec.derive_private_key(int.from_bytes(signing_key(key)), _CURVE)
    return private, base64url.encode(_point(private.public_key()))


def public_key() -> str:
    """The half of our key that browsers are told: what is signed with the other is from us."""
    return _signing(settings.PUSH_KEY)[1]


def authorization(endpoint: str, *, at: datetime) -> str:
    private, public = _signing(settings.PUSH_KEY)
    to = urlsplit(endpoint)
    claims = {
        "aud": f"{to.scheme}://{to.netloc}",
        "exp": int((at + _SIGNED_FOR).timestamp()),
        "sub": settings.PUSH_CONTACT,
    }
    parts = ({"typ": "JWT", "alg": "ES256"}, claims)
    signed = ".".join(base64url.encode(json.dumps(part, separators=(",", ":")).encode()) for part in parts)
    numbers = decode_dss_signature(private.sign(signed.encode(), ec.ECDSA(hashes.SHA256())))
    signature = base64url.encode(b"".join(number.to_bytes(32) for number in numbers))
    return f"vapid t={signed}.{signature}, k={public}"


# Over the wire


def _post(to: SplitResult, headers: Mapping[str, str], body: bytes) -> int:
    """The status that is answered. Nothing else of the answer is read."""
    end = monotonic() + PATIENCE
    host = to.hostname or ""
    port = to.port or (443 if to.scheme == "https" else 80)
    with socket.create_connection((_found(host, port), port), timeout=PATIENCE) as plain:
        plain.settimeout(_left(end))
        line = plain if to.scheme == "http" else _tls().wrap_socket(plain, server_hostname=host)
        with line:
            path = to.path or "/"
            asked = f"POST {path}{f'?{to.query}' if to.query else ''} HTTP/1.1"
            all_headers = {"Host": to.netloc, "Content-Length": str(len(body)), "Connection": "close", **headers}
            head = "\r\n".join([asked, *(f"{name}: {value}" for name, value in all_headers.items()), "", ""])
            line.settimeout(_left(end))
            line.sendall(head.encode("ascii") + body)
            return _status(line, end)


def _found(host: str, port: int) -> str:
    """The number that the host has now, if each that it has is public."""
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for one in found:
        number = ip_addresses.parse_ip(one)
        if number is None or not (ip_addresses.is_public(number) or (settings.PUSH_LOOPBACK and number.is_loopback)):
            raise PermanentFailure("no public address")
    # The first alone: a push service is behind a good one, and the next try looks it up anew.
    return found[0]


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _left(end: float) -> float:
    """Seconds of patience; who sends a byte now and then is not waited for any longer than who sends none."""
    left = end - monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _status(line: socket.socket, end: float) -> int:
    read = b""
    while b"\n" not in read and len(read) < 1000:
        line.settimeout(_left(end))
        piece = line.recv(1000)
        if not piece:
            break
        read += piece
    version, _, rest = read.partition(b" ")
    if not version.startswith(b"HTTP/1.") or not rest[:3].isdigit():
        raise ConnectionError
    return int(rest[:3])
