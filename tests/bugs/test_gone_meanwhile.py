"""What is deleted, or left, while a page about it is being put together."""

import pytest
from django.test import Client

from handsel.access import visibility
from handsel.models import CareSchedule, CareSession, Family
from handsel.pages import schedules

pytestmark = pytest.mark.any_database


def test_a_schedule_or_session_that_has_just_been_deleted_is_not_there(world, monkeypatch):
    schedule, session = world.schedule(), world.session()
    monkeypatch.setattr(visibility, "care_schedules", lambda _: CareSchedule.objects.none())
    monkeypatch.setattr(visibility, "care_sessions", lambda _: CareSession.objects.none())
    browser = Client()
    browser.force_login(world.noor)
    assert browser.get(f"/sessions/{session.id}/").status_code == 404
    assert browser.get(f"/schedules/{schedule.id}/").status_code == 404


def test_of_two_who_delete_a_schedule_the_second_is_told_that_it_is_not_there(world, monkeypatch):
    schedule = world.schedule()
    read = schedules.name_and_family

    def read_before_the_other_deletes(*args):
        name_and_family = read(*args)
        schedule.delete()
        return name_and_family

    monkeypatch.setattr(schedules, "name_and_family", read_before_the_other_deletes)
    browser = Client()
    browser.force_login(world.noor)
    assert browser.post(f"/schedules/{schedule.id}/delete/").status_code == 404


def test_a_family_that_has_just_been_left_is_not_in_today(world, monkeypatch):
    monkeypatch.setattr(visibility, "families", lambda _: Family.objects.filter(id=world.okafors.id))
    browser = Client()
    browser.force_login(world.noor)
    page = browser.get("/today/").content.decode()
    assert "Okafors" in page
    assert str(world.riveras.id) not in page
