"""What mails say of a new rate and of new terms: the old beside the new, to who may see it, and no figure outside."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from handsel.actions import pay_policies, raises
from handsel.rules.drafts import Draft
from tests.actions.acts.pay import RAISE
from tests.management.test_letters import send, text, wants_all, words
from tests.models.broken_pay import a_policy
from tests.world import NOW, ON_THE_WEB

pytestmark = pytest.mark.any_database


def letters_to(world, mailbox):
    """What they get who want every mail, by the first letter's address."""
    wants_all(world.noor, world.bea, world.luis)
    send(NOW + timedelta(minutes=5))  # what can be undone waits
    return {letter["To"]: letter for letter in mailbox.all()}


def test_a_raise_tells_the_old_rate_beside_the_new(world, mailbox):
    a_policy(world, basic_rate="25.00")
    world.schedule()
    world.session("2026-06-08 09:00")
    draft = Draft.of(nanny_id=world.noor_of_riveras.id, **RAISE)
    raises.make(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)
    letters = letters_to(world, mailbox)
    assert letters.keys() == {"noor@example.com", "luis@example.com"}
    for letter in letters.values():
        said = words(text(letter))
        assert "8 June 2026: $27.50 an hour. Until then: $25.00" in said
        assert "For 1 schedule and 1 session planned." in said
        assert "Basic rate of the terms: $27.50. Until then: $25.00" in said
        assert "2" not in letter["Subject"]


def test_new_terms_tell_the_old_ones_beside_them(world, mailbox):
    a_policy(world, weekly_overtime_after=2400)
    new = Draft.of(effective_from=date(2026, 6, 8), weekly_overtime_after=2640, minimum_wage=Decimal("16.50"))
    pay_policies.create(world.riveras.id, new, by=world.ana, **ON_THE_WEB)
    letter = letters_to(world, mailbox)["noor@example.com"]
    said = words(text(letter)).replace("\N{NO-BREAK SPACE}", " ")
    assert "Overtime: After 44 h a week, one and a half times." in said
    assert "Until then: After 40 h a week, one and a half times." in said
    assert "16.50" not in letter["Subject"]
