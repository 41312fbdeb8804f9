"""One session in full: planned beside what happened, children, notes, change requests, history, what may be pressed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting import dates, lengths, money, names
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, ChangeRequest, Event, User
from handsel.pages import children, clash_warnings, history, session_rows
from handsel.pages.children import ChildNote
from handsel.pages.history import HistoryLine, Names
from handsel.pages.session_rows import Row, Running
from handsel.rules import lifecycle, local_time, pay, roles
from handsel.rules.change_requests import Answer
from handsel.rules.history import EventKind
from handsel.rules.lifecycle import State
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Capability, Role


@dataclass(frozen=True, slots=True)
class Bar:
    """A stretch of time in the chart, in percent of its width."""

    left: str
    width: str
    label: str
    is_wide: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """Planned above happened, with a tick at every so many hours: (percent, label)."""

    planned: Bar
    happened: Bar | None
    ticks: list[tuple[str, str]]
    says: str


@dataclass(frozen=True, slots=True)
class Facts:
    """The table beside the chart; what has not happened or may not be seen is empty."""

    start: str
    end: str
    length: str
    amount: str
    actual_start: str
    actual_end: str
    actual_length: str
    actual_amount: str
    rate: str


@dataclass(frozen=True, slots=True)
class Request:
    """A change request and its answer, as a thread reads."""

    id: UUID
    is_open: bool
    asked_by: str
    asked_at: str
    message: str
    old: str
    new: str
    children: str
    status: str
    answered_by: str
    answered_at: str
    answer: str
    may_answer: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class SessionPage:
    row: Row
    family_id: UUID
    family_name: str
    day: str
    zone: str
    who: str
    with_whom: str
    status_line: str
    schedule: tuple[UUID, str] | None
    facts: Facts
    chart: Chart
    children: list[ChildNote]
    notes: str
    requests: list[Request]
    history: list[HistoryLine]
    running: Running | None
    may_edit: bool
    may_correct: bool
    may_edit_notes: bool
    may_delete: bool
    may_request: bool
    overlap_allowed: bool

    @property
    def asks_this_person(self) -> bool:
        return any(request.may_answer for request in self.requests)


def page(person: User, session_id: UUID, *, at: datetime) -> SessionPage:
    """Eight queries, whatever the session has been through. Raises NotVisible."""
    standing, seen = visibility.care_session(person, session_id)
    named = session_rows.with_people(visibility.care_sessions(person).filter(pk=seen.pk))
    session = named.select_related("family", "schedule", "nanny__user", "cancelled_by__user").first()
    if session is None:  # deleted between the two looks
        raise NotVisible
    formatter = Formatter.of(person)
    zone = session.time_zone
    today = local_time.local_date(at, zone)
    known = Names.of(person, session.family_id)
    events = history.events(person, session)
    requests = _requests(person, standing, session, formatter, known, events)
    [row] = clash_warnings.with_clash_warnings(
        [session_rows.row(session, standing, formatter, at=at)], [session], formatter, person
    )
    may_update = standing.may_with(Capability.UPDATE_SESSION, session.nanny_id)
    editable = lifecycle.EDITABLE[session.state] if may_update else frozenset()
    return SessionPage(
        row=row,
        family_id=session.family_id,
        family_name=session.family.name,
        day=formatter.long(row.date, today=today),
        zone=dates.zone_name(zone) if formatter.other_zone(zone) or zone != session.family.time_zone else "",
        who=row.who,
        with_whom=session_rows.nanny_name(session),
        status_line=_said_of(session, formatter, known),
        schedule=(session.schedule_id, session.schedule.name) if session.schedule else None,
        facts=_facts(session, standing, formatter),
        chart=_chart(session, formatter),
        children=[children.child_note(child, formatter, today) for child in session.children.all()],
        notes=session.notes,
        requests=requests,
        history=[history.line(event, session, standing, formatter, known) for event in events],
        running=session_rows.running(session, at),
        may_edit="scheduled_start" in editable,
        may_correct="actual_start" in editable,
        may_edit_notes=editable == frozenset({"notes"}),
        may_delete=standing.may_with(Capability.DELETE_SESSION, session.nanny_id)
        and session.state in lifecycle.DELETABLE,
        may_request=_may_request(standing, session) and not any(request.is_open for request in requests),
        overlap_allowed=session.overlap_allowed,
    )


def _said_of(session: CareSession, formatter: Formatter, known: Names) -> str:
    """Who agreed or cancelled, and when."""
    if session.state is State.CANCELLED:
        said = gettext("cancelled by %(name)s on %(day)s")
        by, at = session.cancelled_by_id, session.cancelled_at
    elif session.state is State.CONFIRMED:
        said = gettext("confirmed by %(name)s on %(day)s")
        by, at = session.confirmed_by_id, session.confirmed_at
    else:
        return ""
    day = formatter.short(local_time.local_date(at, session.time_zone))
    sentence = said % {"name": known.nannies.get(str(by), "?"), "day": day}
    return f"{sentence}: “{session.cancel_reason}”" if session.cancel_reason else sentence


def _may_request(standing: Standing, session: CareSession) -> bool:
    is_open = session.state in lifecycle.open_to_requests(standing.role)
    return is_open and standing.may_with(Capability.REQUEST_CHANGES, session.nanny_id)


# Planned beside what happened


def _facts(session: CareSession, standing: Standing, formatter: Formatter) -> Facts:
    zone, currency = session.time_zone, session.family.currency
    rate = session.hourly_rate if standing.sees_pay_of(session.nanny_id) else None
    done = session.actual_start and session.actual_end

    def clock(at: datetime | None) -> str:
        return _clock(at, session.scheduled_start, formatter, zone) if at else ""

    def amount(start: datetime, end: datetime) -> str:
        return money.format_money(pay.amount(start, end, rate), currency) if rate is not None else ""

    return Facts(
        start=clock(session.scheduled_start),
        end=clock(session.scheduled_end),
        length=lengths.format_duration(pay.minutes(session.scheduled_start, session.scheduled_end)),
        amount=amount(session.scheduled_start, session.scheduled_end),
        actual_start=clock(session.actual_start),
        actual_end=clock(session.actual_end),
        actual_length=lengths.format_duration(pay.minutes(session.actual_start, session.actual_end)) if done else "",
        actual_amount=amount(session.actual_start, session.actual_end) if done else "",
        rate=money.format_money(rate, currency),
    )


def _clock(at: datetime, start: datetime, formatter: Formatter, zone: str) -> str:
    """A time, with its day when that is not the day on which the session was to start."""
    wall = local_time.wall(at, zone)
    same = wall.date() == local_time.local_date(start, zone)
    return formatter.clock(wall) if same else f"{formatter.short(wall.date())}, {formatter.clock(wall)}"


def _chart(session: CareSession, formatter: Formatter) -> Chart:
    ran_to = session.actual_end
    first = min(filter(None, (session.scheduled_start, session.actual_start)))
    last = max(filter(None, (session.scheduled_end, ran_to)))
    # A margin of a tenth on both sides, so that an early start is still inside.
    width = (last - first) * 5 / 4
    left = first - width / 10

    def percent(length: timedelta) -> float:
        return 100 * (length / width)

    def bar(start: datetime, end: datetime, word: str) -> Bar:
        label = f"{word}, {lengths.format_duration(pay.minutes(start, end))}"
        # A label that does not fit into a short bar stands on the page behind it.
        return Bar(f"{percent(start - left):.1f}%", f"{percent(end - start):.1f}%", label, percent(end - start) > 45)

    planned = formatter.span(session.scheduled_start, session.scheduled_end, session.time_zone)
    says = gettext("Planned %(hours)s") % {"hours": planned}
    happened = None
    if session.actual_start and ran_to:
        happened = bar(session.actual_start, ran_to, gettext("Happened"))
        ran = formatter.span(session.actual_start, ran_to, session.time_zone)
        says = gettext("%(planned)s; it ran %(hours)s") % {"planned": says, "hours": ran}
    return Chart(
        planned=bar(session.scheduled_start, session.scheduled_end, gettext("Planned")),
        happened=happened,
        ticks=_ticks(session, first, last, formatter, lambda at: f"{percent(at - left):.1f}%"),
        says=says,
    )


def _ticks(
    session: CareSession, first: datetime, last: datetime, formatter: Formatter, place: Any
) -> list[tuple[str, str]]:
    """About five full hours between first and last."""
    every = max(1, round((last - first) / timedelta(hours=1) / 4))
    wall = local_time.wall(first, session.time_zone).replace(minute=0, second=0)
    found = []
    for _ in range(8):
        at = local_time.instant(wall, session.time_zone)
        if first - timedelta(minutes=30) <= at <= last + timedelta(minutes=30):
            found.append((place(at), formatter.hour(wall)))
        wall += timedelta(hours=every)
    return found


# Change requests


def _requests(
    person: User, standing: Standing, session: CareSession, formatter: Formatter, known: Names, events: list[Event]
) -> list[Request]:
    found = visibility.change_requests(person).filter(session_id=session.id)
    found = found.select_related("asked_by", "asked_by__user", "answered_by__user").order_by("asked_at", "id")
    changed = {event.at: event for event in events if event.kind == EventKind.CARE_SESSION_UPDATED}
    return [_request(request, standing, session, formatter, known, changed) for request in found]


def _request(
    request: ChangeRequest,
    standing: Standing,
    session: CareSession,
    formatter: Formatter,
    known: Names,
    changed: Mapping[datetime, Event],
) -> Request:
    zone = session.time_zone
    start = request.scheduled_start or session.scheduled_start
    end = request.scheduled_end or session.scheduled_end
    proposed = request.scheduled_start or request.scheduled_end
    is_open = request.status == Answer.OPEN
    # What stood before is known while the request is open, and from the event of accepting it.
    accepted = changed.get(request.answered_at) if request.status == Answer.ACCEPTED else None
    before = history.times_before(accepted) if accepted else (session.scheduled_start, session.scheduled_end)
    old_start, old_end = before[0] or start, before[1] or end
    is_moved = (old_start, old_end) != (start, end) and (is_open or accepted is not None)
    children = [known.children.get(child_id, "?") for child_id in request.child_ids or ()]
    answers = roles.to_answer(Role(request.asked_by.role))
    mine = request.asked_by_id == standing.member_id
    return Request(
        id=request.id,
        is_open=is_open,
        asked_by=request.asked_by.user.first_name,
        asked_at=formatter.moment(request.asked_at, zone),
        message=request.message,
        old=_times(old_start, old_end, start, formatter, zone) if proposed and is_moved else "",
        new=_times(start, end, old_start, formatter, zone) if proposed else "",
        children=names.join_names(children),
        status=request.status.lower(),
        answered_by=request.answered_by.user.first_name if request.answered_by else "",
        answered_at=formatter.moment(request.answered_at, zone) if request.answered_at else "",
        answer=request.answer,
        may_answer=is_open and not mine and standing.may_with(answers, session.nanny_id),
        may_withdraw=is_open and mine,
    )


def _times(start: datetime, end: datetime, other: datetime, formatter: Formatter, zone: str) -> str:
    """Hours, with the day where the proposal is for another one."""
    day = local_time.local_date(start, zone)
    hours = formatter.span(start, end, zone)
    return hours if day == local_time.local_date(other, zone) else f"{formatter.day(day)}, {hours}"


# What the forms start from


@dataclass(frozen=True, slots=True)
class Planned:
    """The session as its forms show it: wall times of its own zone."""

    id: UUID
    family_id: UUID
    version: int
    time_zone: str
    currency: str
    state: State
    day: date
    start: datetime
    end: datetime
    actual_start: datetime | None
    actual_end: datetime | None
    hourly_rate: Decimal | None
    sees_pay: bool
    may_update: bool
    may_request: bool
    notes: str
    child_ids: list[UUID]
    nanny_id: UUID | None
    overlap_allowed: bool
    title: str


def planned(person: User, session_id: UUID) -> Planned:
    """Raises NotVisible."""
    standing, session = visibility.care_session(person, session_id)
    zone = session.time_zone
    sees_pay = standing.sees_pay_of(session.nanny_id)
    start, end = local_time.wall(session.scheduled_start, zone), local_time.wall(session.scheduled_end, zone)
    formatter = Formatter.of(person)
    return Planned(
        id=session.id,
        family_id=session.family_id,
        version=session.version,
        time_zone=zone,
        currency=session.family.currency,
        state=session.state,
        day=start.date(),
        start=start,
        end=end,
        actual_start=local_time.wall(session.actual_start, zone) if session.actual_start else None,
        actual_end=local_time.wall(session.actual_end, zone) if session.actual_end else None,
        hourly_rate=session.hourly_rate if sees_pay else None,
        sees_pay=sees_pay,
        may_update=standing.may_with(Capability.UPDATE_SESSION, session.nanny_id),
        may_request=standing.may_with(Capability.REQUEST_CHANGES, session.nanny_id),
        notes=session.notes,
        child_ids=list(session.child_links.order_by("id").values_list("child_id", flat=True)),
        nanny_id=session.nanny_id,
        overlap_allowed=session.overlap_allowed,
        title=f"{formatter.long(start.date())}, {formatter.hours(start, end)}",
    )


def session_of_request(person: User, request_id: UUID) -> UUID:
    """The session that a change request is about. Raises NotVisible."""
    _, request = visibility.change_request(person, request_id)
    return request.session_id
