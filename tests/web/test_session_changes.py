"""Editing, correcting, a new session, and changes that one side asks of the other."""

from datetime import timedelta
from decimal import Decimal
from html import unescape
from typing import Any

import pytest

from handsel.models import CareSession, ChangeRequest, Family
from handsel.rules.lifecycle import State
from tests.world import World, wall

pytestmark = pytest.mark.any_database


@pytest.fixture
def planned(world: World):
    """What the form of Tuesday's session holds when it is sent back untouched."""

    def form(**changes: Any) -> dict[str, Any]:
        return {
            "day": "2026-06-02",
            "starts": "09:00",
            "ends": "17:00",
            "child_ids": [str(world.emma.id)],
            "nanny_id": str(world.noor_of_riveras.id),
            "hourly_rate": "25.00",
            "notes": "",
        } | changes

    return form


def test_saving_an_untouched_form_changes_nothing(ana, world, planned):
    session = world.session(state=State.CONFIRMED, scheduled_end=wall("2026-06-02 17:00").replace(second=30))
    ana.press("edit_session", session.id, version=1, **planned())
    session.refresh_from_db()
    assert session.version == 1
    assert session.scheduled_end.second == 30


def test_other_times_children_and_notes(ana, world, planned):
    session = world.session()
    both = [str(world.emma.id), str(world.theo.id)]
    page = ana.press(
        "edit_session", session.id, version=1, **planned(starts="21:00", ends="06:00", child_ids=both, notes="Boots.")
    )
    session.refresh_from_db()
    assert session.scheduled_start == wall("2026-06-02 21:00")
    assert session.scheduled_end == wall("2026-06-03 06:00")
    assert page.says("Emma and Theo with Noor")
    assert page.says(
        "Ana moved it from 09:00–17:00 to 21:00–06:00; changed the children from Emma to Emma and Theo; "
        "changed the notes."
    )


@pytest.mark.parametrize(
    ("sent", "rate"),
    [
        # Without scripts the field still shows Noor's rate, which nobody wrote for Bea.
        ({"hourly_rate": "31.00"}, "25.00"),
        ({"hourly_rate": "33.00"}, "33.00"),
        # With scripts it shows the usual one, and Noor's is then one that was written.
        ({"hourly_rate": "25.00", "usual_rate_shown": "yes"}, "25.00"),
        ({"hourly_rate": "31.00", "usual_rate_shown": "yes"}, "31.00"),
    ],
)
def test_another_nanny_gets_the_usual_rate_unless_one_was_written(ana, world, planned, sent, rate):
    session = world.session(hourly_rate=Decimal("31.00"))
    page = ana.get("edit_session", session.id)
    assert page.says("Another nanny gets the family’s usual rate, $25.00, unless you write one.")
    form = planned(nanny_id=str(world.bea_of_riveras.id), **sent)
    ana.press("edit_session", session.id, version=1, **form)
    session.refresh_from_db()
    assert (session.nanny, session.hourly_rate) == (world.bea_of_riveras, Decimal(rate))


def test_a_parent_confirms_right_away_and_a_nanny_on_the_familys_word(ana, noor, world):
    for visitor, said in ((ana, (True, False)), (noor, (False, True))):
        page = visitor.get("new_session", world.riveras.id)
        assert (page.says("Confirm right away"), page.says("The family has agreed")) == said


def test_a_nanny_who_changes_what_was_agreed_asks_anew(noor, world, planned):
    session = world.session(state=State.CONFIRMED)
    page = noor.press("edit_session", session.id, version=1, **planned(starts="10:00"))
    assert page.says("Saved. The family has to confirm again.")
    assert page.says("Noor moved it to start at 10:00 instead of 09:00; it has to be confirmed again.") or page.says(
        "10:00"
    )
    session.refresh_from_db()
    assert session.state is State.UNCONFIRMED


