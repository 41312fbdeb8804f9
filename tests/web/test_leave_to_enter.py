"""A nanny's time off as paid time or unpaid leave, by one press."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from handsel.actions import care_sessions, time_off
from handsel.models import PayItem, PayPolicy
from handsel.queries import timesheets
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.time_off import Decision
from tests.models.broken_pay_items import an_item
from tests.models.broken_pay_periods import a_period
from tests.world import LONG_AGO, NOW, ON_THE_WEB

pytestmark = pytest.mark.any_database


@pytest.fixture
def terms(world):
    """40 guaranteed hours at $20.00, from Monday on."""
    return PayPolicy.objects.create(
        family=world.riveras,
        effective_from=date(2026, 1, 5),
        guaranteed_minutes=2400,
        basic_rate=Decimal("20.00"),
        created_by=world.ana_of_riveras,
        created_at=LONG_AGO,
    )


def away(world, *, sessions=Decision.CANCEL, by=None, first=date(2026, 6, 2), last=date(2026, 6, 3), **more):
    draft = Draft.of(from_date=first, to_date=last, sessions=sessions, **more)
    return time_off.create(world.riveras.id, draft, by=by or world.noor, **ON_THE_WEB).id


def agreed(world, start, **columns):
    return world.session(start, state=State.CONFIRMED, **columns)


def test_what_it_took_of_confirmed_sessions_is_offered_by_a_press_and_once(ana, noor, world, terms):
    agreed(world, "2026-06-02 06:00", hours=8)
    agreed(world, "2026-06-03 06:00", hours=5.5)
    world.session("2026-06-03 15:00", hours=2)  # never confirmed
    entry = away(world)
    page = ana.get("time_off_entry", entry)
    assert page.says("It took 8 h on Tue 2 Jun and 5 h 30 min on Wed 3 Jun of confirmed sessions.")
    assert page.says("Sick pay, $270.00")
    assert not page.offers("delete_time_off", entry)  # Noor's own
    assert not PayItem.objects.exists()
    sent = {"family_id": str(world.riveras.id), "kind": "SICK"}
    page = noor.press("pay_time_off", entry, **sent)
    assert page.says("Entered: Sick pay, 13 h 30 min.")
    assert page.says("Entered already: Tue 2 Jun and Wed 3 Jun.")
    assert not page.offers("pay_time_off", entry)
    items = PayItem.objects.order_by("date").values_list("date", "minutes", "hourly_rate", "entered_by")
    rate, own = Decimal("20.00"), world.noor_of_riveras.id
    assert list(items) == [(date(2026, 6, 2), 480, rate, own), (date(2026, 6, 3), 330, rate, own)]
    assert ana.press("pay_time_off", entry, **sent).says("There is nothing left to enter of this time off.")
    assert PayItem.objects.count() == 2


def test_a_day_that_has_an_entry_is_left_out(noor, world):
    world.riveras.default_hourly_rate = Decimal("25.00")
    world.riveras.save()
    agreed(world, "2026-06-02 06:00")
    agreed(world, "2026-06-03 06:00")
    entry = away(world)
    an_item(world, kind="PAID_TIME_OFF", date=date(2026, 6, 2))
    page = noor.get("time_off_entry", entry)
    assert page.says("It took 8 h on Wed 3 Jun of confirmed sessions.")
    assert page.says("Entered already: Tue 2 Jun.")
    noor.post("pay_time_off", entry, family_id=str(world.riveras.id), kind="UNPAID_LEAVE")
    assert PayItem.objects.filter(kind="UNPAID_LEAVE").get().date == date(2026, 6, 3)


@pytest.mark.parametrize("decision", [Decision.UNASSIGN, Decision.KEEP])
def test_what_another_looks_after_was_taken_and_what_stays_was_not(noor, world, terms, decision):
    agreed(world, "2026-06-02 06:00")
    entry = away(world, sessions=decision)
    page = noor.get("time_off_entry", entry)
    assert page.says("It took 8 h on Tue 2 Jun") is (decision is Decision.UNASSIGN)
    assert page.says("there is nothing to enter") is (decision is Decision.KEEP)


def test_of_a_shortened_session_it_took_what_is_missing(noor, world, terms):
    session = agreed(world, "2026-06-02 06:00")
    hours = {"start_time": "12:00", "end_time": "18:00", "from_date": "2026-06-02", "to_date": "2026-06-02"}
    sent = {"decided": "1", "sessions": "KEEP", f"session-{session.id}": f"{session.version}:SHORTEN:0"}
    noor.post("time_off", world.riveras.id, reason="", **hours, **sent)
    entry = world.riveras.time_off.get().id
    session.refresh_from_db()
    assert session.scheduled_end - session.scheduled_start == timedelta(hours=6)
    assert noor.get("time_off_entry", entry).says("It took 2 h on Tue 2 Jun of confirmed sessions.")


def test_what_was_planned_again_was_not_taken(noor, world, terms):
    session = agreed(world, "2026-06-02 06:00")
    entry = away(world)
    care_sessions.move(Move.RESTORE, session.id, by=world.ana, **ON_THE_WEB)
    assert noor.get("time_off_entry", entry).says("there is nothing to enter")


@pytest.mark.parametrize(
    ("kind", "fewer"), [("", 8), ("UNPAID_LEAVE", 8), ("PAID_TIME_OFF", 0)], ids=["nothing", "leave", "paid"]
)
def test_the_guarantee_is_what_the_page_says(noor, world, terms, kind, fewer):
    """The timesheet's top-up of a week of 32 h worked and 8 h called off."""
    for day in (1, 3, 4, 5):
        world.session(f"2026-06-0{day} 06:00", state=State.COMPLETED)
    agreed(world, "2026-06-02 06:00")
    entry = away(world, last=date(2026, 6, 2))
    assert noor.get("time_off_entry", entry).says(
        "The terms guarantee 40 h a week. As paid time it counts toward them. As unpaid leave they are 8 h fewer, and"
        " without an entry 8 h fewer."
    )
    if kind:
        noor.post("pay_time_off", entry, family_id=str(world.riveras.id), kind=kind)
    week = (date(2026, 6, 1), date(2026, 6, 7))
    sheet = timesheets.of_nanny(world.riveras, world.noor_of_riveras.id, *week, at=NOW + timedelta(days=7))
    lines = {line.kind: line.minutes for line in sheet.lines if line.kind != "WORK"}
    paid = Decimal(480) if kind == "PAID_TIME_OFF" else 0
    assert lines.get("PAID_TIME_OFF", 0) == paid
    assert lines.get("GUARANTEE", 0) == 2400 - fewer * 60 - 4 * 480 - paid


