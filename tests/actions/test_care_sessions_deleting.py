"""Deleting a session: its line stays, its slot is free again."""

from datetime import date, datetime

import pytest

from handsel.actions import care_sessions
from handsel.models import CareSession, Event, PayPolicy
from handsel.rules.lifecycle import State
from handsel.rules.refusals import KeptForTheRecord, NotAllowed, NotVisible, VersionConflict
from handsel.rules.roles import Role
from tests.world import LONG_AGO, NOW, ON_THE_WEB

# A wall time that says no offset.
naive = datetime.fromisoformat


def test_deleting_keeps_the_line_and_frees_the_slot(world):
    schedule = world.schedule()
    session = world.session(schedule=schedule, slot_date="2026-06-02", state=State.CONFIRMED, notes="Boots.")
    gone = session.id
    care_sessions.delete(gone, by=world.ana, **ON_THE_WEB)
    assert not CareSession.objects.exists()
    event = Event.objects.get(session_id=gone)
    assert (event.kind, event.schedule_id, event.nanny) == (
        "care_session.deleted",
        schedule.id,
        world.noor_of_riveras,
    )
    assert event.changes["scheduled_start"] == ["2026-06-02T13:00:00Z", None]
    assert event.changes["hourly_rate"] == ["25.00", None]
    assert event.changes["notes"] == ["Boots.", None]
    assert event.changes["child_ids"] == [[str(world.emma.id)], None]
    assert event.changes["slot_date"] == ["2026-06-02", None]
    assert world.told(world.noor) == ["session.cancelled"]
    world.session(schedule=schedule, slot_date="2026-06-02")


@pytest.mark.parametrize("state", State)
def test_only_what_has_not_begun_may_be_deleted(world, state):
    session = world.session(state=state)
    if state in (State.IN_PROGRESS, State.COMPLETED):
        with pytest.raises(KeptForTheRecord):
            care_sessions.delete(session.id, by=world.ana, **ON_THE_WEB)
        assert CareSession.objects.exists()
        assert not Event.objects.exists()
    else:
        care_sessions.delete(session.id, by=world.noor, **ON_THE_WEB)
        assert not CareSession.objects.exists()
        assert bool(world.told(world.ana)) is (state is State.CONFIRMED)


def test_who_may_delete(world):
    of_noor, nobodys = world.session("2026-06-02 09:00"), world.session("2026-06-03 09:00", nanny=None)
    viewer = world.join(world.riveras, Role.VIEWER).user
    for person in (world.bea, viewer):
        with pytest.raises(NotAllowed):
            care_sessions.delete(of_noor.id, by=person, **ON_THE_WEB)
    with pytest.raises(NotVisible):
        care_sessions.delete(of_noor.id, by=world.sam, **ON_THE_WEB)
    with pytest.raises(VersionConflict):
        care_sessions.delete(of_noor.id, by=world.noor, version=9, **ON_THE_WEB)
    care_sessions.delete(of_noor.id, by=world.noor, version=1, **ON_THE_WEB)
    care_sessions.delete(nobodys.id, by=world.bea, **ON_THE_WEB)
    assert not CareSession.objects.exists()


def terms_that_pay_late_cancellations(world) -> None:
    PayPolicy.objects.create(
        family=world.riveras,
        effective_from=date(2026, 5, 1),
        cancellation_tiers=[{"noticeHours": 48, "percent": 50, "minimumMinutes": 0}],
        created_by=world.ana_of_riveras,
        created_at=LONG_AGO,
    )


@pytest.mark.parametrize(
    ("start", "state", "columns"),
    [
        ("2026-06-02 09:00", State.CONFIRMED, {}),
        ("2026-05-31 09:00", State.CONFIRMED, {}),
        ("2026-06-02 09:00", State.CANCELLED, {"cancelled_at": NOW}),
    ],
)
def test_what_is_paid_when_it_is_cancelled_is_kept_for_the_record(world, start, state, columns):
    terms_that_pay_late_cancellations(world)
    session = world.session(start, state=state, **columns)
    with pytest.raises(KeptForTheRecord):
        care_sessions.delete(session.id, by=world.ana, **ON_THE_WEB)
    assert CareSession.objects.exists()


@pytest.mark.parametrize(
    ("start", "state", "columns"),
    [
        ("2026-06-10 09:00", State.CONFIRMED, {}),  # in good time
        ("2026-06-02 09:00", State.UNCONFIRMED, {}),
        ("2026-06-02 09:00", State.CONFIRMED, {"hourly_rate": None}),
        ("2026-06-02 09:00", State.CONFIRMED, {"nanny": None}),  # paid to nobody
        ("2026-06-02 09:00", State.CANCELLED, {"cancelled_at": NOW, "cancelled_for": "NANNY"}),
        ("2026-06-02 09:00", State.CANCELLED, {"cancelled_at": LONG_AGO}),
    ],
)
def test_what_is_not_paid_may_be_deleted(world, start, state, columns):
    terms_that_pay_late_cancellations(world)
    care_sessions.delete(world.session(start, state=state, **columns).id, by=world.ana, **ON_THE_WEB)
    assert not CareSession.objects.exists()