@pytest.mark.parametrize(
    ("field", "sent", "message"),
    [
        ("day", "2026-02-31", "There is no such day in the calendar."),
        ("day", "9999-01-01", "Choose a date from 1970-01-01 to 2199-12-31."),
        ("day", "", "Fill this in."),
        ("starts", "24:00", "Enter the time as HH:MM, like 06:00."),
        ("starts", "6am", "Enter the time as HH:MM, like 06:00."),
        ("ends", "\x00", "Enter the time as HH:MM, like 06:00."),
        ("child_ids", [], "Choose at least one child."),
        ("child_ids", "nonsense", "This is not an id."),
        ("nanny_id", "00000000-0000-0000-0000-000000000000", "There is no such nanny in this family."),
        ("hourly_rate", "-1", "Enter the amount as a number, like 25.00."),
        ("hourly_rate", "NaN", "Enter the amount as a number, like 25.00."),
        ("hourly_rate", "1e3", "Enter the amount as a number, like 25.00."),
        ("notes", "a\x00b", "This has characters that can’t be shown. Enter it again without them."),
        ("notes", "x" * 4001, "Keep this to 4,000 characters at most."),
    ],
)
def test_what_cannot_be_used_is_refused_at_its_field_and_the_rest_is_kept(ana, world, planned, field, sent, message):
    session = world.session()
    other = {"notes": "Bring boots."} if field != "notes" else {"day": "2026-06-05"}
    page = ana.post("edit_session", session.id, status=422, version=1, **planned(**{**other, field: sent}))
    assert page.error_at(field) == message
    for name, value in other.items():
        assert page.value_of(name) == value
    session.refresh_from_db()
    assert session.version == 1


def test_every_wrong_field_is_said_at_once(ana, world, planned):
    page = ana.post(
        "edit_session", world.session().id, status=422, **planned(starts="25:00", hourly_rate="x", child_ids="y")
    )
    assert page.error_at("starts")
    assert page.error_at("hourly_rate")
    assert page.error_at("child_ids")


def test_an_edit_on_an_older_version_is_kept_and_asked_about(ana, world, planned):
    session = world.session()
    CareSession.objects.filter(pk=session.pk).update(version=5)
    page = ana.post("edit_session", session.id, status=412, version=1, **planned(notes="Mine."))
    assert page.says("Somebody changed this since you opened it.")
    assert page.value_of("notes") == "Mine."
    ana.press("edit_session", session.id, version=5, **planned(notes="Mine."))


def test_while_it_runs_only_the_notes_may_change(noor, world):
    session = world.session("2026-06-01 08:00", state=State.IN_PROGRESS)
    page = noor.get("edit_session", session.id)
    assert page.says("Edit the notes")
    noor.press("edit_session", session.id, version=1, notes="Ate well.", day="2026-06-09")
    session.refresh_from_db()
    assert session.notes == "Ate well."


def test_a_correction_says_why_and_stays_in_the_history(noor, world):
    session = world.session("2026-05-29 06:00", state=State.COMPLETED, hours=8.5)
    form = {"actual_start": "2026-05-29T06:00", "actual_end": "2026-05-29T14:15", "hourly_rate": "25.00", "notes": ""}
    page = noor.post("edit_session", session.id, status=422, version=1, **form)
    assert page.error_at("reason") == "Fill this in."
    assert page.value_of("actual_end") == "2026-05-29T14:15"
    page = noor.press("edit_session", session.id, version=1, **form, reason="Pressed it in the car.")
    assert page.says("Noor corrected the end from 14:30 to 14:15: “Pressed it in the car.”")
    session.refresh_from_db()
    assert session.actual_end == wall("2026-05-29 14:15")


def test_a_correction_leaves_the_seconds_that_nobody_touched(noor, world):
    begun = wall("2026-05-29 06:00").replace(second=41)
    session = world.session("2026-05-29 06:00", state=State.COMPLETED, hours=8.5, actual_start=begun)
    form = {"actual_start": "2026-05-29T06:00", "actual_end": "2026-05-29T14:00", "hourly_rate": "25.00"}
    noor.press("edit_session", session.id, **form, reason="Left early.")
    session.refresh_from_db()
    assert session.actual_start == begun


