"""Confirm, start and complete below the doors, beside lean ORM calls in the same tables: one guarded update() and one
create() of the event, in one transaction.
"""

import os
import time
from collections.abc import Callable
from functools import partial

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handsel.settings")
django.setup()

from django.db import connection, transaction
from django.db.models import F
from django.test.utils import CaptureQueriesContext

from bench import families
from bench.figures import Figure, keep
from bench.served import median
from handsel.actions import care_sessions
from handsel.models import CareSession, Event, Family, Member, User
from handsel.rules.history import Source
from handsel.rules.lifecycle import Status
from handsel.rules.moves import Move

MOST_STATEMENTS = 4
ENDS = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE")


def lean(session: CareSession, by: Member, kind: str, columns: dict[str, object]) -> None:
    """The least by Django: what is asked for is written where the row stands as it was seen, and so is its event."""
    with transaction.atomic():
        seen = CareSession.objects.filter(pk=session.pk, version=session.version, status=session.status)
        assert seen.update(version=F("version") + 1, updated_at=families.NOW, **columns) == 1
        Event.objects.create(
            family_id=session.family_id,
            session_id=session.pk,
            kind=kind,
            at=families.NOW,
            by=by,
            source="WEB",
            changes={},
        )


def statements(act: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        act()
    return sum(not query["sql"].lstrip().startswith(ENDS) for query in captured.captured_queries)


def main() -> None:
    family = Family.objects.get(name="Riveras 0")
    ana = User.objects.get(email=families.parent_of(0))
    parent = Member.objects.get(family=family, user=ana)
    waiting = CareSession.objects.filter(family=family, status=Status.SCHEDULED, is_confirmed=False)
    sessions = list(waiting.select_related("nanny__user").order_by("scheduled_start"))
    ours_first, lean_next = sessions[0:120:2], sessions[1:120:2]
    taken: dict[str, dict[str, list[float]]] = {}
    asked: dict[str, int] = {}
    confirmed = {"is_confirmed": True, "confirmed_at": families.NOW, "confirmed_by": parent}
    ends = {
        "confirm": (Move.CONFIRM, "session.confirmed", confirmed),
        "start": (Move.START, "session.started", {"status": Status.IN_PROGRESS}),
        "complete": (Move.COMPLETE, "session.completed", {"status": Status.COMPLETED}),
    }  # fmt: skip
    for number, (mine, other) in enumerate(zip(ours_first, lean_next, strict=True)):
        for name, (move, kind, of_all) in ends.items():
            by = ana if move is Move.CONFIRM else mine.nanny.user
            at = {"confirm": families.NOW, "start": mine.scheduled_start, "complete": mine.scheduled_end}[name]
            act = partial(care_sessions.move, move, mine.id, by=by, at=at, source=Source.WEB)
            own = {} if move is Move.CONFIRM else {"actual_start" if move is Move.START else "actual_end": at}
            columns = of_all | own
            if number == 0:  # what is read once in a process is read by now
                asked[name] = statements(act)
                lean(other, parent, kind, columns)
            else:
                times = taken.setdefault(name, {"ours": [], "lean": []})
                begun = time.perf_counter()
                act()
                between = time.perf_counter()
                lean(other, parent, kind, columns)
                times["ours"].append(between - begun)
                times["lean"].append(time.perf_counter() - between)
            other.refresh_from_db()
    for name, times in taken.items():
        mine, other = median(times["ours"]), median(times["lean"])
        keep(
            Figure(
                f"{name} below the doors", 1000 * mine, "ms", "lean ORM calls", 1000 * other, other / mine, 0.4, 0.6,
                smaller_is_better=False, note=f"{asked[name]} statements of {MOST_STATEMENTS}",
            )
        )  # fmt: skip


if __name__ == "__main__":
    main()
