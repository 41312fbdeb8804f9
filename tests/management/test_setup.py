"""What `serve` does before it serves."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from handsel.management import setup
from handsel.models import IdempotencyKey


def test_starting_forgets_the_answers_of_yesterday(world, monkeypatch):
    monkeypatch.setattr(setup, "call_command", lambda *_, **__: None)
    now = timezone.now()
    for key, age in (("yesterday", timedelta(hours=24)), ("today", timedelta(hours=23))):
        IdempotencyKey.objects.create(person=world.ana, key=key, size=0, next_at=now - age, created_at=now - age)
    setup.prepare(example=False)
    assert [row.key for row in IdempotencyKey.objects.all()] == ["today"]


@pytest.mark.parametrize(
    "begin",
    [lambda: setup.prepare(example=False), setup.ensure_migrated, lambda: call_command("migrate")],
    ids=["serve", "other commands", "migrate"],
)
def test_a_database_from_before_the_first_release_is_refused_in_one_sentence(db, begin):
    MigrationRecorder(connection).record_applied("handsel", "0002_promises")
    with pytest.raises(SystemExit, match=r"^handsel: This database was made before the first release.*new one"):
        begin()
