"""The values a person sent, field by field, before anybody decided whether it is good."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from handsel.rules.fields import Wrong
from handsel.rules.refusals import Invalid
from handsel.rules.sentences import say


@dataclass(frozen=True, slots=True)
class Draft:
    """The parsed `values` and, for those that could not be parsed, what is `wrong`. Names are snake_case.

    The wrong ones travel along so that the action can add its own findings (an unknown child, an end before its
    start) and answer all of them at once. `in` asks whether there is a value; None is a value: "make it empty".
    """

    values: Mapping[str, Any] = field(default_factory=dict)
    wrong: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, **values: Any) -> Self:
        return cls(values)

    def with_more(self, **values: Any) -> Self:
        return type(self)({**self.values, **values}, self.wrong)

    def __contains__(self, name: object) -> bool:
        return name in self.values

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)

    def named(self, columns: Mapping[str, Any]) -> dict[str, Any]:
        """Return the values of those columns that have one; columns says of each what it is when it was made empty."""
        sent = {name: empty for name, empty in columns.items() if name in self}
        return {name: empty if self[name] is None else self[name] for name, empty in sent.items()}


EMPTY_DRAFT = Draft.of()


class Problems:
    """The wrong fields found so far, one sentence each. The first finding about a field stands.

    needed: the fields that must not be missing or empty.
    """

    def __init__(self, draft: Draft = EMPTY_DRAFT, needed: Iterable[str] = ()) -> None:
        self._found: dict[str, str] = dict(draft.wrong)
        for name in needed:
            if draft.get(name) in (None, ""):
                self.add(name, say("This is required."))

    def add(self, name: str, message: str) -> None:
        self._found.setdefault(name, message)

    def read(self, name: str, parse: Callable[[object], str], raw: object) -> str:
        """Parse the text of a field; return empty text where it is wrong, which is one more problem."""
        try:
            return parse(raw)
        except Wrong as wrong:
            self.add(name, wrong.sentence)
            return ""

    def add_all(self, messages: Mapping[str, str]) -> None:
        for name, message in messages.items():
            self.add(name, message)

    def within(self, name: str) -> dict[str, str]:
        """Return them as of the fields of a field of this name."""
        return {f"{name}.{field}": message for field, message in self._found.items()}

    def __contains__(self, name: object) -> bool:
        return name in self._found

    def any_of(self, *names: str) -> bool:
        return not self._found.keys().isdisjoint(names)

    def __bool__(self) -> bool:
        return bool(self._found)

    def raise_if_any(self) -> None:
        if self._found:
            raise Invalid(self._found)
