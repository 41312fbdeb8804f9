"""The history of a session in plain sentences: "Noor moved it from 06:00–14:30 to 07:00–15:00.\""""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting import money, names
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, Event, User
from handsel.rules import local_time
from handsel.rules.history import EventKind, Source
from handsel.rules.moves import MOVES, Move, Step
from handsel.rules.pay.sessions import CancelledFor
from handsel.rules.roles import Role
from handsel.rules.sentences import say

_STEPS: Mapping[str, Step] = {step.event: step for step in MOVES.values()}


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """Who did what, why, and when."""

    by: str
    did: str
    reason: str
    when: str
    at: datetime


def events(person: User, session: CareSession) -> list[Event]:
    """All that happened to the session, oldest first. One query."""
    of_session = visibility.events(person).filter(session_id=session.id)
    return list(of_session.select_related("by__user").order_by(*Event.AS_WRITTEN))


def times_before(event: Event) -> tuple[datetime | None, datetime | None]:
    """When the session was to start and to end before this event, as far as it changed them."""
    start, end = (event.changes.get(field, [None])[0] for field in ("scheduled_start", "scheduled_end"))
    return _instant(start) if start else None, _instant(end) if end else None


def line(event: Event, session: CareSession, standing: Standing, formatter: Formatter) -> HistoryLine:
    """This event as a sentence."""
    describer = _EventDescriber(event.changes, session, formatter, sees_pay=standing.sees_pay_of(event.nanny_id))
    return HistoryLine(
        by=capfirst(formatter.names.of(event.by)) if event.by and event.source != Source.WORKER else "Handsel",
        did=describer.sentence(event),
        reason=event.reason,
        when=formatter.moment(event.at, session.time_zone),
        at=event.at,
    )


def changed(facts: Mapping[str, Any], session: CareSession, formatter: Formatter) -> str:
    """What a notice says of its changes, by the names that it keeps (notices.outbox.change_facts): without pay."""
    return _of_notice(facts, session, formatter).told(gettext("changed it"))


def told(changes: Mapping[str, list[Any]], session: CareSession, formatter: Formatter) -> str:
    """Say what changed, also of the rate: who asks leaves it out for who may not see it."""
    return _EventDescriber(changes, session, formatter, sees_pay=True).told("")


def asked(facts: Mapping[str, Any], session: CareSession, formatter: Formatter) -> str:
    """What a notice says of a request for other times or children; nothing of one that only has a message."""
    return _of_notice(facts, session, formatter).asked()


def _of_notice(facts: Mapping[str, Any], session: CareSession, formatter: Formatter) -> "_EventDescriber":
    return _EventDescriber(facts["changes"], session, formatter, facts.get("names", {}))


WHOSE_CHOICE = {
    CancelledFor.FAMILY: say("it was the family’s choice"),
    CancelledFor.NANNY: say("it was the nanny’s choice"),
}


def called_off(line: str, session: CareSession) -> str:
    """Return the line of who cancelled a session, with whose choice it was, where it was the other side's, and why."""
    if session.cancelled_by and session.cancelled_for != CancelledFor.by(Role(session.cancelled_by.role)):
        line = f"{line} ({gettext(WHOSE_CHOICE[CancelledFor(session.cancelled_for)])})"
    return f"{line}: “{session.cancel_reason}”" if session.cancel_reason else line


