"""A table of 5,000 past sessions, imported by the action, with the time that it may take; and imported once more, when
all of it is there already.

Run it through script/bench. Nothing that it writes stays.
"""

import sys
import time
from datetime import UTC, date, datetime, timedelta

import django

django.setup()

from django.db import connection, transaction

from handsel.actions import session_imports
from handsel.models import Child, Family, Member, User
from handsel.rules.history import Source

ROWS, MAY_TAKE = 5_000, 5.0
AT = datetime(2026, 6, 1, tzinfo=UTC)


def table() -> bytes:
    days = [date(2026, 5, 20) - timedelta(days=n // 2) for n in range(ROWS)]
    rows = [
        f"{day} {9 + 5 * (n % 2):02}:00,{day} {13 + 5 * (n % 2):02}:00,Emma,Noor,20.00" for n, day in enumerate(days)
    ]
    return "\n".join(["Planned start,Planned end,Children,Nanny,Hourly rate", *rows]).encode()


def main() -> None:
    with transaction.atomic():
        family = Family.objects.create(name="Riveras", time_zone="America/New_York", currency="USD", created_at=AT)
        ana, noor = (User.objects.create(email=f"{name}@example.org", name=name) for name in ("Ana", "Noor"))
        Member.objects.create(family=family, user=ana, role="PARENT", joined_at=AT)
        Member.objects.create(family=family, user=noor, role="NANNY", joined_at=AT)
        Child.objects.create(family=family, first_name="Emma", created_at=AT)
        raw = table()
        for turn in ("new", "there already"):
            begun = time.perf_counter()
            outcome = session_imports.import_sessions(
                family.id, raw, dry_run=False, skip_refused=False, by=ana, at=AT, source=Source.COMMAND
            )
            taken = time.perf_counter() - begun
            counts = f"{outcome.created} made, {outcome.existing} there"
            sys.stdout.write(f"{connection.vendor:11} {turn:14} {taken:6.2f} s of {MAY_TAKE} s   {counts}\n")
        transaction.set_rollback(True)


if __name__ == "__main__":
    main()
