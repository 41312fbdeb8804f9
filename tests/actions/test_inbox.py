"""Reading notices in the inbox."""

from datetime import timedelta
from uuid import uuid4

import pytest

from handsel.actions import inbox
from handsel.models import Notice
from handsel.notices import outbox
from handsel.rules.notices import NoticeKind
from handsel.rules.refusals import NotVisible
from tests.world import LONG_AGO, NOW


def told(world, *people) -> list[Notice]:
    session = world.session()
    outbox.notify(
        NoticeKind.SESSION_CONFIRMED, [person.id for person in people], by=world.luis, at=LONG_AGO, session=session
    )
    return list(Notice.objects.filter(session=session).order_by("id"))


def test_noor_reads_her_notice_and_the_first_time_counts(world):
    (notice,) = told(world, world.noor)
    assert inbox.mark_read(notice.id, by=world.noor, at=NOW).read_at == NOW
    inbox.mark_read(notice.id, by=world.noor, at=NOW + timedelta(hours=1))
    notice.refresh_from_db()
    assert notice.read_at == NOW


def test_nobody_reads_the_notice_of_another(world):
    (notice,) = told(world, world.noor)
    for notice_id in (notice.id, uuid4()):
        with pytest.raises(NotVisible):
            inbox.mark_read(notice_id, by=world.ana, at=NOW)
    notice.refresh_from_db()
    assert notice.read_at is None


def test_reading_all_reads_ones_own_and_tells_how_many_were_new(world):
    first, of_ana = told(world, world.noor, world.ana)
    told(world, world.noor)
    inbox.mark_read(first.id, by=world.noor, at=LONG_AGO)
    assert inbox.mark_all_read(by=world.noor, at=NOW) == 1
    assert inbox.mark_all_read(by=world.noor, at=NOW) == 0
    assert not Notice.objects.filter(person=world.noor, read_at__isnull=True).exists()
    first.refresh_from_db()
    of_ana.refresh_from_db()
    assert (first.read_at, of_ana.read_at) == (LONG_AGO, None)
