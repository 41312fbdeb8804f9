"""`handsel forget child|family|person`: erase somebody who asks, and say before what stays and until when."""

import sys
from argparse import ArgumentParser
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import BaseCommand, CommandError
from django.utils import timezone

from handsel.actions.erasing import erasures
from handsel.actions.erasing.erasures import Subject
from handsel.documents import erased_list
from handsel.management import setup
from handsel.queries import erasures as queries
from handsel.queries.erasures import Foreseen
from handsel.rules.erasing import Erased
from handsel.rules.history import Source
from handsel.rules.refusals import Refusal

_MEANT = {
    Erased.CHILD: ("ID", "a child, by the id that its page or the API shows"),
    Erased.FAMILY: ("ID", "a family with all its children, by its id"),
    Erased.PERSON: ("EMAIL", "a person who signs in, by e-mail address or id"),
}


class Command(BaseCommand):
    help = "Erase a child, a family or a person who asks. Nothing brings back what is erased."

    requires_system_checks = ()  # they take longer than the command

    def add_arguments(self, parser: ArgumentParser) -> None:
        kinds = parser.add_subparsers(dest="kind", required=True, metavar="child | family | person | again")
        for kind, (word, meaning) in _MEANT.items():
            one = kinds.add_parser(kind.value.lower(), help=meaning)
            one.add_argument("word", metavar=word)
            one.add_argument("--dry-run", action="store_true", help="say what would be erased and what stays, and end")
            one.add_argument("--yes", action="store_true", help="do not ask")
        again = kinds.add_parser("again", help="erase in a book that was put back what had been erased since")
        again.add_argument(
            "list", nargs="?", type=Path, help="the list of ids; else erased.jsonl in the data directory"
        )

    def handle(self, *, kind: str, **options: Any) -> None:
        setup.ensure_migrated()
        at = timezone.now()
        if kind == "again":
            self._again(options["list"] or settings.ERASED_LIST, at)
            return
        try:
            subject = erasures.find(Erased(kind.upper()), options["word"])
        except Refusal as refusal:
            raise SystemExit(f"handsel: {refusal.detail}") from None
        for family_id in subject.families:
            if family_id is not None:
                self._say(subject, queries.foreseen(subject.kind, subject.id, family_id, at=at))
        if options["dry_run"]:
            self.stdout.write("Nothing was changed.")
            return
        if not options["yes"]:
            self._ask()
        try:
            erasures.erase(subject, at=at, source=Source.COMMAND)
        except Refusal as refusal:
            raise SystemExit(f"handsel: {refusal.detail} Nothing was changed.") from None
        erasures.sweep(at)
        self.stdout.write(f"Erased. The id stands in {settings.ERASED_LIST}: keep that list with your backups.")

    def _ask(self) -> None:
        if not sys.stdin.isatty():
            raise CommandError("Say --dry-run to see what would be erased, or --yes to erase it.")
        self.stdout.write("Nothing brings it back. Type erase to go on: ", ending="")
        self.stdout.flush()
        if sys.stdin.readline().strip() != "erase":
            raise SystemExit("handsel: Nothing was changed.")

    def _say(self, subject: Subject, foreseen: Foreseen) -> None:
        rows = (
            (foreseen.children, "child loses", "children lose", "names, birth dates and care notes"),
            (foreseen.sessions, "session", "sessions", "without notes and reasons; times, rates and amounts stay"),
            (foreseen.events, "line", "lines", "of history without texts; who, what and when stay"),
            (foreseen.notices, "notice goes", "notices go", "with the letters that come of them"),
            (foreseen.invitations, "invitation goes", "invitations go", "with the address"),
            (foreseen.receipts, "receipt goes", "receipts go", "now, of expenses that no pay period settled"),
        )
        for count, one, many, what in rows:
            if count:
                self.stdout.write(f"{count:>7} {one if count == 1 else many} {what}")
        if subject.kind is Erased.PERSON:
            self.stdout.write("        The account goes with sign-ins, devices, calendars and the tax number, at once.")
        for document in foreseen.documents:
            self.stdout.write(
                f"        Document {document.number} ({document.kind}) stays readable until {document.until}."
            )
        if foreseen.settled_receipts_until:
            self.stdout.write(f"        Receipts of settled expenses stay until {foreseen.settled_receipts_until}.")
        if foreseen.ahead:
            self.stdout.write(f"{foreseen.ahead:>7} planned ahead, which stay: cancel them if nobody comes")

    def _again(self, path: Path, at: datetime) -> None:
        try:
            lines = erased_list.read(path)
        except (OSError, ValueError) as error:
            raise SystemExit(f"handsel: {error}") from None
        self.stdout.write(f"Erased again: {erasures.erase_again(lines, at=at)} of {len(lines)}.")
