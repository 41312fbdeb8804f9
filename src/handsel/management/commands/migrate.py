"""`handsel migrate`: Django's own, but for a database that nothing can bring up to date, by one process at a time."""

from functools import partial
from typing import Any

from django.core.management.commands import migrate

from handsel.management import migrating


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        migrating.refuse_unreleased_tables()
        with migrating.turn():
            migrating.patiently(partial(super().handle, *args, **options))
