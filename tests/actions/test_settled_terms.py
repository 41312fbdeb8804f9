"""Terms once pay is settled: never backwards, and nothing while it is submitted."""

from datetime import date

import pytest

from handsel.actions import pay_policies
from handsel.models import PayPolicy
from handsel.rules.drafts import Draft
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.refusals import Invalid, KeptForTheRecord, Locked
from tests.models.broken_pay import a_policy
from tests.models.broken_pay_periods import NEXT, a_period
from tests.world import ON_THE_WEB

pytestmark = pytest.mark.django_db

# It is Monday, 1 June 2026.
LONG_PAST, MONDAY, NEXT_MONDAY = date(2026, 3, 30), date(2026, 6, 1), date(2026, 6, 8)


def add(world, day, **said):
    return pay_policies.create(world.riveras.id, Draft.of(effective_from=day, **said), by=world.ana, **ON_THE_WEB)


def change(world, policy, **said):
    return pay_policies.update(policy.id, Draft.of(**said), by=world.ana, **ON_THE_WEB)


def remove(world, policy):
    pay_policies.delete(policy.id, by=world.ana, **ON_THE_WEB)


@pytest.mark.parametrize("status", [PeriodStatus.OPEN, PeriodStatus.QUERIED, PeriodStatus.REOPENED])
def test_while_nothing_is_approved_terms_are_made_for_any_day_and_changed(world, status):
    a_period(world, status)
    policy = add(world, LONG_PAST)
    change(world, policy, weekly_overtime_after=2400)
    remove(world, policy)


def test_nothing_changes_while_a_period_is_submitted(world):
    policy = a_policy(world)
    period = a_period(world, PeriodStatus.SUBMITTED)
    for act in (
        lambda: add(world, NEXT_MONDAY),
        lambda: change(world, policy, weekly_overtime_after=2400),
        lambda: remove(world, policy),
    ):
        with pytest.raises(Locked) as refused:
            act()
        assert refused.value.period == period
    assert list(PayPolicy.objects.all()) == [policy]


def test_what_concerns_another_nanny_alone_is_not_locked(world):
    a_policy(world, nanny=world.noor_of_riveras)
    a_period(world, PeriodStatus.SUBMITTED)
    add(world, NEXT_MONDAY)  # the family's, and Noor has their own by then
    add(world, NEXT_MONDAY, nanny_id=world.bea_of_riveras.id)
    with pytest.raises(Locked):
        add(world, date(2026, 2, 2))  # before Noor's own begin


def test_once_a_period_is_approved_terms_begin_today_or_later(world):
    a_period(world, PeriodStatus.APPROVED)
    with pytest.raises(Invalid) as refused:
        add(world, date(2026, 5, 31))
    assert refused.value.errors.keys() == {"effective_from"}
    policy = add(world, MONDAY)
    with pytest.raises(KeptForTheRecord):
        change(world, policy, weekly_overtime_after=2400)
    with pytest.raises(KeptForTheRecord):
        remove(world, policy)


def test_a_version_is_changed_until_it_takes_hold(world):
    a_period(world, PeriodStatus.APPROVED)
    a_policy(world)
    ahead = a_policy(world, effective_from=date(2026, 5, 27))  # in the middle of a week of the first: it holds today
    later = add(world, date(2026, 6, 3))  # which holds on the 8th
    with pytest.raises(KeptForTheRecord):
        change(world, ahead, weekly_overtime_after=2400)
    change(world, later, weekly_overtime_after=2400)
    with pytest.raises(Invalid):
        change(world, later, effective_from=date(2026, 5, 30))
    change(world, later, effective_from=date(2026, 6, 4))
    remove(world, later)


def test_a_version_begins_after_all_that_is_settled(world):
    a_period(world, PeriodStatus.APPROVED)
    a_period(world, PeriodStatus.SUBMITTED, **NEXT | {"to_date": date(2026, 6, 14)})
    with pytest.raises(Invalid) as refused:
        add(world, date(2026, 6, 10))
    assert refused.value.errors["effective_from"] == "Pay is settled up to 2026-06-14. Choose a later day."
    add(world, date(2026, 6, 15))
    held = a_policy(world, effective_from=NEXT_MONDAY)
    with pytest.raises(KeptForTheRecord):
        remove(world, held)


def test_the_same_values_again_are_no_change_of_settled_terms(world):
    policy = a_policy(world, weekly_overtime_after=2400)
    a_period(world, PeriodStatus.APPROVED)
    assert change(world, policy, weekly_overtime_after=2400).version == 1
