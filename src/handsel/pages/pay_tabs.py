"""The tabs of Pay: each leads to one of its pages, as far as its reader may see it."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext_lazy

from handsel.access.checks import Standing
from handsel.rules.roles import Capability

# The route of each page, in the order of the tabs. A family's year has hours alone for who sees no pay.
_TABS = (
    ("pay", gettext_lazy("Pay")),
    ("expenses", gettext_lazy("Expenses")),
    ("payments", gettext_lazy("Payments")),
    ("documents", gettext_lazy("Documents")),
    ("family_records_now", gettext_lazy("Year")),
)


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    url: str
    here: bool


def tabs(standing: Standing, here: str) -> list[Tab]:
    """Return the tabs that somebody in a family sees; here: the route of the page that shows them."""
    if not standing.may(Capability.SEE_PAY_RECORDS, own=True):
        return []
    return [Tab(str(name), reverse(f"web:{route}", args=[standing.family_id]), route == here) for route, name in _TABS]
