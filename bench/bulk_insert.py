"""A year of Mon/Wed/Fri for two children: 157 sessions with their children, written in three ways.

Run it through script/bench. Every way writes the same rows and is rolled back.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import django

django.setup()

from django.db import connection, transaction

from handsel.models import CareSession, CareSessionChild, Child, Family

ROUNDS = 15
AT = datetime(2026, 1, 1, tzinfo=UTC)


def rows(family: Family, children: list[Child]) -> tuple[list[CareSession], list[CareSessionChild]]:
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]
    starts = [datetime(day.year, day.month, day.day, 11, tzinfo=UTC) for day in days if day.weekday() in (0, 2, 4)]
    sessions = [
        CareSession(
            family=family,
            scheduled_start=start,
            scheduled_end=start + timedelta(hours=8),
            time_zone=family.time_zone,
            created_at=AT,
            updated_at=AT,
        )
        for start in starts
    ]
    return sessions, [CareSessionChild(session=session, child=child) for session in sessions for child in children]


def in_bulk(sessions: list[CareSession], links: list[CareSessionChild]) -> None:
    CareSession.insert_many(sessions)
    CareSessionChild.insert_many(links)


def by_django(sessions: list[CareSession], links: list[CareSessionChild]) -> None:
    CareSession.objects.bulk_create(sessions)
    CareSessionChild.objects.bulk_create(links)


def one_by_one(sessions: list[CareSession], links: list[CareSessionChild]) -> None:
    for row in (*sessions, *links):
        row.save(force_insert=True)


def seconds(write: Callable, family: Family, children: list[Child]) -> float:
    made = rows(family, children)
    with transaction.atomic():
        begun = time.perf_counter()
        write(*made)
        taken = time.perf_counter() - begun
        transaction.set_rollback(True)
    return taken


def main() -> None:
    with transaction.atomic():
        family = Family.objects.create(name="Riveras", time_zone="UTC", currency="USD", created_at=AT)
        children = [Child.objects.create(family=family, first_name=name, created_at=AT) for name in ("Emma", "Theo")]
        ways = (in_bulk, by_django, one_by_one)
        taken: dict[Callable, list[float]] = {way: [] for way in ways}
        for _ in range(ROUNDS):
            for way in ways:
                taken[way].append(seconds(way, family, children))
        transaction.set_rollback(True)
    base = statistics.median(taken[in_bulk])
    for way in ways:
        median = statistics.median(taken[way])
        taken_and_ratio = f"{median * 1000:8.1f} ms   {median / base:5.2f} x in_bulk"
        sys.stdout.write(f"{connection.vendor:11} {way.__name__:11} {taken_and_ratio}\n")


if __name__ == "__main__":
    main()
