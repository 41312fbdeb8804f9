"""Erasures: asked for on the pages and withdrawn, done by the worker when the waiting is over, or at once by who runs
the server.
"""

import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Q
from django.db.models.functions import Coalesce, ExtractYear

from handsel.access import checks, visibility
from handsel.access.checks import Standing
from handsel.actions import history, people
from handsel.actions.erasing import writing_over
from handsel.documents import erased_list
from handsel.documents.erased_list import ErasedLine
from handsel.models import Child, Erasure, Family, IssuedDocument, Member, User
from handsel.notices import audience, outbox
from handsel.rules import fields
from handsel.rules.erasing import WAITS_FOR, Erased
from handsel.rules.history import EventKind, Source
from handsel.rules.notices import NoticeKind
from handsel.rules.pay.documents import FileFormat, sums_of
from handsel.rules.refusals import NotVisible, WrongState
from handsel.rules.roles import Capability
from handsel.rules.sentences import say

log = logging.getLogger(__name__)

_MAY = {Erased.CHILD: Capability.MANAGE_CHILDREN, Erased.FAMILY: Capability.MANAGE_FAMILY}
_ASKED = {Erased.CHILD: EventKind.CHILD_ERASURE_ASKED, Erased.FAMILY: EventKind.FAMILY_ERASURE_ASKED}
_WITHDRAWN = {Erased.CHILD: EventKind.CHILD_ERASURE_WITHDRAWN, Erased.FAMILY: EventKind.FAMILY_ERASURE_WITHDRAWN}


# By the pages


@transaction.atomic
def ask(kind: Erased, subject_id: UUID, *, by: User, at: datetime, source: Source) -> Erasure:
    """Ask to have a child or a family erased when the waiting is over; the one that waits already is answered instead.

    Raises NotVisible or NotAllowed.
    """
    standing = _standing(kind, subject_id, by)
    waiting = Erasure.objects.waiting().filter(family=standing.family_id, kind=kind, subject_id=subject_id).first()
    if waiting is not None:
        return waiting
    erasure = Erasure.objects.create(
        kind=kind.value,
        subject_id=subject_id,
        family_id=standing.family_id,
        language=by.language,
        asked_by_id=standing.member_id,
        asked_at=at,
        due_at=at + WAITS_FOR,
    )
    _record(_ASKED[kind], erasure, standing, at, source)
    _tell(NoticeKind.ERASURE_ASKED, standing, at)
    return erasure


@transaction.atomic
def withdraw(kind: Erased, subject_id: UUID, *, by: User, at: datetime, source: Source) -> None:
    """Keep what somebody asked to have erased. Raises NotVisible, NotAllowed, or WrongState where nothing waits."""
    standing = _standing(kind, subject_id, by)
    waiting = Erasure.objects.waiting().filter(family=standing.family_id, kind=kind, subject_id=subject_id)
    erasure = waiting.select_for_update().first()
    if erasure is None:
        raise WrongState
    erasure.withdrawn_at = at
    erasure.save(update_fields=["withdrawn_at"])
    _record(_WITHDRAWN[kind], erasure, standing, at, source)
    _tell(NoticeKind.ERASURE_WITHDRAWN, standing, at)


def _standing(kind: Erased, subject_id: UUID, by: User) -> Standing:
    """Return where the person stands who may erase this, and hold it until the transaction ends."""
    fetch = visibility.child if kind is Erased.CHILD else visibility.family
    standing, _ = fetch(by, subject_id, lock=True)
    checks.may(standing, _MAY[kind])
    return standing


def _record(kind: EventKind, erasure: Erasure, standing: Standing, at: datetime, source: Source) -> None:
    subject = {"child_id": (erasure.subject_id,) * 2} if erasure.kind == Erased.CHILD else {}
    due = None if erasure.withdrawn_at else erasure.due_at
    history.record(
        kind, by=standing, at=at, source=source, changes={**subject, "due_at": (None if due else erasure.due_at, due)}
    )


