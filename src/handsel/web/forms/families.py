"""Founding a family and changing its settings."""

from itertools import groupby
from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _

from handsel.rules import currencies, fields, local_time
from handsel.rules.roles import Role
from handsel.web.forms import drafts

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
_FOUNDERS = (
    (Role.PARENT, _("a parent")),
    (Role.NANNY, _("the nanny")),
    (Role.COORDINATOR, _("a coordinator")),
)


def time_zones(*more: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Every place that has a zone, by region; `more` are zones of older names that somebody lives by already."""
    names = {name for name in local_time.zone_names() if name.partition("/")[0] in _REGIONS} | {
        "UTC",
        *filter(None, more),
    }
    return [
        (_REGIONS.get(region, region), [(name, name.partition("/")[2].replace("_", " ") or name) for name in some])
        for region, some in groupby(sorted(names), key=lambda name: name.partition("/")[0])
    ]


def time_zone_field(current: str = "", *, nothing: str = "", **options) -> drafts.RuleField:
    widget = drafts.ListInput(choices=[("", nothing or _("Choose")), *time_zones(current)])
    return drafts.RuleField(fields.time_zone, widget=widget, **options)


class FamilySettingsForm(drafts.DraftForm):
    """What a family may change about itself."""

    def __init__(self, *args, current_zone: str = "", **options) -> None:
        super().__init__(*args, **options)
        codes = [*_USUAL_CURRENCIES, *sorted(currencies.CODES - set(_USUAL_CURRENCIES))]
        self.fields |= {
            "name": drafts.text(_("Name of the family"), most=120, required=True, attrs={"autocomplete": "off"}),
            "time_zone": time_zone_field(
                current_zone, label=_("Time zone"), help_text=_("Schedules speak this clock.")
            ),
            "currency": drafts.choices_of(fields.currency, [(code, code) for code in codes], label=_("Currency")),
            "default_hourly_rate": drafts.RuleField(
                drafts.amount,
                label=_("Usual rate an hour"),
                required=False,
                widget=drafts.MoneyInput(),
                help_text=_("Filled in for new schedules and sessions."),
            ),
            "address": drafts.text(_("Address"), most=4000, help_text=_("Shown on every session.")),
            "notes": drafts.text(_("Notes"), most=4000, lines=3, help_text=_("Keys, doors, who else may be called.")),
        }


class NewFamilyForm(FamilySettingsForm):
    """A family that is being founded, and by whom."""

    field_order: ClassVar[list[str]] = ["role", "name", "time_zone", "currency", "default_hourly_rate", "address"]

    def __init__(self, *args, **options) -> None:
        super().__init__(*args, **options)
        del self.fields["notes"]
        self.fields["role"] = drafts.RuleField(
            fields.choice(Role),
            label=_("You are"),
            widget=forms.RadioSelect(choices=[(r.value, n) for r, n in _FOUNDERS]),
        )
        self.order_fields(self.field_order)
