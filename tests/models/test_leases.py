"""Leases: a row is claimed by one process at a time, and by none for ever."""

from datetime import timedelta

import pytest

from handsel.models import Duty
from tests.world import NOW

LEASE = timedelta(minutes=5)
pytestmark = pytest.mark.django_db


def test_a_row_is_leased_once_until_the_lease_runs_out():
    Duty.objects.create(name="remind", since=NOW, next_at=NOW, late_after=LEASE)
    before = NOW - timedelta(seconds=1)
    assert [Duty.objects.claim(at, LEASE) for at in (before, NOW, NOW)] == [0, 1, 0]
    first = Duty.objects.held_until(NOW + LEASE)
    assert first.exists()
    assert not Duty.objects.due(NOW + LEASE - timedelta(seconds=1)).exists()
    assert Duty.objects.claim(NOW + LEASE, LEASE, last_error="taken over") == 1
    assert not first.exists()
    assert Duty.objects.get().last_error == "taken over"
