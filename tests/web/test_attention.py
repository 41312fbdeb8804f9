"""What asks for somebody, first thing on Today and Home. It is Tuesday, 2 June 2026, 09:00 in New York."""

import re
from datetime import date

import pytest

from handsel.models import CareSession, ChangeRequest, Event, Notice, TimeOff
from handsel.rules.lifecycle import State
from tests.world import LONG_AGO, wall

pytestmark = pytest.mark.any_database


@pytest.fixture(autouse=True)
def tuesday_morning(it_is, eight_in_the_morning):
    it_is("2026-06-02 09:00")


@pytest.fixture
def monday(world):
    """Confirmed, and nobody pressed Start."""
    return world.session("2026-06-01 06:00", hours=8.5, state=State.CONFIRMED)


def now(session: CareSession) -> CareSession:
    session.refresh_from_db()
    return session


def test_a_forgotten_day_is_asked_about_and_recorded_as_planned_by_one_press(ana, noor, world, monday):
    page = noor.get("today")
    assert page.says("Did this happen?")
    assert page.says("Mon 1 Jun 06:00 – 14:30 Not recorded Emma")
    for words in ("As planned", "Other times", "Didn’t happen"):
        assert page.says(words)
    assert page.text.index("Did this happen?") < page.text.index("No session today.")
    page = noor.press("record_session", monday.id, version=1, next="/today/")
    assert page.says("Recorded: Mon 1 Jun, 06:00–14:30, 8 h 30 min.")
    assert not page.says("Did this happen?")
    session = now(monday)
    assert session.state is State.COMPLETED
    assert session.actual_times == session.planned_times
    assert [event.kind for event in Event.objects.all()] == ["care_session.recorded"]
    assert world.told(world.ana) == ["session.recorded"]


def test_a_parent_records_it_too(ana, noor, world, monday):
    page = ana.get("family_home", world.riveras.id)
    assert page.says("Did this happen?")
    assert page.text.index("Did this happen?") < page.text.index("To confirm")
    ana.press("record_session", monday.id, version=1)
    assert now(monday).state is State.COMPLETED
    assert world.told(world.noor) == ["session.recorded"]


def test_other_times_are_typed_on_a_form_that_shows_what_was_planned(noor, world, monday):
    page = noor.get("record_session", monday.id)
    assert (page.value_of("day"), page.value_of("starts"), page.value_of("ends")) == ("2026-06-01", "06:00", "14:30")
    sent = {"version": 1, "day": "2026-06-01", "starts": "06:10", "ends": "15:05"}
    page = noor.press("record_session", monday.id, **sent)
    assert page.says("Recorded: Mon 1 Jun, 06:10–15:05, 8 h 55 min.")
    assert now(monday).actual_times == (wall("2026-06-01 06:10"), wall("2026-06-01 15:05"))


@pytest.mark.parametrize(
    ("starts", "ends", "field"), [("01:00", "14:30", "starts"), ("06:00", "", "ends"), ("nonsense", "14:30", "starts")]
)
def test_times_that_cannot_be_are_refused_at_their_field(noor, world, monday, starts, ends, field):
    sent = {"version": 1, "day": "2026-06-01", "starts": starts, "ends": ends}
    page = noor.post("record_session", monday.id, status=422, **sent)
    assert page.error_at(field)
    assert page.value_of("starts") == starts
    assert now(monday).state is State.CONFIRMED


def test_what_did_not_happen_says_who_called_it_off(ana, noor, world, monday):
    page = ana.get("family_home", world.riveras.id)
    assert page.says("We called it off")
    assert page.says("Noor did")
    reason = re.search(r'name="reason" value="([^"]+)"', page.html)[1]
    page = ana.press("cancel_session", monday.id, version=1, reason=reason, next="/")
    assert now(monday).cancel_reason == "The family called it off."
    other = world.session("2026-06-01 16:00", hours=1, state=State.CONFIRMED)
    page = noor.get("today")
    assert page.says("The family called it off")
    assert page.says("I did")
    assert 'value="Noor called it off."' in page.html
    assert page.offers("cancel_session", other.id)


def test_several_at_once(noor, world, monday):
    more = [world.session(f"2026-05-{day} 06:00", hours=2, state=State.CONFIRMED) for day in (28, 29)]
    page = noor.get("today")
    assert page.says("All 3 as planned")
    boxes = re.search(r'name="all"\s+value="([^"]+)"', page.html)[1]
    page = noor.press("record_sessions", world.riveras.id, all=boxes, next="/today/")
    assert page.says("3 sessions recorded.")
    assert {now(session).state for session in (monday, *more)} == {State.COMPLETED}
    assert Notice.objects.filter(person=world.ana).count() == 1


def test_each_family_is_asked_about_by_itself(noor, world, monday):
    world.session("2026-05-28 12:00", hours=2, state=State.CONFIRMED, family=world.okafors)
    page = noor.get("today")
    assert page.says("Did this happen? Okafors")
    assert page.says("Did this happen? Riveras")
    assert not page.says("All 2")


