"""The notices people get: of what, by which ways, how long each stays true, and when it may leave."""

from datetime import time, timedelta
from enum import StrEnum, unique

# So long mails and pushes wait of what can be undone: undone meanwhile, it was never told.
UNDO_WINDOW = timedelta(seconds=60)
# When the mails of a day leave together, where somebody has named no other time.
DIGEST_AT = time(18)


@unique
class Topic(StrEnum):
    """A topic that a person chooses by: each kind of notice belongs to one."""

    TO_ANSWER = "to_answer"
    CONFIRMED = "confirmed"
    ON_YOUR_WORD = "on_your_word"
    CANCELLED = "cancelled"
    CHANGED = "changed"
    CHANGE_REQUESTS = "change_requests"
    STARTED = "started"
    COMPLETED = "completed"
    PAY = "pay"
    PAY_TO_ANSWER = "pay_to_answer"
    FAMILY = "family"
    STILL_TO_ANSWER = "still_to_answer"
    TOMORROW = "tomorrow"
    TO_START = "to_start"
    TO_COMPLETE = "to_complete"
    TO_RECORD = "to_record"
    TO_PLAN = "to_plan"
    CALENDAR = "calendar"
    OWN_CALENDAR = "own_calendar"


class Way(StrEnum):
    """A way by which a notice leaves the book. In the inbox it always is."""

    EMAIL = "email"
    PUSH = "push"


class Lane(StrEnum):
    """A queue of deliveries: what waits in one holds up nothing in another."""

    SIGN_IN = "sign-in"  # and invitations: what somebody waits for
    LETTERS = "letters"  # all of them, those first
    PUSHES = "pushes"


class Outcome(StrEnum):
    """The end of a delivery that was on its way."""

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
    CANCELLED_FOR_ANOTHER = "session.cancelled_for_another"
    SESSION_RESTORED = "session.restored"
    SESSIONS_RESTORED = "sessions.restored"
    SESSION_CHANGED = "session.changed"
    CONFIRMATION_WITHDRAWN = "session.confirmation_withdrawn"
    CONFIRMED_ON_THE_FAMILYS_WORD = "session.confirmed_on_the_familys_word"
    CONFIRM_ASKED = "session.confirm_asked"
    SESSION_STARTED = "session.started"
    SESSION_COMPLETED = "session.completed"
    RUNNING_LATE = "session.running_late"
    SESSION_RECORDED = "session.recorded"
    SESSIONS_RECORDED = "sessions.recorded"
    CONFIRM_UNDONE = "session.confirm_undone"
    CONFIRMS_UNDONE = "sessions.confirm_undone"
    CANCEL_UNDONE = "session.cancel_undone"
    CANCELS_UNDONE = "sessions.cancel_undone"
    START_UNDONE = "session.start_undone"
    COMPLETE_UNDONE = "session.complete_undone"
    RECORD_UNDONE = "session.record_undone"
    SESSION_CORRECTED = "session.corrected"
    SESSIONS_GIVEN_AGAIN = "sessions.given_again"
    SESSIONS_WITHOUT_NANNY = "sessions.without_nanny"
    CHANGE_REQUESTED = "change_request.asked"
    CHANGE_ACCEPTED = "change_request.accepted"
    CHANGE_DECLINED = "change_request.declined"
    MEMBER_JOINED = "member.joined"
    ERASURE_ASKED = "erasure.asked"
    ERASURE_WITHDRAWN = "erasure.withdrawn"
    TIME_OFF_ENTERED = "time_off.entered"
    TIME_OFF_OVER_SESSIONS = "time_off.over_sessions"
    TIME_OFF_TAKEN_BACK = "time_off.taken_back"
    STILL_TO_CONFIRM = "reminder.still_to_confirm"
    TOMORROW = "reminder.tomorrow"
    SHOULD_HAVE_STARTED = "reminder.should_have_started"
    STILL_RUNNING = "reminder.still_running"
    NOT_RECORDED = "reminder.not_recorded"
    STILL_NO_NANNY = "reminder.still_no_nanny"
    PLAN_ENDS = "reminder.plan_ends"
    PLANNING_STOPPED = "schedule.planning_stopped"
    NEW_PAY_TERMS = "pay_policy.set"
    PAY_TERMS_WITHDRAWN = "pay_policy.withdrawn"
    RATE_RAISED = "pay_rate.raised"
    PAYMENT_RECORDED = "payment.recorded"
    PAYMENT_VOIDED = "payment.voided"
    PAY_PERIOD_SUBMITTED = "pay_period.submitted"
    PAY_PERIOD_WITHDRAWN = "pay_period.withdrawn"
    PAY_PERIOD_QUERIED = "pay_period.queried"
    PAY_PERIOD_APPROVED = "pay_period.approved"
    PAY_PERIOD_REOPENED = "pay_period.reopened"
    PAY_PERIOD_REOPEN_ASKED = "pay_period.reopen_asked"
    PAY_PERIOD_REOPEN_DECLINED = "pay_period.reopen_declined"
    CALENDAR_CORRECTED = "calendar.corrected"
    CALENDAR_COMPLETED = "calendar.completed"
    EXPENSE_ENTERED = "expense.entered"
    EXPENSE_APPROVED = "expense.approved"
    EXPENSE_DECLINED = "expense.declined"
