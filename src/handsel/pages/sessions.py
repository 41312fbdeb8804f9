"""One session in full: planned beside what happened, children, notes, change requests, history, what may be pressed."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext

from handsel.access import phones, visibility
from handsel.access.checks import Standing
from handsel.formatting import dates, money
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, Event, User
from handsel.pages import (
    asked_changes,
    attention,
    children,
    clash_warnings,
    held_sessions,
    history,
    inbox,
    late_cancellations,
    reconfirmations,
    session_rows,
)
from handsel.pages.late_cancellations import LatePay
from handsel.queries import pay_sums
from handsel.queries.shared_time import shared_minutes
from handsel.rules import asking_when, lifecycle, local_time
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
from handsel.rules.overlap import Stretch
from handsel.rules.pay.sessions import CancelledFor
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Capability, Role
from handsel.rules.undoing import last_move


def page(person: User, session_id: UUID, *, at: datetime) -> dict[str, Any]:
    """Return the page's context. Seven queries, whatever the session has been through, and one more once it is
    completed, can be cancelled or restored with its pay, or is held. Raises NotVisible.
    """
    standing, seen = visibility.care_session(person, session_id)
    named = session_rows.with_people(visibility.care_sessions(person).filter(pk=seen.pk))
    session = named.select_related("family", "schedule", "nanny__user", "cancelled_by__user").first()
    if session is None:  # deleted between the two looks
        raise NotVisible
    formatter = person.formatter
    zone = session.time_zone
    today = local_time.local_date(at, zone)
    events = history.events(person, session)
    requests = asked_changes.thread(person, standing, session, formatter, events)
    [row] = clash_warnings.with_clash_warnings(
        [session_rows.row(session, standing, formatter, at=at, alone=True)], [session], formatter, person
    )
    [row] = reconfirmations.with_changes([row], [session], person, {session.family_id: standing}, formatter)
    held = held_sessions.by_what(session, standing)
    pays = late_cancellations.LatePay()
    if held is None and session.state in (State.CONFIRMED, State.CANCELLED):
        pays = late_cancellations.of_session(session, standing, at=at)
    row = _with_what_is_lost(row, pays)
    undo = "" if held else _undo_button(session, events, standing, at)
    may_cancel = held is None and Move.CANCEL in session_rows.moves(session, standing, at)
    ran = session.actual_times
    return {
        "row": row,
        "family_id": session.family_id,
        "family_name": session.family.name,
        "day": formatter.long(row.date, today=today),
        "zone": dates.zone_name(zone) if formatter.other_zone(zone) or zone != session.family.time_zone else "",
        "who": row.who,
        "with_whom": session_rows.nanny_name(session, formatter),
        "status_line": _status_line(session, formatter),
        "schedule": session.schedule,
        "facts": _facts(session, standing, formatter),
        "chart": _chart(session, ran, formatter) if ran else None,
        "children": [children.child_note(child, formatter, today) for child in session.children.all()],
        "notes": session.notes,
        "address": session.family.address,
        "phones": phones.for_session(standing, session, at=at),
        "requests": requests,
        "history": [history.line(event, session, standing, formatter) for event in events],
        "running": session_rows.running(session, at),
        "held": held,
        "ends": None if held else attention.endings(session, standing, formatter, at),
        "asking": None if held else attention.of_session(session, standing, formatter, at=at),
        "cancelled_for": CancelledFor.by(standing.role).value,
        "cancelling_pays": pays.if_cancelled if may_cancel else "",
        "undo": undo,
        "undo_beforehand": pays.if_undone if undo else "",
        **_may(session, standing, is_held=held is not None, is_asked=any(request.is_open for request in requests)),
        "asks_this_person": any(request.may_answer for request in requests),
        "overlap_allowed": session.overlap_allowed,
        "cant_come_on": row.date.isoformat() if held is None and _may_stay_away(session, person, at) else "",
        "shared_time": inbox.shared_time(shared_minutes([session])[session.id]),
    }


def _may(session: CareSession, standing: Standing, *, is_held: bool, is_asked: bool) -> dict[str, bool]:
    """Return what may be done to the session beside its moves, for the page. is_asked: whether a change waits."""

    def may(capability: Capability) -> bool:
        return not is_held and standing.may_with(capability, session.nanny_id)

    editable = lifecycle.EDITABLE[session.state] if may(Capability.UPDATE_SESSION) else frozenset()
    is_open = session.state in lifecycle.open_to_requests(standing.role) and not is_asked
    return {
        "may_edit": "scheduled_start" in editable,
        "may_correct": "actual_end" in editable,
        "may_edit_notes": "notes" in editable and not editable & {"scheduled_start", "actual_end"},
        "may_delete": session.state in lifecycle.DELETABLE and may(Capability.DELETE_SESSION),
        "may_request": is_open and may(Capability.REQUEST_CHANGES),
    }


def _may_stay_away(session: CareSession, person: User, at: datetime) -> bool:
    """Say whether it is planned, still to come, and the reader's own as its nanny."""
    is_planned = session.state in lifecycle.SCHEDULED and at < session.scheduled_end
    return is_planned and session.nanny_person_id == person.id


