"""One session's page: who sees what, what may be pressed, and what a refused press says."""

import re
from datetime import date, timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.urls import reverse

from handsel.models import CareSession, Child, Event, Notice, PayPeriod, PayPolicy
from handsel.rules.lifecycle import State, Status
from tests.world import NOW

pytestmark = pytest.mark.any_database


def state_of(session: CareSession) -> State:
    session.refresh_from_db()
    return session.state


def test_what_is_planned_stands_beside_what_happened(ana, world):
    session = world.session("2026-05-29 06:00", state=State.COMPLETED, hours=8, hourly_rate="25.00")
    page = ana.get("session", session.id)
    assert page.says("Friday, 29 May Done Emma with Noor")
    assert page.says("Start 06:00 06:00 End 14:00 14:00 Length 8 h 8 h $25.00 an hour $200.00 $200.00")
    assert 'aria-label="Planned 06:00–14:00; actual 06:00–14:00"' in page.html
    assert page.offers("edit_session", session.id)
    assert not page.offers("delete_session", session.id)


def test_another_year_is_named(ana, world):
    session = world.session("2025-05-29 06:00", state=State.COMPLETED)
    assert ana.get("session", session.id).says("Thursday, 29 May, 2025")


def test_pay_is_for_the_family_and_the_sessions_own_nanny(ana, noor, bea, coordinator, viewer, world):
    session = world.session("2026-05-29 06:00", state=State.COMPLETED, hourly_rate="33.33")
    for visitor in (ana, noor, coordinator):
        assert visitor.get("session", session.id).says("$33.33")
    for visitor in (bea, viewer):
        page = visitor.get("session", session.id)
        assert "33.33" not in page.html
        assert not page.says("$")


def test_the_children_with_what_to_know(viewer, world):
    Child.objects.filter(pk=world.emma.pk).update(allergies="Peanuts", medications="Salbutamol", notes="Naps.")
    page = viewer.get("session", world.session().id)
    for words in ("Peanuts", "Salbutamol", "Naps."):
        assert page.says(words)


@pytest.mark.parametrize(
    ("state", "ana_may", "noor_may"),
    [
        (State.UNCONFIRMED, {"confirm", "cancel", "edit", "delete"}, {"cancel", "edit", "delete"}),
        (State.CONFIRMED, {"cancel", "edit", "delete"}, {"start", "cancel", "edit", "delete"}),
        (State.IN_PROGRESS, {"complete", "edit"}, {"complete", "edit"}),
        (State.COMPLETED, {"edit"}, {"edit"}),
        (State.CANCELLED, {"restore", "edit", "delete"}, {"restore", "edit", "delete"}),
    ],
)
def test_only_what_may_be_pressed_now_is_there(ana, noor, bea, viewer, world, state, ana_may, noor_may):
    session = world.session("2026-06-01 08:00", state=state)

    def presses(visitor) -> set[str]:
        page = visitor.get("session", session.id)
        every = ("confirm", "cancel", "start", "complete", "restore", "edit", "delete")
        return {press for press in every if page.offers(f"{press}_session", session.id)}

    assert presses(ana) == ana_may
    assert presses(noor) == noor_may
    assert presses(bea) == set()
    assert presses(viewer) == set()


def test_a_press_moves_the_session_and_says_so(ana, noor, world):
    session = world.session("2026-06-01 08:00")
    page = ana.press("confirm_session", session.id, version=1)
    assert page.says("Confirmed: Mon 1 Jun, 08:00–16:00.")
    noor.press("start_session", session.id, version=2)
    noor.press("complete_session", session.id, version=3)
    assert state_of(session) is State.COMPLETED
    assert (session.actual_start, session.actual_end) == (NOW, NOW)
    page = noor.get("session", session.id)
    assert page.says("Ana confirmed it. 1 Jun, 08:00 Noor started it. 1 Jun, 08:00 Noor completed it. 1 Jun, 08:00")


def test_a_second_press_says_that_it_is_done_already(ana, world):
    session = world.session()
    ana.press("confirm_session", session.id, version=1)
    page = ana.post("confirm_session", session.id, status=409, version=1)
    assert page.says("This was done already: Confirmed.")
    assert Event.objects.filter(session_id=session.id).count() == 1


