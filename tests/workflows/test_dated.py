"""The clock that tests set back, and what was counted in the time that then lies ahead."""

import re

import httpx
import pytest

from tests.server import NO_TLS
from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database

PASSWORD = "three-blue-bags"


def test_who_comes_after_the_clock_was_set_back_meets_no_limit_that_others_reached(server: DatedServer):
    server.it_is("2026-06-01 12:00")
    [ana] = server.people("Ana", password=PASSWORD)
    guesses = [sign_in(server, ana.email, password) for password in ("a guess", *"bcde", PASSWORD)]
    assert guesses == [422] * 5 + [429]
    server.it_is("2026-06-01 12:00")
    assert sign_in(server, ana.email, PASSWORD) == 302


def sign_in(server: DatedServer, email: str, password: str) -> int:
    with httpx.Client(base_url=server.base_url, verify=NO_TLS) as browser:
        page = browser.get("/accounts/login/").text
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)[1]
        form = {"csrfmiddlewaretoken": token, "login": email, "password": password}
        return browser.post("/accounts/login/", data=form).status_code
