"""Letters about signing in, which wait for the worker: encrypted until they are sent or have expired, then wiped."""

import json
from datetime import datetime, timedelta

from handsel.access import encryption
from handsel.access.encryption import Secret
from handsel.models import Delivery


def queue(to: str, subject: str, text: str, *, lasts: timedelta, at: datetime) -> None:
    """Queue a letter that is of use for so long. One that lasts no time is sent to nobody, and costs as much as any
    other: how long an answer takes must not tell whether an address is known.
    """
    delivery = Delivery(due_at=at, next_at=at, expires_at=at + lasts)
    delivery.letter = encryption.encrypt(json.dumps([to, subject, text]), Secret.LETTER, delivery.id)
    delivery.save(force_insert=True)


def read(delivery: Delivery) -> tuple[str, str, str] | None:
    """Return to whom it goes, its subject and its text, or None where no key opens it."""
    text = encryption.decrypt(delivery.letter, Secret.LETTER, delivery.id)
    return None if text is None else tuple(json.loads(text))
