"""Who looked: gathered in the memory of each process, and written down after the answer (docs/decisions/0071)."""

import logging
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from threading import Lock
from typing import Any, NamedTuple
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.db import IntegrityError, transaction
from django.db.models import F

from handsel.models import (
    AccessLine,
    CalendarAddress,
    Child,
    Expense,
    Export,
    Family,
    IssuedDocument,
    Member,
    PayItem,
    Payment,
    PayPeriod,
    PayPolicy,
    Receipt,
    User,
)
from handsel.rules import fields, local_time
from handsel.rules.access_log import OF_PAY, WRITTEN_EVERY, Noun, Thing, Way
from handsel.rules.roles import Role

log = logging.getLogger(__name__)

# What a process keeps in memory at most; further looks are not written down.
_MOST = 10_000
_MOST_WAYS = 8


@dataclass(frozen=True, slots=True)
class Look:
    """One look, as the answer knew it. person_id: null of a command, and of a calendar, whose address tells.

    came_by: the key of a session, or the id of a token. nanny: whose pay the query named, as it was sent.
    """

    person_id: UUID | None
    thing: Thing
    noun: Noun
    id: UUID
    way: Way | None = None
    came_by: str = ""
    nanny: str = ""


@dataclass(frozen=True, slots=True)
class _Target:
    """What a look was at."""

    person_id: UUID | None
    about_id: UUID
    zone: str
    family_id: UUID | None = None
    owner_id: UUID | None = None
    nanny_id: UUID | None = None


class _Key(NamedTuple):
    person_id: UUID | None
    thing: Thing
    about_id: UUID
    day: date


@dataclass(slots=True)
class _Line:
    """What waits to be written of a line. not_before: when it may be, where it was written within the hour."""

    target: _Target
    first_at: datetime
    last_at: datetime
    times: int = 0
    ways: set[str] = field(default_factory=set)
    not_before: datetime | None = None


class Log:
    """What one process has seen and not yet written."""

    def __init__(self) -> None:
        self._looks: deque[tuple[Look, datetime]] = deque(maxlen=_MOST)
        self._lines: dict[_Key, _Line] = {}
        self._turn = Lock()

    def note(self, looks: Iterable[Look], *, at: datetime) -> None:
        """Take looks in, without asking the database."""
        self._looks.extend((look, at) for look in looks)

    def write(self, *, at: datetime, is_last: bool = False) -> int:
        """Write the lines that were not written within the hour, or all where these are the last; return how many."""
        with self._turn:
            self._take_in()
            due = [key for key, line in self._lines.items() if is_last or not line.not_before or line.not_before <= at]
            return sum(self._write(key, at, is_last=is_last) for key in due)

    def _take_in(self) -> None:
        known: dict[Look, list[_Target]] = {}
        ways: dict[Look, str] = {}
        while self._looks:
            look, at = self._looks[0]
            if look not in known:
                known[look], ways[look] = list(_targets(look)), _way(look)
            self._looks.popleft()
            for target in known[look]:
                key = _Key(target.person_id, look.thing, target.about_id, local_time.local_date(at, target.zone))
                line = self._lines.get(key)
                if line is None:
                    if len(self._lines) >= _MOST:
                        log.warning("More looks than can be kept in mind are not written down.")
                        continue
                    line = self._lines[key] = _Line(target, at, at)
                line.first_at, line.last_at = min(line.first_at, at), max(line.last_at, at)
                line.times += 1
                line.ways |= {ways[look]} - {""}

    def _write(self, key: _Key, at: datetime, *, is_last: bool) -> bool:
        """Write a line if its turn has come by the row too, which another process may have written."""
        line = self._lines[key]
        rows = AccessLine.objects.filter(person_id=key.person_id, thing=key.thing, about_id=key.about_id, day=key.day)
        for _ in range(3):
            row = rows.first()
            if row is None:
                if _insert(key, line, at):
                    del self._lines[key]
                    return True
                continue
            again_at = row.written_at + WRITTEN_EVERY
            if not is_last and row.written_at <= at < again_at:
                line.not_before = again_at
                return False
            # Only as it was read: of two processes that write at once the second reads anew.
            if rows.filter(written_at=row.written_at, times=row.times).update(
                times=F("times") + line.times,
                first_at=min(row.first_at, line.first_at),
                last_at=max(row.last_at, line.last_at),
                ways=sorted({*row.ways, *line.ways})[:_MOST_WAYS],
                written_at=at,
            ):
                del self._lines[key]
                return True
        if row is None:  # whose it was is gone
            del self._lines[key]
        return False


LOG = Log()


def write_issued_key(email: str, *, at: datetime) -> None:
    """Write down at once that who runs the server made a key by which they see what this person sees."""
    own = Log()
    for person in User.objects.filter(email=fields.known_address(email)):
        own.note([Look(None, Thing.OPERATOR, Noun.PERSON, person.pk)], at=at)
        families = Member.objects.active().filter(user=person).values_list("family_id", flat=True)
        own.note([Look(None, Thing.OPERATOR, Noun.FAMILY, family_id) for family_id in families], at=at)
    own.write(at=at, is_last=True)


