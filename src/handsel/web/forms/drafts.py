"""Forms whose fields are read by the same parsers as the API's, so that both doors refuse the same things."""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext, gettext_lazy

from handsel.formatting import money
from handsel.rules import fields
from handsel.rules.drafts import Draft
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible, Refusal
from handsel.web import language, refusals

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_PLAIN_AMOUNT = re.compile(r"[0-9]{1,4}\.[0-9]{2}")
_WITH_COMMA = re.compile(r"[0-9]{1,4},[0-9]{1,2}")
_HALF_DAY = re.compile(r"(0?[1-9]|1[0-2]):([0-5][0-9])\s?([ap])\.?\s?m\.?")


class DayInput(forms.TextInput):
    input_type = "date"


class ClockInput(forms.TextInput):
    """The phone's own wheel of hours, which shows them as the phone does; `clock` reads what is typed elsewhere."""

    input_type = "time"


class MomentInput(forms.TextInput):
    input_type = "datetime-local"


class NumberInput(forms.TextInput):
    """A whole number, typed by digits; what is none is refused in words by its rule, and not by the browser."""

    def __init__(self) -> None:
        super().__init__({"inputmode": "numeric"})


class MoneyInput(forms.TextInput):
    """An amount of a currency, where that is known."""

    def __init__(self, currency: str = "") -> None:
        super().__init__({"inputmode": "decimal"})
        self.currency = currency

    def format_value(self, value: Any) -> str | None:
        """Write the amount with a decimal comma where the person, or the currency in their language, has one."""
        shown: str | None = super().format_value(value)
        if shown and _PLAIN_AMOUNT.fullmatch(shown):
            return money.localized_amount(shown, self.currency)
        return shown


class ListInput(forms.Select):
    """A drop-down list. Its options stand in one template; Django opens two more for each of them."""

    template_name = "parts/select.html"


def clock(raw: Any) -> time:
    """Parse 14:30 as everywhere, and 2:30 pm as half of the world writes it."""
    match = _HALF_DAY.fullmatch(raw.strip().lower()) if isinstance(raw, str) else None
    if match:
        hour = int(match[1]) % 12 + (12 if match[3] == "p" else 0)
        raw = f"{hour:02}:{match[2]}"
    return fields.wall_time(raw)


def amount(raw: Any) -> Decimal:
    """Parse 25.50 as everywhere, and 25,50 as half of the world writes it."""
    return fields.money(raw.replace(",", ".") if isinstance(raw, str) and _WITH_COMMA.fullmatch(raw.strip()) else raw)


class RuleField(forms.Field):
    """A field with a parser of rules.fields. Left empty, its value is `empty`."""

    widget = forms.TextInput
    needed = gettext_lazy("Fill this in.")

    def __init__(
        self, parse: Callable[[Any], Any], *, empty: Any = None, says_optional: bool = True, **options: Any
    ) -> None:
        self.parse, self.empty = parse, empty
        self.says_optional = says_optional and not options.get("required", True)
        super().__init__(**options)

    def clean(self, raw: Any) -> Any:
        if raw in (None, "", []):
            if self.required:
                raise ValidationError(self.needed, code="required")
            return self.empty
        try:
            return self.parse(raw)
        except fields.Wrong as wrong:
            raise ValidationError(language.translate(wrong.sentence), code="wrong") from wrong

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Compare by what the two mean, so that 6:00 from another browser's widget is no change of 06:00."""
        try:
            return bool(self.clean(data) != (self.empty if initial in (None, "", []) else self.parse(initial)))
        except (ValidationError, fields.Wrong):
            return True


class FlagField(forms.BooleanField):
    """A check box: ticked or not, it always says something."""

    def __init__(self, **options: Any) -> None:
        super().__init__(required=False, **options)


def clock_field(label: "StrOrPromise", **options: Any) -> RuleField:
    return RuleField(clock, label=label, widget=ClockInput(), **options)


