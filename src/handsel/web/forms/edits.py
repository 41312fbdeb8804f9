"""Forms over something that exists: they save what differs from what they showed, and undo nobody's change."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext

from handsel.access import encryption
from handsel.access.encryption import Secret
from handsel.formatting import money
from handsel.rules import fields
from handsel.web.forms import drafts

# How many pages before this one a field may have been filled in on.
_MOST_EARLIER = 5

type Raw = str | bool | list[str]  # as a browser would send it


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A field that two people changed: the name of the choice between their values, and both in words."""

    choice: str
    theirs: str
    mine: str


class EditForm(drafts.DraftForm):
    """A form that tells what it showed, in a hidden field `shown` that nobody can read or make up.

    What is sent is compared with that: a field that was not touched takes the value that stands now, one that was is
    saved, and of one that somebody else changed too both values are shown, and nothing is saved until the person has
    chosen (`choice-<field>`: theirs or mine). `seen` names fields that were filled in on an earlier page and laid over
    this one when the browser went back, and what that page showed (static/js/back.js).
    """

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._stands = dict(self.initial)
        # What a script has put into fields before anybody typed (web.forms.care_schedules.add_rate).
        self.filled_in_by_script: frozenset[str] = frozenset()
        self._is_merged = False
        self._undecided: list[str] = []
        # Fields that were not touched, and took what somebody else has written meanwhile.
        self.taken_over: set[str] = set()
        # What was typed into fields that are not there any more.
        self.lost: list[str] = []

    @property
    def shown_token(self) -> str:
        """Return what the page shows now, for when it is sent."""
        values = {name: self._standing(name) for name in self.fields}
        shown = json.dumps({"values": values, "asked": self._undecided})
        return encryption.encrypt(shown, Secret.SHOWN_BY_FORM, "")

    @cached_property
    def tells_what_it_showed(self) -> bool:
        return self.is_bound and _opened(self.data.get("shown", "")) is not None

    @property
    def refused(self) -> str:
        if self.lost and self.refusal is None:
            return gettext("Part of what you entered can’t be changed any more.")
        return super().refused

    @property
    def status(self) -> int:
        return super().status if not self.is_bound or self._is_agreed() else 412

    def send[T](self, action: Any, *args: Any, **options: Any) -> T | None:
        """Call the action, unless somebody else's change asks for a choice first."""
        return super().send(action, *args, **options) if self._is_agreed() else None

    def _is_agreed(self) -> bool:
        self.is_valid()
        return not self._undecided and not self.lost

    def full_clean(self) -> None:
        if self.tells_what_it_showed and not self._is_merged:
            self._is_merged = True
            self._merge()
        super().full_clean()
        for name in self._undecided:
            sentence = gettext("Somebody else changed this meanwhile. Choose which to keep.")
            self.add_error(name, ValidationError(sentence, code="undecided"))

    def _merge(self) -> None:
        """Fill in the values that stand now where nothing was touched, and find the fields that two people changed."""
        token = _opened(self.data["shown"]) or {"values": {}, "asked": []}
        seen = {**token["values"], **self._seen_earlier()}
        self.data = data = self._query.copy()
        for name in self.fields.keys() & seen.keys() - self.filled_in_by_script:
            standing, typed = self._standing(name), self._typed(name)
            is_unchanged = self._is_same(name, seen[name], standing)
            chosen = data.get(f"choice-{name}") if name in token["asked"] else None
            if self._is_same(name, seen[name], typed) or (chosen == "theirs" and is_unchanged):
                if not is_unchanged or chosen:
                    data.setlist(self.add_prefix(name), _as_list(standing))
                    self.taken_over.add(name)
            elif not self._is_same(name, typed, standing) and (
                not is_unchanged or (name in token["asked"] and chosen != "mine")
            ):
                self._undecided.append(name)
                both = (self._in_words(name, standing), self._in_words(name, typed))
                self.fields[name].disagreement = Disagreement(f"choice-{name}", *both)  # type: ignore[attr-defined]  # for templates
        self.lost = [
            text
            for name in seen.keys() - self.fields.keys()
            if (sent := data.getlist(name)) and sent != _as_list(seen[name])
            for text in sent
            if not _is_identity(text)
        ]

    def _seen_earlier(self) -> dict[str, Raw]:
        """Return what earlier pages showed in the fields that were filled in there."""
        values: dict[str, Raw] = {}
        for entry in self._query.getlist("seen")[:_MOST_EARLIER]:
            token, *names = entry.split(" ")
            earlier = _opened(token)
            if earlier:
                values |= {name: earlier["values"][name] for name in names if name in earlier["values"]}
        return values

    @property
    def _query(self) -> QueryDict:
        return cast("QueryDict", self.data)

    def _standing(self, name: str) -> Raw:
        value = self._stands.get(name, self.fields[name].initial)
        match value:
            case None:
                return ""
            case bool():
                return value
            case list() | tuple() | set() | frozenset():
                return [str(item) for item in value]
        return str(value)

    def _typed(self, name: str) -> Raw:
        widget = self.fields[name].widget
        raw: Raw | None = widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
        return "" if raw is None else raw

    def _is_same(self, name: str, first: Raw, second: Raw) -> bool:
        """Compare by what the two mean; in which order a list was named means nothing."""
        if isinstance(first, list) and isinstance(second, list):
            return sorted(first) == sorted(second)
        return first == second or not self.fields[name].has_changed(first, second)

    def _in_words(self, name: str, value: Raw) -> str:
        widget = self.fields[name].widget
        if isinstance(widget, forms.CheckboxInput):
            return gettext("yes") if value else gettext("no")
        if isinstance(widget, drafts.MoneyInput) and value:
            return money.localized_amount(str(value), widget.currency)
        labels = dict(_options(getattr(widget, "choices", ())))
        words = ", ".join(labels.get(item, item) for item in _as_list(value))
        return words or gettext("nothing")


def _options(choices: Any) -> Iterator[tuple[str, str]]:
    """Return what a list offers, also within its groups."""
    for value, label in choices:
        if isinstance(label, list | tuple):
            yield from _options(label)
        else:
            yield str(value), str(label)


def _as_list(value: Raw) -> list[str]:
    if isinstance(value, list):
        return value
    return ["on" if value is True else value] if value else []


def _is_identity(text: str) -> bool:
    try:
        fields.identity(text)
    except fields.Wrong:
        return False
    return True


def _opened(token: str) -> dict[str, Any] | None:
    """Return what a page showed and which choices it asked for; None where another key closed it, or nobody did."""
    text = encryption.decrypt(token, Secret.SHOWN_BY_FORM, "") if token else None
    return None if text is None else json.loads(text)
