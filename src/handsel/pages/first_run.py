"""What comes next in a family that never had a session: a child, a schedule, the first sessions."""

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from handsel.access import visibility
from handsel.models import Family, User


@dataclass(frozen=True, slots=True)
class Beginning:
    """`step` is what comes next, 2 to 4: founding was the first. schedule_id: what sessions are generated from."""

    family_id: UUID
    family_name: str
    step: int
    schedule_id: UUID | None

    @property
    def done(self) -> int:
        return self.step - 1


def with_progress(person: User, families: QuerySet[Family]) -> QuerySet[Family]:
    """The same families in the same query, with how far the book of each has come."""
    of_family = {"family": OuterRef("pk")}
    schedules = visibility.care_schedules(person).filter(**of_family, is_active=True).order_by("id")
    return families.annotate(
        has_begun=Exists(visibility.care_sessions(person).filter(**of_family)),
        has_children=Exists(visibility.children(person).filter(**of_family, archived_at__isnull=True)),
        first_schedule_id=Subquery(schedules.values("id")[:1]),
    )


def beginnings(families: Iterable[Family]) -> list[Beginning]:
    """Of families that come from with_progress, those without a session."""
    return [
        Beginning(
            family_id=family.id,
            family_name=family.name,
            step=2 if not family.has_children else 4 if family.first_schedule_id else 3,
            schedule_id=family.first_schedule_id,
        )
        for family in families
        if not family.has_begun
    ]
