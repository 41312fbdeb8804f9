"""By which ways notices leave, and that each does: once, unless it is true no more."""

from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any
from uuid import UUID

import pytest
from allauth.account.models import EmailAddress

from handsel.actions import care_sessions, delivery, generation, invitations
from handsel.models import Delivery, Device, Invitation, Notice, NoticeChoice, User
from handsel.outbound import PermanentFailure, TemporaryFailure
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.notices import Topic, Way
from tests.world import NOW, ON_THE_WEB, World, wall

JUNE = Draft.of(from_date=date(2026, 6, 1), to_date=date(2026, 6, 30))
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


class Carriers:
    """What lies outside: they take down what they are given, or have trouble."""

    def __init__(self) -> None:
        self.taken: list[tuple[str, list[str], int]] = []
        self.trouble: Exception | None = None

    def mail(self, person: User, news: Any, deliveries: Any, *, at: datetime) -> None:
        self._take(person.name, news)

    def push(self, device: Device, news: Any, delivery: Delivery, *, at: datetime) -> None:
        self._take(device.name, [news])

    def invite(self, invitation: Invitation, delivery: Delivery, *, at: datetime) -> None:
        self._take(invitation.email, [])

    def _take(self, where: str, news: Any) -> None:
        if self.trouble:
            raise self.trouble
        self.taken.append((where, [one.notice.kind for one in news], sum(len(one.sessions) for one in news)))


@pytest.fixture(autouse=True)
def mail_is_set_up(settings) -> None:
    settings.MAIL_IS_SET_UP = True


@pytest.fixture
def carriers() -> Carriers:
    return Carriers()


_numbers = count()


def phone(person: User) -> Device:
    number = next(_numbers)
    return Device.objects.create(
        person=person,
        name=f"{person.name}'s phone",
        endpoint=f"https://push.example.org/{number}",
        endpoint_hash=f"{number:064}",
        created_at=NOW,
    )


def choose(person: User, topic: Topic, way: Way, wanted: bool) -> None:
    NoticeChoice.objects.create(person=person, topic=topic, way=way, wanted=wanted)


def confirmed(world: World, start: str = "2026-06-02 09:00") -> Any:
    """Ana confirms: of that Noor is told."""
    session = world.session(start)
    return care_sessions.confirm(session.id, by=world.ana, **ON_THE_WEB)


def ways() -> list[tuple[str, str]]:
    return sorted((one.notice.person.name, one.way.value) for one in Delivery.objects.all())


def run(carriers: Carriers, at: datetime = NOW) -> int:
    delivery.route(at)
    return delivery.deliver(at, carriers)


def test_a_notice_leaves_by_mail_and_to_each_device(world):
    phone(world.noor)
    phone(world.noor)
    phone(world.ana)
    confirmed(world)
    assert delivery.route(NOW) == 1
    assert ways() == [("Noor", "email"), ("Noor", "push"), ("Noor", "push")]
    assert delivery.route(NOW) == 0


def test_a_person_chooses_by_which_way(world):
    phone(world.noor)
    choose(world.noor, Topic.CONFIRMED, Way.EMAIL, wanted=False)
    confirmed(world)
    delivery.route(NOW)
    assert ways() == [("Noor", "push")]


def test_what_usually_stays_inside_leaves_for_who_wants_it(world):
    phone(world.ana)
    choose(world.ana, Topic.STARTED, Way.PUSH, wanted=True)
    Notice.objects.create(person=world.ana, family=world.riveras, kind="session.started", at=NOW)
    Notice.objects.create(person=world.luis, family=world.riveras, kind="session.started", at=NOW)
    delivery.route(NOW)
    assert ways() == [("Ana", "push")]


def test_an_address_that_nobody_proved_gets_no_mail(world):
    EmailAddress.objects.filter(user=world.noor).update(verified=False)
    confirmed(world)
    delivery.route(NOW)
    assert ways() == []


def test_where_no_mail_is_set_up_none_waits_for_ever(world, settings):
    settings.MAIL_IS_SET_UP = False
    confirmed(world)
    assert delivery.route(NOW) == 1
    assert ways() == []


def test_a_worker_that_was_away_floods_nobody(world):
    confirmed(world)
    assert delivery.route(NOW + DAY + MINUTE) == 1
    assert ways() == []


