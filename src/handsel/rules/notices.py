"""What people are told of, by which ways, how long it stays true, and when it may leave."""

from datetime import datetime, time, timedelta
from enum import StrEnum, unique

from handsel.rules import local_time


@unique
class Topic(StrEnum):
    """What a person chooses by: each kind of notice belongs to one."""

    TO_ANSWER = "to_answer"
    CONFIRMED = "confirmed"
    ON_YOUR_WORD = "on_your_word"
    CANCELLED = "cancelled"
    CHANGED = "changed"
    CHANGE_REQUESTS = "change_requests"
    STARTED = "started"
    COMPLETED = "completed"
    FAMILY = "family"
    STILL_TO_ANSWER = "still_to_answer"
    TOMORROW = "tomorrow"
    TO_START = "to_start"
    TO_COMPLETE = "to_complete"
    TO_PLAN = "to_plan"


class Way(StrEnum):
    """How a notice leaves the book. In the inbox it always is."""

    EMAIL = "email"
    PUSH = "push"


class Outcome(StrEnum):
    """How it ended for what was on its way."""

    SENT = "sent"
    OBSOLETE = "obsolete"  # true no more, or read already
    REFUSED = "refused"  # the other end said that it never will take it
    GAVE_UP = "gave up"  # a day long nobody took it


@unique
class NoticeKind(StrEnum):
    SESSIONS_TO_CONFIRM = "sessions.to_confirm"
    SESSION_PLANNED = "session.planned"
    SESSION_CONFIRMED = "session.confirmed"
    SESSIONS_CONFIRMED = "sessions.confirmed"
    SESSION_CANCELLED = "session.cancelled"
    SESSIONS_CANCELLED = "sessions.cancelled"
    SESSION_RESTORED = "session.restored"
    SESSIONS_RESTORED = "sessions.restored"
    SESSION_CHANGED = "session.changed"
    CONFIRMATION_WITHDRAWN = "session.confirmation_withdrawn"
    CONFIRMED_ON_THE_FAMILYS_WORD = "session.confirmed_on_the_familys_word"
    SESSION_STARTED = "session.started"
    SESSION_COMPLETED = "session.completed"
    SESSION_CORRECTED = "session.corrected"
    SESSIONS_WITHOUT_NANNY = "sessions.without_nanny"
    CHANGE_REQUESTED = "change_request.asked"
    CHANGE_ACCEPTED = "change_request.accepted"
    CHANGE_DECLINED = "change_request.declined"
    MEMBER_JOINED = "member.joined"
    TIME_OFF_ENTERED = "time_off.entered"
    TIME_OFF_TAKEN_BACK = "time_off.taken_back"
    STILL_TO_CONFIRM = "reminder.still_to_confirm"
    TOMORROW = "reminder.tomorrow"
    SHOULD_HAVE_STARTED = "reminder.should_have_started"
    STILL_RUNNING = "reminder.still_running"
    PLAN_ENDS = "reminder.plan_ends"


def leaves_at(
    at: datetime,
    *,
    zone: str,
    quiet: tuple[time, time] | None = None,
    mails_at: time | None = None,
) -> datetime:
    """From when on a notice of this moment may leave.

    quiet: from when until when, by the clocks of the zone, nothing is to ring; over midnight where the end lies before
    the start. mails_at: at which time of day it leaves together with others, where it does.
    """
    if mails_at is not None:
        at = next_at(at, mails_at, zone)
    if quiet is not None and is_quiet(local_time.wall(at, zone).time(), *quiet):
        at = next_at(at, quiet[1], zone)
    return at


def is_quiet(clock: time, first: time, until: time) -> bool:
    """Whether the clocks show a quiet time; `until` itself is not one."""
    if first < until:
        return first <= clock < until
    return clock >= first or clock < until


def next_at(at: datetime, clock: time, zone: str) -> datetime:
    """When the clocks of the zone show this time next: at the earliest now."""
    today = local_time.local_date(at, zone)
    for days in range(3):  # a day that the clocks skip has no such time
        moment = local_time.instant(datetime.combine(today + timedelta(days=days), clock), zone)
        if moment >= at:
            return moment
    return at
