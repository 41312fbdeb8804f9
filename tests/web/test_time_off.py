"""Time off over sessions, by pages: which it touches, what becomes of each, and how that is taken back."""

import re
from datetime import date, timedelta

import pytest
from django.utils import timezone

from handsel.models import CareSession, Notice, TimeOff
from handsel.rules.lifecycle import State
from tests.web.visitor import Visitor
from tests.world import LONG_AGO, NOW, wall

pytestmark = pytest.mark.any_database

TOMORROW = {"from_date": "2026-06-02", "to_date": "2026-06-02", "start_time": "", "end_time": ""}


@pytest.fixture
def tomorrow(world) -> tuple[CareSession, CareSession]:
    """Noor's mornings with the Riveras and the evening with the Okafors."""
    return (
        world.session("2026-06-02 09:00", hours=4, state=State.CONFIRMED),
        world.session("2026-06-02 15:00", hours=4, state=State.CONFIRMED, family=world.okafors),
    )


def links(page, text: str) -> list[str]:
    found = re.findall(r'<a[^>]*href="([^"]*)"[^>]*>([^<]*)', page.html)
    return [href.replace("&amp;", "&") for href, said in found if text in said]


def choices(page, decision: str = "") -> dict[str, str]:
    """What each session's list sends: as chosen above, or this decision."""
    names = re.findall(r'<select name="(session-[^"]*)"', page.html)
    return {name: _option(page, name, decision) for name in names}


def _option(page, name: str, decision: str) -> str:
    whole = page.html.partition(f'<select name="{name}"')[2].partition("</select>")[0]
    return next(value for value in re.findall(r'value="([^"]*)"', whole) if value.partition(":")[2] == decision)


def test_ill_tomorrow_with_two_families_takes_four_taps(noor, world, tomorrow):
    [first_tap] = links(noor.get("today"), "I can’t come")
    page = noor.open(first_tap)
    [second_tap] = links(page, "Tomorrow")
    page = noor.open(second_tap)
    for text in ("2 planned sessions", "Riveras", "Okafors", "09:00–13:00", "15:00–19:00", "Tell the families"):
        assert page.says(text), text
    # The third tap is "Give back", the fourth the button.
    sent = {"decided": "yes", **TOMORROW, "sessions": "UNASSIGN", "reason": "", **choices(page)}
    page = noor.press("cant_come", form_token=page.value_of("form_token"), **sent)
    assert page.says("Time off saved: 2 sessions need a nanny.")
    assert page.says("Undo")
    assert not CareSession.objects.exclude(nanny=None).exists()
    assert CareSession.objects.filter(is_confirmed=True).count() == 2
    told = Notice.objects.filter(kind="time_off.over_sessions").values_list("person__name", "facts__count")
    assert sorted(told) == [("Ada", 1), ("Ana", 1), ("Luis", 1)]


def test_each_session_may_be_decided_otherwise_and_the_reason_is_told_where_they_say(noor, ana, world, tomorrow):
    ada = Visitor(world.ada)
    page = noor.get("cant_come", **{"from": "2026-06-02", "to": "2026-06-02"})
    sent = {"decided": "yes", **TOMORROW, "sessions": "UNASSIGN", "reason": "A fever", **choices(page)}
    sent[f"session-{tomorrow[1].id}"] = f"{tomorrow[1].version}:CANCEL"
    page = noor.press("cant_come", tell_reason=[str(world.okafors.id)], family=str(world.okafors.id), **sent)
    assert page.says("1 session cancelled and 1 session needs a nanny")
    tomorrow[1].refresh_from_db()
    assert (tomorrow[1].status, tomorrow[1].cancel_reason) == ("CANCELLED", "A fever")
    assert ada.get("time_off", world.okafors.id).says("A fever")
    assert not ana.get("time_off", world.riveras.id).says("A fever")
    assert noor.get("time_off", world.riveras.id).says("A fever")


def test_a_reason_is_told_to_nobody_where_no_family_is_ticked(noor, ana, world, tomorrow):
    page = noor.get("time_off", world.riveras.id)
    assert re.findall(r'name="tell_reason" value="([^"]*)"[^>]* checked', page.html) == [str(world.riveras.id)]
    page = noor.post("time_off", world.riveras.id, status=200, reason="A fever", **TOMORROW)
    assert page.says("2 planned sessions")
    assert not re.findall(r'name="tell_reason" value="[^"]*"[^>]* checked', page.html)
    sent = {"decided": "yes", "reason": "A fever", "sessions": "KEEP", **TOMORROW, **choices(page)}
    noor.press("time_off", world.riveras.id, **sent)
    assert noor.get("time_off", world.riveras.id).says("A fever")
    for visitor, family in ((ana, world.riveras), (Visitor(world.ada), world.okafors)):
        assert not visitor.get("time_off", family.id).says("A fever")


