"""Entries of pay on pages: each kind asks for what counts in it, and what is settled stays as it is."""

import re
from datetime import date
from decimal import Decimal
from html import unescape

import pytest
from django.urls import reverse

from handsel.models import Event, PayItem, PayPolicy
from handsel.rules.lifecycle import State
from handsel.rules.pay.periods import PeriodStatus
from tests.models.broken_pay_items import a_gift, an_item
from tests.models.broken_pay_periods import a_period
from tests.web.visitor import Visitor
from tests.world import LONG_AGO

pytestmark = pytest.mark.any_database

ASKS = {
    "PAID_TIME_OFF": {"kind", "date", "minutes", "hourly_rate", "reason"},
    "SICK": {"kind", "date", "minutes", "hourly_rate", "reason"},
    "UNPAID_LEAVE": {"date", "minutes", "reason"},
    "BONUS": {"date", "amount", "in_regular_rate", "reason"},
    "GIFT": {"date", "amount", "reason"},
    "ADJUSTMENT": {"date", "amount", "reason"},
    "nonsense": {"kind", "date", "minutes", "hourly_rate", "reason"},
}
ALL = set().union(*ASKS.values())


def field_names(page) -> set[str]:
    return {name for name in ALL if f'name="{name}"' in page.html}


@pytest.mark.parametrize("kind", ASKS)
def test_a_form_asks_for_what_counts_in_its_kind(noor, world, kind):
    assert field_names(noor.get("new_pay_item", world.riveras.id, kind=kind)) == ASKS[kind]


def test_noor_enters_a_sick_day_at_the_usual_rate_and_the_family_sees_who_did(ana, noor, world):
    world.riveras.default_hourly_rate = Decimal("25.00")
    world.riveras.save()
    of_noor = {"nanny": str(world.noor_of_riveras.id)}
    assert ana.get("new_pay_item", world.riveras.id, **of_noor).says("Leave empty for the usual rate, $25.00.")
    # The family's default rate is no nanny's to see.
    assert noor.get("new_pay_item", world.riveras.id).says("Leave empty for the usual rate. Note")
    terms = {"effective_from": LONG_AGO.date(), "created_by": world.ana_of_riveras, "created_at": LONG_AGO}
    PayPolicy.objects.create(family=world.riveras, basic_rate=Decimal("20.00"), **terms)
    assert noor.get("new_pay_item", world.riveras.id).says("Leave empty for the usual rate, $20.00.")
    sick = {"kind": "SICK", "date": "2026-05-25", "minutes": "7:30", "hourly_rate": ""}
    page = noor.press("new_pay_item", world.riveras.id, **sick)
    assert page.says("Entered: Sick pay.")
    item = PayItem.objects.get()
    assert (item.minutes, item.hourly_rate, item.nanny) == (450, Decimal("20.00"), world.noor_of_riveras)
    row = "Sick pay · 7 h 30 min at $20.00 Mon 25 May · Noor · entered by Noor"
    assert ana.get("pay_items", world.riveras.id).says(row)
    assert ana.get("pay_item", item.id).says("Entered by Noor.")


@pytest.mark.parametrize(
    ("kind", "field", "typed", "says"),
    [
        ("SICK", "minutes", "8 hours", "Enter the hours, like 8 or 7:30, up to 24."),
        ("SICK", "minutes", "24:01", "Enter the hours, like 8 or 7:30, up to 24."),
        ("SICK", "minutes", "7.33", "Enter whole minutes, like 7:30."),
        ("BONUS", "amount", "-5.00", "Enter an amount above zero."),
        ("ADJUSTMENT", "amount", "0", "Enter an amount other than zero."),
        ("ADJUSTMENT", "reason", "", "Fill this in."),
    ],
)
def test_what_is_wrong_stands_at_its_field(noor, world, kind, field, typed, says):
    good = {"kind": kind, "date": "2026-05-25", "minutes": "8", "hourly_rate": "20", "amount": "5.00", "reason": "So."}
    address = f"{reverse('web:new_pay_item', args=[world.riveras.id])}?kind={kind}"
    answer = noor.client.post(address, good | {field: typed})
    page = noor._page(answer, 422)
    assert page.error_at(field) == says
    assert not PayItem.objects.exists()


def test_the_same_form_sent_twice_enters_one(noor, world):
    sent = {"kind": "SICK", "date": "2026-05-25", "minutes": "8", "hourly_rate": "20", "form_token": "twice-is-once"}
    for _ in range(2):
        noor.press("new_pay_item", world.riveras.id, **sent)
    assert PayItem.objects.count() == 1


