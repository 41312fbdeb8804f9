"""In which language a person is answered, and how what the rooms below say in English is said in it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext

from handsel.formatting import money
from handsel.rules.sentences import Sentence


def in_their_language(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A middleware: pages come in the person's own language, or in one that a stranger's browser asks for.

    The API speaks English, whoever asks, so that a program may read it; a calendar is fetched by nobody signed in.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/api/", "/feeds/")) or request.path == "/healthz":
            with translation.override(settings.LANGUAGE_CODE):
                return get_response(request)
        is_stranger = not request.user.is_authenticated
        wanted = translation.get_language_from_request(request) if is_stranger else request.user.language
        with override(wanted):
            response = get_response(request)
        if is_stranger:
            patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return answer


def override(wanted: str) -> translation.override:
    """For a while in this language, or in English where it is none of ours any more."""
    return translation.override(wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)


def said(sentence: str) -> str:
    """A sentence of the rooms below, in the language that is active; whatever else comes along is said already."""
    if not isinstance(sentence, Sentence):
        return sentence
    words = gettext(sentence.template)
    return words % {name: _said(fact) for name, fact in sentence.facts.items()} if sentence.facts else words


def _said(fact: Any) -> str:
    match fact:
        case Sentence():
            return said(fact)
        case int() | Decimal():
            return money.format_number(fact)
        case _:
            return str(fact)