def _tell(kind: NoticeKind, standing: Standing, at: datetime) -> None:
    """Tell whoever else answers for the family."""
    people = audience.managers(standing.family_id)
    outbox.notify(kind, people, by=standing.person, at=at, family_id=standing.family_id)


# By the worker


def work(at: datetime) -> int:
    """Erase what is due, and anew what the list names and this book does not know of, as where an older one was put
    back; drop the files of documents whose years are over, and overwrite what was deleted; return how much that was.
    """
    # unscoped: everybody's, by when it is due
    due = list(Erasure.objects.waiting().filter(due_at__lte=at).order_by("due_at"))
    count = sum(_erase_waiting(erasure.pk, at) for erasure in due) + drop_files(at)
    return count + erase_again(erased_list.read(settings.ERASED_LIST), at=at)


@transaction.atomic
def _erase_waiting(erasure_id: UUID, at: datetime) -> bool:
    # unscoped: of an erasure at hand
    erasure = Erasure.objects.waiting().select_for_update().filter(pk=erasure_id).first()
    if erasure is None:  # withdrawn, or another worker did it
        return False
    writing_over.write_over(erasure, at=at, source=Source.WORKER)
    return True


def drop_files(at: datetime) -> int:
    """Drop the files of documents that name who was erased, and receipts of what was settled for an erased family, when
    their years are over; return of how many.
    """
    last_year = at.year - settings.WAGE_RECORDS_YEARS - 1
    count = 0
    erasures = Erasure.objects.done().filter(family__isnull=False).exclude(kind=Erased.PERSON)
    for erasure in erasures.order_by("done_at"):
        documents = list(_with_files(erasure, last_year))
        receipts = writing_over.settled_receipts(erasure.family_id, last_year)
        of_family = receipts if erasure.kind == Erased.FAMILY else receipts.none()
        if documents or of_family.exists():
            with transaction.atomic(), writing_over.door(erasure):
                for document in documents:
                    _drop_files_of(document, at)
                count += len(documents) + writing_over.drop_receipts(of_family)
            Erasure.objects.filter(pk=erasure.pk).update(swept_at=None)
    return count


def _with_files(erasure: Erasure, last_year: int) -> Iterable[IssuedDocument]:
    rows = IssuedDocument.objects.filter(
        family=erasure.family_id, files_dropped_at__isnull=True, issued_at__lte=erasure.done_at
    )
    about = Coalesce("year", ExtractYear("to_date"), ExtractYear("issued_at"))
    return rows.alias(about=about).filter(about__lte=last_year).order_by("number")


def _drop_files_of(document: IssuedDocument, at: datetime) -> None:
    """Keep of a document its number, kind, what it comes to and the SHA-256 of its files."""
    said = document.files.filter(format=FileFormat.JSON).first()
    document.sums = sums_of(json.loads(said.content)) if said else {}
    document.files_dropped_at = at
    document.save(update_fields=["sums", "files_dropped_at"])
    document.files.all().delete()


def sweep(at: datetime) -> None:
    """Overwrite what was deleted where it still lies in the file of the database, and note what is erased in the list
    beside it. Not in a transaction.
    """
    # unscoped: of everybody, by the ids alone
    done = Erasure.objects.done()
    lines = [ErasedLine(e.id, e.kind, e.subject_id, e.family_id, e.done_at) for e in done if e.done_at]
    erased_list.add(settings.ERASED_LIST, lines)
    unswept = done.filter(swept_at__isnull=True)
    if not unswept.exists():
        return
    for erasure in unswept.exclude(kind=Erased.PERSON):
        writing_over.look_again(erasure)
    _overwrite()
    unswept.update(swept_at=at)


def _overwrite() -> None:
    """Write the file of the database anew, without its free pages; PostgreSQL's autovacuum does it by itself."""
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")


