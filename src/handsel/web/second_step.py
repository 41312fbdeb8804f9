"""Passkeys, the authenticator app and its recovery codes, as allauth asks for them."""

import base64
import hashlib
import secrets
from io import BytesIO
from typing import Any

import qrcode
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from qrcode.image.svg import SvgPathImage

from handsel.queries.pages import devices


class Adapter(DefaultMFAAdapter):
    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """A passkey is one more way in. Only who has set up the app is asked for a second step, as she wanted it: a
        passkey lives on one phone, and must not close the way in by password on another.
        """
        if types and set(types) == {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}:
            types = [Authenticator.Type.TOTP]
        return super().is_mfa_enabled(user, types)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  allauth's name
        return devices.name(context.request.META.get("HTTP_USER_AGENT", ""))

    def build_totp_svg(self, url: str) -> str:
        """The QR code for the page itself: dark on light in either colour scheme, as cameras want it."""
        drawn = BytesIO()
        qrcode.make(url, image_factory=SvgPathImage, border=2).save(drawn)
        return drawn.getvalue().decode().partition("?>")[2]

    def encrypt(self, text: str) -> str:
        """With a key made from the secret key, so that a copy of the database alone makes no codes."""
        return _cipher().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """What another secret key encrypted is lost; something random in its place fits no code."""
        try:
            return _cipher().decrypt(encrypted_text.encode()).decode()
        except InvalidToken:
            return base64.b32encode(secrets.token_bytes(20)).decode()


def _cipher() -> Fernet:
    key = hashlib.sha256(b"handsel second step " + settings.SECRET_KEY.encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key))
