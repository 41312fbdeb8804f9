"""A session as every page shows it: one row of ready-made strings, with what this person may do to it now."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext, gettext_lazy, pgettext

from handsel.access.checks import Standing
from handsel.formatting import dates, names
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, Child
from handsel.models.pay_periods import is_held
from handsel.pages import history, session_amounts
from handsel.rules import asking_when, lifecycle, local_time, pay, running_late
from handsel.rules.lifecycle import State
from handsel.rules.moves import MOVES, Move, may_move
from handsel.rules.roles import Capability

# The name of each state's mark, and its word (design: states are told by shape and word, never by colour alone).
MARKS = {
    State.UNCONFIRMED: "needs-answer",
    State.CONFIRMED: "confirmed",
    State.IN_PROGRESS: "in-progress",
    State.COMPLETED: "done",
    State.CANCELLED: "cancelled",
}
WORDS = {
    State.UNCONFIRMED: gettext_lazy("Not confirmed yet"),
    State.CONFIRMED: gettext_lazy("Confirmed"),
    State.IN_PROGRESS: gettext_lazy("In progress"),
    State.COMPLETED: gettext_lazy("Done"),
    State.CANCELLED: gettext_lazy("Cancelled"),
}


# A confirmed session that is over and that nobody recorded: what happened is still open.
NOT_RECORDED = ("open", gettext_lazy("Not recorded"))
NEVER_CONFIRMED = (MARKS[State.UNCONFIRMED], gettext_lazy("Never confirmed"))
NO_NANNY = ("no-nanny", gettext_lazy("Needs a nanny"))


def is_unrecorded(session: CareSession, at: datetime) -> bool:
    return session.state is State.CONFIRMED and session.scheduled_end <= at


def state_word(state: State, standing: Standing | None) -> str:
    """Say a state to this reader: who may confirm a session reads that it is theirs to confirm."""
    asks = state is State.UNCONFIRMED and standing is not None and standing.may(Capability.CONFIRM)
    return gettext("To confirm") if asks else str(WORDS[state])


def mark_and_word(session: CareSession, at: datetime, standing: Standing | None = None) -> tuple[str, str]:
    """Return how the session's state is drawn and said at this moment."""
    state, is_over = session.state, session.scheduled_end <= at
    if state is State.CONFIRMED and is_over:
        mark, word = NOT_RECORDED
    elif state is State.UNCONFIRMED and is_over:
        mark, word = NEVER_CONFIRMED
    elif state is State.CONFIRMED and session.nanny_id is None:
        mark, word = NO_NANNY
    else:
        return MARKS[state], state_word(state, standing)
    return mark, str(word)


