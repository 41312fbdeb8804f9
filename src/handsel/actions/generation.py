"""Making the sessions of a date range from a schedule, and taking a generation back."""

from collections.abc import Collection, Iterable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from handsel.access import absences, checks, held_days, visibility
from handsel.actions import booking, history, limits
from handsel.models import (
    CareSchedule,
    CareSession,
    CareSessionChild,
    Child,
    Event,
    GenerationBatch,
    Member,
    Notice,
    User,
)
from handsel.models.care_sessions import UNTOUCHED
from handsel.notices import audience, closing, outbox
from handsel.queries import raises
from handsel.rules import local_time, overlap, recurrence
from handsel.rules.drafts import EMPTY_DRAFT, Draft, Problems
from handsel.rules.history import EventKind, Source
from handsel.rules.notices import UNDO_WINDOW, NoticeKind
from handsel.rules.overlap import Span
from handsel.rules.pay.raises import rate_on
from handsel.rules.refusals import Clashing, ScheduleInactive, WrongState
from handsel.rules.roles import Capability
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
    """The outcome of a generation, or of its dry run: then batch_id and every session_id are None."""

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
    ScheduleInactive, VersionConflict, LimitReached, or WrongState where every child is archived.
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
        nanny = _nanny(schedule)
        existing, skipped, spans = _sort_slots(schedule, nanny, first, last, leave_out)
        clashes = _clashes(schedule, nanny, spans)
        children = _children(schedule) if spans else []
        ends = [end for _, end in spans.values()]
        limits.check_sessions(schedule.family_id, ends, at=at, schedule=schedule, lock=not dry_run)
        batch_id, ids = None, dict[date, UUID]()
        if not dry_run:
            batch = GenerationBatch(
                family_id=schedule.family_id,
                schedule=schedule,
                from_date=first,
                to_date=last,
                created_by_id=standing.member_id,
                created_at=at,
            )
            ids = _write(schedule, batch, nanny, spans, children, {"by": standing, "at": at, "source": source})
            batch_id = batch.id
        created = [Created(slot, *span, ids.get(slot), clashes.get(slot, [])) for slot, span in spans.items()]
        return Generation(schedule.family_id, batch_id, dry_run, created, existing, skipped)


def fill(
    schedule_id: UUID, draft: Draft, *, by: User, at: datetime, source: Source, version: int | None = None
) -> Generation:
    """Generate what a range lacks, but for the slots whose session somebody deleted. Raises as `generate`."""
    _, schedule = visibility.care_schedule(by, schedule_id)
    gone = deleted_slots(schedule, undone=False)
    return generate(schedule_id, draft, by=by, at=at, source=source, version=version, leave_out=gone)


def missing_slots(schedule: CareSchedule, first: date, last: date) -> list[date]:
    """Return the slots that `fill` would make a session for. Four queries."""
    _, _, spans = _sort_slots(schedule, _nanny(schedule), first, last, deleted_slots(schedule, undone=False))
    return list(spans)


def deleted_slots(schedule: CareSchedule, *, undone: bool = True) -> set[date]:
    """Return the slots whose session somebody deleted and, with undone, those of generations that were taken back.
    History remembers them.
    """
    of_schedule = Event.objects.filter(family_id=schedule.family_id, schedule_id=schedule.id)
    lines = of_schedule.filter(kind=EventKind.CARE_SESSION_DELETED)
    if not undone:
        # What is taken back has the instant of that act.
        acts = of_schedule.filter(kind=EventKind.CARE_SCHEDULE_GENERATION_UNDONE)
        lines = lines.exclude(at__in=acts.values("at"))
    slots = (changes.get("slot_date") for changes in lines.values_list("changes", flat=True))
    return {date.fromisoformat(slot[0]) for slot in slots if slot}


