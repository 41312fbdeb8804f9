"""What belongs to one person: the inbox, the settings, the keys."""

import re
from datetime import date, time, timedelta

import pytest
from django.urls import reverse

from handsel.access import tokens
from handsel.actions import care_sessions, change_requests, invitations, time_off
from handsel.models import ApiToken, CareSession, Member, Notice
from handsel.notices import reminders
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role
from tests.web.visitor import Page
from tests.world import LONG_AGO, NOW, ON_THE_WEB, PASSWORD, wall

pytestmark = pytest.mark.any_database


def test_a_notice_leads_to_what_it_is_about_and_is_read_then(ana, noor, world):
    schedule = world.schedule()
    noor.press("generate", schedule.id, from_date="2026-06-01", to_date="2026-06-14")
    page = ana.get("inbox")
    assert page.says("Today Unread: 6 sessions to confirm 08:00 Riveras · 1–12 Jun · Mornings")
    assert ana.get("family_home", world.riveras.id).html.count('class="count"') == 1
    notice = Notice.objects.get(person=world.ana)
    page = ana.press("notice", notice.id)
    assert page.says("To confirm 6 sessions")
    assert Notice.objects.get(pk=notice.pk).read_at == NOW
    assert not ana.get("inbox").says("Unread")


def test_a_notice_of_a_session_leads_to_the_session(ana, noor, world):
    session = world.session()
    ana.press("confirm_session", session.id)
    assert noor.get("inbox").says("Ana confirmed a session 08:00 Riveras · Tue 2 Jun, 09:00–17:00")
    page = noor.press("notice", Notice.objects.get(person=world.noor).id)
    assert page.says("Tuesday, 2 June")


def test_a_notice_of_a_session_that_is_gone_leads_to_the_family(ana, noor, world):
    session = world.session()
    ana.press("confirm_session", session.id)
    ana.press("delete_session", session.id)
    for notice in Notice.objects.filter(person=world.noor):
        assert noor.press("notice", notice.id).says("Next two weeks")


@pytest.mark.parametrize(
    ("kind", "page"),
    [
        ("sessions.confirmed", "family_sessions"),
        ("reminder.tomorrow", "family_sessions"),
        ("reminder.still_to_confirm", "family_home"),
        ("sessions.without_nanny", "family_home"),
        ("reminder.plan_ends", "schedules"),
        ("schedule.planning_stopped", "schedules"),
        ("time_off.entered", "time_off"),
        ("time_off.taken_back", "time_off"),
        ("member.joined", "members"),
    ],
)
def test_a_notice_of_no_one_session_leads_to_where_it_is_seen(ana, world, kind, page):
    facts = {"by": "Noor", "count": 2, "schedule": "Mornings"}
    notice = Notice.objects.create(person=world.ana, family=world.riveras, kind=kind, facts=facts, at=NOW)
    ana.get("inbox")
    there = ana.post("notice", notice.id).response["Location"]
    assert there == reverse(f"web:{page}", args=[world.riveras.id])
    assert ana.client.get(there).status_code == 200


def test_everything_is_marked_read_at_once(ana, noor, world):
    for day in (2, 3, 4):
        ana.press("confirm_session", world.session(f"2026-06-{day:02} 09:00").id)
    assert noor.get("inbox").says("Mark 3 as read")
    assert noor.press("read_all").says("3 notifications marked as read.")
    assert not Notice.objects.filter(person=world.noor, read_at=None).exists()


def test_nobody_reads_anothers_notices(ana, noor, sam, world):
    ana.press("confirm_session", world.session().id)
    notice = Notice.objects.get(person=world.noor)
    ana.post("notice", notice.id, status=404)
    sam.post("notice", notice.id, status=404)
    world.leave(world.noor_of_riveras)
    assert not noor.get("inbox").says("Riveras")
    noor.post("notice", notice.id, status=404)


def test_older_notices_follow(ana, world):
    Notice.objects.bulk_create(
        Notice(person=world.ana, family=world.riveras, kind="session.cancelled", facts={"by": f"N{n}"}, at=LONG_AGO)
        for n in range(60)
    )
    page = ana.get("inbox")
    assert page.html.count('<li class="notice"') == 50
    after = re.search(r"after=([\w:-]+)", page.html)[1]
    assert ana.get("inbox", after=after).html.count('<li class="notice"') == 10


def test_older_notices_follow_also_when_the_last_one_shown_is_gone(ana, world):
    for n in range(52):
        at = LONG_AGO + timedelta(minutes=n)
        facts = {"by": f"N{n}"}
        Notice.objects.create(person=world.ana, family=world.riveras, kind="session.cancelled", facts=facts, at=at)
    after = re.search(r"after=([\w:-]+)", ana.get("inbox").html)[1]
    Notice.objects.filter(facts={"by": "N2"}).delete()
    page = ana.get("inbox", after=after)
    assert page.html.count('<li class="notice"') == 2
    assert page.says("N1 cancelled a session")
    for nonsense in ("nonsense", "é", ""):
        assert ana.get("inbox", after=nonsense).says("N51 cancelled a session")


