"""A raise: what a nanny earns an hour now, what a new rate changes before it is saved, and what was raised."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext, ngettext

from handsel.access import checks, visibility
from handsel.access.checks import Standing
from handsel.actions.raises import RaisePlan
from handsel.formatting import money
from handsel.formatting.dates import Formatter
from handsel.formatting.names import join_names
from handsel.models import Family, User
from handsel.pages import paid_nannies
from handsel.queries import pay_policies, raises
from handsel.queries.raises import MadeRaise
from handsel.rules import local_time
from handsel.rules.roles import Capability


@dataclass(frozen=True, slots=True)
class RaiseForm:
    """What the form of a raise starts from. nannies: of several (id, name, is here). rates: (rate, what is paid by it),
    the one of most sessions first. basic_rate: what the terms name, None where they name none.
    """

    family_id: UUID
    family_name: str
    currency: str
    nanny_id: UUID | None
    name: str
    nannies: list[tuple[UUID, str, bool]]
    rates: list[tuple[Decimal, str]]
    basic_rate: Decimal | None
    today: date


def form(person: User, family_id: UUID, nanny_id: UUID | None, *, at: datetime) -> RaiseForm:
    """Return what a raise starts from. Raises NotVisible or NotAllowed."""
    standing, family = visibility.family(person, family_id)
    checks.may(standing, Capability.MANAGE_PAY_TERMS)
    formatter = person.formatter
    present = [nanny for nanny in paid_nannies.of(standing) if nanny.is_nanny]
    chosen = paid_nannies.chosen(present, nanny_id)
    whose, today = None if chosen is None else chosen.id, local_time.local_date(at, family.time_zone)
    terms = pay_policies.agreed_by(pay_policies.versions(family.id), whose, date.max)
    return RaiseForm(
        family.id,
        family.name,
        family.currency,
        whose,
        formatter.names.whole(chosen, chosen.name) if chosen else "",
        paid_nannies.choices(present, chosen, formatter) if len(present) > 1 else [],
        [
            (rate, _paid_by(rate, *counts, family.currency))
            for rate, counts in raises.rates_ahead(family.id, whose, today).items()
        ],
        terms.basic_rate if terms else None,
        today,
    )


def _paid_by(rate: Decimal, schedules: int, sessions: int, currency: str) -> str:
    facts = {
        "rate": money.format_money(rate, currency),
        "schedules": _schedules(schedules),
        "sessions": money.format_session_count(sessions),
    }
    return gettext("%(rate)s (%(schedules)s, %(sessions)s)") % facts


def _schedules(count: int) -> str:
    return ngettext("%(count)s schedule", "%(count)s schedules", count) % {"count": count}


def seen(plan: RaisePlan) -> str:
    """Return what was looked at, so that just that is saved: the raise, and what it changes."""
    step, terms = plan.step, plan.terms
    changed = (len(plan.schedules), len(plan.sessions), plan.held, plan.done, terms is not None)
    return "|".join(map(str, (step.old_rate, step.new_rate, step.from_date, *changed)))


def sentences(person: User, plan: RaisePlan, name: str) -> list[str]:
    """Say what a raise changes and what it leaves."""
    formatter, step, currency = person.formatter, plan.step, plan.family.currency
    rates = {
        "name": name,
        "old": money.format_money(step.old_rate, currency),
        "new": money.format_money(step.new_rate, currency),
        "day": formatter.full(step.from_date),
    }
    lines = [
        gettext("%(name)s earns %(new)s an hour from %(day)s on, instead of %(old)s.") % rates
        if name
        else gettext("An hour costs %(new)s from %(day)s on, instead of %(old)s.") % rates
    ]
    if plan.schedules:
        facts = {"schedules": join_names([schedule.name for schedule in plan.schedules]), "old": rates["old"]}
        lines.append(
            ngettext(
                "%(count)s schedule takes it: %(schedules)s. For days before that it still plans at %(old)s.",
                "%(count)s schedules take it: %(schedules)s. For days before that they still plan at %(old)s.",
                len(plan.schedules),
            )
            % {**facts, "count": len(plan.schedules)}
        )
    if count := len(plan.sessions):
        confirmed = sum(session.is_confirmed for session in plan.sessions)
        days = sorted(local_time.local_date(session.scheduled_start, session.time_zone) for session in plan.sessions)
        sentence = ngettext(
            "%(count)s planned session takes it: %(days)s.", "%(count)s planned sessions take it: %(days)s.", count
        )
        lines.append(sentence % {"count": count, "days": formatter.days(days[0], days[-1])})
        if confirmed:
            lines.append(
                ngettext("%(count)s is confirmed and stays so.", "%(count)s are confirmed and stay so.", confirmed)
                % {"count": confirmed}
            )
    return lines + _of_terms(plan, currency) + _left(plan)


def _of_terms(plan: RaisePlan, currency: str) -> list[str]:
    if plan.terms is None:
        return []
    facts = {
        "old": money.format_money(plan.terms.old, currency),
        "new": money.format_money(plan.step.new_rate, currency),
    }
    lines = [gettext("The basic rate of the terms changes from %(old)s to %(new)s.") % facts]
    if plan.terms.nanny_id and plan.terms.base and plan.terms.base.nanny_id is None:
        lines.append(gettext("Other nannies go by the same terms, so this nanny gets their own, otherwise the same."))
    return lines


def _left(plan: RaisePlan) -> list[str]:
    """Say what keeps its rate, and what can be done about it."""
    lines = []
    if plan.held:
        lines.append(
            ngettext(
                "%(count)s session keeps its rate: its day is settled.",
                "%(count)s sessions keep their rate: their days are settled.",
                plan.held,
            )
            % {"count": plan.held}
        )
    if plan.done:
        lines.append(
            ngettext(
                "%(count)s session is done or under way and keeps its rate. Correct it on its own page.",
                "%(count)s sessions are done or under way and keep their rate. Correct them one by one.",
                plan.done,
            )
            % {"count": plan.done}
        )
    return lines


def in_words(made: MadeRaise, currency: str, formatter: Formatter) -> list[str]:
    """Say what was raised, the new rate beside the old, for who may see it."""
    facts = {
        "old": money.format_money(made.step.old_rate, currency),
        "new": money.format_money(made.step.new_rate, currency),
        "day": formatter.full(made.step.from_date),
    }
    lines = [gettext("From %(day)s: %(new)s an hour. Until then: %(old)s") % facts]
    facts = {"schedules": _schedules(made.schedules), "sessions": money.format_session_count(made.sessions)}
    lines.append(gettext("For %(schedules)s and %(sessions)s planned.") % facts)
    if made.basic_rate:
        old, new = (money.format_money(rate, currency) for rate in made.basic_rate)
        lines.append(gettext("Basic rate of the terms: %(new)s. Until then: %(old)s") % {"new": new, "old": old})
    return lines


def listed(
    standing: Standing, family: Family, nannies: Sequence[tuple[UUID, str]], formatter: Formatter
) -> list[tuple[str, list[str]]]:
    """Return each raise that somebody may see with whose it is, the latest first. One query."""
    names: dict[UUID | None, str] = {None: "", **dict(nannies)}
    rows = raises.of_nannies(standing, list(names))
    return [(names[made.nanny_id], in_words(made, family.currency, formatter)) for made in rows]