# Exactly 24 hours, as a one-time session may last


def test_a_session_of_24_hours_is_noted_and_moved_like_any_other(ana, world, planned):
    session = world.session("2026-06-06 08:00", hours=24)
    hours = "Saturday, 6 June, 08:00 – Sun 7 Jun, 08:00".replace("6 June", "6\N{NO-BREAK SPACE}June")
    page = ana.get("edit_session", session.id)
    assert hours in unescape(page.html)
    sent = planned(day="2026-06-06", starts="08:00", ends="08:00")
    ana.press("edit_session", session.id, version=1, **(sent | {"notes": "Pyjamas."}))
    session.refresh_from_db()
    assert (session.notes, session.scheduled_end - session.scheduled_start) == ("Pyjamas.", timedelta(hours=24))
    page = ana.press("edit_session", session.id, version=2, **(sent | {"starts": "09:00", "ends": "09:00"}))
    session.refresh_from_db()
    assert (session.scheduled_start, session.scheduled_end) == (wall("2026-06-06 09:00"), wall("2026-06-07 09:00"))
    assert page.says("moved it from 08:00 – Sun 7 Jun, 08:00 to 09:00 – Sun 7 Jun, 09:00")
    ana.press("request_changes", session.id, **(sent | {"message": "Later?", "starts": "10:00", "ends": "10:00"}))
    request = ChangeRequest.objects.get()
    assert (request.scheduled_start, request.scheduled_end) == (wall("2026-06-06 10:00"), wall("2026-06-07 10:00"))


def test_a_session_of_24_hours_is_added_and_named_with_both_days(ana, world, tomorrow):
    page = ana.press("new_session", world.riveras.id, **tomorrow(starts="15:00", ends="15:00", is_confirmed="on"))
    assert page.says("Added: Tue 2 Jun, 15:00 – Wed 3 Jun, 15:00.")
    session = CareSession.objects.get()
    assert (session.scheduled_start, session.scheduled_end) == (wall("2026-06-02 15:00"), wall("2026-06-03 15:00"))
    assert ana.get("family", world.riveras.id).says("15:00 – Wed 3 Jun, 15:00")
    assert ana.get("calendar", view="week", date="2026-06-02").says("until 15:00 Confirmed")


def test_24_hours_by_the_clock_are_25_where_it_goes_back(ana, world, tomorrow):
    """A session lasts at most 24 hours of instants: the clock shows 15:00 an hour too late."""
    sent = tomorrow(day="2026-10-31", starts="15:00", ends="15:00")
    page = ana.post("new_session", world.riveras.id, status=422, **sent)
    assert "24 hours" in page.error_at("ends")
    ana.press("new_session", world.riveras.id, **(sent | {"ends": "14:00"}))
    session = CareSession.objects.get()
    assert session.scheduled_end - session.scheduled_start == timedelta(hours=24)


# A cancelled session


def test_why_it_was_cancelled_is_said_and_put_right_later(ana, noor, world):
    session = world.session("2026-06-03 06:00")
    noor.press("cancel_session", session.id, version=1, reason="Flue.")
    assert noor.get("session", session.id).says("Edit notes and reason")
    page = ana.press("edit_session", session.id, version=2, cancel_reason="Flu.", notes="Call the doctor.")
    assert page.says("“Flu.”")
    assert page.says("changed the notes; changed why it was cancelled")
    session.refresh_from_db()
    assert (session.cancel_reason, session.notes) == ("Flu.", "Call the doctor.")


# A one-time session


@pytest.fixture
def tomorrow(world: World):
    def form(**changes: Any) -> dict[str, Any]:
        return {
            "child_ids": [str(world.emma.id)],
            "day": "2026-06-02",
            "starts": "15:00",
            "ends": "19:00",
            "nanny_id": str(world.noor_of_riveras.id),
            "hourly_rate": "25.00",
        } | changes

    return form


