"""By which ways notices are sent, and when."""

from datetime import time

import pytest
from allauth.account.models import EmailAddress

from handsel.actions import notice_choices
from handsel.models import Delivery, Member, Notice, User
from handsel.notices import reminders
from handsel.notices.kinds import KINDS
from handsel.notices.routing import preferences, route
from handsel.notices.topics import TOPICS
from handsel.pages import notices
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.notices import NoticeKind, Topic, Way
from handsel.rules.roles import Role
from tests.management.outside import DAY, MINUTE, choose, confirmed, phone, run, ways
from tests.world import NOW, wall

pytestmark = [pytest.mark.any_database, pytest.mark.usefixtures("mail_is_set_up")]


def test_a_notice_leaves_by_mail_and_to_each_device(world):
    phone(world.noor)
    phone(world.noor)
    phone(world.ana)
    confirmed(world)
    assert route(NOW) == 1
    assert ways() == [("Noor", "email"), ("Noor", "push"), ("Noor", "push")]
    assert route(NOW) == 0


def test_a_person_chooses_by_which_way(world):
    phone(world.noor)
    choose(world.noor, Topic.CONFIRMED, Way.EMAIL, wanted=False)
    confirmed(world)
    route(NOW)
    assert ways() == [("Noor", "push")]


def test_what_usually_stays_inside_leaves_for_who_wants_it(world):
    phone(world.ana)
    choose(world.ana, Topic.STARTED, Way.PUSH, wanted=True)
    Notice.objects.create(person=world.ana, family=world.riveras, kind="session.started", at=NOW - MINUTE)
    Notice.objects.create(person=world.luis, family=world.riveras, kind="session.started", at=NOW - MINUTE)
    route(NOW)
    assert ways() == [("Ana", "push")]


def test_an_address_that_nobody_proved_gets_no_mail(world):
    EmailAddress.objects.filter(user=world.noor).update(verified=False)
    confirmed(world)
    route(NOW)
    assert ways() == []


def test_for_the_example_people_nothing_leaves_unless_that_is_wanted(world, settings):
    User.objects.filter(pk=world.noor.pk).update(email="noor@example.org")
    EmailAddress.objects.filter(user=world.noor).update(email="noor@example.org")
    phone(world.noor)
    confirmed(world)
    assert route(NOW) == 1
    assert ways() == []
    settings.SILENT_ADDRESSES = frozenset()
    Notice.objects.update(routed_at=None)
    route(NOW)
    assert ways() == [("Noor", "email"), ("Noor", "push")]


def test_where_no_mail_is_set_up_none_waits_for_ever(world, settings):
    settings.MAIL_IS_SET_UP = False
    confirmed(world)
    assert route(NOW) == 1
    assert ways() == []


def test_a_worker_that_was_away_floods_nobody(world):
    confirmed(world)
    assert route(NOW + DAY + MINUTE) == 1
    assert ways() == []


def test_mails_of_a_day_are_gathered_but_for_what_is_of_this_hour(world):
    User.objects.filter(pk=world.ana.pk).update(mails_at=time(18))
    phone(world.ana)
    for topic in (Topic.STARTED, Topic.TOMORROW, Topic.TO_START, Topic.TO_COMPLETE):
        choose(world.ana, topic, Way.EMAIL, wanted=True)
    kinds = ["session.started", "reminder.tomorrow", "reminder.should_have_started", "reminder.still_running"]
    for kind in [*kinds, "session.confirmed"]:
        Notice.objects.create(person=world.ana, family=world.riveras, kind=kind, at=NOW - MINUTE)
    route(NOW)
    later = Delivery.objects.filter(due_at__gt=NOW)
    assert [(row.notice.kind, row.way, row.due_at) for row in later] == [
        ("session.confirmed", Way.EMAIL, wall("2026-06-01 18:00"))
    ]


def test_reminders_go_by_mail_to_who_has_no_device_unless_they_switched_that_off(world):
    """Ana has none; Luis has one; Noor has none, and wants no such mail; Bea's device is gone meanwhile."""
    phone(world.luis)
    for topic in (topic for topic, row in TOPICS.items() if row.is_reminder):
        choose(world.noor, topic, Way.EMAIL, wanted=False)
    kinds = [kind for kind, row in KINDS.items() if row.topic in (Topic.TOMORROW, Topic.TO_START, Topic.TO_COMPLETE)]
    for person in (world.ana, world.luis, world.noor):
        for kind in kinds:
            Notice.objects.create(person=person, family=world.riveras, kind=kind, at=NOW - MINUTE)
    route(NOW)
    assert sorted(ways()) == [*[("Ana", "email")] * 3, *[("Luis", "push")] * 3]
    device = phone(world.bea)
    Notice.objects.create(person=world.bea, family=world.riveras, kind=kinds[0], at=NOW)
    device.delete()
    route(NOW)
    assert ("Bea", "email") in ways()


def test_a_reminder_that_does_not_ring_for_a_coordinator_comes_by_mail(world):
    """Of what does not ask for them nothing rings, whatever devices they have."""
    coordinator = world.join(world.riveras, Role.COORDINATOR).user
    phone(coordinator)
    tomorrow = next(kind for kind, row in KINDS.items() if row.topic is Topic.TOMORROW)
    Notice.objects.create(person=coordinator, family=world.riveras, kind=tomorrow, at=NOW)
    route(NOW)
    assert ways() == [(coordinator.name, "email")]


