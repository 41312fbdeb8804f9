"""The clock steps: what is due is done, what forgets and plans waits for a second look, and it is said."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone

from handsel.actions import care_sessions, clock_looks, duties, extending, rate_limits
from handsel.actions.rate_limits import RateLimit
from handsel.management import setup, worker
from handsel.models import CareSession, Delivery, Event, Invitation, Notice
from handsel.models import Duty as Row
from handsel.notices import delivery, routing
from handsel.pages import history
from handsel.queries import families, health
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.notices import Lane
from handsel.rules.refusals import TooManyRequests
from tests.actions.kept_planned import keep
from tests.world import LONG_AGO, NOW

SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
YEAR = 365 * DAY
BOOK = [duty for duty in worker.DUTIES if duty.lane == "book"]


class Clock:
    """What the doors see; the worker looks every quarter of a minute."""

    def __init__(self, monkeypatch):
        self.at = NOW
        monkeypatch.setattr(timezone, "now", lambda: self.at)

    def start(self):
        setup._drop_over(self.at)
        duties.announce({duty.name: duty.late_after for duty in BOOK}, at=self.at)
        self.look()

    def look(self):
        for duty in BOOK:
            worker.run_duty(duty, self.at, {})

    def step(self, by, *, restart):
        """And 75 seconds go by."""
        self.at += by
        if restart:
            self.start()
        for seconds in (15, 60):
            self.at += seconds * SECOND
            self.look()

    def done(self, *, since):
        rows = Row.objects.filter(done_at__range=(since, self.at))
        return set(rows.values_list("name", flat=True))


@pytest.mark.parametrize("restart", [True, pytest.param(False, marks=pytest.mark.nightly)])
@pytest.mark.parametrize("steps", [[-HOUR], [-DAY], [DAY, -DAY], [YEAR, -YEAR]], ids=str)
def test_nothing_is_lost_or_planned_by_a_clock_that_stepped_and_everything_goes_on(world, monkeypatch, steps, restart):
    clock = Clock(monkeypatch)
    keep(world.schedule(), world.ana)
    clock.start()
    planned = CareSession.objects.count()
    Session.objects.create(session_key="ana", session_data="", expire_date=NOW + 2 * HOUR)
    Invitation.objects.create(
        family=world.riveras,
        role="PARENT",
        email="bea@example.com",
        token_hash="x" * 64,
        created_at=NOW,
        expires_at=NOW + 7 * DAY,
        invited_by=world.ana_of_riveras,
    )
    Notice.objects.create(person=world.ana, family=world.riveras, kind="member.joined", at=NOW - 10 * DAY)
    told = Notice.objects.count()
    clock.at += 5 * MINUTE
    clock.look()
    for by in steps:
        clock.step(by, restart=restart)
        assert CareSession.objects.count() == planned
        assert Session.objects.count() == Invitation.objects.count() == 1
        assert Notice.objects.filter(over_at=None).count() >= told
        assert {"remind", "drop unsent forms"} <= clock.done(since=clock.at - 90 * SECOND)
        assert any("The clock went" in trouble for trouble in health.other_troubles(clock.at))
        assert health.trouble(clock.at) is None
    right = clock.at
    for _ in range(7):
        clock.at += 10 * MINUTE
        clock.look()
    assert {duty.name for duty in BOOK} == clock.done(since=right)
    assert health.other_troubles(clock.at) == []


def test_a_week_of_the_year_after_keeps_no_schedule_from_being_planned(world):
    keep(world.schedule(), world.ana)
    assert extending.extend(NOW) == 8
    assert extending.extend(NOW + YEAR)
    assert extending.extend(NOW + 7 * DAY) == 3


def test_a_letter_that_was_put_off_before_the_clock_went_back_leaves(world):
    rows = {"person": world.ana, "family": world.riveras, "kind": "session.cancelled"}
    tried, waits = Notice.objects.create(at=LONG_AGO, **rows), Notice.objects.create(at=LONG_AGO, **rows)
    morning = NOW + 9 * HOUR
    Delivery.objects.create(notice=waits, due_at=morning, next_at=morning)
    clock_looks.look(NOW + DAY)
    Delivery.objects.create(notice=tried, due_at=LONG_AGO, next_at=NOW + DAY + HOUR, attempts=3)
    new = Notice.objects.create(at=NOW + DAY, **rows)
    Delivery.objects.create(notice=new, due_at=NOW + DAY, next_at=NOW + DAY)
    clock_looks.look(NOW)
    assert list(Delivery.objects.order_by("next_at").values_list("notice", "next_at")) == [
        (new.id, NOW),
        (tried.id, NOW + HOUR),
        (waits.id, morning),
    ]
    assert [row.notice_id for row in delivery.claim(NOW, lane=Lane.LETTERS)] == [new.id]


def test_a_notice_of_later_than_now_is_routed(world):
    Notice.objects.create(person=world.ana, family=world.riveras, kind="session.cancelled", at=NOW + HOUR)
    assert routing.route(NOW) == 1


def test_a_limit_that_was_full_before_the_clock_went_back_is_over(db):
    limit = RateLimit("sign in", 1, HOUR)
    rate_limits.count(limit, "ana", at=NOW + YEAR)
    with pytest.raises(TooManyRequests):
        rate_limits.check(limit, "ana", at=NOW + YEAR)
    rate_limits.check(limit, "ana", at=NOW)
    rate_limits.count(limit, "ana", at=NOW)
    with pytest.raises(TooManyRequests):
        rate_limits.count(limit, "ana", at=NOW)


def test_pauses_of_the_worker_do_not_go_by_the_clock(monkeypatch):
    looks, stop = [], worker.Event()

    def look(_duty, at, _reported):
        looks.append(at)
        if looks[1:]:
            stop.set()
        return 0

    monkeypatch.setattr(timezone, "now", lambda: NOW - YEAR if looks else NOW)
    monkeypatch.setattr(worker, "run_duty", look)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(worker, "_PAUSE", 0.001)
    worker._work([worker.Duty("knit", timedelta(milliseconds=1), lambda _: 0)], stop)
    assert looks == [NOW, NOW - YEAR]


def test_history_is_told_in_the_order_in_which_it_was_written(world):
    session = world.session()
    moves = {"confirm": timedelta(), "cancel": -DAY, "restore": -DAY + MINUTE}
    for name, by in moves.items():
        getattr(care_sessions, name)(session.id, Draft.of(), by=world.ana, at=NOW + by, source=Source.WEB)
    kinds = [f"care_session.{name}" for name in ("confirmed", "cancelled", "restored")]
    assert [event.kind for event in history.events(world.ana, session)] == kinds
    first = families.session_events(world.ana, session.id, Draft.of(limit=2))
    rest = families.session_events(world.ana, session.id, Draft.of(limit=2, cursor=first.next))
    assert [event.kind for event in (*first.items, *rest.items)] == kinds
    many = [Event(family=world.riveras, kind=kind, at=NOW - YEAR, source="WEB") for kind in ("b", "a")]
    Event.insert_many(many)
    written = Event.objects.filter(family=world.riveras).order_by(*Event.AS_WRITTEN)
    assert list(written.values_list("kind", flat=True)) == [*kinds, "b", "a"]
    assert list(written.values_list("number", flat=True))[:4] == [1, 2, 3, 4]


def test_healthz_names_it_and_stays_well(client, db, monkeypatch):
    duties.announce({"forget": HOUR}, at=NOW)
    clock_looks.look(NOW)
    monkeypatch.setattr(timezone, "now", lambda: NOW - DAY)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")
    assert answer.json()["trouble"] == [
        "The clock went back by 24 hours; it then showed 2026-05-31 12:00 UTC.",
        "By a clock that went back since, this was put off too far, and is due now: forget.",
    ]