def _insert(key: _Key, line: _Line, at: datetime) -> bool:
    target = line.target
    try:
        with transaction.atomic():
            AccessLine.objects.create(
                **key._asdict(),
                family_id=target.family_id,
                owner_id=target.owner_id,
                nanny_id=target.nanny_id,
                first_at=line.first_at,
                last_at=line.last_at,
                times=line.times,
                ways=sorted(line.ways)[:_MOST_WAYS],
                written_at=at,
            )
    except IntegrityError:
        return False
    return True


# What was looked at. Whoever it was shown to may see it, so it is read here without asking for them.


def _targets(look: Look) -> Iterator[_Target]:
    match look.noun:
        case Noun.CHILD | Noun.CHILDREN:
            # unscoped: what was just shown to this very person
            children = Child.objects.select_related("family")
            by = {"pk": look.id} if look.noun is Noun.CHILD else {"family_id": look.id}
            for child in children.filter(**by):
                yield _Target(look.person_id, child.id, child.family.time_zone, child.family_id)
        case Noun.FAMILY:
            yield from _of_family(look)
        case Noun.MINE:
            for member in Member.objects.active().filter(user=look.person_id, role=Role.NANNY):
                yield from _of_family(replace(look, id=member.family_id))
        case Noun.PERSON:
            yield from _of_person(look)
        case Noun.ADDRESS:
            for address in CalendarAddress.objects.filter(pk=look.id).select_related("person"):
                yield from _of_address(address)
        case _:
            yield from _of_row(look)


def _of_family(look: Look) -> Iterator[_Target]:
    family = Family.objects.filter(pk=look.id).first()
    if family is None:
        return
    here = _Target(look.person_id, family.id, family.time_zone, family.id)
    if look.thing not in OF_PAY:
        yield here
        return
    member = Member.objects.filter(family=family, user=look.person_id).first()
    if member is None or member.role == Role.VIEWER:  # who sees no pay
        return
    nanny_id = member.id if member.role == Role.NANNY else _nanny(family.id, look.nanny)
    yield here if nanny_id is None else replace(here, about_id=nanny_id, nanny_id=nanny_id)


def _nanny(family_id: UUID, sent: str) -> UUID | None:
    """Return the nanny of a family whom a query named, if it did."""
    try:
        nanny_id = UUID(sent)
    except ValueError:
        return None
    return Member.objects.filter(family=family_id, pk=nanny_id).values_list("pk", flat=True).first()


def _of_person(look: Look) -> Iterator[_Target]:
    """A person's own; a sign-in opens their families too."""
    person = User.objects.filter(pk=look.id).first()
    if person is None:
        return
    owner_id = None if look.person_id == person.id else person.id
    yield _Target(look.person_id, person.id, person.time_zone or "UTC", owner_id=owner_id)
    if look.thing is Thing.SIGN_IN:
        for member in Member.objects.active().filter(user=person).select_related("family"):
            yield _Target(person.id, member.family_id, member.family.time_zone, member.family_id)


def _of_address(address: CalendarAddress) -> Iterator[_Target]:
    """A calendar shows one family, or all that its person is in."""
    memberships = Member.objects.active().filter(user=address.person).select_related("family")
    if address.family_id:
        memberships = memberships.filter(family=address.family_id)
    for member in memberships:
        # One line for each family: it is about the person's calendar there.
        yield _Target(address.person_id, member.id, member.family.time_zone, member.family_id)


_ROWS: dict[Noun, Any] = {
    Noun.PERIOD: PayPeriod,
    Noun.ITEM: PayItem,
    Noun.PAYMENT: Payment,
    Noun.EXPENSE: Expense,
    Noun.POLICY: PayPolicy,
    Noun.DOCUMENT: IssuedDocument,
}


def _of_row(look: Look) -> Iterator[_Target]:
    if look.noun is Noun.EXPORT:
        for export in Export.objects.filter(pk=look.id).select_related("family"):
            member = Member.objects.filter(family=export.family_id, user_id=export.person_id, role=Role.NANNY).first()
            nanny_id = member.id if member else None
            yield _Target(look.person_id, export.id, export.family.time_zone, export.family_id, None, nanny_id)
        return
    if look.noun is Noun.RECEIPT:
        for receipt in Receipt.objects.filter(pk=look.id).select_related("family", "expense"):
            family = receipt.family
            yield _Target(look.person_id, receipt.id, family.time_zone, family.id, None, receipt.expense.nanny_id)
        return
    for row in _ROWS[look.noun].objects.filter(pk=look.id).select_related("family", "nanny"):
        target = _Target(look.person_id, row.nanny_id or row.family_id, row.family.time_zone, row.family_id)
        target = replace(target, nanny_id=row.nanny_id)
        if look.thing is Thing.DOCUMENT:
            target = replace(target, about_id=row.id)
        if look.thing is Thing.TAX_NUMBER and row.nanny:
            target = replace(target, owner_id=row.nanny.user_id)
        yield target


def _way(look: Look) -> str:
    """Return by what somebody came, by an id that tells nothing to who sees it."""
    if look.way is None:
        return ""
    if look.way is not Way.BROWSER:
        return f"{look.way}:{look.came_by}"
    row = UserSession.objects.filter(session_key=look.came_by).values_list("pk", flat=True).first()
    return f"{look.way}:{row or ''}"
