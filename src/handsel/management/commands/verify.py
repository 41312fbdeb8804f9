"""`handsel verify`: look through the whole book, and say what is wrong with it."""

from typing import Any

from django.core.management import BaseCommand

from handsel.management import verifying


class Command(BaseCommand):
    help = "Look through the whole book, also while it is served, and say what is wrong. Changes nothing."

    requires_system_checks = ()  # they take longer than the command

    def handle(self, **options: Any) -> None:
        if verifying.verify(self.stdout.write):
            raise SystemExit(1)
