"""What is planned and answered: the regular weeks ten days ahead, and what comes in between."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from uuid import UUID

from handsel.access import visibility
from handsel.actions import care_sessions, change_requests, generation, inbox, time_off
from handsel.actions.example_families.cast import BEAS_RATE, Cast
from handsel.actions.example_families.diary import Diary
from handsel.models import CareSchedule, CareSession, Family, User
from handsel.rules import local_time
from handsel.rules.moves import Move

DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
WEEKS_AT_ONCE = 4


@dataclass(frozen=True, slots=True)
class Story:
    cast: Cast
    diary: Diary

    def write(self, first: date, monday: date) -> None:
        """The pages of both families, from the Monday `first` to four weeks after the week that `monday` begins."""
        self._regular_weeks(first, monday)
        self._now_and_then(monday)
        self._a_day_with_a_history(monday - WEEK)
        self._yesterdays_plans(monday)
        self._the_vacation_week(monday + 2 * WEEK)
        evening_before_last = self.diary.clock(self.diary.today - 2 * DAY, "21:30")
        for person in self.cast.persons():
            # Only what came since then is still unread.
            self.diary.page(evening_before_last, lambda at, person=person: inbox.mark_all_read(by=person, at=at))

    def _regular_weeks(self, first: date, monday: date) -> None:
        """Up to the week after this one: generated ten days ahead, confirmed two days later."""
        cast, at = self.cast, self.diary.clock
        for weeks in range(0, (monday - first).days // 7 + 2, WEEKS_AT_ONCE):
            block = first + weeks * WEEK
            last = block + WEEKS_AT_ONCE * WEEK - DAY
            self._plan(at(block - 10 * DAY, "16:00"), cast.mornings, block, last, by=cast.noor)
            self._plan(at(block - 10 * DAY, "16:10"), cast.afternoons, block, last, by=cast.noor)
            self._agree(at(block - 8 * DAY, "20:15"), cast.riveras, block, last, by=cast.ana)
            self._agree(at(block - 8 * DAY, "21:03"), cast.okafors, block, last, by=cast.ada)
        self._plan(at(first - 9 * DAY, "20:30"), cast.date_nights, first, monday + 2 * WEEK - DAY, by=cast.bea)

    def _now_and_then(self, monday: date) -> None:
        """What no schedule knows: a night, an afternoon on the family's word, a Saturday morning, a note."""
        cast, does, at = self.cast, self.diary.does, self.diary.clock
        saturday = monday - 3 * WEEK + 5 * DAY
        does(
            at(saturday - 3 * DAY, "19:25"),
            cast.ada,
            care_sessions.create_impromptu,
            cast.okafors.id,
            scheduled_start=at(saturday, "20:00"),
            scheduled_end=at(saturday + DAY, "06:30"),
            child_ids=(cast.zuri.id,),
            notes="I am on night shift. The couch is made up for you.",
            is_confirmed=True,
        )
        saturday = monday - 2 * DAY
        does(
            at(saturday - DAY, "17:10"),
            cast.noor,
            care_sessions.create_impromptu,
            cast.riveras.id,
            scheduled_start=at(saturday, "15:00"),
            scheduled_end=at(saturday, "19:00"),
            child_ids=(cast.emma.id,),
            nanny_id=cast.noor_of_riveras.id,
            is_confirmed=True,
        )
        does(
            at(monday - 2 * DAY, "20:10"),
            cast.luis,
            care_sessions.create_impromptu,
            cast.riveras.id,
            scheduled_start=at(monday + 5 * DAY, "10:00"),
            scheduled_end=at(monday + 5 * DAY, "13:00"),
            child_ids=(cast.theo.id,),
            nanny_id=cast.bea_of_riveras.id,
            hourly_rate=BEAS_RATE,
            is_confirmed=True,
        )
        wednesday = partial(self._morning_of, monday + 2 * DAY)
        note = "Swimming bag is packed, pool opens at 10."
        does(at(monday - DAY, "20:40"), cast.ana, care_sessions.update, wednesday, notes=note)

    def _a_day_with_a_history(self, monday: date) -> None:
        """A session that was asked to be later, moved, noted, and corrected the day after."""
        cast, does, at = self.cast, self.diary.does, self.diary.clock
        thursday, session = monday - 4 * DAY, partial(self._morning_of, monday)
        does(
            at(thursday, "19:40"),
            cast.ana,
            change_requests.ask,
            session,
            message="Theo has the dentist at 8. Could we start and end a little later?",
            scheduled_start=at(monday, "07:00"),
            scheduled_end=at(monday, "15:00"),
        )
        does(
            at(thursday, "20:05"),
            cast.noor,
            change_requests.accept,
            lambda: visibility.change_requests(cast.noor).get(session_id=session()).id,
            message="Fine with me. I will bring his book about the crocodile.",
        )
        note = "Both ate well. Theo's tooth is fine, no sweets until Wednesday."
        does(at(monday, "13:30"), cast.noor, care_sessions.update, session, notes=note)
        # unscoped: the story tells of all its families
        does(
            at(monday + DAY, "09:10"),
            cast.noor,
            care_sessions.update,
            session,
            actual_end=lambda: CareSession.objects.get(id=session()).actual_end - timedelta(minutes=9),
            reason="Pressed Complete only in the car.",
        )

    def _yesterdays_plans(self, monday: date) -> None:
        """The weeks ahead, some answered, some waiting; a day off on each side; a request that is open."""
        cast, does, at = self.cast, self.diary.does, self.diary.clock
        yesterday, ahead, last_week = self.diary.today - DAY, monday + 2 * WEEK, monday + 4 * WEEK
        until, thursday, friday = last_week + 6 * DAY, last_week + 3 * DAY, last_week + 4 * DAY
        wedding = {"from_date": friday, "to_date": friday, "reason": "My sister's wedding"}
        grandma = {"from_date": thursday, "to_date": thursday, "reason": "We are at Grandma's"}
        does(at(yesterday - DAY, "20:00"), cast.noor, time_off.create, cast.riveras.id, **wedding)
        does(at(yesterday - DAY, "20:20"), cast.ada, time_off.create, cast.okafors.id, **grandma)
        # A month and a bit, so that there is always a date night ahead.
        self._plan(at(yesterday, "18:30"), cast.date_nights, ahead, until + WEEK, by=cast.bea)
        self._plan(at(yesterday, "18:40"), cast.mornings, ahead, until, by=cast.noor)
        self._plan(at(yesterday, "18:50"), cast.afternoons, ahead, until, by=cast.noor)
        self._agree(at(yesterday, "20:03"), cast.okafors, ahead, last_week - DAY, by=cast.ada)
        wednesday = monday + 9 * DAY
        does(
            at(yesterday, "20:20"),
            cast.ana,
            change_requests.ask,
            partial(self._morning_of, wednesday),
            message="My train leaves later that day. Could we start and end an hour later?",
            scheduled_start=at(wednesday, "07:00"),
            scheduled_end=at(wednesday, "15:30"),
        )
        friday, saturday = monday + 11 * DAY, monday + 12 * DAY
        # Both are tentative: the first overlaps the Riveras' Friday, the second is a night.
        for start, end in (
            (at(friday, "12:00"), at(friday, "17:00")),
            (at(saturday, "21:00"), at(saturday + DAY, "06:00")),
        ):
            does(
                at(yesterday, "21:10"),
                cast.noor,
                care_sessions.create_impromptu,
                cast.okafors.id,
                scheduled_start=start,
                scheduled_end=end,
                child_ids=(cast.zuri.id,),
            )

    def _the_vacation_week(self, monday: date) -> None:
        self.diary.does(
            self.diary.clock(self.diary.today - DAY, "19:55"),
            self.cast.ana,
            partial(care_sessions.move_many, Move.CANCEL),
            self.cast.riveras.id,
            session_ids=partial(self._waiting, self.cast.riveras, monday, monday + WEEK - DAY),
            reason="We are at the lake that week.",
        )

    def _plan(self, at: datetime, schedule: CareSchedule, first: date, last: date, *, by: User) -> None:
        self.diary.does(at, by, generation.generate, schedule.id, from_date=first, to_date=last)

    def _agree(self, at: datetime, family: Family, first: date, last: date, *, by: User) -> None:
        """A parent confirms all that waits for an answer on these days."""
        waiting = partial(self._waiting, family, first, last)
        self.diary.does(at, by, partial(care_sessions.move_many, Move.CONFIRM), family.id, session_ids=waiting)

    def _waiting(self, family: Family, first: date, last: date) -> tuple[UUID, ...]:
        start, end = local_time.day_span(first, last, family.time_zone)
        waiting = CareSession.objects.unconfirmed().filter(family=family, scheduled_start__range=(start, end))
        return tuple(waiting.order_by("scheduled_start").values_list("id", flat=True))

    def _morning_of(self, day: date) -> UUID:
        return CareSession.objects.get(schedule=self.cast.mornings, slot_date=day).id