def test_a_session_that_changed_meanwhile_is_looked_at_again_first(ana, world):
    session = world.session()
    CareSession.objects.filter(pk=session.pk).update(notes="Other", version=2)
    page = ana.post("confirm_session", session.id, status=412, version=1)
    assert page.says("This has changed meanwhile. Look at it again.")
    assert 'name="version" value="2"' in " ".join(page.html.split())
    assert state_of(session) is State.UNCONFIRMED


def test_a_move_that_is_not_possible_says_why_at_the_session(noor, world):
    session = world.session("2026-06-01 14:00", state=State.CONFIRMED)
    page = noor.post("start_session", session.id, status=422)
    assert page.says("A session can start at most four hours before its planned time.")
    page = noor.post("complete_session", session.id, status=409)
    assert page.says("This session is already confirmed, so it cannot be completed.")
    assert state_of(session) is State.CONFIRMED


def test_a_clash_names_what_is_in_the_way_but_another_familys_only_as_busy(ana, world):
    world.session("2026-06-03 10:00", state=State.CONFIRMED, family=world.okafors, hours=1)
    other = world.session("2026-06-03 12:00", state=State.CONFIRMED, hours=1)
    session = world.session("2026-06-03 09:00")
    page = ana.post("confirm_session", session.id, status=409)
    assert page.says("The nanny already has a session then.")
    assert page.says("Busy Wed 3 Jun, 10:00–11:00")
    assert page.offers("session", other.id)
    assert not page.says("Okafors")


def test_a_reason_that_is_too_long_is_looked_at_after_authority_and_state(ana, viewer, world):
    session = world.session()
    viewer.post("cancel_session", session.id, status=403, version=1, reason="x" * 4001)
    page = ana.post("cancel_session", session.id, status=422, version=1, reason="x" * 4001)
    assert page.says("Keep this to 4,000 characters at most.")
    ana.press("cancel_session", session.id, version=1)
    page = ana.post("cancel_session", session.id, status=409, reason="x" * 4001)
    assert page.says("This was done already: Cancelled.")


def test_cancelling_asks_why_and_can_be_undone(ana, world):
    session = world.session()
    page = ana.press("cancel_session", session.id, version=1, reason="Grandma is here.")
    assert page.says("Cancelled: Tue 2 Jun, 09:00–17:00.")
    assert page.says("Undo")
    assert page.says("cancelled by Ana on 1 Jun: “Grandma is here.”")
    page = ana.press("restore_session", session.id)
    assert page.says("Restored: Tue 2 Jun, 09:00–17:00. It has to be confirmed again.")
    assert state_of(session) is State.UNCONFIRMED


def test_cancelling_asks_whose_choice_it_was_and_says_what_will_be_paid(ana, noor, bea, world):
    PayPolicy.objects.create(
        family=world.riveras,
        effective_from=NOW.date() - timedelta(days=30),
        cancellation_tiers=[{"noticeHours": 48, "percent": 50, "minimumMinutes": 0}],
        created_by=world.ana_of_riveras,
        created_at=NOW,
    )
    session = world.session(state=State.CONFIRMED)
    pays = "Cancelled by the family now, 4 h are paid: $100.00."
    for visitor in (ana, noor):
        assert visitor.get("session", session.id).says("Whose choice was it?")
        assert visitor.get("session", session.id).says(pays)
    assert not bea.get("session", session.id).says("are paid")
    page = ana.press("cancel_session", session.id, version=1, cancelled_for="NANNY", reason="Flu.")
    assert page.says("cancelled by Ana on 1 Jun (it was the nanny’s choice): “Flu.”")
    assert not page.says("for its late cancellation")
    page = ana.press("edit_session", session.id, version=2, cancelled_for="FAMILY", cancel_reason="Flu.", notes="")
    assert page.says("Restored, the $100.00 for its late cancellation are not paid.")
    assert page.says("it was the family’s choice")
    assert page.says("cancelled by Ana on 1 Jun: “Flu.”")


