"""Exporting the record of a family as one person sees it: asked for, written by the worker, fetched for a week."""

import logging
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from handsel.access import visibility
from handsel.actions import history
from handsel.models import Export, User
from handsel.rules.exports import KEPT_FOR, LEASE, STOPPED, UNDER_WAY, ExportStatus
from handsel.rules.history import EventKind, Source
from handsel.rules.refusals import NotAllowed, NotVisible, WrongState
from handsel.rules.roles import Capability

log = logging.getLogger(__name__)


def start(family_id: UUID, *, by: User, at: datetime, source: Source) -> Export:
    """Ask for an export, to be written by the worker; the one that is under way is answered instead of a second.

    Raises NotVisible or NotAllowed.
    """
    _check(by, family_id)
    running = Export.objects.filter(family_id=family_id, person=by, status__in=UNDER_WAY)
    try:
        with transaction.atomic():
            visibility.lock_active_person(by)
            export = running.first()
            if export is None:
                export = Export.objects.create(family_id=family_id, person=by, created_at=at, next_at=at)
                log.info("Export %s asked for by %s from %s", export.id, by.id, source)
            return export
    except IntegrityError:  # asked for twice at once
        return running.get()


def get(export_id: UUID, *, by: User) -> Export:
    """Return one's own export. Raises NotVisible, also for who has left the family."""
    export = Export.objects.filter(pk=export_id, person=by).first()
    if export is None:
        raise NotVisible
    _check(by, export.family_id)
    return export


def _check(person: User, family_id: UUID) -> None:
    if not visibility.standing(person, family_id).may(Capability.EXPORT, own=True):
        raise NotAllowed


def finished(export_id: UUID, *, by: User, at: datetime) -> Export:
    """Return one's own export whose file is there. Raises NotVisible, or WrongState while it is not, or no more."""
    export = get(export_id, by=by)
    if export.status != ExportStatus.DONE or export.created_at + KEPT_FOR <= at:
        raise WrongState
    return export


@transaction.atomic
def stop(export_id: UUID, *, by: User, at: datetime, source: Source) -> Export:
    """Stop an export that is under way; again, or when it is done, it changes nothing. Raises NotVisible."""
    export = get(export_id, by=by)
    Export.objects.filter(pk=export.pk, status__in=UNDER_WAY).update(
        status=ExportStatus.FAILED, error=STOPPED, finished_at=at
    )
    log.info("Export %s stopped by %s from %s", export.id, by.id, source)
    export.refresh_from_db()
    return export


# Writing them, which is the worker's


@dataclass(slots=True)
class Claimed:
    """An export that is this worker's to write until `lease`, which moves on with what is done."""

    export: Export
    lease: datetime


def claim(at: datetime) -> Claimed | None:
    """Claim the next export that waits, or whose worker died; of several workers that ask at once one gets it."""
    # unscoped: everybody's, by when it is due
    for export in Export.objects.due(at).filter(status__in=UNDER_WAY).select_related("person").order_by("next_at"):
        row = Export.objects.filter(pk=export.pk, status__in=UNDER_WAY)
        if row.claim(at, LEASE, status=ExportStatus.RUNNING):
            return Claimed(export, at + LEASE)
    return None


def note_progress(claimed: Claimed, step: str, done: int, total: int, *, at: datetime) -> bool:
    """Note how far it is, and hold it on; return False where it was stopped, or another worker has it."""
    held = Export.objects.filter(pk=claimed.export.pk, status=ExportStatus.RUNNING).held_until(claimed.lease)
    if not held.update(step=step, done=done, total=total, next_at=at + LEASE):
        return False
    claimed.lease = at + LEASE
    return True


@transaction.atomic
def finish(claimed: Claimed, *, size: int, sha256: str, total: int, at: datetime) -> bool:
    """Note that the file is there, in history too; return False where it was stopped, or another worker has it."""
    export = claimed.export
    held = Export.objects.filter(pk=export.pk, status=ExportStatus.RUNNING).held_until(claimed.lease)
    columns = {"size": size, "sha256": sha256, "done": total, "total": total, "finished_at": at}
    if not held.update(status=ExportStatus.DONE, step="", **columns):
        return False
    standing = visibility.standing(export.person, export.family_id)
    history.record(EventKind.EXPORT_MADE, by=standing, at=at, source=Source.WORKER, nanny_id=standing.member_id)
    return True


def fail(claimed: Claimed, error: str, *, at: datetime) -> None:
    """Note that it could not be written. It can be asked for again."""
    held = Export.objects.filter(pk=claimed.export.pk).held_until(claimed.lease)
    held.update(status=ExportStatus.FAILED, error=error[:80], finished_at=at)


def drop_over(at: datetime) -> list[UUID]:
    """Drop exports that are older than a week, and return the ids of all that are still kept."""
    # unscoped: everybody's, by age alone
    everybodys = Export.objects.all()
    everybodys.filter(created_at__lte=at - KEPT_FOR).delete()
    return list(everybodys.values_list("id", flat=True))
