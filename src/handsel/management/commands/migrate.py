"""`handsel migrate`: Django's own, but for a database that nothing can bring up to date."""

from typing import Any

from django.core.management.commands import migrate

from handsel.management import setup


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        setup.refuse_unreleased_tables()
        super().handle(*args, **options)
