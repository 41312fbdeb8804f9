"""The tables of kinds and topics, and the line of an inbox."""

from itertools import groupby

import pytest

from handsel.notices.kinds import KINDS
from handsel.notices.topics import TOPICS
from handsel.rules.notices import NoticeKind, Topic


def test_every_kind_has_its_row_and_a_topic_and_every_topic_a_row_and_a_kind():
    assert KINDS.keys() == set(NoticeKind)
    assert {row.topic for row in KINDS.values()} == set(Topic) == TOPICS.keys()


def test_topics_of_a_group_stand_together():
    groups = [str(group) for group, _ in groupby(TOPICS.values(), key=lambda row: row.group)]
    assert len(groups) == len(set(groups)) == 6


pytestmark = pytest.mark.no_database


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_has_its_sentence(kind):
    for count in (1, 2, 40):
        sentence = KINDS[kind].sentence % {"by": "Noor", "count": count, "schedule": "Mornings", "minutes": 10}
        assert sentence
        assert "{" not in sentence
        named = "Noor" in sentence or str(count) in sentence or "Mornings" in sentence
        # Of these the session that is named beside them says all.
        of_one = (NoticeKind.SHOULD_HAVE_STARTED, NoticeKind.STILL_RUNNING, NoticeKind.STILL_NO_NANNY)
        assert named or kind in of_one


@pytest.mark.parametrize(
    ("kind", "facts", "sentence"),
    [
        ("sessions.to_confirm", {"count": 13}, "13 sessions to confirm"),
        ("sessions.to_confirm", {"count": 1}, "1 session to confirm"),
        ("session.confirmed", {"by": "Ana"}, "Ana confirmed a session"),
        ("sessions.confirmed", {"by": "Ana", "count": 12}, "Ana confirmed 12 sessions"),
        ("session.cancelled", {"by": "Ana", "count": 1}, "Ana cancelled a session"),
        ("session.confirmed_on_the_familys_word", {"by": "Noor"}, "Noor confirmed a session for you"),
    ],
)
def test_what_is_said(kind, facts, sentence):
    assert KINDS[kind].sentence % facts == sentence


def test_a_name_is_never_read_as_a_pattern():
    assert KINDS["session.confirmed"].sentence % {"by": "{count}"} == "{count} confirmed a session"
