"""Importing past sessions from a spreadsheet, and taking an import back."""

import hashlib
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Min

from handsel.access import checks, held_days, visibility
from handsel.access.checks import Standing
from handsel.access.held_days import LockedDays
from handsel.actions import history
from handsel.documents import csv_table
from handsel.documents.csv_table import NoTable
from handsel.formatting.names import folded, whole_name
from handsel.models import (
    CareSession,
    CareSessionChild,
    Child,
    Event,
    Family,
    Member,
    PayPeriod,
    SessionImport,
    SessionImportRow,
    User,
)
from handsel.models.fields import pay_date_of
from handsel.rules import local_time, overlap
from handsel.rules import session_imports as rules
from handsel.rules.history import EventKind, Source
from handsel.rules.lifecycle import Status
from handsel.rules.overlap import Span, Stretch
from handsel.rules.refusals import Invalid, RowsRefused, WrongState
from handsel.rules.roles import Capability, Role
from handsel.rules.sentences import say
from handsel.rules.session_imports import Book, Column, Outcome, RowError, RowWarning, SessionRow, Warned

DAY = timedelta(days=1)


@dataclass(slots=True)
class ImportedRow:
    """What becomes of a row. session_id: of the session that there is, or was made; None of a refused row, and of one
    that a dry run would make.
    """

    row: int
    outcome: Outcome
    session_id: UUID | None = None
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowWarning] = field(default_factory=list)
    # When care was by the row, as clocks show it, where its session may still be recorded so.
    to_record: tuple[datetime, datetime] | None = None

    @property
    def is_twice(self) -> bool:
        return any(warning.code is Warned.TWICE for warning in self.warnings)


@dataclass(frozen=True, slots=True)
class _NewSession:
    """A session that is to be made of a row."""

    row: int
    session: CareSession
    child_ids: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """The outcome of an import, or of its dry run, which has no import_id."""

    family_id: UUID
    import_id: UUID | None
    dry_run: bool
    rows: list[ImportedRow]

    def count(self, outcome: Outcome) -> int:
        return sum(row.outcome is outcome for row in self.rows)

    @property
    def id(self) -> UUID | None:
        return self.import_id

    @property
    def created(self) -> int:
        return self.count(Outcome.CREATED)

    @property
    def existing(self) -> int:
        return self.count(Outcome.EXISTING)

    @property
    def refused(self) -> int:
        return self.count(Outcome.REFUSED)


@dataclass(frozen=True, slots=True)
class UndoneImport:
    family_id: UUID
    removed: int
    kept: int


def import_sessions(
    family_id: UUID, raw: bytes, *, dry_run: bool, skip_refused: bool, by: User, at: datetime, source: Source
) -> ImportOutcome:
    """Make a past session, completed and confirmed, of each row that has none yet; all in one transaction, and safe to
    repeat.

    Raises NotVisible, NotAllowed, Invalid (what was sent is no such table), or RowsRefused with what becomes of each
    row, where one is refused and nothing says that those are to be left out.
    """
    standing, family = visibility.family(by, family_id)
    checks.may(standing, Capability.IMPORT_SESSIONS)
    table = _table(raw)
    with nullcontext() if dry_run else transaction.atomic():
        if not dry_run:  # of two imports at once the second finds what the first has made
            standing, family = visibility.family(by, family_id, lock=True)
            checks.may(standing, Capability.IMPORT_SESSIONS)
        book = _book(standing, family, at)
        read = [rules.read_row(row.number, row.cells, book) for row in table]
        rows, new_sessions = _sort(family, read, at, by=standing)
        outcome = ImportOutcome(family.id, None, dry_run, rows)
        if dry_run or (outcome.refused and not skip_refused):
            for row in rows:  # nothing is made
                row.session_id = row.session_id if row.outcome is Outcome.EXISTING and not row.is_twice else None
        if dry_run:
            return outcome
        if outcome.refused and not skip_refused:
            raise RowsRefused(outcome)
        session_import = SessionImport(
            family=family, sha256=hashlib.sha256(raw).hexdigest(), created_by_id=standing.member_id, created_at=at
        )
        session_import.save(force_insert=True)
        _write(session_import, new_sessions, {"by": standing, "at": at, "source": source})
        return ImportOutcome(family.id, session_import.id, dry_run, rows)


@transaction.atomic
def undo(import_id: UUID, *, by: User, at: datetime, source: Source) -> UndoneImport:
    """Remove the sessions of an import that nobody has changed since and that are not held, and keep the others.

    Undoing again removes none. Raises NotVisible, NotAllowed, or WrongState after seven days.
    """
    standing, session_import = visibility.session_import(by, import_id, lock=True)
    checks.may(standing, Capability.IMPORT_SESSIONS)
    if at - session_import.created_at > rules.UNDONE_WITHIN:
        raise WrongState(say("An import can be taken back within seven days."))
    # unscoped: of the import at hand
    sessions = CareSession.objects.filter(import_row__session_import=session_import)
    unchanged = list(sessions.filter(version=1, status=Status.COMPLETED).select_for_update(of=("self",)).order_by("id"))
    days = held_days.lock(unchanged)
    removed = [session for session in unchanged if not days.holds(session)]
    sessions.filter(id__in=[session.id for session in removed]).delete()
    Event.insert_many(
        [
            history.line(
                EventKind.CARE_SESSION_DELETED,
                session=session,
                changes=history.old_values(session, _RECORDED),
                nanny_id=session.nanny_id,
                by=standing,
                at=at,
                source=source,
            )
            for session in removed
        ]
    )
    SessionImport.objects.filter(pk=session_import.pk).update(undone_at=at)
    return UndoneImport(session_import.family_id, len(removed), sessions.count())


