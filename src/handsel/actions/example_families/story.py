"""The story of the example: planned ten days ahead, answered, cared for, lived in the order of time."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from itertools import count
from typing import Any
from uuid import UUID

from handsel.access import visibility
from handsel.actions import care_sessions, change_requests, generation, inbox, time_off
from handsel.actions.example_families.cast import BEAS_RATE, ZONE, Cast, clock
from handsel.models import CareSchedule, CareSession, Child, Family, User
from handsel.rules import local_time
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import Status
from handsel.rules.moves import Move

MINUTE, HOUR, DAY, WEEK = (timedelta(**{unit: 1}) for unit in ("minutes", "hours", "days", "weeks"))
WEEKS_AT_ONCE = 4
_DAYTIME = range(6, 20)
_WHY_NOT = ("Fever since noon, we stay at home.", "Grandma is here after all.", "We both have the day off.")

_confirm_many = partial(care_sessions.move_many, Move.CONFIRM)
_cancel_many = partial(care_sessions.move_many, Move.CANCEL)


class Story:
    """Pages at instants, turned earliest first; turning one may write later ones.

    Pages that lie ahead of `now` are never turned: what would be under way at that moment is under way.
    """

    def __init__(self, cast: Cast, *, now: datetime, source: Source) -> None:
        self.cast, self.now, self.source = cast, now, source
        self.today = local_time.local_date(now, ZONE)
        self._pages: list[tuple[datetime, int, Callable[[datetime], Any]]] = []
        self._order = count()

    def live(self, first: date, monday: date) -> None:
        """Live the story of both, from the Monday `first` to four weeks after the week that `monday` begins."""
        self._regular_weeks(first, monday)
        self._now_and_then(monday)
        self._a_day_with_a_history(monday - WEEK)
        self._yesterdays_plans(monday)
        for person in self.cast.persons():
            # Only what came since then is still unread.
            turn = partial(lambda at, person: inbox.mark_all_read(by=person, at=at), person=person)
            self.page(clock(self.today - 2 * DAY, "21:30"), turn)
        for days in range((self.today - first).days + 1):
            self.page(clock(first + (days - 1) * DAY, "21:20"), self._prepare_the_next_day)
        while self._pages and self._pages[0][0] <= self.now:
            at, _, turn_page = heappop(self._pages)
            turn_page(at)
        self._see_that_somebody_is_at_work()

    def page(self, at: datetime, turn: Callable[[datetime], Any]) -> None:
        """Write down what happens at an instant, which `turn` is given."""
        heappush(self._pages, (at, next(self._order), turn))

    def does(self, at: datetime, who: User, action: Callable[..., Any], about: Any, **draft: Any) -> None:
        """Write down that somebody does something about a thing's id, with a draft of these values.

        A function in place of an id or a value is asked when the page is turned: until then nobody knows.
        """

        def turn(at: datetime) -> None:
            values = {field: _known(value) for field, value in draft.items()}
            action(_known(about), Draft.of(**values), by=who, at=at, source=self.source)

        self.page(at, turn)

    def _plan(self, at: datetime, by: User, schedule: CareSchedule, first: date, last: date) -> None:
        self.does(at, by, generation.generate, schedule.id, from_date=first, to_date=last)

    def _agree(self, at: datetime, by: User, family: Family, first: date, last: date) -> None:
        """Write down that a parent confirms all that waits for an answer on these days."""
        self.does(at, by, _confirm_many, family.id, session_ids=partial(self._waiting, family, first, last))

    def _call_in(
        self, at: datetime, by: User, family: Family, start: datetime, end: datetime, child: Child, **draft: Any
    ) -> None:
        """Write down that somebody creates a session that no schedule knows."""
        draft |= {"scheduled_start": start, "scheduled_end": end, "child_ids": (child.id,)}
        self.does(at, by, care_sessions.create_impromptu, family.id, **draft)

    def _waiting(self, family: Family, first: date, last: date) -> tuple[UUID, ...]:
        start, end = local_time.day_span(first, last, family.time_zone)
        waiting = CareSession.objects.unconfirmed().filter(family=family, scheduled_start__range=(start, end))
        return tuple(waiting.order_by("scheduled_start").values_list("id", flat=True))

    def _morning_of(self, day: date) -> UUID:
        return CareSession.objects.get(schedule=self.cast.mornings, slot_date=day).id

    def _regular_weeks(self, first: date, monday: date) -> None:
        """Write down the weeks up to the one after this: generated ten days ahead, confirmed two days later."""
        cast = self.cast
        for weeks in range(0, (monday - first).days // 7 + 2, WEEKS_AT_ONCE):
            block = first + weeks * WEEK
            last = block + WEEKS_AT_ONCE * WEEK - DAY
            self._plan(clock(block - 10 * DAY, "16:00"), cast.noor, cast.mornings, block, last)
            self._plan(clock(block - 10 * DAY, "16:10"), cast.noor, cast.afternoons, block, last)
            self._agree(clock(block - 8 * DAY, "20:15"), cast.ana, cast.riveras, block, last)
            self._agree(clock(block - 8 * DAY, "21:03"), cast.ada, cast.okafors, block, last)
        self._plan(clock(first - 9 * DAY, "20:30"), cast.bea, cast.date_nights, first, monday + 2 * WEEK - DAY)

    def _now_and_then(self, monday: date) -> None:
        """Write down what no schedule knows: a night, an afternoon on the family's word, a Saturday morning, a note."""
        cast = self.cast
        saturday = monday - 3 * WEEK + 5 * DAY
        start, end = clock(saturday, "20:00"), clock(saturday + DAY, "06:30")
        notes, at = "I am on night shift. The couch is made up for you.", clock(saturday - 3 * DAY, "19:25")
        self._call_in(at, cast.ada, cast.okafors, start, end, cast.zuri, notes=notes, is_confirmed=True)
        agreed = {"is_confirmed": True, "nanny_id": cast.noor_of_riveras.id}
        start, end = clock(monday - 2 * DAY, "15:00"), clock(monday - 2 * DAY, "19:00")
        self._call_in(clock(monday - 3 * DAY, "17:10"), cast.noor, cast.riveras, start, end, cast.emma, **agreed)
        agreed = {"is_confirmed": True, "nanny_id": cast.bea_of_riveras.id, "hourly_rate": BEAS_RATE}
        start, end = clock(monday + 5 * DAY, "10:00"), clock(monday + 5 * DAY, "13:00")
        self._call_in(clock(monday - 2 * DAY, "20:10"), cast.luis, cast.riveras, start, end, cast.theo, **agreed)
        wednesday, notes = partial(self._morning_of, monday + 2 * DAY), "Swimming bag is packed, pool opens at 10."
        self.does(clock(monday - DAY, "20:40"), cast.ana, care_sessions.update, wednesday, notes=notes)

    def _a_day_with_a_history(self, monday: date) -> None:
        """Write down a session that was asked to be later, moved, noted, and corrected the day after."""
        cast, thursday, session = self.cast, monday - 4 * DAY, partial(self._morning_of, monday)
        message = "Theo has the dentist at 8. Could we start and end a little later?"
        times = {"scheduled_start": clock(monday, "07:00"), "scheduled_end": clock(monday, "15:00")}
        self.does(clock(thursday, "19:40"), cast.ana, change_requests.ask, session, message=message, **times)

        def request() -> UUID:
            return visibility.change_requests(cast.noor).get(session_id=session()).id

        message = "Fine with me. I will bring his book about the crocodile."
        self.does(clock(thursday, "20:05"), cast.noor, change_requests.accept, request, message=message)
        notes = "Both ate well. Theo's tooth is fine, no sweets until Wednesday."
        self.does(clock(monday, "13:30"), cast.noor, care_sessions.update, session, notes=notes)
        corrected = {"actual_end": clock(monday, "14:51"), "reason": "Pressed Complete only in the car."}
        self.does(clock(monday + DAY, "09:10"), cast.noor, care_sessions.update, session, **corrected)

    def _yesterdays_plans(self, monday: date) -> None:
        """Write down the weeks ahead, some answered, some waiting; a day off on each side; a request that is open."""
        cast, yesterday = self.cast, self.today - DAY
        vacation, last_week = monday + 2 * WEEK, monday + 4 * WEEK
        until, thursday, friday = last_week + 6 * DAY, last_week + 3 * DAY, last_week + 4 * DAY
        wedding = {"from_date": friday, "to_date": friday, "reason": "My sister's wedding"}
        grandma = {"from_date": thursday, "to_date": thursday, "reason": "We are at Grandma's"}
        self.does(clock(yesterday - DAY, "20:00"), cast.noor, time_off.create, cast.riveras.id, **wedding)
        self.does(clock(yesterday - DAY, "20:20"), cast.ada, time_off.create, cast.okafors.id, **grandma)
        # A month and a bit, so that there is always a date night ahead.
        self._plan(clock(yesterday, "18:30"), cast.bea, cast.date_nights, vacation, until + WEEK)
        self._plan(clock(yesterday, "18:40"), cast.noor, cast.mornings, vacation, until)
        self._plan(clock(yesterday, "18:50"), cast.noor, cast.afternoons, vacation, until)
        week = partial(self._waiting, cast.riveras, vacation, vacation + WEEK - DAY)
        lake = {"session_ids": week, "reason": "We are at the lake that week."}
        self.does(clock(yesterday, "19:55"), cast.ana, _cancel_many, cast.riveras.id, **lake)
        self._agree(clock(yesterday, "20:03"), cast.ada, cast.okafors, vacation, last_week - DAY)
        wednesday, friday, saturday = monday + 9 * DAY, monday + 11 * DAY, monday + 12 * DAY
        later = {
            "message": "My train leaves later that day. Could we start and end an hour later?",
            "scheduled_start": clock(wednesday, "07:00"),
            "scheduled_end": clock(wednesday, "15:30"),
        }
        session = partial(self._morning_of, wednesday)
        self.does(clock(yesterday, "20:20"), cast.ana, change_requests.ask, session, **later)
        # Both are tentative: the first overlaps the Riveras' Friday, the second is a night.
        for start, end in (
            (clock(friday, "12:00"), clock(friday, "17:00")),
            (clock(saturday, "21:00"), clock(saturday + DAY, "06:00")),
        ):
            self._call_in(clock(yesterday, "21:10"), cast.noor, cast.okafors, start, end, cast.zuri)

    def _prepare_the_next_day(self, evening: datetime) -> None:
        """Write down that what was agreed for the next day is started and completed, unless the family calls it off."""
        day = local_time.local_date(evening, ZONE) + DAY
        start, end = local_time.day_span(day, day, ZONE)
        # unscoped: the story tells of all its families
        agreed = CareSession.objects.filter(
            status=Status.SCHEDULED, is_confirmed=True, scheduled_start__gte=start, scheduled_start__lt=end
        )
        number = day.toordinal()
        for session in agreed.select_related("nanny_person").order_by("scheduled_start", "id"):
            if number % 13 == 4 and session.schedule_id is not None and self.today - day > WEEK:
                parent = self.cast.ana if session.family_id == self.cast.riveras.id else self.cast.ada
                self.does(evening, parent, care_sessions.cancel, session.id, reason=_WHY_NOT[number % len(_WHY_NOT)])
            else:
                self._care_for(session, number)

    def _care_for(self, session: CareSession, number: int) -> None:
        """Write down start and end some minutes beside the plan, as people are; the day's number says how many."""
        nanny = session.nanny_person or self.cast.noor
        begins = session.scheduled_start + (number * 37 % 13 - 4) * MINUTE
        ends = session.scheduled_end + (number * 53 % 17 - 5) * MINUTE
        if session.scheduled_start <= self.now:
            begins = min(begins, self.now)
        self.does(begins, nanny, care_sessions.start, session.id)
        if session.scheduled_end <= self.now:
            self.does(ends, nanny, care_sessions.complete, session.id)

    def _see_that_somebody_is_at_work(self) -> None:
        """Make sure that by day one session runs: where none does, Ana has called Noor in."""
        cast, now = self.cast, self.now
        # unscoped: the story tells of all its families
        sessions = CareSession.objects.filter(is_confirmed=True).exclude(status=Status.CANCELLED)
        if local_time.wall(now, ZONE).hour not in _DAYTIME or sessions.filter(status=Status.IN_PROGRESS).exists():
            return
        noors = sessions.filter(nanny_person=cast.noor)
        before = noors.filter(scheduled_end__lte=now).order_by("-scheduled_end").first()
        after = noors.filter(scheduled_start__gt=now).order_by("scheduled_start").first()
        quarter = now.replace(minute=now.minute // 15 * 15, second=0, microsecond=0)
        begins = max(quarter - HOUR, clock(self.today, "06:00"))
        begins = begins if before is None else max(begins, before.scheduled_end)
        ends = begins + 3 * HOUR
        draft = Draft.of(
            scheduled_start=begins,
            scheduled_end=ends if after is None else min(ends, after.scheduled_start),
            child_ids=(cast.emma.id, cast.theo.id),
            nanny_id=cast.noor_of_riveras.id,
            notes="Ana called: her train is late.",
            is_confirmed=True,
        )
        called = begins - 40 * MINUTE
        session = care_sessions.create_impromptu(cast.riveras.id, draft, by=cast.noor, at=called, source=self.source)
        care_sessions.start(session.id, by=cast.noor, at=begins, source=self.source)


def _known(value: Any) -> Any:
    return value() if callable(value) else value
