"""Secrets of mails open what they were made for, and nothing else."""

from uuid import UUID

import pytest

from handsel.access import mail_links
from handsel.rules.notices import Topic

pytestmark = pytest.mark.no_database

ONE = UUID("01a214dc-a975-71e3-86a9-cdc9fce683ae")
OTHER = UUID("01a214dc-aae1-71a7-bfb8-736e43ad3a7b")


def test_each_leads_back_to_what_it_was_made_for():
    assert mail_links.read_answer_token(mail_links.answer_token(ONE)) == ONE
    for topic in Topic:
        assert mail_links.read_unsubscribe_token(mail_links.unsubscribe_token(ONE, topic)) == (ONE, topic)


@pytest.mark.parametrize("wrong", ["", "x", "a:b", f"{ONE.hex}:", "\x00", "\ud800", "é" * 500])
def test_nothing_is_behind_another(wrong):
    assert mail_links.read_answer_token(wrong) is None
    assert mail_links.read_unsubscribe_token(wrong) is None


def test_a_secret_is_good_for_one_thing_alone():
    answer, stop = mail_links.answer_token(ONE), mail_links.unsubscribe_token(ONE, Topic.CONFIRMED)
    assert mail_links.read_unsubscribe_token(answer) is None
    assert mail_links.read_answer_token(stop) is None
    assert mail_links.read_answer_token(answer[:-1] + ("A" if answer[-1] != "A" else "B")) is None
    assert mail_links.read_answer_token(answer.replace(ONE.hex, OTHER.hex)) is None