def test_the_familys_form_names_the_confirmed_sessions_in_the_way_before_anything_is_saved(ana, noor, world, tomorrow):
    typed = {**TOMORROW, "nanny_id": str(world.noor_of_riveras.id), "reason": "Flu"}
    page = ana.post("time_off", world.riveras.id, status=200, **typed)
    assert page.says("1 planned session")
    assert page.says("09:00–13:00")
    assert not page.says("Okafors")
    assert not TimeOff.objects.exists()
    page = ana.press("time_off", world.riveras.id, decided="yes", sessions="KEEP", **typed, **choices(page))
    assert page.says("Time off saved: 1 session still planned.")
    inbox = noor.get("inbox")
    assert inbox.says("Ana entered time off over 1 planned session")
    assert inbox.says("09:00–13:00: still planned")


def test_a_familys_holiday_asks_about_every_nannys_sessions_and_looks_for_no_nanny(ana, world, tomorrow):
    world.session("2026-06-02 15:00", state=State.CONFIRMED, nanny=world.bea_of_riveras)
    typed = {**TOMORROW, "nanny_id": "", "reason": "At the sea"}
    page = ana.post("time_off", world.riveras.id, status=200, **typed)
    assert page.says("2 planned sessions")
    assert "UNASSIGN" not in page.html
    page = ana.press("time_off", world.riveras.id, decided="yes", sessions="CANCEL", **typed, **choices(page))
    assert page.says("2 sessions cancelled")


def test_hours_off_offer_to_shorten_a_session_to_what_is_left(noor, world, tomorrow):
    hours = {"from": "2026-06-02", "to": "2026-06-02", "start": "11:00", "end": "12:00"}
    page = noor.get("cant_come", **hours)
    assert page.says("Shorten to 09:00–11:00")
    assert page.says("Shorten to 12:00–13:00")
    sent = {**TOMORROW, "start_time": "11:00", "end_time": "12:00", "reason": "", "sessions": "KEEP"}
    page = noor.press("cant_come", decided="yes", **sent, **choices(page, "SHORTEN:1"))
    assert page.says("1 session shortened")
    tomorrow[0].refresh_from_db()
    assert tomorrow[0].planned_times == (wall("2026-06-02 12:00"), wall("2026-06-02 13:00"))


def test_a_session_that_changed_since_the_page_was_shown_is_shown_again(noor, world, tomorrow):
    page = noor.get("cant_come", **{"from": "2026-06-02", "to": "2026-06-02"})
    sent = {"decided": "yes", **TOMORROW, "sessions": "CANCEL", "reason": "", **choices(page)}
    CareSession.objects.filter(pk=tomorrow[0].pk).update(version=2)
    page = noor.post("cant_come", status=422, **sent)
    assert page.error_at(f"session-{tomorrow[0].id}")
    assert not TimeOff.objects.exists()
    # One that came in between stands on no page, and is kept.
    new = world.session("2026-06-02 20:00", hours=2, state=State.CONFIRMED)
    noor.press("cant_come", **(sent | choices(page, "CANCEL")) | {f"session-{new.id}": ""})
    assert list(CareSession.objects.exclude(status="CANCELLED")) == [new]


def test_a_session_leads_to_its_day(noor, ana, bea, world, tomorrow):
    session = tomorrow[1]
    [link] = links(noor.get("session", session.id), "I can’t come")
    assert noor.open(link).says("Tue 2 Jun")
    assert not links(ana.get("session", tomorrow[0].id), "I can’t come")
    ana.get("cant_come", status=403)
    ana.post("cant_come", status=403, **TOMORROW)
    assert noor.get("cant_come", status=422, **{"from": "2026-06-99", "to": ""}).error_at("from_date")