def test_mails_of_a_day_are_gathered_but_for_what_is_of_this_hour(world):
    User.objects.filter(pk=world.ana.pk).update(mails_at=time(18))
    phone(world.ana)
    for topic in (Topic.STARTED, Topic.TOMORROW, Topic.TO_START, Topic.TO_COMPLETE):
        choose(world.ana, topic, Way.EMAIL, wanted=True)
    kinds = ["session.started", "reminder.tomorrow", "reminder.should_have_started", "reminder.still_running"]
    for kind in [*kinds, "session.confirmed"]:
        Notice.objects.create(person=world.ana, family=world.riveras, kind=kind, at=NOW)
    delivery.route(NOW)
    later = Delivery.objects.filter(due_at__gt=NOW)
    assert [(one.notice.kind, one.way, one.due_at) for one in later] == [
        ("session.confirmed", Way.EMAIL, wall("2026-06-01 18:00"))
    ]


def test_quiet_hours_are_those_of_the_person(world, carriers):
    User.objects.filter(pk=world.noor.pk).update(
        quiet_from=time(21), quiet_until=time(7), time_zone="Europe/London", mails_at=None
    )
    confirmed(world)
    evening = wall("2026-06-01 17:00")  # ten in the evening in London
    assert run(carriers, evening) == 0
    morning = wall("2026-06-02 02:00")
    assert run(carriers, morning - MINUTE) == 0
    assert run(carriers, morning) == 1
    assert carriers.taken == [("Noor", ["session.confirmed"], 1)]


def test_what_is_sent_is_marked_and_sent_once(world, carriers):
    confirmed(world)
    assert run(carriers) == 1
    assert run(carriers, NOW + DAY) == 0
    (row,) = Delivery.objects.all()
    assert (row.outcome, row.done_at, row.attempts) == ("sent", NOW, 1)


def test_what_is_due_together_is_one_mail(world, carriers):
    for day in range(2, 8):
        confirmed(world, f"2026-06-0{day} 09:00")
    care_sessions.cancel(world.session("2026-06-09 09:00").id, by=world.ana, **ON_THE_WEB)
    assert run(carriers) == 7
    assert carriers.taken == [("Noor", ["session.confirmed"] * 6 + ["session.cancelled"], 7)]


def test_a_generation_is_one_thing_with_the_list_of_what_still_waits(world, carriers):
    made = generation.generate(world.schedule().id, JUNE, by=world.noor, **ON_THE_WEB)
    care_sessions.confirm(made.created[0].session_id, by=world.ana, **ON_THE_WEB)
    run(carriers)
    assert ("Luis", ["sessions.to_confirm"], 12) in carriers.taken


@pytest.mark.parametrize("end", ["cancelled", "deleted", "read", "removed", "shut"])
def test_what_is_true_no_more_stays_inside(world, carriers, end):
    session = confirmed(world)
    delivery.route(NOW)
    match end:
        case "cancelled":
            care_sessions.cancel(session.id, by=world.noor, **ON_THE_WEB)
        case "deleted":
            Notice.objects.filter(session=session).update(session=None)
        case "read":
            Notice.objects.filter(session=session).update(read_at=NOW)
        case "removed":
            world.leave(world.noor_of_riveras)
        case "shut":
            User.objects.filter(pk=world.noor.pk).update(is_active=False)
    delivery.deliver(NOW, carriers)
    assert "Noor" not in [where for where, *_ in carriers.taken]
    assert Delivery.objects.get(notice__person=world.noor).outcome == "obsolete"


def test_what_cannot_be_handed_over_waits_longer_each_time_and_is_given_up_loudly(world, carriers, caplog):
    confirmed(world)
    carriers.trouble = TemporaryFailure("ConnectionRefusedError")
    delivery.route(NOW)
    at, pauses = NOW, []
    while delivery.deliver(at, carriers):
        row = Delivery.objects.get()
        if row.done_at:
            break
        pauses.append(row.next_at - at)
        at = row.next_at
    assert pauses[:4] == [MINUTE, 2 * MINUTE, 4 * MINUTE, 8 * MINUTE]
    assert max(pauses) == 2 * HOUR
    assert (row.outcome, row.last_error) == ("gave up", "ConnectionRefusedError")
    assert DAY <= row.done_at - NOW <= DAY + 2 * HOUR
    assert "Given up after a day: 1 deliveries by email (ConnectionRefusedError)" in caplog.text
    assert "noor@" not in caplog.text


