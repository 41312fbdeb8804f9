"""Which versions of the terms bind which nanny, and from when."""

from datetime import date
from decimal import Decimal

import pytest

from handsel.queries import pay_policies
from handsel.rules.pay.terms import Night, SeventhDay, Tier
from handsel.rules.recurrence import Weekday
from tests.models.broken_pay import a_policy

pytestmark = pytest.mark.django_db


def _holds(world, nanny):
    timeline = pay_policies.timeline(pay_policies.versions(world.riveras.id), nanny)
    return [(date.fromordinal(day), terms.key) for day, terms in timeline.holds]


def test_a_nanny_goes_by_the_familys_versions_until_their_own_begin(world):
    first = a_policy(world)
    a_policy(world, family=world.okafors, created_by=world.ada_of_okafors)
    later = a_policy(world, effective_from=date(2026, 6, 1))
    noors = a_policy(world, effective_from=date(2026, 5, 1), nanny=world.noor_of_riveras)
    assert _holds(world, world.noor_of_riveras.id) == [(date(2026, 3, 2), first.id), (date(2026, 5, 4), noors.id)]
    assert _holds(world, world.bea_of_riveras.id) == [(date(2026, 3, 2), first.id), (date(2026, 6, 1), later.id)]
    assert _holds(world, None) == _holds(world, world.bea_of_riveras.id)


def test_a_version_holds_from_the_start_of_a_workweek(world):
    versions = [a_policy(world), a_policy(world, effective_from=date(2026, 3, 11))]
    days = [date(2026, 3, 1), date(2026, 3, 15), date(2026, 3, 16)]
    assert [pay_policies.holding_on(versions, None, day) for day in days] == [None, *versions]


def test_every_field_reaches_the_arithmetic(world):
    policy = a_policy(
        world,
        night={"from": "22:00", "to": "06:00", "amount": "90.00", "atLeastMinutes": 240, "counts": False},
        holidays=[{"date": "2026-12-25", "name": "Christmas"}],
        holiday_multiplier=Decimal("1.50"),
        cancellation_tiers=[{"noticeHours": 24, "percent": 50, "minimumMinutes": 120}],
        rolled_up_holiday_percent=Decimal("12.07"),
        basic_rate=Decimal("20.00"),
        guaranteed_minutes=2400,
        minimum_wage=Decimal("7.25"),
        workweek_start=Weekday.SUNDAY,
        seventh_day=SeventhDay.OVERTIME,
        nanny=world.noor_of_riveras,
    )
    policy.refresh_from_db()
    terms = policy.terms
    assert terms.own
    assert isinstance(terms.night, Night)
    assert (terms.night.begins.hour, terms.night.ends.hour, terms.night.amount) == (22, 6, 9000)
    assert (terms.night.at_least, terms.night.counts) == (240, False)
    assert (terms.holidays, terms.holiday_multiplier) == ({date(2026, 12, 25)}, 150)
    assert terms.cancellation_tiers == (Tier(24, 50, 120),)
    assert (terms.rolled_up_holiday_percent, terms.basic_rate, terms.minimum_wage) == (1207, 2000, 725)
    assert (terms.guaranteed_minutes, terms.workweek_start) == (2400, Weekday.SUNDAY)
    assert (terms.overtime_multiplier, terms.double_multiplier, terms.seventh_day) == (150, 200, SeventhDay.OVERTIME)