@pytest.mark.parametrize("name", ["from", "to", "start", "end", "family"])
@pytest.mark.parametrize("value", ["\x00", "9999-12-31", "25:00", "x" * 5_000, "2026-02-30"], ids=range(5))
def test_no_address_chokes(noor, world, tomorrow, name, value):
    whole = {"from": "2026-06-02", "to": "2026-06-02", "start": "09:00", "end": "12:00", name: value}
    response = noor.client.get("/cant-come/", whole)
    assert response.status_code in (200, 422)


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"from_date": "", "to_date": "2026-06-03"}, "from_date"),
        ({"from_date": "2026-06-03"}, "to_date"),
        ({"to_date": "2027-07-01"}, "to_date"),
        ({"start_time": "12:00"}, "end_time"),
        ({"end_time": "12:00"}, "start_time"),
        ({"start_time": "12:00", "end_time": "12:00"}, "end_time"),
    ],
)
def test_days_that_make_no_sense_say_so_before_anybody_is_asked(noor, ana, world, tomorrow, typed, field):
    page = noor.get("cant_come", status=422, **TOMORROW | typed)
    assert page.error_at(field)
    assert page.value_of("to_date") == (TOMORROW | typed)["to_date"]
    noor.post("cant_come", status=422, decided="yes", reason="", **TOMORROW | typed)
    page = ana.post("time_off", world.riveras.id, status=422, nanny_id="", reason="", **TOMORROW | typed)
    assert page.error_at(field)
    assert not TimeOff.objects.exists()


def test_days_without_sessions_are_saved_all_the_same(noor, world):
    page = noor.get("cant_come", **{"from": "2026-06-02", "to": "2026-06-02"})
    assert page.says("No planned sessions on these days.")
    page = noor.press("cant_come", decided="yes", reason="", **TOMORROW)
    assert page.says("Time off saved. No new sessions on these days.")


def enter(noor, tomorrow, sessions: str) -> TimeOff:
    page = noor.get("cant_come", **{"from": "2026-06-02", "to": "2026-06-02"})
    noor.press("cant_come", decided="yes", reason="Flu", sessions=sessions, **TOMORROW, **choices(page))
    return TimeOff.objects.get()


@pytest.mark.parametrize("sessions", ["CANCEL", "UNASSIGN"])
def test_one_press_takes_back_the_entry_and_all_that_it_decided(noor, world, tomorrow, sessions):
    before = list(CareSession.objects.order_by("id").values())
    entry = enter(noor, tomorrow, sessions)
    assert noor.get("time_off_entry", entry.id).offers("undo_time_off", entry.id)
    page = noor.press("undo_time_off", entry.id)
    assert page.says("Time off undone. All sessions are as they were.")
    unlike = ("version", "updated_at")
    after = [{key: row[key] for key in row if key not in unlike} for row in CareSession.objects.order_by("id").values()]
    assert after == [{key: row[key] for key in row if key not in unlike} for row in before]
    assert not TimeOff.objects.exists()
    # Within its minute nobody had been told.
    assert not Notice.objects.exists()
    noor.post("undo_time_off", entry.id, status=404)


def test_the_undo_leaves_what_has_changed_since_and_ends_after_a_quarter_of_an_hour(noor, ana, world, tomorrow):
    entry = enter(noor, tomorrow, "CANCEL")
    ana.press("restore_session", tomorrow[0].id)
    ana.post("undo_time_off", entry.id, status=403)
    page = noor.press("undo_time_off", entry.id)
    assert page.says("1 session has changed since and stays as it is.")
    states = {session.family_id: session.state for session in CareSession.objects.all()}
    assert states == {world.riveras.id: State.UNCONFIRMED, world.okafors.id: State.CONFIRMED}
    late = enter(noor, tomorrow, "KEEP")
    TimeOff.objects.filter(pk=late.pk).update(created_at=timezone.now() - timedelta(minutes=16))
    noor.post("undo_time_off", late.id, status=409)
    assert not noor.get("time_off_entry", late.id).offers("undo_time_off", late.id)


