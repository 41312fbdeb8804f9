"""Kinds of notices: one row for each kind.

Whoever adds a kind names it in rules.notices and adds its row here, or among the reminders; the inbox, mails, pushes,
what is asked once more before a notice leaves, and the reference page read this table and that of the topics.
"""

from collections.abc import Mapping

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from handsel.notices.kind_rows import (
    UNTIL_ITS_END,
    WHILE_ASKED,
    WHILE_OPEN,
    WITHOUT_NANNY,
    Condition,
    KindRow,
)
from handsel.notices.pay_kinds import PAY_KINDS
from handsel.notices.reminder_kinds import REMINDERS
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
from handsel.rules.notices import NoticeKind, Topic

_UNCONFIRMED = frozenset({State.UNCONFIRMED})
_AGREED_ON = frozenset({State.CONFIRMED, State.IN_PROGRESS, State.COMPLETED})
_PARENTS = "the parents and coordinators"
_PARENTS_AND_NANNY = "the parents, the coordinators and its nanny"
_OF_TIME_OFF = "the parents and coordinators, and the nanny; of the family's every nanny"
_AS_TOLD = Condition("while it stands as it was told", subject="expense")

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
    NoticeKind.CANCELLED_FOR_ANOTHER: KindRow(
        _("%(by)s changed whose choice a cancellation was"),
        Topic.CANCELLED,
        _PARENTS_AND_NANNY,
        states={State.CANCELLED},
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
    NoticeKind.ERASURE_ASKED: KindRow(
        _("%(by)s asked to erase a child or the whole family. For a week you can keep it"),
        Topic.FAMILY,
        _PARENTS,
    ),
    NoticeKind.ERASURE_WITHDRAWN: KindRow(_("%(by)s kept what was to be erased"), Topic.FAMILY, _PARENTS),
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
    NoticeKind.NEW_PAY_TERMS: KindRow(
        _("%(by)s set new terms of pay"),
        Topic.PAY,
        "each nanny whom they bind",
        page="pay_terms",
        condition=Condition("while they stand", subject="pay_policy"),
        waits=True,
    ),
    NoticeKind.PAY_TERMS_WITHDRAWN: KindRow(
        _("%(by)s withdrew terms of pay"), Topic.PAY, "each nanny whom they would bind", page="pay_terms"
    ),
    NoticeKind.EXPENSE_ENTERED: KindRow(
        _("%(by)s entered an expense"), Topic.PAY_TO_ANSWER, _PARENTS, page="expenses", condition=_AS_TOLD
    ),
    NoticeKind.EXPENSE_APPROVED: KindRow(
        _("%(by)s approved an expense"), Topic.PAY, "the nanny", page="expenses", condition=_AS_TOLD
    ),
    NoticeKind.EXPENSE_DECLINED: KindRow(
        _("%(by)s declined an expense"), Topic.PAY, "the nanny", page="expenses", condition=_AS_TOLD
    ),
    NoticeKind.PAYMENT_RECORDED: KindRow(
        _("%(by)s recorded a payment"),
        Topic.PAY,
        "the nanny who was paid",
        page="payments",
        condition=Condition("until it is voided", subject="payment"),
    ),
    NoticeKind.PAYMENT_VOIDED: KindRow(
        _("%(by)s voided a payment"), Topic.PAY, "the nanny whom it was paid to", page="payments"
    ),
    **PAY_KINDS,
    **REMINDERS,
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
