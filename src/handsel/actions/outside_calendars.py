"""Calendars elsewhere that make their person busy. Like keys they belong to a person, and the operator's log tells of
them, by their ids alone.
"""

import json
import logging
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from handsel.access import encryption, visibility
from handsel.access.encryption import Secret
from handsel.models import BusyTime, CareSession, Member, OutsideCalendar, User
from handsel.rules import backoff, local_time, outside_calendars, overlap
from handsel.rules.drafts import Draft, Problems
from handsel.rules.history import Source
from handsel.rules.outside_calendars import CalendarToRead, Reading, Remarks, Trouble
from handsel.rules.refusals import NotAllowed, NotVisible
from handsel.rules.roles import Role
from handsel.rules.sentences import say

# Whoever dies while reading one leaves it to the others after this.
LEASE = timedelta(minutes=2)

log = logging.getLogger(__name__)


@transaction.atomic
def add(draft: Draft, *, by: User, at: datetime, source: Source) -> OutsideCalendar:
    """Add a nanny's own calendar, to be read at once (draft: name; address, as rules.outside_calendars reads it).

    Raises NotVisible, NotAllowed for who is no nanny, or Invalid.
    """
    visibility.lock_active_person(by)
    if not _as_nanny(by).exists():
        raise NotAllowed(say("Only a nanny can add a calendar here."))
    problems = Problems(draft, ["name", "address"])
    calendars = OutsideCalendar.objects.filter(person=by)
    addresses = [
        encryption.decrypt(encrypted, Secret.OUTSIDE_CALENDAR, by.id)
        for encrypted in calendars.values_list("encrypted_address", flat=True)
    ]
    if len(addresses) >= outside_calendars.MOST_CALENDARS:
        most = outside_calendars.MOST_CALENDARS
        problems.add("address", say("You already have %(most)s calendars here. Remove one first.", most=most))
    elif draft.get("address") in addresses:
        problems.add("address", say("This calendar is already here."))
    problems.raise_if_any()
    calendar = OutsideCalendar.objects.create(
        person=by,
        name=draft["name"],
        encrypted_address=encryption.encrypt(draft["address"], Secret.OUTSIDE_CALENDAR, by.id),
        created_at=at,
        next_at=at,
    )
    log.info("Outside calendar %s added for %s from %s", calendar.id, by.id, source)
    return calendar


@transaction.atomic
def remove(calendar_id: UUID, *, by: User, source: Source) -> None:
    """Forget one of the person's own calendars, with all that it said. Raises NotVisible."""
    calendar = OutsideCalendar.objects.select_for_update().filter(pk=calendar_id, person=by).first()
    if calendar is None:
        raise NotVisible
    calendar.delete()
    log.info("Outside calendar %s of %s removed from %s", calendar_id, by.id, source)


# Reading them, which is the worker's


@dataclass(frozen=True, slots=True)
class Claimed:
    """A calendar that is this worker's to read until `lease`; None where its address can't be decrypted any more."""

    calendar_id: UUID
    lease: datetime
    calendar: CalendarToRead | None


def claim(at: datetime) -> Claimed | None:
    """Claim the next calendar whose turn it is; of several workers that ask at once one gets it."""
    # unscoped: everybody's, by when it is due
    calendars = OutsideCalendar.objects.due(at)
    due = calendars.filter(Exists(_as_nanny(OuterRef("person"))), person__is_active=True)
    for calendar in due.select_related("person").order_by("next_at", "id")[:10]:
        if OutsideCalendar.objects.filter(pk=calendar.pk).claim(at, LEASE):
            return Claimed(calendar.id, at + LEASE, _to_read(calendar, at))
    return None


def keep(claimed: Claimed, reading: Reading, *, at: datetime) -> None:
    """Keep what was read of the calendar."""
    with transaction.atomic():
        calendar = _still_ours(claimed)
        if calendar is None:
            return
        if reading.busy is not None:
            _replace(calendar, reading, at)
            calendar.encrypted_remarks = _encrypted(reading.remarks, calendar.person) if reading.remarks else ""
            calendar.full_read_at = at
            calendar.etag, calendar.last_modified = reading.etag, reading.last_modified
        calendar.last_error, calendar.failures = "", 0
        calendar.read_at, calendar.next_at = at, at + outside_calendars.READ_EVERY
        calendar.save()


