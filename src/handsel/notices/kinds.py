"""Kinds of notices: one row for each kind.

Whoever adds a kind names it in rules.notices and adds its row here; the inbox, mails, pushes, what is asked once more
before a notice leaves, and the reference page read this table and that of the topics.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from handsel.notices.kind_rows import (
    UNTIL_ITS_DAY,
    UNTIL_ITS_END,
    UNTIL_ITS_START,
    WHILE_ASKED,
    WHILE_LATE,
    WHILE_NANNY_IS_NEEDED,
    WHILE_OPEN,
    WHILE_OVER_TIME,
    WITHOUT_NANNY,
    Condition,
    KindRow,
)
from handsel.rules import reminders
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
from handsel.rules.notices import NoticeKind, Topic

_AN_HOUR, _A_MINUTE = timedelta(hours=1), timedelta(minutes=1)
_UNCONFIRMED = frozenset({State.UNCONFIRMED})
_AGREED_ON = frozenset({State.CONFIRMED, State.IN_PROGRESS, State.COMPLETED})
_PARENTS = "the parents and coordinators"
_PARENTS_AND_NANNY = "the parents, the coordinators and its nanny"
_OF_TIME_OFF = "the parents and coordinators, and the nanny; of the family's every nanny"

KINDS: Mapping[str, KindRow] = {
    NoticeKind.SESSIONS_TO_CONFIRM: KindRow(
        ngettext_lazy("%(count)s session to confirm", "%(count)s sessions to confirm", "count"),
        Topic.TO_ANSWER,
        _PARENTS,
        page="family_home",
        states=_UNCONFIRMED,
        condition=UNTIL_ITS_END,
        moves=(Move.CONFIRM,),
        waits=True,
    ),
    NoticeKind.SESSION_PLANNED: KindRow(
        _("%(by)s added a session for you to confirm"),
        Topic.TO_ANSWER,
        "its nanny",
        page="family_home",
        states=_UNCONFIRMED,
        condition=UNTIL_ITS_END,
        is_own=True,
        moves=(Move.CONFIRM,),
    ),
    NoticeKind.CONFIRMATION_WITHDRAWN: KindRow(
        _("%(by)s changed a confirmed session. You have to confirm it again"),
        Topic.TO_ANSWER,
        _PARENTS,
        page="family_home",
        states=_UNCONFIRMED,
        condition=UNTIL_ITS_END,
        moves=(Move.CONFIRM,),
    ),
    NoticeKind.CONFIRM_ASKED: KindRow(
        _("%(by)s asks you to confirm a past session"),
        Topic.TO_ANSWER,
        _PARENTS,
        states=_UNCONFIRMED,
        condition=WHILE_OPEN,
    ),
    NoticeKind.SESSIONS_WITHOUT_NANNY: KindRow(
        ngettext_lazy("%(count)s session has no nanny any more", "%(count)s sessions have no nanny any more", "count"),
        Topic.TO_ANSWER,
        _PARENTS,
        page="family_home",
        states={State.UNCONFIRMED, State.CONFIRMED},
        condition=WITHOUT_NANNY,
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
        condition=UNTIL_ITS_END,
        is_own=True,
        moves=(Move.CONFIRM,),
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
        condition=UNTIL_ITS_END,
        is_own=True,
        moves=(Move.CONFIRM,),
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
        _("%(by)s confirmed a session for you"),
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
        condition=WHILE_ASKED,
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
        condition=UNTIL_ITS_END,
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
        _("%(by)s joined the family’s book"), Topic.FAMILY, "who manages the members, and who invited", page="members"
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
    NoticeKind.TIME_OFF_TAKEN_BACK: KindRow(_("%(by)s removed time off"), Topic.FAMILY, _OF_TIME_OFF, page="time_off"),
    NoticeKind.STILL_TO_CONFIRM: KindRow(
        ngettext_lazy("%(count)s session still to confirm", "%(count)s sessions still to confirm", "count"),
        Topic.STILL_TO_ANSWER,
        "the parents (or where there is none the coordinators), or the nanny who keeps the book alone",
        page="family_home",
        states=_UNCONFIRMED,
        condition=UNTIL_ITS_START,
        moves=(Move.CONFIRM,),
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
        condition=UNTIL_ITS_DAY,
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
        condition=WHILE_LATE,
        is_own=True,
        moves=(Move.START, Move.RECORD),
        comes=f"{reminders.LATE_TO_START // _A_MINUTE} minutes after the planned start, until the planned end.",
    ),
    NoticeKind.STILL_RUNNING: KindRow(
        _("A session is still running after its end"),
        Topic.TO_COMPLETE,
        "its nanny, and after a while the parents; they at once where it has none",
        states={State.IN_PROGRESS},
        condition=WHILE_OVER_TIME,
        is_own=True,
        moves=(Move.COMPLETE,),
        comes=f"{reminders.LATE_TO_END // _A_MINUTE} minutes after the planned end, and for the parents after "
        f"{reminders.FAMILY_HEARS_AFTER // _AN_HOUR} hours.",
    ),
    NoticeKind.NOT_RECORDED: KindRow(
        ngettext_lazy(
            "Did this happen? %(count)s session is not recorded",
            "Did this happen? %(count)s sessions are not recorded",
            "count",
        ),
        Topic.TO_RECORD,
        "the parents and its nanny; the parents alone where the nanny was away",
        page="to_record",
        states={State.CONFIRMED},
        condition=WHILE_OPEN,
        is_own=True,
        moves=(Move.RECORD,),
        comes=f"at {reminders.MORNING:%H:%M} on the morning after a confirmed session that nobody started, once it is "
        f"over, and {reminders.ASKED_AGAIN_AFTER.days} days later once more. The morning is that of the clocks the "
        "person lives by. All of a family that are open come in one notice.",
    ),
    NoticeKind.STILL_NO_NANNY: KindRow(
        _("A session still needs a nanny"),
        Topic.STILL_TO_ANSWER,
        "the parents and coordinators",
        page="family_home",
        states={State.CONFIRMED},
        condition=WHILE_NANNY_IS_NEEDED,
        is_of_the_hour=True,
        comes=" and ".join(f"{before // _AN_HOUR}" for before in reminders.NANNY_NEEDED)
        + " hours before a confirmed session starts that has no nanny, but for what was told since.",
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
        _("%(schedule)s is no longer planned ahead automatically: it has as many sessions ahead as it can have"),
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


# Kinds that are over one day, and leave the inbox then; all others tell of what happened, and stay.
CLOSING = frozenset(
    kind
    for kind, row in KINDS.items()
    if row.condition.holds or row.topic is Topic.STARTED or (row.condition.subject and row.asks_for_action)
)
# Kinds that ask their reader to do something.
ASKING = frozenset(kind for kind, row in KINDS.items() if row.asks_for_action)
SILENT = frozenset(kind for kind, row in KINDS.items() if row.is_silent)
# Kinds that leave a minute after they were written.
WAITING = frozenset(kind for kind, row in KINDS.items() if row.waits)