# What the history keeps of a session that was imported or taken back.
_RECORDED = (
    "scheduled_start",
    "scheduled_end",
    "actual_start",
    "actual_end",
    "hourly_rate",
    "notes",
    "nanny_id",
    "time_zone",
)
_NO_TABLE = {
    csv_table.NOT_UTF_8: say("Send the file as CSV in UTF-8."),
    csv_table.BROKEN: say("This is no CSV that can be read."),
    csv_table.EMPTY: say("The file is empty. Its first row names the columns."),
}


def _table(raw: bytes) -> Sequence[csv_table.TableRow]:
    if len(raw) > rules.MOST_BYTES:
        raise Invalid({"body": say("Send at most five megabytes.")})
    try:
        headings, table = csv_table.read(raw)
    except NoTable as error:
        raise Invalid({"body": _NO_TABLE[error.args[0]]}) from None
    missing = [column for column in rules.NEEDED if column.casefold() not in headings]
    if missing:
        raise Invalid({"body": say("The column %(name)s is missing.", name=missing[0].value)})
    twice = [column for column in Column if headings.count(column.casefold()) > 1]
    if twice:
        raise Invalid({"body": say("The column %(name)s is there twice.", name=twice[0].value)})
    if len(table) > rules.MOST_ROWS:
        raise Invalid({"body": say("Send at most %(most)s rows at once.", most=rules.MOST_ROWS)})
    return table


def _book(standing: Standing, family: Family, at: datetime) -> Book:
    """Return what the rows are read against. Three queries."""
    known = standing.person.known_names
    children: dict[str, set[UUID]] = defaultdict(set)
    for child in Child.objects.filter(family=family).order_by("id"):
        whole = whole_name(child.first_name, child.last_name)
        for name in (child.first_name, whole, known.of(child)):
            children[folded(name)].add(child.id)
    nannies: dict[str, set[UUID]] = defaultdict(set)
    cared = CareSession.objects.filter(family=family, nanny__isnull=False).order_by().values("nanny_id")
    members = Member.objects.filter(family=family).select_related("user")
    ever = list((members.filter(role=Role.NANNY) | members.filter(pk__in=cared)).order_by("id"))
    for nanny in ever:
        for name in (nanny.name, nanny.name.split(" ", 1)[0], known.of(nanny), known.whole(nanny, nanny.name)):
            nannies[folded(name)].add(nanny.id)
    return Book(
        time_zone=family.time_zone,
        currency=family.currency,
        children={name: frozenset(ids) for name, ids in children.items()},
        nannies={name: frozenset(ids) for name, ids in nannies.items()},
        had_nanny=bool(ever),
        fold=folded,
        at=at,
    )


def _sort(
    family: Family, read: Sequence[SessionRow], at: datetime, *, by: Standing
) -> tuple[list[ImportedRow], list[_NewSession]]:
    """Return what becomes of each row, and the sessions to make. Three queries."""
    there, busy = _there(family, [row for row in read if not row.errors])
    nanny_ids = {row.nanny_id for row in read if row.nanny_id}
    persons = dict(Member.objects.filter(family=family, pk__in=nanny_ids).values_list("id", "user_id"))
    made: dict[Hashable, _NewSession] = {}
    outcomes = {}
    for row in read:
        if row.errors:
            outcomes[row.number] = ImportedRow(row.number, Outcome.REFUSED, errors=row.row_errors)
        elif row.key in there:
            session_id, status = there[row.key]
            warnings = [] if status == Status.COMPLETED else [RowWarning(Warned.NOT_RECORDED)]
            imported = ImportedRow(row.number, Outcome.EXISTING, session_id, warnings=warnings)
            if status == Status.SCHEDULED and row.actual:
                imported.to_record = _by_the_clock(row.actual, row.time_zone)
            outcomes[row.number] = imported
        elif row.key in made:
            session_id = made[row.key].session.id
            outcomes[row.number] = ImportedRow(
                row.number, Outcome.EXISTING, session_id, warnings=[RowWarning(Warned.TWICE)]
            )
        else:
            session = _session(family, row, persons, by, at)
            made[row.key] = _NewSession(row.number, session, row.child_ids)
            outcomes[row.number] = ImportedRow(row.number, Outcome.CREATED, session.id)
    days = held_days.lock([new.session for new in made.values()])
    kept = []
    for new in made.values():
        if held := _held_column(new.session, days):
            sentence = say("This day lies in a pay period that is submitted or approved.")
            outcomes[new.row] = ImportedRow(new.row, Outcome.REFUSED, errors=[RowError(held, sentence)])
        else:
            kept.append(new)
    for number in _overlapping(kept, busy):
        outcomes[number].warnings.append(RowWarning(Warned.OVERLAPS))
    first_days = _first_days(family)
    for new in kept:
        if new.session.pay_date < first_days.get(new.session.nanny_id, date.min):
            outcomes[new.row].warnings.append(RowWarning(Warned.BEFORE_FIRST_PERIOD))
    return list(outcomes.values()), kept


