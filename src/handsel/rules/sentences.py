"""Sentences for people, made in rooms that know no language: English text that can still be said in another one."""

from datetime import date
from typing import Any, NamedTuple


class Sentence(str):
    """English, the language of the API. A page says it anew from `template`, its key in the catalogs, and `facts`.

    `context` tells it from the same English words that another language says otherwise, as gettext's does.
    """

    __slots__ = ("context", "facts", "template")
    template: str
    facts: dict[str, Any]
    context: str

    def __new__(cls, template: str, facts: dict[str, Any], context: str = "") -> "Sentence":
        text = template % {name: _in_english(fact) for name, fact in facts.items()} if facts else template
        made = super().__new__(cls, text)
        made.template, made.facts, made.context = template, facts, context
        return made


def say(template: str, /, **facts: Any) -> Sentence:
    """Return a sentence with its facts in the places %(name)s: numbers, days, words or other sentences.

    Its template is collected for translating, as gettext's is, so it must be written out where this is called.
    """
    return Sentence(template, facts)


def say_in(context: str, template: str, /) -> Sentence:
    """Return a sentence in a context, as pgettext has it."""
    return Sentence(template, {}, context)


class Plural(NamedTuple):
    """The English of one and of many, which differ by %(count)s: what ngettext takes."""

    one: str
    many: str


def say_many(one: str, many: str, /) -> Plural:
    """Return a sentence that counts. Its templates are collected for translating, as ngettext's are."""
    return Plural(one, many)


def _in_english(fact: Any) -> str:
    match fact:
        case int():
            return f"{fact:,}"
        case date():
            return fact.isoformat()
        case _:
            return str(fact)
