"""What there is to tell, and the sentence for each, in the language that is active."""

from django.utils.translation import gettext_lazy, ngettext_lazy

from handsel.rules.notices import NoticeKind

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
    NoticeKind.SESSION_STARTED: gettext_lazy("%(by)s started a session"),
    NoticeKind.SESSION_COMPLETED: gettext_lazy("%(by)s completed a session"),
    NoticeKind.SESSION_CORRECTED: gettext_lazy("%(by)s corrected a completed session"),
    NoticeKind.SESSIONS_WITHOUT_NANNY: ngettext_lazy(
        "%(count)s session has no nanny any more", "%(count)s sessions have no nanny any more", "count"
    ),
    NoticeKind.CHANGE_REQUESTED: gettext_lazy("%(by)s asks to change a session"),
    NoticeKind.CHANGE_ACCEPTED: gettext_lazy("%(by)s accepted the change"),
    NoticeKind.CHANGE_DECLINED: gettext_lazy("%(by)s declined the change"),
    NoticeKind.MEMBER_JOINED: gettext_lazy("%(by)s joined the family's book"),
    NoticeKind.TIME_OFF_ENTERED: gettext_lazy("%(by)s entered time off"),
    NoticeKind.TIME_OFF_TAKEN_BACK: gettext_lazy("%(by)s took time off back"),
    NoticeKind.STILL_TO_CONFIRM: ngettext_lazy(
        "%(count)s session still needs your answer", "%(count)s sessions still need your answer", "count"
    ),
    NoticeKind.TOMORROW: ngettext_lazy("%(count)s session tomorrow", "%(count)s sessions tomorrow", "count"),
    NoticeKind.SHOULD_HAVE_STARTED: gettext_lazy("A session should have started"),
    NoticeKind.STILL_RUNNING: gettext_lazy("A session is still running after its end"),
    NoticeKind.PLAN_ENDS: gettext_lazy("%(schedule)s is planned for less than two more weeks"),
}


def sentence(kind: str, facts: dict) -> str:
    """The line of an inbox. facts: by (a name), count where one notice speaks of many sessions, schedule (a name)."""
    said = {"by": facts.get("by", ""), "count": facts.get("count", 1), "schedule": facts.get("schedule", "")}
    return _SENTENCES[NoticeKind(kind)] % said
