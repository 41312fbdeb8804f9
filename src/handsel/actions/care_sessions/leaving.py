"""What happens to a nanny's sessions when she is no longer a nanny of the family.

Nobody else may complete a session of hers, and a running one would keep her from starting any in her other families:
so it ends as she leaves (a parent may correct the time), and what is still to come waits for another nanny.
"""

from datetime import datetime

from django.db.models import F

from handsel.access.standing import Standing
from handsel.actions import history
from handsel.models import CareSession, Member, User
from handsel.notices import audience, outbox
from handsel.notices.messages import NoticeKind
from handsel.rules.history import EventKind, Source
from handsel.rules.lifecycle import Status


def leave(member: Member, *, standing: Standing, by: User, at: datetime, source: Source) -> None:
    """Complete the member's running sessions and take her name off those still to come. standing is who says so."""
    hers = CareSession.objects.filter(nanny=member).select_for_update(of=("self",)).order_by("id")
    running = list(hers.filter(status=Status.IN_PROGRESS))
    ahead = list(hers.filter(status=Status.SCHEDULED).ending_after(at))
    now = at.replace(microsecond=0)
    lines = []
    for session in running:
        ended = max(now, session.actual_start or now)
        CareSession.objects.filter(pk=session.pk).update(
            status=Status.COMPLETED, actual_end=ended, updated_at=at, version=F("version") + 1
        )
        changes = {"status": (Status.IN_PROGRESS, Status.COMPLETED), "actual_end": (None, ended)}
        lines.append((EventKind.CARE_SESSION_COMPLETED, session, changes))
    CareSession.objects.filter(pk__in=[session.pk for session in ahead]).update(
        nanny=None, nanny_person=None, updated_at=at, version=F("version") + 1
    )
    freed = {"nanny_id": (member.id, None)}
    lines += [(EventKind.CARE_SESSION_UPDATED, session, freed) for session in ahead]
    history.remember_all(
        history.line(
            kind,
            by=standing,
            at=at,
            source=source,
            session_id=session.id,
            schedule_id=session.schedule_id,
            changes=changes,
        )
        for kind, session, changes in lines
    )
    if ahead:
        outbox.tell(
            NoticeKind.SESSIONS_WITHOUT_NANNY,
            audience.parents(member.family_id),
            by=by,
            at=at,
            family_id=member.family_id,
            facts={"count": len(ahead)},
        )