def _with_what_is_lost(row: session_rows.Row, pays: LatePay) -> session_rows.Row:
    """Return the row with what restoring it takes from the nanny, said beside that button."""
    buttons = (
        replace(button, beforehand=pays.if_restored) if button.path == Move.RESTORE.path else button
        for button in row.buttons
    )
    return replace(row, buttons=tuple(buttons))


def _status_line(session: CareSession, formatter: Formatter) -> str:
    """Say who agreed or cancelled, and when."""
    if session.cancelled_at:
        sentence, by, at = gettext("cancelled by %(name)s on %(day)s"), session.cancelled_by_id, session.cancelled_at
    elif session.state is State.CONFIRMED and session.confirmed_at:
        sentence, by, at = gettext("confirmed by %(name)s on %(day)s"), session.confirmed_by_id, session.confirmed_at
    else:
        return ""
    day = formatter.short(local_time.local_date(at, session.time_zone))
    line = sentence % {"name": formatter.names.of_id(by, gettext("someone who left")), "day": day}
    return history.called_off(line, session)


# Planned beside what happened


def _facts(session: CareSession, standing: Standing, formatter: Formatter) -> dict[str, Any]:
    """Return what was planned and what happened, each as start, end, length and amount, and whether terms may add to
    that; and the rate. What has not happened or may not be seen is empty.
    """
    zone, currency = session.time_zone, session.family.currency
    rate = session.hourly_rate if standing.sees_pay_of(session.nanny_id) else None
    planned_day = local_time.local_date(session.scheduled_start, zone)

    def clock(at: datetime | None) -> str:
        """A time, with its day when that is not the day on which the session was to start."""
        if at is None:
            return ""
        day = local_time.local_date(at, zone)
        hour = formatter.clock_at(at, zone)
        return hour if day == planned_day else f"{formatter.short(day)}, {hour}"

    def column(start: datetime | None, end: datetime | None) -> dict[str, Any]:
        ended: dict[str, Any] = {"start": clock(start), "end": clock(end), "length": "", "amount": ""}
        if start and end:
            ended["length"] = dates.format_length(start, end)
        if start and end and rate is not None:
            amount, ended["before_overtime"] = pay_sums.by_itself(session, (start, end), standing.person.known_terms)
            ended["amount"] = money.format_money(amount, currency)
        return ended

    return {
        "planned": column(*session.planned_times),
        "happened": column(session.actual_start, session.actual_end),
        "rate": money.format_money(rate, currency),
    }


def _chart(session: CareSession, ran: Stretch, formatter: Formatter) -> dict[str, Any]:
    """Return the chart, planned above happened: each bar from `left` on in percent of the width; ticks are (percent,
    label).
    """
    zone, planned = session.time_zone, session.planned_times
    first, last = min(planned[0], ran[0]), max(planned[1], ran[1])
    # A margin of a tenth on both sides, so that an early start is still inside.
    width = (last - first) * 5 / 4
    left = first - width / 10

    def bar(times: Stretch, word: str) -> dict[str, Any]:
        start, end = times
        length = 100 * ((end - start) / width)
        return {
            "left": f"{100 * ((start - left) / width):.1f}%",
            "width": f"{length:.1f}%",
            "label": f"{word}, {dates.format_length(start, end)}",
            "is_wide": length > 45,  # a label that does not fit into a short bar stands on the page behind it
        }

    ticks = [
        (f"{100 * ((local_time.instant(wall, zone) - left) / width):.1f}%", formatter.hour(wall))
        for wall in _full_hours(first, last, zone)
    ]
    says = gettext("Planned %(hours)s") % {"hours": formatter.span(*planned, zone)}
    return {
        "planned": bar(planned, gettext("Planned")),
        "happened": bar(ran, gettext("Actual")),
        "ticks": ticks,
        "says": gettext("%(planned)s; actual %(hours)s") % {"planned": says, "hours": formatter.span(*ran, zone)},
    }


