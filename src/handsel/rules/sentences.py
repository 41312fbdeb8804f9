"""Sentences for people, made in rooms that know no language: English text that can still be said in another one."""

from datetime import date
from typing import Any


class Sentence(str):
    """English, the language of the API. A page says it anew from `template`, its key in the catalogs, and `facts`."""

    __slots__ = ("facts", "template")
    template: str
    facts: dict[str, Any]

    def __new__(cls, template: str, facts: dict[str, Any]) -> "Sentence":
        text = template % {name: _in_english(fact) for name, fact in facts.items()} if facts else template
        made = super().__new__(cls, text)
        made.template, made.facts = template, facts
        return made


def say(template: str, /, **facts: Any) -> Sentence:
    """A sentence with its facts in the places %(name)s: numbers, days, words or other sentences.

    Its template is collected for translating, as gettext's is, so it must be written out where this is called.
    """
    return Sentence(template, facts)


def _in_english(fact: Any) -> str:
    match fact:
        case int():
            return f"{fact:,}"
        case date():
            return fact.isoformat()
        case _:
            return str(fact)