def test_what_is_long_over_is_not_asked_for_any_more(noor, world):
    world.session("2026-03-30 06:00", state=State.CONFIRMED)
    world.session("2026-03-30 06:00")
    page = noor.get("today")
    assert not page.says("Did this happen?")
    assert not page.says("Never confirmed")


def test_who_reads_along_is_asked_nothing(viewer, bea, world, monday):
    assert not bea.get("today").says("Did this happen?")
    viewer.post("record_session", monday.id, status=403)
    viewer.get("record_session", monday.id, status=302)
    bea.post("record_session", monday.id, status=403)


def test_what_runs_on_asks_for_its_end_wherever_one_looks(ana, noor, world):
    running = world.session("2026-06-01 12:00", hours=6.5, state=State.IN_PROGRESS)
    home = ana.get("family_home", world.riveras.id)
    assert home.says("When did it end?")
    page = noor.get("today")
    assert page.says("It’s past 18:30. When did it end?")
    assert page.text.index("18:30 as planned") < page.text.index("Now")
    for page in (noor.get("session", running.id), ana.get("session", running.id)):
        assert page.says("It’s past 18:30. When did it end?")
        assert not page.says("Complete session")
    page = ana.press("complete_session", running.id, version=1, when="planned")
    assert page.says("Completed: Mon 1 Jun, 12:00–18:30, 6 h 30 min.")


def test_beside_the_next_session_it_still_asks(noor, world):
    world.session("2026-06-01 12:00", hours=6.5, state=State.IN_PROGRESS, family=world.okafors)
    world.session("2026-06-02 09:00", state=State.CONFIRMED)
    page = noor.get("today")
    assert page.says("Needs your attention")
    assert page.says("18:30 as planned")
    assert page.says("Start session")


def test_an_open_request_is_answered_from_here(ana, noor, world):
    session = world.session("2026-06-03 09:00", state=State.CONFIRMED)
    request = ChangeRequest.objects.create(
        family=world.riveras,
        session=session,
        message="An hour later?",
        scheduled_start=wall("2026-06-03 10:00"),
        scheduled_end=wall("2026-06-03 18:00"),
        asked_by=world.ana_of_riveras,
        asked_at=LONG_AGO,
    )
    assert not ana.get("family_home", world.riveras.id).says("asks for a change")
    page = noor.get("today")
    assert page.says("Ana asks for a change")
    assert page.says("An hour later? 09:00–17:00 10:00–18:00")
    page = noor.press("accept_request", request.id, next="/today/")
    assert page.says("Accepted")
    assert not page.says("asks for a change")
    assert now(session).scheduled_start == wall("2026-06-03 10:00")


def test_what_runs_stands_before_what_asks_and_what_comes_after_it(noor, world):
    world.session("2026-06-03 09:00", state=State.CONFIRMED, nanny=None)
    running = world.session("2026-06-02 08:00", state=State.IN_PROGRESS)
    text = noor.get("today").text
    assert text.index("Complete session") < text.index("Needs a nanny")
    running.delete()
    world.session("2026-06-02 09:30", state=State.CONFIRMED)
    text = noor.get("today").text
    assert text.index("Needs a nanny") < text.index("Start session")


def test_what_needs_a_nanny_says_so(ana, noor, world):
    session = world.session("2026-06-03 09:00", state=State.CONFIRMED, nanny=None)
    for page in (ana.get("family_home", world.riveras.id), noor.get("today")):
        assert page.says("Needs a nanny")
        assert page.offers("edit_session", session.id)


def test_what_was_never_confirmed_is_confirmed_and_recorded_by_one_press(ana, world):
    session = world.session("2026-06-01 06:00", hours=2)
    page = ana.get("family_home", world.riveras.id)
    assert page.says("Never confirmed. Did it happen?")
    assert 'name="confirms"' in page.html
    page = ana.press("record_session", session.id, version=1, confirms="yes", next="/")
    assert now(session).state is State.COMPLETED
    kinds = [event.kind for event in Event.objects.order_by("at", "id")]
    assert kinds == ["care_session.confirmed", "care_session.recorded"]


def test_confirming_and_recording_is_both_or_neither(ana, noor, world):
    session = world.session("2026-06-01 06:00", hours=2)
    ana.post("record_session", session.id, status=412, version=7, confirms="yes")
    noor.post("record_session", session.id, status=403, version=1, confirms="yes")
    ana.post("record_session", session.id, status=422, version=1, day="2026-06-01", starts="01:00", ends="02:00")
    assert now(session).state is State.UNCONFIRMED
    assert not Event.objects.exists()


def test_start_and_end_pressed_together_offer_what_was_planned(noor, world, it_is):
    it_is("2026-06-02 16:10")
    session = world.session("2026-06-02 08:00", state=State.CONFIRMED)
    noor.press("start_session", session.id, version=1, when="now")
    it_is("2026-06-02 16:13")
    page = noor.press("complete_session", session.id, version=2, when="now", next="/today/")
    assert page.says("It was planned 08:00–16:00.")
    instead = re.search(r'action="(/sessions/[^"]+/record/\?[^"]+)"', page.html)[1]
    page = noor.follow(instead)
    assert page.says("Recorded: Tue 2 Jun, 08:00–16:00, 8 h.")
    assert now(session).actual_times == session.planned_times


