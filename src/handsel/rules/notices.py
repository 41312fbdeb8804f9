"""What people are told of, by which ways, how long it stays true, and when it may leave."""

from collections.abc import Collection, Mapping
from datetime import datetime, time, timedelta
from enum import StrEnum, unique

from handsel.rules import local_time
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role


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
    OBSOLETE = "moot"  # true no more, or read already
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


TOPICS: Mapping[NoticeKind, Topic] = {
    NoticeKind.SESSIONS_TO_CONFIRM: Topic.TO_ANSWER,
    NoticeKind.SESSION_PLANNED: Topic.TO_ANSWER,
    NoticeKind.CONFIRMATION_WITHDRAWN: Topic.TO_ANSWER,
    NoticeKind.SESSIONS_WITHOUT_NANNY: Topic.TO_ANSWER,
    NoticeKind.SESSION_RESTORED: Topic.TO_ANSWER,
    NoticeKind.SESSIONS_RESTORED: Topic.TO_ANSWER,
    NoticeKind.SESSION_CONFIRMED: Topic.CONFIRMED,
    NoticeKind.SESSIONS_CONFIRMED: Topic.CONFIRMED,
    NoticeKind.CONFIRMED_ON_THE_FAMILYS_WORD: Topic.ON_YOUR_WORD,
    NoticeKind.SESSION_CANCELLED: Topic.CANCELLED,
    NoticeKind.SESSIONS_CANCELLED: Topic.CANCELLED,
    NoticeKind.SESSION_CHANGED: Topic.CHANGED,
    NoticeKind.SESSION_CORRECTED: Topic.CHANGED,
    NoticeKind.CHANGE_REQUESTED: Topic.CHANGE_REQUESTS,
    NoticeKind.CHANGE_ACCEPTED: Topic.CHANGE_REQUESTS,
    NoticeKind.CHANGE_DECLINED: Topic.CHANGE_REQUESTS,
    NoticeKind.SESSION_STARTED: Topic.STARTED,
    NoticeKind.SESSION_COMPLETED: Topic.COMPLETED,
    NoticeKind.MEMBER_JOINED: Topic.FAMILY,
    NoticeKind.TIME_OFF_ENTERED: Topic.FAMILY,
    NoticeKind.TIME_OFF_TAKEN_BACK: Topic.FAMILY,
    NoticeKind.STILL_TO_CONFIRM: Topic.STILL_TO_ANSWER,
    NoticeKind.TOMORROW: Topic.TOMORROW,
    NoticeKind.SHOULD_HAVE_STARTED: Topic.TO_START,
    NoticeKind.STILL_RUNNING: Topic.TO_COMPLETE,
    NoticeKind.PLAN_ENDS: Topic.TO_PLAN,
}

_BOTH = frozenset(Way)
_PUSH = frozenset({Way.PUSH})

# How a topic leaves for who has chosen nothing: by mail what wants an answer or changes a plan, by push what is of
# this hour.
DEFAULTS: Mapping[Topic, frozenset[Way]] = {
    Topic.TO_ANSWER: _BOTH,
    Topic.CONFIRMED: _BOTH,
    Topic.ON_YOUR_WORD: _BOTH,
    Topic.CANCELLED: _BOTH,
    Topic.CHANGED: _BOTH,
    Topic.CHANGE_REQUESTS: _BOTH,
    Topic.STARTED: frozenset(),
    Topic.COMPLETED: _PUSH,
    Topic.FAMILY: _BOTH,
    Topic.STILL_TO_ANSWER: _BOTH,
    Topic.TOMORROW: _PUSH,
    Topic.TO_START: _PUSH,
    Topic.TO_COMPLETE: _PUSH,
    Topic.TO_PLAN: _BOTH,
}

# All that somebody hears of who reads along and answers nothing.
_TO_VIEWERS = frozenset({Topic.FAMILY})

# What is of no use any more when a day's mails are gathered in the evening.
_OF_THIS_HOUR = frozenset({Topic.TOMORROW, Topic.TO_START, Topic.TO_COMPLETE, Topic.STARTED})

# By push: how long a phone that is off is waited for, where that is less than a day, and what may wake one that sleeps.
_KEPT_FOR: Mapping[Topic, timedelta] = {
    Topic.STARTED: timedelta(hours=1),
    Topic.TO_START: timedelta(hours=1),
    Topic.TO_COMPLETE: timedelta(hours=1),
    Topic.TOMORROW: timedelta(hours=12),
}
URGENT = frozenset({Topic.CANCELLED, Topic.TO_START, Topic.TO_COMPLETE})

