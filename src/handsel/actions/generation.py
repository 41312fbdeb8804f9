"""Making the sessions of a date range from a schedule, and taking a generation back."""

from collections.abc import Collection, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction

from handsel.access import checks, visibility
from handsel.access.checks import Standing
from handsel.actions import booking, history
from handsel.models import (
    CareSchedule,
    CareSession,
    CareSessionChild,
    Child,
    Event,
    GenerationBatch,
    Member,
    Notice,
    TimeOff,
    User,
)
from handsel.models.care_sessions import UNTOUCHED
from handsel.notices import audience, outbox
from handsel.rules import local_time, overlap, recurrence
from handsel.rules.drafts import NOTHING_SAID, Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.notices import NoticeKind
from handsel.rules.overlap import Span
from handsel.rules.refusals import Clashing, ScheduleInactive, WrongState
from handsel.rules.roles import Capability, Role
from handsel.rules.sentences import say


@dataclass(frozen=True, slots=True)
class Created:
    slot_date: date
    scheduled_start: datetime
    scheduled_end: datetime
    session_id: UUID | None
    clashes: list[Clashing] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Existing:
    slot_date: date
    session_id: UUID
    status: str
    is_confirmed: bool


@dataclass(frozen=True, slots=True)
class Skipped:
    slot_date: date
    reason: str


@dataclass(frozen=True, slots=True)
class Generation:
    """What a generation did, or in a dry run would do: then batch_id and every session_id are None."""

    family_id: UUID
    batch_id: UUID | None
    dry_run: bool
    created: list[Created]
    existing: list[Existing]
    skipped: list[Skipped]


@dataclass(frozen=True, slots=True)
class Undone:
    family_id: UUID
    removed: int
    kept: int


def generate(
    schedule_id: UUID,
    draft: Draft,
    *,
    by: User,
    at: datetime,
    source: Source,
    version: int | None = None,
    leave_out: Collection[date] = (),
) -> Generation:
    """Make unconfirmed sessions for the slots of a range that have none; safe to repeat, all or nothing.

    draft: from_date and to_date, both inclusive, at most 366 days; dry_run. Every session that exists is left as it
    is. The parents get one notice, also of what the worker does on the word of one of them. `version`: the schedule
    whose dry run was seen; `leave_out`: slots that are not to be made. Raises NotVisible, NotAllowed, Invalid,
    ScheduleInactive, VersionConflict, or WrongState where every child is archived.
    """
    dry_run = bool(draft.get("dry_run"))
    with nullcontext() if dry_run else transaction.atomic():
        # The lock makes a second generation of the same schedule wait, and then find every slot taken.
        standing, schedule = visibility.care_schedule(by, schedule_id, lock=not dry_run)
        checks.may(standing, Capability.PLAN)
        first, last = _range(draft)
        if not schedule.is_active:
            raise ScheduleInactive
        checks.version(schedule, version)
        existing, skipped, spans = _sort_slots(schedule, first, last, leave_out)
        clashes = _clashes(schedule, spans)
        children = _children(schedule) if spans else []
        if dry_run:
            created = [Created(slot, *spans[slot], None, clashes.get(slot, [])) for slot in spans]
            return Generation(schedule.family_id, None, True, created, existing, skipped)
        found = (existing, skipped, spans, clashes, children)
        return _write(standing, schedule, (first, last), found, at=at, source=source)


@transaction.atomic
def undo(batch_id: UUID, draft: Draft = NOTHING_SAID, *, by: User, at: datetime, source: Source) -> Undone:
    """Remove the sessions of a generation that nobody touched, and keep the others.

    Untouched is: unconfirmed, never edited or moved, with no request for changes. Undoing again removes none.
    The draft has no fields: there is nothing to say about it but what is wrong.
    Raises NotVisible, NotAllowed or Invalid.
    """
    standing, batch = visibility.batch(by, batch_id, lock=True)
    checks.may(standing, Capability.PLAN)
    Problems(draft).raise_if_any()
    mine = CareSession.objects.filter(batch=batch)
    untouched = list(mine.filter(UNTOUCHED).select_for_update(of=("self",)).order_by("id"))
    mine.filter(id__in=[session.id for session in untouched]).delete()
    kept = mine.count()
    if not untouched:
        return Undone(batch.family_id, 0, kept)
    lines = [
        history.line(
            EventKind.CARE_SESSION_DELETED,
            by=standing,
            at=at,
            source=source,
            session=session,
            changes=history.old_values(session, _TOLD),
            nanny_id=session.nanny_id,
        )
        for session in untouched
    ]
    lines.append(
        history.line(
            EventKind.CARE_SCHEDULE_GENERATION_UNDONE,
            by=standing,
            at=at,
            source=source,
            schedule_id=batch.schedule_id,
            changes={"removed": (None, len(untouched)), "kept": (None, kept)},
        )
    )
    Event.insert_many(lines)
    GenerationBatch.objects.filter(pk=batch.pk).update(undone_at=at)
    if not kept:
        # Nobody needs to answer for sessions that are gone.
        Notice.objects.filter(batch=batch, read_at__isnull=True).update(read_at=at)
    return Undone(batch.family_id, len(untouched), kept)


