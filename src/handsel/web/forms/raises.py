"""A new rate from a day on."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from handsel.formatting import money
from handsel.rules import fields
from handsel.web.forms import drafts


class RaiseForm(drafts.DraftForm):
    """Of which rate, to which, from when; with the basic rate of the terms where they have one."""

    def __init__(
        self,
        *args: Any,
        nanny_id: UUID | None,
        rates: Sequence[tuple[Decimal, str]],
        basic_rate: Decimal | None,
        currency: str,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self._nanny_id = nanny_id
        listed = [(money.plain_amount(rate), words) for rate, words in rates]
        self.fields["old_rate"] = drafts.choices_of(fields.money, listed, label=_("Rate now"))
        self.fields["hourly_rate"] = drafts.RuleField(
            drafts.amount, label=_("New rate an hour"), widget=drafts.MoneyInput(currency)
        )
        self.fields["from_date"] = drafts.RuleField(fields.day, label=_("From"), widget=drafts.DayInput())
        if basic_rate is not None:
            now = {"rate": money.format_money(basic_rate, currency)}
            self.fields["with_basic_rate"] = drafts.FlagField(
                label=_("The basic rate of the terms too, now %(rate)s") % now,
                initial=basic_rate in [rate for rate, _words in rates],
            )

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the draft's values: of whom, where the family has nannies."""
        return {**values, "nanny_id": self._nanny_id} if self._nanny_id else values
