"""What a person was told, newest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import groupby
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext, gettext_lazy

from handsel.access import visibility
from handsel.access.checks import Standing
from handsel.formatting import dates, names
from handsel.formatting.dates import Formatter
from handsel.models import CareSession, Member, Notice, User
from handsel.notices import delivery, validity
from handsel.notices.kinds import ASKING, KINDS, SILENT
from handsel.notices.topics import TOPICS
from handsel.pages import history, notice_answers, schedules, session_amounts
from handsel.pages.notice_answers import Press
from handsel.queries import paging
from handsel.queries.paging import Order
from handsel.rules import local_time
from handsel.rules.lifecycle import State
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import MANAGERS
from handsel.rules.time_off import Decision

_MOST = 50
# What became of a session that time off touches.
DECIDED = {
    Decision.KEEP: gettext_lazy("still planned"),
    Decision.CANCEL: gettext_lazy("cancelled"),
    Decision.UNASSIGN: gettext_lazy("needs a nanny"),
    Decision.SHORTEN: gettext_lazy("shortened to this"),
}
_Standings = dict[UUID, Standing]
_Sessions = dict[UUID, list[CareSession]]


@dataclass(frozen=True, slots=True)
class InboxNotice:
    """One notice. `changed` says what was changed, old beside new, and `reason` why; empty where nothing was, or nobody
    said. presses: of a reminder, what answers it now.
    """

    id: UUID
    sentence: str
    about: str
    changed: str
    reason: str
    when: str
    is_unread: bool
    presses: list[Press]


@dataclass(frozen=True, slots=True)
class Inbox:
    """Groups of (heading, notices); `older` is the cursor of what follows, or None."""

    groups: list[tuple[str, list[InboxNotice]]]
    unread: int
    older: str | None


def page(person: User, *, at: datetime, after: str | None = None) -> Inbox:
    """Return fifty notices, those that follow the cursor."""
    notices = Notice.objects.filter(person=person, family__in=visibility.families(person)).exclude(kind__in=SILENT)
    notices = notices.filter(over_at__isnull=True)
    rows = notices.select_related("family", "session", "batch")
    order = Order(f"inbox:{person.id}", ("at", "id"), descending=True)
    shown, older = paging.for_page(rows, after, order, most=_MOST)
    standings, reminded = _standings(shown, person), _reminded(shown)
    formatter = person.formatter.among({zone for notice in shown if (zone := _zone_of_times(notice))})
    dated = [(_heading(notice, person, at), notice) for notice in shown]
    return Inbox(
        groups=[
            (heading, [_shown(notice, formatter, person, standings, reminded, at) for _, notice in entries])
            for heading, entries in groupby(dated, key=lambda pair: pair[0])
        ],
        unread=unread(person),
        older=older,
    )


def unread(person: User) -> int:
    return _unread(person).count()


def badge(person: User) -> int:
    """Return how much beside the inbox's name is new: to a parent or coordinator what asks for them, to others all."""
    managed = Member.objects.active().filter(user=person, role__in=MANAGERS).values("family_id")
    return _unread(person).exclude(~Q(kind__in=ASKING), family__in=managed).count()


def _unread(person: User) -> QuerySet[Notice]:
    rows = Notice.objects.filter(person=person, family__in=visibility.families(person))
    return rows.filter(read_at__isnull=True, over_at__isnull=True)


def link_target(person: User, notice_id: UUID) -> tuple[str, UUID]:
    """Where a notice of the person's leads: the name of a page, and of what. Raises NotVisible."""
    notice = Notice.objects.filter(person=person, family__in=visibility.families(person), pk=notice_id).first()
    if notice is None:
        raise NotVisible
    return delivery.link_target(notice)


def _zone(notice: Notice, person: User) -> str:
    return person.time_zone or notice.family.time_zone


def _zone_of_times(notice: Notice) -> str:
    """Return by whose clocks its times are; nothing where it has none."""
    return notice.session.time_zone if notice.session else notice.facts.get("zone", "")


def _heading(notice: Notice, person: User, at: datetime) -> str:
    ago = (_day(at, notice, person) - _day(notice.at, notice, person)).days
    return gettext("Today") if ago <= 0 else gettext("Yesterday") if ago == 1 else gettext("Earlier")


def _day(at: datetime, notice: Notice, person: User) -> date:
    return local_time.local_date(at, _zone(notice, person))


def _standings(notices: Iterable[Notice], person: User) -> _Standings:
    """Return where the person stands in their families, if one of these notices has an amount or a button to show."""
    if not any(KINDS[notice.kind].shows_work or _is_answered_here(notice) for notice in notices):
        return {}
    return {standing.family_id: standing for standing in visibility.standings(person)}


def _is_answered_here(notice: Notice) -> bool:
    """Say whether the inbox answers it. What was planned or changed is answered where it is shown in full."""
    row = KINDS[notice.kind]
    return bool(row.moves) and TOPICS[row.topic].is_reminder


def _reminded(notices: Iterable[Notice]) -> _Sessions:
    """Return the sessions of what is answered here, by the notice's id. Two queries, where there is any."""
    answered = [notice for notice in notices if _is_answered_here(notice)]
    return validity.sessions_of(answered) if answered else {}


