"""The codes are the API's promise; the sentences are for people."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from handsel.rules import refusals

pytestmark = pytest.mark.no_database

SIX = datetime(2026, 6, 1, 6, tzinfo=UTC)
CODES = {
    refusals.NotVisible: "not_found",
    refusals.NotAllowed: "not_allowed",
    refusals.WrongState: "wrong_state",
    refusals.ScheduleInactive: "schedule_inactive",
    refusals.KeptForTheRecord: "kept_for_the_record",
    refusals.AlreadyRunning: "already_running",
    refusals.LimitReached: "limit_reached",
    refusals.UnsupportedFile: "unsupported_media_type",
    refusals.VersionConflict: "version_conflict",
}
# With what they are about beside the sentence.
ABOUT = {
    refusals.Locked(): "locked",
    refusals.OutOfOrder(UUID(int=1)): "out_of_order",
    refusals.NotReady([(UUID(int=1), "RUNNING")]): "not_ready",
}


def test_no_refusal_is_without_a_promised_code():
    # The doors have refusals of their own, which live beside what raises them.
    ours = {kind for kind in refusals.Refusal.__subclasses__() if kind.__module__ == refusals.__name__}
    assert ours == {*CODES, *map(type, ABOUT), refusals.Clash, refusals.Invalid, refusals.TooManyRequests}


@pytest.mark.parametrize(("refusal", "code"), CODES.items())
def test_each_has_its_code_and_a_sentence(refusal, code):
    assert refusal.code == code
    assert str(refusal()) == refusal().detail == refusal.usual_detail
    assert refusal("Noor is on holiday.").detail == "Noor is on holiday."


@pytest.mark.parametrize(("refusal", "code"), ABOUT.items(), ids=ABOUT.values())
def test_each_about_pay_periods_has_its_code_and_a_sentence(refusal, code):
    assert refusal.code == code
    assert str(refusal) == refusal.detail == refusal.usual_detail


def test_a_clash_names_what_it_clashes_with():
    ours = refusals.Clashing(UUID(int=1), SIX, SIX)
    theirs = refusals.Clashing(None, SIX, SIX)
    clash = refusals.Clash([ours, theirs])
    assert (clash.code, clash.clashes) == ("clash", (ours, theirs))
    assert [clashing.busy for clashing in clash.clashes] == [False, True]


def test_invalid_keeps_its_own_copy_of_the_errors():
    errors = {"name": "Fill this in."}
    invalid = refusals.Invalid(errors)
    errors.clear()
    assert (invalid.code, invalid.errors) == ("invalid", {"name": "Fill this in."})
