"""Passphrases of backups: from a file, a prompt or the environment, never from the command line, which others see."""

import getpass
import sys
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

from django.conf import settings

from handsel.env import Refused, first_line


def add_arguments(parser: ArgumentParser) -> None:
    parser.allow_abbrev = False  # --passphrase is nothing, rather than a file that is called like the passphrase
    given = parser.add_mutually_exclusive_group()
    given.add_argument("--passphrase-file", type=Path, help="a file whose first line is the passphrase")
    given.add_argument("--ask-passphrase", action="store_true", help="ask for the passphrase")


def file_name(text: str) -> Path:
    """Read the name of a file. What begins like an option and holds a space is none, though argparse says so."""
    if text.startswith("-"):
        raise ArgumentTypeError("There is no such option. A passphrase is never said on the command line.")
    return Path(text)


def given(passphrase_file: Path | None, *, ask: bool) -> str:
    """Return the passphrase; "" where none is given."""
    if passphrase_file is not None:
        return first_line(passphrase_file)
    return asked("Passphrase: ") if ask else settings.ENVIRONMENT.given_backup_passphrase()


def asked(prompt: str) -> str:
    """Ask for it, unseen."""
    if not sys.stdin.isatty():
        raise Refused("This backup needs a passphrase: HANDSEL_BACKUP_PASSPHRASE_FILE or --passphrase-file names one.")
    passphrase = getpass.getpass(prompt)
    if not passphrase:
        raise Refused("A passphrase has a character at least.")
    return passphrase
