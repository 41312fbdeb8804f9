"""What is a person's own: settings, notices and keys to the API; and the people of a family."""

from collections.abc import Iterator
from datetime import datetime, time, timedelta
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from handsel.formatting.names import ROLES
from handsel.notices.topics import TOPICS
from handsel.pages.notices import Mail, NoticesPage
from handsel.rules import fields
from handsel.rules.notices import DIGEST_AT, Topic, Way
from handsel.rules.roles import Role, Scope
from handsel.web.forms import drafts, edits
from handsel.web.forms.families import time_zone_field


class SettingsForm(edits.EditForm):
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
                help_text=_("If a family’s time zone differs from yours, pages say so."),
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


class PhoneForm(edits.EditForm):
    """A parent's own number, for one family."""

    phone = drafts.RuleField(
        fields.phone,
        empty="",
        label=_("Your phone number"),
        required=False,
        help_text=_("Leave empty to show none."),
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel", "maxlength": 40}),
    )


class TokenForm(drafts.DraftForm):
    """A key to the API; it ends with its last day in the person's own zone."""

    shown_at = {"expires_at": "last_day"}
    name = drafts.text(_("What is it for?"), most=120, required=True)
    scope = drafts.RuleField(
        str,
        label=_("Overlap"),
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
    email = drafts.RuleField(fields.email, label=_("E-mail"), widget=forms.EmailInput())
    field_order = ("email", "role")


_WAYS = {Way.EMAIL: _("E-mail"), Way.PUSH: _("Push")}


class _Column(forms.CheckboxSelectMultiple):
    """The boxes of one way, each of which a screen reader hears with its topic and its way."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **options)
        return option | {"attrs": {**option["attrs"], "aria-label": f"{label}, {_WAYS[Way(name)]}"}}


class NoticesForm(edits.EditForm):
    def __init__(self, *args: Any, found: NoticesPage, **options: Any) -> None:
        initial = {
            **{way.value: found.topics(way) for way in Way},
            "quiet_from": _typed(found.person.quiet_from),
            "quiet_until": _typed(found.person.quiet_until),
            "mails_together": "no" if found.mails_at is None else "yes",
            "mails_at": _typed(found.mails_at or DIGEST_AT),
        }
        super().__init__(*args, initial=initial, **options)
        self.offered = [topic for topic in TOPICS if found.may_hear_of(topic)]
        mails = found.mail is Mail.COMES
        self.fields |= {
            Way.EMAIL.value: self._column(Way.EMAIL, disabled=not mails),
            Way.PUSH.value: self._column(Way.PUSH),
            "quiet_from": _clock(_("From")),
            "quiet_until": _clock(_("Until")),
            "mails_together": drafts.RuleField(
                drafts.one_of({"no": False, "yes": True}),
                label=_("Send e-mails"),
                widget=forms.RadioSelect(choices=[("no", _("right away")), ("yes", _("together, once a day"))]),
            ),
            "mails_at": _clock(_("Time of day")),
        }

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return which topics of each column are wanted."""
        return values | {
            way.value: {topic: topic in values[way.value] for topic in self.offered}
            for way in Way
            if way.value in values
        }

    def groups(self) -> Iterator[tuple[str, list[tuple[str, bool, list[SafeString | None]]]]]:
        """Return the rows of the table by their headings: each topic in words, whether it stands in the
        inbox, and its boxes by the ways, None where there is none."""
        boxes = {(Topic(box.data["value"]), way): box.tag() for way in Way for box in self[way.value]}
        for heading, offered in groupby(self.offered, key=lambda topic: TOPICS[topic].group):
            yield (
                str(heading),
                [
                    (str(row.words), not row.by_mail_alone, [boxes.get((topic, way)) for way in Way])
                    for topic, row in ((topic, TOPICS[topic]) for topic in offered)
                ],
            )

    def _column(self, way: Way, **options: Any) -> drafts.RuleField:
        offered = [topic for topic in self.offered if way is Way.EMAIL or not TOPICS[topic].by_mail_alone]
        parse = drafts.one_of({topic.value: topic for topic in offered})
        return drafts.RuleField(
            lambda raw: tuple(parse(sent) for sent in raw),
            empty=(),
            label=_WAYS[way],
            required=False,
            says_optional=False,
            widget=_Column(choices=[(topic.value, TOPICS[topic].words) for topic in offered]),
            **options,
        )


def _clock(label: Any) -> drafts.RuleField:
    return drafts.RuleField(drafts.clock, label=label, required=False, says_optional=False, widget=drafts.ClockInput())


def _typed(clock: time | None) -> str:
    return "" if clock is None else f"{clock:%H:%M}"
