"""What a person was told, newest first."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from handsel.access import visibility
from handsel.models import Notice, User
from handsel.queries import paging
from handsel.queries.pages import history_lines, reading
from handsel.queries.pages.reading import Reader
from handsel.queries.paging import Order
from handsel.rules import local_time
from handsel.rules.notices import TOPICS, NoticeKind, Topic
from handsel.rules.refusals import NotVisible

_MOST = 50


@dataclass(frozen=True, slots=True)
class Told:
    """One notice: its kind and facts make the sentence (notices.messages), session or family is where it leads.

    `changed` says what was changed, old beside new; empty where nothing was.
    """

    id: UUID
    kind: str
    facts: dict[str, Any]
    about: str
    changed: str
    when: str
    is_unread: bool
    family_id: UUID
    session_id: UUID | None


@dataclass(frozen=True, slots=True)
class Inbox:
    """Groups of (heading, notices); `older` is the cursor of what follows, or None."""

    groups: list[tuple[str, list[Told]]]
    unread: int
    older: str | None


def page(person: User, *, at: datetime, after: str | None = None) -> Inbox:
    """Fifty notices, those that follow the cursor."""
    reader = Reader.of(person)
    mine = Notice.objects.filter(person=person, family__in=visibility.families(person))
    rows = mine.select_related("family", "session", "batch")
    order = Order(f"inbox:{person.id}", ("at", "id"), descending=True)
    shown, older = paging.for_page(rows, after, order, most=_MOST)
    dated = [(_heading(notice, person, at), notice) for notice in shown]
    return Inbox(
        groups=[
            (heading, [_told(notice, reader, person, at) for _, notice in some])
            for heading, some in groupby(dated, key=lambda pair: pair[0])
        ],
        unread=unread(person),
        older=older,
    )


def unread(person: User) -> int:
    return Notice.objects.filter(person=person, read_at__isnull=True, family__in=visibility.families(person)).count()


def one(person: User, notice_id: UUID, *, at: datetime) -> Told:
    """Raises NotVisible."""
    notice = Notice.objects.filter(person=person, family__in=visibility.families(person), pk=notice_id)
    found = notice.select_related("family", "session", "batch").first()
    if found is None:
        raise NotVisible
    return _told(found, Reader.of(person), person, at)


def place(kind: str, family_id: UUID, session_id: UUID | None) -> tuple[str, UUID]:
    """Where a notice is answered or seen: the name of a page, and of what."""
    if session_id is not None:
        return "session", session_id
    return "family_home" if TOPICS[NoticeKind(kind)] in (
        Topic.TO_ANSWER,
        Topic.STILL_TO_ANSWER,
    ) else "family", family_id


def _zone(notice: Notice, person: User) -> str:
    return person.time_zone or notice.family.time_zone


def _heading(notice: Notice, person: User, at: datetime) -> str:
    ago = (_day(at, notice, person) - _day(notice.at, notice, person)).days
    return gettext("Today") if ago <= 0 else gettext("Yesterday") if ago == 1 else gettext("Earlier")


def _day(at: datetime, notice: Notice, person: User) -> date:
    return local_time.local_date(at, _zone(notice, person))


def _told(notice: Notice, reader: Reader, person: User, at: datetime) -> Told:
    wall = local_time.wall(notice.at, _zone(notice, person))
    recent = (_day(at, notice, person) - wall.date()).days <= 1
    return Told(
        id=notice.id,
        kind=notice.kind,
        facts=notice.facts,
        about=reading.about(notice.family.name, *_what(notice, reader)),
        changed=_changed(notice, reader),
        when=reader.clock(wall) if recent else reader.day(wall.date()),
        is_unread=notice.read_at is None,
        family_id=notice.family_id,
        session_id=notice.session_id,
    )


def _changed(notice: Notice, reader: Reader) -> str:
    """Noor moved it from 06:00–14:30 to 07:00–15:00; changed the children."""
    facts = notice.facts
    if not notice.session or "changes" not in facts:
        return ""
    said = f"{facts['by']} {history_lines.changed(facts['changes'], notice.session, reader)}"
    return said if said.endswith(".") else f"{said}."  # Spanish ends an hour with one: p. m.


def _what(notice: Notice, reader: Reader) -> list[str]:
    """Which session it is about, or which days."""
    facts = notice.facts
    if notice.session:
        session = notice.session
        return [reader.dated(session.scheduled_start, session.scheduled_end, session.time_zone)]
    if "first" in facts and "last" in facts:
        days = reader.days(date.fromisoformat(facts["first"]), date.fromisoformat(facts["last"]))
        return [days, facts.get("schedule", "")]
    if "start" in facts and "zone" in facts:
        wall = local_time.wall(datetime.fromisoformat(facts["start"]), facts["zone"])
        return [f"{reader.day(wall.date())}, {reader.clock(wall)}"]
    return []
