"""In which language a person is answered, and how what the rooms below say in English is said in it."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext, gettext_noop, ngettext_lazy

from handsel.formatting import money
from handsel.rules.sentences import Sentence


def in_their_language(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware: answer in the person's own language, or in one that a stranger's browser asks for.

    The API speaks English, whoever asks, so that a program may read it; a calendar is fetched by nobody signed in.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        if request.path.startswith(("/api/", "/feeds/")) or request.path == "/healthz":
            with translation.override(settings.LANGUAGE_CODE):
                return get_response(request)
        if request.user.is_authenticated:
            with override(request.user.language):
                return get_response(request)
        with override(translation.get_language_from_request(request)):
            response = get_response(request)
        patch_vary_headers(response, ["Accept-Language", "Cookie"])
        return response

    return answer


def override(code: str | None) -> translation.override:
    """Switch to this language for a while, or to English where it is none of ours any more."""
    return translation.override(code if code in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE)


def translate(sentence: str) -> str:
    """Translate a sentence of the rooms below into the active language; leave any other text as it is."""
    if not isinstance(sentence, Sentence):
        return sentence
    words = gettext(sentence.template)
    return words % {name: _format_argument(fact) for name, fact in sentence.facts.items()} if sentence.facts else words


def _format_argument(fact: Any) -> str:
    match fact:
        case Sentence():
            return translate(fact)
        case int() | Decimal():
            return money.format_number(fact)
        case _:
            return str(fact)


# Sentences that pages borrow from Django and allauth, whose catalogs speak to a stranger. Named here so that our own
# catalog has them too, as Handsel speaks to people it knows: it is asked first.
DJANGO_MESSAGES = (
    gettext_noop("Enter a valid email address."),
    ngettext_lazy(
        "Ensure this value has at most %(limit_value)d character (it has %(show_value)d).",
        "Ensure this value has at most %(limit_value)d characters (it has %(show_value)d).",
        "limit_value",
    ),
    gettext_noop("Your password can’t be too similar to your other personal information."),
    ngettext_lazy(
        "Your password must contain at least %(min_length)d character.",
        "Your password must contain at least %(min_length)d characters.",
        "min_length",
    ),
    gettext_noop("Your password can’t be a commonly used password."),
)
ALLAUTH_MESSAGES = (
    gettext_noop("You must type the same password each time."),
    gettext_noop("Forgot your password?"),
    gettext_noop("You will receive a special code for a password-free sign-in."),
    gettext_noop("Request Code"),
    gettext_noop("Enter Sign-In Code"),
    gettext_noop("Are you sure you want to sign out?"),
    gettext_noop(
        "Forgotten your password? Enter your email address below, and we'll send you an email allowing you to reset it."
    ),
    gettext_noop("Please contact us if you have any trouble resetting your password."),
    gettext_noop(
        "We have sent you an email. If you have not received it please check your spam folder. "
        "Otherwise contact us if you do not receive it in a few minutes."
    ),
    gettext_noop("Your password is now changed."),
    gettext_noop(
        "The password reset link was invalid, possibly because it has already been used.  "
        'Please request a <a href="%(passwd_reset_url)s">new password reset</a>.'
    ),
)
