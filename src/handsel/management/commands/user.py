"""`handsel user create EMAIL --name NAME`: a person, made by the operator."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from handsel.actions import people
from handsel.management import book
from handsel.rules.refusals import Invalid


class Command(BaseCommand):
    help = "Make a person; prints the person's id."

    requires_system_checks = ()  # they take longer than the command

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="create")
        create = verbs.add_parser("create", help="make a person")
        create.add_argument("email")
        create.add_argument("--name", required=True)
        create.add_argument("--password-stdin", action="store_true", help="read a password from standard input")

    def handle(self, *, email: str, name: str, password_stdin: bool, **options: Any) -> None:
        password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
        book.make_tables_if_none()
        try:
            person = people.create(email, name, password, at=timezone.now())
        except Invalid as refusal:
            sentences = " ".join(f"{field}: {message}" for field, message in refusal.errors.items())
            raise SystemExit(f"handsel: {sentences}") from refusal
        self.stdout.write(str(person.id))
