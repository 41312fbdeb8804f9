"""What a document is to be about: for each kind the fields that it asks for."""

from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from handsel.pages.issued_documents import Choices
from handsel.rules import fields
from handsel.rules.pay.documents import OF_A_PERIOD, OF_A_YEAR, OF_NO_NANNY, DocumentKind
from handsel.web.forms import drafts

# Who cared is asked for in a family that keeps its book alone: it has no nanny whose name would stand there.
_OF_A_NANNY = frozenset(DocumentKind) - OF_A_PERIOD - OF_NO_NANNY


class DocumentForm(drafts.DraftForm):
    """One kind's. Who has only one nanny is not asked which."""

    silent_when_empty = frozenset({"nanny_id"})

    def __init__(self, *args: Any, kind: DocumentKind, choices: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.kind = kind
        if kind in OF_A_PERIOD:
            self.fields["pay_period_id"] = drafts.choices_of(
                fields.identity, choices.periods, label=_("Pay period"), required=False
            )
        elif kind not in OF_NO_NANNY and len(choices.nannies) > 1:
            self.fields["nanny_id"] = drafts.choices_of(
                fields.identity, choices.nannies, label=_("Nanny"), required=False
            )
        if kind in OF_A_YEAR:
            years = [(year, str(year)) for year in choices.years]
            self.fields["year"] = drafts.choices_of(_year, years, label=_("Year"), required=False)
        if kind is DocumentKind.YEAR_CHILD:
            self.fields["child_ids"] = drafts.choices_of(
                fields.identity, choices.children, label=_("Child"), required=False
            )
        if kind is DocumentKind.CARE_RECEIPT:
            self.fields["from_date"] = drafts.RuleField(
                fields.day, label=_("From"), widget=drafts.DayInput(), required=False, says_optional=False
            )
            self.fields["to_date"] = drafts.RuleField(
                fields.day, label=_("To"), widget=drafts.DayInput(), required=False, says_optional=False
            )
            boxes = forms.CheckboxSelectMultiple(choices=[(str(child_id), name) for child_id, name in choices.children])
            self.fields["child_ids"] = drafts.RuleField(
                _identities, label=_("Children"), widget=boxes, required=False, says_optional=False
            )
        if kind in (OF_A_PERIOD if choices.has_nobodys_periods else ()) or (kind in _OF_A_NANNY and choices.is_alone):
            self.fields["carer_name"] = drafts.text(_("Who cared"), most=120)
            self.fields["carer_address"] = drafts.text(_("Where they live"), most=4000, lines=3)

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        child_ids = values.get("child_ids")
        if isinstance(child_ids, UUID):
            values = values | {"child_ids": (child_ids,)}
        return {"kind": self.kind, **values}


def _year(raw: Any) -> int:
    return fields.whole(raw, least=fields.EARLIEST.year, most=fields.LATEST.year)


def _identities(raw: Any) -> tuple[UUID, ...]:
    return fields.identities(raw, most=50)
