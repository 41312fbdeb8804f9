"""Notices come to browsers: each kind, in its person's language, and nothing of whom or where on a locked screen."""

from collections.abc import Callable, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from handsel.access import visibility
from handsel.actions import devices
from handsel.management import delivery
from handsel.models import CareSession, Delivery, Device, Family, Notice, User
from handsel.notices.validity import ValidNotice
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind, Outcome
from tests import push_service
from tests.push_service import Browser, PushService
from tests.world import A_MINUTE_AGO, NOW, ZONE, World

pytestmark = pytest.mark.any_database

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def service(settings):
    settings.PUSH_LOOPBACK = True
    with push_service.push_service() as started:
        yield started


@pytest.fixture
def phone(service: PushService) -> Callable[[User], Browser]:
    def of(person: User) -> Browser:
        browser = service.browser()
        devices.add(Draft.of(name="Chrome on Android", **browser.subscription), by=person, **A_MINUTE_AGO)
        return browser

    return of


def notice(world: World, person: User, kind: NoticeKind, **columns: Any) -> Notice:
    defaults = {"person": person, "family": world.riveras, "kind": kind, "at": NOW, "facts": {"by": "Noor", "count": 2}}
    return Notice.objects.create(**defaults | columns)


def on_its_way(row: Notice, *, at=NOW) -> None:
    """Whatever its person wants of this kind."""
    for device in Device.objects.filter(person=row.person):
        Delivery.objects.create(notice=row, device=device, due_at=at, next_at=at)
    Notice.objects.filter(pk=row.pk).update(routed_at=at)


def push(device: Device, notice: Notice, sessions: Sequence[CareSession] = ()) -> None:
    standing = visibility.standing(notice.person, notice.family_id)
    delivery.send_push(device, ValidNotice(notice, list(sessions), standing), at=NOW)


def said_of(kind: NoticeKind, language: str) -> str:
    return SAID[kind][language == "es"]


