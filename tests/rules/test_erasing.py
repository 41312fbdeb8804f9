"""What erasing leaves of JSON and of texts."""

import pytest

from handsel.rules.erasing import Names, own_names, without_texts


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"notes": [None, "Naps."]}, {"notes": [None, ""]}),
        ({"first_name": [None, "EMMA"]}, {"first_name": [None, ""]}),
        ({"date_of_birth": [None, "2021-03-14"]}, {"date_of_birth": [None, None]}),
        ({"scheduled_start": ["2026-06-01T10:00:00Z", None]}, {"scheduled_start": ["2026-06-01T10:00:00Z", None]}),
        (
            {"hourly_rate": ["25.00", "26.00"], "version": [1, 2]},
            {"hourly_rate": ["25.00", "26.00"], "version": [1, 2]},
        ),
        ({"status": ["SCHEDULED", "IN_PROGRESS"], "move": [None, "confirm"]},) * 2,
        ({"time_zone": [None, "America/New_York"], "is_confirmed": [True, False]},) * 2,
        ({"something_new": [None, "what Emma said"]}, {"something_new": [None, ""]}),
        ({"child_ids": [[], ["0196f1c5-7e0e-7c31-8f3a-0a1b2c3d4e5f"]]},) * 2,
    ],
)
def test_only_what_a_program_wrote_stays(before, after):
    assert without_texts(before) == after


def test_names_are_found_as_whole_words_alone():
    names = Names({"Emma", "Emma Rivera"}, "a child")
    assert names.replaced("EMMA naps; Emmanuel does not. Emma Rivera.") == "a child naps; Emmanuel does not. a child."
    assert Names({""}, "a child").replaced("Emma") == "Emma"


def test_a_last_name_that_others_have_stays_theirs():
    assert own_names(["Emma"], ["Rivera"], ["Ana Rivera"]) == {"Emma", "Emma Rivera"}
    assert own_names(["Emma"], ["Okafor"], ["Ana Rivera"]) == {"Emma", "Okafor", "Emma Okafor"}
