"""Cases that break the promises about pay periods, and about what approving them stored."""

from datetime import date
from typing import Any

from django.db import connection, models

from handsel.models import ApprovedAmounts, CareSession, Member, PayPeriod
from handsel.rules.pay.periods import PeriodStatus
from tests.models.breaking import Cases, change, copy, key
from tests.models.broken_pay_items import an_item
from tests.world import LONG_AGO, NOW, World, wall

cases = Cases()
breaks = cases.breaks

MAY_4, MAY_10 = date(2026, 5, 4), date(2026, 5, 10)
NO_TOTALS = dict.fromkeys(
    [
        *("work", "premium", "notWorked", "other", "gross", "reimbursements", "gifts", "due", "federalPremium"),
        *("workedMinutes", "overtimeMinutes", "notWorkedMinutes"),
    ],
    "0.00",
)
NEXT = {"from_date": date(2026, 5, 11), "to_date": date(2026, 5, 17)}


def a_period(world: World, status: PeriodStatus = PeriodStatus.OPEN, **columns: Any) -> PayPeriod:
    """Noor's week from Monday, 4 May 2026, as this status needs it."""
    nanny: Member | None = columns.pop("nanny", world.noor_of_riveras)
    if status is not PeriodStatus.OPEN:
        columns = {"submitted_at": LONG_AGO, "submitted_by": world.noor_of_riveras, **columns}
    family = columns.pop("family", world.riveras)
    days = {"from_date": MAY_4, "to_date": MAY_10, "created_at": LONG_AGO, "updated_at": LONG_AGO, **columns}
    early = PeriodStatus.SUBMITTED if status is PeriodStatus.APPROVED else status
    period = PayPeriod.objects.create(family=family, nanny=nanny, status=early, **days)
    if status is PeriodStatus.APPROVED:
        period.amounts, period.status = amounts_of(world, period), status
        period.approved_at, period.approved_by = LONG_AGO, world.ana_of_riveras
        period.save()
    return period


def amounts_of(world: World, period: PayPeriod) -> ApprovedAmounts:
    stored: dict[str, Any] = {name: [] for name in ("lines", "weeks", "apart", "warnings", "policy_ids")}
    return ApprovedAmounts.objects.create(
        family=period.family,
        period=period,
        approved_at=LONG_AGO,
        approved_by=world.ana_of_riveras,
        totals=NO_TOTALS,
        **stored,
    )


def settle_all(world: World, nanny: Member) -> PayPeriod | None:
    """Approve all of a nanny's periods, whatever they were, and return the last."""
    last = None
    for period in PayPeriod.objects.filter(nanny=nanny).order_by("from_date"):
        if period.status != PeriodStatus.APPROVED:
            period.amounts, period.status = amounts_of(world, period), PeriodStatus.APPROVED
            period.submitted_at, period.submitted_by = LONG_AGO, nanny
            period.save()
        last = period
    return last


@breaks("pay_periods_touch")
def the_next_period_leaves_a_gap(world: World) -> None:
    copy(a_period(world), from_date=date(2026, 5, 12), to_date=date(2026, 5, 17))


@breaks("pay_periods_touch")
def the_next_period_overlaps(world: World) -> None:
    copy(a_period(world), from_date=date(2026, 5, 10), to_date=date(2026, 5, 17))


@breaks("pay_periods_touch")
def a_period_comes_before_the_first(world: World) -> None:
    copy(a_period(world), from_date=date(2026, 4, 27), to_date=date(2026, 5, 3))


@breaks("pay_periods_touch")
def nobodys_next_period_leaves_a_gap(world: World) -> None:
    copy(a_period(world, nanny=None), from_date=date(2026, 5, 12), to_date=date(2026, 5, 17))


@breaks("pay_periods_touch")
def a_period_that_another_follows_grows(world: World) -> None:
    period = a_period(world)
    a_period(world, **NEXT)
    change(period, to_date=date(2026, 5, 12))


@breaks("pay_periods_touch")
def a_period_that_was_submitted_shrinks(world: World) -> None:
    change(a_period(world, submitted_at=NOW, submitted_by=world.noor_of_riveras), to_date=date(2026, 5, 9))


