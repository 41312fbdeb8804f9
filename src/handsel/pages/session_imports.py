"""The page that imports past sessions: what it needs, and the imports that can still be taken back."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Count

from handsel.access import checks, visibility
from handsel.models import SessionImport, User
from handsel.rules import session_imports as rules
from handsel.rules.roles import Capability


@dataclass(frozen=True, slots=True)
class RecentImport:
    """An import that can still be taken back."""

    id: UUID
    sessions: int
    when: str


@dataclass(frozen=True, slots=True)
class ImportPage:
    family_id: UUID
    family_name: str
    time_zone: str
    needed: list[str]
    others: list[str]
    recent: list[RecentImport]


def page(person: User, family_id: UUID, *, at: datetime) -> ImportPage:
    """Return what the page shows. Raises NotVisible or NotAllowed. Two queries."""
    standing, family = visibility.family(person, family_id)
    checks.may(standing, Capability.IMPORT_SESSIONS)
    imports = SessionImport.objects.filter(
        family=family, undone_at__isnull=True, created_at__gt=at - rules.UNDONE_WITHIN
    )
    formatter = person.formatter
    recent = [
        RecentImport(row.id, row.sessions, formatter.moment(row.created_at, family.time_zone))
        for row in imports.annotate(sessions=Count("rows")).order_by("-created_at", "-id")
    ]
    needed = [column.value for column in rules.NEEDED]
    others = [column.value for column in rules.Column if column not in rules.NEEDED]
    return ImportPage(family.id, family.name, family.time_zone, needed, others, recent)