def _held_column(session: CareSession, days: LockedDays) -> Column | None:
    """Return the column whose day is held, if any is."""
    if days.holds(session):
        return Column.PLANNED_START
    return Column.ACTUAL_START if days.holds(session, {"actual_start": session.actual_start}) else None


def _by_the_clock(actual: Stretch, zone: str) -> Stretch:
    return local_time.wall(actual[0], zone), local_time.wall(actual[1], zone)


def _overlapping(new_sessions: Iterable[_NewSession], busy: Mapping[UUID | None, list[Span[UUID]]]) -> list[int]:
    """Return the rows whose time overlaps a session of the same nanny that is there."""
    by_nanny: dict[UUID | None, list[Span[int]]] = defaultdict(list)
    for new in new_sessions:
        if new.session.actual_times:
            by_nanny[new.session.nanny_id].append(Span(*new.session.actual_times, new.row))
    return [row for nanny_id, spans in by_nanny.items() for row in overlap.clashes(spans, busy.get(nanny_id, []))]


def _first_days(family: Family) -> dict[UUID | None, date]:
    """Return the first day of each nanny's first pay period; by None that of periods that are nobody's. One query."""
    rows = PayPeriod.objects.filter(family=family).order_by().values_list("nanny_id")
    return dict(rows.annotate(first=Min("from_date")))


def _there(
    family: Family, rows: Sequence[SessionRow]
) -> tuple[dict[Hashable, tuple[UUID, str]], dict[UUID | None, list[Span[UUID]]]]:
    """Return the family's sessions at the time of these rows: by what makes two the same, and when each nanny works."""
    there: dict[Hashable, tuple[UUID, str]] = {}
    busy: dict[UUID | None, list[Span[UUID]]] = defaultdict(list)
    starts = [row.planned[0] for row in rows if row.planned]
    if not starts:
        return there, busy
    around = CareSession.objects.filter(
        family=family, scheduled_start__gte=min(starts) - 2 * DAY, scheduled_start__lte=max(starts) + 2 * DAY
    )
    children: dict[UUID, set[UUID]] = defaultdict(set)
    for session_id, child_id in CareSessionChild.objects.filter(session__in=around.values("pk")).values_list(
        "session_id", "child_id"
    ):
        children[session_id].add(child_id)
    for session in around.order_by("id"):
        key = rules.session_key(session.nanny_id, session.planned_times, frozenset(children[session.id]))
        there.setdefault(key, (session.id, session.status))
        if session.status != Status.CANCELLED:
            busy[session.nanny_id].append(Span(*(session.actual_times or session.planned_times), session.id))
    return there, busy


def _session(family: Family, row: SessionRow, persons: Mapping[UUID, UUID], by: Standing, at: datetime) -> CareSession:
    planned, actual = row.times
    session = CareSession(
        family=family,
        scheduled_start=planned[0],
        scheduled_end=planned[1],
        actual_start=actual[0],
        actual_end=actual[1],
        status=Status.COMPLETED,
        is_confirmed=True,
        confirmed_at=at,
        confirmed_by_id=by.member_id,
        hourly_rate=row.hourly_rate,
        notes=row.notes,
        nanny_id=row.nanny_id,
        nanny_person_id=persons[row.nanny_id] if row.nanny_id else None,
        time_zone=row.time_zone,
        created_at=at,
        updated_at=at,
    )
    session.pay_date = pay_date_of(session)  # before it is saved, since held days are asked by it
    return session


def _write(session_import: SessionImport, new_sessions: Sequence[_NewSession], origin: history.Origin) -> None:
    """Write the sessions with their children, their rows and a line of history each. Four statements."""
    about: dict[str, tuple[None, object]] = {"sha256": (None, session_import.sha256)}
    if origin["by"].in_charge:
        about["on_the_familys_word"] = (None, True)
    CareSession.insert_many([new.session for new in new_sessions])
    CareSessionChild.insert_many(
        [
            CareSessionChild(session=new.session, child_id=child_id)
            for new in new_sessions
            for child_id in sorted(new.child_ids)
        ]
    )
    SessionImportRow.insert_many(
        [SessionImportRow(session_import=session_import, session=new.session, row=new.row) for new in new_sessions]
    )
    Event.insert_many(
        [
            history.line(
                EventKind.CARE_SESSION_IMPORTED,
                session=new.session,
                changes=history.new_values(new.session, _RECORDED)
                | {
                    "child_ids": (None, sorted(new.child_ids)),
                    "row": (None, new.row),
                }
                | about,
                nanny_id=new.session.nanny_id,
                **origin,
            )
            for new in new_sessions
        ]
    )
