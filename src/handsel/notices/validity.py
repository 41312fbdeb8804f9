"""Whether notices still tell the truth, and of which sessions: asked just before they leave."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from uuid import UUID

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q, QuerySet

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.models import (
    CareSession,
    ChangeRequest,
    Expense,
    Notice,
    Payment,
    PayPeriod,
    PayPolicy,
    TimeOff,
    User,
)
from handsel.models.pay_periods import is_held
from handsel.notices import reminders
from handsel.notices.kinds import KINDS
from handsel.rules.change_requests import Answer
from handsel.rules.roles import Role

# The member that somebody is of a family whom a letter about their calendar finds gone.
_NO_MEMBER = UUID(int=0)


@dataclass(frozen=True, slots=True)
class ValidNotice:
    """A notice that is still true, the sessions that it is true of, and where its person stands in its family."""

    notice: Notice
    sessions: list[CareSession]
    standing: Standing


def still_valid(person: User, notices: Sequence[Notice], *, at: datetime) -> dict[UUID, ValidNotice]:
    """Return those of a person's notices that still tell the truth, of which of their sessions, by the notice's id.

    What is true no more is not in it, nor what the person has read already or may not see any more. Of a notice that
    speaks of no session the list is empty. The queries are as many for one notice as for many.
    """
    standings = {standing.family_id: standing for standing in visibility.standings(person) if person.is_active}
    sessions, about = still_true(notices, at=at), subjects(notices, at)
    valid = {}
    for notice in notices:
        standing, row = standings.get(notice.family_id), KINDS[notice.kind]
        subject = row.condition.subject
        if row.is_silent and person.is_active:  # the sessions leave the calendar of who has left, too
            standing = standing or Standing(person, notice.family_id, _NO_MEMBER, Role.VIEWER)
        elif standing is None or notice.read_at is not None:
            continue
        if notice.facts.get("undone") or (subject and notice.facts.get(subject) not in about):
            continue
        own_alone = row.is_own and standing.role is Role.NANNY
        still = [
            session
            for session in sessions[notice.id]
            if standing.member_id != _NO_MEMBER and not (own_alone and session.nanny_person_id not in (None, person.id))
        ]
        # A session that was confirmed may have been taken out of the book; its notice keeps its time.
        is_deleted = "deleted" in notice.facts and not sessions[notice.id]
        if still or not row.states or is_deleted:
            valid[notice.id] = ValidNotice(notice, still, standing)
    return valid


def still_true(notices: Sequence[Notice], *, at: datetime, with_people: bool = True) -> dict[UUID, list[CareSession]]:
    """Return the sessions that each notice is still true of, whoever reads it. One query."""
    sessions = sessions_of(notices, with_people=with_people)
    for notice in notices:
        row = KINDS[notice.kind]
        holds = row.condition.holds
        sessions[notice.id] = [
            session
            for session in sessions[notice.id]
            if (not row.states or session.state in row.states) and (holds is None or holds(session, notice.facts, at))
        ]
    return sessions


def sessions_of(notices: Sequence[Notice], *, with_people: bool = True) -> dict[UUID, list[CareSession]]:
    """Return all sessions that each notice speaks of and that are still there, in any state, the soonest first.

    One query. Each session knows whether it has_open_request, and whether a pay period holds it (is_held); with_people
    its family and nanny too.
    """
    ids = {notice.id: _still_told(notice) for notice in notices}
    batches = {notice.batch_id for notice in notices if notice.batch_id is not None}
    all_ids = {session_id for named in ids.values() for session_id in named}
    by_id, by_batch = {}, defaultdict(list)
    for row in _sessions(with_people).filter(Q(id__in=all_ids) | Q(batch__in=batches)) if all_ids or batches else ():
        by_id[row.id] = row
        by_batch[row.batch_id].append(row)
    sessions = {}
    for notice in notices:
        named = [by_id[session_id] for session_id in ids[notice.id] if session_id in by_id]
        named = by_batch[notice.batch_id] if notice.batch_id is not None else named
        # Of this family: facts are written by actions alone, but what leaves the book is looked at twice.
        of_family = (session for session in named if session.family_id == notice.family_id)
        sessions[notice.id] = sorted(of_family, key=lambda session: (session.scheduled_start, session.id))
    return sessions


@cache  # building it takes longer than asking it
def _sessions(with_people: bool) -> QuerySet[CareSession]:
    requests = ChangeRequest.objects.filter(session=OuterRef("pk"), status=Answer.OPEN)
    # unscoped: those that notices at hand name, kept to the family of each
    sessions = CareSession.objects.annotate(
        has_open_request=Exists(requests), is_held=ExpressionWrapper(is_held(), output_field=BooleanField())
    )
    return sessions.select_related("family", "nanny__user") if with_people else sessions


def session_ids(notice: Notice) -> list[UUID]:
    """Return the sessions that the notice names itself; those of a generation are its batch's."""
    if notice.session_id is not None:
        return [notice.session_id]
    return [UUID(session_id) for session_id in notice.facts.get("sessions", ())]


def _still_told(notice: Notice) -> list[UUID]:
    """Return those of its sessions of which nothing was taken back (notices.taking_back)."""
    taken_back = set(notice.facts.get("taken_back", ()))
    return [session_id for session_id in session_ids(notice) if str(session_id) not in taken_back]


def subjects(notices: Sequence[Notice], at: datetime) -> set[str]:
    """Return what these notices are about that still stands: the time off and the terms of pay that are still entered,
    payments that nobody voided, the schedules that run and that nobody has planned further, and the expenses and pay
    periods with how they stand. One query for each, where there is any.
    """
    time_off, schedules, policies, paid = (
        {UUID(notice.facts[name]) for notice in notices if name in notice.facts}
        for name in ("time_off", "schedule_id", "pay_policy", "payment")
    )
    # unscoped: what notices at hand name
    entered = TimeOff.objects.filter(id__in=time_off).values_list("id", flat=True) if time_off else ()
    # unscoped: what notices at hand name
    terms = PayPolicy.objects.filter(id__in=policies).values_list("id", flat=True) if policies else ()
    # unscoped: what notices at hand name
    counting = Payment.objects.filter(id__in=paid, voids=None, voided_by=None).values_list("id", flat=True)
    ending = reminders.ending_plans(at, schedules) if schedules else ()
    expenses = {UUID(notice.facts["expense"].split()[0]) for notice in notices if "expense" in notice.facts}
    # unscoped: what notices at hand name
    standing = Expense.objects.filter(id__in=expenses).values_list("id", "status") if expenses else ()
    named = {notice.facts["pay_period"].partition(" ")[0] for notice in notices if "pay_period" in notice.facts}
    # unscoped: what notices at hand name
    periods = PayPeriod.objects.filter(id__in=named) if named else ()
    return {
        *map(str, entered),
        *map(str, terms),
        *map(str, counting if paid else ()),
        *(str(schedule.id) for schedule in ending),
        *(f"{expense_id} {status}" for expense_id, status in standing),
        *(f"{period.id} {period.status}" for period in periods),
        *(f"{period.id} ASKED" for period in periods if period.reopen_asked_at),
    }
