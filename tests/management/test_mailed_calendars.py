"""What a mailed file once put into a calendar is kept true: the bytes that the mail server got, opened one by one."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handsel.actions import calendar_addresses, care_sessions, change_requests, mailed_calendars, members, time_off
from handsel.documents import calendar_ics
from handsel.management import delivery
from handsel.models import CalendarEntry, CareSession, ChangeRequest, Member, NoticeChoice, TimeOff, User
from handsel.queries import calendar_feed
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.moves import Move
from handsel.rules.notices import Topic, Way
from handsel.rules.refusals import Refusal
from handsel.rules.roles import Role
from handsel.rules.time_off import Decision
from tests.management.mailed_calendars import MailedCalendar, RawMailbox, feed, replay
from tests.run import NIGHTLY
from tests.world import NOW, World, wall

pytestmark = pytest.mark.any_database

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture
def raw_mailbox(settings) -> Iterator[RawMailbox]:
    settings.ADDRESS = "https://book.example.org"
    settings.DEFAULT_FROM_EMAIL = "Handsel <handsel@example.org>"
    settings.MAIL_IS_SET_UP = True
    with RawMailbox() as mailbox:
        settings.MAILERS = mailbox.mailers
        yield mailbox


def wants_all_mails(*people: User) -> None:
    """Every topic by mail, each mail at once."""
    User.objects.filter(id__in=[person.id for person in people]).update(mails_at_once=True)
    NoticeChoice.objects.bulk_create(
        NoticeChoice(person=person, topic=topic, way=Way.EMAIL, wanted=True) for person in people for topic in Topic
    )


def work(at: datetime) -> None:
    while delivery.deliver(at, lambda: at):
        pass
    mailed_calendars.correct(at)


def work_until_all_is_sent(at: datetime) -> datetime:
    for _ in range(4):
        at += 2 * MINUTE
        work(at)
    return at


def feed_of(person: User, at: datetime) -> dict[str, Any]:
    draft = Draft.of(name="Care", detail="full", shows_children=True)
    _, secret = calendar_addresses.make(draft, by=person, at=at, source=Source.WEB)
    found = calendar_feed.find(secret, at=at)
    assert found is not None
    return feed(
        calendar_ics.render(calendar_feed.appointments(found, page=str(calendar_feed.ANY_SESSION)), name="Care")
    )


def assert_is_true(calendar: MailedCalendar, of_feed: dict[str, Any]) -> None:
    """It holds every confirmed session of the feed; any other that was ever put in stands as there, or is off."""
    agreed = {uid: said for uid, said in of_feed.items() if said.status == "CONFIRMED"}
    assert {uid: calendar.shown.get(uid) for uid in agreed} == agreed
    for uid in calendar.put_in - agreed.keys():
        assert calendar.shown.get(uid) in (None, of_feed.get(uid)), uid


# One step each


@pytest.fixture
def told(world, raw_mailbox) -> "Told":
    return Told(world, raw_mailbox)


@dataclass
class Told:
    """The Riveras with their mails: `at` is the time, which goes on by an hour with each step."""

    world: World
    mailbox: RawMailbox
    at: datetime = NOW

    def step(self, deed: Callable[[datetime], object], wait: timedelta = HOUR) -> None:
        deed(self.at)
        self.at = work_until_all_is_sent(self.at) + wait

    def calendar(self, person: User) -> MailedCalendar:
        return replay(self.mailbox.raw)[person.email]

    def shows(self, person: User, session: CareSession) -> str | None:
        found = self.calendar(person).shown.get(str(session.id))
        return found and found.status


def test_a_confirmation_that_a_change_withdraws_is_tentative_in_every_calendar(told):
    """Luis and Noor were mailed the file. Noor moves the session, and nobody has confirmed that."""
    world, session = told.world, told.world.session()
    told.step(lambda at: care_sessions.confirm(session.id, by=world.ana, at=at, source=Source.WEB))
    assert (told.shows(world.luis, session), told.shows(world.noor, session)) == ("CONFIRMED", "CONFIRMED")
    draft = Draft.of(scheduled_end=wall("2026-06-02 18:00"))
    told.step(lambda at: care_sessions.update(session.id, draft, by=world.noor, at=at, source=Source.WEB))
    assert (told.shows(world.luis, session), told.shows(world.noor, session)) == ("TENTATIVE", "TENTATIVE")
    told.step(lambda at: care_sessions.confirm(session.id, by=world.luis, at=at, source=Source.WEB))
    assert told.shows(world.ana, session) == "CONFIRMED"


def test_a_restored_session_is_tentative_again(told):
    world, session = told.world, told.world.session()
    told.step(lambda at: care_sessions.confirm(session.id, by=world.ana, at=at, source=Source.WEB))
    told.step(lambda at: care_sessions.cancel(session.id, by=world.ana, at=at, source=Source.WEB))
    assert told.shows(world.noor, session) is None
    told.step(lambda at: care_sessions.restore(session.id, by=world.ana, at=at, source=Source.WEB))
    assert told.shows(world.noor, session) is None  # off is true as well
    told.step(lambda at: care_sessions.confirm(session.id, by=world.ana, at=at, source=Source.WEB))
    assert told.shows(world.noor, session) == "CONFIRMED"


def test_who_cancels_what_a_mail_put_into_their_calendar_is_sent_the_file_alone(told):
    world, session = told.world, told.world.session()
    told.step(lambda at: care_sessions.confirm(session.id, by=world.ana, at=at, source=Source.WEB))
    told.step(lambda at: care_sessions.cancel(session.id, by=world.noor, at=at, source=Source.WEB))
    assert told.shows(world.noor, session) is None
    to_noor = [letter for letter in told.mailbox.all() if letter["To"] == world.noor.email]
    assert [letter["Subject"].split(" · ")[0] for letter in to_noor] == [
        "Ana confirmed a session",
        "1 session in your calendar has changed",
    ]
    assert world.told(world.noor)[:1] == ["session.confirmed"]  # and no line in the inbox: they did it


def test_the_nanny_who_loses_a_session_has_it_taken_off(told):
    world, session = told.world, told.world.session()
    told.step(lambda at: care_sessions.confirm(session.id, by=world.ana, at=at, source=Source.WEB))
    to_bea = Draft.of(nanny_id=world.bea_of_riveras.id)
    told.step(lambda at: care_sessions.update(session.id, to_bea, by=world.ana, at=at, source=Source.WEB))
    assert (told.shows(world.noor, session), told.shows(world.bea, session)) == (None, "CONFIRMED")
    assert "Bea" in told.calendar(world.luis).shown[str(session.id)].title
    told.step(lambda at: members.remove(world.bea_of_riveras.id, by=world.ana, at=at, source=Source.WEB))
    assert told.shows(world.bea, session) is None


def test_what_changes_nothing_of_it_sends_no_file(told):
    world, session = told.world, told.world.session()
    told.step(lambda at: care_sessions.confirm(session.id, by=world.ana, at=at, source=Source.WEB))
    letters = len(told.mailbox.raw)
    draft = Draft.of(notes="Boots.")
    told.step(lambda at: care_sessions.update(session.id, draft, by=world.ana, at=at, source=Source.WEB))
    assert len(told.mailbox.raw) == letters
    entry = CalendarEntry.objects.get(person=world.noor)
    assert (entry.version, entry.seen_version) == (2, 3)


def test_who_wants_no_corrections_gets_none(told):
    world, session = told.world, told.world.session()
    NoticeChoice.objects.create(person=world.noor, topic=Topic.CALENDAR, way=Way.EMAIL, wanted=False)
    told.step(lambda at: care_sessions.confirm(session.id, by=world.ana, at=at, source=Source.WEB))
    told.step(lambda at: care_sessions.cancel(session.id, by=world.noor, at=at, source=Source.WEB))
    assert [letter["To"] for letter in told.mailbox.all()].count(world.noor.email) == 1


def test_who_wants_every_confirmed_session_gets_those_they_confirm(told):
    world, session = told.world, told.world.session()
    NoticeChoice.objects.create(person=world.ana, topic=Topic.OWN_CALENDAR, way=Way.EMAIL, wanted=True)
    told.step(lambda at: care_sessions.confirm(session.id, by=world.ana, at=at, source=Source.WEB))
    assert told.shows(world.ana, session) == "CONFIRMED"
    assert [letter["To"] for letter in told.mailbox.all()].count(world.ana.email) == 1


# Whatever happens


PEOPLE = ("ana", "luis", "cleo", "noor", "bea")
DEEDS = ("plan", "agree", "confirm", "cancel", "restore", "start", "complete", "delete", "move", "give", "free")
DEEDS += ("children", "ask", "accept", "decline", "confirm_all", "cancel_all", "undo", "undo_all", "record", "leave")
DEEDS += ("away", "back", "again")

steps = st.tuples(st.sampled_from(DEEDS), st.sampled_from(PEOPLE), st.integers(0, 3), st.sampled_from([0, 1, 7, 70]))


@settings(
    max_examples=100 if NIGHTLY else 2, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(st.lists(steps, min_size=8, max_size=24 if NIGHTLY else 12))
def test_replayed_every_calendar_holds_what_its_feed_does(world, raw_mailbox, taken):
    raw_mailbox.raw.clear()
    with transaction.atomic():
        people = {name: getattr(world, name) for name in PEOPLE if name != "cleo"}
        people["cleo"] = world.join(world.riveras, Role.COORDINATOR, name="Cleo").user
        wants_all_mails(*people.values())
        at = NOW
        deeds = [("agree", "noor", 0, 0), ("plan", "ana", 0, 0), *taken]
        for number, (deed, name, index, minutes) in enumerate(deeds, start=1):
            try:
                with transaction.atomic():
                    do(deed, world, people[name], index, number, at)
            except Refusal:
                pass
            at += timedelta(minutes=minutes, seconds=1)
            if minutes:
                work(at)
        at = work_until_all_is_sent(at)
        calendars = replay(raw_mailbox.raw)
        for person in people.values():
            assert_is_true(calendars[person.email], feed_of(person, at))
        transaction.set_rollback(True)


def do(deed: str, world: World, by: User, index: int, number: int, at: datetime) -> None:
    family_id = world.riveras.id
    ids = list(CareSession.objects.filter(family_id=family_id).order_by("id").values_list("id", flat=True))
    origin: dict[str, Any] = {"by": by, "at": at, "source": Source.WEB}
    start = wall("2026-06-01 06:00") + timedelta(hours=3 * number)
    of_ids = Draft.of(session_ids=ids)
    nanny = world.noor_of_riveras if (index + number) % 2 else world.bea_of_riveras
    match deed:
        case "plan" | "agree":
            times = {"scheduled_start": start, "scheduled_end": start + 2 * HOUR}
            draft = Draft.of(**times, child_ids=(world.emma.id,), nanny_id=nanny.id, is_confirmed=deed == "agree")
            care_sessions.create_impromptu(family_id, draft, **origin)
        case "accept" | "decline":
            for request in ChangeRequest.objects.filter(status="OPEN")[:1]:
                getattr(change_requests, deed)(request.id, **origin)
        case "confirm_all" | "cancel_all":
            move = Move.CONFIRM if deed == "confirm_all" else Move.CANCEL
            care_sessions.move_many(move, family_id, of_ids, **origin)
        case "undo_all":
            care_sessions.undo_many(family_id, of_ids, **origin)
        case "away":
            decision = (Decision.KEEP, Decision.CANCEL, Decision.UNASSIGN, Decision.CANCEL)[index]
            days = {"from_date": NOW.date(), "to_date": start.date()}
            draft = Draft.of(**days, nanny_id=nanny.id, sessions=decision, reason="Ill.")
            time_off.create(family_id, draft, **origin)
        case "back" | "again":
            for entry in TimeOff.objects.order_by("-created_at")[:1]:
                (time_off.undo if deed == "back" else time_off.plan_again)(entry.id, **origin)
        case "leave":
            if index == 3:
                members.remove(world.bea_of_riveras.id, **origin | {"by": world.ana})
        case _ if ids:
            do_to_one(deed, ids[index % len(ids)], world, nanny, start, **origin)


def do_to_one(deed: str, session_id: UUID, world: World, nanny: Member, start: datetime, **origin: Any) -> None:
    match deed:
        case "move":
            times = {"scheduled_start": start, "scheduled_end": start + 3 * HOUR}
            care_sessions.update(session_id, Draft.of(**times), **origin)
        case "give" | "free":
            nanny_id = None if deed == "free" else nanny.id
            care_sessions.update(session_id, Draft.of(nanny_id=nanny_id), **origin)
        case "children":
            both = (world.emma.id, world.theo.id)[: 1 + start.hour % 2]
            care_sessions.update(session_id, Draft.of(child_ids=both), **origin)
        case "ask":
            change_requests.ask(session_id, Draft.of(message="Later?", scheduled_start=start), **origin)
        case _:
            getattr(care_sessions, deed)(session_id, **origin)
