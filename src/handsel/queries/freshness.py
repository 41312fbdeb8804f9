"""The freshness of a page, whether it would be another one now: a stamp of everything that Today and Home show.

One query. Every action writes an event, so events that were added tell of every change in the person's families. What
else a page shows: whose names and settings they are, what is unread, what the nanny has elsewhere, and the time.
"""

import hashlib
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any
from uuid import UUID

from django.db import connection, connections
from django.db.models import Exists, F, Func, IntegerField, Model, OuterRef, Q, QuerySet, Subquery, UUIDField

from handsel.access import browsers, replica
from handsel.models import BusyTime, CareSession, Event, Member, Notice, User
from handsel.models.care_sessions import LONGER_THAN_ANY
from handsel.rules.moments import EARLIEST_START
from handsel.rules.roles import Role

# Local days begin at a quarter of an hour in every zone: with each quarter the stamp is another one.
_QUARTER = timedelta(minutes=15)
# An event is seen later than its time says: by a transaction's length, by a difference of clocks.
_LATE = timedelta(hours=1)

# Stand-ins that no real person, moment or browser is.
_WHO, _THEN, _KEY = UUID(int=7), datetime(1900, 1, 1, 0, 7, tzinfo=UTC), "the browser's key"


def stamp(person_id: UUID, *, at: datetime) -> str:
    """Return the stamp of what this person's pages show now; empty for who belongs to no family."""
    return _digest([row[:-2] for row in _read(person_id, at, "")], at)


def stamp_at(session_key: str, person_id: UUID, *, at: datetime) -> str:
    """Return the same for who is signed in at this browser; empty when that is not the person. Still one query."""
    rows = _read(person_id, at, session_key)
    if not rows or not browsers.is_signed_in(rows[0][-2], person_id, rows[0][-1]):
        return ""
    return _digest([row[:-2] for row in rows], at)


def _digest(rows: list[tuple[Any, ...]], at: datetime) -> str:
    return hashlib.sha256(repr((_start_of_quarter(at), rows)).encode()).hexdigest() if rows else ""


def _read(person_id: UUID, at: datetime, session_key: str) -> list[tuple[Any, ...]]:
    sql, named = _statement()
    values = dict(zip(_query_parameters(_WHO, _THEN, _KEY), _query_parameters(person_id, at, session_key), strict=True))
    # Of a page that is read from the replica the stamp is too: else it would know of what the page has not.
    with connections[replica.alias()].cursor() as cursor:
        cursor.execute(sql, [values.get(value, value) for value in named])
        rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


@cache
def _statement() -> tuple[str, tuple[Any, ...]]:
    """Return the SQL and its parameters, with stand-ins for what differs: to write it takes ten times as long as to run
    it.
    """
    return _rows(_WHO, _THEN, _KEY).query.sql_with_params()


def _query_parameters(person_id: UUID, at: datetime, session_key: str) -> list[Any]:
    """Return what differs from one time to the next, as the database is sent it."""
    quarter = _start_of_quarter(at)
    moments = [at, at + EARLIEST_START, quarter, quarter - _LATE, quarter - LONGER_THAN_ANY]
    return [
        UUIDField().get_db_prep_value(person_id, connection),
        session_key,
        *(connection.ops.adapt_datetimefield_value(moment) for moment in moments),
    ]


def _start_of_quarter(at: datetime) -> datetime:
    return at - timedelta(minutes=at.minute % 15, seconds=at.second, microseconds=at.microsecond)


