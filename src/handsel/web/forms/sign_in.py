"""Signing up."""

from allauth.account.forms import SignupForm
from django.db import transaction
from django.utils.translation import gettext_lazy as _

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

    @transaction.atomic
    def save(self, request):
        """The person with the name, or nobody."""
        return super().save(request)

    def custom_signup(self, request, user) -> None:
        user.name = self.cleaned_data["name"]
        user.save(update_fields=["name"])
