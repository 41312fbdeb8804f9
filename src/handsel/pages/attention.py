"""What asks for this person: sessions that nobody recorded, that run on, that need a nanny or an answer; first thing on
Today and Home, each with what can be done about it.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext

from handsel.access import absences, visibility
from handsel.access.checks import Standing
from handsel.actions.care_sessions.asking import ASKED_AGAIN_AFTER
from handsel.formatting import dates
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, ChangeRequest, Event, User
from handsel.pages import asked_changes, asked_times, clash_warnings, reconfirmations, session_rows
from handsel.pages.asked_changes import AskedChange
from handsel.pages.asked_times import Answer as Ending
from handsel.pages.session_rows import Row
from handsel.queries import attention as queries
from handsel.rules import attention, local_time
from handsel.rules.attention import Reason
from handsel.rules.change_requests import Answer
from handsel.rules.history import EventKind
from handsel.rules.lifecycle import SCHEDULED
from handsel.rules.moves import Move
from handsel.rules.pay.sessions import CancelledFor
from handsel.rules.roles import Capability, Role
from handsel.rules.time_off import Away

# What one page asks about; the rest follows once these are answered.
MOST = 60


@dataclass(frozen=True, slots=True)
class Item:
    """A session that asks for something, and what this person can do about it.

    words: why. records: it can be recorded, as planned or otherwise. called_off: who called it off, as what is
    said, what is kept as the reason, and whose choice it was; empty where it cannot be cancelled. ends: when a
    running session may have ended, beside a time that is typed; None where that is not asked. confirms: what is
    recorded is confirmed first. asks_family: the family can be asked to do so; asked: when it was. edits: another
    nanny or time can be chosen. cancels: it can be cancelled by one press. time_off_of: the family that has the
    time off in the way, if any.
    """

    row: Row
    words: list[str]
    records: bool = False
    confirms: bool = False
    called_off: tuple[tuple[str, str, str], ...] = ()
    ends: tuple[Ending, ...] | None = None
    request: AskedChange | None = None
    asks_family: bool = False
    asked: str = ""
    edits: bool = False
    cancels: bool = False
    time_off_of: UUID | None = None

    @property
    def weekday(self) -> str:
        return dates.weekday(self.row.date)

    @property
    def month(self) -> str:
        return dates.month(self.row.date)


@dataclass(frozen=True, slots=True)
class Group:
    """Sessions of one family that ask the same; `boxes` is what the button for all of them sends."""

    family_id: UUID
    family_name: str
    items: list[Item]
    boxes: str
    records: bool


@dataclass(frozen=True, slots=True)
class Attention:
    """unrecorded: confirmed and over. others: what is to be settled. never: over, and never confirmed. days: on which
    all these are.
    """

    unrecorded: list[Group]
    others: list[Item]
    never: list[Group]
    days: frozenset[date]
    has_more: bool

    @property
    def items(self) -> list[Item]:
        return [*self.others, *(item for group in (*self.unrecorded, *self.never) for item in group.items)]

    def without(self, session_id: UUID) -> "Attention":
        """Return the same without a session that stands elsewhere on the page, and asks there."""
        others = [item for item in self.others if item.row.id != session_id]
        return replace(self, others=others)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Who reads, where they stand, and when."""

    person: User
    standings: Mapping[UUID, Standing]
    formatter: Formatter
    at: datetime
    is_nannys: bool
    asked: Mapping[UUID | None, datetime]
    changed: Mapping[UUID, str]


