"""Every sentence of the catalogues speaks as docs/explanation/language.md says, as far as a machine can tell."""

import re

import pytest

from handsel.web import language
from script import translations

pytestmark = pytest.mark.no_database

BORROWED = {str(text) for text in (*language.DJANGO_MESSAGES, *language.ALLAUTH_MESSAGES)}
NEVER = {
    "en": {
        "begs": r"\b(please|sorry|successfully)\b",
        "shouts": r"!",
        "is stilted": r"\b(whoever|anew|no more than one may|reads? along|asked for no more|opens? nothing)\b",
        "keeps a word for itself": r"\b(on (your|their|the family’s) word|by itself|needs (an|your) answer)\b",
        "founds and makes": r"^(found|make) (a|an|the|this)\b",
        "has an old button": r"^(not now|go on|to begin|to the start|all that was|sum|revoke (?!%\(name\)s))$",
        "writes letters": r"(?<!-)\b(letters?|mails?)\b(?! server| from a| code)",
        "has a typewriter’s apostrophe or dots": r"[a-z]'[a-z]|\.\.\.",
        "has a gap": r"  ",
    },
    "es": {
        "begs": r"\b(por favor|lo sentimos|éxito)\b",
        "shouts": r"[!¡]",
        "says usted": r"\b(usted(es)?|ingrese|seleccione|elija|escriba|haga)\b",
        "has a second word for one thing": (
            r"\b(planific\w+|previst[oa]s?|añad\w+|borra[rs]?|papel|pedidos?|cartas?|libro|cuidadoras?|aplicación)\b"
        ),
        "is cut short": r"^(lectura|historia|responder sesiones)$",
        "asks without opening the question": r"^[^¿]*\?",
        "has foreign quotes or dots": r"[«»\"]|\.\.\.",
        "has a gap": r"  ",
    },
}


def complaints(code: str, texts: list[str]) -> list[str]:
    return [
        f"{what}: {text!r}"
        for text in texts
        for what, pattern in NEVER[code].items()
        if re.search(pattern, text, re.IGNORECASE)
    ]


def texts(code: str) -> list[str]:
    return [
        text
        for message in translations.catalog("es")
        if message.id and not BORROWED & set(translations._texts(message.id))
        for text in translations._texts(message.id if code == "en" else message.string)
    ]


@pytest.mark.parametrize(
    ("code", "text", "what"),
    [
        ("en", "Please try again.", "begs"),
        ("en", "Saved!", "shouts"),
        ("en", "Whoever has it may come in.", "is stilted"),
        ("en", "1 session needs your answer", "keeps a word for itself"),
        ("en", "Make an account", "founds and makes"),
        ("en", "Not now", "has an old button"),
        ("en", "A letter is on its way.", "writes letters"),
        ("en", "It can't start.", "has a typewriter’s apostrophe or dots"),
        ("en", "Saved.  Next", "has a gap"),
        ("es", "Inténtalo otra vez, por favor.", "begs"),
        ("es", "¡Guardado", "shouts"),
        ("es", "Seleccione un día.", "says usted"),
        ("es", "Tu papel", "has a second word for one thing"),
        ("es", "Lectura", "is cut short"),
        ("es", "Qué día?", "asks without opening the question"),
        ("es", "«Mañanas»", "has foreign quotes or dots"),
        ("es", "Guardado.  Ahora", "has a gap"),
    ],
)
def test_each_rule_finds_what_it_forbids(code, text, what):
    assert complaints(code, [text]) == [f"{what}: {text!r}"]


@pytest.mark.parametrize("code", NEVER)
def test_every_string_speaks_plainly(code):
    assert complaints(code, texts(code)) == []
