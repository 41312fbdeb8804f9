"""What the row of a kind of notice says, and the conditions under which a notice is still true."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from handsel.notices.topics import TOPICS
from handsel.rules import attention, local_time, reminders
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
from handsel.rules.notices import Topic

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise as LazyText

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Condition:
    """The condition that has to hold beside the states of the sessions for a notice to be still true.

    words: as the reference page says it. holds: whether it does, of one session (a CareSession that knows beside
    whether it has_open_request, and is_held), the facts of the notice and the time. subject: of a notice that is about
    no session, the fact that names its time off or its terms of pay, which have to be entered still, its payment, which
    nobody has voided, its schedule, whose plan has to end still, or its expense or pay period with how it stood, which
    it has to still.
    """

    words: str = ""
    holds: Callable[[Any, Facts, datetime], bool] | None = None
    subject: str = ""


def _is_ahead(session: Any, _facts: Facts, at: datetime) -> bool:
    return bool(at < session.scheduled_end)


def _is_that_day(session: Any, facts: Facts) -> bool:
    return local_time.local_date(session.scheduled_start, facts["clocks"]) == date.fromisoformat(facts["day"])


UNTIL_ITS_END = Condition("until its end", _is_ahead)
WITHOUT_NANNY = Condition(
    "until its end, while it has no nanny",
    lambda session, facts, at: _is_ahead(session, facts, at) and session.nanny_id is None,
)
WHILE_ASKED = Condition(
    "until its end, while the request waits",
    lambda session, facts, at: _is_ahead(session, facts, at) and session.has_open_request,
)
UNTIL_ITS_START = Condition(
    "until it starts or is moved to another day",
    lambda session, facts, at: at < session.scheduled_start and _is_that_day(session, facts),
)
UNTIL_ITS_DAY = Condition(
    "until the day begins or it is moved to another",
    lambda session, facts, at: (
        _is_that_day(session, facts)
        and at < reminders.tomorrow(date.fromisoformat(facts["day"]), facts["clocks"]).closes
    ),
)
WHILE_LATE = Condition(
    "until its end or it is moved",
    lambda session, _, at: reminders.should_have_started(session.scheduled_start, session.scheduled_end).holds(at),
)
WHILE_OPEN = Condition(
    f"once it is over, for {attention.RECORDED_WITHIN.days} days, until a pay period with it is submitted",
    lambda session, _, at: (
        session.scheduled_end <= at and attention.is_recent(session.scheduled_end, at) and not session.is_held
    ),
)
WHILE_NANNY_IS_NEEDED = Condition(
    "until its start, while it has no nanny",
    lambda session, _, at: at < session.scheduled_start and session.nanny_id is None,
)
WHILE_OVER_TIME = Condition(
    holds=lambda session, _, at: reminders.still_running(session.scheduled_end).opens <= at,
)


@dataclass(frozen=True, slots=True)
class KindRow:
    """The row of a kind of notice: what holds for it.

    sentence: its line, filled in from the facts of the notice: %(by)s is a person's name, %(count)s the number of
    sessions where it speaks of many, %(schedule)s the name of a schedule. heard_by: who hears of it, as the reference
    page says it; the actions that tell of it choose the people. page: where it leads when it speaks of no one session,
    the name of a page of its family.

    states and condition: while it is still true, of each of its sessions; without states it is a thing that happened.
    is_own: a nanny hears of it as of one of their own sessions, and it is over when the session is another's.

    waits: it can be undone, so mails and pushes of it wait for rules.notices.UNDO_WINDOW. at_once: they wait for
    nothing, neither for a quiet hour to end nor for the mails of a day. is_of_the_hour: it waits for no mails of a day,
    as of a topic that is not gathered.

    is_silent: it stands in no inbox: a letter that brings a calendar file of what its reader knows.

    moves: how its reader answers it from a mail, a push or its line of the inbox: of each session by the first of these
    that is this person's to make now. is_request: what is changed in it is only asked for. for_calendars: mails bring
    a calendar file of it. shows_work: the inbox says how long the work was, and the amount to who may see it. comes: of
    a reminder, when it does, as the reference page says it.
    """

    sentence: "LazyText"
    topic: Topic
    heard_by: str
    _: KW_ONLY
    page: str = "family"
    states: Collection[State] = frozenset()
    condition: Condition = Condition()
    is_own: bool = False
    waits: bool = False
    is_silent: bool = False
    at_once: bool = False
    is_of_the_hour: bool = False
    moves: tuple[Move, ...] = ()
    is_request: bool = False
    for_calendars: bool = False
    shows_work: bool = False
    comes: str = ""

    @property
    def asks_for_action(self) -> bool:
        """Whether there is something for its reader to do: a coordinator hears of it at once, and a badge counts it."""
        return self.is_request or TOPICS[self.topic].asks_for_action