@dataclass(frozen=True, slots=True)
class Button:
    """Something to press: the last part of its address below the session's own, and its words.

    long_word: where the session stands by itself. opens_at: a time, before which it cannot be pressed. with_reason: the
    words of the button below the reason that is asked for first. beforehand: what one has to know before it is pressed.
    """

    path: str
    word: str
    long_word: str = ""
    is_main: bool = True
    opens_form: bool = False
    opens_at: str = ""
    with_reason: str = ""
    beforehand: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One session, said for one reader. `buttons` are all that this person may press."""

    id: UUID
    version: int
    mark: str
    word: str
    date: date
    day: str
    start: str
    end: str
    start_at: str
    end_at: str
    dash: str
    who: str
    about: str
    buttons: tuple[Button, ...] = ()
    clash: str = ""
    # How many minutes late this person may say, now, that they are.
    late: tuple[int, ...] = ()
    # What changed since it had been confirmed.
    changed: str = ""

    @property
    def next_buttons(self) -> list[Button]:
        """Return the next thing to do, and what may be asked instead: at most two, and possible now."""
        return [button for button in self.buttons if not button.opens_at and not button.with_reason]

    @property
    def later_button(self) -> Button | None:
        """Return the next thing to do, where it is too early for it."""
        return next((button for button in self.buttons if button.opens_at), None)

    @property
    def reason_buttons(self) -> list[Button]:
        """Return what ends it: never beside the next thing to do."""
        return [button for button in self.buttons if button.with_reason]

    @property
    def hours(self) -> str:
        return f"{self.start}{self.dash}{self.end}"

    @property
    def selection_value(self) -> str:
        """Return what its check box sends: the session, and which version of it the page shows."""
        return selection_values([self])


def selection_values(rows: Iterable[Row | CareSession]) -> str:
    """Return many sessions as one check box or button sends them."""
    return ",".join(f"{row.id}:{row.version}" for row in rows)


@dataclass(frozen=True, slots=True)
class Running:
    """How long a session has been under way, in seconds from the minute at which it began, and for how many minutes it
    was planned.
    """

    seconds: int
    planned: int

    @property
    def clock(self) -> tuple[int, int]:
        """Return hours and minutes."""
        return divmod(self.seconds // 60, 60)

    @property
    def percent(self) -> int:
        return min(100, 100 * (self.seconds // 60) // self.planned)


@dataclass(frozen=True, slots=True)
class Day:
    """The rows of one local day, beside its date in the margin."""

    date: date
    weekday: str
    number: int
    month: str
    is_today: bool
    rows: list[Row]


def with_people[Sessions: QuerySet[CareSession]](sessions: Sessions) -> Sessions:
    """Fetch sessions with everybody a row names, and whether a pay period holds them. One more query for the children,
    however many sessions.
    """
    named = sessions.select_related("family", "nanny__user", "cancelled_by__user").prefetch_related(children())
    return named.annotate(in_held_days=is_held())


def is_settled(session: CareSession) -> bool:
    """Say of a session that was fetched with its people whether a pay period holds it, so that nothing is pressed."""
    return bool(getattr(session, "in_held_days", False))


def children() -> "Prefetch[str]":
    """Return the children of sessions, in the order in which they are named."""
    # unscoped: the children of sessions at hand, prefetched
    return Prefetch("children", Child.objects.order_by("created_at", "id"))


def moves(session: CareSession, standing: Standing, at: datetime) -> tuple[Move, ...]:
    """Return what this person may do to the session now, by the one table of moves and the one of roles."""
    return tuple(
        move
        for move, step in MOVES.items()
        if may_move(
            session.state, move, scheduled_start=session.scheduled_start, scheduled_end=session.scheduled_end, at=at
        )
        and (at >= session.scheduled_end or not step.offered_when_over)
        and standing.may_with(step.capability, session.nanny_id)
    )


def row(
    session: CareSession,
    standing: Standing,
    formatter: Formatter,
    *,
    at: datetime,
    family: bool = False,
    nanny: bool = True,
    place: bool = False,
    amounts: bool = True,
    buttons: bool = True,
    alone: bool = False,
) -> Row:
    """Make the row of a session. family, nanny and place say what the page does not tell anyway; amounts stand there
    for who may see them; without buttons it only tells. alone: it stands by itself, as the one that is due or on its
    own page, and can be started there.
    """
    zone = session.time_zone
    start, end = local_time.wall(session.scheduled_start, zone), local_time.wall(session.scheduled_end, zone)
    buttons = buttons and not is_settled(session)
    mark, word = mark_and_word(session, at, standing)
    return Row(
        id=session.id,
        version=session.version,
        mark=mark,
        word=word,
        date=start.date(),
        day=formatter.day(start.date()),
        start=formatter.clock(start),
        end=formatter.end_clock(start, end),
        start_at=f"{start:%Y-%m-%dT%H:%M}",
        end_at=f"{end:%Y-%m-%dT%H:%M}",
        dash=formatter.dash(start, end),
        who=children_names(session, formatter),
        about=names.join_facts(
            session.family.name if family else "",
            capfirst(nanny_name(session, formatter)) if nanny else "",
            *detail_lines(session, formatter, near=local_time.local_date(at, zone)),
            _amount(session, standing) if amounts and not family else "",
            session.family.address if place else "",
            formatter.other_zone(zone),
        ),
        buttons=tuple(_buttons(session, standing, formatter, at, alone=alone)) if buttons else (),
        late=running_late.OFFERED if buttons and may_tell_late(session, standing, at) else (),
    )


def may_tell_late(session: CareSession, standing: Standing, at: datetime) -> bool:
    """Say whether this person may say now that they come, or are back, late."""
    may = standing.may_with(Capability.TELL_LATE, session.nanny_id)
    return may and running_late.may_be_told(standing.role, session.state, *session.planned_times, at)


def running(session: CareSession, at: datetime) -> Running | None:
    if session.actual_start is None or session.actual_end is not None:
        return None
    seconds = int(max(at - pay.cut_to_minute(session.actual_start), timedelta()).total_seconds())
    return Running(seconds, max(1, pay.minutes(*session.planned_times)))


def children_names(session: CareSession, formatter: Formatter) -> str:
    """Return the names of the children: Emma and Theo."""
    return names.join_names([formatter.names.of(child) for child in session.children.all()])


def title(session: CareSession, formatter: Formatter) -> str:
    """Return Emma and Theo, Mon 14 Dec, 06:00–14:30."""
    return f"{children_names(session, formatter)}, {formatter.dated(*session.planned_times, session.time_zone)}"


def nanny_name(session: CareSession, formatter: Formatter) -> str:
    return formatter.names.of(session.nanny) if session.nanny else gettext("no nanny yet")


def _amount(session: CareSession, standing: Standing) -> str:
    """Say what it will cost while it lies ahead, what it did cost once it is done."""
    times = session.planned_times if session.state in lifecycle.SCHEDULED else session.actual_times
    return session_amounts.in_words(session, times, standing, session.family.currency)


def days(
    sessions: Iterable[CareSession], standing: Standing, formatter: Formatter, *, at: datetime, today: date | None
) -> list[Day]:
    """Return sessions of one family, in the order of their days, as rows beside these."""
    listed = list(sessions)
    formatter = formatter.among({session.time_zone for session in listed})
    return by_day((row(session, standing, formatter, at=at) for session in listed), today=today)


def by_day(rows: Iterable[Row], *, today: date | None = None) -> list[Day]:
    """Group rows by their days, in order."""
    return [
        Day(day, dates.weekday(day), day.day, dates.month(day), day == today, of_day)
        for day, of_day in ((day, list(group)) for day, group in groupby(rows, key=lambda row: row.date))
    ]


def detail_lines(session: CareSession, formatter: Formatter, *, near: date | None = None) -> list[str]:
    """Return what there is to say of the session's length, by its state; the weightiest first.

    near: the day that the reader thinks of, the session's own unless said.
    """
    zone = session.time_zone
    if session.cancelled_by:
        line = gettext("cancelled by %(name)s") % {"name": formatter.names.of(session.cancelled_by)}
        return [history.called_off(line, session)]
    if ran := session.actual_times:
        return [f"{dates.format_length(*ran)}, {formatter.span(*ran, zone)}"]
    if session.actual_start:
        day = near or local_time.local_date(session.scheduled_start, zone)
        return [gettext("since %(time)s") % {"time": formatter.clock_near(session.actual_start, zone, day)}]
    facts = [dates.format_length(*session.planned_times)]
    start, end = (local_time.wall(at, zone) for at in session.planned_times)
    if end.date() > start.date() and (end.hour, end.minute) != (0, 0):
        facts.append(gettext("ends the next day"))
    if session.slot_date is None:
        facts.append(gettext("one-time"))
    return facts


def _buttons(
    session: CareSession, standing: Standing, formatter: Formatter, at: datetime, *, alone: bool
) -> Iterator[Button]:
    """Return all that this person may press, by the one table of moves; beside Confirm also a request for changes.

    What is over is not started any more: its own page asks whether it happened.
    """
    is_over = session.scheduled_end <= at
    zone = session.time_zone
    start, end = local_time.wall(session.scheduled_start, zone), local_time.wall(session.scheduled_end, zone)
    when = {"day": formatter.day(start.date()), "hours": formatter.hours(start, end)}
    for move in moves(session, standing, at):
        if (move is Move.START and (is_over or not alone)) or (move is Move.RECORD and alone):
            continue
        step, opens = MOVES[move], opens_from(move, session, at)
        yield Button(
            path=move.path,
            word=pgettext(step.button.context, step.button) if step.button.context else gettext(step.button),
            long_word=gettext(step.long_button),
            is_main=step.is_main,
            opens_at=formatter.clock_at(opens, zone) if opens > at else "",
            with_reason=gettext(step.with_reason) % when if step.with_reason else "",
            beforehand=_starts_early(session, formatter, at) if move is Move.START else "",
        )
        if move is Move.CONFIRM and standing.may_with(Capability.REQUEST_CHANGES, session.nanny_id):
            yield Button("request-changes", gettext("Request changes"), is_main=False, opens_form=True)


def _starts_early(session: CareSession, formatter: Formatter, at: datetime) -> str:
    if not asking_when.is_early(session, at):
        return ""
    return gettext("Planned for %(time)s. Starting now is %(length)s early.") % {
        "time": formatter.clock_at(session.scheduled_start, session.time_zone),
        "length": dates.format_length(at, session.scheduled_start).replace(" ", "\N{NO-BREAK SPACE}"),
    }


def opens_from(move: Move, session: CareSession, at: datetime) -> datetime:
    """Return from when on a move may be pressed: Start from four hours before the planned start, most at any time."""
    before = MOVES[move].opens_before
    return at if before is None else session.scheduled_start - before