def test_of_what_rings_for_nobody_a_mail_comes_unless_the_same_choice_has_left_it_out(world):
    phone(world.luis)
    choose(world.luis, Topic.TO_START, Way.PUSH, wanted=False)
    Notice.objects.create(person=world.luis, family=world.riveras, kind=NoticeKind.SHOULD_HAVE_STARTED, at=NOW)
    route(NOW)
    assert ways() == [("Luis", "email")]
    sent = {way.value: {topic: preferences(world.luis)[topic, way] for topic in Topic} for way in Way}
    sent["push"][Topic.TO_COMPLETE] = False
    notice_choices.update(Draft.of(**sent), by=world.luis, at=NOW, source=Source.WEB)
    assert not preferences(world.luis)[Topic.TO_COMPLETE, Way.EMAIL]
    assert preferences(world.luis)[Topic.TO_START, Way.EMAIL]


def test_that_a_nanny_is_needed_soon_waits_for_no_mails_of_a_day(world):
    User.objects.filter(pk=world.ana.pk).update(mails_at=time(18))
    session = world.session("2026-06-01 10:00", state=State.CONFIRMED, nanny=None)
    Notice.objects.create(
        person=world.ana, family=world.riveras, kind=NoticeKind.STILL_NO_NANNY, session=session, at=NOW
    )
    route(NOW)
    assert Delivery.objects.get(notice__person=world.ana).due_at == NOW


def test_what_comes_by_mail_without_a_device_stands_ticked_in_the_settings(world):
    assert preferences(world.ana)[Topic.TOMORROW, Way.EMAIL]
    notice_choices.update(Draft.of(email={Topic.TOMORROW: False}), by=world.ana, at=NOW, source=Source.WEB)
    assert not preferences(world.ana)[Topic.TOMORROW, Way.EMAIL]
    phone(world.luis)
    assert not preferences(world.luis)[Topic.TOMORROW, Way.EMAIL]


def test_quiet_hours_hold_for_reminders(world):
    User.objects.filter(pk=world.ana.pk).update(quiet_from=time(21), quiet_until=time(10))
    world.session("2026-05-31 09:00", state=State.CONFIRMED)
    nine = wall("2026-06-01 09:00")
    assert reminders.remind(nine) == 3
    route(nine)
    due = Delivery.objects.filter(notice__person=world.ana).values_list("due_at", flat=True)
    assert list(due) == [wall("2026-06-01 10:00")]


def test_quiet_hours_are_those_of_the_person(world, outside):
    User.objects.filter(pk=world.noor.pk).update(
        quiet_from=time(21), quiet_until=time(7), time_zone="Europe/London", mails_at=None
    )
    confirmed(world)
    evening = wall("2026-06-01 17:00")  # ten in the evening in London
    assert run(evening) == 0
    morning = wall("2026-06-02 02:00")
    assert run(morning - MINUTE) == 0
    assert run(morning) == 1
    assert outside.taken == [("Noor", ["session.confirmed"], 1)]


def test_a_coordinator_gets_one_mail_a_day_and_at_once_only_what_asks_for_them(world):
    member = world.join(world.riveras, Role.COORDINATOR, name="Cleo")
    phone(member.user)
    for kind in ("session.confirmed", "session.cancelled", "sessions.to_confirm", "change_request.asked"):
        Notice.objects.create(person=member.user, family=world.riveras, kind=kind, at=NOW - MINUTE)
    route(NOW)
    due = {(row.notice.kind, row.way): row.due_at for row in Delivery.objects.all()}
    evening = wall("2026-06-01 18:00")
    assert due == {
        ("session.confirmed", Way.EMAIL): evening,
        ("session.cancelled", Way.EMAIL): evening,
        **{(kind, way): NOW for kind in ("sessions.to_confirm", "change_request.asked") for way in Way},
    }


def test_a_coordinator_who_chose_otherwise_gets_what_they_chose(world):
    member = world.join(world.riveras, Role.COORDINATOR, name="Cleo")
    person, choice = member.user, {"by": member.user, "at": NOW, "source": Source.WEB}
    phone(person)
    wanted = {"mails_together": False, "push": {Topic.CONFIRMED: True}}
    assert notices.page(person).mails_at == time(18)
    notice_choices.update(Draft.of(**wanted), **choice)
    assert notices.page(person).mails_at is None
    Notice.objects.create(person=person, family=world.riveras, kind="session.confirmed", at=NOW - MINUTE)
    route(NOW)
    assert {(row.way, row.due_at) for row in Delivery.objects.all()} == {(way, NOW) for way in Way}


def test_a_parent_who_coordinates_elsewhere_is_a_parent_here(world):
    Member.objects.filter(pk=world.ada_of_okafors.pk).update(role=Role.COORDINATOR)
    Member.objects.create(family=world.riveras, user=world.ada, role=Role.PARENT, joined_at=NOW)
    for family in (world.riveras, world.okafors):
        Notice.objects.create(person=world.ada, family=family, kind="session.confirmed", at=NOW - MINUTE)
    route(NOW)
    due = {row.notice.family: row.due_at for row in Delivery.objects.all()}
    assert due == {world.riveras: NOW, world.okafors: wall("2026-06-01 18:00")}
