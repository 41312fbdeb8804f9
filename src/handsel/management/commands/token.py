"""`handsel token issue EMAIL`: a key to the API, made by the operator."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand
from django.utils import timezone

from handsel.actions import access_log, tokens
from handsel.management import setup
from handsel.rules.roles import Scope


class Command(BaseCommand):
    help = "Make a token for the API; prints the token, which is shown this once."

    requires_system_checks = ()  # they take longer than the command

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="issue")
        issue = verbs.add_parser("issue", help="make a token")
        issue.add_argument("email")
        issue.add_argument("--scope", choices=[*Scope], default=Scope.WRITE)

    def handle(self, *, email: str, scope: str, **options: Any) -> None:
        setup.ensure_migrated()
        now = timezone.now()
        secret = tokens.issue_for(email, scope, at=now)
        access_log.write_issued_key(email, at=now)
        self.stdout.write(secret)
