"""Topics of notices: one row for each, by which people choose what reaches them, and by which way."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from handsel.rules.notices import Topic, Way
from handsel.rules.roles import Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText


@dataclass(frozen=True, slots=True)
class TopicRow:
    """The row of a topic: what holds for it.

    ways: how it leaves for who has chosen nothing. is_gathered: it waits for who gets the mails of a day together.
    kept_for: how long a push service tries to reach a phone that is off. is_urgent: it may wake one that sleeps.
    by_mail_alone: it is a calendar file, and nothing to show on a phone.
    asks_for_action: there is something for its reader to do.
    for_viewers: also those hear of it who read along and answer nothing.
    """

    group: "LazyText"
    words: "LazyText"
    ways: frozenset[Way]
    is_gathered: bool = True
    kept_for: timedelta = timedelta(days=1)
    is_urgent: bool = False
    for_viewers: bool = False
    asks_for_action: bool = False
    by_mail_alone: bool = False

    @property
    def is_reminder(self) -> bool:
        """Return whether it comes by mail to whom no device would ring, unless they switched that off."""
        return self.group is _REMINDERS


_ANSWER, _AGREED, _ON_THE_DAY = _("To confirm"), _("Agreed"), _("On the day")
_REMINDERS, _FAMILY = _("Reminders"), _("The family")
_CALENDAR = _("Your calendar")
_BOTH, _PUSH, _EMAIL = frozenset(Way), frozenset({Way.PUSH}), frozenset({Way.EMAIL})
_AN_HOUR = timedelta(hours=1)

# By mail leaves what wants an answer or changes a plan, by push what is of this hour. In the order of the settings.
TOPICS: Mapping[Topic, TopicRow] = {
    Topic.TO_ANSWER: TopicRow(_ANSWER, _("Sessions to confirm"), _BOTH, asks_for_action=True),
    Topic.CHANGE_REQUESTS: TopicRow(_ANSWER, _("Requests for changes, and their answers"), _BOTH),
    Topic.CONFIRMED: TopicRow(_AGREED, _("Confirmed sessions"), _BOTH),
    Topic.ON_YOUR_WORD: TopicRow(_AGREED, _("Sessions confirmed for you"), _BOTH),
    Topic.CHANGED: TopicRow(_AGREED, _("Changed sessions"), _BOTH),
    Topic.CANCELLED: TopicRow(_AGREED, _("Cancelled sessions, and time off over sessions"), _BOTH, is_urgent=True),
    Topic.STARTED: TopicRow(_ON_THE_DAY, _("A session has started"), frozenset(), is_gathered=False, kept_for=_AN_HOUR),
    Topic.COMPLETED: TopicRow(_ON_THE_DAY, _("A session is done"), _PUSH),
    Topic.STILL_TO_ANSWER: TopicRow(
        _REMINDERS, _("Sessions still to confirm or without a nanny"), _BOTH, asks_for_action=True
    ),
    Topic.TOMORROW: TopicRow(
        _REMINDERS, _("Tomorrow’s sessions, the evening before"), _PUSH, is_gathered=False, kept_for=timedelta(hours=12)
    ),
    Topic.TO_START: TopicRow(
        _REMINDERS,
        _("A session should have started"),
        _PUSH,
        is_gathered=False,
        kept_for=_AN_HOUR,
        is_urgent=True,
        asks_for_action=True,
    ),
    Topic.TO_COMPLETE: TopicRow(
        _REMINDERS,
        _("A session runs on after its end"),
        _PUSH,
        is_gathered=False,
        kept_for=_AN_HOUR,
        is_urgent=True,
        asks_for_action=True,
    ),
    Topic.TO_RECORD: TopicRow(_REMINDERS, _("What was not recorded"), _BOTH, asks_for_action=True),
    Topic.TO_PLAN: TopicRow(
        _REMINDERS, _("A schedule is planned for less than two weeks"), _BOTH, asks_for_action=True
    ),
    Topic.CALENDAR: TopicRow(
        _CALENDAR, _("Corrections of what an e-mail put in your calendar"), _EMAIL, by_mail_alone=True
    ),
    Topic.OWN_CALENDAR: TopicRow(
        _CALENDAR, _("Every confirmed session, also the ones you confirm"), frozenset(), by_mail_alone=True
    ),
    Topic.PAY_TO_ANSWER: TopicRow(_FAMILY, _("Expenses and pay periods to answer"), _BOTH, asks_for_action=True),
    Topic.PAY: TopicRow(_FAMILY, _("Pay: periods, expenses, payments and terms"), _BOTH),
    Topic.FAMILY: TopicRow(_FAMILY, _("Who joined, and time off"), _BOTH, for_viewers=True),
}


def topics_for(roles: Collection[Role]) -> frozenset[Topic]:
    """Return what a person with these roles may ever be told; everything to who belongs to no family yet."""
    is_viewer = bool(roles) and set(roles) == {Role.VIEWER}
    return frozenset(topic for topic, row in TOPICS.items() if row.for_viewers or not is_viewer)
