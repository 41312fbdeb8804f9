"""Writing over a child, a family or a person in one transaction: texts, history, what waits to be sent and files."""

import json
import logging
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext

from handsel.actions.erasing import texts
from handsel.documents import export_files
from handsel.models import (
    AccessLine,
    CalendarAddress,
    CalendarEntry,
    CareSchedule,
    CareScheduleChild,
    CareSession,
    CareSessionChild,
    Child,
    Erasure,
    Event,
    Expense,
    Export,
    Family,
    IdempotencyKey,
    Invitation,
    KeptForm,
    Member,
    Notice,
    PayPolicy,
    Receipt,
    SessionImport,
    TaxNumberShare,
    TimeOff,
    TimeOffDecision,
    TimeOffReason,
    User,
)
from handsel.models.receipts import remove_files
from handsel.rules.erasing import Erased, Names, own_names
from handsel.rules.history import EventKind, Source
from handsel.rules.roles import Role

log = logging.getLogger(__name__)


@contextmanager
def door(erasure: Erasure) -> Iterator[None]:
    """Open the one door through the promises that nothing changes (models.erasing_promises), for the family of this
    erasure and as long as this transaction lasts. What is deleted meanwhile SQLite overwrites with zeros.
    """
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA secure_delete = ON")
    Erasure.objects.filter(pk=erasure.pk).update(is_open=True)
    yield
    Erasure.objects.filter(pk=erasure.pk).update(is_open=False)


@transaction.atomic
def write_over(erasure: Erasure, *, at: datetime, source: Source) -> None:
    """Erase what it names, and note that it is done, in history too. The transaction is the caller's or its own."""
    with translation.override(erasure.language), door(erasure):
        if erasure.kind == Erased.CHILD:
            kind, changes = EventKind.CHILD_ERASED, _child(erasure, at)
        elif erasure.kind == Erased.FAMILY:
            kind, changes = EventKind.FAMILY_ERASED, _family(erasure, at, source)
        else:
            kind, changes = EventKind.MEMBER_ERASED, {}
    erasure.done_at = at
    erasure.save(update_fields=["done_at"])
    log.info("Erased from %s: %s %s", source, erasure.kind, erasure.subject_id)
    if erasure.family_id is not None:
        Event.objects.create(family_id=erasure.family_id, kind=kind.value, at=at, source=source.value, changes=changes)


@transaction.atomic
def look_again(erasure: Erasure) -> int:
    """Write over the lines of history that others had not finished writing when it was erased; return how many."""
    lines = Event.objects.filter(family=erasure.family_id, at__lte=erasure.done_at)
    with door(erasure):
        if erasure.kind == Erased.FAMILY:
            return texts.write_over_events(lines, lambda _: True)
        child = Child.objects.get(family=erasure.family_id, pk=erasure.subject_id)
        return texts.write_over_events(lines, _Mentions.of(child).is_in)


# A child


def _child(erasure: Erasure, at: datetime) -> dict[str, Any]:
    family_id, child_id = erasure.family_id, erasure.subject_id
    child = Child.objects.select_for_update(no_key=True).get(family=family_id, pk=child_id)
    about = _Mentions.of(child)
    sessions, schedules = about.sessions, about.schedules
    names = Names(_names_of(child, about.lines), gettext("a child"))
    texts.write_over_events(Event.objects.filter(family=family_id), about.is_in, names)
    erased = gettext("erased")
    for table, rows in (
        (texts.SESSIONS, CareSession.objects.filter(family=family_id, pk__in=sessions)),
        (texts.REQUESTS, texts.REQUESTS.of_family(family_id).filter(session__in=sessions)),
    ):
        table.write_over(rows, erased)
    CareSchedule.objects.filter(family=family_id, pk__in=schedules).update(notes="")
    texts.replace_names_in_family(family_id, names)
    _replace_in_holidays(family_id, names.replaced)
    theirs = CareSchedule.objects.filter(family=family_id, pk__in=schedules, is_active=True)
    # unscoped: in schedules at hand
    others = CareScheduleChild.objects.exclude(child=child)
    _stop(theirs.exclude(child_links__in=others), at)
    TimeOffDecision.objects.filter(family=family_id, session__in=sessions).delete()
    AccessLine.objects.filter(family=family_id, about_id=child_id).delete()
    _drop_notices(family_id, lambda notice: notice.session_id in sessions or _names(notice, names, child_id))
    _drop_answers(family_id)
    _correct_calendars(CalendarEntry.objects.filter(family=family_id, session_id__in=sessions), at)
    _empty(child, at)
    return {"child_id": [str(child_id), str(child_id)]}