def test_an_entry_is_changed_removed_and_brought_back(noor, ana, world):
    item = a_gift(world)
    page = noor.get("pay_item", item.id)
    assert page.value_of("amount") == "20.00"
    noor.post("pay_item", item.id, date="2026-05-26", amount="30,00", reason="Thank you", version="1")
    item.refresh_from_db()
    assert (item.amount, item.date, item.reason) == (Decimal("30.00"), date(2026, 5, 26), "Thank you")
    noor.post("pay_item", item.id, date="2026-05-26", amount="1", version="1", status=412)
    before = PayItem.objects.values().get()
    gone = noor.press("delete_pay_item", item.id, version="2")
    assert gone.says("Removed: Gift.")
    assert not PayItem.objects.exists()
    ana.post("restore_pay_item", item.id, status=404)  # who removed it takes that back
    assert noor.press("restore_pay_item", item.id).says("It is there again.")
    after = PayItem.objects.values().get()
    ours = {"version", "created_at", "updated_at"}
    assert {name: after[name] for name in after if name not in ours} == {
        name: before[name] for name in before if name not in ours
    }
    noor.post("restore_pay_item", item.id, status=409)
    assert Event.objects.filter(kind="pay_item.created").count() == 1


def test_what_the_family_entered_the_nanny_reads(noor, world):
    item = an_item(world)
    page = noor.get("pay_item", item.id)
    assert page.says("Entered by Ana.")
    assert page.says("Day Mon 25 May Amount 8 h at $25.00 Only who entered it, or the family, can change it.")
    assert "<form" not in page.html.partition("<main")[2]
    assert not page.offers("delete_pay_item", item.id)
    noor.post("delete_pay_item", item.id, status=403)


def test_what_is_settled_says_so_and_leads_to_its_period(noor, ana, world):
    item = an_item(world, date=date(2026, 5, 5), entered_by=world.noor_of_riveras)
    period = a_period(world, PeriodStatus.SUBMITTED)
    page = noor.get("pay_item", item.id)
    assert page.says("This day is settled with the pay period 4–10 May: nothing in it changes.")
    assert page.offers("pay_period", period.id)
    assert not page.offers("delete_pay_item", item.id)
    assert ana.get("pay_items", world.riveras.id).says("entered by Noor · settled")
    sick = {"kind": "SICK", "date": "2026-05-05", "minutes": "8", "hourly_rate": "20"}
    refused = noor.post("new_pay_item", world.riveras.id, status=409, **sick)
    assert refused.says("This day is settled with the pay period 4–10 May")
    assert refused.offers("pay_period", period.id)
    assert PayItem.objects.count() == 1


def test_an_adjustment_names_its_session_and_falls_on_a_free_day(ana, world):
    session = world.session("2026-05-05 06:00", state=State.COMPLETED)
    a_period(world, PeriodStatus.SUBMITTED, to_date=date(2026, 6, 3))
    page = ana.get("new_pay_item", world.riveras.id, kind="ADJUSTMENT", session=str(session.id))
    assert page.offers("session", session.id)
    assert page.value_of("date") == "2026-06-04"
    sent = {"date": "2026-06-04", "amount": "12.50", "reason": "Half an hour more"}
    sent["nanny_id"] = str(world.noor_of_riveras.id)
    query = {"kind": "ADJUSTMENT", "session": str(session.id)}
    address = reverse("web:new_pay_item", args=[world.riveras.id], query=query)
    assert ana.client.post(address, sent).status_code == 302
    assert PayItem.objects.get().session_id == session.id


def test_what_is_approved_is_put_right_in_the_next_period(ana, noor, world):
    session = world.session("2026-05-05 06:00", state=State.COMPLETED)
    period = a_period(world)
    for visitor, move in ((noor, "submit"), (ana, "approve")):
        assert not visitor.get("pay_period", period.id).says("Put it right in the next period")
        visitor.post(f"{move}_pay_period", period.id)
    for visitor in (ana, noor):
        page = visitor.get("pay_period", period.id)
        [address] = {link for link in re.findall(r'href="([^"]*ADJUSTMENT[^"]*)"', page.html) if "session" in link}
        form = visitor.open(unescape(address))
        assert form.says("It is about this session: Tue 5 May, 06:00–14:00")
        assert form.offers("session", session.id)
    sent = {"date": "2026-06-01", "amount": "12.50", "reason": "Half an hour more"}
    sent["nanny_id"] = str(world.noor_of_riveras.id)
    assert ana.client.post(unescape(address), sent).status_code == 302
    assert PayItem.objects.get().session_id == session.id


@pytest.mark.parametrize("count", [1, 25])
def test_the_questions_of_the_list_do_not_grow(world, count, django_assert_num_queries):
    for _ in range(count):
        an_item(world)
    ana = Visitor(world.ana)
    ana.get("pay_items", world.riveras.id)
    with django_assert_num_queries(9):
        ana.get("pay_items", world.riveras.id)
