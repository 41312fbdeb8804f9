"""What an operator is told of what leaves the book."""

from datetime import timedelta

import pytest

from handsel.models import Delivery, Device, Notice
from handsel.queries import health
from handsel.queries.health import ChannelStatus
from handsel.rules.notices import Outcome, Way
from tests.world import NOW, World

HOUR = timedelta(hours=1)


def on_its_way(world: World, *, due: timedelta, device: Device | None = None, **columns) -> None:
    notice = Notice.objects.create(person=world.ana, family=world.riveras, kind="session.cancelled", at=NOW)
    Delivery.objects.create(notice=notice, device=device, due_at=NOW + due, next_at=NOW + due, **columns)


def done(world: World, ago: timedelta, outcome: Outcome, trouble: str = "", device: Device | None = None) -> None:
    on_its_way(world, due=-2 * health.WEEK, device=device, done_at=NOW - ago, outcome=outcome, last_error=trouble)


def test_each_way_says_what_waits_what_is_late_and_what_became_of_a_weeks(world):
    phone = Device.objects.create(person=world.ana, name="Phone", created_at=NOW)
    on_its_way(world, due=HOUR)  # quiet hours
    on_its_way(world, due=-health.LATE)
    for _ in range(2):
        on_its_way(world, due=-HOUR, last_error="ConnectionRefusedError")
    done(world, HOUR, Outcome.GAVE_UP, "TimeoutError")
    done(world, health.WEEK, Outcome.GAVE_UP, "too long ago")
    done(world, HOUR, Outcome.SENT, "was in the way before")
    done(world, HOUR, Outcome.OBSOLETE, "was in the way before")
    done(world, HOUR, Outcome.REFUSED, "answer 403", phone)
    for _ in range(2):
        done(world, HOUR, Outcome.SENT, device=phone)
    assert health.channel_statuses(NOW) == [
        ChannelStatus(Way.EMAIL, waiting=4, late=2, oldest_at=NOW - HOUR, sent=1, gave_up=1),
        ChannelStatus(Way.PUSH, sent=2, refused=1),
    ]
    assert health.troubles(NOW) == [("ConnectionRefusedError", 2), ("TimeoutError", 1), ("answer 403", 1)]


@pytest.mark.django_db
def test_where_nothing_ever_left_each_way_stands_at_nothing():
    assert health.channel_statuses(NOW) == [ChannelStatus(Way.EMAIL), ChannelStatus(Way.PUSH)]
    assert health.troubles(NOW) == []