@dataclass(frozen=True, slots=True)
class _Mentions:
    """Where a child is named by the id: lines of history, sessions and schedules, those of before too."""

    lines: list[Event]
    line_ids: set[UUID]
    sessions: set[UUID]
    schedules: set[UUID]

    @classmethod
    def of(cls, child: Child) -> "_Mentions":
        rows = Event.objects.filter(family=child.family_id)
        rows = rows.only("id", "session_id", "schedule_id", "changes", "kind")
        lines = [line for line in rows.iterator() if str(child.id) in json.dumps(line.changes)]
        sessions = set(CareSessionChild.objects.filter(child=child).values_list("session_id", flat=True))
        schedules = set(CareScheduleChild.objects.filter(child=child).values_list("schedule_id", flat=True))
        sessions |= {line.session_id for line in lines if line.session_id}
        schedules |= {line.schedule_id for line in lines if line.schedule_id and not line.session_id}
        return cls(lines, {line.id for line in lines}, sessions, schedules)

    def is_in(self, event: Event) -> bool:
        """Say whether a line of history is about the child."""
        of_schedule = event.session_id is None and event.schedule_id in self.schedules
        return of_schedule or event.session_id in self.sessions or event.id in self.line_ids


def _names_of(child: Child, lines: list[Event]) -> set[str]:
    """Return the names that this child has and had, without what others in the family are called too."""
    first, last = [child.first_name], [child.last_name]
    for line in lines:
        if line.kind.startswith("child.") and str(child.id) in line.changes.get("child_id", ()):
            first += [name for name in line.changes.get("first_name", ()) if name]
            last += [name for name in line.changes.get("last_name", ()) if name]
    people = Member.objects.filter(family=child.family_id).values_list("user__name", "name_on_record")
    others = Child.objects.filter(family=child.family_id).exclude(pk=child.pk).values_list("last_name", flat=True)
    of_others = [name for names in people for name in names]
    return own_names(first, last, [*of_others, *others, child.family.name])


def _stop(schedules: Iterable[CareSchedule], at: datetime) -> None:
    """Stop schedules: nothing is planned for somebody who is erased."""
    for schedule in schedules:
        schedule.is_active, schedule.weeks_ahead, schedule.extended_by = False, None, None
        schedule.version, schedule.updated_at = schedule.version + 1, at
        schedule.save(update_fields=["is_active", "weeks_ahead", "extended_by", "version", "updated_at"])
        Event.objects.create(
            family_id=schedule.family_id,
            schedule_id=schedule.id,
            kind=EventKind.CARE_SCHEDULE_UPDATED.value,
            at=at,
            source=Source.WORKER.value,
            changes={"is_active": [True, False]},
        )


def _empty(child: Child, at: datetime) -> None:
    """Leave of a child that there was one."""
    child.first_name, child.last_name, child.date_of_birth = gettext("a child"), "", None
    child.allergies = child.medications = child.notes = ""
    child.archived_at, child.version = child.archived_at or at, child.version + 1
    child.save(force_update=True)


# A family


def _family(erasure: Erasure, at: datetime, source: Source) -> dict[str, Any]:
    family = Family.objects.select_for_update(no_key=True).get(pk=erasure.subject_id)
    texts.write_over_events(Event.objects.filter(family=family), lambda _: True)
    for table in texts.OF_FAMILY:
        table.write_over(table.of_family(family.id), gettext("erased"))
    _replace_in_holidays(family.id, lambda _: "")
    children = Child.objects.filter(family=family)
    for child in children:
        _empty(child, at)
        Event.objects.create(
            kind=EventKind.CHILD_ERASED.value,
            at=at,
            source=source.value,
            changes={"child_id": [str(child.id), str(child.id)]},
            family=family,
        )
    _stop(CareSchedule.objects.filter(family=family, is_active=True), at)
    Member.objects.filter(family=family).update(phone="")
    for viewer in Member.objects.active().filter(family=family, role=Role.VIEWER):
        viewer.removed_at = at
        viewer.save(update_fields=["removed_at"])
    for model in (
        AccessLine,
        TimeOffDecision,
        TimeOffReason,
        TaxNumberShare,
        SessionImport,
        Invitation,
        CalendarAddress,
        Notice,
    ):
        model._base_manager.filter(family=family).delete()
    _drop_answers(family.id)
    _correct_calendars(CalendarEntry.objects.filter(family=family), at)
    unsettled = Receipt.objects.filter(family=family).exclude(expense__pay_period__status="APPROVED")
    drop_receipts(unsettled)
    family.name, family.address, family.notes = gettext("An erased family"), "", ""
    family.version += 1
    family.save(update_fields=["name", "address", "notes", "version"])
    return {"children": [len(children), 0]}


