"""`handsel restore FILE`: bring a backup back, into an empty place."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import BaseCommand

from handsel.documents import backup_files
from handsel.env import Refused
from handsel.management import passphrases, restoring


class Command(BaseCommand):
    help = "Restore a backup into an empty data directory, or an empty PostgreSQL database, and look at it."

    requires_system_checks = ()  # they take longer than the command

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path, help="a file that `handsel backup` wrote")
        passphrases.add_arguments(parser)

    def handle(self, *, file: Path, passphrase_file: Path | None, ask_passphrase: bool, **options: Any) -> None:
        passphrase = ""
        try:
            if backup_files.is_encrypted(file):
                passphrase = passphrases.given(passphrase_file, ask=ask_passphrase) or passphrases.asked("Passphrase: ")
        except backup_files.Unreadable as error:
            raise Refused(f"Nothing was restored: {error}") from error
        except OSError as error:
            raise Refused(f"{file} cannot be read: {error.strerror or error}.") from error
        restored = restoring.restore(file, passphrase=passphrase)
        self.stdout.write(restoring.described(restored))
