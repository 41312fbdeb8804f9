"""Calendar addresses in the settings: shown once, listed with their last use, revoked by a second press."""

import re
from html import unescape

import pytest
from django.test import Client

from handsel.models import CalendarAddress
from tests.web.controls import Controls

pytestmark = pytest.mark.any_database

PHONE = {"name": "Phone", "detail": "full", "shows_children": "on", "alarm_minutes": "30"}


def test_noor_makes_an_address_that_is_shown_once(noor, world):
    world.session("2026-06-02 09:00")
    page = noor.post("calendars", status=200, **PHONE)
    [address] = re.findall(r'value="(http://testserver/feeds/[\w-]+\.ics)"', page.html)
    assert page.says("Copy this address. It is shown only now.")
    assert page.says("Phone all families · with children · never used")
    assert Client().get(address).status_code == 200
    there = unescape(page.html)
    path = address.removeprefix("http://")
    assert f'href="webcal://{path}"' in there
    quoted = path.replace("/", "%2F")
    assert f'href="https://calendar.google.com/calendar/render?cid=webcal%3A%2F%2F{quoted}"' in there
    assert f'href="https://outlook.live.com/calendar/0/addfromweb?url=http%3A%2F%2F{quoted}&name=Phone"' in there
    assert not page.inline
    assert address not in noor.get("calendars").html


def test_each_says_whose_sessions_it_gives_and_how_much(ana, world):
    ana.post("calendars", status=200, **PHONE | {"family_id": str(world.riveras.id), "shows_notes": "on"})
    ana.post("calendars", status=200, name="Work", detail="busy", shows_children="on")
    page = ana.get("calendars")
    assert page.says("Phone Riveras · with children and notes · never used")
    assert page.says("Work all families · only busy · never used")
    work = CalendarAddress.objects.get(name="Work")
    assert not work.shows_children
    assert work.alarm_minutes is None


def test_revoking_takes_it_off_the_list(ana, bea, world):
    ana.post("calendars", status=200, **PHONE)
    address = CalendarAddress.objects.get()
    bea.post("revoke_address", address.id, status=404)
    assert ana.get("calendars").says("Calendars that use it no longer show anything. Remove Phone")
    page = ana.press("revoke_address", address.id)
    assert page.says("There is no calendar at that address any more.")
    assert page.says("No addresses yet.")


def test_what_is_wrong_is_said_at_its_field(ana, world):
    page = ana.post("calendars", status=422, name="", detail="all", family_id=str(world.okafors.id), alarm_minutes="7")
    for field in ("name", "detail", "family_id", "alarm_minutes"):
        assert page.error_at(field), field
    assert not CalendarAddress.objects.exists()


def test_no_child_is_named_unless_somebody_says_so(ana):
    controls = Controls(ana.get("calendars").html).by_id
    assert controls["id_shows_children"].holds == controls["id_shows_notes"].holds == []


def test_the_settings_lead_there(ana, noor):
    page = ana.get("settings")
    assert page.offers("calendars")
    assert not page.says("Busy times from another calendar")  # are a nanny's
    assert noor.get("settings").says("Busy times from another calendar")
