"""The page that exports a family's record: how far it is, what went wrong, and the file once it is there."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext, gettext_lazy

from handsel.access import visibility
from handsel.formatting.dates import Formatter
from handsel.models import Export, User
from handsel.rules.exports import KEPT_FOR, STOPPED, UNDER_WAY, ExportStatus
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability

_STEPS = {
    "family": gettext_lazy("Family"),
    "children": gettext_lazy("Children"),
    "members": gettext_lazy("Members"),
    "care-schedules": gettext_lazy("Schedules"),
    "care-sessions": gettext_lazy("Sessions"),
    "events": gettext_lazy("History"),
    "time-off": gettext_lazy("Time off"),
    "csv": gettext_lazy("Tables"),
    "documents": gettext_lazy("Documents"),
    "receipts": gettext_lazy("Receipts"),
    "zip": gettext_lazy("Putting it together"),
}


@dataclass(frozen=True, slots=True)
class ShownExport:
    """The latest export: `doing` says what is written just now, `trouble` why there is no file."""

    id: UUID
    is_under_way: bool
    is_there: bool
    done: int
    total: int
    doing: str
    trouble: str
    size: str
    until: str


@dataclass(frozen=True, slots=True)
class ExportPage:
    family_id: UUID
    family_name: str
    export: ShownExport | None


def page(person: User, family_id: UUID, *, at: datetime) -> ExportPage:
    """Return what the page shows. Raises NotVisible or NotAllowed. Two queries."""
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.EXPORT, own=True):
        raise NotAllowed
    rows = Export.objects.filter(family=family, person=person, created_at__gt=at - KEPT_FOR)
    latest = rows.order_by("-created_at", "-id").first()
    formatter = person.formatter
    shown = None if latest is None else _shown(latest, formatter, family.time_zone)
    return ExportPage(family.id, family.name, shown)


def _shown(export: Export, formatter: Formatter, zone: str) -> ShownExport:
    trouble = ""
    if export.status == ExportStatus.FAILED:
        trouble = gettext("It was stopped.") if export.error == STOPPED else gettext("It could not be written.")
    doing = gettext("It begins in a moment.")
    if export.total:
        step = _STEPS.get(export.step, gettext("Pay"))
        doing = gettext("%(step)s, %(done)s of %(total)s") % {
            "step": step,
            "done": export.done + 1,
            "total": export.total,
        }
    return ShownExport(
        export.id,
        is_under_way=export.status in UNDER_WAY,
        is_there=export.status == ExportStatus.DONE,
        done=export.done,
        total=export.total,
        doing=doing,
        trouble=trouble,
        size=_size(export.size or 0),
        until=formatter.full_at(export.expires_at, zone),
    )


def _size(count: int) -> str:
    return gettext("%(size)s MB") % {"size": f"{max(count / 1_000_000, 0.1):.1f}"}
