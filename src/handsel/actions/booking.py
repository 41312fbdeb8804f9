"""No double booking: asked kindly here, promised by the database (no_double_booking)."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from handsel.access import visibility
from handsel.models import CareSession, User
from handsel.rules import overlap
from handsel.rules.lifecycle import Status
from handsel.rules.overlap import Span
from handsel.rules.refusals import AlreadyRunning, Clash, Clashing, Refusal


def check_availability(session: CareSession) -> None:
    """Raise AlreadyRunning or Clash unless the session, as it is about to be saved, has its nanny to itself."""
    for refusal in unavailable([session]).values():
        raise refusal


def unavailable(sessions: Iterable[CareSession]) -> dict[UUID, Refusal]:
    """Return the sessions that, as they are about to be saved, do not have their nanny to themselves: AlreadyRunning or
    Clash by session id. Of two that are in each other's way the first has the nanny.

    Locks the nannies first, so that of two sessions agreed at once the second sees the first, and neither waits for the
    other in a circle. Three statements at most, however many sessions.
    """
    booked = [
        (session.nanny_person_id, session)
        for session in sessions
        if session.nanny_person_id is not None
        and session.is_confirmed
        and session.is_exclusive
        and session.status in (Status.SCHEDULED, Status.IN_PROGRESS)
    ]
    if not booked:
        return {}
    ids = [session.id for _, session in booked]
    nannies = {nanny for nanny, _ in booked}
    lock(nannies)
    first = min(session.scheduled_start for _, session in booked)
    last = max(session.scheduled_end for _, session in booked)
    taken: dict[UUID | None, list[CareSession]] = defaultdict(list)
    competing = visibility.competing_sessions(nannies, first, last).taking_the_nanny().exclude(pk__in=ids)
    for rival in competing.order_by("scheduled_start", "id"):
        taken[rival.nanny_person_id].append(rival)
    starting = {nanny for nanny, session in booked if session.status == Status.IN_PROGRESS}
    running: set[UUID | None] = set()
    if starting:
        rows = visibility.running_sessions(starting).exclude(pk__in=ids)
        running = set(rows.values_list("nanny_person_id", flat=True))
    refusals: dict[UUID, Refusal] = {}
    for nanny, session in booked:
        is_running = session.status == Status.IN_PROGRESS
        clashes = [other for other in taken[nanny] if overlap.overlaps(_span(other), _span(session))]
        if is_running and nanny in running:
            refusals[session.id] = AlreadyRunning()
        elif clashes:
            refusals[session.id] = Clash(clashing(clashes, seen_from=session.family_id))
        else:
            taken[nanny].append(session)
            running |= {nanny} if is_running else set()
    return refusals


def lock(person_ids: Iterable[UUID]) -> None:
    """Lock these nannies: whoever else books them waits here. NO KEY: rows that refer to them may still be written."""
    list(User.objects.select_for_update(no_key=True).filter(pk__in=list(person_ids)).order_by("pk").values_list("pk"))


def clashing(competing: Iterable[CareSession], *, seen_from: UUID) -> list[Clashing]:
    """Return what a family may know of the sessions it clashes with: another family's is only "busy"."""
    return [
        Clashing(
            session_id=rival.id if rival.family_id == seen_from else None,
            scheduled_start=rival.scheduled_start,
            scheduled_end=rival.scheduled_end,
        )
        for rival in competing
    ]


def _span(session: CareSession) -> Span[UUID]:
    return Span(session.scheduled_start, session.scheduled_end, session.id)
