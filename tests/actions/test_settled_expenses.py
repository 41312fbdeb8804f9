"""What approving stored before expenses were settled: the migration keeps them with the period that paid them."""

from importlib import import_module
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection

from handsel.models import Expense
from tests.approved_pay import approve, submitted
from tests.models.broken_expenses import an_expense, approved
from tests.world import World

pytestmark = pytest.mark.django_db


def test_what_was_paid_with_an_approved_period_is_settled_with_it(world: World, monkeypatch):
    paid = an_expense(world, **approved(world), date="2026-05-05")
    declined_since = an_expense(world, **approved(world), date="2026-05-06")
    period = submitted(world)
    monkeypatch.setattr("handsel.actions.settled_expenses.settle", lambda *_: None)
    approve(world, period)
    later = an_expense(world, **approved(world), date="2026-05-05")
    waiting = an_expense(world, date="2026-05-05")
    Expense.objects.filter(pk=declined_since.pk).update(status="DECLINED", answer="Not for us.")
    migration = import_module("handsel.migrations.0028_settled_expense")
    migration.settle(apps, SimpleNamespace(connection=connection))
    settled = dict(Expense.objects.values_list("id", "pay_period_id"))
    assert settled == {paid.id: period.id, declined_since.id: None, later.id: None, waiting.id: None}
