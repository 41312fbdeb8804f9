"""Codes that open once: those of an authenticator app, and recovery codes."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from handsel.access import tokens
from handsel.models import UsedCode, User

KEPT_FOR = timedelta(minutes=2)  # more than a code is taken for


def use(code: str, *, by: User, at: datetime) -> bool:
    """Use a right code up; return whether it was unused. Of two requests that bring it at once one is first."""
    code_hash = tokens.hash_of_code(code)
    used = UsedCode.objects.filter(person=by, code_hash=code_hash)
    used.filter(expires_at__lte=at).delete()  # the same six digits, by chance
    try:
        with transaction.atomic():
            UsedCode.objects.create(person=by, code_hash=code_hash, expires_at=at + KEPT_FOR)
    except IntegrityError:
        return False
    return True
