"""Signing in at the real server: by an e-mailed code, and against somebody who guesses."""

import re
from typing import Any

import httpx
import pytest

from tests.mailbox import Mailbox
from tests.server import NO_TLS, Server, hold_to_the_contract

pytestmark = pytest.mark.no_database

PROCESSES = {"HANDSEL_WORKERS": "2", "HANDSEL_WORKER": "inside"}
PASSWORD = "theo sleeps at two"


class Visitor(httpx.Client):
    """A browser without scripts, as far as forms go."""

    def __init__(self, **options: Any) -> None:
        super().__init__(event_hooks={"response": [hold_to_the_contract]}, verify=NO_TLS, **options)

    def fill_in(self, path: str, **fields: str) -> httpx.Response:
        page = self.get(path)
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.text)
        assert token, page.text
        return self.post(page.url, data={"csrfmiddlewaretoken": token[1], **fields})


def test_an_e_mailed_code_signs_in_once_and_an_address_nobody_has_gets_the_same_answer_and_no_letter():
    with (
        Mailbox() as mailbox,
        Server("sqlite", HANDSEL_MAIL_URL=mailbox.url, **PROCESSES) as server,
    ):
        [noor] = server.people("Noor")
        with Visitor(base_url=server.base_url, follow_redirects=True) as phone:
            answer = phone.fill_in("/accounts/login/code/", email=noor.email)
            letter = mailbox.next()
            assert letter["To"] == noor.email
            assert letter["From"] == "Handsel <handsel@localhost>"
            [code] = re.findall(r"^([A-Z0-9]{4}-[A-Z0-9]{4})\r?$", letter.get_content(), re.MULTILINE)
            assert phone.get("/api/v1/me").status_code == 401
            phone.fill_in(answer.url.path, code="WRONG1")
            assert phone.get("/api/v1/me").status_code == 401
            phone.fill_in(answer.url.path, code=code)
            assert phone.get("/api/v1/me").json()["id"] == str(noor.id)
        answers = []
        for email in ("sam@example.org", noor.email):
            with Visitor(base_url=server.base_url, follow_redirects=True) as phone:
                answer = phone.fill_in("/accounts/login/code/", email=email)
                answers.append((answer.status_code, answer.url.path))
        assert answers[0] == answers[1]
        assert mailbox.next()["To"] == noor.email
        assert mailbox.is_empty()


@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
def test_who_guesses_a_password_is_stopped_whichever_worker_answers(server):
    [ana] = server.people("Ana", password=PASSWORD)

    def sign_in(password: str) -> httpx.Response:
        with Visitor(base_url=server.base_url) as browser:  # a connection of its own each time, to any worker
            return browser.fill_in("/accounts/login/", login=ana.email, password=password)

    assert sign_in(PASSWORD).status_code == 302
    for guess in range(5):
        assert sign_in(f"guess {guess}").status_code == 422
    assert sign_in(PASSWORD).status_code != 302
