"""A form that arrives with nothing in it, as a script that puts the CSRF token into a header may send it."""

import pytest
from django.test import Client

from handsel.rules.lifecycle import State

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("path", "person"),
    [
        ("/families/new/", "ana"),
        ("/settings/", "ana"),
        ("/settings/keys/", "ana"),
        ("/families/{family}/settings/", "ana"),
        ("/families/{family}/members/", "ana"),
        ("/families/{family}/time-off/", "ana"),
        ("/families/{family}/time-off/", "noor"),
        ("/families/{family}/children/new/", "ana"),
        ("/families/{family}/schedules/new/", "noor"),
        ("/families/{family}/sessions/new/", "noor"),
        ("/children/{child}/", "ana"),
        ("/children/{child}/", "noor"),
        ("/schedules/{schedule}/edit/", "noor"),
        ("/schedules/{schedule}/generate/", "noor"),
        ("/sessions/{planned}/edit/", "noor"),
        ("/sessions/{done}/edit/", "noor"),
        ("/sessions/{cancelled}/edit/", "noor"),
        ("/sessions/{planned}/request-changes/", "ana"),
    ],
)
def test_is_shown_with_what_it_lacks(world, path, person):
    at = path.format(
        family=world.riveras.id,
        child=world.emma.id,
        schedule=world.schedule().id,
        planned=world.session().id,
        done=world.session("2026-05-29 06:00", state=State.COMPLETED).id,
        cancelled=world.session("2026-06-09 06:00", state=State.CANCELLED).id,
    )
    browser = Client()
    browser.force_login(getattr(world, person))
    assert browser.post(at).status_code in (200, 302, 422)


def test_who_has_no_password_is_led_to_the_page_that_sets_one(world):
    world.ana.set_unusable_password()
    world.ana.save()
    browser = Client()
    browser.force_login(world.ana)
    answer = browser.get("/accounts/password/change/", follow=True)
    assert answer.redirect_chain == [("/accounts/password/set/", 302)]
    assert "no-store" in answer["Cache-Control"]
    browser.post("/accounts/password/set/", {"password1": "a kite over the sea", "password2": "a kite over the sea"})
    world.ana.refresh_from_db()
    assert world.ana.check_password("a kite over the sea")
