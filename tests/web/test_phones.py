"""Phone numbers and addresses on pages, and nowhere else."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from handsel.access import tokens
from handsel.models import CalendarAddress, Family, Member
from handsel.rules.lifecycle import State
from tests.world import LONG_AGO, World, wall

pytestmark = pytest.mark.any_database

NUMBER = "+1 (555) 010-0199"
ADDRESS = "12 Elm St, Apt 3 & 4"
# Nine digits: three alone stand in an id now and then.
A_NUMBER = re.compile(r"555\D{0,2}010\D?019[89]")


@pytest.fixture
def number(world):
    Member.objects.filter(pk=world.ana_of_riveras.pk).update(phone=NUMBER)
    return NUMBER


def test_a_parent_gives_a_number_and_takes_it_away(ana, luis, noor, world):
    page = ana.get("members", world.riveras.id)
    assert page.says("Add your phone number")
    assert ana.post("phone", world.riveras.id, status=422, phone="noor").says("Enter a phone number")
    page = ana.press("phone", world.riveras.id, phone=f" {NUMBER} ")
    assert page.says("Saved.")
    assert page.says("Change your phone number")
    for route in ("members", "family"):
        assert 'href="tel:+15550100199"' in luis.get(route, world.riveras.id).html
    assert not noor.get("members", world.riveras.id).says("phone number")
    noor.get("phone", world.riveras.id, status=403)
    ana.press("phone", world.riveras.id, phone="")
    assert not luis.get("members", world.riveras.id).says(NUMBER)


def test_a_nanny_calls_from_their_session(noor, bea, viewer, luis, number, world):
    session = world.session("2026-06-01 09:00", state=State.CONFIRMED)
    link = 'href="tel:+15550100199"'
    for page in (noor.get("today"), noor.get("session", session.id), noor.get("family", world.riveras.id)):
        assert link in page.html
    assert link in luis.get("session", session.id).html
    for visitor in (bea, viewer):
        for page in (visitor.get("session", session.id), visitor.get("family", world.riveras.id)):
            assert not A_NUMBER.search(page.html)


@pytest.mark.parametrize(
    ("browser", "link"),
    [
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140 Mobile", "geo:0,0?q="),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", "https://maps.apple.com/?q="),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", "https://maps.apple.com/?q="),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0)", "https://www.openstreetmap.org/search?query="),
        ("", "https://www.openstreetmap.org/search?query="),
    ],
)
def test_an_address_opens_the_devices_maps(noor, world, browser, link):
    Family.objects.filter(pk=world.riveras.pk).update(address=ADDRESS)
    session = world.session("2026-06-01 09:00", state=State.CONFIRMED)
    where = f'href="{link}12%20Elm%20St%2C%20Apt%203%20%26%204"'
    for address in ("/today/", f"/sessions/{session.id}/", f"/families/{world.riveras.id}/"):
        assert where in noor.client.get(address, headers={"user-agent": browser}).content.decode()


def test_no_answer_file_feed_or_mail_holds_a_number(client, ana, noor, number, world: World, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: wall("2026-06-01 10:00"))
    session = world.session("2026-06-01 09:00", state=State.IN_PROGRESS)
    world.session("2026-05-28 09:00", state=State.COMPLETED)
    ana.press("phone", world.riveras.id, phone="+1 555 010 0198")
    paths = [
        "me",
        "families",
        *(f"families/{world.riveras.id}/{of}" for of in ("members", "events", "children", "care-sessions", "time-off")),
        f"families/{world.riveras.id}",
        f"care-sessions/{session.id}",
        f"care-sessions/{session.id}/events",
    ]
    answers = [
        client.get(f"/api/v1/{path}", headers={"authorization": f"Bearer {world.secret(person)}"})
        for path in paths
        for person in (world.ana, world.noor)
    ]
    assert {answer.status_code for answer in answers} == {200}
    secret = tokens.new_secret()
    shows = {"is_full": True, "shows_children": True, "shows_notes": True}
    CalendarAddress.objects.create(
        person=world.noor, name="Phone", secret_hash=tokens.hash_of(secret), created_at=LONG_AGO, **shows
    )
    answers += [
        client.get(reverse("feeds:calendar", args=[secret])),
        ana.client.get(reverse("web:family_records_csv", args=[world.riveras.id, 2026])),
        noor.client.get(reverse("web:session_ics", args=[session.id])),
    ]
    texts = [answer.content.decode() for answer in answers]
    assert all(texts)
    assert not [text for text in texts if A_NUMBER.search(text)]
    assert A_NUMBER.search(ana.get("members", world.riveras.id).html)
