"""What one side asked of the other about a session."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from handsel.access import visibility
from handsel.models import ChangeRequest, User
from handsel.queries import paging
from handsel.queries.paging import Order, Page
from handsel.rules.drafts import Draft


@dataclass(frozen=True, slots=True)
class ChangeRequestRow:
    id: UUID
    family_id: UUID
    session_id: UUID
    status: str
    message: str
    scheduled_start: datetime | None
    scheduled_end: datetime | None
    child_ids: list[UUID] | None
    asked_by: UUID
    asked_at: datetime
    answered_by: UUID | None
    answered_at: datetime | None
    answer: str


def listed(person: User, session_id: UUID, wanted: Draft) -> Page[ChangeRequestRow]:
    """All requests about a session, the first one first. wanted: cursor, limit.

    Raises NotVisible or Invalid. Two queries.
    """
    visibility.care_session(person, session_id)
    rows = visibility.change_requests(person).filter(session_id=session_id)
    found, following = paging.part(rows, wanted, Order(f"change_requests:{session_id}"))
    return Page([row(request) for request in found], following)


def row(request: ChangeRequest) -> ChangeRequestRow:
    """The request as it stands."""
    return ChangeRequestRow(
        id=request.id,
        family_id=request.family_id,
        session_id=request.session_id,
        status=request.status,
        message=request.message,
        scheduled_start=request.scheduled_start,
        scheduled_end=request.scheduled_end,
        child_ids=None if request.child_ids is None else [UUID(child_id) for child_id in request.child_ids],
        asked_by=request.asked_by_id,
        asked_at=request.asked_at,
        answered_by=request.answered_by_id,
        answered_at=request.answered_at,
        answer=request.answer,
    )