def test_the_mail_server_comes_back(world, carriers):
    confirmed(world)
    carriers.trouble = TemporaryFailure("ConnectionRefusedError")
    run(carriers)
    carriers.trouble = None
    assert run(carriers, NOW + MINUTE) == 1
    assert carriers.taken == [("Noor", ["session.confirmed"], 1)]
    assert Delivery.objects.get().outcome == "sent"


def test_what_is_refused_for_good_is_not_tried_again(world, carriers, caplog):
    confirmed(world)
    carriers.trouble = PermanentFailure("550")
    assert run(carriers) == 1
    assert run(carriers, NOW + DAY) == 0
    assert (Delivery.objects.get().outcome, Delivery.objects.get().last_error) == ("refused", "550")
    assert "Refused for good: 1 by email (550)" in caplog.text


def test_one_that_breaks_keeps_back_none_of_the_others(world, carriers, caplog):
    confirmed(world)
    care_sessions.confirm(world.session("2026-06-03 09:00", nanny=world.bea_of_riveras).id, by=world.ana, **ON_THE_WEB)

    def break_for_noor(person: User, *_: Any, **__: Any) -> None:
        if person.name == "Noor":
            raise ZeroDivisionError("noor@example.com")
        carriers.taken.append((person.name, [], 0))

    carriers.mail = break_for_noor
    assert run(carriers) == 2
    assert carriers.taken == [("Bea", [], 0)]
    assert Delivery.objects.get(notice__person=world.noor).last_error == "ZeroDivisionError"
    assert "noor@" not in caplog.text


def test_who_dies_in_the_middle_leaves_it_to_the_next(world, carriers):
    confirmed(world)
    delivery.route(NOW)

    class Killed(BaseException):
        pass

    carriers.trouble = Killed()
    with pytest.raises(Killed):
        delivery.deliver(NOW, carriers)
    carriers.trouble = None
    assert delivery.deliver(NOW + delivery.LEASE - MINUTE, carriers) == 0
    assert delivery.deliver(NOW + delivery.LEASE, carriers) == 1
    assert carriers.taken == [("Noor", ["session.confirmed"], 1)]


def test_few_are_taken_at_once_so_that_the_lease_lasts(world, carriers):
    for number in range(25):
        phone(world.noor).name = f"phone {number}"
    choose(world.noor, Topic.CONFIRMED, Way.EMAIL, wanted=False)
    confirmed(world)
    assert run(carriers) == 10
    assert [delivery.deliver(NOW, carriers) for _ in range(3)] == [10, 5, 0]
    assert len(carriers.taken) == 25


@pytest.mark.parametrize("number", [1, 30])
def test_a_turn_costs_as_many_queries_for_many_as_for_one(world, carriers, number, django_assert_num_queries):
    for day in range(number):
        confirmed(world, f"2026-06-{1 + day:02} 15:00")
    with django_assert_num_queries(8):
        delivery.route(NOW)
    with django_assert_num_queries(12):
        delivery.deliver(NOW, carriers)
    assert carriers.taken == [("Noor", ["session.confirmed"] * number, number)]


def test_an_invitation_leaves_while_it_is_open(world, carriers):
    draft = Draft.of(email="guest@example.com", role="PARENT")
    ids: list[UUID] = []
    for _ in range(2):
        invitation, _ = invitations.invite(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)
        Delivery.objects.get_or_create(invitation=invitation, defaults={"due_at": NOW, "next_at": NOW})
        ids.append(invitation.id)
    invitations.revoke(ids[1], by=world.ana, **ON_THE_WEB)
    delivery.deliver(NOW, carriers)
    assert carriers.taken == [("guest@example.com", [], 0)]
    assert dict(Delivery.objects.values_list("invitation", "outcome")) == {ids[0]: "sent", ids[1]: "obsolete"}


