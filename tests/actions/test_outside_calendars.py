"""A nanny gives Handsel the address of a calendar of their own, and takes it back."""

import logging
from uuid import uuid4

import pytest
from django.db import connection

from handsel.actions import outside_calendars, people
from handsel.models import BusyTime, OutsideCalendar
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.outside_calendars import Reading
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible
from tests.world import NOW, ON_THE_WEB, wall

ADDRESS = "https://calendar.example.com/very-secret/noor.ics"


def add(person, address: str = ADDRESS, name: str = "Private") -> OutsideCalendar:
    return outside_calendars.add(Draft.of(name=name, address=address), by=person, **ON_THE_WEB)


def test_the_address_is_kept_sealed_and_told_to_nobody(world, caplog):
    with caplog.at_level(logging.DEBUG):
        calendar = add(world.noor)
    assert (calendar.person, calendar.name, calendar.next_at) == (world.noor, "Private", NOW)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM handsel_outsidecalendar")
        assert "very-secret" not in str(cursor.fetchall())
    assert outside_calendars.claim(NOW).calendar.address == ADDRESS
    assert f"Outside calendar {calendar.id} added for {world.noor.id} from WEB" in caplog.text
    assert "example.com" not in caplog.text


def test_only_a_nanny_gives_one(world):
    for person in (world.ana, world.sam):
        with pytest.raises(NotAllowed):
            add(person)
    world.leave(world.bea_of_riveras)
    with pytest.raises(NotAllowed):
        add(world.bea)
    assert not OutsideCalendar.objects.exists()


def test_each_once_and_five_at_most(world):
    add(world.noor)
    add(world.bea)
    with pytest.raises(Invalid) as twice:
        add(world.noor)
    assert twice.value.errors == {"address": "This calendar is already here."}
    for number in range(4):
        add(world.noor, f"{ADDRESS}?{number}")
    with pytest.raises(Invalid) as too_many:
        add(world.noor, f"{ADDRESS}?5")
    assert too_many.value.errors == {"address": "You already have 5 calendars here. Remove one first."}
    with pytest.raises(Invalid) as nothing:
        outside_calendars.add(Draft.of(), by=world.bea, **ON_THE_WEB)
    assert nothing.value.errors.keys() == {"name", "address"}


def test_taking_it_back_forgets_what_it_said(world):
    calendar = add(world.noor)
    claimed = outside_calendars.claim(NOW)
    outside_calendars.keep(claimed, Reading([(wall("2026-06-02 10:00"), wall("2026-06-02 11:00"))], "", ""), at=NOW)
    for person, calendar_id in ((world.bea, calendar.id), (world.noor, uuid4())):
        with pytest.raises(NotVisible):
            outside_calendars.remove(calendar_id, by=person, source=Source.WEB)
    assert BusyTime.objects.count() == 1
    outside_calendars.remove(calendar.id, by=world.noor, source=Source.WEB)
    assert not OutsideCalendar.objects.exists()
    assert not BusyTime.objects.exists()


def test_who_deletes_her_account_takes_it_along(world):
    add(world.noor)
    people.delete(by=world.noor, **ON_THE_WEB)
    assert not OutsideCalendar.objects.exists()


def test_two_claims_go_to_two_calendars(world):
    calendar_ids = {add(world.noor).id, add(world.bea).id}
    assert {outside_calendars.claim(NOW).calendar_id for _ in range(2)} == calendar_ids
    assert outside_calendars.claim(NOW) is None