def test_a_notice_of_a_change_shows_the_old_beside_the_new(ana, noor, bea, world):
    session = world.session(state=State.CONFIRMED)
    as_it_is = {"day": "2026-06-02", "ends": "17:00", "nanny_id": str(world.noor_of_riveras.id), "hourly_rate": "25.00"}
    children = [str(world.emma.id), str(world.theo.id)]
    noor.press("edit_session", session.id, version=1, **as_it_is, starts="10:00", child_ids=children)
    page = ana.get("inbox")
    assert page.says("Noor changed a confirmed session. You have to confirm it again")
    assert page.says(
        "Noor moved it to start at 10:00 instead of 09:00; changed the children from Emma to Emma and Theo."
    )
    ana.press("confirm_session", session.id)
    with_bea = as_it_is | {"nanny_id": str(world.bea_of_riveras.id), "hourly_rate": "31.00"}
    ana.press("edit_session", session.id, version=3, **with_bea, starts="10:00", child_ids=children)
    for visitor in (noor, bea):
        assert visitor.get("inbox").says("Ana changed the rate; gave it to Bea.")
        assert not visitor.get("inbox").says("31")
    CareSession.objects.all().delete()
    assert not ana.get("inbox").says("moved it")


def test_what_is_told_of_care_says_how_long_it_was_and_what_it_comes_to_for_who_may_see_it(ana, noor, world):
    coordinator = world.join(world.riveras, Role.COORDINATOR).user
    session = world.session("2026-06-01 06:00", hours=2, state=State.IN_PROGRESS)
    care_sessions.complete(session.id, by=coordinator, **ON_THE_WEB)
    for visitor in (ana, noor):
        assert visitor.get("inbox").says("completed a session 08:00 Riveras · Mon 1 Jun, 06:00–08:00 · 2 h · $50.00")
    Member.objects.filter(pk=world.noor_of_riveras.pk).update(role=Role.VIEWER)
    page = noor.get("inbox")
    assert page.says("Riveras · Mon 1 Jun, 06:00–08:00 · 2 h")
    assert not page.says("$")


def test_a_cancelled_session_says_why_and_a_request_what(ana, noor, world):
    care_sessions.cancel(world.session().id, Draft.of(reason="Emma is ill."), by=world.ana, **ON_THE_WEB)
    assert noor.get("inbox").says("Ana cancelled a session “Emma is ill.” 08:00 Riveras · Tue 2 Jun, 09:00–17:00")
    session = world.session("2026-06-03 09:00", state=State.CONFIRMED)
    later = Draft.of(message="The train is late.", scheduled_start=wall("2026-06-03 10:00"))
    change_requests.ask(session.id, later, by=world.noor, **ON_THE_WEB)
    page = ana.get("inbox")
    assert page.says("Noor asks to change a session")
    assert page.says("Noor asked to move it to start at 10:00 instead of 09:00. “The train is late.”")


def test_a_request_for_other_children_names_them(ana, noor, world):
    session = world.session("2026-06-03 09:00", state=State.CONFIRMED)
    both = Draft.of(message="Theo's school is closed.", child_ids=(world.emma.id, world.theo.id))
    change_request = change_requests.ask(session.id, both, by=world.noor, **ON_THE_WEB)
    says = "asked to change the children from Emma to Emma and Theo"
    assert ana.get("inbox").says(f"Noor {says}. “Theo's school is closed.”")
    change_requests.accept(change_request.id, Draft.of(message="Yes."), by=world.ana, **ON_THE_WEB)
    assert noor.get("inbox").says("Ana changed the children from Emma to Emma and Theo. “Yes.”")
    same = Draft.of(message="As it was?", child_ids=(world.theo.id, world.emma.id))
    change_requests.ask(session.id, same, by=world.noor, **ON_THE_WEB)
    assert ana.get("inbox").says("Noor asks to change a session “As it was?”")
    assert noor.get("session", session.id).says("asked to change the children to Emma and Theo")


def test_time_off_and_who_joined_are_told_in_whole_sentences(ana, noor, bea, world):
    days = {"from_date": date(2026, 6, 8), "to_date": date(2026, 6, 9)}
    of_noor = Draft.of(**days, start_time=time(9), end_time=time(12), reason="Dentist")
    time_off.create(world.riveras.id, of_noor, by=world.noor, **ON_THE_WEB)
    assert ana.get("inbox").says("Noor entered time off “Dentist” 08:00 Riveras · 8–9 Jun, 09:00–12:00 · Noor")
    theirs = time_off.create(world.riveras.id, Draft.of(**days), by=world.ana, **ON_THE_WEB)
    time_off.delete(theirs.id, by=world.ana, **ON_THE_WEB)
    assert bea.get("inbox").says("Ana removed time off 08:00 Riveras · 8–9 Jun · the whole family")
    draft = Draft.of(email="sam@example.com", role=Role.VIEWER)
    _, secret = invitations.invite(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)
    invitations.accept(Draft.of(token=secret), by=world.sam, **ON_THE_WEB)
    assert ana.get("inbox").says("Sam joined the family’s book 08:00 Riveras · Viewer")


