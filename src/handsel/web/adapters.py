"""Where allauth asks us: its mails and messages, and the second step of signing in."""

import base64
import secrets
from datetime import timedelta
from io import BytesIO
from typing import Any, cast

import qrcode
from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.email_verification_by_code import EMAIL_VERIFICATION_CODE_SESSION_KEY
from allauth.account.internal.stagekit import unstash_login
from allauth.account.internal.userkit import user_id_to_str
from allauth.core import context as context_now
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.contrib import messages
from django.contrib.sites.shortcuts import get_current_site
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext, gettext_lazy
from qrcode.image.svg import SvgPathImage

from handsel.access import encryption, passwords, tokens
from handsel.access.client_address import client_address
from handsel.access.encryption import Secret
from handsel.actions import account_letters, sign_ins
from handsel.observability import work
from handsel.pages import devices
from handsel.queries import health, people
from handsel.rules.access_log import Noun, Thing
from handsel.web import cookies, known_browser, language, responses, unsent
from handsel.web.requests import Request

_TO_NOBODY = "account/email/unknown_account"
# A letter with a code is of use for as long as the code is.
_LASTS = {
    "account/email/login_code": timedelta(seconds=app_settings.LOGIN_BY_CODE_TIMEOUT),
    "account/email/email_confirmation": timedelta(seconds=app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT),
    "account/email/email_confirmation_signup": timedelta(seconds=app_settings.EMAIL_VERIFICATION_BY_CODE_TIMEOUT),
}


