"""Days of three families, four parents and two nannies, whose clock is set and who press whatever there is to press.

Whatever is refused changes nothing; what was done and is pressed again is refused; an undo gives back every column. At
the end of each day the whole book is looked at (tests/workflows/book.py).
"""

import sys
from collections.abc import Callable, Collection
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize

from handsel.actions import care_schedules, care_sessions, generation
from handsel.models import CareSession, ChangeRequest, Child, Event, Family, Member, Notice, TimeOff, User
from handsel.notices import reminders
from handsel.rules import local_time
from handsel.rules.drafts import Draft
from handsel.rules.history import EventKind, Source
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
from handsel.rules.recurrence import Recurrence, Weekday
from handsel.rules.refusals import Refusal
from handsel.rules.roles import Role
from handsel.rules.undoing import UNDOABLE
from tests import world
from tests.workflows import book

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
# An ordinary week, and nights in which the clocks change, here and there.
FIRST_DAYS = [date(2026, 6, 1), date(2026, 3, 7), date(2026, 3, 28), date(2026, 10, 24), date(2026, 10, 31)]
MORNING, EVENING = time(5, 50, 21), time(22)
# No column of care: they change by every act.
_COUNTING = {"version", "updated_at"}


@dataclass(frozen=True, slots=True)
class Place:
    """A family, and who was in it when the story began."""

    family: Family
    people: list[User]
    nannies: list[User]
    child: Child


