"""A family: founding it, its settings, its children and its time off."""

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from handsel.rules import currencies, fields, local_time
from handsel.rules.roles import FOUNDERS, Role
from handsel.web.forms import drafts, edits

_REGIONS = {
    "Africa": _("Africa"),
    "America": _("America"),
    "Antarctica": _("Antarctica"),
    "Arctic": _("Arctic"),
    "Asia": _("Asia"),
    "Atlantic": _("Atlantic"),
    "Australia": _("Australia"),
    "Europe": _("Europe"),
    "Indian": _("Indian Ocean"),
    "Pacific": _("Pacific"),
}
_USUAL_CURRENCIES = ("USD", "EUR", "GBP", "CAD", "AUD", "CHF")
_FOUNDER_NAMES = {
    Role.PARENT: _("a parent"),
    Role.NANNY: _("the nanny"),
    Role.COORDINATOR: _("a coordinator"),
}


def time_zone_field(current: str = "", *, nothing: Any = "", **options: Any) -> drafts.RuleField:
    """Make a field that offers every place that has a zone, by region, and the current zone, whose name may be an older
    one.
    """
    names = {name for name in local_time.zone_names() if name.partition("/")[0] in _REGIONS} | {"UTC", current} - {""}
    regions = groupby(sorted(names), key=lambda name: name.partition("/")[0])
    places = [
        (_REGIONS.get(region, region), [(name, name.partition("/")[2].replace("_", " ") or name) for name in names])
        for region, names in regions
    ]
    widget = drafts.ListInput(choices=[("", nothing or _("Choose")), *places])
    return drafts.RuleField(fields.time_zone, widget=widget, **options)


class FamilySettingsForm(edits.EditForm):
    """What a family may change about itself."""

    def __init__(self, *args: Any, current_zone: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        codes = [*_USUAL_CURRENCIES, *sorted(currencies.CODES - set(_USUAL_CURRENCIES))]
        self.fields |= {
            "name": drafts.text(_("Name of the family"), most=120, required=True),
            "time_zone": time_zone_field(
                current_zone, label=_("Time zone"), help_text=_("Times are in this time zone.")
            ),
            "currency": drafts.choices_of(fields.currency, [(code, code) for code in codes], label=_("Currency")),
            "default_hourly_rate": drafts.RuleField(
                drafts.amount,
                label=_("Usual rate an hour"),
                required=False,
                widget=drafts.MoneyInput(str(self.initial.get("currency", ""))),
                help_text=_("Filled in for new schedules and sessions."),
            ),
            "address": drafts.text(_("Address"), most=4000, help_text=_("Shown on every session.")),
            "notes": drafts.text(_("Notes"), most=4000, lines=3, help_text=_("Keys, doors, who else may be called.")),
        }


class NewFamilyForm(FamilySettingsForm):
    """A family that is being founded, and by whom."""

    field_order = ["role", "name", "time_zone", "currency", "default_hourly_rate", "address"]

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["notes"]
        self.fields["role"] = drafts.RuleField(
            fields.choice(Role),
            label=_("Your role"),
            widget=forms.RadioSelect(choices=[(role.value, _FOUNDER_NAMES[role]) for role in Role if role in FOUNDERS]),
        )
        self.order_fields(self.field_order)


class CareNotesForm(edits.EditForm):
    """What a nanny may change: how to care for the child."""

    allergies = drafts.text(_("Allergies"), most=4000, lines=2, help_text=_("On top of every session of this child."))
    medications = drafts.text(_("Medications"), most=4000, lines=2)
    notes = drafts.text(_("Notes"), most=4000, lines=3, help_text=_("Naps, food, fears, favourite things."))


class ChildForm(CareNotesForm):
    """All of a child."""

    first_name = drafts.text(_("First name"), most=120, required=True)
    last_name = drafts.text(_("Last name"), most=120)
    date_of_birth = drafts.RuleField(fields.day, label=_("Date of birth"), required=False, widget=drafts.DayInput())
    field_order = ("first_name", "last_name", "date_of_birth", "allergies", "medications", "notes")