def test_a_day_that_is_settled_says_so(noor, world, terms):
    agreed(world, "2026-06-02 06:00")
    entry = away(world)
    period = a_period(world, PeriodStatus.SUBMITTED, to_date=date(2026, 6, 3))
    page = noor.get("time_off_entry", entry)
    assert page.says("This day is settled with the pay period 4 May – 3 Jun")
    assert page.offers("pay_period", period.id)
    sent = {"family_id": str(world.riveras.id), "kind": "SICK"}
    assert noor.press("pay_time_off", entry, **sent).says("This day belongs to a pay period that is settled.")
    assert not PayItem.objects.exists()


def test_without_a_rate_only_unpaid_leave_is_offered(noor, world):
    world.riveras.default_hourly_rate = None
    world.riveras.save()
    agreed(world, "2026-06-02 06:00")
    page = noor.get("time_off_entry", away(world))
    assert page.says("The terms guarantee no hours on these days, so unpaid leave changes no amount.")
    assert 'value="UNPAID_LEAVE"' in page.html
    assert 'value="SICK"' not in page.html


def test_the_familys_default_rate_is_no_nannys_to_see(ana, noor, world):
    agreed(world, "2026-06-02 06:00")
    entry = away(world)
    assert world.riveras.default_hourly_rate == Decimal("25.00")
    assert ana.get("time_off_entry", entry).says("Sick pay, $200.00")
    assert "$" not in noor.get("time_off_entry", entry).text


def test_of_the_familys_own_time_off_nothing_is_offered(ana, world, terms):
    agreed(world, "2026-06-02 06:00")
    entry = away(world, by=world.ana, nanny_id=None)
    assert not ana.get("time_off_entry", entry).offers("pay_time_off", entry)


def test_the_list_leads_a_parent_there(ana, bea, world):
    entry = away(world)
    assert ana.get("time_off", world.riveras.id).offers("time_off_entry", entry)
    assert not bea.get("time_off", world.riveras.id).offers("time_off_entry", entry)
    bea.get("time_off_entry", entry, status=403)
