"""Secret addresses for calendar apps, and the addresses of calendars elsewhere."""

from functools import partial
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from handsel.actions.calendar_addresses import ALARMS, Detail
from handsel.rules import fields, outside_calendars
from handsel.rules.drafts import Draft
from handsel.web.forms import drafts

_BEFORE = {
    15: _("15 minutes before"),
    30: _("30 minutes before"),
    60: _("an hour before"),
    120: _("two hours before"),
    24 * 60: _("a day before"),
}


class CalendarAddressForm(drafts.DraftForm):
    """families: those it may be for, beside all of them."""

    def __init__(self, *args: Any, families: list[tuple[UUID, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields |= {
            "name": drafts.text(_("Name"), most=120, required=True),
            "family_id": drafts.choices_of(
                fields.identity,
                [("", _("All families")), *families],
                label=_("Sessions of"),
                required=False,
                says_optional=False,
            ),
            "detail": drafts.RuleField(
                str,
                label=_("Show"),
                widget=forms.RadioSelect(
                    choices=[(Detail.FULL, _("family and nanny")), (Detail.BUSY, _("only when you are busy"))]
                ),
                initial=Detail.FULL,
            ),
            "shows_children": drafts.FlagField(label=_("The children’s names too")),
            "shows_notes": drafts.FlagField(label=_("Notes and the family’s address too")),
            "alarm_minutes": drafts.choices_of(
                drafts.one_of({str(minutes): minutes for minutes in ALARMS}),
                [("", _("none")), *((minutes, _BEFORE[minutes]) for minutes in ALARMS)],
                label=_("Reminder"),
                required=False,
                says_optional=False,
            ),
        }


class OutsideCalendarForm(drafts.DraftForm):
    """On one page with the form above, so what it asks for has names of its own there."""

    shown_at = {"name": "outside_name", "address": "outside_address"}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields |= {
            "outside_name": drafts.text(_("Name"), most=120, required=True),
            "outside_address": drafts.RuleField(
                partial(outside_calendars.address, allow_private=settings.PRIVATE_CALENDARS),
                label=_("Address of the calendar"),
                help_text=_("It begins with https or webcal, and often ends in .ics."),
                widget=forms.TextInput(
                    {
                        "autocomplete": "off",
                        "autocapitalize": "off",
                        "spellcheck": "false",
                        "inputmode": "url",
                        "maxlength": outside_calendars.LONGEST_ADDRESS,
                    }
                ),
            ),
        }

    def draft(self) -> Draft:
        """Return the draft by the names that the action knows."""
        draft = super().draft()
        names = {shown: name for name, shown in self.shown_at.items()}
        return Draft(
            {names[name]: value for name, value in draft.values.items()},
            {names[name]: message for name, message in draft.wrong.items()},
        )
