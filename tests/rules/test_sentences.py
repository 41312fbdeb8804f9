"""What the rules say, in English, and in the pieces from which another language says it."""

import json
from datetime import date
from decimal import Decimal

import pytest

from handsel.rules import moves
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
from handsel.rules.sentences import Sentence, say

pytestmark = pytest.mark.no_database


def test_a_sentence_is_its_english_text():
    sentence = say("Keep this to %(most)s characters at most.", most=4000)
    assert sentence == "Keep this to 4,000 characters at most."
    assert json.dumps([sentence]) == '["Keep this to 4,000 characters at most."]'
    assert (sentence.template, sentence.facts) == ("Keep this to %(most)s characters at most.", {"most": 4000})


def test_facts_may_be_days_amounts_and_sentences():
    said = say("%(a)s, %(b)s, %(c)s", a=date(2026, 6, 1), b=Decimal("9999.99"), c=say("100%"))
    assert said == "2026-06-01, 9999.99, 100%"


def test_every_move_is_refused_in_a_sentence_that_can_be_translated():
    for state in State:
        for move in Move:
            why = moves.why_not(state, move)
            assert isinstance(why, Sentence)
            assert why.startswith("This session is ")
            assert why.endswith(".")
