"""Days or hours off."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from handsel.rules import fields
from handsel.web.forms import drafts


class TimeOffForm(drafts.DraftForm):
    """nannies: whom it may be entered for, beside the whole family; None where only one's own may be."""

    def __init__(self, *args: Any, nannies: list | None, **options: Any) -> None:
        super().__init__(*args, **options)
        if nannies is not None:
            listed = [("", _("The whole family")), *nannies]
            self.fields["nanny_id"] = drafts.choices_of(
                fields.identity, listed, label=_("Who is away"), required=False, says_optional=False
            )
        self.fields |= {
            "from_date": drafts.RuleField(fields.day, label=_("From"), widget=drafts.DayInput()),
            "to_date": drafts.RuleField(fields.day, label=_("To"), widget=drafts.DayInput()),
            "start_time": _clock(_("From what time")),
            "end_time": _clock(_("To what time")),
            "reason": drafts.text(_("Why"), most=4000),
        }


def _clock(label: Any) -> drafts.RuleField:
    return drafts.RuleField(drafts.clock, label=label, required=False, widget=drafts.ClockInput())
