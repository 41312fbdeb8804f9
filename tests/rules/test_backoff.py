"""How long to wait after something failed."""

from datetime import timedelta

import pytest

from handsel.rules import backoff

pytestmark = pytest.mark.no_database

MINUTE = timedelta(minutes=1)


def test_each_pause_is_twice_as_long_up_to_the_longest():
    pauses = [backoff.pause_after(failures, first=MINUTE, longest=60 * MINUTE) for failures in (1, 2, 3, 9, 1_000)]
    assert pauses == [MINUTE, 2 * MINUTE, 4 * MINUTE, 60 * MINUTE, 60 * MINUTE]