def text(label: "StrOrPromise", *, most: int, lines: int = 0, required: bool = False, **options: Any) -> RuleField:
    """Make a field for text of so many characters; with `lines` a box of that height that may hold line breaks."""

    def parse(raw: Any) -> str:
        return fields.text(raw, least=1 if required else 0, most=most, lines=bool(lines))

    attrs = {"rows": lines} if lines else {"maxlength": most}
    widget = forms.Textarea(attrs) if lines else forms.TextInput({**attrs, **options.pop("attrs", {})})
    return RuleField(parse, empty="", label=label, required=required, widget=widget, **options)


def choices_of(parse: Callable[[Any], Any], options: Iterable[tuple[Any, Any]], **more: Any) -> RuleField:
    """Make a field with a drop-down list."""
    listed = [(str(value), label) for value, label in options]
    return RuleField(parse, widget=ListInput(choices=listed), **more)


def one_of[T](values: Mapping[str, T]) -> Callable[[Any], T]:
    """Make a parser for one of a few values, by what the form sends for each."""

    def parse(raw: Any) -> T:
        if raw not in values:
            raise fields.Wrong(gettext("Choose one of these."))
        return values[raw]

    return parse


class KeptData(QueryDict):
    """What a form was sent with while nobody was signed in: it is shown again, and only a new press sends it."""

    was_shown = False


class DraftForm(forms.Form):
    """A form that becomes a Draft, and takes back what an action refuses."""

    # Fields that say nothing when they are left empty, instead of saying "none".
    silent_when_empty: frozenset[str] = frozenset()
    # Where an action's finding is shown when the form calls the field otherwise.
    shown_at: Mapping[str, str] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.refusal: Refusal | None = None

    def draft(self) -> Draft:
        """Return everything the form says."""
        self.is_valid()
        values = {name: value for name, value in self.cleaned_data.items() if not self._is_silent(name, value)}
        return Draft(self.as_values(values), self.wrong())

    def changes(self) -> Draft:
        """Return only what differs from what the form showed at first."""
        self.is_valid()
        changed = set(self.changed_data)
        values = {name: value for name, value in self.cleaned_data.items() if name in changed}
        return Draft(self.as_values(values), self.wrong())

    def as_values(self, values: dict[str, Any]) -> dict[str, Any]:
        """Return the draft's values from the form's; forms whose fields differ from the draft's say how."""
        return values

    def wrong(self) -> dict[str, str]:
        return {name: str(errors[0]) for name, errors in self.errors.items() if name in self.fields}

    def send[T](self, action: Callable[..., T], *args: Any, changes: bool = False, **who: Any) -> T | None:
        """Call the action with the draft. What it refuses is shown on this form, and the answer is None.

        Who may not see or do this at all is no matter for a form: NotVisible and NotAllowed go on.
        """
        draft = self.changes() if changes else self.draft()
        if isinstance(self.data, KeptData):
            return None
        try:
            return action(*args, draft, **who)
        except (NotVisible, NotAllowed):
            raise
        except Invalid as refusal:
            self._show({name: message for name, message in refusal.errors.items() if name not in draft.wrong})
        except Refusal as refusal:
            self.refusal = refusal
        return None

    @property
    def wrong_in_words(self) -> list[str]:
        """Return what is wrong, each with the field that it stands at."""
        return [
            f"{self.fields[name].label}: {errors[0]}" if name in self.fields else str(errors[0])
            for name, errors in self.errors.items()
        ]

    @property
    def refused(self) -> str:
        """Say why the action did not happen, where no field is to blame."""
        return language.translate(self.refusal.detail) if self.refusal else ""

    @property
    def status(self) -> int:
        """Return the HTTP status of the page that shows this form."""
        if not self.is_bound or (self.is_valid() and self.refusal is None):
            return 200
        return 422 if self.refusal is None or self.errors else refusals.status(self.refusal)

    def _show(self, found: Mapping[str, str]) -> None:
        """Show at its fields what the action found; what the form itself found is shown already."""
        for name, message in found.items():
            at = self.shown_at.get(name, name)
            self.add_error(at if at in self.fields else None, language.translate(message))

    def _is_silent(self, name: str, value: Any) -> bool:
        return name in self.silent_when_empty and value in (None, "", ())
