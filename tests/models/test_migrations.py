from importlib import import_module

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

BOOK = import_module("handsel.migrations.0001_book").Migration


def plan() -> list:
    executor = MigrationExecutor(connection)
    return executor.migration_plan(executor.loader.graph.leaf_nodes())


def test_a_book_that_took_every_step_before_the_first_version_goes_on(db):
    recorder = MigrationRecorder(connection)
    recorder.record_unapplied("handsel", "0001_book")
    for app, step in BOOK.replaces:
        recorder.record_applied(app, step)
    assert plan() == []
    for app, step in BOOK.replaces:
        recorder.record_unapplied(app, step)
    assert [step.name for step, _ in plan() if step.app_label == "handsel"] == ["0001_book"]
