"""Browsers that people are told on: each has one person, its address is a secret, and who signs out is told no more."""

import logging
from datetime import timedelta
from uuid import uuid4

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore

from handsel.actions import devices, inbox, people, sign_ins
from handsel.models import Delivery, Device, User
from handsel.notices import outbox, routing
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.notices import NoticeKind
from handsel.rules.refusals import Invalid, NotVisible, WrongState
from tests.push_service import Browser
from tests.world import NOW, ON_THE_WEB, World

pytestmark = pytest.mark.any_database


def a_browser() -> Browser:
    return Browser(f"https://push.example.org/{uuid4()}")


def add(person: User, browser: Browser | None = None, *, name: str = "Firefox on Android", **more) -> Device:
    browser = browser or a_browser()
    return devices.add(Draft.of(name=name, **browser.subscription), by=person, **ON_THE_WEB, **more)


def waiting(world: World, person: User) -> list[Delivery]:
    """What is on its way to the person's devices once Ana has planned something."""
    outbox.notify(NoticeKind.SESSION_PLANNED, [person.id], by=world.ana, at=NOW, session=world.session())
    routing.route(NOW)
    return list(Delivery.objects.filter(notice__person=person, device__isnull=False))


def test_a_browser_that_says_the_same_again_is_the_same_device(world):
    browser = a_browser()
    first = add(world.noor, browser)
    again = add(world.noor, browser, name="Firefox on Linux")
    assert (again.id, again.name, again.created_at) == (first.id, "Firefox on Linux", first.created_at)


def test_a_browser_is_who_signed_in_there_last_and_tells_her_nothing_of_who_was_before(world):
    browser = a_browser()
    add(world.noor, browser)
    assert waiting(world, world.noor)
    of_bea = add(world.bea, browser)
    assert list(Device.objects.all()) == [of_bea]
    assert not Delivery.objects.filter(device__isnull=False).exists()


def test_who_signs_in_where_another_did_has_the_device_and_nothing_that_was_on_its_way(world):
    device = add(world.noor)
    assert waiting(world, world.noor)
    assert devices.move(device.id, by=world.bea, at=NOW)
    moved = Device.objects.get()
    assert (moved.id, moved.person, moved.endpoint) == (device.id, world.bea, device.endpoint)
    assert not Delivery.objects.filter(device__isnull=False).exists()
    assert not devices.move(uuid4(), by=world.bea, at=NOW)


def test_who_stays_keeps_what_is_on_its_way(world):
    device = add(world.noor)
    on_its_way = waiting(world, world.noor)
    assert devices.move(device.id, by=world.noor, at=NOW + timedelta(hours=1))
    assert list(Delivery.objects.filter(device=device)) == on_its_way


def test_a_browser_with_a_new_address_is_no_second_device(world):
    old = add(world.noor)
    new = add(world.noor, instead_of=old.id)
    assert list(Device.objects.all()) == [new]
    of_bea = add(world.bea)
    add(world.noor, instead_of=of_bea.id)
    assert Device.objects.filter(pk=of_bea.pk).exists()


def test_a_person_has_twenty_at_most(world):
    browsers = [a_browser() for _ in range(devices.MAX_DEVICES)]
    for browser in browsers:
        add(world.noor, browser)
    with pytest.raises(WrongState, match="on 20 devices"):
        add(world.noor)
    add(world.noor, browsers[0])  # it counts already
    of_bea = add(world.bea)
    assert not devices.move(of_bea.id, by=world.noor, at=NOW)
    assert Device.objects.filter(person=world.noor).count() == devices.MAX_DEVICES
    assert not Device.objects.filter(person=world.bea).exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("endpoint", "https://192.168.0.1/ring"),
        ("endpoint", "http://127.0.0.1:8000/ring"),  # the tests let nobody name this machine but where they say so
        ("endpoint", None),
        ("p256dh", "A" * 87),
        ("auth", "short"),
        ("name", ""),
    ],
)
def test_what_makes_no_sense_is_refused_at_its_field(world, field, value):
    fields = {"name": "Phone", **a_browser().subscription, field: value}
    with pytest.raises(Invalid) as refused:
        devices.add(Draft.of(**fields), by=world.noor, **ON_THE_WEB)
    assert refused.value.errors.keys() == {field}
    assert not Device.objects.exists()


def test_nobody_removes_or_rings_what_is_anothers(world):
    device = add(world.noor)
    for device_id in (device.id, uuid4()):
        with pytest.raises(NotVisible):
            devices.remove(device_id, by=world.ana, source=Source.WEB)
        with pytest.raises(NotVisible):
            devices.mine(device_id, by=world.ana)
    devices.remove(device.id, by=world.noor, source=Source.WEB)
    assert not Device.objects.exists()


def test_a_removed_device_takes_what_was_on_its_way_along(world):
    device = add(world.noor)
    assert waiting(world, world.noor)
    devices.remove(device.id, by=world.noor, source=Source.WEB)
    assert not Delivery.objects.filter(device__isnull=False).exists()
    assert inbox.mark_all_read(by=world.noor, at=NOW) == 1  # in the inbox it is


def signed_in_on(person: User, device: Device | None) -> UserSession:
    session = SessionStore()
    session["_auth_user_id"] = str(person.pk)
    if device:
        session[sign_ins.SESSION_DEVICE] = str(device.id)
    session.create()
    return UserSession.objects.create(user=person, ip="198.51.100.7", session_key=session.session_key)


def test_who_signs_a_phone_out_from_afar_is_told_nothing_there_any_more(world):
    phone, tablet = add(world.noor), add(world.noor)
    lost, _ = signed_in_on(world.noor, phone), signed_in_on(world.noor, tablet)
    sign_ins.end(lost.pk, by=world.noor)
    assert list(Device.objects.all()) == [tablet]


def test_who_signs_out_everywhere_else_is_told_only_here(world):
    phone, _ = add(world.noor), add(world.noor)
    of_bea = add(world.bea)
    here = signed_in_on(world.noor, phone)
    sign_ins.end_others(by=world.noor, here=here.session_key, device_id=str(phone.id))
    assert set(Device.objects.all()) == {phone, of_bea}
    sign_ins.end_others(by=world.noor, here=here.session_key, device_id=None)
    assert set(Device.objects.all()) == {of_bea}


@pytest.mark.parametrize(
    "end",
    [
        lambda world: people.delete(by=world.noor, **ON_THE_WEB),
        lambda world: people.set_active(world.noor.email, False),
        lambda world: people.reset_second_step(world.noor.email),
    ],
    ids=["deleted", "kept out", "lost the phone"],
)
def test_who_is_signed_out_everywhere_is_told_nowhere(world, end):
    add(world.noor)
    of_bea = add(world.bea)
    end(world)
    assert list(Device.objects.all()) == [of_bea]


def test_the_log_says_nothing_of_where_a_browser_is_rung(world, caplog):
    caplog.set_level(logging.INFO)
    browser = a_browser()
    device = add(world.noor, browser)
    devices.move(device.id, by=world.bea, at=NOW)
    devices.remove(device.id, by=world.bea, source=Source.WEB)
    log = caplog.text
    assert str(device.id) in log
    for secret in (*browser.subscription.values(), browser.endpoint.rpartition("/")[2], "push.example.org"):
        assert secret not in log
