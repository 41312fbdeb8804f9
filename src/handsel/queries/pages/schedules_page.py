"""All schedules of a family, those that are switched off last."""

from dataclasses import dataclass
from uuid import UUID

from handsel.access import visibility
from handsel.models import User
from handsel.queries.pages.reading import Reader
from handsel.queries.pages.schedule_lines import ScheduleLine, schedule_lines
from handsel.rules.roles import Capability


@dataclass(frozen=True, slots=True)
class SchedulesPage:
    id: UUID
    name: str
    schedules: list[ScheduleLine]
    may_plan: bool


def page(person: User, family_id: UUID) -> SchedulesPage:
    """Raises NotVisible."""
    standing, family = visibility.family(person, family_id)
    lines = schedule_lines(person, standing, Reader.of(person), active_only=False)
    return SchedulesPage(family.id, family.name, lines, standing.may(Capability.PLAN))