# Who pressed no button is told of it like everybody else.
_NOBODY = User(name="Handsel")
_TOLD = ("slot_date", "scheduled_start", "scheduled_end", "hourly_rate", "notes", "nanny_id")

Slots = dict[date, tuple[datetime, datetime]]


def _range(draft: Draft) -> tuple[date, date]:
    problems = Problems(draft)
    for name in ("from_date", "to_date"):
        if draft.get(name) is None:
            problems.add(name, say("This is needed."))
    if not problems.any_of("from_date", "to_date"):
        problems.add_all(recurrence.range_problems(draft["from_date"], draft["to_date"]))
    problems.raise_if_any()
    return draft["from_date"], draft["to_date"]


def _sort_slots(
    schedule: CareSchedule, first: date, last: date, leave_out: Collection[date]
) -> tuple[list[Existing], list[Skipped], Slots]:
    """The slots of the range: those that have a session, those that fall into time off, and those to make."""
    slots = [slot for slot in recurrence.slots(schedule.pattern, first, last) if slot not in leave_out]
    columns = ("slot_date", "id", "status", "is_confirmed")
    rows = schedule.care_sessions.filter(slot_date__range=(first, last)).order_by("slot_date").values_list(*columns)
    named = set(slots)
    existing = [Existing(*row) for row in rows if row[0] in named]
    taken = {one.slot_date for one in existing}
    zone = schedule.family.time_zone
    spans = {
        slot: local_time.span(slot, schedule.start_time, schedule.end_time, zone) for slot in slots if slot not in taken
    }
    away = overlap.clashes(
        [Span(*spans[slot], slot) for slot in spans], _time_off(schedule, first, last) if spans else []
    )
    skipped = [Skipped(slot, "TIME_OFF") for slot in spans if slot in away]
    return existing, skipped, {slot: span for slot, span in spans.items() if slot not in away}


def _time_off(schedule: CareSchedule, first: date, last: date) -> list[Span[str]]:
    """The time off of the family and of the schedule's nanny that may touch these slots."""
    # An overnight session reaches into the next day, hours off over midnight come from the day before.
    near = timedelta(days=2)
    rows = TimeOff.objects.filter(
        family_id=schedule.family_id,
        from_date__lte=_shifted(last, near),
        to_date__gte=_shifted(first, -near),
    )
    zone, nanny = schedule.family.time_zone, _nanny(schedule)
    spans = []
    for row in rows:
        if row.nanny_id not in (None, nanny and nanny.id):
            continue
        if row.start_time is None or row.end_time is None:
            spans.append(Span(*local_time.day_span(row.from_date, row.to_date, zone), "off"))
            continue
        day, stop = max(row.from_date, _shifted(first, -near)), min(row.to_date, _shifted(last, near))
        while day <= stop:
            spans.append(Span(*local_time.span(day, row.start_time, row.end_time, zone), "off"))
            day += timedelta(days=1)
    return spans


def _shifted(day: date, by: timedelta) -> date:
    return day + by if date.min - day < by < date.max - day else day


def _clashes(schedule: CareSchedule, spans: Slots) -> dict[date, list[Clashing]]:
    """Per slot, what else the nanny has at that time, agreed or not."""
    nanny = _nanny(schedule)
    if nanny is None or not spans:
        return {}
    first, last = min(start for start, _ in spans.values()), max(end for _, end in spans.values())
    rivals = visibility.competing_sessions([nanny.user_id], first, last)
    sessions = rivals.only("family_id", "scheduled_start", "scheduled_end").order_by("scheduled_start", "id")
    busy = visibility.busy_times([nanny.user_id], first, last).values_list("starts_at", "ends_at")
    others = booking.clashing(sessions, seen_from=schedule.family_id)
    others += [Clashing(None, start, end) for start, end in overlap.merged(busy)]
    found = overlap.clashes(
        [Span(*spans[slot], slot) for slot in spans],
        [Span(one.scheduled_start, one.scheduled_end, one) for one in others],
    )
    return {slot: [span.key for span in hits] for slot, hits in found.items()}