def test_taking_it_back_lists_what_it_had_cancelled_and_one_press_plans_it_again(noor, world, tomorrow):
    page = noor.get("cant_come", **{"from": "2026-06-02", "to": "2026-06-02"})
    sent = {"decided": "yes", **TOMORROW, "sessions": "CANCEL", "reason": "", **choices(page)}
    sent[f"session-{tomorrow[1].id}"] = f"{tomorrow[1].version}:UNASSIGN"
    noor.press("cant_come", **sent)
    entry = TimeOff.objects.get()
    page = noor.press("delete_time_off", entry.id)
    assert page.says("Plan 2 sessions again")
    page = noor.press("plan_again", entry.id)
    assert page.says("1 session restored and 1 session has its nanny again.")
    restored, given = (CareSession.objects.get(pk=session.pk) for session in tomorrow)
    assert (restored.state, restored.nanny_id) == (State.UNCONFIRMED, world.noor_of_riveras.id)
    # What a nanny takes again the family confirms again, at the rate that was.
    assert (given.state, given.nanny_id) == (State.UNCONFIRMED, world.noor_of_okafors.id)
    assert given.hourly_rate == tomorrow[1].hourly_rate
    noor.get("plan_again", entry.id, status=404)
    noor.post("plan_again", entry.id, status=404)


def test_a_parent_gives_the_sessions_to_that_nanny_again(ana, world, tomorrow):
    typed = {**TOMORROW, "nanny_id": str(world.noor_of_riveras.id), "reason": ""}
    page = ana.post("time_off", world.riveras.id, status=200, **typed)
    ana.press("time_off", world.riveras.id, decided="yes", sessions="UNASSIGN", **typed, **choices(page))
    entry = TimeOff.objects.get()
    assert ana.press("delete_time_off", entry.id).says("Plan 1 session again")
    ana.press("plan_again", entry.id)
    session = CareSession.objects.get(pk=tomorrow[0].pk)
    assert (session.state, session.nanny_id) == (State.CONFIRMED, world.noor_of_riveras.id)
    assert "sessions.given_again" in world.told(world.noor)


def test_time_off_from_before_is_offered_to_count_everywhere(noor, ana, world, tomorrow):
    day = date(2026, 6, 2)
    entry = TimeOff.objects.create(
        family=world.riveras,
        nanny=world.noor_of_riveras,
        from_date=day,
        to_date=day,
        entered_by=world.noor_of_riveras,
        created_at=LONG_AGO,
    )
    assert noor.get("time_off", world.riveras.id).offers("count_everywhere", entry.id)
    assert not ana.get("time_off", world.riveras.id).offers("count_everywhere", entry.id)
    page = noor.press("count_everywhere", entry.id)
    assert page.says("This time off counts for all your families now.")
    assert page.says("Okafors")
    page = noor.press("time_off_entry", entry.id, sessions="UNASSIGN", **choices(page))
    assert not CareSession.objects.exclude(nanny=None).exists()
    assert NOW.date() == date(2026, 6, 1)


def test_a_confirmed_session_whose_nanny_or_family_is_away_says_so_until_it_is_settled(noor, ana, world, tomorrow):
    page = noor.get("cant_come", **{"from": "2026-06-02", "to": "2026-06-02"})
    noor.press("cant_come", decided="yes", reason="", sessions="KEEP", **TOMORROW, **choices(page))
    day = {"view": "day", "date": "2026-06-02"}
    for page in (
        ana.get("session", tomorrow[0].id),
        ana.get("family_home", world.riveras.id),
        ana.get("family_sessions", world.riveras.id),
        ana.get("calendar", **day),
    ):
        assert page.says("Noor is away")
    home = ana.get("family_home", world.riveras.id)
    assert home.text.count("Noor is away Emma") == 2, "where it asks for somebody, and where it comes up"
    assert home.says("2 Tuesday, 2 June 09:00, Noor is away Time off, Noor")
    assert noor.get("today").text.count("You’re away") == 2
    assert noor.get("session", tomorrow[1].id).says("You’re away")
    TimeOff.objects.all().delete()
    assert not ana.get("session", tomorrow[0].id).says("Noor is away")
    page = ana.post("time_off", world.riveras.id, status=200, nanny_id="", reason="", **TOMORROW)
    ana.press("time_off", world.riveras.id, decided="yes", nanny_id="", reason="", **TOMORROW, **choices(page))
    assert noor.get("session", tomorrow[0].id).says("Family is away")
    assert noor.get("session", tomorrow[1].id).says("Confirmed")


def test_nobody_is_never_who_a_form_names_at_first(ana, world):
    for route in ("new_session", "new_schedule"):
        page = ana.get(route, world.riveras.id)
        chosen = re.findall(r'<option value="([^"]*)" selected>', page.html.partition('name="nanny_id"')[2])
        assert chosen[0] == str(world.noor_of_riveras.id)
