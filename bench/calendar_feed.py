"""A calendar of a thousand sessions at its secret address, against what icalendar alone takes to write as many.

Run it through script/bench. The ways take turns: the first answer of a process, one of which a single session has
changed, one that says nothing has, and icalendar by itself with the same times and titles and nothing else. What is
made is rolled back.
"""

import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import django

django.setup()

import icalendar
from django.db import connection, transaction
from django.db.models import F
from django.test import Client
from django.utils import timezone

from handsel.access import tokens
from handsel.documents import calendar_ics
from handsel.models import CalendarAddress, CareSession, CareSessionChild, Child, Family, Member, User
from handsel.queries import calendar_feed

ROUNDS = 9
SESSIONS = 1000
ZONE = "America/New_York"


def book(at: datetime) -> tuple[list[CareSession], str]:
    """The sessions of one family, from now on, and the secret of an address that shows all of them."""
    family = Family.objects.create(name="Riveras", time_zone=ZONE, currency="USD", created_at=at)
    ana = User.objects.create_user("ana@example.com", name="Ana")
    Member.objects.create(family=family, user=ana, role="PARENT", joined_at=at)
    emma = Child.objects.create(family=family, first_name="Emma", created_at=at)
    starts = [at.replace(microsecond=0) + timedelta(hours=8 * number) for number in range(SESSIONS)]
    columns = {"family": family, "time_zone": ZONE, "notes": "Boots, and a hat.", "created_at": at, "updated_at": at}
    sessions = CareSession.objects.bulk_create(
        CareSession(scheduled_start=start, scheduled_end=start + timedelta(hours=6), **columns) for start in starts
    )
    CareSessionChild.objects.bulk_create(CareSessionChild(session=session, child=emma) for session in sessions)
    secret = tokens.new_secret()
    more = {"is_full": True, "shows_children": True, "shows_notes": True}
    CalendarAddress.objects.create(
        person=ana, name="Kitchen", secret_hash=tokens.hash_of(secret), created_at=at, **more
    )
    return sessions, secret


def alone(sessions: list[CareSession]) -> bytes:
    zone = ZoneInfo(ZONE)
    calendar = icalendar.Calendar()
    for session in sessions:
        event = icalendar.Event()
        event.add("UID", str(session.id))
        event.add("DTSTAMP", session.updated_at.astimezone(UTC))
        event.add("DTSTART", session.scheduled_start.astimezone(zone))
        event.add("DTEND", session.scheduled_end.astimezone(zone))
        event.add("SUMMARY", "Riveras · Emma")
        calendar.add_component(event)
    return calendar.to_ical()


def main() -> None:
    calendar_feed.MOST_AN_HOUR = 10_000  # who measures asks more often
    with transaction.atomic():
        sessions, secret = book(timezone.now())
        client, address = Client(headers={"host": "localhost"}), f"/feeds/{secret}.ics"

        def asked() -> bytes:
            return client.get(address).content

        def first() -> bytes:
            calendar_ics._written.cache_clear()
            return asked()

        def one_changed() -> bytes:
            CareSession.objects.filter(pk=sessions[500].pk).update(version=F("version") + 1, updated_at=timezone.now())
            return asked()

        def unchanged() -> bytes:
            return client.get(address, headers={"If-None-Match": seen}).content

        ways: dict[str, Callable[[], bytes]] = {
            "icalendar alone": lambda: alone(sessions),
            "the first time": first,
            "one changed": one_changed,
            "304": unchanged,
        }
        taken: dict[str, list[float]] = {way: [] for way in ways}
        sizes: dict[str, int] = {}
        for _ in range(ROUNDS):
            for way, make in ways.items():
                seen = client.get(address)["ETag"] if make is unchanged else ""
                begun = time.perf_counter()
                sizes[way] = len(make())
                taken[way].append(time.perf_counter() - begun)
        transaction.set_rollback(True)
    base = statistics.median(taken["icalendar alone"])
    for way, times in taken.items():
        median = statistics.median(times)
        line = f"{median * 1000:8.1f} ms   {median / base:5.2f} x icalendar alone   {sizes[way] / 1000:7.1f} kB"
        sys.stdout.write(f"{connection.vendor:11} {way:16} {line}\n")


if __name__ == "__main__":
    main()
