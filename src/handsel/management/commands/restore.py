"""`handsel restore FILE`: bring a backup back, into an empty place."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.utils import timezone

from handsel.actions.erasing import erasures
from handsel.documents import backup_files, erased_list
from handsel.env import Refused
from handsel.management import passphrases, restoring, verifying


class Command(BaseCommand):
    help = "Restore a backup into an empty data directory, or an empty PostgreSQL database, and look at it."

    requires_system_checks = ()  # they take longer than the command

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=passphrases.file_name, help="a file that `handsel backup` wrote")
        parser.add_argument(
            "--erased",
            type=Path,
            metavar="LIST",
            help="the list of what was erased since, to erase it anew; else erased.jsonl in the data directory",
        )
        passphrases.add_arguments(parser)

    def handle(
        self,
        *,
        file: Path,
        passphrase_file: Path | None,
        ask_passphrase: bool,
        erased: Path | None = None,
        **options: Any,
    ) -> None:
        passphrase = ""
        try:
            lines = erased_list.read(erased or settings.ERASED_LIST)
        except (OSError, ValueError) as error:
            raise Refused(f"Nothing was restored: {error}") from error
        if erased and not erased.exists():
            raise Refused(f"Nothing was restored: {erased} is not there.")
        try:
            if backup_files.is_encrypted(file):
                passphrase = passphrases.given(passphrase_file, ask=ask_passphrase) or passphrases.asked("Passphrase: ")
        except backup_files.Unreadable as error:
            raise Refused(f"Nothing was restored: {error}") from error
        except OSError as error:
            raise Refused(f"{file} cannot be read: {error.strerror or error}.") from error
        restored = restoring.restore(file, passphrase=passphrase)
        self.stdout.write(restoring.described(restored))
        if lines:
            again = erasures.erase_again(lines, at=timezone.now())
            self.stdout.write(f"Erased again, of {len(lines)} that the list of what was erased names: {again}")
        report: list[str] = []
        if verifying.verify(report.append):
            self.stdout.write("What is wrong with it, as it was when it was backed up:")
        self.stdout.write("\n".join(line for line in report if not line.endswith(", all well")))
