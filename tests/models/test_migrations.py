from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

STEPS = [
    step for _, step in import_module("handsel.migrations.0001_squashed_0010_outside_calendars").Migration.replaces
]


@pytest.mark.parametrize(
    ("taken", "left"),
    [(STEPS, []), (STEPS[:5], STEPS[5:]), ([], ["0001_squashed_0010_outside_calendars"])],
    ids=["every step", "some", "none"],
)
def test_whatever_steps_a_book_has_taken_it_goes_on(db, taken, left):
    recorder = MigrationRecorder(connection)
    recorder.migration_qs.filter(app="handsel").delete()
    for step in taken:
        recorder.record_applied("handsel", step)
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    assert [step.name for step, _ in plan if step.app_label == "handsel"] == [*left, "0011_keys_leased_by_next_at"]
