"""Cases that break the promises about items of pay."""

from datetime import date
from decimal import Decimal
from typing import Any

from handsel.models import PayItem
from tests.models.breaking import Cases, change, copy
from tests.world import LONG_AGO, World

cases = Cases()
breaks = cases.breaks


def an_item(world: World, **columns: Any) -> PayItem:
    """A day of paid holiday of Noor's, or what the columns say."""
    hours = {"minutes": 480, "hourly_rate": Decimal("25.00")} if "amount" not in columns else {}
    return PayItem.objects.create(
        **{
            "family": world.riveras,
            "nanny": world.noor_of_riveras,
            "kind": "PAID_HOLIDAY",
            "date": date(2026, 5, 25),
            "entered_by": world.ana_of_riveras,
            "created_at": LONG_AGO,
            "updated_at": LONG_AGO,
            **hours,
            **columns,
        }
    )


def a_bonus(world: World, **columns: Any) -> PayItem:
    return an_item(world, **{"kind": "BONUS", "amount": Decimal("50.00"), **columns})


def a_gift(world: World) -> PayItem:
    """One that Noor entered themselves."""
    return an_item(world, kind="GIFT", amount=Decimal("20.00"), entered_by=world.noor_of_riveras)


def an_adjustment(world: World, **columns: Any) -> PayItem:
    return an_item(world, **{"kind": "ADJUSTMENT", "amount": Decimal("-12.50"), "reason": "Left early", **columns})


@breaks("pay_item_kind_is_known")
def an_item_is_a_tip(world: World) -> None:
    change(an_item(world), kind="TIP")


@breaks("paid_time_has_minutes_and_a_rate")
def a_holiday_lasts_no_minute(world: World) -> None:
    change(an_item(world), minutes=0)


@breaks("paid_time_has_minutes_and_a_rate")
def a_holiday_lasts_longer_than_a_day(world: World) -> None:
    change(an_item(world), minutes=1441)


@breaks("paid_time_has_minutes_and_a_rate")
def a_holiday_has_no_minutes(world: World) -> None:
    change(an_item(world), minutes=None)


@breaks("paid_time_has_minutes_and_a_rate")
def a_sick_day_has_no_rate(world: World) -> None:
    change(an_item(world, kind="SICK"), hourly_rate=None)


@breaks("paid_time_has_minutes_and_a_rate")
def time_off_has_a_rate_below_zero(world: World) -> None:
    change(an_item(world, kind="PAID_TIME_OFF"), hourly_rate=Decimal("-0.01"))


@breaks("paid_time_has_minutes_and_a_rate")
def a_holiday_has_an_amount_beside_its_rate(world: World) -> None:
    change(an_item(world), amount=Decimal("200.00"))


@breaks("unpaid_leave_has_minutes_alone")
def unpaid_leave_is_paid(world: World) -> None:
    change(an_item(world), kind="UNPAID_LEAVE")


@breaks("unpaid_leave_has_minutes_alone")
def unpaid_leave_has_no_minutes(world: World) -> None:
    change(an_item(world, kind="UNPAID_LEAVE", hourly_rate=None), minutes=None)


@breaks("a_bonus_or_gift_is_above_zero")
def a_bonus_is_taken_away(world: World) -> None:
    change(a_bonus(world), amount=Decimal("-50.00"))


@breaks("a_bonus_or_gift_is_above_zero")
def a_bonus_is_nothing(world: World) -> None:
    change(a_bonus(world), amount=Decimal("0.00"))


@breaks("a_bonus_or_gift_is_above_zero")
def a_gift_has_no_amount(world: World) -> None:
    change(a_bonus(world, kind="GIFT"), amount=None)


@breaks("a_bonus_or_gift_is_above_zero")
def a_gift_is_more_than_can_be_entered(world: World) -> None:
    change(a_bonus(world, kind="GIFT"), amount=Decimal("100000.00"))


@breaks("a_bonus_or_gift_is_above_zero")
def a_bonus_has_minutes(world: World) -> None:
    change(a_bonus(world), minutes=60)


@breaks("an_adjustment_changes_the_pay_and_says_why")
def an_adjustment_changes_nothing(world: World) -> None:
    change(an_adjustment(world), amount=Decimal("0.00"))


@breaks("an_adjustment_changes_the_pay_and_says_why")
def an_adjustment_has_no_amount(world: World) -> None:
    change(an_adjustment(world), amount=None)


@breaks("an_adjustment_changes_the_pay_and_says_why")
def an_adjustment_takes_more_than_can_be_entered(world: World) -> None:
    change(an_adjustment(world), amount=Decimal("-100000.00"))


@breaks("an_adjustment_changes_the_pay_and_says_why")
def an_adjustment_says_nothing(world: World) -> None:
    change(an_adjustment(world), reason="")


@breaks("a_bonus_alone_counts_in_the_regular_rate")
def a_gift_counts_in_the_regular_rate(world: World) -> None:
    change(a_bonus(world, kind="GIFT"), in_regular_rate=True)


@breaks("an_adjustment_alone_is_about_a_session")
def a_bonus_is_about_a_session(world: World) -> None:
    change(a_bonus(world), session=world.session().id)


@breaks("item_nanny_is_of_the_family")
def the_riveras_pay_noor_as_the_okafors_know_her(world: World) -> None:
    copy(an_item(world), nanny=world.noor_of_okafors.id)


@breaks("item_nanny_is_of_the_family")
def an_item_of_bea_goes_to_the_okafors(world: World) -> None:
    change(an_item(world, nanny=world.bea_of_riveras), family=world.okafors.id)


@breaks("item_session_is_of_the_family")
def an_adjustment_turns_to_a_session_of_the_okafors(world: World) -> None:
    change(an_adjustment(world), session=world.session(family=world.okafors).id)
