"""Entries of pay that are no session: each kind's form asks only for what counts in it."""

import re
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from handsel.formatting.pay_lines import line_kind_name
from handsel.pages.pay_items import Choices, form_of
from handsel.rules import fields
from handsel.rules.pay.item_kinds import HIGHEST_AMOUNT, LONGEST_MINUTES, PAID_TIME, ItemKind, holds
from handsel.rules.sentences import say
from handsel.web.forms import drafts

_CLOCK = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")
_HOURS = re.compile(r"[0-9]{1,2}(?:[.,][0-9]{1,2})?")
_WITH_COMMA = re.compile(r"-?[0-9]{1,5},[0-9]{1,2}")
_exact = fields.amount(least=-HIGHEST_AMOUNT, most=HIGHEST_AMOUNT)


def _length(raw: Any) -> int:
    """Parse a length of at most a day to its minutes: 7:30, 7.5 or 7,5."""
    text = raw.strip(" ") if isinstance(raw, str) else ""
    if clock := _CLOCK.fullmatch(text):
        minutes = int(clock[1]) * 60 + int(clock[2])
    elif _HOURS.fullmatch(text):
        hundredths = round(float(text.replace(",", ".")) * 100)
        minutes, rest = divmod(hundredths * 60, 100)
        if rest:
            raise fields.Wrong(say("Enter whole minutes, like 7:30."))
    else:
        minutes = 0
    if not 1 <= minutes <= LONGEST_MINUTES:
        raise fields.Wrong(say("Enter the hours, like 8 or 7:30, up to 24."))
    return minutes


def length_words(minutes: int) -> str:
    """Return a length as the form takes it."""
    return "24" if minutes == LONGEST_MINUTES else f"{minutes // 60}:{minutes % 60:02}"


def _amount(raw: Any) -> Any:
    """Parse -12.50 as everywhere, and -12,50 as half of the world writes it."""
    return _exact(raw.replace(",", ".") if isinstance(raw, str) and _WITH_COMMA.fullmatch(raw.strip()) else raw)


class PayItemForm(drafts.DraftForm):
    """An entry of one kind; the three kinds of paid time share a form. choices: as the page has them."""

    def __init__(self, *args: Any, kind: ItemKind, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind, self.choices = form_of(kind), choices
        offered: dict[str, Any] = {}
        if choices.nannies:
            listed = [("", _("Choose the nanny")), *choices.nannies]
            offered["nanny_id"] = drafts.choices_of(fields.identity, listed, label=_("Nanny"))
        if self.kind in PAID_TIME:
            kinds = [(kind.value, line_kind_name(kind)) for kind in ItemKind if kind in PAID_TIME]
            paid_time = drafts.one_of({value: ItemKind(value) for value, _name in kinds})
            offered["kind"] = drafts.choices_of(paid_time, kinds, label=_("What for"))
        offered["date"] = drafts.RuleField(fields.day, label=_("Day"), widget=drafts.DayInput())
        offered |= {name: make() for name, make in self._by_column().items() if holds(self.kind, name)}
        offered["reason"] = drafts.text(
            _("Why") if self.kind is ItemKind.ADJUSTMENT else _("Note"),
            most=4000,
            lines=2,
            required=self.kind is ItemKind.ADJUSTMENT,
        )
        self.fields = offered

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        session = self.choices.session if holds(self.kind, "session_id") else None
        return {"kind": self.kind, **values, **({"session_id": session.id} if session else {})}

    def _by_column(self) -> dict[str, Any]:
        currency = self.choices.family.currency
        return {
            "minutes": lambda: drafts.RuleField(_length, label=_("Hours"), help_text=_("Like 8 or 7:30.")),
            "hourly_rate": lambda: drafts.RuleField(
                drafts.amount,
                label=_("Hourly rate"),
                required=False,
                says_optional=False,
                widget=drafts.MoneyInput(currency),
                help_text=self._usual_rate(),
            ),
            "amount": lambda: drafts.RuleField(
                _amount,
                label=_("Amount"),
                widget=drafts.MoneyInput(currency),
                help_text=_("Below zero, like -12.50, where too much was paid.")
                if self.kind is ItemKind.ADJUSTMENT
                else "",
            ),
            "in_regular_rate": lambda: drafts.FlagField(
                label=_("It was promised beforehand"),
                help_text=_("For hours or results. Then overtime of that week is paid on it too."),
            ),
        }

    def _usual_rate(self) -> str:
        if self.choices.usual_rate:
            return gettext("Leave empty for the usual rate, %(rate)s.") % {"rate": self.choices.usual_rate}
        return gettext("Leave empty for the usual rate.")