def test_a_nanny_adds_a_session_on_the_familys_word(noor, world, tomorrow):
    page = noor.get("new_session", world.riveras.id)
    assert "checked" not in page.html.partition('name="is_confirmed"')[2][:60]
    page = noor.press("new_session", world.riveras.id, **tomorrow(is_confirmed="on"))
    assert page.says("Added: Tue 2 Jun, 15:00–19:00.")
    assert page.says("Noor added it and confirmed it for the family, by phone")
    session = CareSession.objects.get()
    assert (session.state, session.schedule_id) == (State.CONFIRMED, None)


def test_a_parent_who_adds_a_session_agrees_unless_she_says_otherwise(ana, world, tomorrow):
    page = ana.get("new_session", world.riveras.id)
    assert "checked" in page.html.partition('name="is_confirmed"')[2][:60]
    assert page.value_of("hourly_rate") == "25.00"
    ana.press("new_session", world.riveras.id, **tomorrow())
    assert CareSession.objects.get().state is State.UNCONFIRMED


def test_the_usual_rate_fills_in_for_a_nanny_who_does_not_see_it(noor, world, tomorrow):
    page = noor.get("new_session", world.riveras.id)
    assert "25.00" not in page.html
    assert page.says("Leave empty for the usual rate.")
    noor.press("new_session", world.riveras.id, **tomorrow(hourly_rate=""))
    assert CareSession.objects.get().hourly_rate == Decimal("25.00")


def test_a_parent_who_empties_the_rate_means_none(ana, world, tomorrow):
    ana.press("new_session", world.riveras.id, **tomorrow(hourly_rate=""))
    assert CareSession.objects.get().hourly_rate is None


def test_a_day_may_be_filled_in_by_the_link_that_led_here(ana, world):
    page = ana.get("new_session", world.riveras.id, **{"day": "2026-06-20", "from": "08:00", "to": "13:00"})
    assert (page.value_of("day"), page.value_of("starts"), page.value_of("ends")) == ("2026-06-20", "08:00", "13:00")


def test_a_clash_keeps_the_form_and_offers_to_overlap(ana, world, tomorrow):
    world.session("2026-06-02 16:00", state=State.CONFIRMED, hours=1)
    page = ana.post("new_session", world.riveras.id, status=409, **tomorrow(is_confirmed="on", notes="Piano."))
    assert page.says("The nanny already has a session then.")
    assert page.says("Tue 2 Jun, 16:00–17:00")
    assert page.value_of("notes") == "Piano."
    assert CareSession.objects.count() == 1
    ana.press("new_session", world.riveras.id, **tomorrow(is_confirmed="on", overlap_allowed="on"))
    assert CareSession.objects.count() == 2


def test_a_new_session_is_refused_at_its_fields(noor, world, tomorrow):
    page = noor.post("new_session", world.riveras.id, status=422, **tomorrow(day="", ends="15:00", child_ids=[]))
    assert page.error_at("day") == "Fill this in."
    assert page.error_at("child_ids")
    assert page.value_of("starts") == "15:00"
    assert not CareSession.objects.exists()


def test_times_are_of_the_familys_clock(ana, world, tomorrow):
    Family.objects.filter(pk=world.riveras.pk).update(time_zone="Asia/Kathmandu")
    ana.press("new_session", world.riveras.id, **tomorrow())
    assert CareSession.objects.get().scheduled_start.isoformat() == "2026-06-02T09:15:00+00:00"


# Requests for changes


def test_a_request_is_answered_at_the_session(ana, noor, world):
    session = world.session(state=State.CONFIRMED)
    form = {"day": "2026-06-02", "starts": "10:00", "ends": "18:00", "child_ids": [str(world.emma.id)]}
    page = ana.press("request_changes", session.id, message="Dentist at nine.", **form)
    assert page.says("Sent. You’ll hear when there is an answer.")
    assert page.says("Withdraw request")
    assert ChangeRequest.objects.get().child_ids is None

    page = noor.get("session", session.id)
    assert page.says("Ana asked on 1 Jun, 08:00 Dentist at nine. 09:00–17:00 10:00–18:00")
    assert page.says("Accept 10:00–18:00")
    assert page.html.index("Accept 10:00–18:00") < page.html.index('id="ran"')  # the next thing to do, on top
    request = ChangeRequest.objects.get()
    page = noor.press("accept_request", request.id, message="Fine with me.")
    assert page.says("Accepted. The session is changed and confirmed.")
    assert page.says("Dentist at nine. 09:00–17:00 10:00–18:00 Noor accepted on 1 Jun, 08:00 Fine with me.")
    session.refresh_from_db()
    assert session.scheduled_start == wall("2026-06-02 10:00")


