"""`handsel migrate`: Django's own, but for a database that nothing can bring up to date."""

from typing import Any

from django.core.management.commands import migrate

from handsel.management import book


class Command(migrate.Command):
    def handle(self, *args: Any, **options: Any) -> None:
        book.refuse_unreleased_tables()
        super().handle(*args, **options)
