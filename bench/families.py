"""Make a book of so many families for the benchmarks, through the actions themselves.

    python -m bench.families 100

It goes on where it was stopped: a family is whole or not there. The first one is the same in every size, with three
nannies who care every day, so that its pages can be compared from size to size; each other has a nanny of weekdays.
Everything is around a fixed day, NOW, which the server under test takes for today.
"""

import os
import sys
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock_time
from decimal import Decimal
from zoneinfo import ZoneInfo

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "handsel.settings")
django.setup()

from django.db import transaction

from handsel.actions import care_schedules, care_sessions, children, families, generation, invitations, people
from handsel.models import CareSession, Family, User
from handsel.rules import local_time
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import Status
from handsel.rules.moves import Move
from handsel.rules.recurrence import Recurrence, Weekday
from handsel.rules.roles import Role

ZONE = "America/New_York"
TODAY = date(2026, 6, 3)  # a Wednesday
FOUNDED = datetime(2026, 4, 1, 19, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
NOW = datetime(2026, 6, 3, 10, 30, tzinfo=ZoneInfo(ZONE)).astimezone(UTC)
WEEK = timedelta(weeks=1)
# Weeks of the first family and of the others, before and after the Monday of this week.
LARGE, SMALL = (8, 8), (4, 4)
WEEKDAYS = frozenset(list(Weekday)[:5])
HOURS = [(clock_time(6), clock_time(13)), (clock_time(13), clock_time(18, 30)), (clock_time(18, 30), clock_time(22))]
AT_ONCE = 400  # sessions; one press takes at most 500


def parent_of(number: int) -> str:
    return f"ana-{number}@example.org"


def nanny_of(number: int) -> str:
    return f"noor-{number}@example.org"


def make(number: int) -> None:
    """Make one family whole: its people, schedules, sessions of the past recorded and of this week confirmed."""
    origin = {"at": FOUNDED, "source": Source.COMMAND}
    nannies, days, (before, after) = (3, frozenset(Weekday), LARGE) if number == 0 else (1, WEEKDAYS, SMALL)
    ana = people.create(parent_of(number), "Ana Rivera", at=FOUNDED)
    about = {"name": f"Riveras {number}", "time_zone": ZONE, "currency": "USD", "default_hourly_rate": Decimal(25)}
    family = families.create(Draft.of(**about), by=ana, **origin)
    named = [
        children.create(family.id, Draft.of(first_name=name, last_name="Rivera"), by=ana, **origin).id
        for name in ("Emma", "Theo")
    ]
    monday = TODAY - timedelta(days=TODAY.weekday())
    first, last = monday - before * WEEK, monday + after * WEEK - timedelta(days=1)
    for place, (start, end) in enumerate(HOURS[:nannies]):
        address = nanny_of(number) if place == 0 else f"bea-{number}-{place}@example.org"
        nanny = people.create(address, "Noor Haddad" if place == 0 else f"Bea {place}", at=FOUNDED)
        _, token = invitations.invite(family.id, Draft.of(email=address, role=Role.NANNY), by=ana, **origin)
        member = invitations.accept(Draft.of(token=token), by=nanny, **origin)
        plan = Draft.of(
            name=f"Regular care {place}", recurrence=Recurrence.WEEKLY, days_of_week=days, start_time=start,
            end_time=end, start_date=first, child_ids=tuple(named), nanny_id=member.id, hourly_rate=Decimal(25),
        )  # fmt: skip
        schedule = care_schedules.create(family.id, plan, by=ana, **origin)
        generation.generate(schedule.id, Draft.of(from_date=first, to_date=last), by=ana, **origin)
    _live(family, ana, monday)


def _live(family: Family, ana: User, monday: date) -> None:
    """Confirm what begins before the end of this week, and record what was over by now as planned."""
    sessions = CareSession.objects.filter(family=family)
    week_ends = local_time.instant(datetime.combine(monday + WEEK, clock_time()), ZONE)
    _press(Move.CONFIRM, family, ana, sessions.filter(scheduled_start__lt=week_ends), FOUNDED + timedelta(hours=1))
    over = sessions.filter(scheduled_end__lt=NOW, status=Status.SCHEDULED)
    _press(Move.RECORD, family, ana, over, NOW - timedelta(minutes=5))


def _press(move: Move, family: Family, by: User, sessions, at: datetime) -> None:
    ids = list(sessions.order_by("scheduled_start").values_list("id", flat=True))
    for begin in range(0, len(ids), AT_ONCE):
        draft = Draft.of(session_ids=tuple(ids[begin : begin + AT_ONCE]))
        answer = care_sessions.move_many(move, family.id, draft, by=by, at=at, source=Source.COMMAND)
        if answer.refused:
            raise SystemExit(f"{move}: {answer.refused[0].detail}")


def main() -> None:
    size = int(sys.argv[1])
    done = Family.objects.filter(name__startswith="Riveras ").count()
    said = time.monotonic()
    for number in range(done, size):
        with transaction.atomic():
            make(number)
        if time.monotonic() - said > 2 or number == size - 1:
            said = time.monotonic()
            sys.stderr.write(f"   {number + 1} of {size} families\n")


if __name__ == "__main__":
    main()
