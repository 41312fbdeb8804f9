"""The sessions that notices speak of."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from handsel.models import CareSession, Notice


def sessions_of(notice: Notice) -> list[CareSession]:
    """All that the notice speaks of and that are still there, whatever became of them, the soonest first."""
    return sessions([notice])[notice.id]


def sessions(notices: Sequence[Notice]) -> dict[UUID, list[CareSession]]:
    """Those that each notice speaks of and that are still there, in two queries."""
    named = {notice.id: _ids(notice) for notice in notices}
    rows = CareSession.objects.select_related("family", "nanny__user")
    by_id = {row.id: row for row in rows.filter(id__in={one for ids in named.values() for one in ids})}
    batches = {notice.batch_id for notice in notices if notice.batch_id is not None}
    by_batch = defaultdict(list)
    for row in rows.filter(batch__in=batches).order_by("scheduled_start", "id") if batches else ():
        by_batch[row.batch_id].append(row)
    found = {}
    for notice in notices:
        some = [by_id[one] for one in named[notice.id] if one in by_id]
        some = by_batch[notice.batch_id] if notice.batch_id is not None else some
        # Of this family: facts are written by actions alone, but what leaves the book is looked at twice.
        mine = (one for one in some if one.family_id == notice.family_id)
        found[notice.id] = sorted(mine, key=lambda one: (one.scheduled_start, one.id))
    return found


def _ids(notice: Notice) -> list[UUID]:
    """The sessions that the notice names itself; those of a generation are its batch's."""
    if notice.session_id is not None:
        return [notice.session_id]
    return [UUID(one) for one in notice.facts.get("sessions", ())]