def test_reminders_name_their_sessions_and_another_zone(ana, noor, world):
    schedule = world.schedule()
    world.session("2026-06-01 06:00", schedule=schedule, slot_date=date(2026, 6, 1), state=State.COMPLETED)
    for hour in ("06", "12"):
        world.session(f"2026-06-02 {hour}:00", hours=2, state=State.CONFIRMED)
    world.session("2026-06-03 09:00")
    evening = wall("2026-06-01 18:00")
    reminders.remind(evening)
    world.ana.time_zone = "Europe/Lisbon"
    world.ana.save()
    page = ana.get("inbox")
    assert page.says("2 sessions tomorrow")
    assert page.says("Riveras · Tue 2 Jun, 06:00–08:00 · Tue 2 Jun, 12:00–14:00 · New York time")
    assert page.says("1 session still to confirm")
    assert page.says("Riveras · Wed 3 Jun, 09:00–17:00 · New York time")
    assert page.says("Mornings is planned for less than two more weeks")
    assert page.says("Riveras · planned to Mon 1 Jun")
    world.noor.language = "es"
    world.noor.save()
    assert noor.get("inbox").says("Riveras · mar 2 jun, 06:00–08:00 · mar 2 jun, 12:00–14:00")


def test_an_empty_inbox_says_so(sam):
    assert sam.get("inbox").says("Nothing new.")


def test_settings_change_how_pages_read(ana, world):
    world.session()
    form = {"name": "Ana Rivera", "language": "en", "time_zone": "Europe/Lisbon", "hour_cycle": "12"}
    form |= {"week_starts_on": "6"}
    assert ana.press("settings", **form).says("Saved.")
    page = ana.get("family", world.riveras.id)
    assert page.says("9:00 AM – 5:00 PM")
    assert page.says("New York time")
    world.ana.refresh_from_db()
    assert (world.ana.name, world.ana.week_starts_on) == ("Ana Rivera", 6)


@pytest.mark.parametrize(
    ("field", "sent", "message"),
    [
        ("name", "", "Fill this in."),
        ("time_zone", "Mars/Olympus", "Choose a time zone by its IANA name, like America/New_York."),
        ("language", "tlh", "Choose one of these."),
        ("hour_cycle", "13", "Choose one of these."),
        ("week_starts_on", "7", "Choose one of these."),
        ("week_starts_on", "9" * 5000, "Choose one of these."),
    ],
)
def test_settings_are_refused_at_their_fields(ana, world, field, sent, message):
    form = {"name": "Ana Rivera", "language": "en", "time_zone": "", "hour_cycle": "12", "week_starts_on": "6"}
    page = ana.post("settings", status=422, **form | {field: sent})
    assert page.error_at(field) == message
    if field != "name":
        assert page.value_of("name") == "Ana Rivera"
    world.ana.refresh_from_db()
    assert world.ana.hour_cycle == 24


def test_a_key_is_shown_once_and_revoked(ana, sam, world):
    location = ana.post("tokens", name="Kitchen display", scope="read", last_day="2026-06-30").response.headers[
        "Location"
    ]
    assert location == "/accounts/again/?next=%2Fsettings%2Fkeys%2F"
    assert not ApiToken.objects.exists()
    page = Page(ana.client.post("/accounts/again/", {"password": PASSWORD, "next": "/settings/keys/"}))
    secret = re.search(r'value="(handsel_[^"]+)"', page.html)[1]
    token = ApiToken.objects.get()
    assert token.token_hash == tokens.hash_of(secret)
    page = ana.get("tokens")
    assert secret not in page.html
    assert page.says("Kitchen display reads · never used · until 30 June 2026")
    sam.post("revoke_token", token.id, status=404)
    assert ana.press("revoke_token", token.id).says("The key no longer works.")
    assert tokens.api_token(secret, at=NOW) is None
    assert not ana.get("tokens").says("Kitchen display")


def test_a_key_is_refused_at_its_fields(ana, world):
    page = ana.post("tokens", status=422, name="", scope="rule", last_day="2020-01-01")
    assert page.error_at("name") == "Fill this in."
    assert page.error_at("scope") == "Choose one of read, write."
    assert page.error_at("last_day") == "This time is over."
    assert page.value_of("last_day") == "2020-01-01"
    assert not ApiToken.objects.exists()


def test_more_has_what_a_phones_bar_has_no_room_for(noor, world):
    page = noor.get("more")
    assert page.says("Okafors Nanny Riveras Nanny")
    assert page.says("Sign out")