def _children(schedule: CareSchedule) -> list[Child]:
    children = list(Child.objects.filter(schedule_links__schedule=schedule, archived_at__isnull=True).order_by("id"))
    if not children:
        raise WrongState(say("Every child of this schedule is archived, so there is nobody to care for."))
    return children


def _nanny(schedule: CareSchedule) -> Member | None:
    """The schedule's nanny, if she still is one of the family's. Who removes her takes her off the schedule first."""
    nanny = schedule.nanny
    if nanny is None and schedule.nanny_id is not None:
        # The schedule was given to another nanny while this generation waited for it.
        nanny = Member.objects.get(pk=schedule.nanny_id)
    return nanny if nanny is not None and nanny.removed_at is None and nanny.role == Role.NANNY else None


def _write(
    standing: Standing,
    schedule: CareSchedule,
    days: tuple[date, date],
    found: tuple[list[Existing], list[Skipped], Slots, dict[date, list[Clashing]], list[Child]],
    *,
    at: datetime,
    source: Source,
) -> Generation:
    existing, skipped, spans, clashes, children = found
    batch = GenerationBatch.objects.create(
        family_id=schedule.family_id,
        schedule=schedule,
        from_date=days[0],
        to_date=days[1],
        created_by_id=standing.member_id,
        created_at=at,
    )
    sessions = _sessions(schedule, batch, spans, at=at)
    CareSession.insert_many(sessions)
    CareSessionChild.insert_many(
        [CareSessionChild(session=session, child=child) for session in sessions for child in children]
    )
    if sessions:
        Event.insert_many(_history(standing, schedule, sessions, children, at=at, source=source))
        by_itself = source is Source.WORKER
        people = audience.parents(schedule.family_id)
        outbox.notify(
            NoticeKind.SESSIONS_TO_CONFIRM,
            people or [standing.person.id] if by_itself else people,
            by=_NOBODY if by_itself else standing.person,
            at=at,
            batch=batch,
            facts={
                "count": len(sessions),
                "schedule": schedule.name,
                "first": min(spans).isoformat(),
                "last": max(spans).isoformat(),
            },
        )
    created = [
        Created(slot, *spans[slot], session.id, clashes.get(slot, []))
        for slot, session in zip(spans, sessions, strict=True)
    ]
    return Generation(batch.family_id, batch.id, False, created, existing, skipped)


def _sessions(schedule: CareSchedule, batch: GenerationBatch, spans: Slots, *, at: datetime) -> list[CareSession]:
    family, nanny = schedule.family, _nanny(schedule)
    rate = family.default_hourly_rate if schedule.hourly_rate is None else schedule.hourly_rate
    return [
        CareSession(
            family_id=family.id,
            schedule=schedule,
            batch=batch,
            slot_date=slot,
            scheduled_start=start,
            scheduled_end=end,
            hourly_rate=rate,
            notes=schedule.notes,
            nanny=nanny,
            nanny_person_id=nanny and nanny.user_id,
            time_zone=family.time_zone,
            created_at=at,
            updated_at=at,
        )
        for slot, (start, end) in spans.items()
    ]


def _history(
    standing: Standing,
    schedule: CareSchedule,
    sessions: Sequence[CareSession],
    children: Sequence[Child],
    *,
    at: datetime,
    source: Source,
) -> list[Event]:
    """A line for the schedule, and one for each session that names the schedule for the time after its deletion."""
    origin: history.Origin = {"by": standing, "at": at, "source": source}
    created = {"created": (None, len(sessions))}
    named = {
        "schedule_id": (None, schedule.id),
        "schedule_name": (None, schedule.name),
        "child_ids": (None, [child.id for child in children]),
    }
    return [
        history.line(EventKind.CARE_SCHEDULE_GENERATED, schedule_id=schedule.id, changes=created, **origin),
        *(
            history.line(
                EventKind.CARE_SESSION_GENERATED,
                session=session,
                changes=history.new_values(session, _TOLD) | named,
                nanny_id=session.nanny_id,
                **origin,
            )
            for session in sessions
        ),
    ]
