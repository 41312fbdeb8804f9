"""The feed that a calendar app is given: sessions as appointments, as far as their person may see them."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from uuid import UUID

from django.db.models import (
    Case,
    Exists,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    StringAgg,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from handsel.access import tokens, visibility
from handsel.documents import calendar_ics
from handsel.documents.rows import Appointment
from handsel.formatting.names import Names
from handsel.models import CalendarAddress, CareSession, CareSessionChild, Event, Member, User
from handsel.models.care_sessions import CareSessionQuerySet
from handsel.rules.lifecycle import Status
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Role

BACK, AHEAD = timedelta(days=30), timedelta(days=366)
ANY_SESSION = UUID(int=0)  # stands for it in the address of a session's page
# More than any person's year has; of more the nearest that are to come are given.
MOST = 3_000
# An app asks every few minutes at most, and hears mostly that nothing has changed.
MOST_AN_HOUR = 60
_HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Feed:
    """The feed behind an address now. `tag` is another one as soon as the calendar may be; `wait` is how long it is
    not given in full again, if it was too often.
    """

    address: CalendarAddress
    tag: str
    since: datetime
    until: datetime
    wait: timedelta | None

    @property
    def name(self) -> str:
        return self.address.name

    @property
    def language(self) -> str:
        return self.address.person.language

    @property
    def alarm(self) -> timedelta | None:
        minutes = self.address.alarm_minutes
        return None if minutes is None else timedelta(minutes=minutes)


def find(secret: str, *, at: datetime) -> Feed | None:
    """Return what is behind a secret, or None. One query."""
    since = datetime.combine(at.astimezone(UTC).date(), time(), UTC) - BACK
    family_ids = _memberships().values("family_id")
    counted = {
        "is_theirs": Exists(_memberships(1).filter(family_id=OuterRef("family_id"))),
        "mine": _joined(_memberships(1), Cast("family_id", TextField())),
        "people": _joined(Member.objects.filter(family_id__in=family_ids), F("user__name")),
        # Whatever is done to a session, a child or a family leaves an event.
        "events": Subquery(
            Event.objects.filter(family_id__in=family_ids, at__gte=since)
            .order_by()
            .annotate(over_all=Func(F("pk"), function="COUNT", output_field=IntegerField()))
            .values("over_all")
        ),
    }
    address = tokens.calendar_addresses(secret).annotate(**counted).first()
    if address is None:
        return None
    counts = {name: getattr(address, name) for name in counted}
    if address.family_id and not counts["is_theirs"]:
        return None
    stamp = (calendar_ics.FORM, address.pk, since, address.person.language, *counts.values())
    wait = None
    if (
        address.window_started_at
        and address.answers_in_window >= MOST_AN_HOUR
        and at - address.window_started_at < _HOUR
    ):
        wait = address.window_started_at + _HOUR - at
    return Feed(address, hashlib.sha256(repr(stamp).encode()).hexdigest()[:32], since, since + BACK + AHEAD, wait)


def _memberships(depth: int = 2) -> QuerySet[Member]:
    """Return the memberships of the address's person, so many queries further in."""
    person = OuterRef("person_id")
    return Member.objects.active().filter(user=person if depth == 1 else OuterRef(person))


def _joined(rows: QuerySet[Member], text: Combinable) -> Subquery:
    """Join the texts of all rows in one string."""
    whole = rows.order_by().annotate(whole=Value(1)).values("whole")
    return Subquery(whole.annotate(said=StringAgg(text, Value("\n"))).values("said"))