@breaks("pay_periods_touch")
def a_period_begins_on_another_day(world: World) -> None:
    change(a_period(world), from_date=date(2026, 5, 5))


@breaks("pay_periods_touch")
def a_period_becomes_beas(world: World) -> None:
    change(a_period(world), nanny=world.bea_of_riveras.id)


@breaks("pay_periods_touch")
def a_period_becomes_nobodys(world: World) -> None:
    change(a_period(world), nanny=None)


def _delete(row: models.Model) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {row._meta.db_table} WHERE id = %s", key(row))


@breaks("pay_periods_touch")
def a_period_that_another_follows_goes(world: World) -> None:
    period = a_period(world)
    a_period(world, **NEXT)
    _delete(period)


@breaks("pay_periods_touch")
def a_period_that_was_submitted_goes(world: World) -> None:
    _delete(a_period(world, PeriodStatus.QUERIED))


@breaks("one_period_begins_on_a_day", only_on="sqlite")
def two_periods_begin_on_a_day(world: World) -> None:
    period = a_period(world)
    with connection.cursor() as cursor:  # the trigger is first to say so
        cursor.execute("DROP TRIGGER IF EXISTS pay_periods_touch_on_insert")
    copy(period)


@breaks("one_period_begins_on_a_day", only_on="postgresql")
def two_periods_begin_on_a_day_in_a_shared_book(world: World) -> None:
    period = a_period(world)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS pay_periods_touch ON handsel_payperiod")
    copy(period)


@breaks("one_submitted_period_per_nanny", only_on="sqlite")
def two_periods_are_submitted(world: World) -> None:
    period = a_period(world, PeriodStatus.SUBMITTED)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS approved_in_order_on_insert")
    copy(period, **NEXT)


@breaks("one_submitted_period_per_nanny", only_on="postgresql")
def two_periods_are_submitted_in_a_shared_book(world: World) -> None:
    period = a_period(world, PeriodStatus.SUBMITTED)
    with connection.cursor() as cursor:
        cursor.execute("DROP TRIGGER IF EXISTS approved_in_order ON handsel_payperiod")
    copy(period, **NEXT)


@breaks("approved_in_order")
def the_second_period_is_submitted_first(world: World) -> None:
    a_period(world)
    change(
        a_period(world, **NEXT),
        status=PeriodStatus.SUBMITTED,
        submitted_at=NOW,
        submitted_by=world.noor_of_riveras.id,
    )


@breaks("approved_in_order")
def nobodys_second_period_is_submitted_beside_the_first(world: World) -> None:
    copy(a_period(world, PeriodStatus.SUBMITTED, nanny=None), **NEXT)


@breaks("approved_in_order")
def a_period_is_reopened_below_another(world: World) -> None:
    period = a_period(world, PeriodStatus.APPROVED)
    a_period(world, PeriodStatus.SUBMITTED, **NEXT)
    change(period, status=PeriodStatus.REOPENED, amounts=None)


def a_held_session(world: World) -> CareSession:
    """On the last day of a period that was submitted."""
    session = world.session("2026-05-10 09:00")
    a_period(world, PeriodStatus.SUBMITTED)
    return session


@breaks("held_sessions_stay")
def a_session_comes_to_a_held_day(world: World) -> None:
    a_period(world, PeriodStatus.SUBMITTED)
    world.session("2026-04-27 09:00")  # a week before her first period


@breaks("held_sessions_stay")
def nobodys_session_comes_to_a_held_day(world: World) -> None:
    a_period(world, PeriodStatus.SUBMITTED, nanny=None)
    world.session("2026-05-04 09:00", nanny=None)


@breaks("held_sessions_stay")
def a_held_session_changes(world: World) -> None:
    change(a_held_session(world), notes="All well.")


@breaks("held_sessions_stay")
def a_held_session_is_written_as_it_is(world: World) -> None:
    session = a_held_session(world)
    change(session, version=session.version)


@breaks("held_sessions_stay")
def a_held_session_is_given_away(world: World) -> None:
    change(a_held_session(world), nanny=world.bea_of_riveras.id, nanny_person=world.bea.id)


@breaks("held_sessions_stay")
def a_session_is_given_to_who_settled_the_day(world: World) -> None:
    session = world.session("2026-05-10 09:00", nanny=world.bea_of_riveras)
    a_period(world, PeriodStatus.SUBMITTED)
    change(session, nanny=world.noor_of_riveras.id, nanny_person=world.noor.id)