class Days(RuleBasedStateMachine):
    """What holds whoever does what. lived: how many days all runs together had."""

    lived = 0

    def __init__(self) -> None:
        super().__init__()
        self.rollback = ExitStack()
        self.rollback.enter_context(transaction.atomic())
        # What each session looked like, by its id and version.
        self.rows: dict[tuple[UUID, int], dict[str, Any]] = {}

    def teardown(self) -> None:
        """End the day, where nothing failed, and take everything back."""
        try:
            if sys.exception() is None and hasattr(self, "evening"):
                self.wait((self.evening - self.at) // MINUTE + 1)
        finally:
            transaction.set_rollback(True)
            self.rollback.close()

    @initialize(day=st.sampled_from(FIRST_DAYS))
    def families_plan_their_week(self, day: date) -> None:
        families = world.build()
        self.at = local_time.instant(datetime.combine(day, MORNING), world.ZONE)
        self.evening = local_time.instant(datetime.combine(day, EVENING), world.ZONE)
        self.people = [families.ana, families.luis, families.ada, families.sam, families.noor, families.bea]
        self.places = _places(families)
        riveras, okafors, strangers = self.places
        for place, nanny, starts, ends in (
            (riveras, families.noor, time(6), time(14, 30)),
            (riveras, families.bea, time(15), time(20)),
            (okafors, families.noor, time(14, 30), time(19)),
            (strangers, families.bea, time(21), time(6)),
        ):
            draft = Draft.of(
                name="Days",
                recurrence=Recurrence.WEEKLY,
                days_of_week=frozenset(Weekday),
                start_time=starts,
                end_time=ends,
                start_date=day,
                child_ids=(place.child.id,),
                nanny_id=self.member(place, nanny).id,
            )
            schedule = self.press(care_schedules.create, place.family.id, draft, by=place.people[0])
            self.press(generation.generate, schedule.id, Draft.of(from_date=day, to_date=day + 5 * DAY), by=nanny)
        for place in self.places:
            theirs = CareSession.objects.filter(family=place.family).order_by("scheduled_start")
            chosen = Draft.of(session_ids=[session.id for session in theirs[: len(theirs) * 2 // 3]])
            self.press(care_sessions.move_many, Move.CONFIRM, place.family.id, chosen, by=place.people[0])

    def wait(self, minutes: int) -> None:
        """Let the time pass; at its end the day is looked back on, and the next one begins."""
        self.at += minutes * MINUTE + timedelta(seconds=7)
        if self.at < self.evening:
            return
        reminders.remind(self.at)
        book.check(self.places, self.people, at=self.at)
        type(self).lived += 1
        tomorrow = local_time.local_date(self.evening, world.ZONE) + DAY
        self.at = local_time.instant(datetime.combine(tomorrow, MORNING), world.ZONE)
        self.evening = local_time.instant(datetime.combine(tomorrow, EVENING), world.ZONE)
        reminders.remind(self.at)

    def press(self, action: Callable[..., Any], *what: Any, by: User, **more: Any) -> Any:
        """Return what an action answers, or None where it is refused, and then nothing has changed."""
        before = _everything()
        try:
            answer = action(*what, by=by, at=self.at, source=Source.WEB, **more)
        except Refusal:
            assert _everything() == before, f"refused, and yet something changed: {action}"
            return None
        self._look(before[0])
        return answer

    def press_twice(self, action: Callable[..., Any], *what: Any, by: User, **more: Any) -> Any:
        """Return what the first of two equal presses is answered; where that is something, the second is refused."""
        answer = self.press(action, *what, by=by, **more)
        if answer is not None:
            assert self.press(action, *what, by=by, **more) is None, f"done twice: {action}"
        return answer

    def member(self, place: Place, person: User) -> Member:
        return Member.objects.get(family=place.family, user=person)

    def place_of(self, session: CareSession) -> Place:
        return next(place for place in self.places if place.family.id == session.family_id)

    def someone(self, place: Place, number: int) -> User:
        """Somebody of the family; one time in six whoever."""
        of_place = place.people if number % 6 else self.people
        return of_place[number % len(of_place)]

    def near(self, number: int, states: Collection[State], *, is_over: bool | None = None) -> CareSession | None:
        """Return one of the sessions nearest to now in these states; one time in eight in any."""
        span = {"scheduled_start__gt": self.at - 4 * DAY, "scheduled_start__lt": self.at + 3 * DAY}
        rows = [
            session
            for session in CareSession.objects.filter(**span).order_by("id")
            if number % 8 == 7 or (session.state in states and is_over in (None, session.scheduled_end <= self.at))
        ]
        rows.sort(key=lambda session: (abs(session.scheduled_start - self.at), session.scheduled_start))
        return rows[number % min(len(rows), 6)] if rows else None

    def _look(self, before: dict[UUID, int]) -> None:
        """Note what each session that changed looks like now; one undo gives back what was before the move."""
        changed = [row for row in CareSession.objects.values() if before.get(row["id"]) != row["version"]]
        for row in changed:
            session_id, version = row["id"], row["version"]
            self.rows[session_id, version] = row
            led_to = Event.objects.filter(session_id=session_id, session_version__in=(version, version - 1))
            kinds = [event.kind for event in led_to.order_by("session_version")]
            if len(kinds) != 2 or kinds[1] != EventKind.CARE_SESSION_UNDONE or kinds[0] not in UNDOABLE:
                continue
            was = self.rows.get((session_id, version - 2))
            nanny_left = was and was["nanny_id"] != row["nanny_id"] and row["nanny_id"] is None
            if was and not nanny_left:
                assert _care(row) == _care(was), "an undo gives back every column"


def _care(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in _COUNTING}


def _everything() -> tuple[dict[UUID, int], int, int, list[Any], list[Any]]:
    """Return what no refused press may change: the sessions with their versions, and how much there is beside."""
    return (
        dict(CareSession.objects.values_list("id", "version")),
        Event.objects.count(),
        Notice.objects.count(),
        [*TimeOff.objects.order_by("id").values_list("id", flat=True)],
        [*ChangeRequest.objects.order_by("id").values_list("id", "status")],
    )


def _places(families: world.World) -> list[Place]:
    """The Riveras, the Okafors, and the family of Sam in Berlin, in which both nannies are."""
    strangers = Family.objects.create(
        name="Strangers",
        time_zone="Europe/Berlin",
        currency="EUR",
        default_hourly_rate=Decimal("19.99"),
        created_at=world.LONG_AGO,
    )
    noor, bea, sam = families.noor, families.bea, families.sam
    Member.objects.bulk_create(
        Member(family=strangers, user=user, role=role, joined_at=world.LONG_AGO)
        for user, role in ((sam, Role.PARENT), (noor, Role.NANNY), (bea, Role.NANNY))
    )
    child = Child.objects.create(family=strangers, first_name="Theo", created_at=world.LONG_AGO)
    return [
        Place(families.riveras, [families.ana, families.luis, noor, bea], [noor, bea], families.emma),
        Place(families.okafors, [families.ada, noor], [noor], families.zuri),
        Place(strangers, [sam, noor, bea], [noor, bea], child),
    ]