def attention_of(
    person: User,
    standings: Mapping[UUID, Standing],
    formatter: Formatter,
    *,
    at: datetime,
    nannys: bool = False,
    over: bool = False,
) -> Attention:
    """Return what asks for this person in these families; nannys: of their own sessions and those nobody has taken.
    over: of what is over alone, whether it happened.

    Three queries, of what is over one; a few more where time off is to come, somebody asked for changes
    or nobody confirmed.
    """
    standings = {
        family_id: standing for family_id, standing in standings.items() if standing.may(Capability.RECORD, own=True)
    }
    away = {} if over else absences.away_ahead(list(standings), at=at)
    asks = queries.lately_over(at) if over else queries.to_settle(at, away) | queries.never_confirmed(at)
    rows = visibility.care_sessions(person).filter(asks, family_id__in=list(standings))
    if nannys:
        rows = rows.filter(Q(nanny_person=person) | Q(nanny__isnull=True))
    listed = list(session_rows.with_people(rows).order_by("family__name", "scheduled_start", "id")[: MOST + 1])
    listed, has_more = listed[:MOST], len(listed) > MOST
    requests = {} if over else _open_requests(person, listed)
    never = [
        session for session in listed if attention.was_never_confirmed(session.state, session.scheduled_end, at=at)
    ]
    formatter = formatter.among({session.time_zone for session in listed})
    changed = reconfirmations.changes(never, person, standings, formatter)
    reading = _Reading(person, standings, formatter, at, nannys, _asked(person, never), changed)
    reasons = {
        session.id: queries.reasons(session, at=at, away=away, has_open_request=session.id in requests)
        for session in listed
    }
    unrecorded = [session for session in listed if Reason.NOT_RECORDED in reasons[session.id]]
    others = [
        item
        for session in ([] if over else sorted(listed, key=lambda session: session.scheduled_start))
        if (item := _other(session, reasons[session.id], requests.get(session.id), reading))
    ]
    days = {local_time.local_date(session.scheduled_start, session.time_zone) for session in (*unrecorded, *never)}
    return Attention(_groups(unrecorded, reading), others, _groups(never, reading), frozenset(days), has_more)


def _open_requests(person: User, listed: Iterable[CareSession]) -> dict[UUID, ChangeRequest]:
    rows = visibility.change_requests(person).filter(session__in=[session.id for session in listed], status=Answer.OPEN)
    return {request.session_id: request for request in rows.select_related("asked_by__user")}


def _asked(person: User, never: Iterable[CareSession]) -> dict[UUID | None, datetime]:
    """Return when the family was asked last to confirm these sessions, by their id."""
    ids = [session.id for session in never if not session.is_confirmed]
    events = visibility.events(person).filter(session_id__in=ids, kind=EventKind.CARE_SESSION_CONFIRM_ASKED)
    return dict(events.order_by(*Event.AS_WRITTEN).values_list("session_id", "at"))


def _groups(listed: list[CareSession], reading: _Reading) -> list[Group]:
    groups = []
    for family_id, of_family in groupby(listed, key=lambda session: session.family_id):
        theirs = list(of_family)
        items = [_over(session, reading) for session in theirs]
        groups.append(
            Group(
                family_id=family_id,
                family_name=theirs[0].family.name,
                items=items,
                boxes=session_rows.selection_values(theirs),
                records=len(items) > 1 and all(item.records for item in items),
            )
        )
    return groups


def _over(session: CareSession, reading: _Reading) -> Item:
    """Return the item of a session that is over: did it happen?"""
    standing = reading.standings[session.family_id]
    confirms = not session.is_confirmed
    may_record = standing.may_with(Capability.RECORD, session.nanny_id)
    may_cancel = standing.may_with(Capability.CANCEL, session.nanny_id)
    needs_family = confirms and may_record and not standing.may(Capability.CONFIRM)
    asked_at = reading.asked.get(session.id)
    return Item(
        row=replace(_row(session, reading), changed=reading.changed.get(session.id, "")),
        words=[],
        records=may_record and (not confirms or standing.may(Capability.CONFIRM)),
        confirms=confirms,
        called_off=tuple(_called_off(session, standing, reading.formatter)) if may_cancel else (),
        asks_family=needs_family and (asked_at is None or asked_at <= reading.at - ASKED_AGAIN_AFTER),
        asked=reading.formatter.moment(asked_at, session.time_zone) if needs_family and asked_at else "",
    )


