"""A passkey without a device: it signs what a server asks, and counts as it is told."""

import json
from hashlib import sha256

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData, CollectedClientData

HOST, ORIGIN, ID = "testserver", "https://testserver", b"a passkey of sixteen"
_FLAGS = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV


class SoftPasskey:
    def __init__(self, handle: bytes) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.handle = handle

    def stored(self, count: int) -> dict:
        """What is kept of it, as allauth keeps it: added when it had signed so often."""
        credential = AttestedCredentialData.create(bytes(16), ID, ES256.from_cryptography_key(self.key.public_key()))
        data = AuthenticatorData.create(
            sha256(HOST.encode()).digest(), _FLAGS | AuthenticatorData.FLAG.AT, count, credential
        )
        client = CollectedClientData.create("webauthn.create", b"of long ago", ORIGIN)
        response = {
            "clientDataJSON": websafe_encode(client),
            "attestationObject": websafe_encode(AttestationObject.create("none", data, {})),
        }
        sent = {"id": websafe_encode(ID), "rawId": websafe_encode(ID), "type": "public-key", "response": response}
        return {"name": "Phone", "credential": sent | {"clientExtensionResults": {"credProps": {"rk": True}}}}

    def sign_in(self, browser: Client, count: int) -> str:
        """Where its browser is led, having signed so often."""
        asked = browser.get("/accounts/passkeys/sign-in/", headers={"Accept": "application/json"}).json()
        challenge = asked["request_options"]["publicKey"]["challenge"]
        data = AuthenticatorData.create(sha256(HOST.encode()).digest(), _FLAGS, count)
        client = CollectedClientData.create("webauthn.get", challenge, ORIGIN)
        response = {
            "clientDataJSON": websafe_encode(client),
            "authenticatorData": websafe_encode(data),
            "signature": websafe_encode(self.key.sign(data + client.hash, ec.ECDSA(hashes.SHA256()))),
            "userHandle": websafe_encode(self.handle),
        }
        sent = {"id": websafe_encode(ID), "rawId": websafe_encode(ID), "type": "public-key", "response": response}
        return browser.post("/accounts/passkeys/sign-in/", {"credential": json.dumps(sent)})["Location"]
