"""Writes the pages of docs/reference from the code they speak of; with --check says which are stale instead."""

import sys
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

from django.conf import settings as django

from handsel import env
from handsel.notices import messages
from handsel.rules import lifecycle, notices, reminders, roles
from handsel.rules.lifecycle import Move, State
from handsel.rules.notices import NoticeKind, Way
from handsel.rules.roles import Capability, Role

_OTHER_SIDE = "of a nanny's act the parents, of the family's the nanny"
# tests/notices and tests/actions/test_reminding.py hold the code to it.
_WHO_HEARS = {
    NoticeKind.SESSIONS_TO_CONFIRM: "the parents",
    NoticeKind.SESSION_PLANNED: "its nanny",
    NoticeKind.CONFIRMATION_WITHDRAWN: "the parents",
    NoticeKind.SESSIONS_WITHOUT_NANNY: "the parents",
    NoticeKind.SESSION_RESTORED: _OTHER_SIDE,
    NoticeKind.SESSIONS_RESTORED: _OTHER_SIDE,
    NoticeKind.SESSION_CONFIRMED: "its nanny; of one that is planned and confirmed at once the parents too",
    NoticeKind.SESSIONS_CONFIRMED: "each nanny, of hers",
    NoticeKind.CONFIRMED_ON_THE_FAMILYS_WORD: "the parents",
    NoticeKind.SESSION_CANCELLED: _OTHER_SIDE,
    NoticeKind.SESSIONS_CANCELLED: _OTHER_SIDE,
    NoticeKind.SESSION_CHANGED: f"{_OTHER_SIDE}, and the nanny who had it before",
    NoticeKind.SESSION_CORRECTED: _OTHER_SIDE,
    NoticeKind.CHANGE_REQUESTED: f"{_OTHER_SIDE}; every nanny where it has none",
    NoticeKind.CHANGE_ACCEPTED: "who asked, and the nanny",
    NoticeKind.CHANGE_DECLINED: "who asked",
    NoticeKind.SESSION_STARTED: "the parents and its nanny",
    NoticeKind.SESSION_COMPLETED: "the parents and its nanny",
    NoticeKind.MEMBER_JOINED: "who manages the members, and who invited",
    NoticeKind.TIME_OFF_ENTERED: "of a nanny's the parents and her, of the family's its nannies",
    NoticeKind.TIME_OFF_TAKEN_BACK: "of a nanny's the parents and her, of the family's its nannies",
    NoticeKind.STILL_TO_CONFIRM: "the parents, or the nanny who keeps the book alone",
    NoticeKind.TOMORROW: "the parents, and each nanny of hers",
    NoticeKind.SHOULD_HAVE_STARTED: "its nanny; the parents where it has none",
    NoticeKind.STILL_RUNNING: "its nanny, and after a while the parents; they at once where it has none",
    NoticeKind.PLAN_ENDS: "the parents and its nanny",
}
# Until when, where the states of its sessions do not say all.
_UNTIL = {
    NoticeKind.SESSION_CANCELLED: "also when it was deleted",
    NoticeKind.CHANGE_REQUESTED: "until its end, while the request waits",
    NoticeKind.SESSIONS_WITHOUT_NANNY: "until its end, while it has no nanny",
    NoticeKind.TIME_OFF_ENTERED: "while it is entered",
    NoticeKind.STILL_TO_CONFIRM: "until it starts or is moved to another day",
    NoticeKind.TOMORROW: "until the day begins or it is moved to another",
    NoticeKind.SHOULD_HAVE_STARTED: "until its end or it is moved",
    NoticeKind.PLAN_ENDS: "while the schedule runs and is not planned further",
}
_WAYS = {Way.EMAIL: "mail", Way.PUSH: "push"}

PAGES = Path(__file__).parents[1] / "docs" / "reference"


def settings() -> str:
    rows = []
    for variable in env.VARIABLES:
        about = variable.metadata
        rows.append((f"`{about['name']}`", about["meaning"], about["shown"]))
    return f"""# Settings

Handsel reads environment variables, and the file `.env` in the directory it is started in: lines of `NAME=value`, where
`#` begins a comment line. What the environment says goes before what the file says; an empty value counts as none. A
value that makes no sense is refused with a sentence that names it, and a `HANDSEL_` variable that is not in this table
is pointed out, so that a typing error does not go unnoticed.

{_table(("variable", "meaning", "when it is not set"), rows)}"""


def session_states() -> str:
    states = [(_words(state), _words(state.status), _names(lifecycle.EDITABLE[state])) for state in State]
    moves = []
    for move, step in lifecycle.MOVES.items():
        froms = " or ".join(_words(state) for state in State if state in step.froms)
        condition = ", while its planned end lies ahead" if step.ahead else ""
        moves.append((_words(move), froms + condition, _words(step.to)))
    early, skew = lifecycle.EARLIEST_START.seconds // 3600, lifecycle.CLOCK_SKEW.seconds // 60
    deletable = ", ".join(_words(state) for state in State if state in lifecycle.DELETABLE)
    return f"""# States of a session

{_table(("state", "`status`", "what may be edited"), states)}
A SCHEDULED session is confirmed when `isConfirmed` says so. What is edited in a completed session is a correction: it
needs a reason. A confirmation means what was agreed: when a nanny changes one of these of a confirmed session, it is
unconfirmed again: {_names(lifecycle.AGREED)}.

## Moves

{_table(("move", "from", "to"), moves)}
Every other move is refused as `wrong_state`, a repeated one too. [Roles](roles.md) says who may make which.

A session starts at most {early} hours before its planned time, and ends no earlier than it started; neither lies in the
future, though {skew} minutes of a phone's wrong clock are forgiven.

What may be deleted: {deletable}. The rest is the record.
"""


