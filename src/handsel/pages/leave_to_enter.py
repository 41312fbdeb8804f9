"""Time off of a nanny as paid time or unpaid leave: what can be entered by one press, and what guaranteed hours make of
it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext

from handsel.formatting import dates, money, names
from handsel.formatting.dates import Formatter
from handsel.formatting.pay_lines import line_kind_name
from handsel.models import PayItem, TimeOff, User
from handsel.pages import pay_items
from handsel.queries import time_off_pay
from handsel.queries.time_off_pay import LeaveToEnter
from handsel.rules.pay.item_kinds import PAID_TIME, ItemKind


@dataclass(frozen=True, slots=True)
class LeaveButton:
    kind: str
    label: str


@dataclass(frozen=True, slots=True)
class Leave:
    """What one family may enter of a time off. taken: what it took, in words; buttons: none where nothing is left."""

    family_id: UUID
    family_name: str
    taken: str
    guarantee: str
    buttons: list[LeaveButton]
    entered: str
    held_words: str
    held_id: UUID | None
    by_hand: str


def of(person: User, entry: TimeOff, formatter: Formatter) -> list[Leave]:
    """Return what each family of this person could enter of a nanny's time off, as far as they may make entries; where
    it took nothing anywhere, one says so.
    """
    if entry.in_nanny_id is None:
        return []
    leaves = [_leave(leave, formatter) for leave in time_off_pay.to_enter(person, entry.id)]
    return [leave for leave in leaves if leave.buttons or leave.entered or leave.held_id] or leaves[:1]


def entered(items: Sequence[PayItem]) -> str:
    """Say what was entered: Entered: Sick pay, 8 h."""
    facts = {
        "name": line_kind_name(items[0].kind),
        "length": dates.format_duration(sum(item.minutes or 0 for item in items)),
    }
    return gettext("Entered: %(name)s, %(length)s.") % facts


def _leave(leave: LeaveToEnter, formatter: Formatter) -> Leave:
    days = [
        gettext("%(length)s on %(day)s")
        % {"length": dates.format_duration(day.minutes), "day": formatter.day(day.date)}
        for day in leave.days
    ]
    has_rate = all(day.rate is not None for day in leave.days)
    kinds = [kind for kind in ItemKind if kind in PAID_TIME and has_rate] + [ItemKind.UNPAID_LEAVE]
    query = {"kind": ItemKind.PAID_TIME_OFF.value, "nanny": str(leave.nanny_id)}
    return Leave(
        family_id=leave.family.id,
        family_name=leave.family.name,
        taken=names.join_names(days),
        guarantee=_guarantee(leave) if leave.days else "",
        buttons=[LeaveButton(kind.value, _label(kind, leave)) for kind in kinds] if leave.days else [],
        entered=names.join_names([formatter.day(day) for day in leave.entered]),
        held_words=pay_items.held_words(leave.held, formatter) if leave.held else "",
        held_id=leave.held.id if leave.held else None,
        by_hand=reverse("web:new_pay_item", args=[leave.family.id], query=query),
    )


def _label(kind: ItemKind, leave: LeaveToEnter) -> str:
    """Return what a button says: Sick pay, $160.00, where its reader may see by which rate."""
    name = line_kind_name(kind)
    may_see = leave.standing.sees_default_rate or all(day.is_basic for day in leave.days)
    if kind not in PAID_TIME or not may_see:
        return name
    amount = money.format_money(sum((day.amount for day in leave.days), Decimal()), leave.family.currency)
    return gettext("%(name)s, %(amount)s") % {"name": name, "amount": amount}


def _guarantee(leave: LeaveToEnter) -> str:
    """Say what guaranteed hours make of it: paid time counts in them, leave lowers them, and what was called off has
    lowered them already.
    """
    guaranteed = [day for day in leave.days if day.guaranteed_minutes]
    if not guaranteed:
        return gettext("The terms guarantee no hours on these days, so unpaid leave changes no amount.")
    facts = {
        "guaranteed": dates.format_duration(guaranteed[0].guaranteed_minutes),
        "fewer": dates.format_duration(sum(day.minutes for day in guaranteed)),
        "called_off": dates.format_duration(sum(day.called_off for day in guaranteed)),
    }
    if any(day.called_off for day in guaranteed):
        return (
            gettext(
                "The terms guarantee %(guaranteed)s a week. As paid time it counts toward them. As unpaid leave they"
                " are %(fewer)s fewer, and without an entry %(called_off)s fewer."
            )
            % facts
        )
    return (
        gettext(
            "The terms guarantee %(guaranteed)s a week. As paid time it counts toward them. As unpaid leave they are"
            " %(fewer)s fewer. Without an entry they stay."
        )
        % facts
    )
