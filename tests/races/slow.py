"""Run the whole program so that each writer waits between reading and writing, and others come in between.

These are settings for `handsel serve`. What unguarded.py loses with the same moment, this has to win.
"""

import time
from typing import Any

from django.apps import AppConfig, apps
from django.db.models import QuerySet
from django.db.models.signals import post_migrate

from handsel.settings import *  # noqa: F403
from handsel.settings import INSTALLED_APPS as _INSTALLED_APPS

INSTALLED_APPS = [*_INSTALLED_APPS, "tests.races.slow.Slow"]

A_MOMENT = 0.15


class Slow(AppConfig):
    name = "tests.races"

    def ready(self) -> None:
        post_migrate.connect(slow_down, sender=apps.get_app_config("handsel"))


def slow_down(**_: Any) -> None:
    from handsel.actions import generation

    update, write = QuerySet.update, generation._write

    def slow_update(rows: QuerySet, **columns: Any) -> int:
        time.sleep(A_MOMENT)
        return update(rows, **columns)

    def slow_write(*arguments: Any, **options: Any) -> Any:
        time.sleep(A_MOMENT)
        return write(*arguments, **options)

    QuerySet.update = slow_update
    generation._write = slow_write
