"""Bearer tokens: looked up by hash, living only while everything about them lives."""

from datetime import timedelta

from handsel.access import tokens
from handsel.models import ApiToken
from tests.world import NOW


def test_a_secret_opens_for_its_person(world, django_assert_num_queries):
    secret = world.secret(world.noor, scope="read")
    ApiToken.objects.update(last_used_at=NOW)
    with django_assert_num_queries(1):
        token = tokens.api_token(secret, at=NOW)
        assert (token.person.name, token.scope) == ("Noor", "read")


def test_unknown_secrets_open_nothing(world):
    secret = world.secret(world.noor)
    for other in ("", secret[:-1], secret.upper(), tokens.hash_of(secret), "\x00", "\ud800", "x" * 100_000):
        assert tokens.api_token(other, at=NOW) is None


def test_expired_revoked_and_the_tokens_of_a_closed_account_open_nothing(world):
    secret = world.secret(world.noor)
    token = ApiToken.objects.filter(person=world.noor)
    for dead in ({"expires_at": NOW, "revoked_at": None}, {"expires_at": None, "revoked_at": NOW}):
        token.update(**dead)
        assert tokens.api_token(secret, at=NOW) is None
    token.update(expires_at=NOW + timedelta(seconds=1), revoked_at=None)
    assert tokens.api_token(secret, at=NOW) is not None
    world.noor.is_active = False
    world.noor.save()
    assert tokens.api_token(secret, at=NOW) is None


def test_use_is_noted_at_most_once_a_minute(world):
    secret = world.secret(world.noor)

    def last_use_after(moment):
        tokens.api_token(secret, at=moment)
        return ApiToken.objects.get(person=world.noor).last_used_at

    assert last_use_after(NOW) == NOW
    assert last_use_after(NOW + timedelta(seconds=59)) == NOW
    later = NOW + timedelta(seconds=61)
    assert last_use_after(later) == later


def test_secrets_are_long_and_random_and_fit_into_an_address():
    made = {tokens.new_secret("handsel_") for _ in range(100)}
    assert len(made) == 100
    assert all(len(secret) >= 8 + 43 and secret.replace("-", "").replace("_", "").isalnum() for secret in made)