def test_deleting_leads_to_the_family_and_leaves_nothing_but_history(ana, world):
    session = world.session()
    page = ana.press("delete_session", session.id, version=1)
    assert page.says("Deleted: Tuesday, 2 June, 09:00–17:00.")
    assert not CareSession.objects.filter(pk=session.pk).exists()
    ana.get("session", session.id, status=404)


def test_what_has_begun_cannot_be_deleted(ana, world):
    session = world.session("2026-06-01 06:00", state=State.IN_PROGRESS)
    page = ana.post("delete_session", session.id, status=409)
    assert page.says("kept for the record")
    assert CareSession.objects.filter(pk=session.pk, status=Status.IN_PROGRESS).exists()


def test_who_may_see_but_not_press_is_told_so(bea, viewer, world):
    session = world.session()
    for visitor in (bea, viewer):
        visitor.get("session", session.id)
        page = visitor.post("confirm_session", session.id, status=403)
        assert page.says("You can’t do that")
        visitor.get("edit_session", session.id, status=403)
        visitor.post("delete_session", session.id, status=403)


def test_a_stranger_finds_nothing(sam, ada, world):
    session = world.session()
    for visitor in (sam, ada):
        for route in ("session", "edit_session", "request_changes"):
            assert visitor.get(route, session.id, status=404).says("There is nothing here")
        for move in ("confirm", "cancel", "start", "complete", "restore", "delete"):
            visitor.post(f"{move}_session", session.id, status=404)
    assert state_of(session) is State.UNCONFIRMED


def test_a_session_of_a_zone_that_the_family_left_names_its_zone(ana, world):
    session = world.session("2026-06-02 09:00", time_zone="America/Chicago")
    page = ana.get("session", session.id)
    assert page.says("Chicago time")
    assert page.says("Start 08:00")


def test_an_overnight_session_says_on_which_day_it_ends(ana, world):
    session = world.session("2026-06-02 21:00", hours=9)
    assert ana.get("session", session.id).says("End 3 Jun, 06:00")
    assert ana.get("family", world.riveras.id).says("9 h · ends the next day")


def test_one_session_for_a_calendar_app(ana, bea, sam, world):
    session = world.session("2026-06-02 09:00", state=State.CONFIRMED, notes="Bring boots.")
    assert ana.get("session", session.id).offers("session_ics", session.id)
    answer = bea.get("session_ics", session.id).response
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"] == 'attachment; filename="care-2026-06-02.ics"'
    for line in (
        f"UID:{session.id}",
        "DTSTART;TZID=America/New_York:20260602T090000",
        "SUMMARY:Riveras · Emma · Noor",
        "DESCRIPTION:Bring boots.",
        f"URL:http://testserver/sessions/{session.id}/",
    ):
        assert f"\r\n{line}\r\n" in answer.content.decode()
    sam.get("session_ics", session.id, status=404)


@pytest.fixture
def late_pay(world):
    """Half is paid of what is cancelled less than 48 hours before."""
    return PayPolicy.objects.create(
        family=world.riveras,
        effective_from=NOW.date() - timedelta(days=60),
        cancellation_tiers=[{"noticeHours": 48, "percent": 50, "minimumMinutes": 0}],
        created_by=world.ana_of_riveras,
        created_at=NOW,
    )


GONE = "the pay for cancelling it late is gone with this"


def last_notice(person) -> Notice:
    return Notice.objects.filter(person=person).order_by("id").last()


