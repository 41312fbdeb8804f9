"""What a person does with what she is told."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from handsel.models import Notice, User
from handsel.rules.refusals import NotVisible


@transaction.atomic
def mark_read(notice_id: UUID, *, by: User, at: datetime) -> Notice:
    """One's own notice is read; the first time counts. Raises NotVisible."""
    notice = Notice.objects.select_for_update().filter(pk=notice_id, person=by).first()
    if notice is None:
        raise NotVisible
    if notice.read_at is None:
        notice.read_at = at
        notice.save(update_fields=["read_at"])
    return notice


def mark_all_read(*, by: User, at: datetime) -> int:
    """Everything that one was told is read; answers how much was new."""
    return Notice.objects.filter(person=by, read_at__isnull=True).update(read_at=at)
