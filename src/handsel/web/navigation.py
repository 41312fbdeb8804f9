"""The rail of a wide screen and the bar of a phone: where one can go from every page, and where one begins."""

from typing import Any, cast

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext, gettext_lazy

from handsel.pages import shell
from handsel.pages.shell import NavigationItem, PageFrame, Shell
from handsel.rules.roles import Role
from handsel.web.requests import Request

# Whom anybody may be in an example: the word that the button sends, the name, and who that is.
EXAMPLES = {
    "noor": ("Noor", gettext_lazy("nanny to the Riveras and the Okafors")),
    "ana": ("Ana", gettext_lazy("parent, Emma and Theo")),
    "ada": ("Ada", gettext_lazy("parent, Zuri")),
}

_FAMILIES = {"families", "family", "members", "children", "time_off", "schedules", "family_sessions"}
# The routes under each place, by its icon.
_PAGES = {
    "today": {"today"},
    "home": {"family_home"},
    "calendar": {"calendar", "calendar_add"},
    "records": {
        *(
            "records",
            "pay",
            "pay_items",
            "pay_item",
            "new_pay_item",
            "pay_periods",
            "pay_period",
            "expenses",
            "payments",
            "documents",
        ),
        *("my_documents", "family_records", "my_records"),
    },
    "inbox": {"inbox"},
    "families": _FAMILIES,
    "settings": {"settings"},
    "more": {"more", "settings", *_FAMILIES},
}


def page_frame(request: Request) -> PageFrame:
    """Return what stands around a page of a person who is signed in."""
    person = shell.shell(request.user)
    return PageFrame(
        name=person.name,
        first_name=person.first_name,
        role_line=person.role_line,
        start=start(person),
        places=_items(person, request.resolver_match.url_name if request.resolver_match else None),
        is_example=settings.EXAMPLE,
        other_examples=[(key, name) for key, (name, _) in EXAMPLES.items() if name != person.first_name],
    )


def start(person: Shell) -> str:
    """Return the address at which a person begins: a nanny with their day, a family with what needs an answer, a
    newcomer with a family.
    """
    if person.is_nanny:
        return reverse("web:today")
    if len(person.families) > 1:
        return reverse("web:families")
    for family in person.families:
        return reverse("web:family_home" if family.answers else "web:family", args=[family.family_id])
    return reverse("web:new_family")


def signed_in(request: HttpRequest) -> dict[str, Any]:
    """Give allauth's pages of somebody who is signed in what stands around them, asked for where it is shown."""
    return {"shell": SimpleLazyObject(lambda: page_frame(cast("Request", request)))}


def example_people(_: HttpRequest) -> dict[str, Any]:
    """Give the sign-in page the people whom one may be with one press, in example mode alone."""
    return {"example_people": EXAMPLES} if settings.EXAMPLE else {}


def _items(person: Shell, route: str | None) -> list[NavigationItem]:
    def item(icon: str, url: str, label: str, *, count: int = 0, only: str = "") -> NavigationItem:
        return NavigationItem(url, icon, label, route in _PAGES[icon], count, only)

    items = []
    if person.is_nanny:
        items.append(item("today", reverse("web:today"), gettext("Today")))
    answering = [family for family in person.families if family.answers]
    if len(answering) == 1 and not person.is_nanny:
        items.append(item("home", reverse("web:family_home", args=[answering[0].family_id]), gettext("Home")))
    if person.families:
        items.append(item("calendar", reverse("web:calendar"), gettext("Calendar")))
        sees_pay = any(family.role is not Role.VIEWER for family in person.families)
        items.append(item("records", reverse("web:records"), gettext("Pay") if sees_pay else gettext("Records")))
    return [
        *items,
        item("inbox", reverse("web:inbox"), gettext("Inbox"), count=person.unread),
        item("more", reverse("web:more"), gettext("More"), only="narrow"),
        item("families", reverse("web:families"), gettext("Families"), only="wide"),
        item("settings", reverse("web:settings"), gettext("Settings"), only="wide"),
    ]
