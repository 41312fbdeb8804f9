"""Whether what somebody is to be told is still so: asked once more before it leaves; and the sessions it is about."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from handsel.models import CareSession, ChangeRequest, Member, Notice, TimeOff
from handsel.notices import reminders
from handsel.notices.kinds import KINDS
from handsel.rules.change_requests import Answer
from handsel.rules.roles import Role


def sessions_of(notice: Notice) -> list[CareSession]:
    """All that the notice speaks of and that are still there, whatever became of them, the soonest first."""
    return sessions([notice])[notice.id]


def sessions(notices: Sequence[Notice]) -> dict[UUID, list[CareSession]]:
    """Those that each notice speaks of and that are still there, in two queries. Each knows if it has_open_request."""
    ids = {notice.id: _session_ids(notice) for notice in notices}
    requests = ChangeRequest.objects.filter(session=OuterRef("pk"), status=Answer.OPEN)
    # unscoped: those that notices at hand name, kept to the family of each
    rows = CareSession.objects.select_related("family", "nanny__user").annotate(has_open_request=Exists(requests))
    by_id = {row.id: row for row in rows.filter(id__in={session_id for some in ids.values() for session_id in some})}
    batches = {notice.batch_id for notice in notices if notice.batch_id is not None}
    by_batch = defaultdict(list)
    for row in rows.filter(batch__in=batches) if batches else ():
        by_batch[row.batch_id].append(row)
    found = {}
    for notice in notices:
        some = [by_id[session_id] for session_id in ids[notice.id] if session_id in by_id]
        some = by_batch[notice.batch_id] if notice.batch_id is not None else some
        # Of this family: facts are written by actions alone, but what leaves the book is looked at twice.
        of_family = (session for session in some if session.family_id == notice.family_id)
        found[notice.id] = sorted(of_family, key=lambda session: (session.scheduled_start, session.id))
    return found


def still_valid(notices: Sequence[Notice], *, at: datetime) -> dict[UUID, list[CareSession]]:
    """Of which of their sessions these notices still tell the truth, the soonest first, by the notice's id.

    What is true no more is not in it, nor what its person has read already or may not see any more. Of a notice that
    speaks of no session the list is empty. The queries are as many for one notice as for many.
    """
    roles = _roles(notices)
    listed = sessions(notices)
    subjects = _entered(notices) | _ending(notices, at)
    valid = {}
    for notice in notices:
        role = roles.get((notice.person_id, notice.family_id))
        row = KINDS[notice.kind]
        condition = row.condition
        if role is None or notice.read_at is not None:
            continue
        if condition.subject and notice.facts.get(condition.subject) not in subjects:
            continue
        own_alone = row.is_own and role is Role.NANNY
        still = [
            session
            for session in listed[notice.id]
            if (not row.states or session.state in row.states)
            and condition.holds(session, notice.facts, at)
            and not (own_alone and session.nanny_person_id not in (None, notice.person_id))
        ]
        # A session that was confirmed may have been taken out of the book; its notice keeps its time.
        is_deleted = "deleted" in notice.facts and not listed[notice.id]
        if still or not row.states or is_deleted:
            valid[notice.id] = still
    return valid


def _session_ids(notice: Notice) -> list[UUID]:
    """The sessions that the notice names itself; those of a generation are its batch's."""
    if notice.session_id is not None:
        return [notice.session_id]
    return [UUID(session_id) for session_id in notice.facts.get("sessions", ())]


def _roles(notices: Iterable[Notice]) -> dict[tuple[UUID, UUID], Role]:
    people = {notice.person_id for notice in notices}
    rows = Member.objects.active().filter(user__in=people, user__is_active=True)
    return {(person, family): Role(role) for person, family, role in rows.values_list("user_id", "family_id", "role")}


def _entered(notices: Iterable[Notice]) -> set[str]:
    """The time off that is still entered."""
    ids = set(_facts(notices, "time_off"))
    # unscoped: what notices at hand name
    return {str(pk) for pk in TimeOff.objects.filter(id__in=ids).values_list("id", flat=True)} if ids else set()


def _ending(notices: Iterable[Notice], at: datetime) -> set[str]:
    """The schedules that still run, and that nobody has planned further."""
    ids = {UUID(pk) for pk in _facts(notices, "schedule_id")}
    return {str(schedule.id) for schedule in reminders.ending_plans(at, ids)} if ids else set()


def _facts(notices: Iterable[Notice], name: str) -> Iterator[str]:
    return (notice.facts[name] for notice in notices if name in notice.facts)
