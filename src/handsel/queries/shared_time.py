"""Time that one nanny is recorded for twice: taken as it is, and pointed out."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from uuid import UUID

from handsel.access import visibility
from handsel.models import CareSession
from handsel.rules import overlap, pay
from handsel.rules.overlap import Span, Stretch

_TIMES = ("actual_start", "actual_end")


def shared_minutes(sessions: Iterable[CareSession]) -> Mapping[UUID, int]:
    """Return of each session in how many minutes its nanny is recorded in another one too, in whichever family. One
    query.
    """
    listed = [session for session in sessions if session.is_exclusive and session.actual_times]
    times = {session.id: ran(session) for session in listed}
    spans: dict[UUID, list[Span[UUID]]] = defaultdict(list)
    if times:
        first, last = min(start for start, _ in times.values()), max(end for _, end in times.values())
        people = {session.nanny_person_id for session in listed if session.nanny_person_id}
        done = visibility.completed_sessions(people, first, last).order_by("actual_start", "id")
        for person_id, begun, ended, session_id in done.values_list("nanny_person_id", *_TIMES, "id"):
            spans[person_id].append(Span(pay.cut_to_minute(begun), pay.cut_to_minute(ended), session_id))
    shared: dict[UUID, int] = defaultdict(int)
    for of_nanny in spans.values():
        own = [span for span in of_nanny if span.key in times]
        for session_id, others in overlap.clashes(own, of_nanny).items():
            start, end = map(pay.cut_to_minute, times[session_id])
            shared_times = overlap.merged((max(start, other.start), min(end, other.end)) for other in others)
            shared[session_id] = sum(pay.minutes(*times) for times in shared_times)
    return shared


def ran(session: CareSession) -> Stretch:
    if session.actual_times is None:
        raise ValueError("What is billable has its times")  # actual_times_match_status
    return session.actual_times
