"""`handsel user create EMAIL --name NAME`, and what else an operator does for people who sign in."""

import sys
from argparse import ArgumentParser
from collections.abc import Callable
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from handsel.actions import people
from handsel.management import setup

# What takes an address alone: the action, what the help says, and what is said when it is done.
_VERBS: dict[str, tuple[Callable[[str], None], str, str]] = {
    "reset-second-factor": (
        people.reset_second_step,
        "take away a lost app with its recovery codes, and all passkeys; signs out everywhere",
        "The password alone signs in again.",
    ),
    "deactivate": (
        lambda email: people.set_active(email, False),
        "sign a person out everywhere and let them in no more; what was stays",
        "This person cannot sign in any more.",
    ),
    "activate": (
        lambda email: people.set_active(email, True),
        "let a person in again",
        "This person can sign in again.",
    ),
    "make-staff": (
        lambda email: people.set_staff(email, True),
        "let a person read the operator's pages at /admin/",
        "This person sees /admin/.",
    ),
    "no-staff": (
        lambda email: people.set_staff(email, False),
        "close /admin/ to a person",
        "This person does not see /admin/ any more.",
    ),
}


class Command(BaseCommand):
    help = "Make people, and help them back in."

    requires_system_checks = ()  # they take longer than the command

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar=f"create | {' | '.join(_VERBS)}")
        create = verbs.add_parser("create", help="make a person; prints the person's id")
        create.add_argument("email")
        create.add_argument("--name", required=True)
        create.add_argument("--password-stdin", action="store_true", help="read a password from standard input")
        for verb, (_, meaning, _) in _VERBS.items():
            verbs.add_parser(verb, help=meaning).add_argument("email")

    def handle(self, *, verb: str, email: str, **options: Any) -> None:
        setup.ensure_migrated()
        if verb == "create":
            password = sys.stdin.readline().rstrip("\r\n") if options["password_stdin"] else None
            done = str(people.create(email, options["name"], password, at=timezone.now()).id)
        else:
            act, _, done = _VERBS[verb]
            act(email)
        self.stdout.write(done)
