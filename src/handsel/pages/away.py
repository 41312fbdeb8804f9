"""The sessions that time off touches, by family and day, and what may be decided of each."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from typing import Any, Self
from uuid import UUID

from django.utils.translation import gettext, ngettext_lazy

from handsel.access import visibility
from handsel.access.absences import Absence, OffSpan
from handsel.access.checks import Standing
from handsel.actions.time_off import Affected, PlannedAgain, Undone, deciding, reversing
from handsel.formatting import names
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, TimeOff, User
from handsel.pages import leave_to_enter, session_rows, time_off
from handsel.pages.session_rows import Row
from handsel.rules import local_time
from handsel.rules import time_off as rules
from handsel.rules.drafts import Draft, Problems
from handsel.rules.lifecycle import State
from handsel.rules.overlap import Span, Stretch
from handsel.rules.refusals import Invalid, NotAllowed
from handsel.rules.roles import Capability, Role
from handsel.rules.time_off import Decision

_NO_ENTRY = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Hit:
    """A session that time off touches. parts: what is left of it beside the time off, in order, as hours."""

    id: UUID
    version: int
    row: Row
    has_nanny: bool
    parts: list[str]


@dataclass(frozen=True, slots=True)
class HitDay:
    label: str
    hits: list[Hit]


@dataclass(frozen=True, slots=True)
class HitFamily:
    id: UUID
    name: str
    days: list[HitDay]


@dataclass(frozen=True, slots=True)
class Away:
    """The sessions of all families that are touched. is_own: the reader is the nanny who is away. asks_anew: the family
    has to confirm again what this nanny may decide.
    """

    families: list[HitFamily] = field(default_factory=list)
    is_own: bool = False
    is_family: bool = False
    asks_anew: bool = False

    @property
    def hits(self) -> list[Hit]:
        return [hit for family in self.families for day in family.days for hit in day.hits]

    @property
    def decisions(self) -> Sequence[Decision]:
        """Return what may be decided of all: who is away as a family looks for no other nanny."""
        of_family = (Decision.KEEP, Decision.CANCEL)
        return of_family if self.is_family else (Decision.KEEP, Decision.UNASSIGN, Decision.CANCEL)


@dataclass(frozen=True, slots=True)
class Days:
    """Time off that is about to be entered."""

    from_date: date
    to_date: date
    start_time: time | None
    end_time: time | None

    @classmethod
    def of(cls, draft: Draft) -> Self:
        """Return what a form says. Raises Invalid."""
        problems = Problems(draft, ["from_date", "to_date"])
        problems.add_all(rules.wrong(draft))
        problems.raise_if_any()
        return cls(draft["from_date"], draft["to_date"], draft.get("start_time"), draft.get("end_time"))

    def said(self, formatter: Formatter) -> str:
        hours = formatter.hours(self.start_time, self.end_time) if self.start_time and self.end_time else ""
        return ", ".join(filter(None, (formatter.days(self.from_date, self.to_date), hours)))


def own_families(person: User) -> dict[UUID, Standing]:
    """Return where this person is a nanny, by the family's name. Raises NotAllowed where that is nowhere."""
    standings = {place.family_id: place for place in visibility.standings(person) if place.role is Role.NANNY}
    if not standings:
        raise NotAllowed
    return standings


def cant_come(person: User, days: Days | None, *, family_id: UUID | None, at: datetime) -> dict[str, Any]:
    """Return the page of a nanny who can't come: which days, and the sessions of all families on them. family_id: whose
    session they come from.
    """
    standings = own_families(person)
    families = {row.id: row for row in visibility.families(person).filter(id__in=list(standings))}
    zone = person.time_zone or next(families[key].time_zone for key in standings if key in families)
    today, formatter = local_time.local_date(at, zone), person.formatter
    tomorrow = today + timedelta(days=1)
    away = touched(person, days, standings, at=at, own=True) if days else Away(is_own=True)
    home = family_id if family_id in standings else next((hit.id for hit in away.families), next(iter(standings)))
    return {
        "away": away,
        "home": home,
        "families": [(key, families[key].name) for key in standings if key in families],
        "days": days.said(formatter) if days else "",
        "near": [
            (today, gettext("Today"), formatter.day(today)),
            (tomorrow, gettext("Tomorrow"), formatter.day(tomorrow)),
        ],
    }


