"""What signing in and up says: the letters, and the news on the next page."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest
from django.utils.translation import get_language

from handsel.web import language

log = logging.getLogger(__name__)


class Adapter(DefaultAccountAdapter):
    """allauth's, in the receiver's language, and for when the mail server is away too.

    Whoever asked for a letter reads the same as ever: anything else would say that the address has an account.
    """

    def add_message(
        self, request: HttpRequest, level: int, message_template: str | None = None, *more, **named
    ) -> None:
        """Of new recovery codes their own page tells."""
        if message_template != "mfa/messages/recovery_codes_generated.txt":
            super().add_message(request, level, message_template, *more, **named)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """In the language of who gets it: whoever asked for it may be somebody else, with another one."""
        person = context.get("user")
        try:
            with language.override(getattr(person, "language", None) or get_language()):
                super().send_mail(template_prefix, email, context)
        except OSError as trouble:  # smtplib's own are of this kind; their texts name the address
            log.warning("No mail could be sent: %s", type(trouble).__name__)
