"""The rail of a wide screen and the bar of a phone: where one can go from every page, and where one begins."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext, gettext_lazy

from handsel.pages import shell
from handsel.pages.shell import Shell

# Whom anybody may be in an example: the word that the button sends, the name, and who that is.
EXAMPLES = {
    "noor": ("Noor", gettext_lazy("nanny to the Riveras and the Okafors")),
    "ana": ("Ana", gettext_lazy("parent, Emma and Theo")),
    "ada": ("Ada", gettext_lazy("parent, Zuri")),
}

_PAGES = {
    "today": {"today"},
    "home": {"family_home"},
    "calendar": {"calendar", "calendar_add"},
    "records": {"records", "family_records"},
    "inbox": {"inbox"},
    "families": {"families", "family", "members", "children", "time_off", "schedules", "family_sessions"},
    "settings": {"settings"},
    "more": {
        "more",
        "families",
        "family",
        "members",
        "children",
        "time_off",
        "schedules",
        "settings",
        "family_sessions",
    },
}


@dataclass(frozen=True, slots=True)
class Place:
    """`only` is narrow or wide, where the place is not shown on every screen."""

    url: str
    icon: str
    label: str
    here: bool
    count: int = 0
    only: str = ""


@dataclass(frozen=True, slots=True)
class Around:
    name: str
    first_name: str
    role_line: str
    start: str
    places: list[Place]
    is_example: bool
    other_examples: list[tuple[str, str]]


def around(request: HttpRequest) -> Around:
    """What stands around a page of a person who is signed in."""
    mine = shell.shell(request.user)
    return Around(
        name=mine.name,
        first_name=mine.first_name,
        role_line=mine.role_line,
        start=start(mine),
        places=_places(mine, request.resolver_match.url_name if request.resolver_match else ""),
        is_example=settings.EXAMPLE,
        other_examples=[(key, name) for key, (name, _) in EXAMPLES.items() if name != mine.first_name],
    )


def start(mine: Shell) -> str:
    """Where a person begins: a nanny with her day, a family with what needs an answer, a newcomer with a family."""
    if mine.is_nanny:
        return reverse("web:today")
    if len(mine.families) > 1:
        return reverse("web:families")
    for family in mine.families:
        return reverse("web:family_home" if family.answers else "web:family", args=[family.family_id])
    return reverse("web:new_family")


def signed_in(request: HttpRequest) -> dict[str, Any]:
    """For allauth's pages of somebody who is signed in: what stands around them, asked for where it is shown."""
    return {"shell": SimpleLazyObject(lambda: around(request))}


def example_people(_: HttpRequest) -> dict[str, Any]:
    """For the sign-in page: whom one may be with one press, in example mode alone."""
    return {"example_people": EXAMPLES} if settings.EXAMPLE else {}


def _places(mine: Shell, here: str) -> list[Place]:
    def place(icon: str, url: str, label: str, **more) -> Place:
        return Place(url, icon, label, here in _PAGES[icon], **more)

    found = []
    if mine.is_nanny:
        found.append(place("today", reverse("web:today"), gettext("Today")))
    answering = [family for family in mine.families if family.answers]
    if len(answering) == 1 and not mine.is_nanny:
        found.append(place("home", reverse("web:family_home", args=[answering[0].family_id]), gettext("Home")))
    if mine.families:
        found.append(place("calendar", reverse("web:calendar"), gettext("Calendar")))
        found.append(place("records", reverse("web:records"), gettext("Records")))
    found.append(place("inbox", reverse("web:inbox"), gettext("Inbox"), count=mine.unread))
    found.append(place("more", reverse("web:more"), gettext("More"), only="narrow"))
    found.append(place("families", reverse("web:families"), gettext("Families"), only="wide"))
    found.append(place("settings", reverse("web:settings"), gettext("Settings"), only="wide"))
    return found
