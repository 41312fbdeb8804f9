"""Entries of pay that are no session: their list, and what the form of one offers, by what kind it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext, gettext_lazy

from handsel.access import held_days, paid_nannies, visibility
from handsel.access.checks import Standing
from handsel.actions import pay_items as actions
from handsel.formatting import dates, money
from handsel.formatting.dates import Formatter
from handsel.formatting.pay_lines import line_kind_name
from handsel.models import CareSession, Family, PayItem, User
from handsel.pages import pay_tabs
from handsel.queries import lost_late_pay, paging
from handsel.queries.paging import Order
from handsel.rules import local_time
from handsel.rules.pay.item_kinds import PAID_TIME, ItemKind, holds
from handsel.rules.refusals import HeldBy, NotAllowed, NotVisible
from handsel.rules.roles import Capability, Role

_MOST = 30
# The forms, by the kind that stands for each: the three kinds of paid time share one.
FORMS = {
    ItemKind.PAID_TIME_OFF: gettext_lazy("Paid time"),
    ItemKind.UNPAID_LEAVE: gettext_lazy("Unpaid leave"),
    ItemKind.BONUS: gettext_lazy("Bonus"),
    ItemKind.GIFT: gettext_lazy("Gift"),
    ItemKind.ADJUSTMENT: gettext_lazy("Adjustment"),
}


@dataclass(frozen=True, slots=True)
class ItemRow:
    """One entry in the list: what and how much, of when and whose, and who entered it."""

    id: UUID
    title: str
    amount: str
    about: str
    reason: str
    is_held: bool


@dataclass(frozen=True, slots=True)
class Choices:
    """What a form offers. nannies: (member id, name) of whose entry it may be; none where that needs no saying.

    nanny_id, session: whom and what it is about, where that is known. held: the period that holds the day of an entry
    that is there. usual_rate: what paid time without a rate is paid at, "" where no rate is known.
    """

    standing: Standing
    family: Family
    nannies: list[tuple[UUID, str]]
    nanny_id: UUID | None
    day: date
    usual_rate: str
    session: CareSession | None = None
    session_words: str = ""
    held: HeldBy | None = None
    held_words: str = ""
    entered_by: str = ""
    may_change: bool = True
    # What an entry says that is not to be changed: (label, words).
    facts: Sequence[tuple[str, str]] = ()


def form_of(kind: ItemKind) -> ItemKind:
    """Return the kind that stands for the form of a kind."""
    return ItemKind.PAID_TIME_OFF if kind in PAID_TIME else kind


def kinds(here: ItemKind) -> list[tuple[ItemKind, str, bool]]:
    return [(kind, str(name), kind is form_of(here)) for kind, name in FORMS.items()]


def choices(
    person: User, family_id: UUID, *, at: datetime, nanny_id: UUID | None = None, session_id: UUID | None = None
) -> Choices:
    """Return what the form of a new entry offers. nanny_id, session_id: as its address says, where that makes sense.

    Raises NotVisible, or NotAllowed for who may enter none.
    """
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.ENTER_PAY_ITEMS, own=True):
        raise NotAllowed
    session = _session(person, family_id, session_id)
    own = standing.role is Role.NANNY
    whose = [] if own else list(paid_nannies.of_family(family.id).select_related("user"))
    nannies = [(nanny.id, person.known_names.of(nanny)) for nanny in whose] if len(whose) > 1 else []
    if own:
        chosen: UUID | None = standing.member_id
    elif len(whose) == 1:
        chosen = whose[0].id
    else:
        named = session.nanny_id if session else nanny_id
        chosen = named if named in dict(nannies) else None
    today = local_time.local_date(at, family.time_zone)
    held_until = held_days.of(family.id, chosen).until
    day = max(today, held_until + timedelta(days=1)) if held_until else today
    words = _session_words(session, person.formatter) if session else ""
    rate = _usual_rate(standing, family, chosen, day) if chosen or not whose else ""
    return Choices(standing, family, nannies, chosen, day, rate, session, words)


def asked_for(choices: Choices, lost_id: UUID | None) -> dict[str, str]:
    """Return what an entry says that asks for the pay of a late cancellation that a move took away: the amount and why;
    nothing where there is none of this nanny. One query, where one is named.
    """
    lost = lost_late_pay.by_id(choices.family.id, lost_id) if lost_id else None
    if lost is None or lost.nanny_id != choices.nanny_id:
        return {}
    day = choices.standing.person.formatter.day(lost.day)
    reason = gettext("For the late cancellation of %(day)s") % {"day": day}
    return {"amount": money.plain_amount(lost.amount), "reason": reason}


def one(person: User, item_id: UUID) -> tuple[Choices, PayItem]:
    """Return an entry and what its form offers this person. Raises NotVisible."""
    standing, item = visibility.pay_item(person, item_id)
    formatter = person.formatter
    held = held_days.of(item.family_id, item.nanny_id).period_of(item.date)
    may_change = standing.may(Capability.CHANGE_PAY_ITEMS, own=item.entered_by_id == standing.member_id)
    entered_by = visibility.members_ever(person).filter(pk=item.entered_by_id).select_related("user").first()
    session = _session(person, item.family_id, item.session_id)
    return Choices(
        standing,
        item.family,
        [],
        item.nanny_id,
        item.date,
        _usual_rate(standing, item.family, item.nanny_id, item.date),
        session,
        _session_words(session, formatter) if session else "",
        held,
        held_words(held, formatter) if held else "",
        formatter.names.of(entered_by) if entered_by else "",
        may_change,
        () if may_change and held is None else _facts(item, formatter),
    ), item


def _facts(item: PayItem, formatter: Formatter) -> list[tuple[str, str]]:
    return [
        (gettext("Day"), formatter.day(item.date)),
        (gettext("Amount"), _amount(item, item.family.currency)),
    ]


def held_words(held: HeldBy, formatter: Formatter) -> str:
    """Say why an entry cannot be of a day, or change any more."""
    days = formatter.days(held.from_date, held.to_date)
    return gettext("This day is settled with the pay period %(days)s: nothing in it changes.") % {"days": days}


def page(person: User, family_id: UUID, *, after: str | None = None) -> dict[str, Any]:
    """Return the context of the list, the latest first. Raises NotVisible, or NotAllowed for who sees nobody's pay."""
    standing, family = visibility.family(person, family_id)
    if not standing.may(Capability.SEE_PAY_RECORDS, own=True):
        raise NotAllowed
    rows = visibility.pay_items(standing).select_related("nanny__user", "entered_by__user")
    order = Order(f"pay_items_page:{family.id}", ("date", "id"), descending=True)
    part, following = paging.for_page(rows, after, order, most=_MOST)
    held, formatter = held_days.held_entries(part), person.formatter
    return {
        "id": family.id,
        "name": family.name,
        "tabs": pay_tabs.tabs(standing, "pay"),
        "rows": [_row(item, standing, family, formatter, is_held=item.id in held) for item in part],
        "after": following,
    }


