"""Signing up."""

from allauth.account.forms import SignupForm
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.hashers import make_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from handsel.rules import fields
from handsel.web import language
from handsel.web.forms import drafts


class SignUpForm(SignupForm):
    """allauth's form, with the name that others will read."""

    field_order = ["name", "email", "password1"]

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        self.fields["name"] = drafts.text(_("Your name"), most=120, required=True, attrs={"autocomplete": "name"})
        self.fields["email"].label = _("E-mail")
        self.fields["password1"].help_text = _("At least ten characters; a few words that belong together do well.")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.order_fields(self.field_order)

    def clean_email(self) -> str:
        """An address as everywhere else; allauth takes more, and cuts off what is too long."""
        try:
            self.cleaned_data["email"] = fields.email(self.cleaned_data["email"])
        except fields.Wrong as wrong:
            raise ValidationError(language.said(wrong.sentence), code="wrong") from wrong
        return super().clean_email()

    def try_save(self, request):
        """The person, or where to go instead. Where a letter proves the address, who has an account already is told so
        by the letter alone: the page, and how long it takes, are the same.
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

    @transaction.atomic
    def save(self, request):
        """The person with the name, or nobody."""
        return super().save(request)

    def custom_signup(self, request, user) -> None:
        user.name = self.cleaned_data["name"]
        user.language = get_language()
        user.save(update_fields=["name", "language"])