def _rows(person_id: UUID, at: datetime, session_key: str) -> QuerySet[Any, Any]:
    """Return whom the person shares a family with, and beside each the same counts of what happened.

    Last what is kept of the browser and the person's password, for browsers.is_signed_in.
    """
    memberships = Member.objects.active().filter(user=person_id)
    family_ids = memberships.values("family_id")
    events = Event.objects.filter(family_id__in=family_ids, at__gte=_start_of_quarter(at) - _LATE)
    unread = Notice.objects.filter(person=person_id, read_at__isnull=True, family_id__in=family_ids)
    elsewhere, own = _nannys_sessions_elsewhere(family_ids, at), _own_calendars(family_ids, at)
    counts = {
        "joined": _count(memberships),
        "events": _count(events),
        "unread": _count(unread),
        "busy": _count(elsewhere),
        "busy_since": _one(elsewhere, Func("updated_at", function="MAX")),
        "own": _count(own),
        "own_since": _one(own, Func("created_at", function="MAX")),
        **{f"passed_{number}": _count(passed) for number, passed in enumerate(_sessions_past_a_moment(family_ids, at))},
        "kept": Subquery(browsers.session_data(session_key, at=at).values("session_data")[:1]),
        "mine": Subquery(User.objects.filter(id=person_id, is_active=True).values("password")[:1]),
    }
    people = User.objects.filter(id__in=Member.objects.filter(family_id__in=family_ids).values("user_id"))
    shown = ("id", "name", "language", "time_zone", "hour_cycle", "week_starts_on")
    return people.annotate(**counts).order_by("id").values_list(*shown, *counts)


def _nannys_sessions_elsewhere(family_ids: QuerySet[Any, Any], at: datetime) -> QuerySet[CareSession]:
    """Return what other families have of our nannies, where it overlaps what still needs an answer here.

    No more than the page says anyway: a family must not learn what else its nanny does.
    """
    unconfirmed = CareSession.objects.unconfirmed().filter(
        family_id__in=family_ids,
        nanny_person_id=OuterRef("nanny_person_id"),
        scheduled_start__lt=OuterRef("scheduled_end"),
        scheduled_end__gt=OuterRef("scheduled_start"),
    )
    nannies = Member.objects.active().filter(family_id__in=family_ids, role=Role.NANNY).values("user_id")
    # unscoped: counts alone, of what overlaps what the page shows
    taken = CareSession.objects.planned_or_running().filter(nanny_person_id__in=nannies)
    return taken.ending_after(_start_of_quarter(at)).exclude(family_id__in=family_ids).filter(Exists(unconfirmed))


def _own_calendars(family_ids: QuerySet[Any, Any], at: datetime) -> QuerySet[BusyTime]:
    """Return the same of when our nannies are busy by calendars of their own."""
    unconfirmed = CareSession.objects.unconfirmed().filter(
        family_id__in=family_ids,
        nanny_person_id=OuterRef("calendar__person_id"),
        scheduled_start__lt=OuterRef("ends_at"),
        scheduled_end__gt=OuterRef("starts_at"),
    )
    nannies = Member.objects.active().filter(family_id__in=family_ids, role=Role.NANNY).values("user_id")
    return BusyTime.objects.filter(calendar__person_id__in=nannies, ends_at__gt=_start_of_quarter(at)).filter(
        Exists(unconfirmed)
    )


def _sessions_past_a_moment(family_ids: QuerySet[Any, Any], at: datetime) -> list[QuerySet[CareSession]]:
    """Return sessions that may be started by now, that should have begun, and that should be over."""
    near = _start_of_quarter(at) - LONGER_THAN_ANY
    recent = CareSession.objects.filter(family_id__in=family_ids, scheduled_start__gt=near)
    return [
        recent.filter(scheduled_start__lte=at + EARLIEST_START),
        recent.filter(scheduled_start__lte=at),
        recent.filter(Q(scheduled_end__lte=at), scheduled_start__lte=at),
    ]


def _count(rows: QuerySet[Any, Any]) -> Subquery:
    return _one(rows, Func(F("pk"), function="COUNT", output_field=IntegerField()))


def _one[Row: Model](rows: QuerySet[Row], value: Func) -> Subquery:
    """Return one value over all rows, without grouping them."""
    return Subquery(rows.order_by().annotate(over_all=value).values("over_all"))
