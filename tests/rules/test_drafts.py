"""A draft carries what could not be read along, so that all wrong fields are answered at once."""

import pytest

from handsel.rules.drafts import Draft, Problems
from handsel.rules.refusals import Invalid

pytestmark = pytest.mark.no_database


def test_a_draft_knows_what_has_a_value():
    draft = Draft({"name": "Mornings", "end_date": None}, wrong={"start_time": "Write the time as HH:MM."})
    assert "end_date" in draft
    assert "start_time" not in draft
    assert draft["name"] == draft.get("name") == "Mornings"
    assert draft.get("end_date", "later") is None
    assert draft.get("start_time", "06:00") == "06:00"


def test_an_action_answers_the_unreadable_fields_and_its_own_findings_together():
    problems = Problems(Draft(wrong={"start_time": "Write the time as HH:MM."}))
    problems.add("child_ids", "Name at least one child.")
    problems.add("start_time", "A second opinion.")
    problems.add_all({"end_date": "Too early.", "child_ids": "A second opinion."})
    with pytest.raises(Invalid) as refusal:
        problems.raise_if_any()
    assert refusal.value.errors == {
        "start_time": "Write the time as HH:MM.",
        "child_ids": "Name at least one child.",
        "end_date": "Too early.",
    }


def test_problems_tell_what_they_are_about():
    problems = Problems(Draft(wrong={"from_date": "There is no such day in the calendar."}))
    assert problems
    assert "from_date" in problems
    assert "to_date" not in problems
    assert problems.any_of("to_date", "from_date")
    assert not problems.any_of("to_date")


def test_a_good_draft_passes():
    problems = Problems(Draft.of(name="Mornings"))
    problems.raise_if_any()
    assert not problems
