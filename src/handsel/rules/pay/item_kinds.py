"""What may be entered beside sessions: the kinds of items, and what an item of each holds."""

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any

from handsel.rules.sentences import say

LONGEST_MINUTES = 1440
HIGHEST_AMOUNT = Decimal("99999.99")


class ItemKind(StrEnum):
    """The kind of an item; its line is of the same name."""

    PAID_TIME_OFF = "PAID_TIME_OFF"
    PAID_HOLIDAY = "PAID_HOLIDAY"
    SICK = "SICK"
    UNPAID_LEAVE = "UNPAID_LEAVE"
    BONUS = "BONUS"
    ADJUSTMENT = "ADJUSTMENT"
    GIFT = "GIFT"


PAID_TIME = frozenset({ItemKind.PAID_TIME_OFF, ItemKind.PAID_HOLIDAY, ItemKind.SICK})

# What an item may hold beside its day and the words of why, each with what stands there in an item of another kind.
EMPTY: Mapping[str, Any] = {
    "minutes": None,
    "hourly_rate": None,
    "amount": None,
    "in_regular_rate": False,
    "session_id": None,
}
_HELD_BY: Mapping[ItemKind, frozenset[str]] = {
    **dict.fromkeys(PAID_TIME, frozenset({"minutes", "hourly_rate"})),
    ItemKind.UNPAID_LEAVE: frozenset({"minutes"}),
    ItemKind.BONUS: frozenset({"amount", "in_regular_rate"}),
    ItemKind.ADJUSTMENT: frozenset({"amount", "session_id"}),
    ItemKind.GIFT: frozenset({"amount"}),
}


def holds(kind: ItemKind, column: str) -> bool:
    """Say whether an item of this kind holds the column, one of EMPTY."""
    return column in _HELD_BY[kind]


def problems(kind: ItemKind, values: Mapping[str, Any]) -> dict[str, str]:
    """Return what is wrong with an item of this kind: values by the columns of EMPTY, and its reason.

    Paid time without a rate is not looked at here: the terms may know it.
    """
    wrong: dict[str, str] = {
        column: say("An entry of this kind has no such value.")
        for column, empty in EMPTY.items()
        if not holds(kind, column) and values[column] != empty
    }
    if holds(kind, "minutes") and values["minutes"] is None:
        wrong["minutes"] = say("This is required.")
    amount = values["amount"]
    if holds(kind, "amount"):
        if amount is None:
            wrong["amount"] = say("This is required.")
        elif amount == 0 or (amount < 0 and kind is not ItemKind.ADJUSTMENT):
            wrong["amount"] = (
                say("Enter an amount other than zero.") if amount == 0 else say("Enter an amount above zero.")
            )
    if kind is ItemKind.ADJUSTMENT and not values["reason"]:
        wrong["reason"] = say("Say why: an adjustment needs a reason.")
    return wrong