# By whoever runs the server


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be erased, as it is found by whoever runs the server."""

    kind: Erased
    id: UUID
    families: tuple[UUID | None, ...]


def find(kind: Erased, word: str) -> Subject:
    """Return what is meant: a child or family by its id, a person by e-mail address or id. Raises NotVisible."""
    if kind is Erased.PERSON:
        person = User.objects.filter(Q(email=fields.known_address(word)) | Q(pk=_id(word))).first()
        if person is not None:
            families = Member.objects.filter(user=person).values_list("family_id", flat=True)
            return Subject(kind, person.id, tuple(families) or (None,))
    elif kind is Erased.CHILD:
        # unscoped: whichever the operator names
        child = Child.objects.filter(pk=_id(word)).first()
        if child is not None:
            return Subject(kind, child.id, (child.family_id,))
    # unscoped: whichever the operator names
    elif Family.objects.filter(pk=_id(word)).exists():
        return Subject(kind, UUID(word), (UUID(word),))
    raise NotVisible(say("There is nothing with this id here."))


def _id(word: str) -> UUID:
    """Return the id, or one that nothing has."""
    try:
        return UUID(word)
    except ValueError:
        return UUID(int=0)


@transaction.atomic
def erase(subject: Subject, *, at: datetime, source: Source, ids: Iterable[UUID] = ()) -> None:
    """Erase at once, without waiting. ids: those of the erasures, where they are done anew in a back-up.

    Raises WrongState where a person is the last who can manage a family.
    """
    given = iter(ids)
    erasures = []
    for family_id in subject.families:
        waiting = Erasure.objects.waiting().filter(kind=subject.kind, subject_id=subject.id, family=family_id).first()
        erasures.append(waiting or _new(subject, family_id, at, next(given, None)))
    if subject.kind is not Erased.PERSON:
        for erasure in erasures:
            writing_over.write_over(erasure, at=at, source=source)
        return
    person = User.objects.get(pk=subject.id)
    names = _names_of(person)
    if person.is_active or person.name:
        people.delete(by=person, at=at, source=source)
    writing_over.write_over_person(erasures, person, names, at=at, source=source)


def _names_of(person: User) -> set[str]:
    """Return the names by which a person is found in texts; the first one alone where nobody else there has it."""
    records = Member.objects.filter(user=person).values_list("name_on_record", flat=True)
    names = {person.name, *records} - {""}
    fellows = Member.objects.filter(family__members__user=person).exclude(user=person)
    taken = {name.split(" ", 1)[0] for name in fellows.values_list("user__name", flat=True)}
    return names | {person.email} | ({name.split(" ", 1)[0] for name in names} - taken)


def _new(subject: Subject, family_id: UUID | None, at: datetime, erasure_id: UUID | None) -> Erasure:
    manager = Member.objects.managers_of(family_id).select_related("user").first() if family_id else None
    language = manager.user.language if manager else settings.LANGUAGE_CODE
    named = {} if erasure_id is None else {"id": erasure_id}
    return Erasure.objects.create(
        kind=subject.kind.value,
        subject_id=subject.id,
        family_id=family_id,
        language=language,
        asked_at=at,
        due_at=at,
        **named,
    )


def erase_again(lines: Iterable[ErasedLine], *, at: datetime) -> int:
    """Erase in a book that was put back what is listed and this book does not know of; return how much that was.

    What is not in the book at all was made after the back-up, and is gone anyway.
    """
    # unscoped: of everybody, by the ids alone
    known = set(Erasure.objects.done().values_list("pk", flat=True))
    count = 0
    for line in lines:
        if line.id in known:
            continue
        try:
            subject = find(Erased(line.kind), str(line.subject_id))
            if line.family_id in subject.families:
                erase(Subject(subject.kind, subject.id, (line.family_id,)), at=at, source=Source.COMMAND, ids=[line.id])
                count += 1
        except NotVisible:
            continue
        except WrongState:  # who manages a family alone again: somebody has to join first
            log.warning("%s %s could not be erased again.", line.kind, line.subject_id)
    sweep(at)
    return count
