"""Everything a person can read is translatable, and translated into every language there is."""

import ast
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings
from django.template import engines
from django.template.base import TextNode

from script import translations

pytestmark = pytest.mark.no_database

SOURCES = Path(settings.PACKAGE)
PLACE = SOURCES / "templates"
TEMPLATES = sorted(path.relative_to(PLACE) for kind in ("html", "txt") for path in PLACE.rglob(f"*.{kind}"))
# Names, and what is written alike in every language. The page about the API speaks its language, and the style guide
# that of the sources.
ALIKE = {"Handsel", "API"}
ENGLISH = {*map(Path, ("api/docs.html", "api/line.html", "api/try.html", "styleguide.html"))}


def test_every_language_but_the_sources_own_has_a_catalog():
    assert [code for code, _name in settings.LANGUAGES] == ["en", *translations.languages()]


@pytest.mark.parametrize("language", translations.languages())
def test_every_string_is_translated(language):
    problems = translations.problems(language)
    assert not problems, "\n".join(
        ["Run python script/translations.py and fill in (docs/how-to/translate.md):", *problems]
    )


def test_a_string_that_is_missing_stale_or_unlike_is_found(monkeypatch):
    there, before = translations.catalog("es"), set(translations.problems("es"))
    there.add("Nobody says this.", "Nadie dice esto.")
    there.get("Sign in").string = ""
    there.get("Sign out").string = " Cerrar sesión"
    there.get("Remove %(name)s").string = "Quitar a %(nombre)s"
    there.get("Save").flags.add("fuzzy")
    monkeypatch.setattr(translations, "catalog", lambda _language: there)
    assert set(translations.problems("es")) - before == {
        "stale: 'Nobody says this.'",
        "missing: 'Sign in'",
        "other space at an end: 'Sign out'",
        "other places for facts: 'Remove %(name)s'",
        "fuzzy: 'Save'",
        "the .mo file is not what the .po file makes",
    }


class _Words(HTMLParser):
    """What a page says in plain words: its text, and the attributes that are read out or shown."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:  # what stands in a script is for it alone
            self.found.append(data)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value or "" for name, value in attrs if name in {"aria-label", "title", "placeholder", "alt"}]


def test_a_template_says_nothing_that_cannot_be_translated(subtests):
    for template in TEMPLATES:
        if template not in ENGLISH:
            with subtests.test(template=str(template)):
                assert _words(template) <= ALIKE


def _words(template: Path) -> set[str]:
    parsed = engines["django"].get_template(str(template)).template
    words = _Words()
    words.feed("".join(node.s for node in parsed.nodelist.get_nodes_by_type(TextNode)))
    return {word for text in words.found for word in re.findall(r"[^\W\d_]{2,}", text)}


def _calls(path: Path):
    return (node for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))) if isinstance(node, ast.Call))


@pytest.mark.parametrize("room", ["rules", "access", "actions", "queries"])
def test_what_is_refused_is_said_so_that_it_can_be_translated(room):
    """Not as bare text: a page could only show that in English."""
    bare = []
    for path in sorted((SOURCES / room).rglob("*.py")):
        for call in _calls(path):
            name = ast.unparse(call.func)
            if name in {"WrongState", "NotAllowed", "NotVisible", "Wrong", "fields.Wrong"} or name.endswith(
                "problems.add"
            ):
                texts = [text for text in call.args[-1:] if isinstance(text, ast.JoinedStr | ast.Constant)]
                bare += [f"{path}:{call.lineno} {ast.unparse(text)}" for text in texts]
    assert not bare
