"""One's own tax number, with the name and address that belong to it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from handsel.rules import fields, tax_numbers
from handsel.rules.drafts import Draft
from handsel.rules.tax_numbers import TaxNumberKind
from handsel.web.forms import drafts

_KINDS = {
    TaxNumberKind.SSN: _("SSN (United States)"),
    TaxNumberKind.ITIN: _("ITIN (United States)"),
    TaxNumberKind.EIN: _("EIN (United States)"),
    TaxNumberKind.SIN: _("SIN (Canada)"),
    TaxNumberKind.NINO: _("National Insurance number (United Kingdom)"),
    TaxNumberKind.UTR: _("UTR (United Kingdom)"),
    TaxNumberKind.OTHER: _("Another"),
}
_HIDDEN_FROM_MEMORY = {"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}


class TaxIdentityForm(drafts.DraftForm):
    """has_number: one that can be read is there already, and stays where none is typed."""

    # A name that is kept nowhere when its page is sent after signing out (web.unsent).
    shown_at = {"number": "tax_number"}

    def __init__(self, *args: Any, has_number: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        number = drafts.RuleField(
            lambda raw: fields.text(raw, most=tax_numbers.LONGEST),
            empty="",
            label=_("Number"),
            required=not has_number,
            says_optional=False,
            widget=forms.TextInput(_HIDDEN_FROM_MEMORY | {"maxlength": tax_numbers.LONGEST}),
            help_text=_("Leave this empty to keep the number that is there.") if has_number else "",
        )
        self.fields |= {
            "kind": drafts.choices_of(fields.choice(TaxNumberKind), _KINDS.items(), label=_("Kind of number")),
            "tax_number": number,
            "legal_name": drafts.text(_("Your legal name"), most=120, required=True),
            "address": drafts.text(_("Your address"), most=4000, lines=3),
        }

    def draft(self) -> Draft:
        """Return the draft by the names that the action knows."""
        draft = super().draft()
        return Draft(
            {"number" if name == "tax_number" else name: value for name, value in draft.values.items()},
            {"number" if name == "tax_number" else name: message for name, message in draft.wrong.items()},
        )
