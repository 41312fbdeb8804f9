"""What one hears of, by which ways and when."""

from collections.abc import Iterator
from datetime import time
from itertools import groupby
from typing import Any

from django import forms
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from handsel.notices.kinds import TOPICS
from handsel.pages.notices_page import Mail, NoticesPage
from handsel.rules.notices import Topic, Way
from handsel.web.forms import drafts

_WAYS = {Way.EMAIL: _("E-mail"), Way.PUSH: _("Push")}
_USUAL = time(18)


class _Column(forms.CheckboxSelectMultiple):
    """The boxes of one way, each of which a screen reader hears with its topic and its way."""

    def create_option(self, name: str, value: Any, label: Any, *args: Any, **options: Any) -> dict[str, Any]:
        option = super().create_option(name, value, label, *args, **options)
        return option | {"attrs": {**option["attrs"], "aria-label": f"{label}, {_WAYS[Way(name)]}"}}


class NoticesForm(drafts.DraftForm):
    def __init__(self, *args: Any, found: NoticesPage, **options: Any) -> None:
        initial = {
            **{way.value: found.topics(way) for way in Way},
            "quiet_from": _typed(found.person.quiet_from),
            "quiet_until": _typed(found.person.quiet_until),
            "mails_together": "no" if found.person.mails_at is None else "yes",
            "mails_at": _typed(found.person.mails_at or _USUAL),
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
                label=_("Mails come"),
                widget=forms.RadioSelect(choices=[("no", _("at once")), ("yes", _("together, once a day"))]),
            ),
            "mails_at": _clock(_("Together at")),
        }

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        """Of each column, which of its topics are wanted."""
        return values | {
            way.value: {topic: topic in values[way.value] for topic in self.offered}
            for way in Way
            if way.value in values
        }

    def groups(self) -> Iterator[tuple[str, list[tuple[str, list[SafeString]]]]]:
        """The rows of the table by their headings: each topic in words, and its boxes in the order of the ways."""
        boxes = {(Topic(box.data["value"]), way): box.tag() for way in Way for box in self[way.value]}
        for heading, offered in groupby(self.offered, key=lambda topic: TOPICS[topic].group):
            yield str(heading), [(str(TOPICS[topic].words), [boxes[topic, way] for way in Way]) for topic in offered]

    def _column(self, way: Way, **options: Any) -> drafts.RuleField:
        parse = drafts.one_of({topic.value: topic for topic in self.offered})
        return drafts.RuleField(
            lambda raw: tuple(parse(one) for one in raw),
            empty=(),
            label=_WAYS[way],
            required=False,
            says_optional=False,
            widget=_Column(choices=[(topic.value, TOPICS[topic].words) for topic in self.offered]),
            **options,
        )


def _clock(label: Any) -> drafts.RuleField:
    return drafts.RuleField(drafts.clock, label=label, required=False, says_optional=False, widget=drafts.ClockInput())


def _typed(clock: time | None) -> str:
    return "" if clock is None else f"{clock:%H:%M}"
