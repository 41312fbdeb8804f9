"""What there is to tell, and the sentence for each, in the language that is active."""

from enum import StrEnum

from django.utils.translation import gettext_lazy, ngettext_lazy


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
    SESSION_CORRECTED = "session.corrected"
    SESSIONS_WITHOUT_NANNY = "sessions.without_nanny"
    CHANGE_REQUESTED = "change_request.asked"
    CHANGE_ACCEPTED = "change_request.accepted"
    CHANGE_DECLINED = "change_request.declined"


# %(by)s is the person's name; one and many differ by %(count)s.
_SENTENCES = {
    NoticeKind.SESSIONS_TO_CONFIRM: ngettext_lazy(
        "%(count)s session needs your answer", "%(count)s sessions need your answer", "count"
    ),
    NoticeKind.SESSION_PLANNED: gettext_lazy("%(by)s planned a session that waits for an answer"),
    NoticeKind.SESSION_CONFIRMED: gettext_lazy("%(by)s confirmed a session"),
    NoticeKind.SESSIONS_CONFIRMED: ngettext_lazy(
        "%(by)s confirmed %(count)s session", "%(by)s confirmed %(count)s sessions", "count"
    ),
    NoticeKind.SESSION_CANCELLED: gettext_lazy("%(by)s cancelled a session"),
    NoticeKind.SESSIONS_CANCELLED: ngettext_lazy(
        "%(by)s cancelled %(count)s session", "%(by)s cancelled %(count)s sessions", "count"
    ),
    NoticeKind.SESSION_RESTORED: gettext_lazy("%(by)s restored a cancelled session"),
    NoticeKind.SESSIONS_RESTORED: ngettext_lazy(
        "%(by)s restored %(count)s cancelled session", "%(by)s restored %(count)s cancelled sessions", "count"
    ),
    NoticeKind.SESSION_CHANGED: gettext_lazy("%(by)s changed a session"),
    NoticeKind.CONFIRMATION_WITHDRAWN: gettext_lazy("%(by)s changed a confirmed session: it needs your answer again"),
    NoticeKind.CONFIRMED_ON_THE_FAMILYS_WORD: gettext_lazy("%(by)s confirmed a session on your word"),
    NoticeKind.SESSION_CORRECTED: gettext_lazy("%(by)s corrected a completed session"),
    NoticeKind.SESSIONS_WITHOUT_NANNY: ngettext_lazy(
        "%(count)s session has no nanny any more", "%(count)s sessions have no nanny any more", "count"
    ),
    NoticeKind.CHANGE_REQUESTED: gettext_lazy("%(by)s asks to change a session"),
    NoticeKind.CHANGE_ACCEPTED: gettext_lazy("%(by)s accepted the change"),
    NoticeKind.CHANGE_DECLINED: gettext_lazy("%(by)s declined the change"),
}


def sentence(kind: str, facts: dict) -> str:
    """The line of an inbox. facts: by (a name), and count where one notice speaks of many sessions."""
    return _SENTENCES[NoticeKind(kind)] % {"by": facts.get("by", ""), "count": facts.get("count", 1)}
