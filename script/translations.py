"""Bring the catalogs of src/handsel/locale up to date with the sources; with --check say what is missing instead.

A string that is new comes in empty, to be translated; one that is gone goes. The .mo files, which are what Django
reads, are written from the .po files beside them.
"""

import ast
import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import extract, mofile, pofile
from babel.messages.catalog import Catalog, Message
from django.utils.translation import template

PACKAGE = Path(__file__).parents[1] / "src" / "handsel"
LOCALES = PACKAGE / "locale"
_HEAD = "# docs/how-to/translate.md says how this file is kept."
PLACES = re.compile(r"%\((\w+)\)")

# What marks a string in Python: gettext's own names, also as `_`, and those of rules.sentences, which know no
# gettext.
_KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop", "say")),
    **dict.fromkeys(("ngettext", "ngettext_lazy", "say_many"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy", "say_in"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}


class Strings(Catalog):
    """A catalog whose head says only what Django needs, so that it changes with its strings alone."""

    def _head(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier or "")),
            ("Plural-Forms", self.plural_forms),
            ("Content-Type", "text/plain; charset=utf-8"),
        ]

    mime_headers = property(_head, Catalog._set_mime_headers)


def strings() -> Strings:
    """Every string of the sources that a person may read, without a translation."""
    catalog = Strings()
    for path in sorted(PACKAGE.rglob("*.py")):
        for message, context in _of_python(path.read_bytes()):
            catalog.add(message, context=context, flags=_flags(message))
    for path in sorted([*PACKAGE.glob("templates/**/*.html"), *PACKAGE.glob("templates/**/*.txt")]):
        for message, context in _of_template(path.read_text(encoding="utf-8")):
            catalog.add(message, context=context, flags=_flags(message))
    return catalog


def languages() -> list[str]:
    """Those that are not what the sources are written in."""
    return sorted(path.parent.parent.name for path in LOCALES.glob("*/LC_MESSAGES/django.po"))


def po_file(language: str) -> Path:
    return LOCALES / language / "LC_MESSAGES" / "django.po"


def catalog(language: str) -> Strings:
    messages = Strings(locale=language, fuzzy=False, header_comment=_HEAD)
    with po_file(language).open("rb") as file:
        for message in pofile.read_po(file, locale=language):
            if message.id:
                messages[message.id] = message
    return messages


def compiled(language: str) -> bytes:
    written = io.BytesIO()
    mofile.write_mo(written, catalog(language))
    return written.getvalue()


def problems(language: str) -> list[str]:
    """What stands between this catalog and the sources: a line for each string that is missing, stale or unlike."""
    sources, translated = strings(), catalog(language)
    complaints = [
        f"missing: {_named(message)}"
        for message in sources
        if message.id and not _is_translated(_twin(message, translated))
    ]
    for message in translated:
        if not message.id:
            continue
        if message.fuzzy:
            complaints.append(f"fuzzy: {_named(message)}")
        if _twin(message, sources) is None:
            complaints.append(f"stale: {_named(message)}")
        complaints += [f"{unlike}: {_named(message)}" for unlike in _differences(message)]
    if po_file(language).with_suffix(".mo").read_bytes() != compiled(language):
        complaints.append("the .mo file is not what the .po file makes")
    return complaints


def update(language: str) -> None:
    """Keep what is translated, take in what is new, drop what is gone, and write both files."""
    sources, translated = strings(), catalog(language)
    renewed = Strings(locale=language, fuzzy=False, header_comment=translated.header_comment)
    for message in sources:
        if message.id:
            twin = _twin(message, translated)
            renewed.add(message.id, twin.string if twin else "", context=message.context, flags=message.flags)
    with po_file(language).open("wb") as file:
        pofile.write_po(file, renewed, width=120, sort_output=True)
    po_file(language).with_suffix(".mo").write_bytes(compiled(language))


def _of_python(source: bytes) -> Iterator[tuple]:
    for _line, message, _comments, context in extract.extract("python", io.BytesIO(source), _KEYWORDS):
        yield message, context


def _of_template(source: str) -> Iterator[tuple]:
    """Django makes something of a template that looks like Python; without its indentation it is."""
    lines = "\n".join(line.strip() for line in template.templatize(source).splitlines())
    yield from _of_python(lines.encode())


def _flags(message: str | tuple[str, ...]) -> list[str]:
    texts = (message,) if isinstance(message, str) else message
    return ["python-format"] if any(PLACES.search(text) for text in texts) else []


def _twin(message: Message, others: Catalog) -> Message | None:
    """The same string there, one for one and plural for plural."""
    twin = others.get(message.id, context=message.context)
    return twin if twin is not None and twin.id == message.id else None


def _texts(of: str | tuple[str, ...]) -> tuple[str, ...]:
    return (of,) if isinstance(of, str) else tuple(of)


def _is_translated(message: Message | None) -> bool:
    return message is not None and bool(message.string) and all(_texts(message.string))


def _differences(message: Message) -> Iterator[str]:
    """Places for facts that are not the same, and space at an end that only one of the two has."""
    if not _is_translated(message):
        return
    ids, texts = _texts(message.id), _texts(message.string)
    places = [set(PLACES.findall(text)) for text in ids]
    for text in texts:
        if set(PLACES.findall(text)) not in places or len(re.findall(r"%(?!\(\w+\)[sd]|%)", text)):
            yield "other places for facts"
        if [text[:1].isspace(), text[-1:].isspace()] != [ids[0][:1].isspace(), ids[0][-1:].isspace()]:
            yield "other space at an end"


def _named(message: Message) -> str:
    texts = " | ".join(ast.literal_eval(repr(text)) for text in _texts(message.id))
    return f"{texts!r} ({message.context})" if message.context else repr(texts)


def main() -> int:
    if "--check" not in sys.argv:
        for language in languages():
            update(language)
    complaints = [f"{language}: {problem}" for language in languages() for problem in problems(language)]
    print("\n".join(complaints) or "Every string is translated.")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
