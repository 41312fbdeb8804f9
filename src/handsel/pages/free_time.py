"""Free time that somebody wants to fill: for which of the families."""

from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID

from handsel.access import visibility
from handsel.models import User
from handsel.pages.calendar import shared_zone
from handsel.pages.family_page import ROLES
from handsel.rules import local_time
from handsel.rules.roles import Capability


@dataclass(frozen=True, slots=True)
class Place:
    """A family with the time as its own clocks show it: what the form for a new session starts from."""

    family_id: UUID
    family_name: str
    role_name: str
    starts_from: dict[str, str]


def places(person: User, wanted: tuple[date, time, time] | None) -> list[Place]:
    """The families in which this person may add a session. wanted: day, start and end on the calendar's clocks. Two
    queries.
    """
    standings = {standing.family_id: standing for standing in visibility.standings(person)}
    families = [family for family in visibility.families(person).order_by("name", "id") if family.id in standings]
    return [
        Place(
            family.id,
            family.name,
            str(ROLES[standings[family.id].role]),
            _on_clocks_of(family.time_zone, wanted, shared_zone(person, families)) if wanted else {},
        )
        for family in families
        if standings[family.id].may(Capability.PLAN)
    ]


def _on_clocks_of(zone: str, wanted: tuple[date, time, time], shown_in: str) -> dict[str, str]:
    day, first, last = wanted
    start = datetime.combine(day, first)
    end = start + local_time.wall_length(first, last)
    if zone != shown_in:
        start, end = (local_time.wall(local_time.instant(wall, shown_in), zone) for wall in (start, end))
    return {"day": start.date().isoformat(), "from": f"{start:%H:%M}", "to": f"{end:%H:%M}"}
