"""A code opens once, until it would not be taken anyway."""

from datetime import timedelta

from handsel.actions import duties, used_codes
from handsel.models import UsedCode
from tests.world import NOW


def test_a_code_opens_its_persons_account_once(world):
    assert [used_codes.use("123456", by=world.ana, at=NOW) for _ in "ab"] == [True, False]
    assert used_codes.use("123456", by=world.luis, at=NOW)
    assert "123456" not in "".join(UsedCode.objects.values_list("code_hash", flat=True))


def test_the_same_digits_by_chance_open_once_more_after_it_expired(world):
    used_codes.use("123456", by=world.ana, at=NOW)
    assert not used_codes.use("123456", by=world.ana, at=NOW + timedelta(seconds=119))
    assert used_codes.use("123456", by=world.ana, at=NOW + timedelta(seconds=120))


def test_the_worker_drops_none_before_it_expires(world):
    used_codes.use("123456", by=world.ana, at=NOW)
    assert duties.drop_over(NOW + timedelta(seconds=119)) == 0
    assert duties.drop_over(NOW + timedelta(seconds=120)) == 1
