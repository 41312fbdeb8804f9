"""The devices that a person is told on, as the settings list them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from handsel.formatting import names
from handsel.formatting.dates import Formatter
from handsel.models import Device, User
from handsel.rules import local_time


@dataclass(frozen=True, slots=True)
class PushDevice:
    id: UUID
    name: str
    about: str
    is_this: bool


def devices(person: User, *, here: UUID | None) -> list[PushDevice]:
    """This browser's first, then the newest. Nothing of where they are rung. One query."""
    rows = Device.objects.filter(person=person).order_by("-created_at", "-id")
    found = [PushDevice(row.id, row.name, _about(row, person), row.id == here) for row in rows]
    return sorted(found, key=lambda device: not device.is_this)


def _about(row: Device, person: User) -> str:
    formatter, zone = Formatter.of(person), person.time_zone or "UTC"

    def day(at: datetime) -> str:
        return formatter.full(local_time.local_date(at, zone))

    told = (
        gettext("last told %(day)s") % {"day": day(row.last_push_at)}
        if row.last_push_at
        else gettext("told nothing yet")
    )
    return names.join_facts(gettext("since %(day)s") % {"day": day(row.created_at)}, told)
