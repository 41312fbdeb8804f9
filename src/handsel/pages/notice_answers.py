"""The buttons that answer what a notice asks for: below its line of the inbox, and on a push."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext, ngettext

from handsel.access.checks import Standing
from handsel.formatting import money
from handsel.formatting.dates import Formatter
from handsel.models import CareSession
from handsel.notices.kinds import KINDS
from handsel.pages import asked_times, session_rows
from handsel.pages.asked_times import NOW
from handsel.rules.moves import MOVES, Move

# Moves that ask first when it was, where they come late.
TIMED = frozenset({Move.START, Move.COMPLETE})


@dataclass(frozen=True, slots=True)
class Press:
    """A button: its words, where its form goes and what it sends."""

    words: str
    address: str
    fields: Mapping[str, str]


def waiting(
    kind: str, sessions: Iterable[CareSession], standing: Standing, at: datetime
) -> tuple[Move | None, list[CareSession]]:
    """Return how a notice of this kind is answered by this person now, and of which of its sessions."""
    of_notice = list(sessions)
    for move in KINDS[kind].moves:
        waits = [session for session in of_notice if _waits(move, session, standing, at)]
        if waits:
            return move, waits
    return None, []


def _waits(move: Move, session: CareSession, standing: Standing, at: datetime) -> bool:
    """Say whether the session waits for this move of this person: what is over is recorded, and not started."""
    is_in_time = session.scheduled_end > at or move not in (Move.CONFIRM, Move.START)
    return is_in_time and move in session_rows.moves(session, standing, at)


def presses(
    kind: str, sessions: Iterable[CareSession], standing: Standing, formatter: Formatter, at: datetime
) -> list[Press]:
    """Return the buttons that answer a notice of this kind now; none where nothing of it waits for this person."""
    move, waits = waiting(kind, sessions, standing, at)
    if move is None:
        return []
    if move in TIMED:
        return [press for session in waits for press in _timed(move, session, formatter, at)]
    if move is Move.RECORD and len(waits) == 1:
        [session] = waits
        address = reverse("web:record_session", args=[session.id])
        return [Press(gettext(MOVES[move].long_button), address, {"version": str(session.version)})]
    address = reverse(f"web:{move.path}_sessions", args=[waits[0].family_id])
    return [Press(_all_of(move, len(waits)), address, {"all": session_rows.selection_values(waits)})]


def _timed(move: Move, session: CareSession, formatter: Formatter, at: datetime) -> list[Press]:
    address = reverse(f"web:{move.path}_session", args=[session.id])
    now = gettext("Start now") if move is Move.START else gettext("Complete now")
    return [
        Press(
            now if answer.when == NOW else answer.words,
            address,
            {"version": str(session.version), "when": answer.when},
        )
        for answer in asked_times.answers(move, session, None, formatter, at)
    ]


def _all_of(move: Move, count: int) -> str:
    if move is Move.RECORD:
        sentence = ngettext("As planned", "All %(count)s as planned", count)
    else:
        sentence = ngettext("Confirm it", "Confirm all %(count)s", count)
    return sentence % {"count": money.format_number(count)}
