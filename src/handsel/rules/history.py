"""The words of the history: where an action came from and what it did."""

from enum import StrEnum


class Source(StrEnum):
    WEB = "WEB"
    API = "API"
    WORKER = "WORKER"
    COMMAND = "COMMAND"


# What a move took of the pay for a late cancellation, among its changes: ([nanny, pay date, amount], None). It is for
# the pages of pay alone.
LATE_PAY = "late_pay"


class EventKind(StrEnum):
    """`noun.verb`: the API shows these, so a name once released stays."""

    FAMILY_CREATED = "family.created"
    FAMILY_UPDATED = "family.updated"
    FAMILY_ERASURE_ASKED = "family.erasure_asked"
    FAMILY_ERASURE_WITHDRAWN = "family.erasure_withdrawn"
    FAMILY_ERASED = "family.erased"

    CHILD_CREATED = "child.created"
    CHILD_UPDATED = "child.updated"
    CHILD_ARCHIVED = "child.archived"
    CHILD_DELETED = "child.deleted"
    CHILD_ERASURE_ASKED = "child.erasure_asked"
    CHILD_ERASURE_WITHDRAWN = "child.erasure_withdrawn"
    CHILD_ERASED = "child.erased"

    MEMBER_INVITED = "member.invited"
    MEMBER_INVITATION_REVOKED = "member.invitation_revoked"
    MEMBER_JOINED = "member.joined"
    MEMBER_ROLE_CHANGED = "member.role_changed"
    MEMBER_REMOVED = "member.removed"
    MEMBER_PHONE_CHANGED = "member.phone_changed"
    MEMBER_ERASED = "member.erased"

    CARE_SCHEDULE_CREATED = "care_schedule.created"
    CARE_SCHEDULE_UPDATED = "care_schedule.updated"
    CARE_SCHEDULE_DELETED = "care_schedule.deleted"
    CARE_SCHEDULE_GENERATED = "care_schedule.generated"
    CARE_SCHEDULE_GENERATION_UNDONE = "care_schedule.generation_undone"
    CARE_SCHEDULE_SESSIONS_KEPT = "care_schedule.sessions_kept"

    CARE_SESSION_GENERATED = "care_session.generated"
    CARE_SESSION_CREATED = "care_session.created"
    CARE_SESSION_UPDATED = "care_session.updated"
    CARE_SESSION_CORRECTED = "care_session.corrected"
    CARE_SESSION_CONFIRMED = "care_session.confirmed"
    CARE_SESSION_CONFIRM_ASKED = "care_session.confirm_asked"
    CARE_SESSION_CANCELLED = "care_session.cancelled"
    CARE_SESSION_STARTED = "care_session.started"
    CARE_SESSION_COMPLETED = "care_session.completed"
    CARE_SESSION_RECORDED = "care_session.recorded"
    CARE_SESSION_UNDONE = "care_session.undone"
    CARE_SESSION_RUNNING_LATE = "care_session.running_late"
    CARE_SESSION_RESTORED = "care_session.restored"
    CARE_SESSION_IMPORTED = "care_session.imported"
    CARE_SESSION_DELETED = "care_session.deleted"

    CHANGE_REQUEST_ASKED = "change_request.asked"
    CHANGE_REQUEST_ACCEPTED = "change_request.accepted"
    CHANGE_REQUEST_DECLINED = "change_request.declined"
    CHANGE_REQUEST_WITHDRAWN = "change_request.withdrawn"

    TIME_OFF_CREATED = "time_off.created"
    TIME_OFF_DELETED = "time_off.deleted"

    PAY_PERIOD_CREATED = "pay_period.created"
    PAY_PERIOD_UPDATED = "pay_period.updated"
    PAY_PERIOD_DELETED = "pay_period.deleted"
    PAY_PERIOD_SUBMITTED = "pay_period.submitted"
    PAY_PERIOD_WITHDRAWN = "pay_period.withdrawn"
    PAY_PERIOD_QUERIED = "pay_period.queried"
    PAY_PERIOD_APPROVED = "pay_period.approved"
    PAY_PERIOD_REOPENED = "pay_period.reopened"
    PAY_PERIOD_REOPEN_ASKED = "pay_period.reopen_asked"
    PAY_PERIOD_REOPEN_DECLINED = "pay_period.reopen_declined"

    PAY_ITEM_CREATED = "pay_item.created"
    PAY_ITEM_UPDATED = "pay_item.updated"
    PAY_ITEM_DELETED = "pay_item.deleted"
    PAY_POLICY_CREATED = "pay_policy.created"
    PAY_POLICY_UPDATED = "pay_policy.updated"
    PAY_POLICY_DELETED = "pay_policy.deleted"

    PAY_RATE_RAISED = "pay_rate.raised"

    EXPORT_MADE = "export.made"

    TAX_NUMBER_SHARED = "tax_number.shared"
    TAX_NUMBER_UNSHARED = "tax_number.unshared"
    TAX_NUMBER_PRINTED = "tax_number.printed"

    PAYMENT_RECORDED = "payment.recorded"
    PAYMENT_VOIDED = "payment.voided"
    PAYMENT_ACKNOWLEDGED = "payment.acknowledged"
    DOCUMENT_ISSUED = "document.issued"

    EXPENSE_CREATED = "expense.created"
    EXPENSE_UPDATED = "expense.updated"
    EXPENSE_APPROVED = "expense.approved"
    EXPENSE_DECLINED = "expense.declined"
    EXPENSE_DELETED = "expense.deleted"


def _of(*nouns: str) -> frozenset[EventKind]:
    return frozenset(kind for kind in EventKind if kind.partition(".")[0] in nouns)


# The family's terms bind each of its nannies, and one's own that one alone.
EVENTS_OF_TERMS = _of("pay_policy")
# What only they see who see the pay that it is about.
EVENTS_OF_PAY = EVENTS_OF_TERMS | _of(
    "pay_period", "pay_item", "pay_rate", "expense", "payment", "document", "tax_number", "export"
)
