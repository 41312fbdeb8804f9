"""One's own settings, keys to the API, and the people of a family."""

from datetime import datetime, time, timedelta
from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _

from handsel.formatting.names import ROLES
from handsel.rules import fields
from handsel.rules.roles import Role, Scope
from handsel.web.forms import drafts
from handsel.web.forms.families import time_zone_field


class SettingsForm(drafts.DraftForm):
    def __init__(self, *args: Any, current_zone: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields |= {
            "name": drafts.text(_("Name"), most=120, required=True, attrs={"autocomplete": "name"}),
            "language": drafts.RuleField(
                drafts.one_of({code: code for code, _name in settings.LANGUAGES}),
                label=_("Language"),
                widget=forms.RadioSelect(choices=settings.LANGUAGES),
            ),
            "time_zone": time_zone_field(
                current_zone,
                nothing=_("each family’s own"),
                label=_("Your time zone"),
                required=False,
                says_optional=False,
                help_text=_("Pages name a family’s zone where it differs from yours."),
            ),
            "hour_cycle": drafts.RuleField(
                drafts.one_of({"24": 24, "12": 12}),
                label=_("Clock"),
                widget=forms.RadioSelect(choices=[("24", "14:30"), ("12", "2:30 PM")]),
            ),
            "week_starts_on": drafts.choices_of(
                drafts.one_of({str(number): number for number in WEEKDAYS}),
                WEEKDAYS.items(),
                label=_("The week starts on"),
            ),
        }


class TokenForm(drafts.DraftForm):
    """A key to the API; it ends with its last day in the person's own zone."""

    shown_at = {"expires_at": "last_day"}
    name = drafts.text(_("What is it for"), most=120, required=True, attrs={"autocomplete": "off"})
    scope = drafts.RuleField(
        str,
        label=_("It may"),
        widget=forms.RadioSelect(choices=[(Scope.READ, _("read")), (Scope.WRITE, _("read and write"))]),
        initial=Scope.READ,
    )
    last_day = drafts.RuleField(fields.day, label=_("Last day"), required=False, widget=drafts.DayInput())

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        last_day = values.pop("last_day", None)
        if last_day is not None:
            values["expires_at"] = datetime.combine(last_day, time()) + timedelta(days=1)
        return values


class RoleForm(drafts.DraftForm):
    role = drafts.choices_of(fields.choice(Role), [(role.value, name) for role, name in ROLES.items()], label=_("Role"))


class InvitationForm(RoleForm):
    email = drafts.RuleField(fields.email, label=_("E-mail"), widget=forms.EmailInput({"autocomplete": "off"}))
    field_order = ("email", "role")
