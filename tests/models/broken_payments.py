"""Cases that break the promises about payments."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.db import connection

from handsel.models import Payment
from handsel.rules.pay.periods import PeriodStatus
from tests.models.breaking import Cases, change, copy, key
from tests.models.broken_pay_periods import a_period
from tests.world import LONG_AGO, NOW, World

cases = Cases()
breaks = cases.breaks


def a_payment(world: World, **columns: Any) -> Payment:
    """Ana pays Noor."""
    columns = {"nanny": world.noor_of_riveras, "recorded_by": world.ana_of_riveras, **columns}
    usual = {"date": date(2026, 5, 29), "amount": Decimal("300.00"), "method": "CASH", "created_at": LONG_AGO}
    return Payment.objects.create(family=world.riveras, **usual | columns)


def a_void(world: World, payment: Payment) -> Payment:
    return a_payment(world, voids=payment, reason="Never given.")


@breaks("payments_never_change")
def a_payment_changes(world: World) -> None:
    change(a_payment(world), amount=Decimal("301.00"))


@breaks("payments_never_change")
def a_payment_names_a_period_later(world: World) -> None:
    change(a_payment(world), pay_period=a_period(world, PeriodStatus.APPROVED).id)


@breaks("payments_never_change")
def a_payment_becomes_a_void(world: World) -> None:
    payment = a_payment(world)
    change(a_payment(world), voids=payment.id, reason="Twice.")


@breaks("payments_never_change")
def a_payment_is_acknowledged_twice(world: World) -> None:
    change(a_payment(world, acknowledged_at=LONG_AGO), acknowledged_at=NOW)


@breaks("payments_never_change")
def an_acknowledgement_is_taken_back(world: World) -> None:
    change(a_payment(world, acknowledged_at=LONG_AGO), acknowledged_at=None)


@breaks("payments_never_change")
def a_payment_goes(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM handsel_payment WHERE id = %s", key(a_payment(world)))


@breaks("payments_never_change", only_on="sqlite")
def a_payment_is_replaced(world: World) -> None:
    a_payment(world)
    with connection.cursor() as cursor:
        cursor.execute("INSERT OR REPLACE INTO handsel_payment SELECT * FROM handsel_payment")


@breaks("all_payments_are_kept", only_on="postgresql")
def all_payments_go(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE handsel_payment CASCADE")


@breaks("voided_once")
def a_payment_is_voided_twice(world: World) -> None:
    copy(a_void(world, a_payment(world)))


@breaks("a_void_repeats_the_payment")
def a_void_is_voided(world: World) -> None:
    void = a_void(world, a_payment(world))
    copy(a_payment(world), voids=void.id, reason="It was given.")


@breaks("a_void_repeats_the_payment")
def a_void_is_of_another_amount(world: World) -> None:
    payment = a_payment(world)
    copy(a_payment(world, amount=Decimal("30.00")), voids=payment.id, reason="Too much.")


@breaks("a_void_repeats_the_payment")
def a_void_is_of_another_nannys_payment(world: World) -> None:
    payment = a_payment(world)
    copy(a_payment(world, nanny=world.bea_of_riveras), voids=payment.id, reason="Not hers.")


@breaks("a_void_says_why")
def a_void_gives_no_reason(world: World) -> None:
    payment = a_payment(world)
    copy(a_payment(world), voids=payment.id)


@breaks("a_void_is_not_acknowledged")
def a_void_is_acknowledged(world: World) -> None:
    change(a_void(world, a_payment(world)), acknowledged_at=NOW)


@breaks("a_payment_is_above_zero")
def nothing_is_paid(world: World) -> None:
    copy(a_payment(world), amount=Decimal("0.00"))


@breaks("payment_method_is_known")
def a_payment_is_made_in_kind(world: World) -> None:
    copy(a_payment(world), method="APPLES")


@breaks("payment_nanny_is_of_the_family")
def the_riveras_pay_noor_as_the_okafors_know_her(world: World) -> None:
    copy(a_payment(world), nanny=world.noor_of_okafors.id)


@breaks("payment_period_is_of_the_family")
def the_riveras_pay_for_a_period_of_the_okafors(world: World) -> None:
    period = a_period(world, family=world.okafors, nanny=world.noor_of_okafors)
    copy(a_payment(world), pay_period=period.id)
