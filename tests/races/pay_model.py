"""What one pay period and its one session answer to one call after the other, by the rules alone, as session_model.py.

The session pays half a dollar a minute, so what an approved period comes to says which correction is in it.
"""

from typing import Any, NamedTuple

PERIOD, SESSION, CORRECT = "read the period", "read the session", "correct"
PARENT, NANNY = "parent", "nanny"
# move: from which states, to which.
MOVES = {
    "submit": ({"OPEN", "QUERIED", "REOPENED"}, "SUBMITTED"),
    "withdraw": ({"SUBMITTED"}, "OPEN"),
    "query": ({"SUBMITTED"}, "QUERIED"),
    "approve": ({"SUBMITTED"}, "APPROVED"),
    "reopen": ({"APPROVED"}, "REOPENED"),
}
EITHER = {"submit", "withdraw"}  # all else is the family's
HELD = {"SUBMITTED", "APPROVED"}
WRONG_STATE, LOCKED, CONFLICT = (409, "wrong_state"), (409, "locked"), (412, "version_conflict")


class Asked(NamedTuple):
    what: str
    by: str = PARENT
    version: int | None = None  # If-Match
    minutes: int = 0  # of care, by a correction


class Pay(NamedTuple):
    minutes: int
    session_version: int
    status: str = "OPEN"
    version: int = 1
    approved: int | None = None  # minutes, while it is approved

    def shown(self) -> tuple[Any, ...]:
        return (self.status, self.version, self.approved)


def answer(pay: Pay, asked: Asked) -> tuple[Any, Pay]:
    """What is answered, and how things stand then."""
    if asked.what == PERIOD:
        return (200, pay.shown()), pay
    if asked.what == SESSION:
        return (200, (pay.minutes, pay.session_version)), pay
    if asked.what == CORRECT:
        return _correct(pay, asked)
    froms, to = MOVES[asked.what]
    if asked.version not in (None, pay.version):
        return CONFLICT, pay
    if pay.status not in froms:
        return WRONG_STATE, pay
    approved = pay.minutes if to == "APPROVED" else None
    after = pay._replace(status=to, version=pay.version + 1, approved=approved)
    return (200, after.shown()), after


def _correct(pay: Pay, asked: Asked) -> tuple[Any, Pay]:
    if asked.version not in (None, pay.session_version):
        return CONFLICT, pay
    if pay.status in HELD:
        return LOCKED, pay
    if asked.minutes == pay.minutes:
        return (200, (pay.minutes, pay.session_version)), pay
    after = pay._replace(minutes=asked.minutes, session_version=pay.session_version + 1)
    return (200, (after.minutes, after.session_version)), after
