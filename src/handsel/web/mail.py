"""What signing in and up says: the letters, and the news on the next page."""

import logging
from collections.abc import Callable
from functools import partial
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context as context_now
from django.contrib.sites.shortcuts import get_current_site
from django.core.mail import EmailMessage
from django.http import HttpRequest, HttpResponse
from django.utils.translation import get_language, gettext_lazy

from handsel.queries import people
from handsel.web import device_cookie, language, responses

log = logging.getLogger(__name__)


def letters_last(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Middleware that sends what was written meanwhile once the answer is out.

    A mail server takes its time, and who waits longer than after an address that nobody here has would know it for
    one that somebody has.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        request.letters = []
        response = get_response(request)
        if request.letters:
            response.close = partial(_close, response.close, request.letters)
        return response

    return answer


def _close(close: Callable[[], None], letters: list[EmailMessage]) -> None:
    close()
    for letter in letters:
        try:
            letter.send()
        except OSError as trouble:  # smtplib's own are of this kind; their texts name the address
            log.warning("No mail could be sent: %s", type(trouble).__name__)


class Adapter(DefaultAccountAdapter):
    """allauth's, in the receiver's language, and for when the mail server is away too.

    Whoever asked for a letter reads the same as ever: anything else would say that the address has an account.
    """

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "email_password_mismatch": gettext_lazy("This address and this password do not belong together."),
        "enter_current_password": gettext_lazy("Write the password that you have now."),
        "email_taken": gettext_lazy("There is an account with this address already."),
        # In allauth's own words, but for the language: other catalogs say these more formally than we speak.
        "incorrect_password": gettext_lazy("Incorrect password."),
        "incorrect_code": gettext_lazy("Incorrect code."),
        "too_many_login_attempts": gettext_lazy("Too many failed login attempts. Try again later."),
    }

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *more, **named
    ) -> None:
        """Of new recovery codes their own page tells."""
        if message_template != "mfa/messages/recovery_codes_generated.txt":
            super().add_message(request, level, message_template, *more, **named)

    def is_safe_url(self, url: str | None) -> bool:
        """Our own pages alone. allauth would lead to every allowed host too, so to programs on one's own computer."""
        return responses.is_ours(url or "")

    def set_password(self, user: Any, password: str) -> None:
        """The password alone. To hash it takes a while, in which an operator may have shut the account."""
        user.set_password(password)
        user.save(update_fields=["password"])

    def logout(self, request: HttpRequest) -> None:
        """Nor is she told anything there any more."""
        device_cookie.forget(request)
        super().logout(request)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of who gets it: whoever asked for it may be somebody else, with another one."""
        person = context.get("user")
        wanted = person.language if person else people.language_of(email)
        request = context_now.request
        around = {"request": request, "email": email, "current_site": get_current_site(request)}
        with language.override(wanted or get_language()):
            request.letters.append(self.render_mail(template_prefix, email, around | context))
