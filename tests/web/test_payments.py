"""Payments as the family and the nanny see them."""

import pytest

from handsel.models import Notice, Payment
from tests.api.test_payments import approved
from tests.models.broken_payments import a_payment

pytestmark = pytest.mark.any_database


def test_what_is_owed_stands_as_a_sentence_and_as_a_line_with_its_table(ana, noor, world):
    approved(world, wages="412.50")
    for visitor, says in ((ana, "You owe Noor $412.50"), (noor, "The family owes you $412.50")):
        page = visitor.get("payments", world.riveras.id, nanny=str(world.noor_of_riveras.id))
        assert page.says(says)
        assert 'aria-label="The balance over the year: $412.50 now, at most $412.50, at least $0.00"' in page.html
        assert page.html.count('class="step"') == 3
    a_payment(world, amount="492.50")
    assert noor.get("payments", world.riveras.id).says("Paid ahead by $80.00")


def test_a_parent_records_a_payment_and_voids_it_with_a_reason(ana, world):
    nanny = str(world.noor_of_riveras.id)
    sent = {"nanny_id": nanny, "date": "2026-05-29", "amount": "300,50", "method": "CASH", "note": "For May"}
    ana.post("new_payment", world.riveras.id, **sent)
    page = ana.get("payments", world.riveras.id, nanny=nanny)
    assert page.says("$300.50")
    assert page.says("For May")
    payment = Payment.objects.get()
    ana.post("void_payment", payment.id, reason="Never given.")
    page = ana.get("payments", world.riveras.id, nanny=nanny)
    assert page.html.count("<s>") == 2
    assert page.says("Never given.")
    assert page.says("All settled")
    assert [notice.kind for notice in Notice.objects.order_by("id")] == ["payment.recorded", "payment.voided"]
    assert not any("300.5" in str(notice.facts) for notice in Notice.objects.all())


def test_the_nanny_says_that_they_were_paid(noor, world):
    payment = a_payment(world)
    assert noor.get("payments", world.riveras.id).says("I was paid this")
    noor.post("acknowledge_payment", payment.id)
    page = noor.get("payments", world.riveras.id)
    assert page.says("acknowledged on")
    assert not page.says("I was paid this")


def test_a_family_without_payments_is_told_what_stands_here(ana, viewer, world):
    assert ana.get("payments", world.riveras.id).says("No payment is recorded yet.")
    viewer.get("payments", world.riveras.id, status=403)


def test_a_payment_begins_with_today(ana, world):
    assert 'value="2026-06-01"' in ana.get("new_payment", world.riveras.id).html
