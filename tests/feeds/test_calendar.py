"""Calendars at secret addresses: who is shown what, when it is said again, and when not."""

import gzip
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events
from django.http import HttpResponse
from django.test import Client

from handsel.access import tokens
from handsel.actions import calendar_addresses, care_sessions, children, members, people
from handsel.actions.erasing import erasures
from handsel.feeds import calendar
from handsel.models import CalendarAddress, CareSession, CareSessionChild, User
from handsel.queries import calendar_feed
from handsel.rules.drafts import Draft
from handsel.rules.erasing import Erased
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.refusals import Invalid
from handsel.rules.roles import Role
from tests.feeds.radicale_server import Radicale
from tests.world import NOW, ON_THE_WEB, World, wall

pytestmark = pytest.mark.any_database

FULL = {"name": "Phone", "detail": "full", "shows_children": True, "shows_notes": True}


@pytest.fixture(autouse=True)
def clock(monkeypatch) -> Callable[[datetime], None]:
    """The feed's clock stands at NOW until it is set."""

    def stand(at: datetime) -> None:
        monkeypatch.setattr(calendar.timezone, "now", lambda: at)

    stand(NOW)
    return stand


def address_of(person: User, **choices) -> str:
    _, secret = calendar_addresses.make(Draft.of(**(FULL | choices)), by=person, **ON_THE_WEB)
    return f"/feeds/{secret}.ics"


def ask(address: str, *, status: int = 200, seen: HttpResponse | None = None) -> HttpResponse:
    response = Client().get(address, headers={"If-None-Match": seen["ETag"]} if seen else {})
    assert response.status_code == status
    assert not response.cookies
    assert "Cookie" not in response.get("Vary", "")
    return response


def events(response: HttpResponse) -> list[icalendar.Event]:
    return icalendar.Calendar.from_ical(response.content).events


def titles(address: str) -> list[str]:
    return [str(event["SUMMARY"]) for event in events(ask(address))]


def test_noor_reads_her_sessions_in_the_calendar_she_has(world):
    agreed = world.session("2026-06-02 09:00", state=State.CONFIRMED, notes="Bring boots.")
    world.session("2026-06-03 09:00", family=world.okafors)
    world.session("2026-06-04 09:00", state=State.CANCELLED)
    response = ask(address_of(world.noor))
    assert response["Content-Type"] == "text/calendar; charset=utf-8"
    assert response["Cache-Control"] == "private, no-cache"
    assert [(e["SUMMARY"], e["STATUS"]) for e in events(response)] == [
        ("Riveras · Emma · Noor", "CONFIRMED"),
        ("Not confirmed: Okafors · Zuri · Noor", "TENTATIVE"),
        ("Cancelled: Riveras · Emma · Noor", "CANCELLED"),
    ]
    first = events(response)[0]
    assert (first["UID"], first["DESCRIPTION"]) == (str(agreed.id), "Bring boots.")
    assert first["URL"] == f"http://testserver/sessions/{agreed.id}/"


def test_what_was_not_chosen_is_not_told(world):
    world.session("2026-06-02 09:00", state=State.CONFIRMED, notes="Bring boots.", children=[world.emma])
    lean = ask(address_of(world.ana, shows_children=False, shows_notes=False)).content.decode()
    assert "SUMMARY:Riveras · Noor" in lean
    assert not [word for word in ("Emma", "boots") if word in lean]
    busy = ask(address_of(world.ana, detail="busy", name="Work")).content.decode()
    assert "SUMMARY:Busy" in busy
    words = ("Emma", "boots", "Riveras", "Noor", "LOCATION", "URL", "DESCRIPTION")
    assert not [word for word in words if word in busy]


def test_one_family_or_all(world):
    world.session("2026-06-02 09:00")
    world.session("2026-06-03 09:00", family=world.okafors)
    assert len(titles(address_of(world.noor))) == 2
    assert titles(address_of(world.noor, family_id=world.okafors.id)) == ["Not confirmed: Okafors · Zuri · Noor"]


def test_a_nanny_gets_her_own_and_the_family_everybodys(world):
    world.session("2026-06-02 09:00")
    world.session("2026-06-03 09:00", nanny=world.bea_of_riveras)
    world.session("2026-06-04 09:00", nanny=None)
    assert titles(address_of(world.bea)) == ["Not confirmed: Riveras · Emma · Bea"]
    assert len(titles(address_of(world.ana))) == 3


