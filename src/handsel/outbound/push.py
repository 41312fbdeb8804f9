"""Web push: one message to one browser, by way of the push service that it named (RFC 8030).

A message is encrypted with the browser's own keys (RFC 8291), so that the service in between reads nothing of it, and
signed with ours (RFC 8292), so that nobody else pushes there. Encrypting stands on `cryptography` alone, since http-ece
comes without a wheel (docs/decisions/0029).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from os import urandom
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from django.conf import settings
from py_vapid import Vapid02, jwt

from handsel.outbound import PermanentFailure, TemporaryFailure, http_client
from handsel.rules import base64url, ip_addresses
from handsel.rules.ip_addresses import IpAddress

if TYPE_CHECKING:
    from handsel.models import Device

TIMEOUT_SECONDS = 10.0
_RECORD = 4096  # bytes that a push service has to take at least
_HEADER, _END = 86, 17  # around a message: the end is the padding's delimiter and the tag
MAX_PAYLOAD_BYTES = _RECORD - _HEADER - _END
_SIGNED_FOR = timedelta(hours=12)  # a day at most
_CURVE = ec.SECP256R1()


class SubscriptionGone(Exception):
    """The end of a subscription: the browser takes nothing any more, and never will."""


@dataclass(frozen=True, slots=True)
class Message:
    """A message to a browser. payload: what the service worker is given, as JSON. topic: a later message of the same
    takes this one's place.
    """

    payload: Mapping[str, Any]
    topic: str
    keep_for: timedelta
    is_urgent: bool = False


def send(device: "Device", message: Message, *, at: datetime) -> None:
    """Push the message. Raises SubscriptionGone, TemporaryFailure or PermanentFailure; their texts name no address."""
    plain = json.dumps(message.payload, ensure_ascii=False).encode()
    content = encrypt(plain, device, ec.generate_private_key(_CURVE), urandom(16))
    headers = {
        "Authorization": authorization(device.endpoint, at=at),
        "Content-Encoding": "aes128gcm",
        "Content-Type": "application/octet-stream",
        "TTL": str(int(message.keep_for.total_seconds())),
        "Urgency": "high" if message.is_urgent else "normal",
        "Topic": message.topic,
    }
    try:
        response = http_client.request(
            "POST", device.endpoint, headers=headers, content=content, is_allowed=_is_allowed, seconds=TIMEOUT_SECONDS
        )
    except http_client.RequestFailed as failure:
        is_final = failure.reason is http_client.Reason.NOT_PUBLIC
        raise (PermanentFailure if is_final else TemporaryFailure)(failure.reason.value) from None
    status = response.status
    if status in (404, 410):
        raise SubscriptionGone
    if status in (408, 425, 429) or status >= 500:
        raise TemporaryFailure(f"answer {status}")
    if not 200 <= status < 300:
        raise PermanentFailure(f"answer {status}")


def _is_allowed(address: IpAddress) -> bool:
    return ip_addresses.is_public(address) or (settings.PUSH_LOOPBACK and address.is_loopback)


# What only the browser reads (RFC 8291, RFC 8188)


def encrypt(plain: bytes, device: "Device", private: ec.EllipticCurvePrivateKey, salt: bytes) -> bytes:
    """Return the message as one record. The keys are made of a new pair of ours, the browser's public key and secret.

    private and salt (16 bytes) are to be used for no other message. Raises PermanentFailure where it is too long.
    """
    if len(plain) > MAX_PAYLOAD_BYTES:
        raise PermanentFailure("too long")
    theirs, ours = base64url.decode(device.p256dh), _point(private.public_key())
    shared = private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs))
    material = _derive(shared, base64url.decode(device.auth), b"WebPush: info\0" + theirs + ours, 32)
    key = _derive(material, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derive(material, salt, b"Content-Encoding: nonce\0", 12)
    header = salt + _RECORD.to_bytes(4) + bytes([len(ours)]) + ours
    return header + AESGCM(key).encrypt(nonce, plain + b"\x02", None)  # 2: the last record


def _derive(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


# Who sends (RFC 8292)


@cache
def _vapid(key: str) -> Vapid02:
    return Vapid02.from_raw(key.encode())


def public_key() -> str:
    """Return the half of our key that browsers are told: what is signed with the other is from us."""
    return base64url.encode(_point(_vapid(settings.PUSH_KEY).public_key))


def authorization(endpoint: str, *, at: datetime) -> str:
    """Return the header that says who sends."""
    parts = urlsplit(endpoint)
    claims = {
        "aud": f"{parts.scheme}://{parts.netloc}",
        "exp": int((at + _SIGNED_FOR).timestamp()),
        "sub": settings.PUSH_CONTACT,
    }
    # Not Vapid02.sign, which refuses what it takes for no host: one without a dot, or an IPv6 address.
    return f"vapid t={jwt.sign(claims, _vapid(settings.PUSH_KEY).private_key)}, k={public_key()}"
