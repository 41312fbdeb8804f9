"""What was laid out or driven: on a phone the photo first, then how much and what for."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from handsel.pages.expenses import CATEGORIES
from handsel.rules import fields
from handsel.rules.pay import expenses
from handsel.rules.pay.expenses import ExpenseCategory
from handsel.rules.receipts import FileType
from handsel.web import language
from handsel.web.forms import drafts


class ReceiptInput(forms.FileInput):
    """The camera, the photos or the files of a phone. It names exactly what is taken, so that phones convert."""

    def __init__(self) -> None:
        super().__init__({"accept": ",".join(kind.value for kind in FileType), "data-smaller": ""})


def receipt_field() -> forms.FileField:
    return forms.FileField(
        label=_("Photo of the receipt"),
        required=False,
        widget=ReceiptInput(),
        help_text=_("JPEG, PNG, WebP or PDF, up to 10 MB. Where and when a photo was taken is not kept."),
    )


def _with_point(raw: Any) -> Any:
    """Take 12,40 as half of the world writes it."""
    return raw.replace(",", ".") if isinstance(raw, str) else raw


def _amount(raw: Any) -> Decimal:
    return fields.amount(least=expenses.LOWEST_AMOUNT, most=expenses.HIGHEST_AMOUNT)(_with_point(raw))


def _distance(raw: Any) -> Decimal:
    return fields.tenths(_with_point(raw), least=expenses.SHORTEST_DISTANCE, most=expenses.LONGEST_DISTANCE)


class ExpenseForm(drafts.DraftForm):
    """An expense. with_file: with its first receipt, as a new one has it; receipt: what is to be kept of what was sent,
    or wrong_file: what is wrong with it.
    """

    def __init__(
        self,
        *args: Any,
        nannies: Sequence[tuple[UUID, str]] = (),
        today: date,
        currency: str,
        with_file: bool = True,
        receipt: Any = None,
        wrong_file: str = "",
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.receipt, self.wrong_file = receipt, wrong_file
        added: dict[str, Any] = {"file": receipt_field()} if with_file else {}
        added |= {
            "amount": drafts.RuleField(
                _amount, label=_("Amount"), required=False, says_optional=False, widget=drafts.MoneyInput(currency)
            ),
            "category": drafts.choices_of(
                fields.choice(ExpenseCategory),
                [(kind.value, words) for kind, words in CATEGORIES.items()],
                label=_("What for"),
            ),
            "distance": drafts.RuleField(
                _distance,
                label=_("Distance, for driving"),
                required=False,
                widget=forms.TextInput({"inputmode": "decimal"}),
                help_text=_("For driving leave the amount empty: it is worked out by the rate of your terms of pay."),
            ),
            "date": drafts.RuleField(fields.day, label=_("Day"), widget=drafts.DayInput(), initial=today.isoformat()),
            "note": drafts.text(_("Note"), most=4000),
        }
        if nannies:
            added["nanny_id"] = drafts.choices_of(fields.identity, nannies, label=_("Whose expense"))
        self.fields = added

    def clean(self) -> dict[str, Any]:
        if self.wrong_file:
            self.add_error("file", language.translate(self.wrong_file))
        return self.cleaned_data

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        return {**values, "file": self.receipt} if self.receipt else values


class DeclineForm(drafts.DraftForm):
    """Why an expense is declined."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["answer"] = drafts.text(_("Why not"), most=4000, lines=2, required=True)


class ReceiptForm(drafts.DraftForm):
    """One more receipt."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["file"] = receipt_field()
