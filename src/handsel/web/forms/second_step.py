"""The codes of the authenticator app, and passkeys. What a browser sends of a passkey is anybody's to make up."""

from typing import Any

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from handsel.web.forms import drafts

_A_CODE_LASTS = 120  # seconds, and more than it is taken for
# What fido2 raises about bytes that are no passkey, depending on where it stumbles.
_NONSENSE = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError)


def _code(label: Any, **attrs: str) -> forms.CharField:
    usual = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}
    return forms.CharField(label=label, max_length=40, widget=forms.TextInput(usual | attrs))


class _Once(BaseAuthenticateForm):
    """A code opens once, for as long as the app's clock and ours may differ."""

    code = _code(_("Code"))

    def clean_code(self) -> str:
        code = super().clean_code()
        if not cache.add(f"code:{self.user.pk}:{normalize_user_code(code)}", True, _A_CODE_LASTS):
            raise get_adapter().validation_error("incorrect_code")
        return code


class CodeForm(_Once, AuthenticateForm):
    code = _code(_("Code from the app, or a recovery code"))


class CodeAgainForm(_Once, ReauthenticateForm):
    code = _code(_("Code from the app, or a recovery code"))


class AppForm(ActivateTOTPForm):
    code = _code(_("The six digits that the app shows now"), inputmode="numeric")


class _Passkey(forms.Form):
    def _clean_fields(self) -> None:
        """Nonsense is a wrong answer like any other."""
        try:
            super()._clean_fields()
        except _NONSENSE:
            self._errors["credential"] = self.error_class(_wrong().messages)

    def _clean_form(self) -> None:
        try:
            super()._clean_form()
        except _NONSENSE:
            self.add_error(None, _wrong())

    def clean(self) -> dict[str, Any] | None:
        if "\\u0000" in str(self.data.get("credential", "")):  # PostgreSQL keeps no such text
            raise _wrong()
        return super().clean()


class PasskeyForm(_Passkey, webauthn.AddWebAuthnForm):
    name = drafts.text(_("Name"), most=120, attrs={"autocomplete": "off"}, required=False)
    passwordless = forms.BooleanField(required=True)


class RenamePasskeyForm(webauthn.EditWebAuthnForm):
    name = drafts.text(_("Name"), most=120, required=True, attrs={"autocomplete": "off"})


class ByPasskeyForm(_Passkey, webauthn.AuthenticateWebAuthnForm):
    pass


class SignInByPasskeyForm(_Passkey, webauthn.LoginWebAuthnForm):
    pass


class PasskeyAgainForm(_Passkey, webauthn.ReauthenticateWebAuthnForm):
    pass


def _wrong() -> ValidationError:
    return get_adapter().validation_error("incorrect_code")
