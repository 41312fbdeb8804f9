"""`handsel mail test ADDRESS`: whether a letter arrives."""

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand

from handsel.outbound import PermanentFailure, TemporaryFailure, email
from handsel.pages import letters
from handsel.pages.letters import Letter
from handsel.rules.fields import known_address


class Command(BaseCommand):
    help = "Send a letter to see whether mail is set up well."

    requires_system_checks = ()  # they take longer than the command

    def add_arguments(self, parser: ArgumentParser) -> None:
        verbs = parser.add_subparsers(dest="verb", required=True, metavar="test")
        test = verbs.add_parser("test", help="send a letter to an address")
        test.add_argument("address")

    def handle(self, *, address: str, **options: Any) -> None:
        if not settings.MAIL_IS_SET_UP:
            raise SystemExit("handsel: No mail is set up; HANDSEL_MAIL_URL says where the mail server is.")
        text = f"Mail from Handsel arrives. Its links will lead to {settings.ADDRESS}\n"
        try:
            email.send(Letter(to=known_address(address), subject=f"A test from Handsel at {letters.host()}", text=text))
        except (TemporaryFailure, PermanentFailure) as trouble:
            raise SystemExit(f"handsel: The mail server did not take it: {trouble}") from trouble
        self.stdout.write(f"The mail server took it, from {settings.DEFAULT_FROM_EMAIL}. See whether it arrives.")
