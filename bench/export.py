"""The export of a family's year, with one nanny, and of three years with four, with the seconds that each may take.

Run it through script/bench. Nothing that it writes stays.
"""

import sys
import tempfile
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import django

django.setup()

from django.conf import settings
from django.db import connection, transaction

from handsel.actions import exports, session_imports
from handsel.management import exporting
from handsel.models import Child, Export, Family, Member, User
from handsel.rules.history import Source

AT = datetime(2026, 6, 1, tzinfo=UTC)
# Years, nannies, and how many seconds it may take. The first is asked twice: a worker that runs has read the program.
BOOKS = ((1, 1, 5.0), (1, 1, 5.0), (3, 4, 20.0))


def fill(years: int, nannies: int) -> tuple[Family, User]:
    """A family with a session a working day of each nanny, and one line of history each."""
    family = Family.objects.create(name="Riveras", time_zone="America/New_York", currency="USD", created_at=AT)
    ana = User.objects.create(email=f"ana-{family.id}@example.org", name="Ana")
    Member.objects.create(family=family, user=ana, role="PARENT", joined_at=AT)
    Child.objects.create(family=family, first_name="Emma", created_at=AT)
    rows = ["Planned start,Planned end,Children,Nanny,Hourly rate"]
    for number in range(nannies):
        name = f"Noor{number}"
        noor = User.objects.create(email=f"{name}-{family.id}@example.org", name=name)
        Member.objects.create(family=family, user=noor, role="NANNY", joined_at=AT)
        days = [date(2026, 5, 29) - timedelta(days=n) for n in range(365 * years)]
        rows += [f"{day} 09:00,{day} 17:00,Emma,{name},20.00" for day in days if day.weekday() < 5]
    session_imports.import_sessions(
        family.id,
        "\n".join(rows).encode(),
        dry_run=False,
        skip_refused=False,
        by=ana,
        at=AT,
        source=Source.COMMAND,
    )
    return family, ana


def main() -> None:
    for years, nannies, may_take in BOOKS:
        with tempfile.TemporaryDirectory() as directory, transaction.atomic():
            settings.EXPORTS_DIR = Path(directory)
            family, ana = fill(years, nannies)
            export = exports.start(family.id, by=ana, at=AT, source=Source.COMMAND)
            begun = time.perf_counter()
            exporting.write_next(AT)
            taken = time.perf_counter() - begun
            export = Export.objects.get(pk=export.id)
            what = f"{years} years, {nannies} nannies"
            came = f"{export.status}, {export.size} bytes"
            sys.stdout.write(f"{connection.vendor:11} {what:20} {taken:6.2f} s of {may_take} s   {came}\n")
            transaction.set_rollback(True)


if __name__ == "__main__":
    main()