def _shown(
    notice: Notice, formatter: Formatter, person: User, standings: _Standings, reminded: _Sessions, at: datetime
) -> InboxNotice:
    wall = local_time.wall(notice.at, _zone(notice, person))
    recent = (_day(at, notice, person) - wall.date()).days <= 1
    standing, sessions = standings.get(notice.family_id), reminded.get(notice.id, [])
    return InboxNotice(
        id=notice.id,
        sentence=delivery.sentence(notice, formatter.names),
        about=names.join_facts(notice.family.name, *what(notice, formatter, standings)),
        changed=changed(notice, notice.session, formatter) if notice.session and "changes" in notice.facts else "",
        reason=reason(notice) if notice.facts.get("reason") else "",
        when=formatter.clock(wall) if recent else formatter.day(wall.date()),
        is_unread=notice.read_at is None,
        presses=notice_answers.presses(notice.kind, sessions, standing, formatter, at) if standing else [],
    )


def changed(notice: Notice, session: CareSession, formatter: Formatter) -> str:
    """Say what changed, of a notice that keeps changes: Noor moved it from 06:00–14:30 to 07:00–15:00; changed the
    children.
    """
    facts = notice.facts
    tell = history.asked if KINDS[notice.kind].is_request else history.changed
    did = tell(facts, session, formatter)
    sentence = did and f"{delivery.author(facts, formatter.names)} {did}"
    return (
        sentence if not sentence or sentence.endswith(".") else f"{sentence}."
    )  # Spanish ends an hour with one: p. m.


def reason(notice: Notice) -> str:
    """Return the reason: “Emma is ill.”"""
    return gettext("“%(said)s”") % {"said": notice.facts["reason"]}


def what(notice: Notice, formatter: Formatter, standings: _Standings) -> list[str]:
    """Say which session it is about, or which days, and what there is to know of it beside."""
    facts = notice.facts
    if notice.session:
        session = notice.session
        dated = formatter.dated(session.scheduled_start, session.scheduled_end, session.time_zone)
        done = _done(session, notice.family.currency, standings) if KINDS[notice.kind].shows_work else []
        beside = [shared_time(facts.get("shared_minutes", 0)), late_pay_gone(facts)]
        return [dated, formatter.other_zone(session.time_zone), *done, *beside]
    if "decided" in facts:
        return [*kept_when(facts, formatter), *decisions(facts, formatter), formatter.other_zone(facts["zone"])]
    if "times" in facts:
        left = facts.get("left", facts["sessions"])
        pairs = zip(facts["sessions"], facts["times"], strict=True)
        times = [map(datetime.fromisoformat, pair) for session_id, pair in pairs if session_id in left]
        listed = [formatter.dated(start, end, facts["zone"]) for start, end in times]
        return [*listed, formatter.other_zone(facts["zone"])]
    if "first" in facts:
        return [*kept_when(facts, formatter), facts.get("schedule", ""), whose(facts, formatter)]
    if "role" in facts:
        return [names.role_name(facts["role"])]
    return kept_when(facts, formatter)


def shared_time(minutes: int) -> str:
    """Return for how long the nanny of a session is recorded in another one too; nothing where they are not."""
    if not minutes:
        return ""
    return gettext("%(length)s overlap another recorded session") % {"length": dates.format_duration(minutes)}


def late_pay_gone(facts: dict[str, Any]) -> str:
    """Say that what was paid for a late cancellation is paid no more; nothing where nothing was."""
    return gettext("the pay for cancelling it late is gone with this") if facts.get("late_pay_gone") else ""


def whose(facts: dict[str, Any], formatter: Formatter) -> str:
    """Return whose time off the notice is of; nothing where it is of none."""
    if "whose" not in facts:
        return ""
    if facts.get("whose_id"):
        return formatter.names.of_id(facts["whose_id"], gettext("someone who left"))
    return facts["whose"] or gettext("the whole family")


def decisions(facts: dict[str, Any], formatter: Formatter) -> list[str]:
    """Say what became of each session that time off touches: Wed 2 Dec, 06:00–14:30: cancelled."""
    times = ([datetime.fromisoformat(moment) for moment in pair] for pair in facts["times"])
    return [
        gettext("%(session)s: %(decision)s")
        % {"session": formatter.dated(start, end, facts["zone"]), "decision": str(DECIDED[Decision(decided)])}
        for (start, end), decided in zip(times, facts["decided"].values(), strict=True)
    ]


def kept_when(facts: dict[str, Any], formatter: Formatter) -> list[str]:
    """Return the time that the notice keeps: days, that of a session that was deleted, or until when is planned."""
    if "first" in facts:
        days = formatter.days(date.fromisoformat(facts["first"]), date.fromisoformat(facts["last"]))
        hours = f", {formatter.hours(*map(time.fromisoformat, facts['hours']))}" if "hours" in facts else ""
        return [f"{days}{hours}"]
    if "deleted" in facts:
        start, end = (datetime.fromisoformat(facts[name]) for name in ("start", "end"))
        return [formatter.dated(start, end, facts["zone"]), formatter.other_zone(facts["zone"])]
    if "terms_from" in facts:
        return [gettext("from %(day)s") % {"day": formatter.full(date.fromisoformat(facts["terms_from"]))}]
    if "planned_to" in facts:
        return [schedules.planned_to(date.fromisoformat(facts["planned_to"]), formatter)]
    return []


def _done(session: CareSession, currency: str, standings: _Standings) -> list[str]:
    """Say how long it was, and the amount for who may see it. Notices keep no pay: it is the session's as it is now."""
    times = session.actual_times
    if session.state is not State.COMPLETED or times is None:
        return []
    standing = standings.get(session.family_id)
    amount = session_amounts.in_words(session, times, standing, currency) if standing else ""
    return [dates.format_length(*times), amount]
