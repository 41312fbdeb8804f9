"""`handsel backup [FILE]`: write the whole book into one file, and see that it can be restored."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand
from django.utils import timezone

from handsel.env import Refused
from handsel.management import backing_up, passphrases, setup
from handsel.rules import backups


class Command(BaseCommand):
    help = "Write database and receipts of one moment into one file, while the book is served too, and look at it."

    requires_system_checks = ()  # they take longer than the command

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "file", nargs="?", type=passphrases.file_name, help="where to write it (default: the directory of backups)"
        )
        parser.add_argument(
            "--scheduled",
            action="store_true",
            help="as the worker does each day: into the directory of backups, and remove those that the rule does not "
            "keep; for a timer of your own",
        )
        passphrases.add_arguments(parser)

    def handle(
        self,
        *,
        file: Path | None,
        scheduled: bool,
        passphrase_file: Path | None,
        ask_passphrase: bool,
        **options: Any,
    ) -> None:
        if scheduled and (file or ask_passphrase):
            raise Refused("--scheduled takes neither a file nor a question.")
        at = timezone.now()
        setup.ensure_migrated()
        passphrase = passphrases.given(passphrase_file, ask=ask_passphrase)
        if ask_passphrase and passphrases.asked("The same once more: ") != passphrase:
            raise Refused("These were two different passphrases, so no backup was made.")
        if scheduled:
            backup = backing_up.back_up_by_the_rule(at, passphrase)
        else:
            name = backups.name(at, is_scheduled=False, is_encrypted=bool(passphrase))
            backup = backing_up.back_up(
                file or settings.ENVIRONMENT.backups_directory / name, at=at, passphrase=passphrase
            )
        self.stdout.write(backing_up.described(backup))
