"""Two nannies, two parents and two children of one first name, told apart wherever one is chosen or named."""

import icalendar
import pytest
from django.test import Client

from handsel.actions import calendar_addresses, care_sessions, time_off
from handsel.models import Child, Member, Notice, User
from handsel.notices.validity import still_valid
from handsel.pages import letters
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role
from tests.web.visitor import Visitor
from tests.world import A_MINUTE_AGO, LONG_AGO, NOW, ON_THE_WEB

pytestmark = pytest.mark.any_database


@pytest.fixture
def other_noor(world) -> Member:
    """The Riveras' other Noor, beside Ana Okafor, another parent, and Emma Okafor, another child."""
    for person in (world.ana, world.noor):
        person.name = f"{person.name} Rivera"
        person.save(update_fields=["name"])
    Child.objects.filter(pk=world.emma.pk).update(last_name="Rivera")
    Child.objects.create(family=world.riveras, first_name="emma", last_name="Okafor", created_at=NOW)
    _, other_noor = (
        Member.objects.create(
            family=world.riveras,
            user=User.objects.create(
                email=f"{name.lower()}.o@example.com", name=f"{name} Okafor", date_joined=LONG_AGO
            ),
            role=role,
            joined_at=LONG_AGO,
        )
        for name, role in (("Ana", Role.PARENT), ("Noor", Role.NANNY))
    )
    return other_noor


@pytest.fixture
def both(world, other_noor) -> list[Child]:
    return list(world.riveras.children.filter(first_name__iexact="emma").order_by("created_at", "id"))


@pytest.mark.parametrize("route", ["new_session", "new_schedule", "time_off"])
def test_where_one_is_chosen(world, ana, other_noor, route):
    page = ana.get(route, world.riveras.id)
    assert [page.says(name) for name in ("Noor R.", "Noor O.")] == [True, True]
    of_children = route != "time_off"
    assert [page.says(name) for name in ("Emma R.", "emma O.")] == [of_children, of_children]


def test_on_the_sessions_page_and_in_its_history(world, ana, noor, both, other_noor):
    session = world.session("2026-06-01 07:00", state=State.UNCONFIRMED, children=both)
    care_sessions.confirm(session.id, by=world.ana, **ON_THE_WEB)
    change = Draft.of(nanny_id=other_noor.id, child_ids=[both[1].id])
    care_sessions.update(session.id, change, by=world.ana, **ON_THE_WEB)
    page = ana.get("session", session.id)
    assert page.says("emma O. with Noor O.")
    assert page.says("confirmed by Ana R. on 1 Jun")
    assert page.says("changed the children from Emma R. and emma O. to emma O.")
    assert page.says("gave it to Noor O.")
    assert noor.get("session", session.id).says("emma O. with Noor O.")


def test_on_today_home_and_in_calendars(world, ana, noor, both):
    world.session("2026-06-01 07:00", state=State.CONFIRMED, children=both)
    world.session("2026-06-02 07:00", state=State.CONFIRMED, children=both[1:])
    assert noor.get("today").says("Emma R. and emma O.")
    assert ana.get("family_home", world.riveras.id).says("emma O.")
    assert ana.get("family_home", world.riveras.id).says("Noor R.")
    for view in ("day", "week", "month"):
        assert ana.get("calendar", view=view).says("Emma R.")
    assert ana.get("family_sessions", world.riveras.id).says("emma O.")


def test_in_the_record_and_its_file(world, ana, both):
    world.session("2026-05-29 07:00", state=State.COMPLETED, children=both)
    assert ana.get("family_records", world.riveras.id, 2026).says("Emma R., emma O. Noor Rivera")
    assert '"Emma R., emma O.",Noor Rivera,' in ana.get("family_records_csv", world.riveras.id, 2026).html


def test_on_schedules(world, ana, both):
    schedule = world.schedule(children=both)
    page = ana.get("schedule", schedule.id)
    assert page.says("Emma R. and emma O.")
    assert page.says("Noor R.")
    assert ana.get("generate", schedule.id).says("Ana O.")