class _EventDescriber:
    """Says what changed. Rates are left out for who may not see them."""

    def __init__(
        self,
        changes: Mapping[str, list[Any]],
        session: CareSession,
        formatter: Formatter,
        known: Mapping[str, str] = MappingProxyType({}),
        *,
        sees_pay: bool = False,
    ) -> None:
        self.changes, self.session, self.formatter = changes, session, formatter
        self.known, self.sees_pay = known, sees_pay

    def sentence(self, event: Event) -> str:
        """Tell the changes of this event, as what was done."""
        if step := _STEPS.get(event.kind):
            return self._moved(step, event.at)
        if event.kind == EventKind.CARE_SESSION_UNDONE and (undo := MOVES[Move(self._new("move"))].undo):
            return gettext(undo.did)
        match event.kind:
            case EventKind.CARE_SESSION_RUNNING_LATE:
                return gettext("is running %(minutes)s min late") % {"minutes": self._new("minutes")}
            case EventKind.CARE_SESSION_GENERATED:
                return self._generated(event)
            case EventKind.CARE_SESSION_CREATED if self._new("is_confirmed"):
                return names.join_names([gettext("added it"), self._moved(MOVES[Move.CONFIRM], event.at)])
            case EventKind.CARE_SESSION_CREATED:
                return gettext("added it")
            case EventKind.CARE_SESSION_IMPORTED:
                return gettext("imported it from a spreadsheet")
            case EventKind.CARE_SESSION_CORRECTED:
                return self.told(gettext("corrected it"))
            case EventKind.CARE_SESSION_CONFIRM_ASKED:
                return gettext("asked the family to confirm it")
            case EventKind.CHANGE_REQUEST_ASKED:
                return self.asked() or gettext("asked for changes")
            case EventKind.CHANGE_REQUEST_ACCEPTED:
                return gettext("accepted the request")
            case EventKind.CHANGE_REQUEST_DECLINED:
                return gettext("declined the changes")
            case EventKind.CHANGE_REQUEST_WITHDRAWN:
                return gettext("withdrew the request")
            case _:
                return self.told(gettext("changed it"))

    def _generated(self, event: Event) -> str:
        arguments = {"schedule": self._new("schedule_name")}
        if event.source == Source.WORKER and event.by:
            name = self.formatter.names.of(event.by)
            return gettext("planned it from “%(schedule)s”, set up by %(name)s") % {**arguments, "name": name}
        return gettext("planned it from “%(schedule)s”") % arguments

    def _moved(self, step: Step, pressed_at: datetime) -> str:
        if step.did_on_familys_word and self._new("on_the_familys_word"):
            return gettext(step.did_on_familys_word)
        if step.time_column:
            return gettext(step.did) % {"at": self._at(step.time_column, pressed_at)}
        start, end = self._new("actual_start"), self._new("actual_end")
        if start and end:
            return gettext(step.did) % {"times": self._hours((_instant(start), _instant(end)), with_day=False)}
        return gettext(step.did)

    def told(self, otherwise: str) -> str:
        """Tell everything that changed, as one sentence."""
        parts = []
        if times := self.times():
            parts.append(gettext("moved it %(times)s") % {"times": times})
        for field, corrected in (
            ("actual_start", gettext("corrected the start %(change)s")),
            ("actual_end", gettext("corrected the end %(change)s")),
        ):
            if field in self.changes:
                parts.append(corrected % {"change": self._from_to(self._clock, *self.changes[field])})
        if "hourly_rate" in self.changes and self.sees_pay:
            change = self._from_to(self._money, *self.changes["hourly_rate"])
            parts.append(gettext("changed the rate %(change)s") % {"change": change})
        if self._new("rate_changed"):
            parts.append(gettext("changed the rate"))
        if "child_ids" in self.changes:
            parts.append(gettext("changed the children %(change)s") % {"change": self._children()})
        if "nanny_id" in self.changes:
            parts.append(self._nanny())
        if "notes" in self.changes:
            parts.append(gettext("changed the notes"))
        if "cancel_reason" in self.changes:
            parts.append(gettext("changed why it was cancelled"))
        if self._new("cancelled_for"):
            parts.append(gettext(WHOSE_CHOICE[CancelledFor(self._new("cancelled_for"))]))
        if self._new("overlap_allowed"):
            parts.append(gettext("allowed it to overlap"))
        if self.changes.get("is_confirmed") == [True, False]:
            parts.append(gettext("it has to be confirmed again"))
        return "; ".join(parts) or otherwise

    def asked(self) -> str:
        """Tell everything that is asked for, as one sentence; nothing where that stands in the message alone."""
        parts = []
        if times := self.times():
            parts.append(gettext("asked to move it %(times)s") % {"times": times})
        if "child_ids" in self.changes:
            parts.append(gettext("asked to change the children %(change)s") % {"change": self._children()})
        return "; ".join(parts)

    def _children(self) -> str:
        return self._from_to(self._together, *self.changes["child_ids"])

    def _together(self, children: list[str]) -> str:
        return names.join_names(
            [self.formatter.names.of_id(child_id, self.known.get(child_id, "?")) for child_id in children]
        )

    def _nanny(self) -> str:
        nanny_id = self._new("nanny_id")
        otherwise = gettext("someone who left") if nanny_id else gettext("no nanny yet")
        return gettext("gave it to %(nanny)s") % {"nanny": self.formatter.names.of_id(nanny_id, otherwise)}

    def times(self) -> str:
        """Say from 06:00–14:30 to 07:00–15:00, with the days where the day changed; nothing when the times stayed."""
        old_start, new_start = self.changes.get("scheduled_start") or (None, None)
        old_end, new_end = self.changes.get("scheduled_end") or (None, None)
        if new_start and new_end:
            new = (_instant(new_start), _instant(new_end))
            old = (_instant(old_start), _instant(old_end)) if old_start and old_end else None
            stood = old[0] if old else self.session.scheduled_start
            with_day = self._date(stood) != self._date(new[0]) or self._is_of_another_day(new[0])
            return self._from_to(lambda times: self._hours(times, with_day=with_day), old, new)
        if new_start:
            return self._instead(gettext("to start at %(new)s"), old_start, new_start)
        if new_end:
            return self._instead(gettext("to end at %(new)s"), old_end, new_end)
        return ""

    def _instead(self, said: str, old: str | None, new: str) -> str:
        moved = said % {"new": self._clock(new)}
        if old is None:
            return moved
        return gettext("%(moved)s instead of %(old)s") % {"moved": moved, "old": self._clock(old)}

    def _date(self, at: datetime) -> date:
        return local_time.local_date(at, self.session.time_zone)

    def _hours(self, times: tuple[datetime, datetime], *, with_day: bool) -> str:
        hours = self.formatter.span(*times, self.session.time_zone)
        day = self.formatter.day(self._date(times[0]))
        return f"{day}, {hours}" if with_day else hours

    def _at(self, field: str, pressed_at: datetime) -> str:
        """Return the time that a phone sent of its own, where it is another than that of the press."""
        value = self._new(field)
        if value is None or abs(_instant(value) - pressed_at) < timedelta(minutes=1):
            return ""
        return gettext(", at %(time)s") % {"time": self._clock(value)}

    def _clock(self, value: str) -> str:
        """Return the time of day, with the day where that is not one of the session's as it is planned now."""
        at = _instant(value)
        clock = self.formatter.clock(local_time.wall(at, self.session.time_zone))
        return f"{self.formatter.day(self._date(at))}, {clock}" if self._is_of_another_day(at) else clock

    def _is_of_another_day(self, at: datetime) -> bool:
        first, last = (self._date(moment) for moment in self.session.planned_times)
        return not first <= self._date(at) <= last

    def _money(self, value: str) -> str:
        return money.format_money(Decimal(value), self.session.family.currency)

    def _new(self, field: str) -> Any:
        return self.changes.get(field, [None, None])[1]

    @staticmethod
    def _from_to(say: Callable[[Any], str], old: Any, new: Any) -> str:
        if old is None:
            return gettext("to %(new)s") % {"new": say(new)}
        if new is None:
            return gettext("from %(old)s to none") % {"old": say(old)}
        return gettext("from %(old)s to %(new)s") % {"old": say(old), "new": say(new)}


def _instant(said: str) -> datetime:
    """An instant as events keep it."""
    return datetime.fromisoformat(said)
