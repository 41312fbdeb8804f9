"""What `serve` does before it serves."""

import io
import threading
from datetime import timedelta
from threading import Event

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from handsel.management import migrating, progress, setup
from handsel.models import IdempotencyKey


def test_starting_drops_the_answers_of_yesterday(world, monkeypatch):
    monkeypatch.setattr(setup, "collect_static_files", lambda: None)
    now = timezone.now()
    for key, age in (("yesterday", timedelta(hours=24)), ("today", timedelta(hours=23))):
        IdempotencyKey.objects.create(person=world.ana, key=key, size=0, next_at=now - age, created_at=now - age)
    setup.prepare(example=False)
    assert [row.key for row in IdempotencyKey.objects.all()] == ["today"]


def test_a_start_says_each_step_while_it_goes_on(db, monkeypatch, capsys):
    said = Event()
    monkeypatch.setattr(progress.sys, "stderr", Told(said))
    monkeypatch.setattr(progress._Said, "began", progress.monotonic() - 60)
    monkeypatch.setattr(migrating, "is_needed", lambda: True)
    monkeypatch.setattr(migrating, "call_command", lambda *_, **__: said.clear() or said.wait(10))
    monkeypatch.setattr(setup, "collect_static_files", lambda: said.clear() or said.wait(10))
    monkeypatch.setattr(setup.example_families, "load", lambda **_: said.clear() or said.wait(10))
    with progress.telling(every=0.002) as begin:
        setup.prepare(example=True, begin=begin)
    for step in ("Bringing the tables up to date", "Collecting static files", "Loading the example families"):
        assert f"handsel: {step} (60 seconds so far)\n" in progress.sys.stderr.getvalue()
    assert capsys.readouterr() == ("", "")
    assert not [thread for thread in threading.enumerate() if "tell" in thread.name]


def test_two_parts_of_a_start_are_silent_no_longer_than_one(monkeypatch):
    said = Event()
    monkeypatch.setattr(progress.sys, "stderr", Told(said))
    monkeypatch.setattr(progress._Said, "at", progress.monotonic() - 60)
    with progress.telling(every=61):
        assert said.wait(10)


class Told(io.StringIO):
    def __init__(self, said: Event) -> None:
        super().__init__()
        self.said = said

    def flush(self) -> None:
        self.said.set()


@pytest.mark.parametrize(
    "begin",
    [lambda: setup.prepare(example=False), setup.ensure_migrated, lambda: call_command("migrate")],
    ids=["serve", "other commands", "migrate"],
)
def test_a_database_from_before_the_first_release_is_refused_in_one_sentence(db, begin):
    MigrationRecorder(connection).record_applied("handsel", "0002_promises")
    with pytest.raises(SystemExit, match=r"^handsel: This database was made before the first release.*new one"):
        begin()
