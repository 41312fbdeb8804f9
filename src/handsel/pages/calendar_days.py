"""What there is on some days for one person: sessions, times a nanny is busy elsewhere, time off; day by day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.utils.text import capfirst
from django.utils.translation import gettext

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting import dates, names
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, Family, User
from handsel.pages import clash_warnings, session_rows, time_off
from handsel.pages.session_rows import Row
from handsel.rules import day_column, lifecycle, local_time, overlap
from handsel.rules.day_column import Piece
from handsel.rules.overlap import Span, Stretch
from handsel.rules.roles import Capability, Role
from handsel.rules.time_off import stretches

_DAY = timedelta(days=1)
# So many sessions are shown on one page, and so many read of those elsewhere.
MOST = 1_000


@dataclass(frozen=True, slots=True)
class Mark:
    """How a family is told from the others: a letter of its name in one of six shapes."""

    family_id: UUID
    name: str
    letter: str
    shape: int
    is_chosen: bool = False


@dataclass(frozen=True, slots=True)
class Off:
    """Time off as it is said: whose, and why."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class Shown:
    """Which families, on whose clocks, to whom."""

    person: User
    formatter: Formatter
    zone: str
    families: dict[UUID, Family]
    standings: dict[UUID, Standing]
    marks: dict[UUID, Mark]

    @property
    def many(self) -> bool:
        return len(self.families) > 1

    @property
    def adds_to(self) -> list[UUID]:
        """The families that may get a session from this person."""
        return [family_id for family_id in self.families if self.standings[family_id].may(Capability.PLAN)]


@dataclass(frozen=True, slots=True)
class Contents:
    """By day; sessions and busy times share the day's lanes, since one cannot be in two places. From the day `cut_from`
    on something is missing, since there is more than MOST.
    """

    taken: dict[date, list[Piece[CareSession | str]]]
    off: dict[date, list[Piece[Off]]]
    rows: dict[UUID, Row]
    cut_from: date | None = None

    def is_whole(self, day: date) -> bool:
        return self.cut_from is None or day < self.cut_from


def marks(families: Sequence[Family]) -> dict[UUID, Mark]:
    """A mark for each of the families, which come in the order of their names. No letter comes twice."""
    marks_by_family: dict[UUID, Mark] = {}
    for number, family in enumerate(families):
        taken = {mark.letter for mark in marks_by_family.values()}
        letters = [letter.upper() for letter in family.name if letter.isalnum()]
        free = next((letter for letter in letters if letter not in taken), str(number + 1))
        marks_by_family[family.id] = Mark(family.id, family.name, free, number % 6 + 1)
    return marks_by_family


def contents(shown: Shown, days: Sequence[date], *, at: datetime) -> Contents:
    """What there is on days that follow each other. The same number of queries however much there is."""
    first, last = local_time.day_span(days[0], days[-1], shown.zone)
    sessions, cut_at = _sessions(shown, first, last)
    busy_spans, busy_cut_at = _busy(shown, first, last)
    rows = [_row(session, shown, at) for session in sessions]
    spans: list[Span[CareSession | str]] = [Span(s.scheduled_start, s.scheduled_end, s) for s in sessions]
    return Contents(
        taken=day_column.columns(spans + busy_spans, days, shown.zone),
        off=day_column.columns(_off(shown, days), days, shown.zone),
        rows={row.id: row for row in clash_warnings.with_clash_warnings(rows, sessions, shown.formatter, shown.person)},
        cut_from=min(
            (max(local_time.local_date(cut, shown.zone), days[0]) for cut in (cut_at, busy_cut_at) if cut),
            default=None,
        ),
    )


def _sessions(shown: Shown, first: datetime, last: datetime) -> tuple[list[CareSession], datetime | None]:
    """Return the first MOST of them, and when the first one starts that is left out."""
    own_sessions = visibility.care_sessions(shown.person).filter(family_id__in=list(shown.families))
    in_order = session_rows.with_people(own_sessions.overlapping(first, last)).order_by("scheduled_start", "id")
    sessions = list(in_order[: MOST + 1])
    return sessions[:MOST], sessions[MOST].scheduled_start if len(sessions) > MOST else None


