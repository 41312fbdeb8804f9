"""Whatever is sent to a field, it is read, or refused at once with a sentence."""

import contextlib
import time as clock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handsel.rules import fields
from handsel.rules.fields import Wrong
from handsel.rules.lifecycle import Status

pytestmark = pytest.mark.no_database

A_MEGABYTE = "x" * 1_000_000
AN_ID = "0197b5d2-6f00-7abc-8def-0123456789ab"


PARSERS = {
    "text": lambda raw: fields.text(raw, most=120),
    "lines": lambda raw: fields.text(raw, most=4000, lines=True),
    "wall_time": fields.wall_time,
    "day": fields.day,
    "moment": fields.moment,
    "money": fields.money,
    "identity": fields.identity,
    "identities": fields.identities,
    "choice": fields.choice(Status),
    "weekdays": fields.weekdays,
    "time_zone": fields.time_zone,
    "currency": fields.currency,
    "email": fields.email,
}
# What nobody should send anywhere. A text that is plain but pointless is fine as a text.
NONSENSE = [
    None,
    object(),
    {},
    {"a": 1},
    {1, 2},
    b"06:00",
    [None],
    [[]],
    [{}],
    "\x00",
    "06:00\x00",
    "2026-06-01\x00",
    "\ud800",
    "RED\udfff",
    "noor@example.com\x00",
    "25\x0025",
    A_MEGABYTE,
    "1" * 1_000_000,
    "a@" * 500_000,
    "a." * 500_000,
    "-" * 1_000_000,
    "0" * 1_000_000 + "x",
    [AN_ID] * 100_000,
    float("nan"),
    float("inf"),
    -1,
    10**5000,
]


@pytest.mark.parametrize("parse", PARSERS.values(), ids=PARSERS)
def test_nonsense_is_refused_at_once_with_a_sentence(parse, subtests):
    for number, raw in enumerate(NONSENSE):
        with subtests.test(number=number):
            began = clock.process_time()
            with pytest.raises(Wrong) as refusal:
                parse(raw)
            # A guard against runaway patterns, not a benchmark: honest work takes a thousandth of this.
            assert clock.process_time() - began < 1
            sentence = str(refusal.value)
            assert sentence[0].isupper()
            assert sentence.endswith(".")
            assert len(sentence) < 100


@pytest.mark.parametrize("parse", PARSERS.values(), ids=PARSERS)
@settings(max_examples=100, deadline=None)
@given(
    raw=st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.decimals()
        | st.text(st.characters())
        | st.binary(),
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
        max_leaves=4,
    )
)
def test_whatever_is_sent_is_read_or_refused(parse, raw):
    with contextlib.suppress(Wrong):
        parse(raw)
