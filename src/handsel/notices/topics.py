"""What a person chooses by, in plain words: the rows of the settings, and what a mail says that it is about."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from handsel.rules.notices import Topic

WORDS: Mapping[Topic, Promise] = {
    Topic.TO_ANSWER: _("Sessions that need an answer"),
    Topic.CHANGE_REQUESTS: _("Requests for changes, and their answers"),
    Topic.CONFIRMED: _("Confirmed sessions"),
    Topic.ON_YOUR_WORD: _("Sessions confirmed on your word"),
    Topic.CHANGED: _("Changed sessions"),
    Topic.CANCELLED: _("Cancelled sessions"),
    Topic.FAMILY: _("Who joined, and time off"),
    Topic.STARTED: _("A session has started"),
    Topic.COMPLETED: _("A session is done"),
    Topic.STILL_TO_ANSWER: _("Sessions that still need an answer"),
    Topic.TOMORROW: _("Tomorrow’s sessions, the evening before"),
    Topic.TO_START: _("A session should have started"),
    Topic.TO_COMPLETE: _("A session runs on after its end"),
    Topic.TO_PLAN: _("A schedule is planned for less than two weeks"),
}

GROUPS: Mapping[Promise, tuple[Topic, ...]] = {
    _("What needs your answer"): (Topic.TO_ANSWER, Topic.CHANGE_REQUESTS),
    _("What was agreed"): (Topic.CONFIRMED, Topic.ON_YOUR_WORD, Topic.CHANGED, Topic.CANCELLED),
    _("On the day"): (Topic.STARTED, Topic.COMPLETED),
    _("Reminders"): (Topic.STILL_TO_ANSWER, Topic.TOMORROW, Topic.TO_START, Topic.TO_COMPLETE, Topic.TO_PLAN),
    _("The family"): (Topic.FAMILY,),
}