@pytest.mark.parametrize("role", [*Role, None])
def test_nobodys_address_shows_what_the_person_cannot_see(world, role):
    """In all families, from before and after they were joined and left."""
    own, theirs = world.session("2026-06-02 09:00"), world.session("2026-06-03 09:00", family=world.okafors)
    member = world.join(world.riveras, role or Role.PARENT)
    if role is Role.NANNY:
        CareSession.objects.filter(pk=own.pk).update(nanny=member, nanny_person=member.user)
    address = address_of(member.user)
    of_riveras = address_of(member.user, family_id=world.riveras.id)
    if role is None:
        world.leave(member)
    for path in (address, of_riveras):
        response = Client().get(path)
        assert str(theirs.id) not in response.content.decode()
        assert (str(own.id) in response.content.decode()) == (role is not None)
    assert response.status_code == (404 if role is None else 200)


def test_an_address_that_is_revoked_or_altered_is_not_found(world):
    made, secret = calendar_addresses.make(Draft.of(**FULL), by=world.ana, **ON_THE_WEB)
    known = ask(f"/feeds/{secret}.ics")
    altered = ("A" if secret[0] != "A" else "B") + secret[1:]
    for wrong in (altered, secret[:-1], secret + "A", secret.upper(), "x", "%00", "ü", tokens.hash_of(secret)):
        assert ask(f"/feeds/{wrong}.ics", status=404)["Content-Type"] == "text/plain; charset=utf-8"
    calendar_addresses.revoke(made.id, by=world.ana, **ON_THE_WEB)
    ask(f"/feeds/{secret}.ics", status=404, seen=known)


def test_nobody_makes_addresses_without_end(world):
    made = [calendar_addresses.make(Draft.of(**FULL), by=world.ana, **ON_THE_WEB)[0] for _ in range(30)]
    with pytest.raises(Invalid) as refused:
        address_of(world.ana)
    assert "name" in refused.value.errors
    calendar_addresses.revoke(made[0].id, by=world.ana, **ON_THE_WEB)
    assert ask(address_of(world.ana))


def test_nobody_reads_with_the_address_of_somebody_who_is_gone(world):
    theirs = address_of(world.bea)
    ask(theirs)
    people.set_active("bea@example.com", active=False)
    ask(theirs, status=404)
    of_noor = address_of(world.noor)
    people.delete(by=world.noor, **ON_THE_WEB)
    ask(of_noor, status=404)
    assert not CalendarAddress.objects.filter(person=world.noor).exists()


def test_the_secret_is_stored_nowhere_and_has_256_bits(world):
    made, secret = calendar_addresses.make(Draft.of(**FULL), by=world.ana, **ON_THE_WEB)
    assert len(secret) == 43
    made.refresh_from_db()
    assert secret not in str(vars(made))


# What it costs


def test_a_calendar_is_five_queries_and_no_news_is_one(world, django_assert_num_queries):
    address = address_of(world.noor)
    for number in range(3):
        world.session(wall("2026-06-02 09:00") + timedelta(days=number))
    with django_assert_num_queries(5):
        first = ask(address)
    for number in range(3, 12):
        world.session(wall("2026-06-02 09:00") + timedelta(days=number), family=world.okafors)
    with django_assert_num_queries(5):
        ask(address)
    with django_assert_num_queries(1):
        ask(address, status=304, seen=first)
    with django_assert_num_queries(4):  # who guesses is counted
        ask(address[:-5] + ".ics", status=404)


def test_a_browser_that_is_signed_in_is_not_asked_who_it_is(world, django_assert_num_queries):
    browser, address = Client(), address_of(world.noor)
    browser.force_login(world.ana)
    with django_assert_num_queries(3):
        assert browser.get(address).status_code == 200


