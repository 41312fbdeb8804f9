"""Where secrets come from, and how hard they are to guess."""

import math
import random
import re
from collections.abc import Callable
from uuid import uuid4

import pytest
from allauth.account.adapter import DefaultAccountAdapter, get_adapter
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import generate_totp_secret

from handsel.access import tokens
from handsel.env import new_encryption_key
from handsel.web.sessions import SessionStore

pytestmark = pytest.mark.no_database

# What opens something, with the letters it is made of and how many of them are chosen.
OPENS: dict[str, tuple[Callable[[], str], int]] = {
    "a key to the API or the address of a calendar": (tokens.new_secret, 64),
    "a session": (lambda: SessionStore()._get_new_session_key(), 36),
    "a key that encrypts": (lambda: str(new_encryption_key()), 64),
    "the seed of recovery codes": (RecoveryCodes.generate_seed, 16),
    "the secret of an app": (generate_totp_secret, 32),
}
# What people type, good for a few tries.
TYPED: dict[str, tuple[Callable[[], str], int]] = {
    "a code from a letter": (lambda: DefaultAccountAdapter.generate_login_code(get_adapter()), 20),
    "a code that proves an address": (
        lambda: DefaultAccountAdapter.generate_email_verification_code(get_adapter()),
        20,
    ),
}


@pytest.mark.parametrize("what", [*OPENS, *TYPED])
def test_no_secret_follows_from_a_seed(what):
    make, _ = (OPENS | TYPED)[what]
    made = []
    for _ in range(3):
        random.seed(1)
        made.append(make())
    assert len(set(made)) == 3


@pytest.mark.parametrize("what", OPENS)
def test_secrets_that_open_something_have_bits_enough(what):
    make, letters = OPENS[what]
    made = [make() for _ in range(50)]
    assert min(map(len, made)) * math.log2(letters) >= 128
    assert len(set(made)) == 50


@pytest.mark.parametrize("what", TYPED)
def test_codes_for_people_have_bits_enough(what):
    make, letters = TYPED[what]
    made = [re.sub(r"\W", "", make()) for _ in range(300)]
    assert len(set("".join(made))) == letters
    assert min(map(len, made)) * math.log2(letters) >= 20


def test_an_invitations_secret_has_the_bits_of_the_key(settings):
    """It is made of the id, which anybody may know, and of the secret key."""
    invitation_id = uuid4()
    first = tokens.invitation_secret(invitation_id)
    assert len(first) * 6 >= 256
    settings.SECRET_KEY = "another key for another book, as long as it has to be"
    assert tokens.invitation_secret(invitation_id) != first
