"""Read the forms of a page: what each field holds, and what a screen reader says of it."""

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Control:
    """All the inputs of one field: a text box, a list, or a group of boxes."""

    is_password: bool = False
    holds: list[str] = field(default_factory=list)
    is_invalid: bool = True  # each of its inputs says so
    described_by: set[str] = field(default_factory=set)
    options: set[str] | None = None  # all there is to choose from, where there is a choice


class Controls(HTMLParser):
    """The controls of a page by the id that Django gives their field, and the text of what has an id."""

    _VOID = frozenset({"input", "br", "hr", "meta", "link", "img", "use", "path"})

    def __init__(self, html: str) -> None:
        super().__init__()
        self.by_id: dict[str, Control] = {}
        self.texts: dict[str, str] = {}
        self._open: list[tuple[str, str]] = []
        self._group: set[str] = set()
        self._now: Control | None = None
        self.feed(html)

    def message(self, name: str) -> str:
        """The error at a field: its control says that it is wrong, and leads to the words."""
        control, error_id = self.by_id[name], f"{name}_error"
        if error_id not in self.texts:
            return ""
        assert error_id in control.described_by, f"{name}: nothing leads to its message"
        assert control.is_invalid, f"{name}: not marked as wrong"
        return " ".join(self.texts[error_id].split())

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in given}
        if tag not in self._VOID:
            self._open.append((tag, attrs.get("id", "")))
        if tag == "fieldset":
            self._group = set(attrs.get("aria-describedby", "").split())
        if tag == "option" and self._now is not None:
            self._now.options = (self._now.options or set()) | {attrs.get("value", "")}
            self._now.holds += [attrs.get("value", "")] if "selected" in attrs else []
        if tag in {"input", "select", "textarea"} and attrs.get("type") != "hidden" and attrs.get("id"):
            self._begin(tag, attrs)

    def _begin(self, tag: str, attrs: dict[str, str]) -> None:
        kind = attrs.get("type", "")
        choice = kind == "radio" or (kind == "checkbox" and re.search(r"_\d+$", attrs["id"]))
        control = self.by_id.setdefault(re.sub(r"_\d+$", "", attrs["id"]) if choice else attrs["id"], Control())
        control.is_password = kind == "password"
        control.is_invalid &= attrs.get("aria-invalid") == "true"
        control.described_by |= set(attrs.get("aria-describedby", "").split()) | self._group
        if kind in {"radio", "checkbox"}:
            control.options = (control.options or set()) | {attrs.get("value", "on")}
            control.holds += [attrs.get("value", "on")] if "checked" in attrs else []
        elif tag == "input":
            control.holds = [attrs.get("value", "")]
        else:
            control.holds, self._now = [], control

    def handle_endtag(self, tag: str) -> None:
        if tag in [open_tag for open_tag, _name in self._open]:
            while self._open.pop()[0] != tag:
                pass
        if tag == "fieldset":
            self._group = set()
        if tag in {"select", "textarea"}:
            self._now = None

    def handle_data(self, data: str) -> None:
        for _tag, name in self._open:
            if name:
                self.texts[name] = self.texts.get(name, "") + data
        if self._now is not None and self._open[-1][0] == "textarea":
            self._now.holds = ["".join(self._now.holds) + data.removeprefix("\n").removeprefix("\r\n")]
