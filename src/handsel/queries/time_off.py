"""When a nanny or the whole family is away."""

from dataclasses import dataclass
from datetime import date, time
from uuid import UUID

from handsel.access import visibility
from handsel.models import TimeOff, User
from handsel.queries import paging
from handsel.queries.paging import Order, Page
from handsel.rules.drafts import Draft


@dataclass(frozen=True, slots=True)
class TimeOffRow:
    """Both days inclusive; without hours the whole days. A `nanny_id` of None is the whole family."""

    id: UUID
    family_id: UUID
    nanny_id: UUID | None
    from_date: date
    to_date: date
    start_time: time | None
    end_time: time | None
    reason: str


def listed(person: User, family_id: UUID, wanted: Draft) -> Page[TimeOffRow]:
    """A family's time off by its first day. wanted: cursor, limit. Raises NotVisible or Invalid. Two queries."""
    visibility.standing(person, family_id)
    rows = visibility.time_off(person).filter(family_id=family_id)
    found, following = paging.part(rows, wanted, Order(f"time_off:{family_id}", ("from_date", "id")))
    return Page([row(one) for one in found], following)


def row(time_off: TimeOff) -> TimeOffRow:
    """The time off as it was entered."""
    return TimeOffRow(
        id=time_off.id,
        family_id=time_off.family_id,
        nanny_id=time_off.nanny_id,
        from_date=time_off.from_date,
        to_date=time_off.to_date,
        start_time=time_off.start_time,
        end_time=time_off.end_time,
        reason=time_off.reason,
    )
