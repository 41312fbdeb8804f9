"""Read a form of a page as a browser would send it."""

from html.parser import HTMLParser


class _Forms(HTMLParser):
    """The forms of a page: each the fields that are sent, by their names, a list where a name comes more than once."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[tuple[dict[str, str], dict[str, str | list[str]]]] = []
        self._many: set[str] = set()
        self._text: str | None = None
        self._select: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attrs = {name: value or "" for name, value in given}
        if tag == "form":
            self.forms.append((attrs, {}))
        if not self.forms or "disabled" in attrs:
            return
        name, fields = attrs.get("name", ""), self.forms[-1][1]
        if tag == "input" and name and attrs.get("type") not in {"submit", "button"}:
            kind = attrs.get("type", "text")
            if kind == "checkbox" and attrs.get("value", "on") != "on":
                fields.setdefault(name, [])
            if kind not in {"checkbox", "radio"} or "checked" in attrs:
                self._add(name, attrs.get("value", "on" if kind == "checkbox" else ""))
        elif tag == "textarea" and name:
            self._text, fields[name] = name, ""
        elif tag == "select" and name:
            self._select = name
        elif tag == "option" and self._select and ("selected" in attrs or self._select not in fields):
            fields[self._select] = attrs.get("value", "")

    def _add(self, name: str, value: str) -> None:
        fields = self.forms[-1][1]
        held = fields.get(name)
        if isinstance(held, list):
            held.append(value)
        else:
            fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "textarea":
            self._text = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        if self._text is not None:
            fields = self.forms[-1][1]
            fields[self._text] = str(fields[self._text]) + data.removeprefix("\n").removeprefix("\r\n")


def forms_of(html: str) -> list[tuple[dict[str, str], dict[str, str | list[str]]]]:
    """Return each form of a page: its attributes, and what it would send."""
    return _Forms(html).forms


def fields_of(html: str, having: str) -> dict[str, str | list[str]]:
    """Return what the form that has this field would send."""
    return next(fields for _attrs, fields in forms_of(html) if having in fields)
