"""What had been confirmed and was changed: the family sees old beside new where it confirms it again."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.access import mail_links
from handsel.actions import care_sessions, time_off
from handsel.models import Notice
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role
from handsel.rules.time_off import Decision
from tests.web.visitor import Visitor
from tests.world import ON_THE_WEB, World, wall

pytestmark = pytest.mark.any_database

MOVED = "Noor moved it from 09:00–17:00 to 10:00–18:00"


def moved(world: World, day: int = 2, hours: int = 1, **columns):
    """Noor moves what Ana had confirmed."""
    session = world.session(f"2026-06-{day:02} 09:00", state=State.CONFIRMED, **columns)
    start = wall(f"2026-06-{day:02} 09:00") + timedelta(hours=hours)
    draft = Draft.of(scheduled_start=start, scheduled_end=start + timedelta(hours=8))
    return care_sessions.update(session.id, draft, by=world.noor, **ON_THE_WEB)


def test_old_stands_beside_new_at_home_on_its_page_and_behind_the_mails_link(ana, world):
    session = moved(world)
    assert MOVED in ana.get("family_home", world.riveras.id).text
    assert MOVED in ana.get("session", session.id).text
    notice = Notice.objects.get(person=world.ana, session=session)
    assert MOVED in Visitor().get("mail_answer", mail_links.answer_token(notice.id)).text


def test_also_where_a_week_is_one_line_inside_confirm_all(ana, world):
    for number in range(25):
        world.session(wall("2026-06-03 09:00") + timedelta(days=number))
    late = moved(world, day=29)
    page = ana.get("family_home", world.riveras.id)
    assert "Confirm all 26" in page.text
    assert page.offers("session", late.id)
    assert MOVED in page.text


def test_wherever_it_can_be_pressed(ana, world):
    moved(world)
    assert MOVED in ana.get("family", world.riveras.id).text
    assert MOVED in ana.get("family_sessions", world.riveras.id).text
    coordinator = world.join(world.riveras, Role.COORDINATOR, name="Cleo").user
    assert MOVED in Visitor(coordinator).get("family_home", world.riveras.id).text


def test_also_where_it_is_confirmed_and_recorded_after_it_was(ana, world, it_is):
    session = world.session("2026-06-02 09:00", state=State.CONFIRMED)
    draft = Draft.of(scheduled_start=wall("2026-06-02 10:00"), scheduled_end=wall("2026-06-02 18:00"))
    care_sessions.update(session.id, draft, by=world.noor, **ON_THE_WEB)
    it_is("2026-06-03 08:00")
    page = ana.get("family_home", world.riveras.id)
    assert "Never confirmed. Did it happen?" in page.text
    assert MOVED in page.text


def test_several_changes_are_one_from_what_was_agreed_to_what_is(ana, world):
    session = moved(world)
    draft = Draft.of(scheduled_end=wall("2026-06-02 19:00"), child_ids=(world.emma.id, world.theo.id), notes="Boots.")
    care_sessions.update(session.id, draft, by=world.noor, **ON_THE_WEB)
    told = "Noor moved it from 09:00–17:00 to 10:00–19:00; changed the children from Emma to Emma and Theo"
    assert told in ana.get("session", session.id).text
    back = Draft.of(
        scheduled_start=wall("2026-06-02 09:00"), scheduled_end=wall("2026-06-02 17:00"), child_ids=(world.emma.id,)
    )
    care_sessions.update(session.id, back, by=world.noor, **ON_THE_WEB)
    assert "Noor moved it" not in ana.get("family_home", world.riveras.id).text


def test_what_was_confirmed_again_or_never_says_nothing_and_what_is_undone_does(ana, world):
    session, _ = moved(world), world.session("2026-06-03 09:00")
    care_sessions.confirm(session.id, by=world.ana, **ON_THE_WEB)
    assert "Noor moved it" not in ana.get("family_home", world.riveras.id).text
    care_sessions.undo(session.id, by=world.ana, **ON_THE_WEB)
    assert MOVED in ana.get("family_home", world.riveras.id).text


def test_a_rate_is_told_to_who_may_see_it(ana, world):
    viewer = Visitor(world.join(world.riveras, Role.VIEWER).user)
    session = world.session(state=State.CONFIRMED)
    care_sessions.update(session.id, Draft.of(hourly_rate=Decimal("31.17")), by=world.noor, **ON_THE_WEB)
    assert "Noor changed the rate from $25.00 to $31.17" in ana.get("session", session.id).text
    assert "31.17" not in viewer.get("session", session.id).text


def test_it_asks_no_more_of_the_database_for_many(ana, world):
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            ana.get("family_home", world.riveras.id)
        return len(captured)

    moved(world)
    few = queries()
    for day in range(3, 12):
        moved(world, day=day)
    assert queries() == few


def test_a_nanny_reads_beforehand_that_the_family_has_to_confirm_again(ana, noor, world):
    session, waiting = world.session(state=State.CONFIRMED), world.session("2026-06-04 09:00")
    says = "This session is confirmed. If you change its times, children, nanny or rate, the family has to confirm it"
    assert says in noor.get("edit_session", session.id).text
    assert says not in noor.get("edit_session", waiting.id).text
    assert says not in ana.get("edit_session", session.id).text


def test_a_nanny_who_shortens_a_confirmed_session_for_hours_off_reads_it_too(noor, world):
    says = "If you shorten a confirmed session, the family has to confirm it again."
    world.session(state=State.CONFIRMED)
    world.session("2026-06-03 09:00")
    tuesday, wednesday = ({"from": f"2026-06-0{day}", "to": f"2026-06-0{day}"} for day in (2, 3))
    hours = {"start": "11:00", "end": "12:00"}
    assert says in noor.get("cant_come", **tuesday, **hours).text
    assert says not in noor.get("cant_come", **tuesday).text  # nothing is left of it
    assert says not in noor.get("cant_come", **wednesday, **hours).text


def test_who_plans_again_what_time_off_had_taken_reads_it_too(ana, noor, world):
    world.session(state=State.CONFIRMED)
    tuesday = {"from_date": date(2026, 6, 2), "to_date": date(2026, 6, 2)}
    draft = Draft.of(**tuesday, nanny_id=world.noor_of_riveras.id, sessions=Decision.UNASSIGN, reason="Ill.")
    entered = time_off.create(world.riveras.id, draft, by=world.noor, **ON_THE_WEB)
    time_off.delete(entered.id, by=world.noor, **ON_THE_WEB)
    assert "The family has to confirm them again." in noor.get("plan_again", entered.id).text
    assert "The family has to confirm them again." not in ana.get("plan_again", entered.id).text


def test_the_history_names_the_day_where_it_is_not_the_sessions(ana, world):
    """Moved on Tuesday by an hour, then to Thursday: what was Tuesday's says so."""
    session = moved(world)
    thursday = Draft.of(scheduled_start=wall("2026-06-04 10:00"), scheduled_end=wall("2026-06-04 18:00"))
    care_sessions.update(session.id, thursday, by=world.ana, **ON_THE_WEB)
    page = ana.get("session", session.id).text
    assert "moved it from Tue 2 Jun, 09:00–17:00 to Tue 2 Jun, 10:00–18:00" in page
    assert "moved it from Tue 2 Jun, 10:00–18:00 to Thu 4 Jun, 10:00–18:00" in page


def test_a_start_that_was_pressed_the_day_after_names_its_day(ana, world):
    session = world.session("2026-06-01 00:00", hours=7, state=State.IN_PROGRESS)
    draft = Draft.of(actual_start=wall("2026-05-31 23:30"))
    care_sessions.update(session.id, draft, by=world.noor, **ON_THE_WEB)
    assert "corrected the start from 00:00 to Sun 31 May, 23:30" in ana.get("session", session.id).text
