"""Pay terms: every version in words, as a time line, and what the form of a new one starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_lazy

from handsel.access import checks, paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.actions.pay_policies import DEFAULTS
from handsel.formatting.dates import Formatter
from handsel.models import Family, PayPolicy, User
from handsel.pages import pay_terms
from handsel.queries import pay_policies
from handsel.rules import local_time
from handsel.rules.pay import policy_fields
from handsel.rules.pay.presets import PRESETS
from handsel.rules.refusals import NotAllowed
from handsel.rules.roles import Capability

PLACES = {
    "US_FEDERAL": gettext_lazy("United States"),
    "US_CA_ATTENDANT": gettext_lazy("California, personal attendant"),
    "US_CA_ATTENDANT_LIVE_IN": gettext_lazy("California, personal attendant who lives in"),
    "US_CA_HOUSEHOLD": gettext_lazy("California, household work"),
    "US_NY": gettext_lazy("New York"),
    "US_NY_LIVE_IN": gettext_lazy("New York, who lives in"),
    "CA_BC": gettext_lazy("British Columbia"),
    "CA_ON": gettext_lazy("Ontario"),
    "GB_IRREGULAR": gettext_lazy("United Kingdom, irregular hours"),
}


@dataclass(frozen=True, slots=True)
class Version:
    """One version. whose: for whom it holds. holds: since or from when, or that it never does. source: the place
    that it began with, and where its law stands; empty for own terms.
    """

    id: UUID
    whose: str
    begins: str
    holds: str
    is_in_force: bool
    words: Mapping[str, str]
    source: str


def page(person: User, family_id: UUID, *, at: datetime) -> dict[str, Any]:
    """Return the context of the page, the latest version first. Raises NotVisible, or NotAllowed for a viewer."""
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.SEE_PAY_TERMS, unassigned=True):
        raise NotAllowed
    formatter = Formatter.of(person)
    everything, today = pay_policies.versions(family.id), local_time.local_date(at, family.time_zone)
    days = pay_policies.taking_hold(everything)
    seen = [policy for policy in everything if standing.may_with(Capability.SEE_PAY_TERMS, policy.nanny_id)]
    names = dict(nannies(person, standing))
    return {
        "id": family.id,
        "name": family.name,
        "may_change": standing.may(Capability.MANAGE_PAY_TERMS),
        "versions": [
            Version(
                id=policy.id,
                whose=names.get(policy.nanny_id, "") if policy.nanny_id else gettext("All nannies of the family"),
                begins=formatter.full(policy.effective_from),
                holds=_holds(days.get(policy.id), today, formatter),
                is_in_force=_is_in_force(policy, everything, today),
                words=pay_terms.in_words(policy, family.currency, formatter),
                source=_source(policy.preset),
            )
            for policy in reversed(seen)
        ],
    }


def _source(preset: str) -> str:
    return f"{PLACES[preset]}: {'; '.join(PRESETS[preset].sources)}" if preset in PRESETS else ""


def _holds(day: date | None, today: date, formatter: Formatter) -> str:
    if day is None:
        return gettext("Never: the next terms come first.")
    words = gettext("Since %(day)s") if day <= today else gettext("From %(day)s on")
    return words % {"day": formatter.full(day)}


def _is_in_force(policy: PayPolicy, versions: list[PayPolicy], today: date) -> bool:
    return pay_policies.holding_on(versions, policy.nanny_id, today) == policy


def nannies(person: User, standing: Standing) -> list[tuple[UUID, str]]:
    """Return whom terms may be for, of those whose terms this person may see, by their names."""
    rows = paid_nannies.of_family(standing.family_id).select_related("user")
    return [
        (member.id, person.known_names.of(member))
        for member in rows
        if standing.may_with(Capability.SEE_PAY_TERMS, member.id)
    ]


def new(person: User, family_id: UUID, preset: str) -> tuple[Standing, Family, dict[str, Any]]:
    """Return a family, and the values from which new terms start: those of a preset, else those that began last.

    Raises NotVisible or NotAllowed.
    """
    standing, family = visibility.family(person, family_id)
    checks.may(standing, Capability.MANAGE_PAY_TERMS)
    values: dict[str, Any] = {**DEFAULTS, "nanny_id": None}
    if preset in PRESETS:
        return standing, family, values | {"preset": preset} | policy_fields.filled_in(PRESETS[preset])
    last = [policy for policy in pay_policies.versions(family_id) if policy.nanny_id is None][-1:]
    return standing, family, _values(last[0]) | {"effective_from": None} if last else values


def existing(person: User, policy_id: UUID) -> tuple[Standing, PayPolicy, dict[str, Any]]:
    """Return a version with its values. Raises NotVisible or NotAllowed."""
    standing, policy = visibility.pay_policy(person, policy_id)
    checks.may(standing, Capability.MANAGE_PAY_TERMS)
    return standing, policy, _values(policy)


def _values(policy: PayPolicy) -> dict[str, Any]:
    return {name: getattr(policy, name) for name in ("effective_from", "nanny_id", *DEFAULTS)}


def presets() -> list[dict[str, Any]]:
    """Return what a form may begin with: its place, what it says and where that stands."""
    return [
        {
            "name": name,
            "place": str(PLACES[name]),
            "says": gettext(preset.says),
            "sources": "; ".join(preset.sources),
        }
        for name, preset in PRESETS.items()
    ]