def test_whatever_changes_is_said_at_the_next_question(world, clock):
    session = world.session("2026-06-02 09:00")
    address = address_of(world.noor, family_id=world.riveras.id)
    seen = ask(address)
    ask(address, status=304, seen=seen)
    ana, noor = {"by": world.ana, **ON_THE_WEB}, {"by": world.noor, **ON_THE_WEB}
    changes = (
        lambda: care_sessions.confirm(session.id, Draft.of(), **ana),
        lambda: care_sessions.update(session.id, Draft.of(notes="Boots."), **ana),
        lambda: care_sessions.update(session.id, Draft.of(child_ids=[world.theo.id]), **ana),
        lambda: children.update(world.theo.id, Draft.of(first_name="Renamed"), **ana),
        lambda: people.update(Draft.of(name="Renamed"), by=world.noor),
        lambda: care_sessions.cancel(session.id, Draft.of(), **noor),
        lambda: people.update(Draft.of(language="es"), by=world.noor),
        lambda: care_sessions.delete(session.id, **ana),
    )
    for change in changes:
        change()
        now = ask(address, seen=seen)
        assert now.content != seen.content
        seen = now
        ask(address, status=304, seen=seen)
    clock(NOW + timedelta(days=1))
    ask(address, seen=seen)
    members.remove(world.noor_of_riveras.id, **ana)
    ask(address, status=404, seen=seen)


def test_sequence_rises_with_each_change(world):
    session = world.session("2026-06-02 09:00")
    address = address_of(world.noor)
    before = events(ask(address))[0]
    care_sessions.confirm(session.id, Draft.of(), by=world.ana, **ON_THE_WEB)
    after = events(ask(address))[0]
    assert before["UID"] == after["UID"]
    assert before["SEQUENCE"] < after["SEQUENCE"]


def test_thirty_days_back_and_a_year_ahead(world):
    inside = [world.session(at) for at in ("2026-05-03 09:00", "2027-05-30 09:00")]
    for at in ("2026-04-30 09:00", "2027-06-03 09:00"):
        world.session(at)
    assert [event["UID"] for event in events(ask(address_of(world.noor)))] == [str(session.id) for session in inside]


def test_an_app_that_asks_too_often_waits(world, clock, monkeypatch):
    monkeypatch.setattr(calendar_feed, "MOST_AN_HOUR", 3)
    address = address_of(world.noor)
    for minute in range(3):
        clock(NOW + timedelta(minutes=minute))
        seen = ask(address)
    clock(NOW + timedelta(minutes=30))
    assert ask(address, status=429)["Retry-After"] == "1801"
    ask(address, status=304, seen=seen)
    ask(address_of(world.noor, name="Another"))
    clock(NOW + timedelta(hours=1))
    ask(address)


def test_its_last_use_is_noted_once_an_hour(world, clock):
    address = address_of(world.noor)
    seen = ask(address)
    used = CalendarAddress.objects.get
    assert used().last_used_at == NOW
    clock(NOW + timedelta(minutes=59))
    ask(address, status=304, seen=seen)
    assert used().last_used_at == NOW
    clock(NOW + timedelta(minutes=60))
    ask(address, status=304, seen=seen)
    assert used().last_used_at == NOW + timedelta(minutes=60)


def test_it_can_only_be_read(world):
    """Also by an app that tries CalDAV first, and has none of the signs that a form of ours has."""
    address, app = address_of(world.noor), Client(enforce_csrf_checks=True)
    assert app.head(address).content == b""
    for method in ("POST", "PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND", "REPORT", "MKCALENDAR"):
        refused = app.generic(method, address)
        assert (refused.status_code, refused["Allow"]) == (405, "GET, HEAD")


@pytest.mark.parametrize(
    ("takes", "gets"),
    [
        ("gzip", "gzip"),
        ("deflate, br;q=1.0, GZIP;q=0.5", "gzip"),
        ("*", "gzip"),
        ("gzip;q=0.001", "gzip"),
        ("", ""),
        ("identity", ""),
        ("gzip;q=0, *", ""),
        ("gzip; q=0.0", ""),
        ("br, *;q=0", ""),
        ("xgzip;;,=", ""),
    ],
)
def test_it_comes_compressed_to_who_asks_for_that(world, takes, gets):
    world.session("2026-06-02 09:00")
    address = address_of(world.noor)
    plain, response = ask(address), Client().get(address, headers={"Accept-Encoding": takes})
    assert response.get("Content-Encoding", "") == gets
    assert (gzip.decompress(response.content) if gets else response.content) == plain.content
    assert plain["Vary"] == response["Vary"] == "Accept-Encoding"


