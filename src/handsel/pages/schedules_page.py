"""All schedules of a family, a page at a time: those that run, or those that are switched off."""

from dataclasses import dataclass
from uuid import UUID

from handsel.access import visibility
from handsel.formatting.dates import Formatter
from handsel.models import User
from handsel.pages import schedule_lines
from handsel.pages.schedule_lines import ScheduleLine
from handsel.rules.roles import Capability


@dataclass(frozen=True, slots=True)
class SchedulesPage:
    """`after` is the cursor of what follows, or None."""

    id: UUID
    name: str
    off: bool
    schedules: list[ScheduleLine]
    after: str | None
    may_plan: bool


def page(person: User, family_id: UUID, *, off: bool = False, after: str | None = None) -> SchedulesPage:
    """Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    lines, following = schedule_lines.part(person, standing, Formatter.of(person), active=not off, after=after)
    return SchedulesPage(family.id, family.name, off, lines, following, standing.may(Capability.PLAN))