@pytest.mark.parametrize(
    ("change", "is_gone"),
    [
        ({"nanny_id": "bea"}, True),
        ({"nanny_id": ""}, True),
        ({"day": "2026-06-09"}, True),
        ({"starts": "09:00", "ends": "10:00"}, True),
        ({"starts": "08:30", "ends": "17:00"}, False),
        ({"notes": "Naps."}, None),
    ],
)
def test_what_a_change_takes_is_said_before_and_told_with_it(ana, noor, bea, world, late_pay, change, is_gone):
    session = world.session("2026-06-02 08:00", state=State.CONFIRMED)
    sentence = (
        "Cancelled by the family now, 4 h are paid: $100.00. With another nanny, without one or at other times that is"
        " not owed."
    )
    page = ana.get("edit_session", session.id)
    assert page.says(sentence)
    if change.get("nanny_id") == "bea":
        change = {"nanny_id": str(world.bea_of_riveras.id)}
    form = {"day": "2026-06-02", "starts": "08:00", "ends": "16:00", "nanny_id": str(world.noor_of_riveras.id)}
    form |= {"child_ids": str(world.emma.id), "hourly_rate": "25.00", "notes": ""}
    ana.post("edit_session", session.id, version="1", **form | change)
    notices = Notice.objects.filter(session=session)
    told = {notice.person_id: bool(notice.facts.get("late_pay_gone")) for notice in notices}
    assert told.get(world.noor.id) is is_gone
    assert not told.get(world.bea.id)
    assert not any("100.00" in str(notice.facts) for notice in notices)
    if is_gone:
        assert noor.get("inbox").says(GONE)
        can_be_asked_for(noor, world, session, "87.50" if change.get("starts") else "100.00")


@pytest.mark.parametrize("press", ["restore_session", "undo_session"])
def test_what_a_cancellation_is_paid_goes_with_it_in_words(ana, noor, world, late_pay, it_is, press):
    session = world.session("2026-06-02 08:00", state=State.CONFIRMED)
    ana.post("cancel_session", session.id, version="1", cancelled_for="FAMILY", reason="Flu.")
    it_is("2026-06-01 08:05")  # what is taken back within a minute was never told
    Notice.objects.update(routed_at=NOW)
    page = ana.get("session", session.id)
    assert page.says("Restored, the $100.00 for its late cancellation are not paid.")
    assert page.says("Taken back, the $100.00 for its late cancellation are not paid.")
    edit = ana.get("edit_session", session.id)
    assert edit.says("Said to be the nanny’s choice, the $100.00 for its late cancellation are not paid.")
    ana.post(press, session.id, version="2")
    assert last_notice(world.noor).facts["late_pay_gone"] is True
    assert noor.get("inbox").says(GONE)
    can_be_asked_for(noor, world, session, "100.00")
    assert "late_pay" not in noor.get("session", session.id).html


def can_be_asked_for(noor, world, session, amount):
    """Her period lists what went, and one press leads to the form that asks for it, filled in."""
    period = PayPeriod.objects.create(
        family=world.riveras,
        nanny=world.noor_of_riveras,
        from_date=date(2026, 6, 1),
        to_date=date(2026, 6, 7),
        created_at=NOW,
        updated_at=NOW,
    )
    page = noor.get("pay_period", period.id)
    assert page.says(f"Late cancellations that are not paid any more ${amount} · Tue 2 Jun Ana changed that")
    [event] = Event.objects.filter(session_id=session.id, changes__has_key="late_pay")
    address = reverse("web:new_pay_item", args=[world.riveras.id])
    [there] = re.findall(f'href="({address}[^"]*lost={event.id}[^"]*)"', page.html)
    form = noor.get("new_pay_item", world.riveras.id, **dict(parse_qsl(urlsplit(unescape(there)).query)))
    assert f'value="{amount}"' in form.html
    assert form.says("For the late cancellation of Tue 2 Jun")


def test_taking_a_confirmation_back_says_what_it_would_have_paid(ana, world, late_pay):
    session = world.session("2026-06-02 08:00")
    page = ana.press("confirm_session", session.id, version=1)
    page = ana.get("session", session.id)
    assert page.says("Not confirmed, it would not be paid if it is cancelled late: now $100.00.")


def test_correcting_whose_choice_it_was_is_told_with_what_it_takes(ana, world, late_pay):
    session = world.session("2026-06-02 08:00", state=State.CONFIRMED)
    ana.post("cancel_session", session.id, version="1", cancelled_for="FAMILY", reason="Flu.")
    ana.post("edit_session", session.id, version="2", cancelled_for="NANNY", cancel_reason="Flu.", notes="")
    assert last_notice(world.noor).facts["late_pay_gone"] is True
