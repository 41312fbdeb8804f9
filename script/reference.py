"""Write the pages of docs/reference from the code that they describe; with --check say which are stale instead."""

import sys
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path

import asvs_reference
import pay_reference
from django.conf import settings as django
from markdown import table

from handsel import env
from handsel.api import schemas
from handsel.notices.kind_rows import KindRow
from handsel.notices.kinds import KINDS
from handsel.notices.topics import TOPICS
from handsel.rules import lifecycle, moments, roles
from handsel.rules.history import EventKind
from handsel.rules.lifecycle import State
from handsel.rules.moves import MOVES, Move, Step
from handsel.rules.notices import Way
from handsel.rules.retention import POLICY
from handsel.rules.roles import Capability, Role

_MINUTE = timedelta(minutes=1)
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

{table(("variable", "meaning", "when it is not set"), rows)}"""


def session_states() -> str:
    states = [(_words(state), _words(state.status), _names(lifecycle.EDITABLE[state])) for state in State]
    rows = []
    for move, step in MOVES.items():
        froms = " or ".join(_words(state) for state in State if state in step.froms)
        condition = ", while its planned end lies ahead" if step.ahead else ""
        condition += ", once its planned start is past" if step.begun else ""
        notices = " or ".join(f"`{kind}`" for kind in (step.notice, step.notice_of_many) if kind)
        who = step.audience.value
        rows.append((_words(move), froms + condition, _words(step.to), f"`{step.event}`", who, notices, _undone(step)))
    head = ("move", "from", "to", "event", "who hears", "notice, of one or of many", "may be undone")
    early, skew = moments.EARLIEST_START.seconds // 3600, moments.CLOCK_SKEW.seconds // 60
    deletable = ", ".join(_words(state) for state in State if state in lifecycle.DELETABLE)
    return f"""# States of a session

{table(("state", "`status`", "what may be edited"), states)}
A SCHEDULED session is confirmed when `isConfirmed` says so. What is edited in a completed session is a correction: it
needs a reason. A confirmation means what was agreed: when a nanny changes one of these of a confirmed session, it is
unconfirmed again: {_names(lifecycle.AGREED)}.

## Moves

{table(head, rows)}
Every other move is refused as `wrong_state`, a repeated one too. [Roles](roles.md) says who may make which.

A session starts at most {early} hours before its planned time, and ends no earlier than it started; neither lies in the
future, though {skew} minutes of a phone's wrong clock are forgiven. Care lasts at most 24 hours, and 25 over a night
when the clocks change.

Undo takes the last move back, for as long as the table says, where nothing else of the session has changed since but
its notes and, while it runs, its start. Its event is `{EventKind.CARE_SESSION_UNDONE}` and names the move. A second
undo in a row goes one move further back, and needs `If-Match`.

What may be deleted: {deletable}. The rest is the record.
"""


def _undone(step: Step) -> str:
    if step.undo is None:
        return "no"
    if step.undo.within is None:
        return f"while {_words(step.to)}"
    within, over = step.undo.within // _MINUTE, (step.undo.within_when_over or step.undo.within) // _MINUTE
    of_over = f", {over // 60} hours where it was over" if over != within else ""
    return (f"for {within // 60} hours" if within >= 60 else f"for {within} minutes") + of_over


def who_may() -> str:
    rows = []
    for capability in Capability:
        grants = roles.GRANTS[capability]
        star = " *" if capability in roles.IN_CHARGE else ""
        star += " +" if capability in roles.WITHOUT_NANNY else ""
        rows.append((f"{capability}{star}", *(str(grants.get(role, "no")) for role in Role)))
    return f"""# Roles

A person has one role in each family. Somebody who is no member of a family gets the same answer as for a family that
does not exist.

{table(("may", *Role), rows)}
"Their own" is what names them as its nanny; "unassigned" is what names nobody. A nanny who starts or records an
unassigned session becomes its nanny.

\\* A nanny who founded a family may do this too, until the first parent or coordinator joins.

\\+ A parent may do this too in a family that has no nanny.
"""


def what_is_told() -> str:
    rows = []
    for kind, row in KINDS.items():
        line = row.sentence % {"by": "Noor", "count": 3, "schedule": "Mornings", "minutes": 10}
        ways = " and ".join(_WAYS[way] for way in Way if way in TOPICS[row.topic].ways)
        after = ", after a minute" if row.waits and ways else ""
        rows.append((line, f"`{kind}`", row.heard_by, f"`{row.topic}`", f"{ways or '-'}{after}", _true(row)))
    reminders = "".join(f"- `{kind}`: {row.comes}\n" for kind, row in KINDS.items() if row.comes)
    return f"""# Notices

Everything that somebody is told of. It is in the inbox always; by mail and push it leaves by topic, as each person has
chosen. The table says how it leaves for who has chosen nothing; what can be undone leaves a minute later. Nobody is
told of their own act. The parents are those of the family or, where none has joined, its coordinators.

Before a notice leaves, Handsel asks once more whether it is still true, and whether its person still is a member and
has not read it. What is true no more stays in the inbox and does not leave. A notice of many sessions goes with those
that it is still true of.

{table(("notice", "kind", "who hears", "topic", "leaves by", "true"), rows)}
## When reminders come

{reminders}
Each comes once. What is late because no worker was running still comes while it is of use: tomorrow's sessions until
midnight, an answer until the start. What is over does not come.
"""


def _true(row: KindRow) -> str:
    *others, last = [_words(state) for state in State if state in row.states] or [""]
    states = f"while {', '.join(others)} or {last}" if others else f"while {last}"
    return ", ".join(filter(None, [states if last else "", row.condition.words])) or "always"


def _words(name: str) -> str:
    return name.lower().replace("_", " ") if isinstance(name, (State, Move)) else f"`{name}`"


def retention() -> str:
    rows = [
        (f"`{line.table}`", line.holds, line.kept, line.why, "; ".join(filter(None, (line.duty, line.by))))
        for line in POLICY
    ]
    return f"""# How long what is kept, and who erases it

Every table of the database. What erases by age is a duty of the worker, by its name on the operator's status page;
what somebody asks for is erased by [who manages the family, or by the operator](../how-to/erase.md). Of what is erased
times, rates, minutes, amounts and ids stay, and say "a child"; [why so](../explanation/privacy.md#erasing).

{table(("table", "holds", "kept", "why", "who erases"), rows)}"""


def _names(fields: Iterable[str]) -> str:
    """The fields as the API calls them."""
    return ", ".join(f"`{name}`" for name in sorted(map(schemas.api_name, fields)))


def main() -> None:
    django.configure(USE_I18N=False)
    stale = []
    for name, written in {
        "settings.md": settings(),
        "session-states.md": session_states(),
        "roles.md": who_may(),
        "notices.md": what_is_told(),
        "pay-lines.md": pay_reference.pay_lines(),
        "documents.md": pay_reference.documents(),
        "retention.md": retention(),
        "asvs.md": asvs_reference.asvs(),
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
