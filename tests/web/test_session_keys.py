"""A session has a new key after whatever changes who it is or how they sign in, and the key of before opens nothing."""

import re

import pytest
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value, yield_hotp_counters_from_time
from allauth.usersessions.models import UserSession
from django.test import Client

from tests.world import PASSWORD, World

pytestmark = pytest.mark.any_database


class Watched:
    """A browser whose key is looked at after each step."""

    def __init__(self, world: World) -> None:
        self.client = Client()
        self.person = world.noor
        self.client.get("/families/")
        self.key = ""
        self.post("login/", login=world.noor.email, password=PASSWORD)

    def post(self, page: str, **form: str) -> None:
        before = self.key
        assert self.client.post(f"/accounts/{page}", form).status_code == 302, page
        self.key = self.client.session.session_key
        assert self.key != before, page
        thief = Client()
        thief.cookies["sessionid"] = before
        assert thief.get("/families/").status_code == 302, page
        assert self.client.get("/families/").status_code == 200, page
        # It is still the one browser that its person sees, and can sign out.
        assert [row.session_key for row in UserSession.objects.filter(user=self.person)] == [self.key], page


def test_signing_in_again_and_a_new_password(world):
    noor = Watched(world)
    noor.post("again/", password=PASSWORD)
    kite = "a kite over the sea"
    noor.post("password/change/", oldpassword=PASSWORD, password1=kite, password2=kite)


def test_a_second_step_that_is_set_up_asked_for_and_taken_away(world):
    noor = Watched(world)
    noor.post("again/", password=PASSWORD)
    page = noor.client.get("/accounts/second-step/app/").content.decode()
    secret = re.search(r'id="secret"[^>]*?value="(\w+)"', page)[1]
    codes = [format_hotp_value(hotp_value(secret, count)) for count in yield_hotp_counters_from_time()]
    noor.post("second-step/app/", code=codes[0])
    noor.post("second-step/codes/new/")
    phone = Client()
    phone.post("/accounts/login/", {"login": world.noor.email, "password": PASSWORD})
    halfway = phone.session.session_key
    assert phone.post("/accounts/second-step/sign-in/", {"code": codes[-1]}).status_code == 302
    assert phone.get("/families/").status_code == 200
    assert phone.session.session_key != halfway
    UserSession.objects.filter(session_key=phone.session.session_key).delete()
    noor.post("second-step/app/remove/")