@breaks("held_sessions_stay")
def a_session_moves_to_a_held_day(world: World) -> None:
    session = world.session("2026-05-11 09:00")
    a_period(world, PeriodStatus.SUBMITTED)
    change(session, scheduled_start=wall("2026-05-10 23:00"), pay_date=date(2026, 5, 10))


@breaks("held_sessions_stay")
def a_held_session_goes(world: World) -> None:
    session = a_held_session(world)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM handsel_caresession WHERE id = %s", key(session))


@breaks("held_sessions_stay")
def a_held_session_is_another_schedules(world: World) -> None:
    session, schedule = a_held_session(world), world.schedule()
    change(session, schedule=schedule.id)


@breaks("held_sessions_stay")
def a_child_comes_to_a_held_session(world: World) -> None:
    copy(a_held_session(world).child_links.get(), child=world.theo.id)


@breaks("held_sessions_stay")
def a_held_session_is_another_childs(world: World) -> None:
    change(a_held_session(world).child_links.get(), child=world.theo.id)


@breaks("held_sessions_stay")
def a_child_leaves_a_held_session(world: World) -> None:
    _delete(a_held_session(world).child_links.get())


@breaks("held_items_stay")
def an_item_comes_to_a_held_day(world: World) -> None:
    item = an_item(world, date=date(2026, 6, 1))
    a_period(world, PeriodStatus.SUBMITTED)
    copy(item, date=MAY_10)


@breaks("held_items_stay")
def a_held_item_changes(world: World) -> None:
    item = an_item(world, date=MAY_10)
    a_period(world, PeriodStatus.SUBMITTED)
    change(item, reason="Thank you.")


@breaks("held_items_stay")
def a_held_item_goes(world: World) -> None:
    item = an_item(world, date=MAY_10)
    a_period(world, PeriodStatus.SUBMITTED)
    _delete(item)


@breaks("period_nanny_is_of_the_family")
def the_riveras_have_a_period_of_noor_as_the_okafors_know_her(world: World) -> None:
    copy(a_period(world), nanny=world.noor_of_okafors.id)


@breaks("period_status_is_known")
def a_period_is_paid(world: World) -> None:
    change(a_period(world, submitted_at=NOW, submitted_by=world.noor_of_riveras), status="PAID")


@breaks("period_ends_after_it_begins")
def a_period_ends_the_day_before(world: World) -> None:
    change(a_period(world), to_date=date(2026, 5, 3))


@breaks("approved_periods_have_amounts")
def a_period_is_approved_without_amounts(world: World) -> None:
    change(a_period(world, PeriodStatus.SUBMITTED), status=PeriodStatus.APPROVED)


@breaks("approved_periods_have_amounts")
def a_reopened_period_keeps_its_amounts(world: World) -> None:
    change(a_period(world, PeriodStatus.APPROVED), status=PeriodStatus.REOPENED)


@breaks("what_was_submitted_says_by_whom")
def nobody_submitted_it(world: World) -> None:
    change(a_period(world), status=PeriodStatus.SUBMITTED)


@breaks("only_what_is_approved_is_asked_to_reopen")
def an_open_period_is_asked_to_reopen(world: World) -> None:
    change(a_period(world), reopen_ask="Thirty minutes are missing.", reopen_asked_at=NOW)


@breaks("approved_amounts_never_change")
def approved_amounts_change(world: World) -> None:
    change(amounts_of(world, a_period(world)), totals={"due": "1.00"})


@breaks("approved_amounts_never_change")
def approved_amounts_go(world: World) -> None:
    _delete(amounts_of(world, a_period(world)))


@breaks("approved_amounts_never_change", only_on="sqlite")
def approved_amounts_are_replaced(world: World) -> None:
    stored = amounts_of(world, a_period(world))
    with connection.cursor() as cursor:
        cursor.execute("INSERT OR REPLACE INTO handsel_approvedamounts SELECT * FROM handsel_approvedamounts")
    assert stored


@breaks("all_approved_amounts_are_kept", only_on="postgresql")
def all_approved_amounts_go(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE handsel_approvedamounts CASCADE")
