"""Cursors, wherever a list is cut."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from handsel.models import CareSession, TimeOff
from handsel.queries import paging
from handsel.queries.paging import Order
from handsel.rules.drafts import Draft, Problems
from handsel.rules.refusals import Invalid
from tests.world import build, wall


def every_part(rows, order: Order, limit: int) -> list:
    items, cursor = [], None
    while True:
        part, cursor = paging.paginate(rows, Draft.of(cursor=cursor, limit=limit), order)
        assert len(part) <= limit
        items += part
        if cursor is None:
            return items


class WhereverTheListIsCut(TestCase):
    @settings(max_examples=25)
    @given(
        hours=st.lists(st.integers(0, 3), max_size=8),
        limit=st.integers(1, 9),
        descending=st.booleans(),
    )
    def test_its_parts_are_the_whole(self, hours, limit, descending):
        world = build()
        for hour in hours:
            world.session(f"2026-06-02 0{hour}:00", hours=0.5)
        rows = CareSession.objects.all()
        order = Order("sessions", ("scheduled_start", "id"), descending=descending)
        whole = sorted(rows, key=lambda row: (row.scheduled_start, row.id.hex), reverse=descending)
        assert every_part(rows, order, limit) == whole


def test_a_list_ordered_by_days(world):
    for day in ("2026-06-03", "2026-06-01", "2026-06-01"):
        TimeOff.objects.create(
            family=world.riveras,
            from_date=day,
            to_date="2026-06-30",
            entered_by=world.ana_of_riveras,
            created_at=wall("2026-06-01 08:00"),
        )
    days = [row.from_date.day for row in every_part(TimeOff.objects.all(), Order("days", ("from_date", "id")), 1)]
    assert days == [1, 1, 3]


def test_microseconds_are_not_lost(world):
    first = world.session("2026-06-02 09:00")
    CareSession.objects.filter(pk=first.pk).update(
        scheduled_start=wall("2026-06-02 09:00").replace(microsecond=999_999)
    )
    world.session("2026-06-02 09:01")
    assert len(every_part(CareSession.objects.all(), Order("s", ("scheduled_start", "id")), 1)) == 2


@pytest.mark.parametrize(
    "other",
    [
        Order("other", ("scheduled_start", "id")),
        Order("sessions", ("scheduled_start", "id"), descending=True),
        Order("sessions", ("id",)),
    ],
)
def test_a_cursor_fits_the_list_and_the_order_it_was_made_for(world, other):
    for _ in range(2):
        world.session()
    _, cursor = paging.paginate(
        CareSession.objects.all(), Draft.of(limit=1), Order("sessions", ("scheduled_start", "id"))
    )
    with pytest.raises(Invalid) as refused:
        paging.paginate(CareSession.objects.all(), Draft.of(cursor=cursor), other)
    assert set(refused.value.errors) == {"cursor"}


def test_a_bad_cursor_is_told_with_what_else_is_wrong(world):
    problems = Problems(Draft(wrong={"limit": "?"}))
    problems.add("to_date", "?")
    with pytest.raises(Invalid) as refused:
        paging.paginate(CareSession.objects.all(), Draft.of(cursor="x"), Order("sessions"), problems)
    assert set(refused.value.errors) == {"limit", "to_date", "cursor"}
