"""The calendars that mails have made: what a file once put into one, later files keep true."""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from handsel.documents.rows import Appointment
from handsel.models import CalendarEntry, CareSession, Delivery, Notice, NoticeChoice, User
from handsel.queries import calendar_feed, mailed_calendars
from handsel.rules.lifecycle import State
from handsel.rules.notices import UNDO_WINDOW, NoticeKind, Topic, Way

_MOST = 500

# What is to be said to a person of a family's sessions.
type Due = dict[tuple[User, UUID], list[Appointment]]


def keep(person: User, rows: Iterable[Appointment]) -> None:
    """Keep what a file tells a person's calendar."""
    entries = [
        CalendarEntry(
            person=person,
            family_id=row.family_id,
            session_id=row.session_id,
            version=row.version,
            seen_version=row.version,
            is_off=row.state is State.CANCELLED,
            fingerprint=row.fingerprint,
            starts_at=row.start,
            ends_at=row.end,
            time_zone=row.time_zone,
        )
        for row in rows
    ]
    told = ["version", "seen_version", "is_off", "fingerprint", "starts_at", "ends_at", "time_zone"]
    CalendarEntry.objects.bulk_create(
        entries, update_conflicts=True, unique_fields=["person", "session_id"], update_fields=told
    )


def correct(at: datetime) -> int:
    """Write to whose calendars a file made untrue, and to who wants them whole; return to how many.

    A mail that is on its way brings such a file along, so its person is left to it. What was changed within the minute
    may be undone still.
    """
    notices = [
        _notice(kind, person, family_id, rows, at)
        for kind, due in ((NoticeKind.CALENDAR_CORRECTED, _changed(at)), (NoticeKind.CALENDAR_COMPLETED, _missing(at)))
        for (person, family_id), rows in due.items()
    ]
    # The same is said once, also where it cannot be delivered.
    Notice.objects.bulk_create(notices, ignore_conflicts=True)
    return len(notices)


def _changed(at: datetime) -> Due:
    """Return what is true no more of the calendars of those who have no mail on its way; note what still is."""
    due: Due = defaultdict(list)
    # unscoped: everybody's calendars, each by what its own person may see
    settled = CareSession.objects.filter(pk=OuterRef("session_id"), updated_at__gt=at - UNDO_WINDOW)
    entries = mailed_calendars.changed_entries(at).exclude(Exists(settled)).exclude(_has_mail_coming())
    # unscoped: of all, who does not want it
    unwanted = NoticeChoice.objects.filter(topic=Topic.CALENDAR, way=Way.EMAIL, wanted=False)
    entries = entries.exclude(person__in=unwanted.values("person")).select_related("person")
    by_person: dict[User, list[CalendarEntry]] = defaultdict(list)
    for entry in entries.order_by("ends_at", "id")[:_MOST]:
        by_person[entry.person].append(entry)
    for person, theirs in by_person.items():
        rows = mailed_calendars.stand(person, theirs, {}, at=at)
        for entry, row in zip(theirs, rows, strict=True):
            if mailed_calendars.is_true(entry, row):
                CalendarEntry.objects.filter(pk=entry.pk).update(seen_version=row.version)
            else:
                due[person, entry.family_id].append(row)
    return due


def _missing(at: datetime) -> Due:
    """Return the confirmed sessions that no file has brought to those who want each. Two queries a person."""
    due: Due = defaultdict(list)
    # unscoped: of all, who wants it
    chosen = NoticeChoice.objects.filter(topic=Topic.OWN_CALENDAR, way=Way.EMAIL, wanted=True)
    for choice in chosen.exclude(_has_mail_coming()).select_related("person"):
        person = choice.person
        entries = CalendarEntry.objects.filter(person=person, is_off=False)
        sessions = calendar_feed.confirmed(person, at=at, changed_before=at - UNDO_WINDOW)
        missing = sessions.exclude(pk__in=entries.values("session_id")).values_list("pk", flat=True)[:_MOST]
        for row in calendar_feed.mailed(person, list(missing)).values():
            due[person, row.family_id].append(row)
    return due


def _has_mail_coming() -> Q:
    return Exists(Notice.objects.filter(person=OuterRef("person"), routed_at__isnull=True)) | Exists(
        Delivery.objects.filter(notice__person=OuterRef("person"), device__isnull=True, done_at__isnull=True)
    )


def _notice(kind: NoticeKind, person: User, family_id: UUID, rows: Sequence[Appointment], at: datetime) -> Notice:
    """Return a notice that is no line of the inbox: who reads it knows, or did it."""
    said = sorted((str(row.session_id), row.version) for row in rows)
    return Notice(
        person=person,
        family_id=family_id,
        kind=kind.value,
        facts={"count": len(said), "sessions": [session_id for session_id, _ in said]},
        at=at,
        read_at=at,
        dedup_key=f"{kind} {hashlib.sha256(repr(said).encode()).hexdigest()[:32]}",
    )
