"""The calendars that mails have made of people's sessions: what they hold, and what of it is true no more."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from handsel.documents.rows import Appointment
from handsel.models import CalendarEntry, CareSession, Member, User
from handsel.queries import calendar_feed
from handsel.rules.lifecycle import State


def changed_entries(at: datetime) -> QuerySet[CalendarEntry]:
    """Return entries whose session has changed since it was last looked at, or is gone, or is of a family that the
    person has left; as far back as feeds go.
    """
    # unscoped: the version of each session that was mailed
    version = CareSession.objects.filter(pk=OuterRef("session_id")).values("version")[:1]
    # unscoped: each to its own person, who was mailed it
    entries = CalendarEntry.objects.filter(is_off=False, ends_at__gt=at - calendar_feed.BACK).select_related("family")
    entries = entries.annotate(session_version=Subquery(version))
    is_member = Exists(Member.objects.active().filter(user=OuterRef("person"), family=OuterRef("family")))
    return entries.filter(~Q(session_version=F("seen_version")) | Q(session_version__isnull=True) | ~is_member)


def to_mail(person: User, told: Mapping[UUID, CareSession], *, at: datetime, page: str) -> list[Appointment]:
    """Return what the files beside a letter are to say: of the agreed or cancelled sessions that it tells of, and
    of each whose earlier file is true no more. Four queries at most. page: as for appointments.
    """
    entries = {entry.session_id: entry for entry in changed_entries(at).filter(person=person)}
    earlier = CalendarEntry.objects.filter(person=person, session_id__in=told.keys() - entries.keys())
    entries |= {entry.session_id: entry for entry in earlier.select_related("family")} if told else {}
    rows = stand(person, entries.values(), told, at=at, page=page)
    return [row for row in rows if _is_to_be_said(row, entries.get(row.session_id), row.session_id in told)]


def stand(
    person: User,
    entries: Iterable[CalendarEntry],
    told: Mapping[UUID, CareSession],
    *,
    at: datetime,
    page: str = "",
) -> list[Appointment]:
    """Return how the sessions of these entries, and of these told of, stand in the person's calendar: cancelled, where
    it has them no more.
    """
    by_id = {entry.session_id: entry for entry in entries}
    ids = [*by_id, *(session_id for session_id in told if session_id not in by_id)]
    rows = calendar_feed.mailed(person, ids, page=page)
    for session_id in ids:
        if session_id not in rows:
            is_told = session_id in told
            off = _taken(told[session_id]) if is_told else _gone(by_id[session_id], at)
            rows[session_id] = replace(off, link=calendar_feed.link(page, session_id))
    return [rows[session_id] for session_id in ids]


def is_true(entry: CalendarEntry, row: Appointment) -> bool:
    """Say whether the calendar shows the session as it stands."""
    return entry.is_off if row.state is State.CANCELLED else entry.fingerprint == row.fingerprint


def _is_to_be_said(row: Appointment, entry: CalendarEntry | None, is_told: bool) -> bool:
    if is_told and row.state is not State.UNCONFIRMED:
        return True
    return entry is not None and not entry.is_off and not is_true(entry, row)


def _taken(session: CareSession) -> Appointment:
    """Return a session that is another nanny's by now: to who had it, it is cancelled."""
    return Appointment(
        session_id=session.id,
        family_id=session.family_id,
        version=session.version,
        changed_at=session.updated_at,
        state=State.CANCELLED,
        start=session.scheduled_start,
        end=session.scheduled_end,
        time_zone=session.time_zone,
        family_name=session.family.name,
    )


def _gone(entry: CalendarEntry, at: datetime) -> Appointment:
    """Return a session that the person may see no more, or that was deleted, as what stands above the entry."""
    changed = getattr(entry, "session_version", None) or 0
    return Appointment(
        session_id=entry.session_id,
        family_id=entry.family_id,
        version=max(changed, entry.version + 1),
        changed_at=at,
        state=State.CANCELLED,
        start=entry.starts_at,
        end=entry.ends_at,
        time_zone=entry.time_zone,
        family_name=entry.family.name,
    )