def test_in_the_inbox_in_mails_and_on_a_locked_screen(world, noor, both):
    session = world.session("2026-06-02 07:00", state=State.CONFIRMED, children=both)
    change = Draft.of(child_ids=[both[1].id])
    care_sessions.update(session.id, change, by=User.objects.get(name="Ana Okafor"), **A_MINUTE_AGO)
    assert noor.get("inbox").says("Ana O. changed the children from Emma R. and emma O. to emma O.")
    [told] = still_valid(world.noor, list(Notice.objects.filter(person=world.noor)), at=NOW).values()
    assert letters.lock_screen(told, at=NOW)["title"].startswith("Ana O. ")
    letter = letters.of_notices([told], [session.id], at=NOW)
    assert letter.subject.startswith("Ana O. ")
    assert "emma O. · Noor R." in letter.text
    assert [row.child_names for file in letter.calendars for row in file.appointments] == [("emma O.",)]


def test_in_notices_of_time_off(world, luis, other_noor):
    time_off.create(
        world.riveras.id, Draft.of(from_date=NOW.date(), to_date=NOW.date()), by=other_noor.user, **ON_THE_WEB
    )
    assert luis.get("inbox").says("Noor O.")
    assert luis.get("time_off", world.riveras.id).says("Noor O.")
    assert luis.get("calendar", view="week").says("Time off, Noor O.")


def test_where_a_child_is_changed(world, ana, both):
    page = ana.get("child", both[1].id)
    assert page.says("emma O.")
    assert page.says("Remove emma O.")
    assert ana.get("children", world.riveras.id).says("emma Okafor")


def test_in_a_calendar_feed(world, both):
    world.session("2026-06-02 07:00", state=State.CONFIRMED, children=both)
    draft = Draft.of(name="Phone", detail="full", shows_children=True, shows_notes=True)
    _, secret = calendar_addresses.make(draft, by=world.ana, **ON_THE_WEB)
    answer = Client().get(f"/feeds/{secret}.ics")
    [event] = icalendar.Calendar.from_ical(answer.content).events
    assert event["SUMMARY"] == "Riveras · Emma R., emma O. · Noor R."


def test_a_nanny_tells_children_of_all_her_families_apart_and_families_do_not_learn_of_others(world, noor, ada):
    Child.objects.filter(pk=world.zuri.pk).update(first_name="Emma", last_name="Okafor")
    world.session("2026-06-01 07:00", state=State.CONFIRMED)
    world.session("2026-06-01 17:00", state=State.CONFIRMED, family=world.okafors)
    today = noor.get("today")
    assert today.says("Emma O.")
    page = ada.get("family_home", world.okafors.id)
    assert page.says("Emma")
    assert not page.says("Emma O.")


def test_who_has_left_is_told_apart_still(world, ana, other_noor):
    world.leave(other_noor, at=LONG_AGO)
    session = world.session("2026-05-29 07:00", state=State.COMPLETED)
    assert ana.get("session", session.id).says("Emma R. with Noor R.")


def test_two_of_the_same_whole_name(world, ana, other_noor):
    User.objects.filter(pk=other_noor.user_id).update(name="noor rivera")
    page = ana.get("new_session", world.riveras.id)
    assert page.says("Noor Rivera (1)")
    assert page.says("noor rivera (2)")
    page = ana.get("members", world.riveras.id)
    assert page.says("noor rivera (2)")
    assert page.says("noor.o@example.com")


def test_what_is_kept_for_all_says_nothing_of_another_family(world):
    """Noor knows another Noor Rivera with the Riveras; the Okafors are not to read that there is one, nor of whom."""
    User.objects.filter(pk=world.noor.pk).update(name="Noor Rivera")
    world.join(world.riveras, Role.NANNY, name="Noor Rivera")
    world.session("2026-05-29 09:00", family=world.okafors, state=State.CONFIRMED)
    page = Visitor(User.objects.get(pk=world.noor.pk)).get("today")
    assert 'value="Noor called it off."' in page.html
