"""Half a year of two families, made through the actions: what a new book waits for at its first start.

Run it through script/bench. Each round is rolled back. It may take 15 seconds.
"""

import statistics
import sys
import time
from datetime import UTC, datetime

import django

django.setup()

from django.db import connection, transaction

from handsel.actions import example_families
from handsel.models import Event
from handsel.rules.history import Source

ROUNDS = 3
BOUND = 15
AT = datetime(2026, 12, 9, 13, 18, tzinfo=UTC)


def seconds() -> tuple[float, int]:
    with transaction.atomic():
        begun = time.perf_counter()
        example_families.load(at=AT, source=Source.COMMAND)
        taken = time.perf_counter() - begun
        events = Event.objects.count()
        transaction.set_rollback(True)
    return taken, events


def main() -> None:
    taken, events = zip(*(seconds() for _ in range(ROUNDS)), strict=True)
    median = statistics.median(taken)
    sys.stdout.write(
        f"{connection.vendor:11} example families {median:5.2f} s   {median / BOUND:5.2f} x the bound of {BOUND} s"
        f"   {events[0] / median:6.0f} events a second\n"
    )


if __name__ == "__main__":
    main()