@transaction.atomic
def undo(batch_id: UUID, draft: Draft = EMPTY_DRAFT, *, by: User, at: datetime, source: Source) -> Undone:
    """Remove the sessions of a generation that nobody touched, and keep the others.

    Untouched is: unconfirmed, never edited or moved, with no request for changes. Undoing again removes none.
    The draft has no fields: there is nothing to say about it but what is wrong.
    Raises NotVisible, NotAllowed or Invalid.
    """
    standing, batch = visibility.batch(by, batch_id, lock=True)
    checks.may(standing, Capability.PLAN)
    Problems(draft).raise_if_any()
    sessions = CareSession.objects.filter(batch=batch)
    untouched = list(sessions.filter(UNTOUCHED).select_for_update(of=("self",)).order_by("id"))
    days = held_days.lock(untouched)
    untouched = [session for session in untouched if not days.holds(session)]
    sessions.filter(id__in=[session.id for session in untouched]).delete()
    left = sessions.count()
    if not untouched:
        return Undone(batch.family_id, 0, left)
    origin: history.Origin = {"by": standing, "at": at, "source": source}
    kind, changes = EventKind.CARE_SCHEDULE_GENERATION_UNDONE, {"removed": (None, len(untouched)), "kept": (None, left)}
    lines = [
        _event(EventKind.CARE_SESSION_DELETED, session, history.old_values(session, _RECORDED), origin)
        for session in untouched
    ]
    Event.insert_many([*lines, history.line(kind, schedule_id=batch.schedule_id, changes=changes, **origin)])
    GenerationBatch.objects.filter(pk=batch.pk).update(undone_at=at)
    if not left:
        # Nobody needs to answer for sessions that are gone, nor to read of what has told nobody yet.
        notices = Notice.objects.filter(batch=batch)
        notices.filter(routed_at__isnull=True, at__gt=at - UNDO_WINDOW).delete()
        notices.filter(read_at__isnull=True).update(read_at=at)
    closing.close([batch.family_id], at=at)
    return Undone(batch.family_id, len(untouched), left)


# Who pressed no button is told of it like everybody else.
NOBODY = User(id=None, name="Handsel")
# What the history keeps of a session that was made or taken back.
_RECORDED = ("slot_date", "scheduled_start", "scheduled_end", "hourly_rate", "notes", "nanny_id")

Slots = dict[date, tuple[datetime, datetime]]


def _range(draft: Draft) -> tuple[date, date]:
    problems = Problems(draft, ["from_date", "to_date"])
    if not problems.any_of("from_date", "to_date"):
        problems.add_all(recurrence.range_problems(draft["from_date"], draft["to_date"]))
    problems.raise_if_any()
    return draft["from_date"], draft["to_date"]


def _sort_slots(
    schedule: CareSchedule, nanny: Member | None, first: date, last: date, leave_out: Collection[date]
) -> tuple[list[Existing], list[Skipped], Slots]:
    """Return the slots of the range: those that have a session, those that fall into time off, and those to make."""
    slots = [slot for slot in recurrence.slots(schedule.pattern, first, last) if slot not in leave_out]
    rows = schedule.care_sessions.filter(slot_date__in=slots).order_by("slot_date")
    columns: Iterable[Any] = rows.values_list("slot_date", "id", "status", "is_confirmed")
    existing = [Existing(*state) for state in columns]
    taken = {session.slot_date for session in existing}
    hours = (schedule.start_time, schedule.end_time, schedule.family.time_zone)
    free = [slot for slot in slots if slot not in taken]
    spans = dict(zip(free, local_time.spans(free, *hours), strict=True))
    if not spans:
        return existing, [], {}
    days = held_days.of(schedule.family_id, nanny.id if nanny else None, lock=True)
    zone = schedule.family.time_zone
    held = {slot for slot, (start, _) in spans.items() if days.period_of(local_time.local_date(start, zone))}
    away = overlap.clashes(_spans_by_slot(spans), _time_off(schedule, nanny, first, last))
    skipped = [
        Skipped(slot, "LOCKED" if slot in held else "TIME_OFF") for slot in spans if slot in held or slot in away
    ]
    return existing, skipped, {slot: span for slot, span in spans.items() if slot not in held and slot not in away}


def _spans_by_slot(spans: Slots) -> list[Span[date]]:
    return [Span(*span, slot) for slot, span in spans.items()]


def _time_off(schedule: CareSchedule, nanny: Member | None, first: date, last: date) -> list[Span[str]]:
    """Return the time off of the family and of the schedule's nanny that may touch these slots."""
    entries = absences.entered([schedule.family_id], first, last)
    nannies = (None,) if nanny is None else (None, nanny.id)
    return [
        Span(span.start, span.end, "off")
        for span in absences.spans(entries, first, last)
        if span.key.nanny_id in nannies
    ]