def who_may() -> str:
    rows = []
    for capability in Capability:
        grants = roles.GRANTS[capability]
        star = " *" if capability in roles.IN_CHARGE else ""
        rows.append((f"{capability}{star}", *(str(grants.get(role, "no")) for role in Role)))
    return f"""# Roles

A person has one role in each family. Somebody who is no member of a family gets the same answer as for a family that
does not exist.

{_table(("may", *Role), rows)}
"Her own" is what names her as its nanny; "unassigned" is what names nobody. Whoever starts an unassigned session
becomes its nanny.

\\* A nanny who founded a family may do this too, until the first parent or coordinator joins.
"""


def what_is_told() -> str:
    rows = []
    for kind, topic in notices.TOPICS.items():
        said = messages.sentence(kind, {"by": "Noor", "count": 3, "schedule": "Mornings"})
        ways = [_WAYS[way] for way in Way if way in notices.DEFAULTS[topic]]
        rows.append((said, f"`{kind}`", _WHO_HEARS[kind], f"`{topic}`", " and ".join(ways) or "-", _true(kind)))
    head = ("notice", "kind", "who hears", "topic", "leaves by", "true")
    to_start, to_end = (_minutes(long) for long in (reminders.LATE_TO_START, reminders.LATE_TO_END))
    answer, quiet, theirs = (
        _minutes(long) // 60 for long in (reminders.ANSWER_BEFORE, reminders.JUST_TOLD, reminders.FAMILY_HEARS_AFTER)
    )
    return f"""# Notices

Everything that somebody is told of. It is in the inbox always; by mail and push it leaves by topic, as each person has
chosen. The table says how it leaves for who has chosen nothing. Nobody is told of their own act. The parents are those
of the family or, where none has joined, its coordinators.

Before a notice leaves, Handsel asks once more whether it is still true, and whether its person still is a member and
has not read it. What is true no more stays in the inbox and does not leave. A notice of many sessions goes with those
that it is still true of.

{_table(head, rows)}
## When reminders come

- **Still needs an answer**: {answer} hours before a session starts that nobody has confirmed. All that wait on the same
  day of the family come in one notice. Nobody is asked within {quiet} hours after a session was planned or changed. One
  that moved is asked for anew.
- **Tomorrow**: at {reminders.EVENING:%H:%M} on the evening before, of each family's confirmed sessions in one notice.
  The evening and the day are those of the clocks the person lives by: their own time zone where they have set one,
  else the family's.
- **Should have started**: {to_start} minutes after the planned start, until the planned end.
- **Still running**: {to_end} minutes after the planned end, and for the parents after {theirs} hours.
- **Plan ends**: at {reminders.MORNING:%H:%M} by the family's clocks, on the first day on which a schedule is planned
  for less than {reminders.PLANNED_FOR.days} more days, which is up to the day before its next slot. Once, until it was
  planned further.

Each comes once. What is late because no worker was running still comes while it is of use: tomorrow's sessions until
midnight, an answer until the start. What is over does not come.
"""


def _minutes(long: timedelta) -> int:
    return long // timedelta(minutes=1)


def _true(kind: NoticeKind) -> str:
    states = [_words(state) for state in State if state in notices.TRUE_WHILE.get(kind, ())]
    *others, last = states or [""]
    while_ = f"while {', '.join(others)} or {last}" if others else f"while {last}"
    until = _UNTIL.get(kind, "until its end" if kind in notices.AHEAD else "")
    return ", ".join(filter(None, [while_ if last else "", until])) or "always"


def _words(name: str) -> str:
    return name.lower().replace("_", " ") if isinstance(name, (State, Move)) else f"`{name}`"


def _names(fields: Iterable[str]) -> str:
    """The fields as the API calls them."""

    def outside(field: str) -> str:
        first, *rest = field.split("_")
        return first + "".join(word.capitalize() for word in rest)

    return ", ".join(f"`{name}`" for name in sorted(map(outside, fields)))


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> None:
    django.configure(USE_I18N=False)
    stale = []
    for name, written in {
        "settings.md": settings(),
        "session-states.md": session_states(),
        "roles.md": who_may(),
        "notices.md": what_is_told(),
    }.items():
        page = PAGES / name
        if not page.exists() or page.read_text(encoding="utf-8") != written:
            stale.append(name)
            if "--check" not in sys.argv:
                page.parent.mkdir(exist_ok=True)
                page.write_text(written, encoding="utf-8")
    if stale and "--check" in sys.argv:
        sys.exit(f"Stale in docs/reference: {', '.join(stale)}. Write them with script/fix.")


if __name__ == "__main__":
    main()
