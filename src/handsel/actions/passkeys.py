"""Passkeys: how often each has signed, and which must stay, since nothing else opens its person's account."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction

from handsel.access import visibility
from handsel.models import User
from handsel.queries import people
from handsel.rules.refusals import WrongState
from handsel.rules.sentences import say

# Beside what allauth keeps of a passkey: its own count when it last signed, and when it was refused for one.
_COUNT, REFUSED_AT = "count", "refused_at"


@transaction.atomic
def note_count(passkey: Authenticator, count: int, *, at: datetime) -> bool:
    """Keep how often a passkey says that it has signed, or return False: no more than before, so there are two of it.

    Most count nothing and always say nought.
    """
    row = Authenticator.objects.select_for_update().get(pk=passkey.pk)
    before = row.data.get(_COUNT, row.wrap().authenticator_data.counter)
    is_copy = before > 0 and count <= before
    if is_copy:
        row.data[REFUSED_AT] = at.isoformat()
    elif count != before:
        row.data[_COUNT] = count
    row.save(update_fields=["data"])
    passkey.data = row.data
    return not is_copy


def keep_last_way_in(person: User, passkey_id: int) -> None:
    """Check that somebody can still sign in without this passkey; until the transaction ends none of theirs goes.

    Raises WrongState.
    """
    visibility.lock_active_person(person)
    if people.is_last_way_in(person, passkey_id):
        raise WrongState(say("This passkey is your only way to sign in. Set a password or add another passkey first."))