class AccountAdapter(DefaultAccountAdapter):
    """allauth's, in the receiver's language, and for when the mail server is away too.

    Whoever asked for a letter reads the same as ever: anything else would say that the address has an account.
    """

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy("Wrong e-mail address or password."),
        "enter_current_password": gettext_lazy("Enter your current password."),
        "email_taken": gettext_lazy("There is an account with this address already."),
        # In allauth's own words, but for the language: other catalogs say these more formally than we speak.
        "incorrect_password": gettext_lazy("Incorrect password."),
        "incorrect_code": gettext_lazy("Incorrect code."),
        "too_many_login_attempts": gettext_lazy("Too many failed login attempts. Try again later."),
    }

    ways_to_show_again = {
        "reauthenticate": gettext_lazy("Use your password"),
        "mfa_reauthenticate": gettext_lazy("Use a code from your app"),
        "mfa_reauthenticate:webauthn": gettext_lazy("Use a passkey"),
    }

    def get_reauthentication_methods(self, user: Any) -> list[dict[str, Any]]:
        """Name each way as the page of sign-in and security does."""
        ways = super().get_reauthentication_methods(user)
        return [way | {"description": self.ways_to_show_again[way["id"]]} for way in ways]

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *args: Any, **kwargs: Any
    ) -> None:
        """Add allauth's message, but none of new recovery codes, which their own page shows."""
        if message_template != "mfa/messages/recovery_codes_generated.txt":
            super().add_message(request, level, message_template, *args, **kwargs)

    def get_client_ip(self, request: HttpRequest) -> str:
        """Return from where somebody asks. allauth's own breaks on a request that came past a proxy."""
        return client_address(request.META)

    def is_safe_url(self, url: str | None) -> bool:
        """Allow our own pages alone. allauth would lead to every allowed host too, so to programs on one's own
        computer.
        """
        return responses.is_safe_path(url or "")

    def authenticate(self, request: HttpRequest, **credentials: Any) -> Any:
        """Return who signs in, whose password is kept by the hash of today from then on, or None."""
        person: Any = super().authenticate(request, **credentials)
        if person is None:
            passwords.even_out(credentials["password"], credentials.get("email", ""))
        elif not request.user.is_authenticated:  # else they only show once more that they are themselves
            sign_ins.renew_hash(person, credentials["password"])
        return person

    def set_password(self, user: Any, password: str) -> None:
        """Save the password and no other column. Hashing it takes a while, in which an operator may have shut the
        account.
        """
        user.set_password(password)
        user.save(update_fields=["password"])

    def login(self, request: HttpRequest, user: Any) -> None:
        """Sign in, and forget the code that somebody else was asked for in this browser."""
        super().login(request, user)
        state = request.session.get(EMAIL_VERIFICATION_CODE_SESSION_KEY)
        if state and state.get("user_id") != user_id_to_str(user):
            del request.session[EMAIL_VERIFICATION_CODE_SESSION_KEY]

    def post_login(self, request: HttpRequest, user: Any, **options: Any) -> HttpResponse:
        """Sign in for good, after every step; the browser is known from now on. Who leads nowhere else is led to what
        they were sending when they were signed out.
        """
        response = super().post_login(request, user, **options)
        if response.get("Location") == settings.LOGIN_REDIRECT_URL:
            response["Location"] = unsent.waiting(user) or response["Location"]
        work.note_look(Thing.SIGN_IN, Noun.PERSON, user.pk)
        known_browser.remember(request, response, str(user.pk), user.email, (options["email"] or "").lower())
        return response

    def logout(self, request: HttpRequest) -> None:
        """Sign out, and forget the device, so that nothing is pushed there any more."""
        cookies.forget_device(request)
        super().logout(request)

    def generate_login_code(self) -> str:
        return self._hashed(super().generate_login_code())

    def generate_email_verification_code(self) -> str:
        return self._hashed(super().generate_email_verification_code())

    def _hashed(self, code: str) -> str:
        """Return what allauth is to keep in the session instead of the code; the letter is written in this request."""
        code_hash = tokens.hash_of_code(normalize_user_code(code))
        cast("Request", context_now.request).__dict__.setdefault("codes", {})[code_hash] = code
        return code_hash

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write a mail in its receiver's language, and queue it for the worker. Who asked for it may speak another one.

        To an address that nobody has a letter is written too, which nobody gets. The example people get none unless
        that is wanted.
        """
        if email.lower() in settings.SILENT_ADDRESSES:
            return
        at, request = timezone.now(), cast("Request", context_now.request)
        lasts = _LASTS.get(template_prefix, timedelta(days=1))
        if template_prefix == _TO_NOBODY:
            # Nobody's language is not asked for: allauth has looked twice already to find that they are nobody.
            code, template_prefix, lasts = "", "account/email/login_code", timedelta()
        else:
            person = context.get("user")
            code = person.language if person else people.language_of(email)
        if "code" in context:
            context = context | {"code": request.codes[context["code"]]}
        around = {"request": request, "email": email, "current_site": get_current_site(request)}
        with language.override(code or get_language()):
            letter = self.render_mail(template_prefix, email, around | context)
        account_letters.queue(email, str(letter.subject), str(letter.body), lasts=lasts, at=at)
        if not health.is_worker_at_work(at):
            waiting = gettext("We can’t send e-mails right now. Tell the person who runs this Handsel.")
            messages.warning(request, waiting)


class MFAAdapter(DefaultMFAAdapter):
    def is_mfa_enabled(self, user: Any, types: list[str] | None = None) -> bool:
        """Say whether a second step is asked for. A passkey is one more way in: only who has set up the app is asked
        for a second step, as they wanted it: a passkey lives on one phone, and must not close the way in by password on
        another.
        """
        if types and set(types) == {Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN}:
            types = [Authenticator.Type.TOTP]
        return bool(super().is_mfa_enabled(user, types))

    def generate_authenticator_name(self, user: Any, type: str) -> str:  # noqa: A002  allauth's name
        return devices.browser_name(context_now.request.META.get("HTTP_USER_AGENT", ""))

    def build_totp_svg(self, url: str) -> str:
        """Draw the QR code for the page itself: dark on light in either colour scheme, as cameras want it."""
        svg = BytesIO()
        qrcode.make(url, image_factory=SvgPathImage, border=2).save(svg)
        return svg.getvalue().decode().partition("?>")[2]

    def encrypt(self, text: str) -> str:
        """Encrypt a secret, so that a copy of the database alone makes no codes."""
        return encryption.encrypt(text, Secret.SECOND_STEP, _whose())

    def decrypt(self, encrypted_text: str) -> str:
        """Decrypt a secret. What no key opens is lost; something random that fits no code replaces it."""
        text = encryption.decrypt(encrypted_text, Secret.SECOND_STEP, _whose())
        return text or base64.b32encode(secrets.token_bytes(20)).decode()


def _whose() -> str:
    """Return the id of whose second step it is: of who is signed in, or is just doing so."""
    request = context_now.request
    if request.user.is_authenticated:
        return str(request.user.pk)
    login = unstash_login(request, peek=True)
    return str(login.user.pk) if login and login.user else ""