SAID = {
    NoticeKind.SESSIONS_TO_CONFIRM: ("2 sessions to confirm", "2 sesiones por confirmar"),
    NoticeKind.SESSION_CONFIRMED: ("Noor confirmed a session", "Noor confirmó una sesión"),
    NoticeKind.TOMORROW: ("2 sessions tomorrow", "2 sesiones mañana"),
    NoticeKind.PLAN_ENDS: (
        "A schedule is planned for less than two more weeks",
        "Un horario está planeado para menos de dos semanas más",
    ),
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_every_kind_arrives_in_the_persons_language_and_names_no_child_no_place_and_no_pay(
    world, service, phone, language
):
    Family.objects.filter(pk=world.riveras.pk).update(address="7 Elm Street", notes="The key is under the mat.")
    User.objects.filter(pk=world.ana.pk).update(language=language)
    world.ana.refresh_from_db()
    browser = phone(world.ana)
    session = world.session("2026-06-02 09:00", notes="Emma has a fever.", hourly_rate=Decimal("25.00"))
    for number, kind in enumerate(NoticeKind):
        of = {"session": session} if kind.startswith("session.") else {}
        facts = {"by": "Noor", "count": 2, "schedule": "Emma’s mornings", "first": "2026-06-02", "last": "2026-06-30"}
        row = notice(world, world.ana, kind, facts=facts, at=NOW + number * MINUTE, **of)
        sessions = [session] if of else []
        [device] = Device.objects.filter(person=world.ana)
        push(device, row, sessions)
        heard = service.heard(browser)[-1]
        assert heard["tag"] == str(row.pk)
        assert heard["language"] == language
        assert heard["to"].startswith("/")
        assert heard["body"], kind
        if kind in SAID:
            assert heard["title"] == said_of(kind, language)
        shown = f"{heard['title']} {heard['body']}"
        for secret in ("Emma", "Riveras", "Elm", "key", "fever", "25", "$"):
            assert secret not in shown.replace("2025", ""), (kind, shown)
    assert len(service.rung) == len(NoticeKind)
    assert len({rung.headers["topic"] for rung in service.rung}) == len(NoticeKind)
    assert all(len(rung.headers["topic"]) <= 32 for rung in service.rung)


def test_what_one_session_is_about_is_its_day_and_hours_by_the_persons_own_clock(world, service, phone):
    User.objects.filter(pk=world.ana.pk).update(hour_cycle=12)
    world.ana.refresh_from_db()
    browser = phone(world.ana)
    row = notice(world, world.ana, NoticeKind.SESSION_PLANNED, session=world.session("2026-06-02 09:00"))
    on_its_way(row)
    assert delivery.deliver(NOW, lambda: NOW) == 1
    [heard] = service.heard(browser)
    assert heard["title"] == "Noor added a session for you to confirm"
    assert heard["body"].replace("\N{NO-BREAK SPACE}", " ") == "Tue, Jun 2, 9:00 AM – 5:00 PM"
    assert heard["to"] == f"/sessions/{row.session_id}/"
    assert NOW <= Device.objects.get().last_push_at < NOW + MINUTE
    assert Delivery.objects.get().outcome == Outcome.SENT


def test_of_several_it_says_how_many_are_still_so_and_on_which_days(world, service, phone):
    browser = phone(world.ana)
    sessions = [world.session(f"2026-06-0{day} 09:00") for day in (2, 4, 5)]
    facts = {"by": "Noor", "count": 3, "sessions": [str(session.id) for session in sessions]}
    row = notice(world, world.ana, NoticeKind.SESSIONS_TO_CONFIRM, facts=facts)
    sessions[2].delete()
    on_its_way(row)
    delivery.deliver(NOW, lambda: NOW)
    [heard] = service.heard(browser)
    assert (heard["title"], heard["body"]) == ("2 sessions to confirm", "2–4 Jun")
    assert heard["to"] == f"/families/{world.riveras.id}/home/"


def test_what_is_of_this_hour_waits_an_hour_for_a_phone_that_is_off_and_other_news_a_day(world, service, phone):
    phone(world.noor)
    session = world.session("2026-06-01 07:30", state=State.CONFIRMED)
    for number, kind in enumerate((NoticeKind.SHOULD_HAVE_STARTED, NoticeKind.SESSION_CONFIRMED)):
        on_its_way(notice(world, world.noor, kind, session=session, at=NOW + number * MINUTE))
    delivery.deliver(NOW, lambda: NOW)
    assert sorted((rung.headers["ttl"], rung.headers["urgency"]) for rung in service.rung) == [
        ("3600", "high"),
        ("86400", "normal"),
    ]


@pytest.mark.parametrize(
    ("kind", "facts", "text"),
    [
        (NoticeKind.TIME_OFF_ENTERED, {"first": "2026-06-08", "last": "2026-06-12", "whose": "Bea"}, "8–12 Jun"),
        (
            NoticeKind.TIME_OFF_ENTERED,
            {"first": "2026-06-08", "last": "2026-06-08", "hours": ["09:00", "12:00"]},
            "Mon 8 Jun, 09:00–12:00",
        ),
        (
            NoticeKind.SESSION_CANCELLED,
            {"start": "2026-06-02T13:00:00+00:00", "end": "2026-06-02T21:00:00+00:00", "zone": ZONE, "deleted": "1"},
            "Tue 2 Jun, 09:00–17:00",
        ),
        (NoticeKind.PLAN_ENDS, {"schedule": "Emma’s mornings", "planned_to": "2026-06-12"}, "planned to Fri 12 Jun"),
        (NoticeKind.MEMBER_JOINED, {"role": "NANNY"}, ""),
    ],
)
def test_of_what_is_no_session_it_says_the_days_alone(world, service, phone, kind, facts, text):
    browser = phone(world.ana)
    row = notice(world, world.ana, kind, facts={"by": "Noor", **facts})
    push(Device.objects.get(), row)
    [heard] = service.heard(browser)
    assert heard["body"] == text


def test_who_lives_by_other_clocks_reads_whose_hours_they_are(world, service, phone):
    User.objects.filter(pk=world.ana.pk).update(time_zone="Europe/Madrid")
    world.ana.refresh_from_db()
    browser = phone(world.ana)
    session = world.session("2026-06-02 09:00")
    row = notice(world, world.ana, NoticeKind.SESSION_PLANNED, session=session)
    push(Device.objects.get(), row, [session])
    [heard] = service.heard(browser)
    assert heard["body"] == "Tue 2 Jun, 09:00–17:00 · New York time"


def told_of_one(world: World, person: User) -> None:
    on_its_way(notice(world, person, NoticeKind.SESSION_PLANNED, session=world.session()))


@pytest.mark.parametrize("status", [404, 410])
def test_a_browser_that_takes_no_more_is_forgotten(world, service, phone, status, caplog):
    phone(world.ana)
    service.answers = [status]
    told_of_one(world, world.ana)
    delivery.deliver(NOW, lambda: NOW)
    assert not Device.objects.exists()
    assert not Delivery.objects.exists()
    assert not [record for record in caplog.records if record.levelname == "ERROR"]


@pytest.mark.parametrize("status", [429, 500, 503])
def test_a_push_service_in_trouble_is_asked_again_later(world, service, phone, status):
    browser = phone(world.ana)
    service.answers = [status, status]
    told_of_one(world, world.ana)
    at = NOW
    for _ in range(3):
        delivery.deliver(at, lambda now=at: now)
        at = Delivery.objects.get().next_at
    assert len(service.heard(browser)) == 3
    assert len({rung.headers["topic"] for rung in service.rung}) == 1  # the last takes the place of the others
    assert Delivery.objects.get().outcome == Outcome.SENT


@pytest.mark.parametrize("status", [400, 403, 413])
def test_what_a_push_service_never_takes_is_not_sent_again(world, service, phone, status, caplog):
    browser = phone(world.ana)
    service.answers = [status]
    told_of_one(world, world.ana)
    delivery.deliver(NOW, lambda: NOW)
    done = Delivery.objects.get()
    assert (done.outcome, done.last_error) == (Outcome.REFUSED, f"answer {status}")
    assert Device.objects.exists()
    assert browser.endpoint not in caplog.text
    assert "127.0.0.1" not in caplog.text


def test_what_was_claimed_for_one_person_is_not_sent_to_the_next(world, service, phone):
    """Bea signs in on Noor's phone between the claim and the sending."""
    phone(world.noor)
    before = Device.objects.get()
    row = notice(world, world.noor, NoticeKind.SESSION_PLANNED, session=world.session())
    devices.move(before.id, by=world.bea, at=NOW)
    push(before, row)
    assert service.rung == []


def test_a_phone_that_was_removed_meanwhile_is_not_rung(world, service, phone):
    phone(world.noor)
    before = Device.objects.get()
    row = notice(world, world.noor, NoticeKind.SESSION_PLANNED, session=world.session())
    before.delete()
    before.pk = row.pk  # an id that is nobody's
    push(before, row)
    assert service.rung == []


def test_two_people_with_two_phones_each_hear_their_own(world, service, phone):
    of_ana, of_luis = phone(world.ana), phone(world.luis)
    session = world.session()
    for person in (world.ana, world.luis):
        on_its_way(notice(world, person, NoticeKind.SESSION_PLANNED, session=session))
    delivery.deliver(NOW, lambda: NOW)
    assert len(service.heard(of_ana)) == len(service.heard(of_luis)) == 1
