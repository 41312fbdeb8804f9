"""Two taps that say that somebody is late, from where they look anyway."""

import pytest
from django.utils import timezone

from handsel.models import Event, Notice
from handsel.rules.lifecycle import State
from tests.world import wall

pytestmark = pytest.mark.any_database


def offers(page, session):
    return f'action="/sessions/{session.id}/running-late/"' in page.html and page.says("10 min late")


def test_it_is_offered_from_two_hours_before_where_people_look(ana, noor, bea, viewer, world, monkeypatch):
    session = world.session("2026-06-01 11:00", state=State.CONFIRMED)
    places = [(noor, "today", ()), (ana, "family_home", (world.riveras.id,))]
    places += [(visitor, "session", (session.id,)) for visitor in (ana, noor)]
    assert not any(offers(visitor.get(route, *args), session) for visitor, route, args in places)
    monkeypatch.setattr(timezone, "now", lambda: wall("2026-06-01 09:30"))
    assert all(offers(visitor.get(route, *args), session) for visitor, route, args in places)
    assert not any(offers(visitor.get("session", session.id), session) for visitor in (bea, viewer))


def test_one_press_tells_the_other_side_and_moves_nothing(noor, world, monkeypatch):
    session = world.session("2026-06-01 09:00", state=State.CONFIRMED)
    monkeypatch.setattr(timezone, "now", lambda: wall("2026-06-01 08:30"))
    page = noor.press("running_late", session.id, minutes="10", next="/today/")
    assert page.says("Sent: 10 min late.")
    event = Event.objects.get(kind="care_session.running_late")
    assert event.changes["minutes"] == [None, 10]
    assert set(Notice.objects.values_list("person__name", flat=True)) == {"Ana", "Luis"}


def test_other_minutes_and_a_note_are_sent_from_the_sessions_page(noor, ana, world, monkeypatch):
    session = world.session("2026-06-01 09:00", state=State.CONFIRMED)
    monkeypatch.setattr(timezone, "now", lambda: wall("2026-06-01 08:30"))
    page = noor.post("running_late", session.id, status=422, minutes="a while", message="The bus is late.")
    assert page.says("Enter a whole number from 1 to 240.")
    assert "The bus is late.</textarea>" in page.html
    assert 'aria-invalid="true"' in page.html
    assert not Event.objects.filter(kind="care_session.running_late").exists()
    page = noor.press("running_late", session.id, minutes="25", message="The bus is late.")
    assert page.says("Sent: 25 min late.")
    assert ana.get("inbox").says("The bus is late.")
