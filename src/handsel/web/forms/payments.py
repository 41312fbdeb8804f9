"""A payment, and why one is voided."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from handsel.pages.payments import METHODS
from handsel.rules import fields
from handsel.rules.pay.payments import HIGHEST_PAYMENT, LOWEST_PAYMENT, PaymentMethod
from handsel.web.forms import drafts

_WITH_COMMA = re.compile(r"[0-9]{1,7},[0-9]{1,2}")
_exact = fields.amount(least=LOWEST_PAYMENT, most=HIGHEST_PAYMENT)


def _amount(raw: Any) -> Decimal:
    """Parse 300.50 as everywhere, and 300,50 as half of the world writes it."""
    return _exact(raw.replace(",", ".") if isinstance(raw, str) and _WITH_COMMA.fullmatch(raw.strip()) else raw)


class PaymentForm(drafts.DraftForm):
    """What was paid, when and how; to whom where the family has several nannies; for which days, if for some."""

    def __init__(
        self,
        *args: Any,
        nannies: Sequence[tuple[UUID, str]],
        periods: Sequence[tuple[UUID, str]],
        currency: str,
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        if len(nannies) > 1:
            listed = [("", _("Choose the nanny")), *nannies]
            self.fields["nanny_id"] = drafts.choices_of(fields.identity, listed, label=_("To"))
        self.fields |= {
            "date": drafts.RuleField(fields.day, label=_("Day"), widget=drafts.DayInput()),
            "amount": drafts.RuleField(_amount, label=_("Amount"), widget=drafts.MoneyInput(currency)),
            "method": drafts.choices_of(fields.choice(PaymentMethod), METHODS.items(), label=_("How")),
        }
        if periods:
            self.fields["pay_period_id"] = drafts.choices_of(
                fields.identity, [("", _("The oldest that is open")), *periods], label=_("For"), required=False
            )
        self.fields["note"] = drafts.text(_("Note"), most=4000, lines=2)


class VoidForm(drafts.DraftForm):
    """Why a payment was not so."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["reason"] = drafts.text(_("Why"), most=4000, lines=2, required=True)
