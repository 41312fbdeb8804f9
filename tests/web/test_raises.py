"""A raise by its page: what it changes is said before it is saved."""

import pytest

from handsel.models import Event
from handsel.rules.lifecycle import State
from tests.models.broken_pay import a_policy

pytestmark = pytest.mark.any_database

SENT = {"old_rate": "25.00", "hourly_rate": "27.50", "from_date": "2026-06-08"}


def test_a_raise_is_said_before_it_is_saved(ana, noor, world):
    a_policy(world, basic_rate="25.00")
    schedule = world.schedule()
    world.session("2026-06-09 09:00", state=State.CONFIRMED)
    world.session("2026-06-10 09:00")
    page = ana.get("raise", world.riveras.id)
    assert page.says("$25.00 (1 schedule, 2 sessions)")
    page = ana.post("raise", world.riveras.id, status=200, **SENT | {"with_basic_rate": "on"})
    for words in (
        "Not saved yet",
        "Noor earns $27.50 an hour from 8 June 2026 on, instead of $25.00.",
        "1 schedule takes it: Mornings. For days before that it still plans at $25.00.",
        "2 planned sessions take it: 9–10 Jun.",
        "1 is confirmed and stays so.",
        "The basic rate of the terms changes from $25.00 to $27.50.",
        "Other nannies go by the same terms, so this nanny gets their own, otherwise the same.",
        "Noor gets one message.",
    ):
        assert page.says(words), f"{words}: {page.text}"
    schedule.refresh_from_db()
    assert str(schedule.hourly_rate) == "25.00"
    sent = SENT | {"with_basic_rate": "on", "seen": page.value_of("seen"), "form_token": page.value_of("form_token")}
    page = ana.press("raise", world.riveras.id, **sent)
    assert page.says("The new rate is saved.")
    schedule.refresh_from_db()
    assert str(schedule.hourly_rate) == "27.50"
    for reader in (ana, noor):
        assert reader.get("pay_terms", world.riveras.id).says("From 8 June 2026: $27.50 an hour. Until then: $25.00")
    [made] = Event.objects.filter(kind="pay_rate.raised")
    assert page.offers("undo_raise", made.id)
    assert ana.press("undo_raise", made.id).says("The old rate holds again.")
    assert not ana.get("pay_terms", world.riveras.id).says("27.50")
    ana.post("undo_raise", made.id, status=409)


def test_another_nanny_sees_no_raise_and_no_button(ana, bea, world):
    world.schedule()
    page = ana.post("raise", world.riveras.id, status=200, **SENT)
    ana.press("raise", world.riveras.id, **SENT | {"seen": page.value_of("seen")})
    page = bea.get("pay_terms", world.riveras.id)
    assert not page.says("27.50")
    assert not page.offers("raise", world.riveras.id)
    bea.get("raise", world.riveras.id, status=403)


def test_what_changed_since_it_was_looked_at_is_shown_again(ana, world):
    world.schedule()
    page = ana.post("raise", world.riveras.id, status=200, **SENT)
    world.session("2026-06-09 09:00")
    page = ana.post("raise", world.riveras.id, status=200, **SENT | {"seen": page.value_of("seen")})
    assert page.says("1 planned session takes it")


def test_where_nothing_has_a_rate_the_page_says_what_to_do(ana, world):
    assert ana.get("raise", world.riveras.id).says("No schedule and no planned session has a rate.")
    world.schedule()
    page = ana.post("raise", world.riveras.id, status=422, **SENT | {"hourly_rate": "25.00"})
    assert page.error_at("hourly_rate") == "This is the rate that there is already."
