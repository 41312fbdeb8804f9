"""`handsel move DATABASE_URL`: carry the book to another database."""

from argparse import ArgumentParser
from typing import Any

from django.core.management import BaseCommand

from handsel.management import moving


class Command(BaseCommand):
    help = "Carry the whole book to another, empty database. The book has to be stopped meanwhile; it stays as it is."

    requires_system_checks = ()  # they take longer than the command

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "address",
            metavar="DATABASE_URL",
            help="postgresql://user:password@host:5432/name, or sqlite:///DIRECTORY/handsel.sqlite3",
        )

    def handle(self, *, address: str, **options: Any) -> None:
        moving.move(address, self.stdout.write)
        self.stdout.write("The book is moved. Start it with the new address; the old database is as it was.")