def of_form(person: User, standing: Standing, draft: Draft, *, at: datetime) -> tuple[Away, str]:
    """Return what the time off of a family's form would touch, and its days; nothing where the form is refused."""
    try:
        days = Days.of(draft)
    except Invalid:
        return Away(), ""
    own = standing.role is Role.NANNY
    places = own_families(person) if own else {standing.family_id: standing}
    away = touched(person, days, places, at=at, own=own, nanny_id=draft.get("nanny_id"))
    return away, days.said(person.formatter)


def touched(
    person: User, days: Days, places: Mapping[UUID, Standing], *, at: datetime, own: bool, nanny_id: UUID | None = None
) -> Away:
    """Return the sessions that these days touch: of a nanny's own in all places, else of this nanny, or the family."""
    spans: list[OffSpan] = []
    for family in visibility.families(person).filter(id__in=list(places)):
        whose = places[family.id].member_id if own else nanny_id
        absence = Absence(_NO_ENTRY, family.id, whose)
        stretches = rules.stretches(days, family.time_zone, days.from_date, days.to_date)
        spans += [Span(*stretch, absence) for stretch in stretches]
    found = deciding.touched_by_spans(spans, list(places), at)
    return _away(person, found, places, at=at, own=own, is_family=not own and nanny_id is None)


def entry_page(person: User, time_off_id: UUID, *, at: datetime) -> dict[str, Any]:
    """Return the page of time off that is entered: what it still touches, to be decided. Raises NotVisible or
    NotAllowed.
    """
    standing, entry = visibility.one_time_off(person, time_off_id)
    may_take_back = time_off.may_take_back(entry, standing)
    leave = leave_to_enter.of(person, entry, person.formatter)
    if not may_take_back and not leave:
        raise NotAllowed
    own = entry.person_id == person.id
    places = own_families(person) if own else {standing.family_id: standing}
    found = deciding.touched_by(entry, list(places), at) if may_take_back else {}
    formatter = person.formatter
    days = Days(entry.from_date, entry.to_date, entry.start_time, entry.end_time)
    return {
        "entry": entry,
        "family_id": standing.family_id,
        "title": time_off.title(entry, formatter),
        "days": days.said(formatter),
        "reason": time_off.reason(entry, person),
        "away": _away(person, found, places, at=at, own=own, is_family=entry.in_nanny_id is None),
        "may_count_everywhere": time_off.may_count_everywhere(entry, standing),
        "may_undo": may_undo(entry, standing, at=at),
        "may_take_back": may_take_back,
        "leave": leave,
    }


def may_undo(entry: TimeOff, standing: Standing, *, at: datetime) -> bool:
    return entry.entered_by_id == standing.member_id and at - entry.created_at <= rules.UNDO_WITHIN


def _away(
    person: User,
    found: Mapping[CareSession, list[Stretch]],
    places: Mapping[UUID, Standing],
    *,
    at: datetime,
    own: bool,
    is_family: bool,
) -> Away:
    may = {session.id for session in found if places[session.family_id].may_with(Capability.CANCEL, session.nanny_id)}
    rows = visibility.care_sessions(person).filter(id__in=may)
    sessions = {session.id: session for session in session_rows.with_people(rows)}
    off = {session.id: stretches for session, stretches in found.items()}
    formatter = person.formatter.among({session.time_zone for session in sessions.values()})
    families = []
    for family_id in places:
        in_order = sorted(
            (session for session in sessions.values() if session.family_id == family_id),
            key=lambda session: (session.scheduled_start, session.id),
        )
        if not in_order:
            continue
        hits = [
            (session.scheduled_start, _hit(session, off[session.id], places[family_id], formatter, at))
            for session in in_order
        ]
        days = [
            HitDay(label, [hit for _, hit in group]) for label, group in groupby(hits, key=lambda pair: pair[1].row.day)
        ]
        families.append(HitFamily(family_id, in_order[0].family.name, days))
    asks_anew = any(
        session.state is State.CONFIRMED
        and places[session.family_id].role is Role.NANNY
        and rules.rest(session.planned_times, off[session.id])
        for session in sessions.values()
    )
    return Away(families, is_own=own, is_family=is_family, asks_anew=asks_anew)