def _row(session: CareSession, shown: Shown, at: datetime) -> Row:
    """The session on the calendar's own clock, without what may be pressed and without pay: calendars hang on walls."""
    is_hers = session.nanny_person_id == shown.person.id
    standing = shown.standings[session.family_id]
    formatter = shown.formatter
    row = session_rows.row(session, standing, formatter, at=at, buttons=False)
    details = session_rows.detail_lines(session, formatter, near=local_time.local_date(at, shown.zone))[0]
    about = names.join_facts(
        session.family.name if shown.many else "",
        "" if is_hers else capfirst(session_rows.nanny_name(session, formatter)),
        details.replace(" ", "\N{NO-BREAK SPACE}") if session.state in lifecycle.SCHEDULED else details,
        "" if session.time_zone == shown.zone else f"{row.hours} {dates.zone_name(session.time_zone)}",
    )
    # Columns are narrow: a line may end with the dot between two facts, and does not begin with it.
    row = replace(row, about=about.replace(" · ", "\N{NO-BREAK SPACE}· "))
    if session.time_zone == shown.zone:
        return row
    start = local_time.wall(session.scheduled_start, shown.zone)
    end = local_time.wall(session.scheduled_end, shown.zone)
    return replace(
        row,
        date=start.date(),
        day=formatter.day(start.date()),
        start=formatter.clock(start),
        end=formatter.end_clock(start, end),
        start_at=f"{start:%Y-%m-%dT%H:%M}",
        end_at=f"{end:%Y-%m-%dT%H:%M}",
        dash=formatter.dash(start, end),
    )


# Busy elsewhere


def _busy(shown: Shown, first: datetime, last: datetime) -> tuple[list[Span[CareSession | str]], datetime | None]:
    """When the nannies of those families are with others, for who answers for the family: a name, and the times. And
    when the person's own calendars say so: no name, since it is they who read it.

    Touching and overlapping times are one, so that not even their number is told, nor whose they are. Of MOST sessions
    with others; and when the first one starts that is left out.
    """
    answering = [family_id for family_id in shown.families if shown.standings[family_id].may(Capability.CONFIRM)]
    names = {shown.person.id: ""}
    times: list[tuple[Any, datetime, datetime]] = []
    cut_at = None
    if answering:
        members = visibility.members(shown.person).filter(family_id__in=answering, role=Role.NANNY)
        colleagues = members.exclude(user=shown.person).select_related("user")
        names |= {member.user_id: shown.formatter.names.of(member) for member in colleagues}
        elsewhere = visibility.competing_sessions(names.keys() - {shown.person.id}, first, last)
        in_order = elsewhere.exclude(family_id__in=list(shown.families)).order_by("scheduled_start", "id")
        times += in_order.values_list("nanny_person_id", "scheduled_start", "scheduled_end")[: MOST + 1]
        if len(times) > MOST:
            cut_at = times.pop()[1]
    if any(standing.role is Role.NANNY for standing in shown.standings.values()) or len(names) > 1:
        own = clash_warnings.own_calendars(names, first, last)
        times += [(person_id, *stretch) for person_id, stretches in own.items() for stretch in stretches]
    busy_of: dict[UUID, list[Stretch]] = {}
    for person_id, start, end in times:
        busy_of.setdefault(person_id, []).append((start, end))
    spans: list[Span[CareSession | str]] = [
        Span(start, end, names[person_id])
        for person_id, stretches in busy_of.items()
        for start, end in overlap.merged(stretches)
    ]
    return spans, cut_at


# Time off


def _off(shown: Shown, days: Sequence[date]) -> list[Span[Off]]:
    """Equal time off of one nanny in several of their families is said once."""
    # The zone of a family may be a day ahead or behind, and hours over midnight come from the day before.
    entries = time_off.between(shown.person, shown.families, days[0] - _DAY, days[-1] + _DAY)
    spans: dict[Span[Off], None] = {}
    for entry in entries:
        line = Off(time_off.title(entry, shown.formatter), time_off.reason(entry, shown.person))
        for stretch in stretches(entry, entry.in_zone, days[0], days[-1]):
            spans[Span(*stretch, line)] = None
    return list(spans)


def part_of_day(piece: Piece[Any], formatter: Formatter) -> str:
    """Which part of the day it takes: from 10:00, until 12:00, 10:00–12:00, and nothing for all of it."""
    start, end = (formatter.clock(clock(minute)) for minute in (piece.first_minute, piece.last_minute))
    match piece.first_minute == 0, piece.last_minute == day_column.WHOLE_DAY:
        case True, True:
            return ""
        case True, False:
            return gettext("until %(time)s") % {"time": end}
        case False, True:
            return gettext("from %(time)s") % {"time": start}
        case _:
            return formatter.hours(clock(piece.first_minute), clock(piece.last_minute))


def clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def busy(nanny: str) -> str:
    """What is said of a time without telling more; no name where the nanny reads it."""
    return gettext("%(nanny)s is busy") % {"nanny": nanny} if nanny else gettext("Busy")
