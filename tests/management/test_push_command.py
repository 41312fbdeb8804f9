"""`handsel push key`: one key for several machines."""

import pytest

from handsel.rules import subscriptions
from tests.server import Server

pytestmark = pytest.mark.no_database


def test_the_key_of_one_machine_serves_the_others():
    first = Server("sqlite", new=True)
    key = first.command("push", "key").stdout.removesuffix("\n")
    assert len(subscriptions.signing_key(key)) == 32
    assert first.command("push", "key").stdout == f"{key}\n"
    second = Server("sqlite", new=True, HANDSEL_VAPID_KEY=key)
    assert second.command("push", "key").stdout == f"{key}\n"


def test_a_key_that_makes_no_sense_is_refused_in_one_sentence():
    refused = Server("sqlite", new=True, HANDSEL_VAPID_KEY="blue").command("push", "key")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "handsel: HANDSEL_VAPID_KEY must be what `handsel push key` prints: 32 bytes of a private key, as base64url.\n"
    )
