"""Pay terms: every version in words, as a time line, and what the form of a new one starts from."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from handsel.access import checks, paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.actions import settled_terms
from handsel.actions.pay_policies import DEFAULTS
from handsel.formatting.dates import Formatter
from handsel.formatting.names import join_names
from handsel.models import Family, PayPolicy, User
from handsel.pages import pay_tabs, pay_terms, raises
from handsel.queries import pay_policies
from handsel.rules import local_time
from handsel.rules.pay import policy_fields
from handsel.rules.pay.presets import PRESETS
from handsel.rules.refusals import NotAllowed, Refusal
from handsel.rules.roles import Capability

# So long ago a session tells whether a nanny is shared.
_SHARED_SINCE = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Version:
    """One version. whose: for whom it holds. holds: since or from when, or that it never does. words: subject, sentence
    and where its rule stands. kept: why it can be neither changed nor removed.
    """

    id: UUID
    whose: str
    begins: str
    holds: str
    is_in_force: bool
    words: list[tuple[str, str, str]]
    kept: str


def page(person: User, family_id: UUID, *, at: datetime) -> dict[str, Any]:
    """Return the context of the page, the latest version first. Raises NotVisible, or NotAllowed for a viewer."""
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.SEE_PAY_TERMS, unassigned=True):
        raise NotAllowed
    formatter = person.formatter
    everything, today = pay_policies.versions(family.id), local_time.local_date(at, family.time_zone)
    days = pay_policies.taking_hold(everything)
    seen = [policy for policy in everything if standing.may_with(Capability.SEE_PAY_TERMS, policy.nanny_id)]
    names = dict(nannies(person, standing))
    refusals = settled_terms.refusals(family, everything, at=at)
    return {
        "id": family.id,
        "name": family.name,
        "tabs": pay_tabs.tabs(standing, "pay"),
        "may_change": standing.may(Capability.MANAGE_PAY_TERMS),
        "settled": _settled(family, formatter),
        "shared": _shared(standing, names, at=at),
        "raises": raises.listed(standing, family, list(names.items()), formatter),
        "versions": [
            Version(
                id=policy.id,
                whose=names.get(policy.nanny_id, "") if policy.nanny_id else gettext("All nannies of the family"),
                begins=formatter.full(policy.effective_from),
                holds=_holds(days.get(policy.id), today, formatter),
                is_in_force=_is_in_force(policy, everything, today),
                words=with_sources(policy, family.currency, formatter),
                kept=_kept(refusals.get(policy.id)),
            )
            for policy in reversed(seen)
        ],
    }


def with_sources(policy: PayPolicy, currency: str, formatter: Formatter) -> list[tuple[str, str, str]]:
    """Return what a version says as subject, sentence and where its rule stands, which is empty for what is agreed."""
    sources = pay_terms.sources(policy)
    words = pay_terms.in_words(policy, currency, formatter)
    return [(subject, sentence, sources.get(subject, "")) for subject, sentence in words.items()]


def _kept(refusal: Refusal | None) -> str:
    return "" if refusal is None else gettext(refusal.detail)


def _settled(family: Family, formatter: Formatter) -> str:
    """Return that nothing is changed backwards, once pay was approved."""
    until = settled_terms.settled_until(family)
    if until is None:
        return ""
    sentence = gettext(
        "Pay is settled up to %(day)s. New terms begin today or later, and after that day; earlier ones stay as they "
        "are."
    )
    return sentence % {"day": formatter.full(until)}


def _shared(standing: Standing, names: Mapping[UUID, str], *, at: datetime) -> str:
    """Return what to know where sessions of a nanny overlap those of another family."""
    shared = visibility.nannies_shared(standing.family_id, names, at - _SHARED_SINCE)
    if not shared:
        return ""
    sentence = gettext(
        "%(nannies)s: at times with another family too, as in a nanny share. Each family pays its own part, and "
        "Handsel computes each alone. That is right as long as both families have the same hours: the law adds up the "
        "hours of families who employ a nanny together (29 CFR 778.103)."
    )
    return sentence % {"nannies": join_names([name for nanny_id, name in names.items() if nanny_id in shared])}


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


@dataclass(frozen=True, slots=True)
class TermsForm:
    """What the form of a version starts from. policy_id, version: of one that is there. nannies: whom it may be for."""

    family_id: UUID
    family_name: str
    currency: str
    nannies: list[tuple[UUID, str]]
    values: dict[str, Any]
    policy_id: UUID | None = None
    version: int = 0


def new(person: User, family_id: UUID, preset: str) -> TermsForm:
    """Return what new terms start from: the values of a preset, else those of the family that began last.

    Raises NotVisible or NotAllowed.
    """
    standing, family = visibility.family(person, family_id)
    checks.may(standing, Capability.MANAGE_PAY_TERMS)
    values: dict[str, Any] = {**DEFAULTS, "nanny_id": None}
    last = [policy for policy in pay_policies.versions(family_id) if policy.nanny_id is None][-1:]
    if preset in PRESETS:
        values |= {"preset": preset} | policy_fields.filled_in(PRESETS[preset])
    elif last:
        values = _values(last[0]) | {"effective_from": None}
    return TermsForm(family.id, family.name, family.currency, nannies(person, standing), values)


def existing(person: User, policy_id: UUID) -> TermsForm:
    """Return what changing a version starts from. Raises NotVisible or NotAllowed."""
    standing, policy = visibility.pay_policy(person, policy_id)
    checks.may(standing, Capability.MANAGE_PAY_TERMS)
    family = policy.family
    return TermsForm(
        family.id, family.name, family.currency, nannies(person, standing), _values(policy), policy.id, policy.version
    )


def _values(policy: PayPolicy) -> dict[str, Any]:
    return {name: getattr(policy, name) for name in ("effective_from", "nanny_id", *DEFAULTS)}


def presets() -> list[dict[str, Any]]:
    """Return what a form may begin with: its place, what it says and where that stands."""
    return [
        {
            "name": name,
            "place": str(pay_terms.PLACES[name]),
            "says": gettext(preset.says),
            "sources": "; ".join(preset.sources),
        }
        for name, preset in PRESETS.items()
    ]
