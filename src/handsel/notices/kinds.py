"""Kinds of notices: one row for each kind, and one for each topic that people choose by.

Whoever adds a kind names it in rules.notices and adds its row here; the inbox, mails, pushes, what is asked once more
before a notice leaves, and the reference page read these tables.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from handsel.rules import local_time, reminders
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind, Topic, Way
from handsel.rules.roles import Role

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText

Facts = Mapping[str, Any]


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


_ANSWER, _AGREED, _ON_THE_DAY = _("What needs your answer"), _("What was agreed"), _("On the day")
_REMINDERS, _FAMILY = _("Reminders"), _("The family")
_CALENDAR = _("Your calendar")
_BOTH, _PUSH, _EMAIL = frozenset(Way), frozenset({Way.PUSH}), frozenset({Way.EMAIL})
_AN_HOUR, _A_MINUTE = timedelta(hours=1), timedelta(minutes=1)

# By mail leaves what wants an answer or changes a plan, by push what is of this hour. In the order of the settings.
TOPICS: Mapping[Topic, TopicRow] = {
    Topic.TO_ANSWER: TopicRow(_ANSWER, _("Sessions that need an answer"), _BOTH, asks_for_action=True),
    Topic.CHANGE_REQUESTS: TopicRow(_ANSWER, _("Requests for changes, and their answers"), _BOTH),
    Topic.CONFIRMED: TopicRow(_AGREED, _("Confirmed sessions"), _BOTH),
    Topic.ON_YOUR_WORD: TopicRow(_AGREED, _("Sessions confirmed on your word"), _BOTH),
    Topic.CHANGED: TopicRow(_AGREED, _("Changed sessions"), _BOTH),
    Topic.CANCELLED: TopicRow(_AGREED, _("Cancelled sessions, and time off over sessions"), _BOTH, is_urgent=True),
    Topic.STARTED: TopicRow(_ON_THE_DAY, _("A session has started"), frozenset(), is_gathered=False, kept_for=_AN_HOUR),
    Topic.COMPLETED: TopicRow(_ON_THE_DAY, _("A session is done"), _PUSH),
    Topic.STILL_TO_ANSWER: TopicRow(_REMINDERS, _("Sessions that still need an answer"), _BOTH, asks_for_action=True),
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
    Topic.TO_PLAN: TopicRow(
        _REMINDERS, _("A schedule is planned for less than two weeks"), _BOTH, asks_for_action=True
    ),
    Topic.CALENDAR: TopicRow(
        _CALENDAR, _("Corrections of what an e-mail put in your calendar"), _EMAIL, by_mail_alone=True
    ),
    Topic.OWN_CALENDAR: TopicRow(
        _CALENDAR, _("Every confirmed session, also the ones you confirm"), frozenset(), by_mail_alone=True
    ),
    Topic.FAMILY: TopicRow(_FAMILY, _("Who joined, and time off"), _BOTH, for_viewers=True),
}


@dataclass(frozen=True, slots=True)
class Condition:
    """The condition that has to hold beside the states of the sessions for a notice to be still true.

    words: as the reference page says it. holds: whether it does, of one session (a CareSession that knows beside
    whether it has_open_request), the facts of the notice and the time. subject: of a notice that is about no session,
    the fact that names its time off, which has to be entered still, or its schedule, whose plan has to end still.
    """

    words: str = ""
    holds: Callable[[Any, Facts, datetime], bool] | None = None
    subject: str = ""


def _is_ahead(session: Any, _facts: Facts, at: datetime) -> bool:
    return bool(at < session.scheduled_end)


def _is_that_day(session: Any, facts: Facts) -> bool:
    return local_time.local_date(session.scheduled_start, facts["clocks"]) == date.fromisoformat(facts["day"])


_UNTIL_ITS_END = Condition("until its end", _is_ahead)
_WITHOUT_NANNY = Condition(
    "until its end, while it has no nanny",
    lambda session, facts, at: _is_ahead(session, facts, at) and session.nanny_id is None,
)
_WHILE_ASKED = Condition(
    "until its end, while the request waits",
    lambda session, facts, at: _is_ahead(session, facts, at) and session.has_open_request,
)
_UNTIL_ITS_START = Condition(
    "until it starts or is moved to another day",
    lambda session, facts, at: at < session.scheduled_start and _is_that_day(session, facts),
)
_UNTIL_ITS_DAY = Condition(
    "until the day begins or it is moved to another",
    lambda session, facts, at: (
        _is_that_day(session, facts)
        and at < reminders.tomorrow(date.fromisoformat(facts["day"]), facts["clocks"]).closes
    ),
)
_WHILE_LATE = Condition(
    "until its end or it is moved",
    lambda session, _, at: reminders.should_have_started(session.scheduled_start, session.scheduled_end).holds(at),
)
_WHILE_OVER_TIME = Condition(
    holds=lambda session, _, at: reminders.still_running(session.scheduled_end).opens <= at,
)


@dataclass(frozen=True, slots=True)
class KindRow:
    """The row of a kind of notice: what holds for it.

    sentence: its line, filled in from the facts of the notice: %(by)s is a person's name, %(count)s the number of
    sessions where it speaks of many, %(schedule)s the name of a schedule. heard_by: who hears of it, as the reference
    page says it; the actions that tell of it choose the people. page: where it leads when it speaks of no one session,
    the name of a page of its family.

    states and condition: while it is still true, of each of its sessions; without states it is a thing that happened.
    is_own: a nanny hears of it as of one of their own sessions, and it is over when the session is another's.

    waits: it can be undone, so mails and pushes of it wait for rules.notices.UNDO_WINDOW. at_once: they wait for
    nothing, neither for a quiet hour to end nor for the mails of a day.

    is_silent: it stands in no inbox: a letter that brings a calendar file of what its reader knows.

    asks: it asks the family to confirm. is_request: what is changed in it is only asked for. for_calendars: mails bring
    a calendar file of it. shows_work: the inbox says how long the work was, and the amount to who may see it. comes: of
    a reminder, when it does, as the reference page says it.
    """

    sentence: "LazyText"
    topic: Topic
    heard_by: str
    _: KW_ONLY
    page: str = "family"
    states: Collection[State] = frozenset()
    condition: Condition = Condition()
    is_own: bool = False
    waits: bool = False
    is_silent: bool = False
    at_once: bool = False
    asks: bool = False
    is_request: bool = False
    for_calendars: bool = False
    shows_work: bool = False
    comes: str = ""

    @property
    def asks_for_action(self) -> bool:
        """Whether there is something for its reader to do: a coordinator hears of it at once, and a badge counts it."""
        return self.is_request or TOPICS[self.topic].asks_for_action


_UNCONFIRMED = frozenset({State.UNCONFIRMED})
_AGREED_ON = frozenset({State.CONFIRMED, State.IN_PROGRESS, State.COMPLETED})
_PARENTS = "the parents and coordinators"
_PARENTS_AND_NANNY = "the parents, the coordinators and its nanny"
_OF_TIME_OFF = "the parents and coordinators, and the nanny; of the family's every nanny"

KINDS: Mapping[str, KindRow] = {
    NoticeKind.SESSIONS_TO_CONFIRM: KindRow(
        ngettext_lazy("%(count)s session needs your answer", "%(count)s sessions need your answer", "count"),
        Topic.TO_ANSWER,
        _PARENTS,
        page="family_home",
        states=_UNCONFIRMED,
        condition=_UNTIL_ITS_END,
        asks=True,
        waits=True,
    ),
    NoticeKind.SESSION_PLANNED: KindRow(
        _("%(by)s planned a session that waits for an answer"),
        Topic.TO_ANSWER,
        "its nanny",
        page="family_home",
        states=_UNCONFIRMED,
        condition=_UNTIL_ITS_END,
        is_own=True,
        asks=True,
    ),
    NoticeKind.CONFIRMATION_WITHDRAWN: KindRow(
        _("%(by)s changed a confirmed session: it needs your answer again"),
        Topic.TO_ANSWER,
        _PARENTS,
        page="family_home",
        states=_UNCONFIRMED,
        condition=_UNTIL_ITS_END,
        asks=True,
    ),
    NoticeKind.CONFIRM_ASKED: KindRow(
        _("%(by)s asks you to confirm a past session"), Topic.TO_ANSWER, _PARENTS, states=_UNCONFIRMED
    ),
    NoticeKind.SESSIONS_WITHOUT_NANNY: KindRow(
        ngettext_lazy("%(count)s session has no nanny any more", "%(count)s sessions have no nanny any more", "count"),
        Topic.TO_ANSWER,
        _PARENTS,
        page="family_home",
        states={State.UNCONFIRMED, State.CONFIRMED},
        condition=_WITHOUT_NANNY,
    ),
    NoticeKind.SESSIONS_GIVEN_AGAIN: KindRow(
        ngettext_lazy("%(count)s session has its nanny again", "%(count)s sessions have their nanny again", "count"),
        Topic.CHANGED,
        _PARENTS_AND_NANNY,
        page="family_home",
        states={State.UNCONFIRMED, State.CONFIRMED},
        is_own=True,
        for_calendars=True,
    ),
    NoticeKind.SESSION_RESTORED: KindRow(
        _("%(by)s restored a cancelled session"),
        Topic.TO_ANSWER,
        _PARENTS_AND_NANNY,
        page="family_home",
        states=_UNCONFIRMED,
        condition=_UNTIL_ITS_END,
        is_own=True,
        asks=True,
        waits=True,
    ),
    NoticeKind.SESSIONS_RESTORED: KindRow(
        ngettext_lazy(
            "%(by)s restored %(count)s cancelled session", "%(by)s restored %(count)s cancelled sessions", "count"
        ),
        Topic.TO_ANSWER,
        _PARENTS_AND_NANNY,
        page="family_home",
        states=_UNCONFIRMED,
        condition=_UNTIL_ITS_END,
        is_own=True,
        asks=True,
        waits=True,
    ),
    NoticeKind.SESSION_CONFIRMED: KindRow(
        _("%(by)s confirmed a session"),
        Topic.CONFIRMED,
        _PARENTS_AND_NANNY,
        states=_AGREED_ON,
        is_own=True,
        for_calendars=True,
        waits=True,
    ),
    NoticeKind.SESSIONS_CONFIRMED: KindRow(
        ngettext_lazy("%(by)s confirmed %(count)s session", "%(by)s confirmed %(count)s sessions", "count"),
        Topic.CONFIRMED,
        "the parents and coordinators, and each nanny of their own",
        page="family_sessions",
        states=_AGREED_ON,
        is_own=True,
        for_calendars=True,
        waits=True,
    ),
    NoticeKind.CONFIRMED_ON_THE_FAMILYS_WORD: KindRow(
        _("%(by)s confirmed a session on your word"),
        Topic.ON_YOUR_WORD,
        _PARENTS,
        states=_AGREED_ON,
        for_calendars=True,
    ),
    NoticeKind.SESSION_CANCELLED: KindRow(
        _("%(by)s cancelled a session"),
        Topic.CANCELLED,
        _PARENTS_AND_NANNY,
        states={State.CANCELLED},
        condition=Condition("also when it was deleted"),
        for_calendars=True,
        waits=True,
    ),
    NoticeKind.SESSIONS_CANCELLED: KindRow(
        ngettext_lazy("%(by)s cancelled %(count)s session", "%(by)s cancelled %(count)s sessions", "count"),
        Topic.CANCELLED,
        _PARENTS_AND_NANNY,
        page="family_sessions",
        states={State.CANCELLED},
        for_calendars=True,
        waits=True,
    ),
    NoticeKind.SESSION_CHANGED: KindRow(
        _("%(by)s changed a session"),
        Topic.CHANGED,
        f"{_PARENTS_AND_NANNY}, and the nanny who had it before",
        states={State.UNCONFIRMED, State.CONFIRMED, State.IN_PROGRESS},
        for_calendars=True,
    ),
    NoticeKind.SESSION_CORRECTED: KindRow(
        _("%(by)s corrected a completed session"),
        Topic.CHANGED,
        _PARENTS_AND_NANNY,
        states={State.COMPLETED},
        shows_work=True,
    ),
    NoticeKind.CHANGE_REQUESTED: KindRow(
        _("%(by)s asks to change a session"),
        Topic.CHANGE_REQUESTS,
        "of a nanny's the parents and coordinators, of the family's the nanny; every nanny where it has none",
        states={State.UNCONFIRMED, State.CONFIRMED},
        condition=_WHILE_ASKED,
        is_request=True,
    ),
    NoticeKind.CHANGE_ACCEPTED: KindRow(
        _("%(by)s accepted the change"),
        Topic.CHANGE_REQUESTS,
        _PARENTS_AND_NANNY,
        states=_AGREED_ON,
        for_calendars=True,
    ),
    NoticeKind.CHANGE_DECLINED: KindRow(
        _("%(by)s declined the change"),
        Topic.CHANGE_REQUESTS,
        "who asked, the parents and coordinators",
        states={State.UNCONFIRMED, State.CONFIRMED},
    ),
    NoticeKind.SESSION_STARTED: KindRow(
        _("%(by)s started a session"), Topic.STARTED, _PARENTS_AND_NANNY, states={State.IN_PROGRESS}, waits=True
    ),
    NoticeKind.SESSION_COMPLETED: KindRow(
        _("%(by)s completed a session"),
        Topic.COMPLETED,
        _PARENTS_AND_NANNY,
        states={State.COMPLETED},
        shows_work=True,
        waits=True,
    ),
    NoticeKind.RUNNING_LATE: KindRow(
        _("%(by)s is running %(minutes)s min late"),
        Topic.CHANGED,
        _PARENTS_AND_NANNY,
        states={State.UNCONFIRMED, State.CONFIRMED, State.IN_PROGRESS},
        condition=_UNTIL_ITS_END,
        at_once=True,
    ),
    NoticeKind.SESSION_RECORDED: KindRow(
        _("%(by)s recorded a session"),
        Topic.COMPLETED,
        _PARENTS_AND_NANNY,
        states={State.COMPLETED},
        shows_work=True,
        waits=True,
    ),
    NoticeKind.SESSIONS_RECORDED: KindRow(
        ngettext_lazy("%(by)s recorded %(count)s session", "%(by)s recorded %(count)s sessions", "count"),
        Topic.COMPLETED,
        _PARENTS_AND_NANNY,
        page="family_sessions",
        states={State.COMPLETED},
    ),
    NoticeKind.CONFIRM_UNDONE: KindRow(
        _("%(by)s undid a confirmation"),
        Topic.CHANGED,
        _PARENTS_AND_NANNY,
        states=_UNCONFIRMED,
        for_calendars=True,
        waits=True,
    ),
    NoticeKind.CONFIRMS_UNDONE: KindRow(
        ngettext_lazy("%(by)s undid %(count)s confirmation", "%(by)s undid %(count)s confirmations", "count"),
        Topic.CHANGED,
        _PARENTS_AND_NANNY,
        page="family_sessions",
        states=_UNCONFIRMED,
        for_calendars=True,
        waits=True,
    ),
    NoticeKind.CANCEL_UNDONE: KindRow(
        _("%(by)s undid a cancellation"),
        Topic.CHANGED,
        _PARENTS_AND_NANNY,
        states={State.UNCONFIRMED, State.CONFIRMED},
        for_calendars=True,
        waits=True,
    ),
    NoticeKind.CANCELS_UNDONE: KindRow(
        ngettext_lazy("%(by)s undid %(count)s cancellation", "%(by)s undid %(count)s cancellations", "count"),
        Topic.CHANGED,
        _PARENTS_AND_NANNY,
        page="family_sessions",
        states={State.UNCONFIRMED, State.CONFIRMED},
        for_calendars=True,
        waits=True,
    ),
    NoticeKind.START_UNDONE: KindRow(
        _("%(by)s undid the start of a session"),
        Topic.STARTED,
        _PARENTS_AND_NANNY,
        states={State.CONFIRMED},
        waits=True,
    ),
    NoticeKind.COMPLETE_UNDONE: KindRow(
        _("%(by)s undid the end of a session"),
        Topic.COMPLETED,
        _PARENTS_AND_NANNY,
        states={State.IN_PROGRESS},
        waits=True,
    ),
    NoticeKind.RECORD_UNDONE: KindRow(
        _("%(by)s undid the record of a session"),
        Topic.COMPLETED,
        _PARENTS_AND_NANNY,
        states={State.CONFIRMED},
        waits=True,
    ),
    NoticeKind.MEMBER_JOINED: KindRow(
        _("%(by)s joined the family's book"), Topic.FAMILY, "who manages the members, and who invited", page="members"
    ),
    NoticeKind.TIME_OFF_ENTERED: KindRow(
        _("%(by)s entered time off"),
        Topic.FAMILY,
        _OF_TIME_OFF,
        page="time_off",
        condition=Condition("while it is entered", subject="time_off"),
        waits=True,
    ),
    # A thing that happened, also after the time off was taken back: what was cancelled stays so.
    NoticeKind.TIME_OFF_OVER_SESSIONS: KindRow(
        ngettext_lazy(
            "%(by)s entered time off over %(count)s planned session",
            "%(by)s entered time off over %(count)s planned sessions",
            "count",
        ),
        Topic.CANCELLED,
        f"{_OF_TIME_OFF}; of what its sessions are about the parents too",
        page="family_home",
        for_calendars=True,
        waits=True,
    ),
    NoticeKind.TIME_OFF_TAKEN_BACK: KindRow(
        _("%(by)s took time off back"), Topic.FAMILY, _OF_TIME_OFF, page="time_off"
    ),
    NoticeKind.STILL_TO_CONFIRM: KindRow(
        ngettext_lazy(
            "%(count)s session still needs your answer", "%(count)s sessions still need your answer", "count"
        ),
        Topic.STILL_TO_ANSWER,
        "the parents (or where there is none the coordinators), or the nanny who keeps the book alone",
        page="family_home",
        states=_UNCONFIRMED,
        condition=_UNTIL_ITS_START,
        asks=True,
        comes=f"{reminders.ANSWER_BEFORE // _AN_HOUR} hours before a session starts that nobody has confirmed. All "
        "that wait on the same day of the family come in one notice. Nobody is asked within "
        f"{reminders.JUST_TOLD // _AN_HOUR} hours after a session was planned or changed. One that moved is asked for "
        "anew.",
    ),
    NoticeKind.TOMORROW: KindRow(
        ngettext_lazy("%(count)s session tomorrow", "%(count)s sessions tomorrow", "count"),
        Topic.TOMORROW,
        "the parents, and each nanny of their own",
        page="family_sessions",
        states={State.CONFIRMED},
        condition=_UNTIL_ITS_DAY,
        is_own=True,
        comes=f"at {reminders.EVENING:%H:%M} on the evening before, of each family's confirmed sessions in one notice. "
        "The evening and the day are those of the clocks the person lives by: their own time zone where they have set "
        "one, else the family's.",
    ),
    NoticeKind.SHOULD_HAVE_STARTED: KindRow(
        _("A session should have started"),
        Topic.TO_START,
        "its nanny; the parents where it has none",
        states={State.CONFIRMED},
        condition=_WHILE_LATE,
        is_own=True,
        comes=f"{reminders.LATE_TO_START // _A_MINUTE} minutes after the planned start, until the planned end.",
    ),
    NoticeKind.STILL_RUNNING: KindRow(
        _("A session is still running after its end"),
        Topic.TO_COMPLETE,
        "its nanny, and after a while the parents; they at once where it has none",
        states={State.IN_PROGRESS},
        condition=_WHILE_OVER_TIME,
        is_own=True,
        comes=f"{reminders.LATE_TO_END // _A_MINUTE} minutes after the planned end, and for the parents after "
        f"{reminders.FAMILY_HEARS_AFTER // _AN_HOUR} hours.",
    ),
    NoticeKind.PLAN_ENDS: KindRow(
        _("%(schedule)s is planned for less than two more weeks"),
        Topic.TO_PLAN,
        _PARENTS_AND_NANNY,
        page="schedules",
        condition=Condition("while the schedule runs and is not planned further", subject="schedule_id"),
        comes=f"at {reminders.MORNING:%H:%M} by the family's clocks, on the first day on which a schedule is planned "
        f"for less than {reminders.PLANNED_FOR.days} more days, which is up to the day before its next slot. Once, "
        "until it was planned further.",
    ),
    NoticeKind.PLANNING_STOPPED: KindRow(
        _("%(schedule)s is not planned by itself any more: it has as many sessions ahead as it may"),
        Topic.TO_PLAN,
        "the parents, and who had asked for it",
        page="schedules",
    ),
    NoticeKind.CALENDAR_CORRECTED: KindRow(
        ngettext_lazy(
            "%(count)s session in your calendar has changed",
            "%(count)s sessions in your calendar have changed",
            "count",
        ),
        Topic.CALENDAR,
        "whose calendar a mailed file made untrue, and who is told of it by no other mail",
        page="family_sessions",
        is_silent=True,
        for_calendars=True,
    ),
    NoticeKind.CALENDAR_COMPLETED: KindRow(
        ngettext_lazy(
            "%(count)s confirmed session for your calendar", "%(count)s confirmed sessions for your calendar", "count"
        ),
        Topic.OWN_CALENDAR,
        "who wants every confirmed session by mail",
        page="family_sessions",
        states=_AGREED_ON,
        is_silent=True,
        for_calendars=True,
    ),
}


SILENT = frozenset(kind for kind, row in KINDS.items() if row.is_silent)
# Kinds that leave a minute after they were written.
WAITING = frozenset(kind for kind, row in KINDS.items() if row.waits)


def topics_for(roles: Collection[Role]) -> frozenset[Topic]:
    """Return what a person with these roles may ever be told; everything to who belongs to no family yet."""
    is_viewer = bool(roles) and set(roles) == {Role.VIEWER}
    return frozenset(topic for topic, row in TOPICS.items() if row.for_viewers or not is_viewer)
