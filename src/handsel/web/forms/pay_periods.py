"""Forms of pay periods: their days, and the words of their moves."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from handsel.rules import fields
from handsel.web.forms import drafts


class LastDayForm(drafts.DraftForm):
    """The last day of a period that was begun."""

    to_date = drafts.RuleField(fields.day, label=_("Last day"), widget=drafts.DayInput())


class NewPeriodForm(LastDayForm):
    """A nanny's next period; of whom the page says."""

    nanny_id = drafts.RuleField(fields.identity, required=False, says_optional=False, widget=forms.HiddenInput())
    from_date = drafts.RuleField(
        fields.day, label=_("First day"), required=False, says_optional=False, widget=drafts.DayInput()
    )
    field_order = ("nanny_id", "from_date", "to_date")


class PeriodMoveForm(drafts.DraftForm):
    """The words of a move."""

    note = drafts.text(_("A word to go with it"), most=4000, lines=2, required=False)
    message = drafts.text(_("What is to be said"), most=4000, lines=2, required=False)
    reason = drafts.text(_("Why"), most=4000, lines=2, required=False)
    accept_unpaid = drafts.FlagField(label=_("Submit them unpaid"))

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the words that were sent; nothing of those that were not."""
        return {name: value for name, value in super().as_values(values).items() if value}
