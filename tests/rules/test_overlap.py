"""What gets in the way of what: the sweep against asking every pair."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handsel.rules import overlap
from handsel.rules.overlap import Span

pytestmark = pytest.mark.no_database

MONDAY = datetime(2026, 6, 1, tzinfo=UTC)


def span(start, end, key=None):
    """From hour to hour of a Monday."""
    return Span(MONDAY + timedelta(hours=start), MONDAY + timedelta(hours=end), key)


@pytest.mark.parametrize(
    ("first", "second", "clash"),
    [
        (span(6, 14), span(13, 15), True),
        (span(6, 14), span(7, 8), True),
        (span(6, 14), span(6, 14), True),
        (span(6, 14), span(5, 6.01), True),
        (span(6, 14), span(14, 18), False),
        (span(6, 14), span(2, 6), False),
        (span(6, 14), span(15, 18), False),
    ],
)
def test_spans_that_touch_do_not_overlap(first, second, clash):
    assert overlap.overlaps(first, second) is clash
    assert overlap.overlaps(second, first) is clash
    assert bool(overlap.clashes([first.__class__(first.start, first.end, "one")], [second])) is clash


def test_each_candidate_hears_of_its_own_clashes_soonest_first():
    noor_at_the_riveras = [span(6, 14, "monday"), span(30, 38, "tuesday"), span(54, 62, "wednesday")]
    late, early, both_days = span(13, 16, "late"), span(5, 7, "early"), span(12, 31, "both days")
    assert overlap.clashes(noor_at_the_riveras, [late, both_days, early]) == {
        "monday": [early, both_days, late],
        "tuesday": [both_days],
    }


def test_a_session_does_not_clash_with_itself():
    assert overlap.clashes([span(6, 14, "same")], [span(6, 15, "same")]) == {}


def test_nothing_clashes_with_nothing():
    assert overlap.clashes([], [span(6, 14)]) == overlap.clashes([span(6, 14)], []) == {}


@st.composite
def spans(draw):
    starts_and_lengths = draw(st.lists(st.tuples(st.integers(0, 60), st.integers(1, 24)), max_size=15))
    return [span(start, start + length) for start, length in starts_and_lengths]


@settings(max_examples=500, deadline=None)
@given(spans(), spans())
def test_the_sweep_finds_what_asking_every_pair_finds(ours, others):
    ours = [Span(our_span.start, our_span.end, ("ours", number)) for number, our_span in enumerate(ours)]
    others = [Span(our_span.start, our_span.end, ("others", number)) for number, our_span in enumerate(others)]
    clashes = overlap.clashes(ours, others)
    assert {(our_span, other.key) for our_span, clashing in clashes.items() for other in clashing} == {
        (our_span.key, other.key)
        for our_span in ours
        for other in others
        if max(our_span.start, other.start) < min(our_span.end, other.end)
    }
    assert all(clashing == sorted(clashing, key=lambda other: other.start) for clashing in clashes.values())
    assert sum(map(len, clashes.values())) == len(
        {(our_span, other.key) for our_span in clashes for other in clashes[our_span]}
    )
