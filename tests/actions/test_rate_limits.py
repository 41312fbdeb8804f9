"""Limits count before anything is done, hold until their window is over, and give back only what was counted in it."""

from datetime import timedelta

import pytest

from handsel.actions import duties, rate_limits
from handsel.actions.rate_limits import RateLimit
from handsel.models import RateLimitCounter
from handsel.rules.refusals import TooManyRequests
from tests.world import NOW

pytestmark = pytest.mark.django_db

GUESSES = RateLimit("guesses", 3, timedelta(minutes=5))
LATER = NOW + timedelta(minutes=2)
OVER = NOW + timedelta(minutes=5)


def use_up(subject: str) -> None:
    for _ in range(GUESSES.most):
        rate_limits.count(GUESSES, subject, at=NOW)


def test_one_more_is_too_many_until_the_window_is_over():
    use_up("ana")
    with pytest.raises(TooManyRequests) as reached:
        rate_limits.count(GUESSES, "ana", at=LATER)
    assert reached.value.seconds == 180
    assert rate_limits.count(GUESSES, "ana", at=OVER).ends_at == OVER + GUESSES.within
    rate_limits.count(GUESSES, "luis", at=LATER)
    assert set(RateLimitCounter.objects.values_list("used", flat=True)) == {1}


def test_what_is_refused_only_reads_and_what_counts_writes_once(django_assert_num_queries):
    rate_limits.count(GUESSES, "ana", at=NOW)
    with django_assert_num_queries(2):
        rate_limits.count(GUESSES, "ana", at=NOW)
    rate_limits.count(GUESSES, "ana", at=NOW)
    with django_assert_num_queries(1), pytest.raises(TooManyRequests):
        rate_limits.count(GUESSES, "ana", at=NOW)
    with django_assert_num_queries(1), pytest.raises(TooManyRequests):
        rate_limits.check(GUESSES, "ana", at=NOW)


def test_what_is_given_back_can_be_counted_once_more():
    counted = [rate_limits.count(GUESSES, "ana", at=NOW) for _ in range(GUESSES.most)]
    counted[0].give_back()
    rate_limits.count(GUESSES, "ana", at=NOW)
    with pytest.raises(TooManyRequests):
        rate_limits.count(GUESSES, "ana", at=NOW)


def test_nothing_is_given_back_to_another_window():
    early = rate_limits.count(GUESSES, "ana", at=NOW)
    rate_limits.count(GUESSES, "ana", at=OVER)
    early.give_back()
    assert RateLimitCounter.objects.get().used == 1


def test_a_limit_that_is_changed_holds_at_once():
    use_up("ana")
    wider = RateLimit("guesses", 4, GUESSES.within)
    rate_limits.count(wider, "ana", at=NOW)
    for limit in (wider, GUESSES):
        with pytest.raises(TooManyRequests):
            rate_limits.count(limit, "ana", at=NOW)


def test_the_worker_drops_what_is_over_and_nothing_before():
    use_up("ana")
    rate_limits.count(GUESSES, "luis", at=LATER)
    assert duties.drop_over(OVER - timedelta(seconds=1)) == 0
    assert duties.drop_over(OVER) == 1
    assert RateLimitCounter.objects.get().ends_at == LATER + GUESSES.within


def test_neither_name_nor_address_is_written_down():
    rate_limits.count(GUESSES, "ana@example.com", at=NOW)
    [key_hash] = RateLimitCounter.objects.values_list("key_hash", flat=True)
    assert len(key_hash) == 64
    assert "ana" not in key_hash
