"""The browsers of a person: what they are called, and those that notices are pushed to, as the settings list them."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext

from handsel.formatting import names
from handsel.models import Device, User
from handsel.rules import local_time

# The first mark that is found says it: most browsers name others beside themselves.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_SYSTEMS = {
    "Android": "Android",
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Windows": "Windows",
    "CrOS": "ChromeOS",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


@dataclass(frozen=True, slots=True)
class PushDevice:
    id: UUID
    name: str
    about: str
    is_this: bool


def devices(person: User, *, here: UUID | None) -> list[PushDevice]:
    """This browser's first, then the newest. Nothing of where they are reached. One query."""
    rows = Device.objects.filter(person=person).order_by("-created_at", "-id")
    shown = [PushDevice(row.id, row.name, _about(row, person), row.id == here) for row in rows]
    return sorted(shown, key=lambda device: not device.is_this)


def _about(row: Device, person: User) -> str:
    formatter, zone = person.formatter, person.time_zone or "UTC"

    def day(at: datetime) -> str:
        return formatter.full(local_time.local_date(at, zone))

    last_push = (
        gettext("last notification %(day)s") % {"day": day(row.last_push_at)}
        if row.last_push_at
        else gettext("no notifications yet")
    )
    return names.join_facts(gettext("since %(day)s") % {"day": day(row.created_at)}, last_push)


def browser_name(user_agent: str) -> str:
    """Chrome on Android."""
    browser, system = _first(_BROWSERS, user_agent), _first(_SYSTEMS, user_agent)
    if browser and system:
        return gettext("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or gettext("Some program")


def _first(marks: dict[str, str], user_agent: str) -> str:
    return next((name for mark, name in marks.items() if mark in user_agent), "")
