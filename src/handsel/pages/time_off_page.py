"""The time off of a family and its nannies, a page at a time: from today on, or what was."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from handsel.access import visibility
from handsel.formatting.dates import Formatter
from handsel.models import User
from handsel.pages import family_page
from handsel.pages.family_page import OffLine
from handsel.rules import local_time
from handsel.rules.roles import Capability, Role

_MOST = 30


@dataclass(frozen=True, slots=True)
class TimeOffPage:
    """`nannies` are whom this person may enter time off for, beside the family; None where it is only herself. `after`
    is the cursor of what follows, or None.
    """

    id: UUID
    name: str
    past: bool
    entries: list[OffLine]
    after: str | None
    nannies: list[tuple[UUID, str]] | None
    may_enter: bool


def page(person: User, family_id: UUID, *, at: datetime, past: bool = False, after: str | None = None) -> TimeOffPage:
    """Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    any_ones = standing.may(Capability.TIME_OFF_ANY)
    members = visibility.members(person).filter(family_id=family_id, role=Role.NANNY).select_related("user")
    today = local_time.local_date(at, family.time_zone)
    entries, following = family_page.time_off(
        person, standing, Formatter.of(person), today=today, most=_MOST, past=past, after=after
    )
    return TimeOffPage(
        id=family.id,
        name=family.name,
        past=past,
        entries=entries,
        after=following,
        nannies=[(m.id, m.user.first_name) for m in members.order_by("joined_at", "id")] if any_ones else None,
        may_enter=any_ones or standing.may(Capability.TIME_OFF_OWN, own=True),
    )


def family_of(person: User, time_off_id: UUID) -> UUID:
    """The family of an entry that this person can see. Raises NotVisible."""
    standing, _ = visibility.one_time_off(person, time_off_id)
    return standing.family_id
