"""Signing up, the codes of the authenticator app, and passkeys: allauth's forms, with our fields and words.

What a browser sends of a passkey is anybody's to make up.
"""

from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.forms import SignupForm
from allauth.account.utils import setup_user_email
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, BaseAuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.internal.auth import parse_authentication_response
from django import forms
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from handsel.actions import passkeys, used_codes
from handsel.queries import people
from handsel.rules import fields
from handsel.web import language, refused_sign_ins
from handsel.web.forms import account, drafts

# What fido2 raises about bytes that are no passkey, depending on where it stumbles.
_NONSENSE = (AttributeError, IndexError, KeyError, OverflowError, RecursionError, TypeError, ValueError)


class SignUpForm(SignupForm):
    """allauth's form, with the name that others will read."""

    field_order = ["name", "email", "password1"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"] = drafts.text(_("Your name"), most=120, required=True, attrs={"autocomplete": "name"})
        account.use_our_words(self)
        self.fields["password1"].label = _("Password")
        self.order_fields(self.field_order)

    def clean_email(self) -> str:
        """Parse an address as everywhere else; allauth takes more, and cuts off what is too long."""
        try:
            self.cleaned_data["email"] = fields.email(self.cleaned_data["email"])
        except fields.Wrong as wrong:
            raise ValidationError(language.translate(wrong.sentence), code="wrong") from wrong
        return str(super().clean_email())

    def try_save(self, request: HttpRequest) -> Any:
        """Return (person, None), or (None, where to go instead).

        Where a letter proves the address, who has an account already is told so by the letter alone: the page, and how
        long it takes, are the same.
        """
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
            return super().try_save(request)
        try:
            return super().try_save(request)
        except IntegrityError:  # the same address signed up between our look and our writing: a double press
            if settings.MAIL_IS_SET_UP:
                self.account_already_exists = True
                return super().try_save(request)
            messages.error(request, gettext("There is an account with this address already. Sign in with it."))
            return None, redirect("account_login")

    def save(self, request: HttpRequest) -> Any:
        """Save the person with name and address. The password is hashed before the transaction, as allauth's own does
        not: on SQLite every writer would wait for it.
        """
        adapter = get_account_adapter()
        person: Any = adapter.new_user(request)
        adapter.save_user(request, person, self, commit=False)
        person.name, person.language = self.cleaned_data["name"], get_language()
        with transaction.atomic():
            person.save()
            setup_user_email(request, person, [])
        return person


def _code(label: Any, **attrs: str) -> forms.CharField:
    usual = {"autocomplete": "one-time-code", "autocapitalize": "off", "spellcheck": "false"}
    return forms.CharField(label=label, max_length=40, widget=forms.TextInput(usual | attrs))


class _OneTimeCode(BaseAuthenticateForm):
    """A code opens once, for as long as the app's clock and ours may differ."""

    code = _code(_("Code"))

    def clean_code(self) -> str:
        try:
            code = str(super().clean_code())
        except ValidationError as refused:
            if refused.code == "incorrect_code" and people.is_second_step_lost(self.user):
                raise _lost() from refused
            refused_sign_ins.note("second step")
            raise
        if not used_codes.use(normalize_user_code(code), by=self.user, at=timezone.now()):
            refused_sign_ins.note("second step")
            raise _incorrect()
        return code


class CodeForm(_OneTimeCode, AuthenticateForm):
    code = _code(_("Code from the app, or a recovery code"))


class CodeAgainForm(_OneTimeCode, ReauthenticateForm):
    code = _code(_("Code from the app, or a recovery code"))


class AppForm(ActivateTOTPForm):
    code = _code(_("The six digits that the app shows now"), inputmode="numeric")


class _Passkey(forms.Form):
    """Nonsense is a wrong answer like any other."""

    def full_clean(self) -> None:
        try:
            super().full_clean()
        except _NONSENSE:
            self.add_error("credential", _incorrect())

    def clean(self) -> dict[str, Any]:
        if "\\u0000" in str(self.data.get("credential", "")):  # PostgreSQL keeps no such text
            raise _incorrect()
        try:
            return super().clean() or {}
        except _NONSENSE as nonsense:
            raise _incorrect() from nonsense


class PasskeyForm(_Passkey, webauthn.AddWebAuthnForm):
    passwordless = forms.BooleanField(required=True)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"] = drafts.text(_("Name"), most=120)


class RenamePasskeyForm(webauthn.EditWebAuthnForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["name"] = drafts.text(_("Name"), most=120, required=True)


class _Answer(_Passkey):
    """What a passkey signed. One that counts backwards is refused, and its owner told."""

    def clean_credential(self) -> Any:
        sent = self.cleaned_data["credential"]
        passkey = super().clean_credential()  # type: ignore[misc]  # of the form beside it
        count = parse_authentication_response(sent).response.authenticator_data.counter
        if not passkeys.note_count(passkey, count, at=timezone.now()):
            get_account_adapter().send_notification_mail("mfa/email/webauthn_refused", passkey.user)
            sentence = gettext("This passkey seems to have been copied, so it is not accepted. Sign in another way.")
            raise ValidationError(sentence, code="copied")
        return passkey


class ByPasskeyForm(_Answer, webauthn.AuthenticateWebAuthnForm):
    pass


class SignInByPasskeyForm(_Answer, webauthn.LoginWebAuthnForm):
    def full_clean(self) -> None:
        super().full_clean()
        if self.errors:
            refused_sign_ins.note("passkey")


class PasskeyAgainForm(_Answer, webauthn.ReauthenticateWebAuthnForm):
    pass


def _lost() -> ValidationError:
    sentence = gettext("Your codes cannot be read any more. Ask the person who runs this Handsel to reset them.")
    return ValidationError(sentence, code="lost")


def _incorrect() -> ValidationError:
    error: ValidationError = get_adapter().validation_error("incorrect_code")
    return error