def test_a_request_may_be_words_alone(ana, world):
    session = world.session()
    form = {"day": "2026-06-02", "starts": "09:00", "ends": "17:00", "child_ids": [str(world.emma.id)]}
    ana.press("request_changes", session.id, message="Could Theo come too?", **form)
    request = ChangeRequest.objects.get()
    assert (request.scheduled_start, request.scheduled_end, request.child_ids) == (None, None, None)


def test_a_request_is_declined_or_taken_back(ana, noor, world):
    session = world.session(state=State.CONFIRMED)
    noor.press("request_changes", session.id, message="An hour later?")
    assert not noor.get("session", session.id).offers("accept_request", ChangeRequest.objects.get().id)
    page = ana.press("decline_request", ChangeRequest.objects.get().id, message="Not that day.")
    assert page.says("Ana declined on 1 Jun, 08:00 Not that day.")
    ana.press("request_changes", session.id, message="Another day?")
    second = ChangeRequest.objects.get(status="OPEN")
    assert ana.press("withdraw_request", second.id).says("Request withdrawn.")


def test_answering_twice_says_that_it_is_answered(ana, noor, world):
    session = world.session(state=State.CONFIRMED)
    ana.press("request_changes", session.id, message="Later?")
    request = ChangeRequest.objects.get()
    noor.press("accept_request", request.id)
    page = noor.post("decline_request", request.id, status=409)
    assert page.says("This request was already accepted.")


def test_who_may_not_answer_hears_nothing_of_what_was_typed(ana, bea, noor, world):
    session = world.session(state=State.CONFIRMED)
    ana.press("request_changes", session.id, message="Later?")
    request = ChangeRequest.objects.get()
    bea.post("accept_request", request.id, status=403, message="x" * 4001)
    page = noor.post("accept_request", request.id, status=422, message="x" * 4001)
    assert page.says("Keep this to 4,000 characters at most.")
    noor.press("accept_request", request.id)
    page = noor.post("decline_request", request.id, status=409, message="x" * 4001)
    assert page.says("This request was already accepted.")


def test_a_request_needs_words_and_keeps_what_was_typed(ana, world):
    session = world.session()
    form = {"day": "2026-06-02", "starts": "10:00", "ends": "17:00", "child_ids": [str(world.emma.id)]}
    page = ana.post("request_changes", session.id, status=422, **form)
    assert page.error_at("message") == "Fill this in."
    assert page.value_of("starts") == "10:00"


def test_a_second_request_is_refused_kindly(ana, world):
    session = world.session()
    ana.press("request_changes", session.id, message="Later?")
    page = ana.post("request_changes", session.id, status=409, message="Earlier?")
    assert page.says("Another request for changes to this session is not answered yet.")
    assert page.value_of("message") == "Earlier?"


def test_only_the_other_side_answers(ana, bea, viewer, sam, world):
    session = world.session(state=State.CONFIRMED)
    ana.press("request_changes", session.id, message="Later?")
    request = ChangeRequest.objects.get()
    for visitor, status in ((ana, 403), (bea, 403), (viewer, 403), (sam, 404)):
        visitor.post("accept_request", request.id, status=status)
    assert ChangeRequest.objects.get().status == "OPEN"


def test_a_double_press_adds_one_session(noor, world, tomorrow):
    token = noor.get("new_session", world.riveras.id).value_of("form_token")
    noor.press("new_session", world.riveras.id, form_token=token, **tomorrow())
    noor.press("new_session", world.riveras.id, form_token=token, **tomorrow())
    assert CareSession.objects.count() == 1
