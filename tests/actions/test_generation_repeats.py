"""Whatever ranges are generated, in whatever order and however often: the same sessions as once over all of them."""

from datetime import date, time, timedelta

from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handsel.actions import generation
from handsel.models import CareSession, CareSessionChild
from handsel.rules.drafts import Draft
from handsel.rules.recurrence import Recurrence, Weekday
from tests.world import ON_THE_WEB

# Each writes hundreds of rows, so fewer do than where there is no database: 50, and 400 in the nightly run.
EXAMPLES = min(settings.default.max_examples // 2, 400)
START = date(2026, 6, 1)
DAYS = st.integers(0, 120).map(lambda number: START + timedelta(days=number))
RANGES = st.tuples(DAYS, DAYS).map(sorted)
TIMES = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda clock: time(*clock))


@st.composite
def patterns(draw):
    recurrence = draw(st.sampled_from([Recurrence.WEEKLY, Recurrence.BIWEEKLY, Recurrence.MONTHLY, Recurrence.ONCE]))
    fewest = 1 if recurrence in (Recurrence.WEEKLY, Recurrence.BIWEEKLY) else 0
    days = (
        st.just(frozenset())
        if recurrence is Recurrence.ONCE
        else st.frozensets(st.sampled_from(Weekday), min_size=fewest)
    )
    start_date = draw(DAYS)
    start, end = draw(st.lists(TIMES, min_size=2, max_size=2, unique=True))
    return {
        "recurrence": recurrence,
        "days_of_week": draw(days),
        "start_date": start_date,
        "end_date": draw(st.none() | st.integers(0, 90).map(lambda length: start_date + timedelta(days=length))),
        "start_time": start,
        "end_time": end,
    }


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=EXAMPLES)
@given(pattern=patterns(), ranges=st.lists(RANGES, min_size=1, max_size=4), orders=st.randoms(use_true_random=False))
def test_ranges_in_any_order_are_their_union_once(world, pattern, ranges, orders):
    with transaction.atomic():
        piecemeal, whole = world.schedule(**pattern), world.schedule(**pattern)
        first, last = min(days[0] for days in ranges), max(days[1] for days in ranges)
        shuffled = ranges * 2
        orders.shuffle(shuffled)
        made = [slot for days in shuffled for slot in _generate(piecemeal, days, world)]
        everything = _generate(whole, (first, last), world)

        expected = [slot for slot in everything if any(start <= slot <= end for start, end in ranges)]
        assert sorted(made) == expected
        assert _rows(piecemeal) == [row for row in _rows(whole) if row[0] in expected]
        transaction.set_rollback(True)


def _generate(schedule, days, world):
    draft = Draft.of(from_date=days[0], to_date=days[1])
    made = generation.generate(schedule.id, draft, by=world.noor, **ON_THE_WEB)
    assert made.skipped == []
    return [slot.slot_date for slot in made.created]


def _rows(schedule):
    sessions = CareSession.objects.filter(schedule=schedule).order_by("slot_date")
    children = dict(CareSessionChild.objects.filter(session__in=sessions).values_list("session_id", "child_id"))
    return [
        (
            session.slot_date,
            session.scheduled_start,
            session.scheduled_end,
            session.hourly_rate,
            session.nanny_id,
            children[session.id],
        )
        for session in sessions
    ]
