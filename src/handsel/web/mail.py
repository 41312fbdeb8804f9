"""The letters of signing in and up."""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter

log = logging.getLogger(__name__)


class Adapter(DefaultAccountAdapter):
    """allauth's, for when the mail server is away too.

    Whoever asked for a letter reads the same as ever: anything else would say that the address has an account.
    """

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        try:
            super().send_mail(template_prefix, email, context)
        except OSError as trouble:  # smtplib's own are of this kind; their texts name the address
            log.warning("No mail could be sent: %s", type(trouble).__name__)
