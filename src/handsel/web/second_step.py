"""Passkeys, the authenticator app and its recovery codes, as allauth asks for them."""

import base64
import secrets
from io import BytesIO
from typing import Any

import qrcode
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from qrcode.image.svg import SvgPathImage

from handsel.access import encryption
from handsel.pages import devices

_WHAT = "second step"


class Adapter(DefaultMFAAdapter):
    def is_mfa_enabled(self, user: Any, types: Any = None) -> bool:
        """A passkey is one more way in. Only who has set up the app is asked for a second step, as she wanted it: a
        passkey lives on one phone, and must not close the way in by password on another.
        """
        if types and set(types) == {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}:
            types = [Authenticator.Type.TOTP]
        return super().is_mfa_enabled(user, types)

    def generate_authenticator_name(self, user: Any, type: Any) -> str:  # noqa: A002  allauth's name
        return devices.browser_name(context.request.META.get("HTTP_USER_AGENT", ""))

    def build_totp_svg(self, url: str) -> str:
        """The QR code for the page itself: dark on light in either colour scheme, as cameras want it."""
        drawn = BytesIO()
        qrcode.make(url, image_factory=SvgPathImage, border=2).save(drawn)
        return drawn.getvalue().decode().partition("?>")[2]

    def encrypt(self, text: str) -> str:
        """So that a copy of the database alone makes no codes."""
        return encryption.encrypt(text, _WHAT)

    def decrypt(self, encrypted_text: str) -> str:
        """What another secret key encrypted is lost; something random in its place fits no code."""
        return encryption.decrypt(encrypted_text, _WHAT) or base64.b32encode(secrets.token_bytes(20)).decode()