def appointments(feed: Feed, *, page: str) -> list[Appointment]:
    """Return the sessions of thirty days back and a year ahead, MOST of them; of a family's nanny only their own. Three
    queries at most. page: the address of ANY_SESSION's.
    """
    address = feed.address
    rows = _theirs(address.person).overlapping(feed.since, feed.until)
    if address.family_id:
        rows = rows.filter(family_id=address.family_id)
    is_over = Case(When(scheduled_start__lt=feed.since + BACK, then=1), default=0)
    rows = rows.order_by(is_over, "scheduled_start", "id")[:MOST]
    sessions = sorted(_named(rows), key=lambda row: (row.scheduled_start, row.id))
    if not address.is_full:
        return [_appointment(row) for row in sessions]
    names = address.person.known_names
    children = _children(rows, names) if sessions and address.shows_children else {}
    return [
        _appointment(row, names, children=children.get(row.id, ()), notes=address.shows_notes, link=link(page, row.id))
        for row in sessions
    ]


def session(person: User, session_id: UUID, *, page: str) -> Appointment:
    """Return one session with everything that the family wrote down for it. Three queries. Raises NotVisible."""
    rows = visibility.care_sessions(person).filter(pk=session_id)
    session = _named(rows).first()
    if session is None:
        raise NotVisible
    names = person.known_names
    return _appointment(session, names, children=_children(rows, names).get(session.id, ()), notes=True, link=page)


def link(page: str, session_id: UUID) -> str:
    """Return the address of a session's page, from that of ANY_SESSION's."""
    return page.replace(str(ANY_SESSION), str(session_id))


def mailed(person: User, session_ids: Collection[UUID], *, page: str = "") -> dict[UUID, Appointment]:
    """Return those of these sessions that the person's calendar has, as a mail may tell of them: no notes, no address.
    Three queries, where there are any. page: as for appointments.
    """
    rows = _theirs(person).filter(pk__in=session_ids)
    sessions = list(_named(rows)) if session_ids else []
    names = person.known_names
    children = _children(rows, names) if sessions else {}
    return {
        row.id: _appointment(row, names, children=children.get(row.id, ()), link=link(page, row.id)) for row in sessions
    }


def confirmed(person: User, *, at: datetime, changed_before: datetime) -> CareSessionQuerySet:
    """Return what is agreed, or was, in the person's calendar, and was not changed since then."""
    rows = _theirs(person).filter(is_confirmed=True, updated_at__lte=changed_before).exclude(status=Status.CANCELLED)
    return rows.overlapping(at - BACK, at + AHEAD)


def _theirs(person: User) -> CareSessionQuerySet:
    """Return the sessions of the person's calendar: of a family's nanny only their own."""
    as_nanny = Member.objects.active().filter(user=person, role=Role.NANNY).values("family_id")
    own = Q(nanny_person=person) | ~Q(family_id__in=as_nanny)
    return visibility.care_sessions(person).filter(own)


def _named(rows: QuerySet[CareSession]) -> QuerySet[CareSession]:
    columns = ("version", "updated_at", "status", "is_confirmed", "scheduled_start", "scheduled_end", "time_zone")
    return rows.select_related("family", "nanny__user").only(
        *columns, "notes", "family__name", "family__address", "nanny__user__name", "nanny__name_on_record"
    )


def _children(rows: QuerySet[CareSession], known: Names) -> dict[UUID, list[str]]:
    names: dict[UUID, list[str]] = defaultdict(list)
    links = CareSessionChild.objects.filter(session__in=rows.values("pk")).order_by("child__created_at", "child_id")
    for session_id, child_id, name in links.values_list("session_id", "child_id", "child__first_name"):
        names[session_id].append(known.of_id(child_id, name))
    return names


def _appointment(
    row: CareSession,
    names: Names | None = None,
    *,
    children: Iterable[str] = (),
    notes: bool = False,
    link: str = "",
) -> Appointment:
    """Return the session as its person may see it; without names it is busy and no more."""
    return Appointment(
        session_id=row.id,
        version=row.version,
        changed_at=row.updated_at,
        state=row.state,
        start=row.scheduled_start,
        end=row.scheduled_end,
        time_zone=row.time_zone,
        family_name=row.family.name if names else "",
        child_names=tuple(children),
        nanny_name=names.of(row.nanny) if names and row.nanny else "",
        notes=row.notes if notes else "",
        place=row.family.address if notes else "",
        link=link,
        family_id=row.family_id,
    )