def _clashes(schedule: CareSchedule, nanny: Member | None, spans: Slots) -> dict[date, list[Clashing]]:
    """Return, per slot, what else the nanny has at that time, agreed or not."""
    if nanny is None or not spans:
        return {}
    first, last = min(start for start, _ in spans.values()), max(end for _, end in spans.values())
    competing = visibility.competing_sessions([nanny.user_id], first, last)
    sessions = competing.only("family_id", "scheduled_start", "scheduled_end").order_by("scheduled_start", "id")
    busy = visibility.busy_times([nanny.user_id], first, last).values_list("starts_at", "ends_at")
    busy_elsewhere = booking.clashing(sessions, seen_from=schedule.family_id)
    busy_elsewhere += [Clashing(None, start, end) for start, end in overlap.merged(busy)]
    busy_spans = [Span(other.scheduled_start, other.scheduled_end, other) for other in busy_elsewhere]
    return {
        slot: [span.key for span in hits] for slot, hits in overlap.clashes(_spans_by_slot(spans), busy_spans).items()
    }


def _children(schedule: CareSchedule) -> list[Child]:
    children = list(Child.objects.filter(schedule_links__schedule=schedule, archived_at__isnull=True).order_by("id"))
    if not children:
        raise WrongState(say("Every child of this schedule is archived, so there is nobody to care for."))
    return children


def _nanny(schedule: CareSchedule) -> Member | None:
    """Return the schedule's nanny if still one of the family's. Who removes them takes them off the schedule first."""
    nanny = schedule.nanny
    if nanny is None and schedule.nanny_id is not None:
        # The schedule was given to another nanny while this generation waited for it.
        nanny = Member.objects.get(pk=schedule.nanny_id)
    return nanny if nanny is not None and nanny.is_nanny else None


def _write(
    schedule: CareSchedule,
    batch: GenerationBatch,
    nanny: Member | None,
    spans: Slots,
    children: Sequence[Child],
    origin: history.Origin,
) -> dict[date, UUID]:
    """Write the batch with its sessions, record and notify; return the id of each session by its slot."""
    batch.save(force_insert=True)
    sessions = _sessions(schedule, batch, nanny, spans)
    CareSession.insert_many(sessions)
    CareSessionChild.insert_many(
        [CareSessionChild(session=session, child=child) for session in sessions for child in children]
    )
    if sessions:
        # Each session's line names the schedule, for the time after its deletion.
        named = {
            "schedule_id": (None, schedule.id),
            "schedule_name": (None, schedule.name),
            "child_ids": (None, [child.id for child in children]),
        }
        kind, created = EventKind.CARE_SCHEDULE_GENERATED, {"created": (None, len(sessions))}
        lines = [history.line(kind, schedule_id=schedule.id, changes=created, **origin)]
        kind = EventKind.CARE_SESSION_GENERATED
        lines += [_event(kind, session, history.new_values(session, _RECORDED) | named, origin) for session in sessions]
        Event.insert_many(lines)
        _notify(schedule, batch, spans, origin)
    return dict(zip(spans, [session.id for session in sessions], strict=True))


def _sessions(schedule: CareSchedule, batch: GenerationBatch, nanny: Member | None, spans: Slots) -> list[CareSession]:
    family, steps = schedule.family, raises.of_schedule(schedule) if schedule.hourly_rate is not None else []
    return [
        CareSession(
            family_id=family.id,
            schedule=schedule,
            batch=batch,
            slot_date=slot,
            scheduled_start=start,
            scheduled_end=end,
            hourly_rate=family.default_hourly_rate
            if schedule.hourly_rate is None
            else rate_on(slot, schedule.hourly_rate, steps),
            notes=schedule.notes,
            nanny=nanny,
            nanny_person_id=nanny.user_id if nanny else None,
            time_zone=family.time_zone,
            created_at=batch.created_at,
            updated_at=batch.created_at,
        )
        for slot, (start, end) in spans.items()
    ]


def _event(kind: EventKind, session: CareSession, changes: history.Changes, origin: history.Origin) -> Event:
    return history.line(kind, session=session, changes=changes, nanny_id=session.nanny_id, **origin)


def _notify(schedule: CareSchedule, batch: GenerationBatch, spans: Slots, origin: history.Origin) -> None:
    """Tell the parents, also of what the worker did: where there is no parent, then the person on whose word it did."""
    people, person = audience.managers(schedule.family_id), origin["by"].person
    if origin["source"] is Source.WORKER:
        people, person = people or [person.id], NOBODY
    facts = {
        "count": len(spans),
        "schedule": schedule.name,
        "first": min(spans).isoformat(),
        "last": max(spans).isoformat(),
    }
    outbox.notify(NoticeKind.SESSIONS_TO_CONFIRM, people, by=person, at=batch.created_at, batch=batch, facts=facts)
