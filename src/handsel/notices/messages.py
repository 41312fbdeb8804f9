"""What there is to tell, and the sentence for each."""

from enum import StrEnum


class NoticeKind(StrEnum):
    SESSIONS_TO_CONFIRM = "sessions.to_confirm"
    SESSION_PLANNED = "session.planned"
    SESSION_CONFIRMED = "session.confirmed"
    SESSIONS_CONFIRMED = "sessions.confirmed"
    SESSION_CANCELLED = "session.cancelled"
    SESSIONS_CANCELLED = "sessions.cancelled"
    SESSION_RESTORED = "session.restored"
    SESSION_CHANGED = "session.changed"
    CONFIRMATION_WITHDRAWN = "session.confirmation_withdrawn"
    CONFIRMED_ON_THE_FAMILYS_WORD = "session.confirmed_on_the_familys_word"
    SESSION_CORRECTED = "session.corrected"
    SESSIONS_WITHOUT_NANNY = "sessions.without_nanny"
    CHANGE_REQUESTED = "change_request.asked"
    CHANGE_ACCEPTED = "change_request.accepted"
    CHANGE_DECLINED = "change_request.declined"


# {by} is the person's name; one and many differ by {count}.
_SENTENCES = {
    NoticeKind.SESSIONS_TO_CONFIRM: ("{count} session needs your answer", "{count} sessions need your answer"),
    NoticeKind.SESSION_PLANNED: ("{by} planned a session that waits for an answer", ""),
    NoticeKind.SESSION_CONFIRMED: ("{by} confirmed a session", ""),
    NoticeKind.SESSIONS_CONFIRMED: ("{by} confirmed {count} session", "{by} confirmed {count} sessions"),
    NoticeKind.SESSION_CANCELLED: ("{by} cancelled a session", ""),
    NoticeKind.SESSIONS_CANCELLED: ("{by} cancelled {count} session", "{by} cancelled {count} sessions"),
    NoticeKind.SESSION_RESTORED: ("{by} restored a cancelled session", ""),
    NoticeKind.SESSION_CHANGED: ("{by} changed a session", ""),
    NoticeKind.CONFIRMATION_WITHDRAWN: ("{by} changed a confirmed session: it needs your answer again", ""),
    NoticeKind.CONFIRMED_ON_THE_FAMILYS_WORD: ("{by} confirmed a session on your word", ""),
    NoticeKind.SESSION_CORRECTED: ("{by} corrected a completed session", ""),
    NoticeKind.SESSIONS_WITHOUT_NANNY: (
        "{count} session has no nanny any more",
        "{count} sessions have no nanny any more",
    ),
    NoticeKind.CHANGE_REQUESTED: ("{by} asks to change a session", ""),
    NoticeKind.CHANGE_ACCEPTED: ("{by} accepted the change", ""),
    NoticeKind.CHANGE_DECLINED: ("{by} declined the change", ""),
}


def sentence(kind: str, facts: dict) -> str:
    """The line of an inbox. facts: by (a name), and count where one notice speaks of many sessions."""
    one, many = _SENTENCES[NoticeKind(kind)]
    count = facts.get("count", 1)
    return (one if count == 1 or not many else many).format(by=facts.get("by", ""), count=count)
