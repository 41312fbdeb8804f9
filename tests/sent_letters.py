"""What the worker has sent about signing in, in this process."""

from django.core import mail
from django.core.mail import EmailMessage
from django.utils import timezone

from handsel.management import delivery
from handsel.rules.notices import Lane


def sent_letters() -> list[EmailMessage]:
    """Let the worker send what waits; the letters of the test so far."""
    while delivery.deliver(timezone.now(), timezone.now, Lane.SIGN_IN):
        pass
    return mail.outbox
