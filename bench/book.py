"""The pages of money in a book of ten families with a year each, and in one of three years with four nannies, beside
Today in the same run: how long they take and how many queries they ask. Then how long approving takes, and for how long
of that it holds the write lock.

Run it through script/bench. Nothing that it writes stays.
"""

import statistics
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from operator import sub
from typing import Any
from unittest import mock

import django
from django.conf import settings

# Nothing is collected here. The models copy what is set.
settings.STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
django.setup()

from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handsel.actions import pay_periods, period_moves, session_imports
from handsel.models import Child, Family, Member, PayPeriod, PayPolicy, User
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.pay.period_moves import PeriodMove
from handsel.rules.pay.periods import PeriodStatus

AT = datetime(2026, 11, 27, 15, tzinfo=UTC)
TODAY, DAY = AT.date(), timedelta(days=1)
ROUNDS, MOST_MS, MOST_QUERIES = 15, 60, 18
APPROVING_MS, LOCKED_MS = 300, 20


def say(line: str) -> None:
    sys.stdout.write(f"{connection.vendor:11} {line}\n")
    sys.stdout.flush()


def family(number: int, years: int, nannies: int) -> tuple[Family, User]:
    """A family with a session a working day of each nanny, overtime after forty hours, and months settled until the
    last, which waits. Its documents are left out: they take longer than all else.
    """
    book = Family.objects.create(name=f"Riveras {number}", time_zone="America/New_York", currency="USD", created_at=AT)
    ana = User.objects.create(email=f"ana-{number}@example.org", name="Ana")
    parent = Member.objects.create(family=book, user=ana, role="PARENT", joined_at=AT)
    Child.objects.create(family=book, first_name="Emma", created_at=AT)
    first = date(TODAY.year - years, 12, 1)
    days = [first + n * DAY for n in range((TODAY - first).days)]
    PayPolicy.objects.create(
        family=book, effective_from=first, weekly_overtime_after=2400, federal_overtime=True,
        preset="US_FEDERAL", created_by=parent, created_at=AT,
    )  # fmt: skip
    rows, cared = ["Planned start,Planned end,Children,Nanny,Hourly rate"], []
    for place in range(nannies):
        noor = User.objects.create(email=f"noor-{number}-{place}@example.org", name=f"Noor{place}")
        cared.append(Member.objects.create(family=book, user=noor, role="NANNY", joined_at=AT))
        rows += [f"{day} 08:00,{day} 16:45,Emma,Noor{place},20.00" for day in days if day.weekday() < 5]
    session_imports.import_sessions(
        book.id, "\n".join(rows).encode(), dry_run=False, skip_refused=False, by=ana, at=AT, source=Source.COMMAND
    )
    for nanny in cared:
        settle(book, nanny, ana, first)
    return book, ana


def settle(book: Family, nanny: Member, by: User, first: date) -> None:
    begins = first
    while begins < TODAY:
        ends = (begins.replace(day=1) + 32 * DAY).replace(day=1) - DAY
        values = {"nanny_id": nanny.id, "from_date": begins, "to_date": min(ends, TODAY - DAY)}
        period = pay_periods.create(book.id, Draft(values), by=by, at=AT, source=Source.COMMAND)
        period_moves.move(PeriodMove.SUBMIT, period.id, by=by, at=AT, source=Source.COMMAND)
        if ends < TODAY:
            period_moves.move(PeriodMove.APPROVE, period.id, by=by, at=AT, source=Source.COMMAND, with_statement=False)
        begins = ends + DAY


def pages(book: Family) -> dict[str, str]:
    last = PayPeriod.objects.filter(family=book, status=PeriodStatus.APPROVED).latest("from_date")
    return {
        "Today": reverse("web:today"),
        "Pay": reverse("web:pay", args=[book.id]),
        "a period": reverse("web:pay_period", args=[last.id]),
        "Year": reverse("web:family_records", args=[book.id, TODAY.year]),
    }


def measure(name: str, book: Family, ana: User) -> None:
    """Noor sees Today, and Ana the rest."""
    noor = Member.objects.filter(family=book, role="NANNY").earliest("user__email").user
    hers, others = (Client(headers={"host": "localhost"}) for _ in range(2))
    hers.force_login(noor)
    others.force_login(ana)
    addresses = pages(book)
    clients = {page: hers if page == "Today" else others for page in addresses}
    taken: dict[str, list[float]] = {page: [] for page in addresses}
    asked = {}
    for page, address in addresses.items():
        clients[page].get(address)
        with CaptureQueriesContext(connection) as queries:
            answer = clients[page].get(address)
        if answer.status_code != 200:
            raise SystemExit(f"{page} answered {answer.status_code}")
        asked[page] = len(queries)
    for _ in range(ROUNDS):
        for page, address in addresses.items():
            with timed(taken[page]):
                clients[page].get(address)
    of_today = statistics.median(taken["Today"])
    for page, times in taken.items():
        median = statistics.median(times)
        taken_by = f"{1000 * median:6.1f} ms of {MOST_MS}, {median / of_today:5.2f} x Today"
        say(f"{name:28} {page:9} {taken_by}   {asked[page]} queries of {MOST_QUERIES}")


@contextmanager
def timed(times: list[float]) -> Iterator[None]:
    """Take the time of the processor on SQLite, so that what else a machine has to do does not count; on PostgreSQL,
    which works in processes of its own, the clock's.
    """
    clock = time.process_time if connection.vendor == "sqlite" else time.perf_counter
    begun = clock()
    yield
    times.append(clock() - begun)


def approve(book: Family, ana: User) -> None:
    """Approve the period that waits, reopen and submit it, and so on."""
    period = PayPeriod.objects.filter(family=book, status=PeriodStatus.SUBMITTED).earliest("from_date")
    whole: list[float] = []
    before: list[float] = []
    asked: list[int] = []
    prepare = period_moves._prepared_statement

    def timed_before_the_lock(*about: Any) -> Any:
        with timed(before):
            return prepare(*about)

    for number in range(7):
        at = AT + timedelta(minutes=number)
        with (
            mock.patch.object(period_moves, "_prepared_statement", timed_before_the_lock),
            CaptureQueriesContext(connection) as queries,
            timed(whole),
        ):
            period_moves.move(PeriodMove.APPROVE, period.id, by=ana, at=at, source=Source.COMMAND)
        texts = [query["sql"] for query in queries]
        asked.append(len(texts) - next(place for place, text in enumerate(texts) if text.startswith("SAVEPOINT")))
        why = Draft({"reason": "Tuesday was longer"})
        period_moves.move(PeriodMove.REOPEN, period.id, why, by=ana, at=at, source=Source.COMMAND)
        period_moves.move(PeriodMove.SUBMIT, period.id, by=ana, at=at, source=Source.COMMAND)
    locked = map(sub, whole, before)
    say(f"approving a month            {1000 * statistics.median(whole):6.1f} ms (may take {APPROVING_MS} ms)")
    say(f"of which the lock is held    {1000 * statistics.median(locked):6.1f} ms (may take {LOCKED_MS} ms)")
    say(f"and asks the database        {statistics.median(asked):6.0f} times")


def main() -> None:
    # The pages ask the clock what today is: the book ends with the day before.
    with transaction.atomic(), mock.patch("django.utils.timezone.now", return_value=AT):
        books = [family(number, 1, 1) for number in range(10)]
        measure("ten families, a year each", *books[0])
        long = family(10, 3, 4)
        measure("three years, four nannies", *long)
        approve(*books[0])
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
