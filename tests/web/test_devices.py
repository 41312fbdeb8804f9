"""Notices on one's devices, in the settings: begun, stopped and tried by a press each, and never another's."""

from uuid import uuid4

import pytest

from handsel.models import Device
from handsel.outbound import push
from tests import push_service
from tests.web.visitor import Visitor, lift_limits
from tests.world import NOW, PASSWORD

pytestmark = pytest.mark.any_database

FIREFOX = "Mozilla/5.0 (Android 16; Mobile; rv:150.0) Gecko/150.0 Firefox/150.0"


@pytest.fixture
def service(settings):
    settings.PUSH_LOOPBACK = True
    with push_service.push_service() as started:
        yield started


def sign_in(visitor: Visitor, email: str) -> Visitor:
    visitor.client.post("/accounts/login/", {"login": email, "password": PASSWORD})
    return visitor


@pytest.fixture
def phone(world) -> Visitor:
    """A browser on which Noor signed in."""
    return sign_in(Visitor(headers={"User-Agent": FIREFOX}), world.noor.email)


def test_noor_is_told_on_her_phone_by_one_press_and_stops_by_another(phone, service, world):
    page = phone.press("add_device", **service.browser().subscription)
    assert page.says("This device gets notifications from now on.")
    assert page.says("This device gets notifications. Stop notifications on this device")
    assert page.says("Firefox on Android This device · since 1 June 2026 · no notifications yet")
    device = Device.objects.get()
    assert device.person == world.noor
    page = phone.press("remove_device", device.id)
    assert page.says("That device gets no more notifications.")
    assert not page.says("Stop notifications on this device")
    assert not Device.objects.exists()


def test_a_press_shows_whether_it_works(phone, service):
    browser = service.browser()
    phone.post("add_device", **browser.subscription)
    device = Device.objects.get()
    page = phone.press("try_device", device.id)
    assert page.says("Sent. It should be there in a moment.")
    assert page.says("last notification 1 June 2026")
    [heard] = service.heard(browser)
    assert (heard["title"], heard["body"], heard["to"]) == (
        "Handsel",
        "This device gets notifications.",
        "/settings/notices/",
    )
    assert phone.press("try_device", device.id).says("We sent one just now.")
    assert len(service.rung) == 1


def test_a_push_service_that_is_slow_takes_up_one_process_alone(phone, ana, service, monkeypatch):
    for visitor in (phone, ana):
        visitor.post("add_device", **service.browser().subscription)
    slow, other = (Device.objects.get(person__name=name) for name in ("Noor", "Ana"))
    post, heard = push.send, []

    def dawdle(*args, **options):
        heard.append(ana.press("try_device", other.id))
        post(*args, **options)

    monkeypatch.setattr(push, "send", dawdle)
    phone.press("try_device", slow.id)
    [meanwhile] = heard
    assert meanwhile.says("Wait a moment")
    monkeypatch.setattr(push, "send", post)
    lift_limits()
    assert ana.press("try_device", other.id).says("Sent.")


@pytest.mark.parametrize(
    ("status", "sentence", "stays"),
    [
        (410, "That browser no longer takes notifications, so it was removed.", False),
        (503, "The push service of that browser does not answer. Try again later.", True),
        (403, "The push service of that browser refuses it. Remove the device and add it again.", True),
    ],
)
def test_a_press_shows_what_is_in_the_way(phone, service, status, sentence, stays):
    phone.post("add_device", **service.browser().subscription)
    service.answers = [status]
    assert phone.press("try_device", Device.objects.get().id).says(sentence)
    assert Device.objects.exists() == stays


def test_a_second_tap_adds_no_second_device(phone, service):
    sent = service.browser().subscription
    for _ in range(2):
        phone.post("add_device", **sent)
    assert Device.objects.count() == 1


def test_what_makes_no_sense_is_refused_with_a_sentence(phone, service):
    sent = service.browser().subscription
    for wrong in ({"endpoint": "https://10.0.0.1/"}, {"p256dh": "none"}, {"auth": ""}):
        assert phone.post("add_device", status=422, **sent | wrong).says("Your browser named no")
    assert not Device.objects.exists()


def test_another_person_on_the_same_browser_takes_it_over_and_her_signing_out_ends_it(phone, service, world):
    phone.post("add_device", **service.browser().subscription)
    device = Device.objects.get()
    phone.client.cookies.pop("sessionid")  # Noor's time there is over
    sign_in(phone, world.bea.email)
    phone.get("notices")
    device.refresh_from_db()
    assert device.person == world.bea
    assert phone.get("notices").says("This device gets notifications.")
    phone.client.post("/accounts/logout/")
    assert not Device.objects.exists()
    sign_in(phone, world.noor.email)
    assert not phone.get("notices").says("This device gets notifications.")


def test_who_signs_out_is_told_nothing_there_and_still_elsewhere(phone, service, world):
    tablet = sign_in(Visitor(), world.noor.email)
    tablet.post("add_device", **service.browser().subscription)
    elsewhere = Device.objects.get()
    phone.post("add_device", **service.browser().subscription)
    phone.client.post("/accounts/logout/")
    assert list(Device.objects.all()) == [elsewhere]


def test_a_new_password_stops_all_but_this_browser(phone, service, world):
    tablet = sign_in(Visitor(), world.noor.email)
    tablet.post("add_device", **service.browser().subscription)
    phone.post("add_device", **service.browser().subscription)
    here = Device.objects.order_by("created_at", "id").last()
    new = "theo-sleeps-at-two"
    phone.client.post(
        "/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new}, follow=True
    )
    world.noor.refresh_from_db()
    assert world.noor.check_password(new)
    assert list(Device.objects.all()) == [here]


def test_nobody_sees_removes_or_rings_anothers_device(phone, ana, service):
    phone.post("add_device", **service.browser().subscription)
    device = Device.objects.get()
    assert "Firefox on Android" not in ana.get("notices").html
    for route in ("remove_device", "try_device"):
        ana.post(route, device.id, status=404)
    assert service.rung == []
    assert Device.objects.exists()


def test_no_page_shows_where_a_browser_is_rung(phone, service):
    sent = service.browser().subscription
    phone.post("add_device", **sent)
    html = phone.get("notices").html
    assert not [secret for secret in sent.values() if secret in html]


def test_a_made_up_cookie_is_no_device(noor, service, phone):
    phone.post("add_device", **service.browser().subscription)
    device = Device.objects.get()
    for made_up in (str(device.id), f"{device.id}:signed", "", str(uuid4())):
        noor.client.cookies["device"] = made_up
        assert not noor.get("notices").says("This device gets notifications.")


def test_the_service_worker_says_a_new_address_quietly(phone, service):
    phone.post("add_device", **service.browser().subscription)
    old = Device.objects.get()
    new = service.browser()
    phone.post("add_device", status=204, quietly="1", **new.subscription)
    device = Device.objects.get()
    assert device.id != old.id
    assert device.endpoint == new.endpoint
    assert phone.get("notices").says("This device gets notifications.")


@pytest.mark.parametrize("count", [0, 1, 12])
def test_the_list_costs_one_query_however_long(noor, world, count, django_assert_num_queries):
    Device.objects.bulk_create(
        Device(person=world.noor, name="Phone", endpoint="e", endpoint_hash=f"{n:064}", created_at=NOW)
        for n in range(count)
    )
    with django_assert_num_queries(10):
        noor.get("notices")
