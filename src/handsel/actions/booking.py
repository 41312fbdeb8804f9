"""No double booking: asked kindly here, promised by the database (no_double_booking)."""

from collections.abc import Iterable
from uuid import UUID

from handsel.access import visibility
from handsel.models import CareSession, User
from handsel.rules.lifecycle import Status
from handsel.rules.refusals import AlreadyRunning, Clash, Clashing


def check_availability(session: CareSession) -> None:
    """Make sure that the session, as it is about to be saved, has its nanny to itself.

    Locks the nanny's row first, so that of two sessions agreed at once the second sees the first, and neither waits
    for the other in a circle. Raises AlreadyRunning or Clash.
    """
    if session.nanny_person_id is None or session.overlap_allowed or not session.is_confirmed:
        return
    if session.status not in (Status.SCHEDULED, Status.IN_PROGRESS):
        return
    lock([session.nanny_person_id])
    rivals = visibility.competing_sessions([session.nanny_person_id], session.scheduled_start, session.scheduled_end)
    taken = list(rivals.taking_the_nanny().exclude(pk=session.pk).order_by("scheduled_start", "id"))
    running = visibility.running_sessions(session.nanny_person_id).exclude(pk=session.pk)
    if session.status == Status.IN_PROGRESS and running.exists():
        raise AlreadyRunning
    if taken:
        raise Clash(clashing(taken, seen_from=session.family_id))


def lock(person_ids: Iterable[UUID]) -> None:
    """Whoever books these nannies waits here. NO KEY: rows that refer to them may still be written."""
    list(User.objects.select_for_update(no_key=True).filter(pk__in=list(person_ids)).order_by("pk").values_list("pk"))


def clashing(rivals: Iterable[CareSession], *, seen_from: UUID) -> list[Clashing]:
    """What a family may know of the sessions it clashes with: another family's is only "busy"."""
    return [
        Clashing(
            session_id=rival.id if rival.family_id == seen_from else None,
            scheduled_start=rival.scheduled_start,
            scheduled_end=rival.scheduled_end,
        )
        for rival in rivals
    ]
