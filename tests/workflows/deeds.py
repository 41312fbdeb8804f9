"""What people do by chance on those days (tests/workflows/days.py), often at the wrong moment."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from handsel.actions import care_schedules, care_sessions, change_requests, generation, invitations, members, time_off
from handsel.models import (
    CareSchedule,
    CareSession,
    ChangeRequest,
    Event,
    GenerationBatch,
    TimeOff,
    TimeOffDecision,
)
from handsel.rules import local_time
from handsel.rules.change_requests import Answer
from handsel.rules.drafts import EMPTY_DRAFT, Draft
from handsel.rules.lifecycle import SCHEDULED, State
from handsel.rules.moves import MOVES, Move
from handsel.rules.roles import Role
from handsel.rules.time_off import Choice, Decision
from tests.workflows.days import DAY, MINUTE, Days

# How long nothing happens before somebody does something, in minutes.
PAUSES = [0, 0, 1, 4, 16, 45, 100, 170]
# By how many minutes something was otherwise than planned; None: nothing is said.
OFF_BY = [None, None, None, 0, -7, 3, 41, 90, -250, 600]
# Which version somebody saw who presses.
SEEN = ["nothing", "nothing", "this", "this", "this", "older"]
HOURS = [None, None, (time(6), time(10)), (time(12), time(16)), (time(22), time(3))]
ANY = frozenset(State)


@dataclass(frozen=True, slots=True)
class Chance:
    """What chance says of a deed: of which of some, by whom, which kind, how much otherwise, and what they saw."""

    number: int
    who: int
    kind: int
    off: int | None
    seen: str

    def version(self, session: CareSession) -> int | None:
        return {"nothing": None, "this": session.version, "older": session.version - 1}[self.seen]

    def one_of[Thing](self, things: Sequence[Thing]) -> Thing:
        return things[self.kind % len(things)]


chances = st.builds(
    Chance, st.integers(0, 47), st.integers(0, 47), st.integers(0, 59), st.sampled_from(OFF_BY), st.sampled_from(SEEN)
)


class RandomDays(Days):
    """One after another somebody does something after a while."""

    @rule(deed=st.deferred(lambda: st.sampled_from(DEEDS)), after=st.sampled_from(PAUSES), chance=chances)
    def somebody_does(self, deed, after, chance):
        self.wait(after)
        deed(self, chance)

    def move_a_session(self, chance: Chance) -> None:
        move = chance.one_of([*Move])
        session = self.near(chance.number, MOVES[move].froms)
        if session is not None:
            draft, by = self._times(session, move, chance.off), self.someone(self.place_of(session), chance.who)
            version = chance.version(session)
            done = self.press_twice(care_sessions.move, move, session.id, draft, by=by, version=version)
            assert done is None or chance.seen != "older"

    def start_or_end_care(self, chance: Chance) -> None:
        """What is done most: by the nanny whose it is, at about the time."""
        running = self.near(chance.number & ~7, {State.IN_PROGRESS})
        session = running or self.near(chance.number % 2, {State.CONFIRMED}, is_over=False)
        if session is not None and session.nanny is not None and session.scheduled_start < self.at + DAY / 4:
            move = Move.COMPLETE if running else Move.START
            draft = self._times(session, move, chance.off)
            self.press_twice(care_sessions.move, move, session.id, draft, by=session.nanny.user)

    def _times(self, session: CareSession, move: Move, off: int | None) -> Draft:
        if off is None:
            return EMPTY_DRAFT
        start, end = session.scheduled_start + off * MINUTE, session.scheduled_end + off * MINUTE
        if move is Move.RECORD:
            return Draft.of(actual_start=start, actual_end=session.scheduled_end + off * MINUTE / 2)
        if move is Move.COMPLETE:
            return Draft.of(at=end)
        return Draft.of(at=start) if move is Move.START else Draft.of(reason="A fever.")

    def undo_the_last_move(self, chance: Chance) -> None:
        """Mostly what was done lately, by who did it."""
        moves = Event.objects.filter(session_version__isnull=False).order_by("-at", "-id")[:6]
        event = chance.one_of([*moves])
        session = CareSession.objects.filter(pk=event.session_id).first() or self.near(chance.number, ANY)
        if session is not None:
            did = event.by.user if event.by and event.session_id == session.id else None
            by = did if did and chance.who % 3 else self.someone(self.place_of(session), chance.who)
            done = self.press_twice(care_sessions.undo, session.id, by=by, version=chance.version(session))
            assert done is None or chance.seen != "older"

    def press_for_many_at_once(self, chance: Chance) -> None:
        place = self.places[chance.number % 3]
        theirs = CareSession.objects.filter(family=place.family).order_by("scheduled_start")
        theirs = theirs.filter(scheduled_start__gt=self.at - 2 * DAY)[chance.number % 5 : chance.number % 5 + 4]
        chosen = Draft.of(session_ids=[session.id for session in theirs])
        by = self.someone(place, chance.who)
        move = chance.one_of([None, Move.CONFIRM, Move.CANCEL, Move.RECORD])
        if move is None:
            self.press(care_sessions.undo_many, place.family.id, chosen, by=by)
        else:
            self.press(care_sessions.move_many, move, place.family.id, chosen, by=by)

    def end_the_one_before_and_start(self, chance: Chance) -> None:
        running = self.near(chance.number & ~7, {State.IN_PROGRESS})
        session = self.near(chance.who & ~7, {State.CONFIRMED})
        if running and session and running.nanny:
            by, as_planned = running.nanny.user, chance.kind % 2 == 0
            self.press_twice(care_sessions.start_after, session.id, running.id, by=by, as_planned=as_planned)

    def say_afterwards_what_happened(self, chance: Chance) -> None:
        states = chance.one_of([{State.CONFIRMED}, {State.UNCONFIRMED}, {State.COMPLETED}])
        session = self.near(chance.number, states, is_over=True)
        if session is None:
            return
        late = {State.UNCONFIRMED: care_sessions.confirm_and_record, State.COMPLETED: care_sessions.record_instead}
        action = late.get(session.state, care_sessions.record)
        by = self.someone(self.place_of(session), chance.who)
        draft, version = self._times(session, Move.RECORD, chance.off), chance.version(session)
        done = self.press(action, session.id, draft, by=by, version=version)
        assert done is None or chance.seen != "older"

    def send_word(self, chance: Chance) -> None:
        session = self.near(chance.number, SCHEDULED)
        if session is None:
            return
        by = self.someone(self.place_of(session), chance.who)
        if session.scheduled_end <= self.at:
            self.press_twice(care_sessions.ask_to_confirm, session.id, by=by)
        else:
            self.press(care_sessions.tell_running_late, session.id, Draft.of(minutes=10), by=by)

    def plan_impromptu_care(self, chance: Chance) -> None:
        place = self.places[chance.number % 3]
        start = self.at.replace(second=0) + timedelta(hours=chance.kind % 37 - 6)
        nanny = chance.one_of([None, *place.nannies])
        draft = Draft.of(
            scheduled_start=start,
            scheduled_end=start + timedelta(minutes=30 * (1 + chance.number % 9)),
            child_ids=(place.child.id,),
            nanny_id=nanny and self.member(place, nanny).id,
            is_confirmed=chance.seen != "nothing",
            overlap_allowed=chance.number % 10 == 9,
        )
        self.press(care_sessions.create_impromptu, place.family.id, draft, by=self.someone(place, chance.who))

    def edit_a_session(self, chance: Chance) -> None:
        session = self.near(chance.number, ANY)
        if session is None:
            return
        by, version = self.someone(self.place_of(session), chance.who), chance.version(session)
        if chance.kind % 9 == 8:
            done = self.press_twice(care_sessions.delete, session.id, by=by, version=version)
        else:
            draft = self._edited(session, chance, chance.off or 0)
            done = self.press(care_sessions.update, session.id, draft, by=by, version=version)
        assert done is None or chance.seen != "older"

    def _edited(self, session: CareSession, chance: Chance, off: int) -> Draft:
        place = self.place_of(session)
        if session.state is State.COMPLETED and session.actual_start and session.actual_end:
            times = {"actual_start": session.actual_start + off * MINUTE, "actual_end": session.actual_end}
            return Draft.of(reason="Put right.", **chance.one_of([times, {"notes": "Slept well."}]))
        if session.state is State.IN_PROGRESS and chance.kind % 2 and session.actual_start:
            return Draft.of(actual_start=session.actual_start + off * MINUTE)
        nanny = [None, *place.nannies][chance.number % (1 + len(place.nannies))]
        start, end = session.scheduled_start + off * MINUTE, session.scheduled_end + off * MINUTE
        changes: list[dict[str, Any]] = [
            {"scheduled_end": end},
            {"scheduled_start": start, "scheduled_end": end},
            {"nanny_id": nanny and self.member(place, nanny).id},
            {"hourly_rate": session.family.default_hourly_rate},
            {"overlap_allowed": not session.overlap_allowed},
            {"notes": f"Boots, {chance.number}."},
        ]
        return Draft.of(**chance.one_of(changes))

    def ask_for_a_change(self, chance: Chance) -> None:
        session = self.near(chance.number, SCHEDULED)
        if session is not None:
            times = {} if chance.off is None else {"scheduled_end": session.scheduled_end + chance.off * MINUTE}
            draft = Draft.of(message="Could it be otherwise?", **times)
            by = self.someone(self.place_of(session), chance.who)
            self.press_twice(change_requests.ask, session.id, draft, by=by)

    def answer_it(self, chance: Chance) -> None:
        requests = [*ChangeRequest.objects.filter(status=Answer.OPEN).order_by("id")]
        if requests:
            request = requests[chance.number % len(requests)]
            answer = chance.one_of([change_requests.accept, change_requests.decline, change_requests.withdraw])
            self.press_twice(answer, request.id, by=self.someone(self.place_of(request.session), chance.who))

    def be_away(self, chance: Chance) -> None:
        place = self.places[chance.number % 3]
        first = local_time.local_date(self.at, place.family.time_zone) + chance.kind % 3 * DAY
        nanny = place.nannies[chance.number % len(place.nannies)]
        whose = [{}, {"nanny_id": None}, {"nanny_id": self.member(place, nanny).id}][chance.who % 3]
        hours, decision = HOURS[chance.kind % len(HOURS)], [*Decision][chance.number % len(Decision)]
        of_day = {"start_time": hours[0], "end_time": hours[1]} if hours else {}
        near = CareSession.objects.filter(scheduled_start__gt=self.at - DAY, scheduled_start__lt=self.at + 2 * DAY)
        one_by_one = {session.id: Choice(decision, 0, session.version) for session in near}
        decided = {"choices": one_by_one} if decision is Decision.SHORTEN else {"sessions": decision}
        dates = {"from_date": first, "to_date": first + chance.number % 2 * DAY}
        draft = Draft.of(**dates, **whose, **of_day, **decided, reason="Ill.")
        by = self.someone(place, chance.who) if whose else nanny
        entered = self.press(time_off.create, place.family.id, draft, by=by)
        if entered is not None and chance.kind % 3 == 0:  # better soon again, or the wrong days
            self.wait(chance.kind % 16)
            self.press_twice(time_off.undo, entered.id, by=by)

    def come_back_sooner(self, chance: Chance) -> None:
        entries = [*TimeOff.objects.order_by("-id")[:3]]
        taken_back = TimeOffDecision.objects.exclude(time_off_id__in=TimeOff.objects.values("id"))
        deed = chance.one_of(["undo", "delete", "decide", "again"])
        if deed == "again":
            for time_off_id in sorted({row.time_off_id for row in taken_back})[-2:]:
                self.press(time_off.plan_again, time_off_id, by=self.people[chance.who % len(self.people)])
        elif entries:
            entry = entries[chance.number % len(entries)]
            by = entry.entered_by.user if chance.who % 4 else self.people[chance.who % len(self.people)]
            if deed == "decide":
                draft = Draft.of(sessions=[Decision.CANCEL, Decision.UNASSIGN][chance.number % 2])
                self.press(time_off.decide, entry.id, draft, by=by)
            else:
                self.press_twice(getattr(time_off, deed), entry.id, by=by)

    def plan_further(self, chance: Chance) -> None:
        place = self.places[chance.number % 3]
        by = self.someone(place, chance.who)
        schedules = [*CareSchedule.objects.filter(family=place.family).order_by("id")]
        schedule = schedules[chance.number % len(schedules)]
        today = local_time.local_date(self.at, place.family.time_zone)
        match chance.one_of(["generate", "generate", "undo", "change", "switch"]):
            case "generate":
                draft = Draft.of(from_date=today - chance.number % 2 * DAY, to_date=today + chance.number % 7 * DAY)
                self.press(generation.generate, schedule.id, draft, by=by)
            case "undo":
                batches = [*GenerationBatch.objects.filter(family=place.family).order_by("-id")]
                self.press(generation.undo, batches[chance.number % len(batches)].id, by=by)
            case "change":
                end = time(13 + chance.number % 8) if schedule.start_time < time(13) else time(21, 30)
                self.press(care_schedules.update, schedule.id, Draft.of(end_time=end), by=by)
            case _:
                self.press(care_schedules.update, schedule.id, Draft.of(is_active=not schedule.is_active), by=by)

    def leave_a_family_or_come_back(self, chance: Chance) -> None:
        place = self.places[chance.who % 3]
        nanny, parent = place.nannies[chance.number % len(place.nannies)], place.people[0]
        member = self.member(place, nanny)
        if member.removed_at is None:
            if chance.kind % 3 == 0:
                self.press_twice(members.remove, member.id, by=[parent, nanny][chance.who % 2])
            return
        draft = Draft.of(email=nanny.email, role=Role.NANNY)
        invited = self.press(invitations.invite, place.family.id, draft, by=parent)
        if invited is not None:  # at most so many a day
            assert self.press_twice(invitations.accept, Draft.of(token=invited[1]), by=nanny)


# What is done often stands here more than once.
DEEDS = [
    *[RandomDays.start_or_end_care] * 5,
    *[RandomDays.move_a_session] * 4,
    *[RandomDays.undo_the_last_move] * 3,
    *[RandomDays.say_afterwards_what_happened] * 3,
    RandomDays.press_for_many_at_once,
    RandomDays.press_for_many_at_once,
    RandomDays.end_the_one_before_and_start,
    RandomDays.send_word,
    RandomDays.plan_impromptu_care,
    *[RandomDays.edit_a_session] * 3,
    RandomDays.ask_for_a_change,
    RandomDays.answer_it,
    *[RandomDays.be_away] * 2,
    *[RandomDays.come_back_sooner] * 2,
    RandomDays.plan_further,
    RandomDays.leave_a_family_or_come_back,
]
