"""Run the program without its guards against races, to show that the tests see a race when there is one.

These are settings for `handsel serve`. As soon as the tables stand, this is taken out:

- the row locks, and the one that no row stands for;
- on SQLite the transactions, which let one writer in at a time from their first statement on (with DEFERRED ones
  SQLite itself fails whoever read before another wrote, which is a guard too);
- what a conditional UPDATE that finds no row any more is good for: it counts as done;
- the claim on a repeated request's key;
- the promises of the database that only concurrency breaks.

Nothing else changes, but that each writer waits the moment of slow.py, which is the same with all the guards.
"""

from typing import Any

from django.apps import AppConfig, apps
from django.db import connection
from django.db.models import QuerySet
from django.db.models.signals import post_migrate
from django.db.transaction import Atomic

from handsel.settings import *  # noqa: F403
from handsel.settings import INSTALLED_APPS as _INSTALLED_APPS
from tests.races.slow import slow_down

INSTALLED_APPS = [*_INSTALLED_APPS, "tests.races.unguarded.Unguarded"]


class Unguarded(AppConfig):
    name = "tests.races"

    def ready(self) -> None:
        post_migrate.connect(_take_the_guards_out, sender=apps.get_app_config("handsel"))


def _take_the_guards_out(**_: Any) -> None:
    _break_promises()
    take_out_of_this_process()


def take_out_of_this_process() -> None:
    """All but the promises of the database, which the server has taken out for everybody."""
    from handsel.actions import idempotency, limits

    slow_down()
    update = QuerySet.update
    QuerySet.update = lambda rows, **columns: update(rows, **columns) or 1
    QuerySet.select_for_update = lambda rows, **_: rows
    idempotency._claim = lambda *_: None
    limits.lock_makers = lambda _: None
    if connection.vendor == "sqlite":
        Atomic.__enter__ = lambda _: None
        Atomic.__exit__ = lambda *_: None


def _break_promises() -> None:
    from handsel.models import CareSession, promises

    meta = CareSession._meta
    with connection.schema_editor() as editor:
        promises.lift(editor)
        for promise in list(meta.constraints):
            if promise.name in {"one_session_per_slot", "one_running_session_per_nanny"}:
                meta.constraints.remove(promise)
                editor.remove_constraint(CareSession, promise)