def of_session(session: CareSession, standing: Standing, formatter: Formatter, *, at: datetime) -> Item | None:
    """Return the item of one session by itself, where it is over and asks whether it happened."""
    if session.state not in SCHEDULED or session.scheduled_end > at:
        return None
    asked = _asked(standing.person, [session])
    reading = _Reading(standing.person, {session.family_id: standing}, formatter, at, False, asked, {})
    item = _over(session, reading)
    return item if item.records or item.asks_family or item.asked else None


def _called_off(session: CareSession, standing: Standing, formatter: Formatter) -> Iterator[tuple[str, str, str]]:
    """Return who may have called it off: as this person says it, as it is kept, and whose choice that was."""
    if standing.role is Role.NANNY:
        yield gettext("The family called it off"), gettext("The family called it off."), CancelledFor.FAMILY.value
    else:
        yield gettext("We called it off"), gettext("The family called it off."), CancelledFor.FAMILY.value
    if session.nanny is None:
        return
    name = session_rows.nanny_name(session, formatter)
    own = session.nanny_id == standing.member_id
    did = gettext("I did") if own else gettext("%(name)s did") % {"name": name}
    # It is kept for everybody: what tells a namesake apart for this reader may be of another family.
    yield did, gettext("%(name)s called it off.") % {"name": session.nanny.first_name}, CancelledFor.NANNY.value


def _other(
    session: CareSession, reasons: Collection[Reason], request: ChangeRequest | None, reading: _Reading
) -> Item | None:
    """Return the item of a session that is to be settled otherwise; None where nothing is this person's to do."""
    standing = reading.standings[session.family_id]
    words: list[str] = []
    asked = None
    ends = endings(session, standing, reading.formatter, reading.at)
    if ends is not None:
        words.append(gettext("When did it end?"))
    # That it needs a nanny, or that somebody is away, is said by its state.
    is_to_give = not {Reason.NO_NANNY, Reason.NANNY_AWAY}.isdisjoint(reasons)
    is_away = not attention.AWAY.isdisjoint(reasons)
    if request is not None and Reason.CHANGE_REQUESTED in reasons:
        change = asked_changes.asked_change(request, standing, session, reading.formatter)
        if change.may_answer:
            asked = change
            words.append(gettext("%(name)s asks for a change") % {"name": change.asked_by})
    if not words and not is_to_give and not is_away:
        return None
    row = _row(session, reading)
    if is_away:
        away = {Away.FAMILY} if Reason.FAMILY_AWAY in reasons else {Away.NANNY}
        word = clash_warnings.away_word(session, away, reading.person)
        [row] = clash_warnings.saying_away([row], [session], {session.id: word})
        words += [row.clash] if row.clash else []
    return Item(
        row=row,
        words=words,
        ends=ends,
        request=asked,
        edits=is_to_give and standing.may_with(Capability.UPDATE_SESSION, session.nanny_id),
        cancels=(is_to_give or is_away) and standing.may_with(Capability.CANCEL, session.nanny_id),
        time_off_of=session.family_id if is_away else None,
    )


def endings(session: CareSession, standing: Standing, formatter: Formatter, at: datetime) -> tuple[Ending, ...] | None:
    """Return when a session that runs on long after its end may have ended, for who may complete it; empty where
    neither now nor the planned end is possible, None where nobody asks.
    """
    overruns = attention.reasons(session.state, session.scheduled_end, at=at, has_nanny=True) == (Reason.OVERRUNNING,)
    if not overruns or not standing.may_with(Capability.COMPLETE, session.nanny_id):
        return None
    return tuple(asked_times.answers(Move.COMPLETE, session, None, formatter, at))


def _row(session: CareSession, reading: _Reading) -> Row:
    return session_rows.row(
        session,
        reading.standings[session.family_id],
        reading.formatter,
        at=reading.at,
        family=reading.is_nannys,
        nanny=not reading.is_nannys,
        amounts=False,
        buttons=False,
    )