def _full_hours(first: datetime, last: datetime, zone: str) -> list[datetime]:
    """Return about five full hours between first and last, on the clocks of the zone."""
    every = timedelta(hours=max(1, round((last - first) / timedelta(hours=1) / 4)))
    begin, near = local_time.wall(first, zone).replace(minute=0, second=0), timedelta(minutes=30)
    walls = [begin + number * every for number in range(8)]
    return [wall for wall in walls if first - near <= local_time.instant(wall, zone) <= last + near]


def moved(session: CareSession, formatter: Formatter) -> dict[str, str]:
    """Return what the sentence after a move says of the session: what was planned and, as far as it is known, what
    happened.
    """
    zone = session.time_zone
    facts = {"session": formatter.dated(*session.planned_times, zone), "started": "", "ran": "", "length": ""}
    if session.actual_start:
        day = local_time.local_date(session.scheduled_start, zone)
        facts["started"] = formatter.clock_near(session.actual_start, zone, day)
    if times := session.actual_times:
        facts |= {
            "ran": formatter.dated(*times, zone),
            "length": dates.format_length(*times).replace(" ", "\N{NO-BREAK SPACE}"),
        }
    return facts


def was_forgotten(session: CareSession, *, at: datetime) -> bool:
    """Say whether what was planned is likelier than what was recorded: both presses came late, and together."""
    times = session.actual_times
    return bool(times and session.scheduled_end <= at and asking_when.is_forgotten(*times, session))


# What the forms start from


@dataclass(frozen=True, slots=True)
class Planned:
    """The session as its forms show it: wall times of its own zone. asks_anew: whoever changes what was agreed with
    this form asks the family to confirm it again.
    """

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
    may_record: bool
    notes: str
    cancel_reason: str
    cancelled_for: str
    child_ids: list[UUID]
    nanny_id: UUID | None
    overlap_allowed: bool
    title: str
    asks_anew: bool
    beforehand: str


def _undo_button(session: CareSession, events: Iterable[Event], standing: Standing, at: datetime) -> str:
    """Return the word of the button that takes the last move back, or nothing where this person may not."""
    last = last_move(events, session.version, session.state)
    if last is None or not last.is_in_time(session.scheduled_end, at):
        return ""
    return gettext(last.undo.button) if standing.may_with(last.step.capability, session.nanny_id) else ""


def undone_sentence(person: User, session_id: UUID) -> str:
    """Return what is said once the last move of the session is taken back; nothing where there is none."""
    _, session = visibility.care_session(person, session_id)
    last = last_move(history.events(person, session), session.version, session.state)
    return gettext(last.undo.done) if last else ""


def planned(person: User, session_id: UUID, *, at: datetime | None = None) -> Planned:
    """Return what is planned; at: say what a change would take from the nanny. Raises NotVisible."""
    standing, session = visibility.care_session(person, session_id)
    zone = session.time_zone
    sees_pay = standing.sees_pay_of(session.nanny_id)
    start, end = local_time.wall(session.scheduled_start, zone), local_time.wall(session.scheduled_end, zone)
    formatter = person.formatter
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
        may_record=standing.may_with(Capability.RECORD, session.nanny_id),
        notes=session.notes,
        cancel_reason=session.cancel_reason,
        cancelled_for=session.cancelled_for,
        child_ids=list(session.child_links.order_by("id").values_list("child_id", flat=True)),
        nanny_id=session.nanny_id,
        overlap_allowed=session.overlap_allowed,
        title=f"{formatter.long(start.date())}, {formatter.hours(start, end)}",
        asks_anew=session.state is State.CONFIRMED and standing.role is Role.NANNY,
        beforehand=late_cancellations.of_session(session, standing, at=at).if_changed if at else "",
    )


def session_of_request(person: User, request_id: UUID) -> UUID:
    """Return the session that a change request is about. Raises NotVisible."""
    _, request = visibility.change_request(person, request_id)
    return request.session_id