def test_a_session_of_another_nanny_by_now_is_no_news_of_hers(world, carriers):
    session = confirmed(world)
    delivery.route(NOW)
    care_sessions.update(session.id, Draft.of(nanny_id=world.bea_of_riveras.id), by=world.ana, **ON_THE_WEB)
    delivery.deliver(NOW, carriers)
    assert "session.confirmed" not in [kind for _, kinds, _ in carriers.taken for kind in kinds]


def test_a_session_that_began_is_still_a_confirmed_one(world, carriers):
    session = world.session("2026-06-01 08:00", state=State.CONFIRMED)
    Notice.objects.create(person=world.ana, family=world.riveras, session=session, kind="session.confirmed", at=NOW)
    care_sessions.start(session.id, by=world.noor, **ON_THE_WEB)
    delivery.route(NOW)
    delivery.deliver(NOW, carriers)
    assert ("Ana", ["session.confirmed"], 1) in carriers.taken


def test_what_changes_while_another_letter_is_on_its_way_is_seen(world, carriers):
    confirmed(world)
    bea = world.session("2026-06-03 09:00", nanny=world.bea_of_riveras)
    care_sessions.confirm(bea.id, by=world.ana, **ON_THE_WEB)

    def cancel_meanwhile(person: User, *_: Any, **__: Any) -> None:
        carriers.taken.append((person.name, [], 0))
        if person.name == "Noor":
            care_sessions.cancel(bea.id, by=world.bea, **ON_THE_WEB)

    carriers.mail = cancel_meanwhile
    run(carriers)
    assert carriers.taken == [("Noor", [], 0)]
    assert Delivery.objects.get(notice__person=world.bea).outcome == "obsolete"


def test_a_slow_server_leaves_what_waits_to_the_other_workers(world, carriers):
    confirmed(world)
    care_sessions.confirm(world.session("2026-06-03 09:00", nanny=world.bea_of_riveras).id, by=world.ana, **ON_THE_WEB)
    delivery.route(NOW)
    clock = [NOW]

    def dawdle(person: User, *_: Any, **__: Any) -> None:
        carriers.taken.append((person.name, [], 0))
        if person.name == "Noor":
            clock[0] += delivery.LEASE - MINUTE
            assert delivery.deliver(clock[0], carriers) == 1

    carriers.mail = dawdle
    assert delivery.deliver(NOW, carriers, now=lambda: clock[0]) == 1
    assert carriers.taken == [("Noor", [], 0), ("Bea", [], 0)]
    assert set(Delivery.objects.values_list("outcome", "attempts")) == {("sent", 1)}


def test_who_has_many_slow_devices_keeps_nobody_waiting(world, carriers):
    for _ in range(20):
        phone(world.noor)
    choose(world.noor, Topic.CONFIRMED, Way.EMAIL, wanted=False)
    confirmed(world)
    delivery.route(NOW)
    care_sessions.confirm(world.session("2026-06-03 09:00", nanny=world.bea_of_riveras).id, by=world.ana, **ON_THE_WEB)
    delivery.route(NOW + MINUTE)
    delivery.deliver(NOW + MINUTE, carriers)
    assert [where for where, *_ in carriers.taken[:2]] == ["Noor's phone", "Bea"]


def test_a_turn_ends_in_time_for_the_other_duties(world, carriers):
    for _ in range(5):
        phone(world.noor)
    choose(world.noor, Topic.CONFIRMED, Way.EMAIL, wanted=False)
    confirmed(world)
    delivery.route(NOW)
    clock = [NOW]

    def dawdle(*_: Any, **__: Any) -> None:
        clock[0] += timedelta(seconds=10)

    carriers.push = dawdle
    assert delivery.deliver(NOW, carriers, now=lambda: clock[0]) == 2
    assert delivery.deliver(clock[0], carriers) == 3


def test_what_cannot_even_be_looked_at_keeps_back_none_of_the_others(world, carriers):
    confirmed(world)
    broken = Notice.objects.create(
        person=world.noor, family=world.riveras, kind="reminder.tomorrow", facts={"sessions": ["no id"]}, at=NOW
    )
    choose(world.noor, Topic.TOMORROW, Way.EMAIL, wanted=True)
    run(carriers)
    assert carriers.taken == [("Noor", ["session.confirmed"], 1)]
    assert Delivery.objects.get(notice=broken).last_error == "ValueError"
