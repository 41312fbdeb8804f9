"""The check of sessions against their history: each stands as the lines that name it told last."""

from datetime import UTC, datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import Any

from handsel.models import CareSession, Event
from handsel.queries.verification.checks import Look, by_rows, row_name
from handsel.queries.verification.versions import BEGIN, CHANGE

# What every line names that changes it.
_TOLD = (
    *("status", "is_confirmed", "nanny_id", "hourly_rate"),
    *("scheduled_start", "scheduled_end", "actual_start", "actual_end"),
)


@by_rows("sessions are what history tells", "sessions", ["events_are_kept", "all_events_are_kept"])
def told(look: Look) -> None:
    """Compare each session with its lines; both are read in the order of the sessions' ids."""
    # unscoped: the whole book
    lines = Event.objects.filter(session_id__isnull=False, kind__in=(*BEGIN, *CHANGE)).order_by(
        "session_id", *Event.AS_WRITTEN
    )
    of_sessions = groupby(lines.values_list("session_id", "changes").iterator(), itemgetter(0))
    session_id, of_session = next(of_sessions, (None, None))
    # unscoped: the whole book
    for pk, *columns in CareSession.objects.order_by("pk").values_list("pk", *_TOLD).iterator():
        look.counted += 1
        while session_id is not None and session_id < pk:
            session_id, of_session = next(of_sessions, (None, None))
        if session_id != pk or of_session is None:
            continue
        last: dict[str, Any] = {}
        for _, changes in of_session:
            last |= {name: changes[name][1] for name in _TOLD if name in changes}
        stands = {name: _as_told(value) for name, value in zip(_TOLD, columns, strict=True)}
        if wrong := [name for name in last if last[name] != stands[name]]:
            look.note(row_name(CareSession._meta.db_table, pk, f"{', '.join(wrong)} is not what history tells"))


def _as_told(value: Any) -> Any:
    """Return a column as history keeps it."""
    match value:
        case None | bool():
            return value
        case datetime():
            return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        case Decimal():
            return f"{value:.2f}"
        case _:
            return str(value)