def _hit(session: CareSession, off: Collection[Stretch], standing: Standing, formatter: Formatter, at: datetime) -> Hit:
    parts = rules.rest(session.planned_times, off)
    return Hit(
        id=session.id,
        version=session.version,
        row=session_rows.row(session, standing, formatter, at=at, buttons=False, amounts=False),
        has_nanny=session.nanny_id is not None,
        parts=[formatter.span(*part, session.time_zone) for part in parts],
    )


# What was done, in a sentence for the next page.

_DONE = {
    Decision.KEEP: ngettext_lazy("%(count)s session still planned", "%(count)s sessions still planned", "count"),
    Decision.CANCEL: ngettext_lazy("%(count)s session cancelled", "%(count)s sessions cancelled", "count"),
    Decision.UNASSIGN: ngettext_lazy("%(count)s session needs a nanny", "%(count)s sessions need a nanny", "count"),
    Decision.SHORTEN: ngettext_lazy("%(count)s session shortened", "%(count)s sessions shortened", "count"),
}


def summary(affected: Sequence[Affected]) -> str:
    """Say what became of the sessions that time off touches."""
    counts = Counter(session.decided for session in affected)
    if not counts:
        return gettext("Time off saved. No new sessions on these days.")
    done = names.join_names([str(_DONE[kind] % {"count": counts[kind]}) for kind in _DONE if counts[kind]])
    return gettext("Time off saved: %(done)s. Each family gets one message.") % {"done": done}


def to_plan_again(person: User, time_off_id: UUID, *, at: datetime) -> Away:
    """Return what was cancelled or left without a nanny for time off that was taken back, and may be planned again."""
    rows = reversing.open_decisions(person, time_off_id, at=at)
    standings = {standing.family_id: standing for standing in visibility.standings(person)}
    away = _away(person, {row.session: [] for row in rows}, standings, at=at, own=False, is_family=False)
    return replace(away, asks_anew=any(standings[family.id].role is Role.NANNY for family in away.families))


_UNDONE_BUT = ngettext_lazy(
    "Time off undone. %(count)s session has changed since and stays as it is.",
    "Time off undone. %(count)s sessions have changed since and stay as they are.",
    "count",
)
_RESTORED = ngettext_lazy("%(count)s session restored", "%(count)s sessions restored", "count")
_GIVEN = ngettext_lazy("%(count)s session has its nanny again", "%(count)s sessions have their nanny again", "count")
_KEPT = ngettext_lazy("%(count)s session stays as it is", "%(count)s sessions stay as they are", "count")


def button(away: Away) -> str:
    """Return the words of the button that a nanny who can't come presses last."""
    if len(away.families) > 1:
        return gettext("Tell the families")
    if away.families:
        return gettext("Tell %(family)s") % {"family": away.families[0].name}
    return gettext("Save time off")


def undone(answer: Undone) -> str:
    """Say what the undo of time off did."""
    if answer.kept:
        return str(_UNDONE_BUT % {"count": answer.kept})
    return gettext("Time off undone. All sessions are as they were.")


def planned_again(answer: PlannedAgain) -> str:
    """Say what was planned again."""
    counts = ((_RESTORED, answer.restored), (_GIVEN, answer.given), (_KEPT, answer.kept))
    return gettext("%(done)s.") % {"done": names.join_names([str(words % {"count": n}) for words, n in counts if n])}