def test_whoever_has_it_compressed_or_not_hears_that_nothing_is_new(world):
    """One weak tag names both: what stands in them is the same, and the bytes are not (RFC 9110, 8.8.1)."""
    address, takes = address_of(world.noor), {"Accept-Encoding": "gzip"}
    plain, compressed = ask(address), Client().get(address, headers=takes)
    assert plain["ETag"] == compressed["ETag"]
    assert plain["ETag"].startswith('W/"')
    for headers in (takes, {}):
        for tag in (plain["ETag"], plain["ETag"].removeprefix("W/"), f'"other", {plain["ETag"]}', "*"):
            unchanged = Client().get(address, headers={"If-None-Match": tag, **headers})
            assert (unchanged.status_code, unchanged.content) == (304, b"")
            assert (unchanged["ETag"], unchanged["Vary"]) == (plain["ETag"], "Accept-Encoding")
            assert "Content-Encoding" not in unchanged


# A thousand


def test_a_thousand_sessions_are_read_by_other_programs(world, django_assert_num_queries):
    sessions = many(world, 1000)
    address = address_of(world.ana)
    with django_assert_num_queries(5):
        response = ask(address)
    read = icalendar.Calendar.from_ical(response.content)
    assert instants(read.events) == planned(sessions)
    occurrences = recurring_ical_events.of(read).between(FIRST - timedelta(days=1), FIRST + timedelta(days=366))
    assert instants(occurrences) == planned(sessions)


@pytest.mark.parametrize("number", [60, pytest.param(1000, marks=pytest.mark.nightly)])
def test_a_caldav_server_takes_them_and_gives_them_back(world, tmp_path, number):
    sessions = many(world, number)
    server = Radicale(tmp_path)
    server.ask("PUT", "/ana/care/", ask(address_of(world.ana)).content, status=201)
    kept = icalendar.Calendar.from_ical(server.ask("GET", "/ana/care/", status=200))
    assert instants(kept.events) == planned(sessions)
    assert {e["SUMMARY"] for e in kept.events} == {"Not confirmed: Riveras · Emma · Noor"}
    file = server.ask("GET", f"/ana/care/{sessions[0].id}.ics", status=200)
    assert instants(icalendar.Calendar.from_ical(file).events) == planned(sessions[:1])


FIRST = wall("2026-06-01 06:00")


def many(world: World, number: int) -> list[CareSession]:
    """One every so many hours, over both changes of the clocks."""
    every = timedelta(hours=8000 // number)
    sessions = [
        CareSession(
            family=world.riveras,
            scheduled_start=FIRST + every * position,
            scheduled_end=FIRST + every * position + timedelta(hours=6),
            time_zone="America/New_York",
            nanny=world.noor_of_riveras,
            nanny_person=world.noor,
            notes="Bring boots, and a hat; for the “long” way.",
            created_at=NOW,
            updated_at=NOW,
        )
        for position in range(number)
    ]
    CareSession.objects.bulk_create(sessions)
    CareSessionChild.objects.bulk_create(CareSessionChild(session=session, child=world.emma) for session in sessions)
    return sessions


def planned(sessions: list[CareSession]) -> dict[str, tuple[datetime, datetime]]:
    return {str(session.id): (session.scheduled_start, session.scheduled_end) for session in sessions}


def instants(rows: list[icalendar.Event]) -> dict[str, tuple[datetime, datetime]]:
    return {str(event["UID"]): (event.start.astimezone(UTC), event.end.astimezone(UTC)) for event in rows}


@pytest.mark.parametrize("kind", Erased)
def test_who_is_erased_leaves_the_feed_though_no_session_was_moved(world, kind):
    world.session("2026-06-02 09:00", state=State.CONFIRMED, notes="Emma naps at noon.")
    address = address_of(world.noor)
    seen = ask(address)
    assert b"Emma" in seen.content
    word = {Erased.CHILD: str(world.emma.id), Erased.FAMILY: str(world.riveras.id), Erased.PERSON: world.noor.email}
    erasures.erase(erasures.find(kind, word[kind]), at=NOW, source=Source.COMMAND)
    after = ask(address, seen=seen, status=404 if kind is Erased.PERSON else 200)
    assert b"Emma" not in after.content
    assert b"naps" not in after.content