def title(item: PayItem) -> str:
    return line_kind_name(item.kind)


def _row(item: PayItem, standing: Standing, family: Family, formatter: Formatter, *, is_held: bool) -> ItemRow:
    about = [formatter.day(item.date)]
    if item.nanny is not None and standing.role is not Role.NANNY:
        about.append(formatter.names.of(item.nanny))
    about.append(gettext("entered by %(name)s") % {"name": formatter.names.of(item.entered_by)})
    return ItemRow(
        item.id,
        title(item),
        _amount(item, family.currency),
        " · ".join(about),
        item.reason,
        is_held,
    )


def _amount(item: PayItem, currency: str) -> str:
    """Return how much it is: 8 h at $20.00, 8 h, or an amount."""
    if item.amount is not None:
        return money.format_money(item.amount, currency)
    length = dates.format_duration(item.minutes or 0)
    if not holds(ItemKind(item.kind), "hourly_rate") or item.hourly_rate is None:
        return length
    rate = money.format_money(item.hourly_rate, currency)
    return gettext("%(length)s at %(rate)s") % {"length": length, "rate": rate}


def _usual_rate(standing: Standing, family: Family, nanny_id: UUID | None, day: date) -> str:
    """Return what paid time without a rate is paid at, for who may see it: a nanny sees the basic rate of their terms,
    and not the family's default rate.
    """
    usual = actions.usual_rate if standing.sees_default_rate else actions.basic_rate
    rate: Decimal | None = usual(family, nanny_id, day)
    return money.format_money(rate, family.currency) if rate is not None else ""


def _session(person: User, family_id: UUID, session_id: UUID | None) -> CareSession | None:
    """Return the session that an adjustment is about; None where there is none that this person can see."""
    if session_id is None:
        return None
    try:
        _, session = visibility.care_session(person, session_id)
    except NotVisible:
        return None
    return session if session.family_id == family_id else None


def _session_words(session: CareSession, formatter: Formatter) -> str:
    return formatter.dated(session.scheduled_start, session.scheduled_end, session.time_zone)
