"""A person's keys to the API: shown once, stored hashed, ended by their person alone."""

from datetime import timedelta
from uuid import uuid4

import pytest

from handsel.access import tokens as locks
from handsel.actions import tokens
from handsel.models import ApiToken
from handsel.rules.drafts import Draft
from handsel.rules.fields import moment
from handsel.rules.history import Source
from handsel.rules.refusals import Invalid, NotVisible
from tests.world import NOW, ON_THE_WEB


def test_noor_makes_a_key_whose_secret_is_stored_nowhere(world):
    token, secret = tokens.issue(Draft.of(name="My phone", scope="read"), by=world.noor, **ON_THE_WEB)
    assert secret.startswith("handsel_")
    assert locks.api_token(secret, at=NOW) == token
    token.refresh_from_db()
    assert (token.person, token.name, token.scope, token.created_at) == (world.noor, "My phone", "read", NOW)
    assert secret not in str(vars(token))


def test_two_keys_are_never_the_same(world):
    draft = Draft.of(name="My phone", scope="write")
    assert len({tokens.issue(draft, by=world.noor, **ON_THE_WEB)[1] for _ in range(5)}) == 5


def test_a_key_ends_when_it_was_said_to_end(world):
    draft = Draft.of(name="For a week", scope="write", expires_at=NOW + timedelta(days=7))
    token, secret = tokens.issue(draft, by=world.noor, **ON_THE_WEB)
    assert locks.api_token(secret, at=token.expires_at - timedelta(seconds=1)) == token
    assert locks.api_token(secret, at=token.expires_at) is None


@pytest.mark.parametrize(("zone", "hours"), [("", 0), ("America/New_York", 4)])
def test_an_end_on_the_wall_clock_is_meant_where_the_person_lives(world, zone, hours):
    world.noor.time_zone = zone
    draft = Draft.of(name="Until July", scope="write", expires_at=moment("2026-07-01T00:00"))
    token, _ = tokens.issue(draft, by=world.noor, **ON_THE_WEB)
    assert token.expires_at.isoformat() == f"2026-07-01T{hours:02}:00:00+00:00"


def test_everything_wrong_is_said_at_once(world):
    draft = Draft({"scope": "admin", "expires_at": NOW}, {"name": "Too long."})
    with pytest.raises(Invalid) as refusal:
        tokens.issue(draft, by=world.noor, **ON_THE_WEB)
    assert refusal.value.errors.keys() == {"name", "scope", "expires_at"}
    with pytest.raises(Invalid) as refusal:
        tokens.issue(Draft.of(), by=world.noor, **ON_THE_WEB)
    assert refusal.value.errors.keys() == {"name", "scope"}
    assert not ApiToken.objects.exists()


def test_a_revoked_key_opens_nothing_and_keeps_its_first_end(world):
    token, secret = tokens.issue(Draft.of(name="Lost", scope="write"), by=world.noor, **ON_THE_WEB)
    tokens.revoke(token.id, by=world.noor, **ON_THE_WEB)
    tokens.revoke(token.id, by=world.noor, at=NOW + timedelta(days=1), source=Source.WEB)
    assert locks.api_token(secret, at=NOW) is None
    token.refresh_from_db()
    assert token.revoked_at == NOW


def test_the_operators_log_tells_of_keys_by_ids_alone(world, caplog):
    token, _ = tokens.issue(Draft.of(name="My phone", scope="read"), by=world.noor, **ON_THE_WEB)
    tokens.revoke(token.id, by=world.noor, **ON_THE_WEB)
    assert caplog.messages == [
        f"API token {token.id} (read) issued to {world.noor.id} from WEB",
        f"API token {token.id} of {world.noor.id} revoked from WEB",
    ]


def test_nobody_revokes_the_key_of_another(world):
    token, _ = tokens.issue(Draft.of(name="Mine", scope="write"), by=world.noor, **ON_THE_WEB)
    for token_id in (token.id, uuid4()):
        with pytest.raises(NotVisible):
            tokens.revoke(token_id, by=world.ana, **ON_THE_WEB)
    token.refresh_from_db()
    assert token.revoked_at is None


def test_the_operator_makes_a_key_by_address(world):
    secret = tokens.issue_for(" Noor@Example.com ", at=NOW)
    token = locks.api_token(secret, at=NOW)
    assert (token.person, token.scope, token.expires_at) == (world.noor, "write", None)
    with pytest.raises(NotVisible):
        tokens.issue_for("nobody@example.com", at=NOW)
    with pytest.raises(Invalid):
        tokens.issue_for("noor@example.com", "admin", at=NOW)
