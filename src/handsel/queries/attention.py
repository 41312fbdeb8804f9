"""Which sessions ask for somebody: rules.attention as conditions of a query, and the reasons of what it finds."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from handsel.models import ChangeRequest
from handsel.models.care_sessions import LONGER_THAN_ANY, ends_after
from handsel.models.pay_periods import is_held
from handsel.rules import attention, reminders
from handsel.rules.attention import RECORDED_WITHIN, Reason
from handsel.rules.change_requests import Answer
from handsel.rules.lifecycle import Status
from handsel.rules.time_off import Away

OPEN_REQUEST = Exists(ChangeRequest.objects.filter(session=OuterRef("pk"), status=Answer.OPEN))
_AWAY = {Away.NANNY: Reason.NANNY_AWAY, Away.FAMILY: Reason.FAMILY_AWAY}


def asks_for_somebody(at: datetime, away: Collection[UUID] = ()) -> Q:
    """Return the condition for sessions that rules.attention finds a reason for. away: the ids of those that time off
    of their nanny or family touches (access.absences).
    """
    return to_settle(at, away) | _ahead(at) & Q(is_confirmed=False)


def to_settle(at: datetime, away: Collection[UUID] = ()) -> Q:
    """Return the same condition for what asks for more than to be confirmed."""
    asks = Q(is_confirmed=True, nanny_id=None) | Q(OPEN_REQUEST) | Q(pk__in=list(away))
    unrecorded = lately_over(at) & Q(is_confirmed=True)
    overruns = Q(status=Status.IN_PROGRESS, scheduled_end__lte=at - reminders.LATE_TO_END) & ~is_held()
    return _ahead(at) & asks | unrecorded | overruns


def never_confirmed(at: datetime) -> Q:
    """Return the condition for what is over, was never confirmed, and may still have happened."""
    return lately_over(at) & Q(is_confirmed=False)


def reasons(
    session: Any, *, at: datetime, away: Mapping[UUID, Collection[Away]], has_open_request: bool
) -> tuple[Reason, ...]:
    """Return why a session (a row, or what a query lists) needs attention. away: by the sessions' ids."""
    return attention.reasons(
        session.state,
        session.scheduled_end,
        at=at,
        has_nanny=session.nanny_id is not None,
        away=[_AWAY[who] for who in away.get(session.id, ())],
        has_open_request=has_open_request,
    )


def _ahead(at: datetime) -> Q:
    return Q(ends_after(at), status=Status.SCHEDULED)


def lately_over(at: datetime) -> Q:
    """Return the condition for what is over and asks for its record: not what a pay period holds as it is."""
    over = Q(
        status=Status.SCHEDULED,
        scheduled_end__lte=at,
        scheduled_end__gt=at - RECORDED_WITHIN,
        scheduled_start__gt=at - RECORDED_WITHIN - LONGER_THAN_ANY,  # for the index
    )
    return over & ~is_held()
