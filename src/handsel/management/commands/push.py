"""`handsel push key`: the key that signs pushes, for more machines than one."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand


class Command(BaseCommand):
    help = "Prints the key that signs what is pushed to browsers. It was made at the first start unless it is given."

    requires_system_checks = ()  # they take longer than the command

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="key")
        verbs.add_parser("key", help="print it, for HANDSEL_VAPID_KEY on the other machines; keep it secret")

    def handle(self, **options: Any) -> None:
        self.stdout.write(settings.PUSH_KEY)
