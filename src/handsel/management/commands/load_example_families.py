"""`handsel load_example_families`: fill a new book with the Riveras and the Okafors."""

from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.utils import timezone

from handsel.actions import example_families
from handsel.management import setup
from handsel.rules.history import Source


class Command(BaseCommand):
    help = "Fill a new database with two example families. Refused where anybody is in it, and in production."

    def handle(self, **options: Any) -> None:
        if settings.ENVIRONMENT.production:
            raise SystemExit("handsel: The example's passwords are known to everybody, so it is not for production.")
        setup.ensure_migrated()
        example_families.load(at=timezone.now(), source=Source.COMMAND, password=example_families.PASSWORD)
        people = ", ".join(f"{name} ({email})" for name, email in example_families.PEOPLE.items())
        self.stdout.write(f"Sign in as {people}; the password of each is {example_families.PASSWORD}")