def test_the_start_of_what_runs_is_put_right(noor, bea, world):
    started = wall("2026-06-02 08:40")
    running = world.session("2026-06-02 08:00", state=State.IN_PROGRESS, actual_start=started)
    assert noor.get("today").offers("started_session", running.id)
    page = noor.get("started_session", running.id)
    assert page.says("When did it start?")
    assert page.says("08:00 as planned")
    page = noor.press("started_session", running.id, version=1, when="planned", next="/today/")
    assert page.says("Started at 08:00: Tue 2 Jun, 08:00–16:00.")
    assert now(running).actual_start == wall("2026-06-02 08:00")
    noor.press("started_session", running.id, version=2, when="other", time="08:20")
    assert now(running).actual_start == wall("2026-06-02 08:20")
    noor.post("started_session", running.id, status=412, version=2, when="planned")
    bea.get("started_session", running.id, status=302)


def test_its_nanny_asks_the_family_to_confirm_what_happened(ana, noor, bea, world, it_is):
    session = world.session("2026-06-01 06:00", hours=2)
    page = noor.get("today")
    assert page.says("Never confirmed. Did it happen?")
    assert not page.offers("record_session", session.id)
    bea.post("ask_to_confirm", session.id, status=403, version=1)
    ana.post("ask_to_confirm", session.id, status=403, version=1)
    page = noor.press("ask_to_confirm", session.id, version=1, next="/today/")
    assert page.says("Sent. The family has to confirm it.")
    assert page.says("You asked on 2 Jun, 09:00")
    assert world.told(world.ana) == world.told(world.luis) == ["session.confirm_asked"]
    assert noor.post("ask_to_confirm", session.id, status=409, version=1).says("The family was already asked.")
    assert ana.get("session", session.id).says("Record as planned")
    assert noor.get("session", session.id).says("Noor asked the family to confirm it.")
    it_is("2026-06-03 09:00")
    assert noor.get("today").offers("ask_to_confirm", session.id)
    ana.press("record_session", session.id, version=1, confirms="yes")
    assert noor.post("ask_to_confirm", session.id, status=409).says("no longer has to be confirmed")


def test_the_record_names_what_it_does_not_count_and_why(ana, noor, bea, viewer, world, monday):
    never = world.session("2026-06-01 16:00", hours=1)
    for page in (ana.get("family_records", world.riveras.id, 2026), noor.get("my_records", 2026)):
        assert page.says("Did this happen?")
        assert page.says("Nobody recorded this yet, so it is not counted below.")
        assert page.says("Mon 1 Jun 06:00 – 14:30 Not recorded Emma")
        assert page.says("Never confirmed. Did it happen?")
    here = f"/families/{world.riveras.id}/records/2026/"
    page = ana.press("record_session", monday.id, version=1, next=here)
    assert page.says("Recorded: Mon 1 Jun, 06:00–14:30, 8 h 30 min.")
    assert not page.says("so it is not counted below")
    assert page.offers("record_session", never.id)
    for visitor in (bea, viewer):
        assert not visitor.get("family_records", world.riveras.id, 2026).says("Never confirmed")


def test_what_was_started_after_its_planned_end_and_forgotten_asks_for_another_time(ana, noor, world):
    """It can have ended neither as planned nor just now, more than a day later."""
    session = world.session("2026-05-31 06:00", hours=2, state=State.IN_PROGRESS, actual_start=wall("2026-05-31 20:00"))
    for page in (ana.get("family_home", world.riveras.id), noor.get("today")):
        assert page.says("When did it end?")
        assert page.says("Other time")
        assert not page.says("as planned")
    noor.press("complete_session", session.id, when="other", time="21:15", version=1)
    assert now(session).state is State.COMPLETED
    assert now(session).actual_end == wall("2026-05-31 21:15")


def test_a_session_in_time_off_is_cancelled_from_here_and_leads_to_the_time_off(ana, noor, world):
    nanny_away = world.session("2026-06-03 09:00", state=State.CONFIRMED)
    family_away = world.session("2026-06-04 09:00", state=State.CONFIRMED)
    entered = {"family": world.riveras, "entered_by": world.ana_of_riveras, "created_at": LONG_AGO}
    for day, nanny in ((date(2026, 6, 3), world.noor_of_riveras), (date(2026, 6, 4), None)):
        TimeOff.objects.create(nanny=nanny, from_date=day, to_date=day, **entered)
    home, today = ana.get("family_home", world.riveras.id), noor.get("today")
    for session in (nanny_away, family_away):
        assert all(f'action="/sessions/{session.id}/cancel/"' in page.html for page in (home, today))
    assert home.offers("edit_session", nanny_away.id)
    assert home.offers("time_off", world.riveras.id)
    page = ana.press("cancel_session", nanny_away.id, version=nanny_away.version, next="/")
    assert page.says("Cancelled:")
    assert page.says("Undo")
    assert now(nanny_away).state is State.CANCELLED