def note_trouble(claimed: Claimed, trouble: Trouble, *, at: datetime) -> None:
    """Note that it could not be read. What was known of it stays, and it is tried again, each time later."""
    with transaction.atomic():
        calendar = _still_ours(claimed)
        if calendar is None:
            return
        if calendar.last_error != trouble:
            log.info("Outside calendar %s could not be read: %s", calendar.id, trouble)
        calendar.failures = min(calendar.failures + 1, 1_000)
        calendar.last_error = trouble
        calendar.next_at = at + backoff.pause_after(
            calendar.failures, first=outside_calendars.FIRST_PAUSE, longest=outside_calendars.LONGEST_PAUSE
        )
        calendar.save()


def _as_nanny(person: User | OuterRef) -> QuerySet[Member]:
    return Member.objects.active().filter(user=person, role=Role.NANNY)


def _to_read(calendar: OutsideCalendar, at: datetime) -> CalendarToRead | None:
    address = encryption.decrypt(calendar.encrypted_address, Secret.OUTSIDE_CALENDAR, calendar.person_id)
    if address is None:
        return None
    zone = _zone(calendar.person)
    today = local_time.local_date(at, zone)
    days = timedelta(days=outside_calendars.DAYS_BACK), timedelta(days=outside_calendars.DAYS_AHEAD)
    first, last = local_time.day_span(today - days[0], today + days[1], zone)
    # unscoped: of the nanny whose calendar is at hand
    own = CareSession.objects.filter(nanny_person=calendar.person).overlapping(first, last).values_list("id", flat=True)
    is_fresh = calendar.full_read_at is not None and at - calendar.full_read_at < outside_calendars.WHOLE_EVERY
    return CalendarToRead(
        address=address,
        etag=calendar.etag if is_fresh else "",
        last_modified=calendar.last_modified if is_fresh else "",
        first=first,
        last=last,
        zone=zone,
        own=[str(session_id) for session_id in own],
        allow_private=settings.PRIVATE_CALENDARS,
    )


def _zone(person: User) -> str:
    """Return the time zone by whose clocks the person's whole days go."""
    if person.time_zone:
        return person.time_zone
    memberships = _as_nanny(person).order_by("family__name", "family_id")
    return memberships.values_list("family__time_zone", flat=True).first() or "UTC"


def _still_ours(claimed: Claimed) -> OutsideCalendar | None:
    """Return the calendar, unless it was removed meanwhile, or this took so long that another worker has it."""
    rows = OutsideCalendar.objects.select_for_update().filter(pk=claimed.calendar_id)
    return rows.held_until(claimed.lease).first()


def _encrypted(remarks: Remarks, person: User) -> str:
    return encryption.encrypt(json.dumps(asdict(remarks)), Secret.CALENDAR_REMARKS, person.id)


def _replace(calendar: OutsideCalendar, reading: Reading, at: datetime) -> None:
    """Replace the busy times. What stays the same is left alone, since most of it does; of a file that was cut off
    nobody knows what is missing, so all stays.
    """
    rows = calendar.busy_times.all()
    stored = {(start, end): pk for pk, start, end in rows.values_list("id", "starts_at", "ends_at")}
    busy = reading.busy or []
    if reading.remarks.is_cut_off:
        busy = overlap.merged([*busy, *(stretch for stretch in stored if stretch[1] > at)])
    stretches = set(busy)
    gone = [pk for stretch, pk in stored.items() if stretch not in stretches]
    rows.filter(pk__in=gone).delete()
    BusyTime.objects.bulk_create(
        (
            BusyTime(calendar=calendar, starts_at=start, ends_at=end, created_at=at)
            for start, end in busy
            if (start, end) not in stored
        ),
        batch_size=500,
    )
