"""The rows of kinds.KINDS that are reminders: what the worker writes of what comes or was forgotten."""

from collections.abc import Mapping
from datetime import timedelta

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from handsel.notices.kind_rows import (
    UNTIL_ITS_DAY,
    UNTIL_ITS_START,
    WHILE_LATE,
    WHILE_NANNY_IS_NEEDED,
    WHILE_OPEN,
    WHILE_OVER_TIME,
    Condition,
    KindRow,
)
from handsel.rules import reminders
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
from handsel.rules.notices import NoticeKind, Topic

_AN_HOUR, _A_MINUTE = timedelta(hours=1), timedelta(minutes=1)

REMINDERS: Mapping[str, KindRow] = {
    NoticeKind.STILL_TO_CONFIRM: KindRow(
        ngettext_lazy("%(count)s session still to confirm", "%(count)s sessions still to confirm", "count"),
        Topic.STILL_TO_ANSWER,
        "the parents (or where there is none the coordinators), or the nanny who keeps the book alone",
        page="family_home",
        states=frozenset({State.UNCONFIRMED}),
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
        "the parents, the coordinators and its nanny",
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
}