# Of what speaks of sessions: in which of their states it still tells the truth. What is not named is a thing that
# happened, and stays true.
TRUE_WHILE: Mapping[NoticeKind, frozenset[State]] = {
    NoticeKind.SESSIONS_TO_CONFIRM: frozenset({State.UNCONFIRMED}),
    NoticeKind.SESSION_PLANNED: frozenset({State.UNCONFIRMED}),
    NoticeKind.CONFIRMATION_WITHDRAWN: frozenset({State.UNCONFIRMED}),
    NoticeKind.SESSIONS_WITHOUT_NANNY: frozenset({State.UNCONFIRMED, State.CONFIRMED}),
    NoticeKind.SESSION_RESTORED: frozenset({State.UNCONFIRMED}),
    NoticeKind.SESSIONS_RESTORED: frozenset({State.UNCONFIRMED}),
    NoticeKind.SESSION_CONFIRMED: frozenset({State.CONFIRMED, State.IN_PROGRESS, State.COMPLETED}),
    NoticeKind.SESSIONS_CONFIRMED: frozenset({State.CONFIRMED, State.IN_PROGRESS, State.COMPLETED}),
    NoticeKind.CONFIRMED_ON_THE_FAMILYS_WORD: frozenset({State.CONFIRMED, State.IN_PROGRESS, State.COMPLETED}),
    NoticeKind.SESSION_CANCELLED: frozenset({State.CANCELLED}),
    NoticeKind.SESSIONS_CANCELLED: frozenset({State.CANCELLED}),
    NoticeKind.SESSION_CHANGED: frozenset({State.UNCONFIRMED, State.CONFIRMED, State.IN_PROGRESS}),
    NoticeKind.CHANGE_REQUESTED: frozenset({State.UNCONFIRMED, State.CONFIRMED}),
    NoticeKind.CHANGE_ACCEPTED: frozenset({State.CONFIRMED, State.IN_PROGRESS, State.COMPLETED}),
    NoticeKind.CHANGE_DECLINED: frozenset({State.UNCONFIRMED, State.CONFIRMED}),
    NoticeKind.SESSION_STARTED: frozenset({State.IN_PROGRESS}),
    NoticeKind.SESSION_COMPLETED: frozenset({State.COMPLETED}),
    NoticeKind.SESSION_CORRECTED: frozenset({State.COMPLETED}),
    NoticeKind.STILL_TO_CONFIRM: frozenset({State.UNCONFIRMED}),
    NoticeKind.TOMORROW: frozenset({State.CONFIRMED}),
    NoticeKind.SHOULD_HAVE_STARTED: frozenset({State.CONFIRMED}),
    NoticeKind.STILL_RUNNING: frozenset({State.IN_PROGRESS}),
}

# These speak of what is still to come: they are over when the session is.
AHEAD = frozenset(
    {
        NoticeKind.SESSIONS_TO_CONFIRM,
        NoticeKind.SESSION_PLANNED,
        NoticeKind.CONFIRMATION_WITHDRAWN,
        NoticeKind.SESSIONS_WITHOUT_NANNY,
        NoticeKind.SESSION_RESTORED,
        NoticeKind.SESSIONS_RESTORED,
        NoticeKind.CHANGE_REQUESTED,
        NoticeKind.STILL_TO_CONFIRM,
        NoticeKind.TOMORROW,
        NoticeKind.SHOULD_HAVE_STARTED,
    }
)


def topics_for(roles: Collection[Role]) -> frozenset[Topic]:
    """What a person with these roles may ever be told; everything to who belongs to no family yet."""
    return _TO_VIEWERS if roles and set(roles) == {Role.VIEWER} else frozenset(Topic)


def kept_for(topic: Topic) -> timedelta:
    """How long a push service is to try."""
    return _KEPT_FOR.get(topic, timedelta(days=1))


def leaves_at(
    at: datetime,
    topic: Topic,
    way: Way,
    *,
    zone: str,
    quiet: tuple[time, time] | None = None,
    mails_at: time | None = None,
) -> datetime:
    """From when on a notice of this moment may leave.

    quiet: from when until when, by the clocks of the zone, nothing is to ring; over midnight where the end lies before
    the start. mails_at: mails are gathered, and leave at this time of day. What is of this hour is not gathered, but
    quiet it is too.
    """
    if way is Way.EMAIL and mails_at is not None and topic not in _OF_THIS_HOUR:
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
