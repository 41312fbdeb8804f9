"""`handsel rotate-keys`: encrypt anew what is secret in the database."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from handsel.actions import encryption_keys
from handsel.management import setup


class Command(BaseCommand):
    help = "Encrypt anew what is secret in the database, with the newest key; while the book is served, too."

    requires_system_checks = ()  # they take longer than the command

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--new",
            action="store_true",
            help="make a new key first, in the file of the data directory; servers that run take it up at once",
        )

    def handle(self, *, new: bool, **options: Any) -> None:
        setup.ensure_migrated()
        if new:
            settings.ENVIRONMENT.add_encryption_key()
        rotation = encryption_keys.rotate()
        self.stdout.write(f"Encrypted anew with the newest key: {rotation.renewed}.")
        if rotation.unreadable:
            raise SystemExit(
                f"handsel: {rotation.unreadable} could not be read with any key, and stay as they are. Add the key "
                "that encrypted them to the keys, and run this again; without it they have to be entered again. "
                "`handsel verify` names them."
            )
