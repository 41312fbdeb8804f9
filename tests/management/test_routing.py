"""By which ways notices are sent, and when."""

from datetime import time

import pytest
from allauth.account.models import EmailAddress

from handsel.models import Delivery, Notice, User
from handsel.notices.delivery import route
from handsel.rules.notices import Topic, Way
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
