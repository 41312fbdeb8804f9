"""A parent's Home: what needs an answer, and the answer."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from handsel.models import CareSession, Child, Event, Notice
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role
from tests.web.many_rows import crowd
from tests.web.visitor import Visitor
from tests.world import LONG_AGO, NOW, wall

pytestmark = pytest.mark.any_database


@pytest.fixture
def week(world):
    """Monday, Wednesday and Friday of next week wait for an answer."""
    return [world.session(f"2026-06-{day:02} 06:00", hours=8.5) for day in (8, 10, 12)]


def states() -> list[State]:
    return [session.state for session in CareSession.objects.order_by("scheduled_start")]


def test_what_needs_an_answer_comes_first_by_week(ana, week, world):
    page = ana.get("family_home", world.riveras.id)
    assert page.says("To confirm 3 sessions")
    assert page.says("Confirm all 3")
    assert page.says("8–14 Jun 3 sessions · 25 h 30 min · $637.50")
    assert page.says("06:00 – 14:30 To confirm Emma , Mon 8 Jun Noor · 8 h 30 min · one-time · $212.50")


def test_confirm_all_confirms_what_the_page_showed(ana, week, world):
    page = ana.get("family_home", world.riveras.id)
    later = world.session("2026-06-15 06:00")
    shown = ",".join(f"{session.id}:1" for session in week)
    assert f'name="all" value="{shown}"' in re.sub(r"\s+", " ", page.html)
    page = ana.press("confirm_sessions", world.riveras.id, all=shown)
    assert page.says("3 sessions confirmed.")
    later.refresh_from_db()
    assert states() == [State.CONFIRMED] * 3 + [State.UNCONFIRMED]
    assert Notice.objects.filter(person=world.noor).count() == 1


def test_what_changed_since_the_page_was_opened_is_left_alone(ana, noor, week, world):
    home = ana.get("family_home", world.riveras.id)
    shown = re.search(r'name="all"\s+value="([^"]+)"', home.html)[1]
    assert set(re.findall(r'name="session" value="([^"]+)"', home.html)) == {shown, *shown.split(",")}
    times = {"day": "2026-06-10", "starts": "05:00", "ends": "20:00", "nanny_id": str(world.noor_of_riveras.id)}
    noor.press("edit_session", week[1].id, **times, child_ids=str(world.emma.id), hourly_rate="25.00", version=1)
    page = ana.press("confirm_sessions", world.riveras.id, all=shown)
    assert page.says("2 sessions confirmed.")
    assert page.says("Wed 10 Jun: changed after the page showed it, and was left alone. Look at it again.")
    assert states() == [State.CONFIRMED, State.UNCONFIRMED, State.CONFIRMED]


def test_cancelling_names_the_versions_it_showed(ana, week, world):
    ids = [str(session.id) for session in week]
    page = ana.post("cancel_sessions", world.riveras.id, status=200, session=ids)
    shown = page.value_of("session")
    CareSession.objects.filter(id=week[0].id).update(version=2)
    page = ana.press("cancel_sessions", world.riveras.id, session=shown, sure="yes")
    assert page.says("2 sessions cancelled.")
    assert page.says("Mon 8 Jun: changed after the page showed it")


def test_what_may_overlap_shows_no_clash(ana, week, world):
    world.session("2026-06-08 08:00", state=State.CONFIRMED)
    assert ana.get("family_home", world.riveras.id).says("Overlaps another session, 08:00–16:00")
    CareSession.objects.filter(id=week[0].id).update(overlap_allowed=True)
    assert not ana.get("family_home", world.riveras.id).says("Overlaps")


def test_a_ticked_session_and_a_ticked_week_are_confirmed_together(ana, week, world):
    other = world.session("2026-06-16 06:00")
    weeks = ",".join(str(session.id) for session in week)
    ana.press("confirm_sessions", world.riveras.id, session=[weeks, str(week[0].id), str(other.id)])
    assert states() == [State.CONFIRMED] * 4


def test_one_session_is_confirmed_where_it_stands(ana, week, world):
    home = ana.get("family_home", world.riveras.id)
    assert f'formaction="/sessions/{week[1].id}/confirm/"' in home.html
    page = ana.press("confirm_session", week[1].id, version=1, next=f"/families/{world.riveras.id}/home/")
    assert page.says("Confirmed: Wed 10 Jun, 06:00–14:30.")
    assert page.says("To confirm 2 sessions")


def test_cancelling_says_how_many_and_when_before_it_does(ana, week, world):
    ids = [str(session.id) for session in week]
    page = ana.post("cancel_sessions", world.riveras.id, status=200, session=ids)
    assert page.says("Cancel 3 sessions, 8–12 Jun")
    assert states() == [State.UNCONFIRMED] * 3
    page = ana.press("cancel_sessions", world.riveras.id, session=",".join(ids), sure="yes", reason="We are away.")
    assert page.says("3 sessions cancelled.")
    assert states() == [State.CANCELLED] * 3
    assert set(CareSession.objects.values_list("cancel_reason", flat=True)) == {"We are away."}


def test_a_reason_that_cannot_be_used_is_refused_at_its_field_and_kept(ana, week, world):
    reason = "too long " * 500
    page = ana.post("cancel_sessions", world.riveras.id, status=422, session=week[0].id, sure="yes", reason=reason)
    assert page.error_at("reason") == "Keep this to 4,000 characters at most."
    assert page.value_of("reason") == reason
    assert states() == [State.UNCONFIRMED] * 3


def test_each_session_answers_for_itself(ana, week, world):
    world.session("2026-06-10 12:00", state=State.CONFIRMED, family=world.okafors)
    page = ana.press("confirm_sessions", world.riveras.id, all=",".join(str(session.id) for session in week))
    assert page.says("2 sessions confirmed.")
    assert page.says("Wed 10 Jun: The nanny already has a session then.")
    assert page.says("Noor is busy 12:00–20:00")
    assert not page.says("Okafors")
    assert not page.says("Zuri")


def test_pressing_twice_does_no_harm(ana, week, world):
    ids = ",".join(str(session.id) for session in week)
    ana.press("confirm_sessions", world.riveras.id, all=ids)
    page = ana.press("confirm_sessions", world.riveras.id, all=ids)
    assert page.says("already confirmed")
    assert Event.objects.filter(kind="care_session.confirmed").count() == 3


@pytest.mark.parametrize("sent", ["", "nonsense", "1,2,3", "00000000-0000-0000-0000-000000000000", "\x00"])
def test_a_choice_that_makes_no_sense_changes_nothing(ana, week, world, sent):
    ana.press("confirm_sessions", world.riveras.id, session=sent)
    ana.press("cancel_sessions", world.riveras.id, session=sent)
    assert states() == [State.UNCONFIRMED] * 3


def test_more_than_five_hundred_at_once_are_refused_kindly(ana, week, world):
    ids = ",".join(str(session.id) for session in week)
    page = ana.press(
        "confirm_sessions",
        world.riveras.id,
        session=f"{ids}," + ",".join(f"{n:08}-0000-0000-0000-000000000000" for n in range(500)),
    )
    assert page.says("Name at most 500.")
    assert states() == [State.UNCONFIRMED] * 3


def test_another_familys_sessions_are_not_touched(ada, week, world):
    ada.press("confirm_sessions", world.okafors.id, session=str(week[0].id))
    ada.press("cancel_sessions", world.okafors.id, session=str(week[0].id), sure="yes")
    assert states() == [State.UNCONFIRMED] * 3
    ada.post("confirm_sessions", world.riveras.id, status=404, session=str(week[0].id))


def test_a_press_leads_back_to_our_own_pages_alone(ana, week, world):
    page = ana.post("confirm_sessions", world.riveras.id, session=week[0].id, next="https://elsewhere.example/")
    assert page.response["Location"] == f"/families/{world.riveras.id}/home/"
    page = ana.post("confirm_sessions", world.riveras.id, session=week[1].id, next="//elsewhere.example/")
    assert page.response["Location"] == f"/families/{world.riveras.id}/home/"


def test_coming_up_shows_two_weeks_and_who_is_there_now(ana, world):
    world.session("2026-06-01 06:00", state=State.IN_PROGRESS)
    world.session("2026-06-03 09:00", state=State.CONFIRMED, nanny=world.bea_of_riveras, hours=4)
    world.session("2026-06-04 09:00", state=State.CANCELLED)
    page = ana.get("family_home", world.riveras.id)
    assert page.says("Noor has been with Emma since 06:00.")
    assert page.says("Wed 3 Jun 09:00 – 13:00 Confirmed Emma , Wed 3 Jun Bea · 4 h")
    assert page.says("Nothing is waiting.")
    assert page.html.count('class="chip"') == 2


def test_this_weeks_hours_and_cost(ana, world):
    begin = wall("2026-06-01 00:00")
    world.session("2026-06-01 00:00", state=State.COMPLETED, hours=2, actual_end=begin + timedelta(hours=2, minutes=10))
    world.session("2026-06-03 09:00", state=State.CONFIRMED, hours=4, hourly_rate="30.00")
    world.session("2026-06-04 09:00", state=State.CANCELLED)
    world.session("2026-06-08 09:00", state=State.CONFIRMED)
    page = ana.get("family_home", world.riveras.id)
    assert page.says("Planned 6 h $170.00 Done so far 2 h 10 min $54.17")


def test_schedules_stand_with_their_hours_in_the_week(ana, world):
    schedule = world.schedule()
    page = ana.get("family_home", world.riveras.id)
    assert page.says("Mornings 06:00–14:30, every Monday, Wednesday and Friday · Noor · 25.5 h a week")
    assert page.says("M 8.5 T · W 8.5 T · F 8.5 S · S ·")
    assert page.offers("schedule", schedule.id)


def test_the_first_run_goes_on_from_here(ana, world):
    Child.objects.filter(family=world.riveras).update(archived_at=LONG_AGO)
    page = ana.get("family_home", world.riveras.id)
    assert page.says("Getting started 1 of 4 done")
    assert page.offers("new_child", world.riveras.id)
    Child.objects.filter(family=world.riveras).update(archived_at=None)
    page = ana.get("family_home", world.riveras.id)
    assert page.says("Getting started 2 of 4 done")
    assert page.offers("new_schedule", world.riveras.id)
    schedule = world.schedule()
    page = ana.get("family_home", world.riveras.id)
    assert page.says("Getting started 3 of 4 done")
    assert page.offers("generate", schedule.id)
    world.session("2026-01-05 09:00", state=State.CANCELLED)
    assert ana.get("family_home", world.riveras.id).says("Nothing is waiting.")


def test_who_does_not_answer_has_the_familys_page_instead(noor, viewer, world):
    for visitor in (noor, viewer):
        page = visitor.get("family_home", world.riveras.id, status=302)
        assert page.response["Location"] == f"/families/{world.riveras.id}/"
        visitor.post("confirm_sessions", world.riveras.id, status=403, session="")


def test_a_coordinator_answers_too(coordinator, week, world):
    assert coordinator.get("family_home", world.riveras.id).says("Confirm all 3")
    coordinator.press("confirm_sessions", world.riveras.id, all=str(week[0].id))
    assert states()[0] is State.CONFIRMED


def test_a_nanny_may_cancel_her_own_at_once_but_no_others(bea, week, world):
    of_bea = world.session("2026-06-09 09:00", nanny=world.bea_of_riveras)
    page = bea.post("cancel_sessions", world.riveras.id, status=200, session=[week[0].id, of_bea.id])
    assert page.says("Cancel 1 session, Tue 9 Jun")
    bea.post("cancel_sessions", world.riveras.id, session=[week[0].id, of_bea.id], sure="yes")
    assert states() == [State.UNCONFIRMED, State.CANCELLED, State.UNCONFIRMED, State.UNCONFIRMED]


def test_the_founding_nanny_answers_until_a_parent_joins(world):
    founder = world.join(world.okafors, Role.NANNY, name="Founder")
    type(founder).objects.filter(pk=founder.pk).update(is_founder=True)
    visitor = Visitor(founder.user)
    visitor.get("family_home", world.okafors.id, status=302)
    world.leave(world.ada_of_okafors)
    session = world.session("2026-06-08 09:00", family=world.okafors)
    assert visitor.get("family_home", world.okafors.id).says("Confirm it")
    visitor.press("confirm_sessions", world.okafors.id, all=str(session.id))
    page = visitor.get("session", session.id)
    assert page.says("Founder confirmed it for the family, by phone")


def test_sixty_are_listed_and_the_rest_is_promised(ana, world):
    crowd(world, 75)
    page = ana.get("family_home", world.riveras.id)
    assert page.says("To confirm 75 sessions")
    assert page.says("Confirm these 60")
    assert page.says("More follow once these are confirmed.")


def test_far_weeks_are_a_line_each_until_they_are_opened(ana, world):
    for week in range(12):
        for day in range(5):
            world.session(wall("2026-06-08 09:00") + timedelta(weeks=week, days=day))
    page = ana.get("family_home", world.riveras.id)
    assert page.says("Confirm all 60")
    assert page.html.count("Select ") == 20
    assert page.says("13–19 Jul 5 sessions · 40 h · $1,000.00 Each day")
    assert len(page.html) < 75_000
    week = re.search(r'href="\?week=(2026-07-13)#week-2026-07-13"', page.html)[1]
    opened = ana.get("family_home", world.riveras.id, week=week)
    assert opened.html.count("Select ") == 25
    assert opened.says("Select Fri 17 Jul")
    assert ana.get("family_home", world.riveras.id, week="nonsense").html.count("Select ") == 20
    far = re.search(r'id="week-2026-08-24">.*?value="([^"]+)"', page.html, re.DOTALL)[1]
    ana.press("confirm_sessions", world.riveras.id, session=far)
    assert states() == [State.UNCONFIRMED] * 55 + [State.CONFIRMED] * 5


def test_undo_takes_back_what_one_press_cancelled_and_nothing_else(ana, luis, week, world):
    other = world.session("2026-06-16 06:00")
    luis.press("cancel_sessions", world.riveras.id, session=str(other.id), sure="yes")
    page = ana.press("cancel_sessions", world.riveras.id, session=[str(session.id) for session in week], sure="yes")
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', page.html)[1]
    page = ana.follow(undo)
    assert page.says("3 taken back.")
    assert states() == [State.UNCONFIRMED] * 3 + [State.CANCELLED]
    assert world.told(world.noor) == ["session.cancelled"]
    assert ana.follow(undo).says("Changed meanwhile, or undone already.")


def test_undo_takes_back_what_one_press_confirmed(ana, week, world):
    page = ana.press("confirm_sessions", world.riveras.id, session=[str(session.id) for session in week])
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', page.html)[1]
    assert ana.follow(undo).says("3 taken back.")
    assert states() == [State.UNCONFIRMED] * 3


@pytest.mark.parametrize("sent", ["", "soon", "2026-06-01T12:00:00", "9999-12-31T23:59:59-23:00", "0001-01-01T00:00Z"])
def test_undo_of_no_press_takes_nothing_back(ana, world, sent):
    page = ana.follow(f"/families/{world.riveras.id}/sessions/undo/?pressed={sent}")
    assert page.says("There is nothing left to undo.")


def test_what_was_changed_meanwhile_stays_and_the_rest_is_taken_back(ana, luis, week, world):
    page = ana.press("cancel_sessions", world.riveras.id, session=[str(session.id) for session in week[:2]], sure="yes")
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', page.html)[1]
    luis.press("restore_session", week[0].id)
    page = ana.follow(undo)
    assert page.says("1 taken back.")
    assert page.says("Mon 8 Jun: Changed meanwhile, or undone already.")


def test_what_was_started_meanwhile_is_said(ana, noor, week, world, monkeypatch):
    """And not that a parent may not take a start back, which is not what they pressed."""
    today = world.session("2026-06-01 09:00")
    page = ana.press("confirm_sessions", world.riveras.id, session=[str(today.id), *(str(row.id) for row in week)])
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', page.html)[1]
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=1))
    noor.press("start_session", today.id)
    page = ana.follow(undo)
    assert page.says("3 taken back. Mon 1 Jun: Started meanwhile.")


def test_what_was_started_and_is_not_any_more_is_taken_back_with_the_rest(ana, noor, week, world, monkeypatch):
    today = world.session("2026-06-01 09:00")
    page = ana.press("confirm_sessions", world.riveras.id, session=[str(today.id), *(str(row.id) for row in week)])
    undo = re.search(r'action="([^"]+/undo/[^"]+)"', page.html)[1]
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(minutes=1))
    noor.press("start_session", today.id)
    noor.press("undo_session", today.id)
    assert ana.follow(undo).says("4 taken back.")
