"""A table of past sessions, as a spreadsheet saves it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from handsel.web.forms import drafts


class ImportForm(drafts.DraftForm):
    """A text box: whoever has a script chooses a file, which is put there."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        widget = forms.Textarea({"rows": 8, "spellcheck": "false", "autocomplete": "off"})
        self.fields |= {
            "table": drafts.RuleField(
                str,
                label=_("The table, as CSV"),
                help_text=_("Paste it here, with its first row, which names the columns."),
                widget=widget,
            ),
            "skip_refused": drafts.FlagField(label=_("Leave out rows that cannot be taken")),
        }
