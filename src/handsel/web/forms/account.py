"""allauth's forms about passwords, codes and the address, with our labels and hints."""

from typing import Any

from allauth.account import forms as allauth
from allauth.account.fields import EmailField
from allauth.core.internal.cryptokit import normalize_user_code
from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from handsel.access import tokens
from handsel.queries import people
from handsel.rules import fields
from handsel.web import language

PASSWORD_HINT = _("At least ten characters; a few words in a row work well.")
_LABELS = {
    "email": _("E-mail"),
    "code": _("Code"),
    "password": _("Password"),
    "oldpassword": _("Your current password"),
    "password1": _("New password"),
    "password2": _("New password again"),
}
_HINTS = {"password1": PASSWORD_HINT}  # allauth's is a list, which no paragraph may hold


class AddressField(EmailField):
    """An e-mail address, found by the form in which it is kept, or as it was typed before that form was asked for."""

    def clean(self, value: Any) -> Any:
        text = value if isinstance(value, str) else ""
        try:
            return fields.email(text)
        except fields.Wrong as wrong:
            if text.isascii():
                return super().clean(value)  # type: ignore[no-untyped-call]  # allauth has no types
            raise ValidationError(language.translate(wrong.sentence), code="wrong") from wrong


def take_addresses(form: forms.BaseForm) -> None:
    """Read addresses as everywhere else; allauth's own field knows no other letters in a domain."""
    for name, field in form.fields.items():
        if isinstance(field, EmailField):
            form.fields[name] = AddressField(label=field.label, widget=field.widget, required=field.required)


def use_our_words(form: forms.BaseForm) -> None:
    """Replace allauth's labels and hints, which name a field in Title Case and repeat it as a placeholder."""
    take_addresses(form)
    for name, field in form.fields.items():
        field.label = _LABELS.get(name, field.label)
        field.help_text = _HINTS.get(name, "")
        field.widget.attrs.pop("placeholder", None)


class _Ours(forms.Form):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        use_our_words(self)


class SignInForm(allauth.LoginForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        take_addresses(self)


class NewAddressForm(_Ours, allauth.AddEmailForm):
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["email"].label = _("New e-mail address")


class ChangePasswordForm(_Ours, allauth.ChangePasswordForm):
    pass


class SetPasswordForm(_Ours, allauth.SetPasswordForm):
    pass


class ForgottenPasswordForm(_Ours, allauth.ResetPasswordForm):
    def save(self, request: HttpRequest, **options: Any) -> str:
        """Make the link; for nobody, ask the database as often as a link for somebody takes."""
        if not self.users:
            people.language_of(self.cleaned_data["email"])
        return str(super().save(request, **options))


class NewPasswordForm(_Ours, allauth.ResetPasswordKeyForm):
    pass


class PasswordAgainForm(_Ours, allauth.ReauthenticateForm):
    pass


class AskForCodeForm(_Ours, allauth.RequestLoginCodeForm):
    pass


class _MailedCode(allauth.BaseConfirmCodeForm):
    """A code of which the session knows the hash alone."""

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        self.cleaned_data["code"] = tokens.hash_of_code(normalize_user_code(code))
        super().clean_code()
        return code


class SignInCodeForm(_Ours, allauth.ConfirmLoginCodeForm, _MailedCode):
    pass


class AddressCodeForm(_Ours, allauth.ConfirmEmailVerificationCodeForm, _MailedCode):
    pass