def drop_receipts(receipts: Any) -> int:
    """Remove receipts and, once that is written, their files; return how many."""
    rows = list(receipts)
    Receipt.objects.filter(pk__in=[row.pk for row in rows]).delete()
    remove_files(rows)
    return len(rows)


# A person


@transaction.atomic
def write_over_person(erasures: list[Erasure], person: User, names: set[str], *, at: datetime, source: Source) -> None:
    """Erase, in each of these families, what a person who deleted their account wrote there, and what names them."""
    for erasure in erasures:
        family_id = erasure.family_id
        with translation.override(erasure.language), door(erasure):
            called = Names(names, gettext("someone who left"))
            for member in Member.objects.filter(user=person, family=family_id):
                _words_of(member, gettext("erased"), called)
            if family_id is not None:
                texts.replace_names_in_family(family_id, called)
                _drop_notices(family_id, partial(_names, names=called, subject_id=person.id))
                _drop_answers(family_id)
        write_over(erasure, at=at, source=source)
    TimeOff.objects.filter(person=person).update(reason="")
    # unscoped: the person's own
    AccessLine.objects.filter(Q(person=person) | Q(owner=person)).delete()


def _words_of(member: Member, erased: str, names: Names) -> None:
    """Leave none of the words that a member wrote."""
    family_id = member.family_id
    texts.write_over_events(Event.objects.filter(family=family_id), lambda event: event.by_id == member.id, names)
    for table, theirs in (
        (texts.REQUESTS, Q(asked_by=member) | Q(answered_by=member)),
        (texts.TIME_OFF, Q(entered_by=member) | Q(nanny=member)),
        (texts.ITEMS, Q(entered_by=member)),
        (texts.EXPENSES, Q(entered_by=member) | Q(decided_by=member)),
        (texts.PAYMENTS, Q(recorded_by=member)),
        (texts.PERIODS, Q(submitted_by=member) | Q(queried_by=member) | Q(reopened_by=member)),
    ):
        table.write_over(table.of_family(family_id).filter(theirs), erased)
    CareSession.objects.filter(family=family_id, cancelled_by=member).exclude(cancel_reason="").update(cancel_reason="")


# What waits, and files


def _names(notice: Notice, names: Names, subject_id: UUID) -> bool:
    facts = json.dumps(notice.facts, ensure_ascii=False)
    return str(subject_id) in facts or names.stand_in(facts)


def _drop_notices(family_id: UUID | None, is_about: Callable[[Notice], bool]) -> int:
    """Drop notices, with the letters and pushes that come of them, sent or not."""
    rows = Notice.objects.filter(family=family_id)
    ids = [notice.id for notice in rows.only("id", "session_id", "facts").iterator() if is_about(notice)]
    return rows.filter(pk__in=ids).delete()[0]


def _drop_answers(family_id: UUID | None) -> None:
    """Drop what was answered to programs, forms that wait for their person, and exports with their files."""
    persons = list(Member.objects.filter(family=family_id).values_list("user_id", flat=True))
    answered = IdempotencyKey.objects.filter(person__in=persons, status__isnull=False)
    answered.filter(Q(family=family_id) | Q(family__isnull=True)).delete()
    KeptForm.objects.filter(person__in=persons).delete()
    exports = Export.objects.filter(family=family_id)
    ids = list(exports.values_list("pk", flat=True))
    exports.delete()
    if ids:
        transaction.on_commit(_sweep_exports, robust=True)


def _sweep_exports() -> None:
    # unscoped: everybody's, whose files are kept
    export_files.sweep(list(Export.objects.values_list("pk", flat=True)))


def _correct_calendars(entries: Any, at: datetime) -> None:
    """Have what mails put into calendars put right there where it is still to come, and drop what is past."""
    entries.filter(ends_at__lt=at).delete()
    entries.update(seen_version=0)


def _replace_in_holidays(family_id: UUID | None, instead: Callable[[str], str]) -> None:
    for policy in PayPolicy.objects.filter(family=family_id):
        holidays = [
            {name: instead(value) if name == "name" and value else value for name, value in holiday.items()}
            for holiday in policy.holidays
        ]
        if holidays != policy.holidays:
            PayPolicy.objects.filter(pk=policy.pk).update(holidays=holidays)


def settled_receipts(family_id: UUID | None, last_year: int) -> Any:
    """Return the receipts of what was settled up to a year."""
    settled = Expense.objects.filter(family=family_id, pay_period__status="APPROVED", date__year__lte=last_year)
    return Receipt.objects.filter(family=family_id, expense__in=settled)
