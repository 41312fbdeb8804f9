"""A push service on this machine, and the browsers that it rings: they open what comes as RFC 8291 says, with their own
keys, and read the signature that RFC 8292 asks for.

A reading of the RFCs of its own: it shares nothing with what it looks at.
"""

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from uuid import uuid4

from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

CURVE = ec.SECP256R1()


def b64(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def unb64(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "==")


def mac(key: bytes, text: bytes) -> bytes:
    made = hmac.HMAC(key, hashes.SHA256())
    made.update(text)
    return made.finalize()


@dataclass
class Rung:
    """One message that arrived: at which browser, with which headers, and its bytes."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Browser:
    """Somebody's browser: its endpoint and its keys, of which it tells the public halves."""

    endpoint: str
    private: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(CURVE))
    secret: bytes = field(default_factory=lambda: uuid4().bytes)

    @property
    def public(self) -> bytes:
        return self.private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    @property
    def subscription(self) -> dict[str, str]:
        return {"endpoint": self.endpoint, "p256dh": b64(self.public), "auth": b64(self.secret)}

    def open(self, body: bytes) -> dict[str, Any]:
        """RFC 8291, section 3.4, and RFC 8188, section 2."""
        salt, size, length = body[:16], int.from_bytes(body[16:20]), body[20]
        theirs, sealed = body[21 : 21 + length], body[21 + length :]
        assert len(sealed) <= size
        shared = self.private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(CURVE, theirs))
        material = mac(mac(self.secret, shared), b"WebPush: info\x00" + self.public + theirs + b"\x01")
        pseudo = mac(salt, material)
        key = mac(pseudo, b"Content-Encoding: aes128gcm\x00\x01")[:16]
        nonce = mac(pseudo, b"Content-Encoding: nonce\x00\x01")[:12]
        opened = AESGCM(key).decrypt(nonce, sealed, None)
        assert opened.endswith(b"\x02")  # one record, and the last
        return json.loads(opened[:-1])


@dataclass
class PushService:
    url: str
    rung: list[Rung] = field(default_factory=list)
    # What it answers next, one after the other; after them 201.
    answers: list[int] = field(default_factory=list)

    def browser(self) -> Browser:
        return Browser(f"{self.url}/ring/{uuid4()}")

    def heard(self, browser: Browser) -> list[dict[str, Any]]:
        """What this browser was told."""
        return [browser.open(rung.body) for rung in self.rung if browser.endpoint.endswith(rung.path)]


def claims(rung: Rung) -> dict[str, Any]:
    """What the sender says, if the key that it names signed it (RFC 8292, RFC 7515)."""
    scheme, _, rest = rung.headers["authorization"].partition(" ")
    assert scheme == "vapid"
    fields = dict(part.strip().split("=", 1) for part in rest.split(","))
    head, body, signature = fields["t"].split(".")
    assert json.loads(unb64(head)) == {"typ": "JWT", "alg": "ES256"}
    raw = unb64(signature)
    assert len(raw) == 64
    key = ec.EllipticCurvePublicKey.from_encoded_point(CURVE, unb64(fields["k"]))
    key.verify(
        encode_dss_signature(int.from_bytes(raw[:32]), int.from_bytes(raw[32:])),
        f"{head}.{body}".encode(),
        ec.ECDSA(hashes.SHA256()),
    )
    return json.loads(unb64(body)) | {"key": fields["k"]}


@contextmanager
def push_service() -> Iterator[PushService]:
    class Door(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            service.rung.append(Rung(self.path, {name.lower(): value for name, value in self.headers.items()}, body))
            status = service.answers.pop(0) if service.answers else 201
            self.send_response(status)
            if status in (301, 302, 307, 308):
                self.send_header("Location", f"{service.url}/elsewhere")
            self.end_headers()

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    service = PushService(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield service
    server.shutdown()
    server.server_close()
    thread.join()
