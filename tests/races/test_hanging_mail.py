"""While the mail server hangs, whoever asks for a letter is answered as always, and so is who asks for health."""

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from statistics import median

import httpx
import pytest

from tests.races.browsers import CLIENTS, browser, form_token
from tests.races.concurrency import run_concurrently
from tests.server import ROOT, Server
from tests.smtp_server import SILENT, SmtpServer

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]

RESET, CODE, SIGN_UP = "/accounts/password/reset/", "/accounts/login/code/", "/accounts/signup/"
A_BREATH = 6.0  # seconds between two forms of one client, once all have asked at the same instant
PASSWORD = "emma-naps-at-noon"


@pytest.fixture(params=["sqlite", "postgresql"])
def hanging(request) -> Iterator[tuple[Server, SmtpServer]]:
    """A server with a worker, and its mail server, which takes connections and never says a word."""
    # Passwords are slow by waiting (counting_hasher.py): what is measured is not how fast this machine hashes.
    variables = {"DJANGO_SETTINGS_MODULE": "tests.races.counted_hashes", "PYTHONPATH": str(ROOT), "HASHES": os.devnull}
    with (
        SmtpServer(HELLO=SILENT) as mail,
        Server(request.param, HANDSEL_MAIL_URL=mail.url, HANDSEL_WORKER="inside", **variables) as server,
    ):
        yield server, mail


@dataclass
class Asker:
    """A browser that asks for letters: to the address of an account, and to one that nobody has."""

    client: httpx.Client
    token: str
    known: str

    @property
    def unknown(self) -> str:
        return f"nobody.{self.known}"

    def ask(self, path: str, email: str, waits: list[float]) -> httpx.Response:
        form = {"email": email, "name": "Newcomer", "password1": "a kite over the sea"}
        begun = time.monotonic()
        answer = self.client.post(path, data={**form, "csrfmiddlewaretoken": self.token})
        waits.append(time.monotonic() - begun)
        return answer


def test_64_who_ask_for_letters_wait_for_no_mail_server(hanging, measured):
    server, mail = hanging
    known, unknown, new, health = (list[float]() for _ in range(4))
    with ExitStack() as stack:
        askers = []
        for number, person in enumerate(server.people(*["Ana"] * CLIENTS, password=PASSWORD)):
            client = stack.enter_context(browser(server, f"127.0.1.{number + 1}", clients=1))
            askers.append(Asker(client, form_token(client.get("/accounts/login/")), person.email))
        burst = [partial(asker.ask, RESET, asker.known, known) for asker in askers]
        answers = run_concurrently(burst, threads=CLIENTS)
        at_once, known[:] = max(known), []
        while not mail.connections:  # until the worker has begun, and hangs
            time.sleep(0.1)
        with _asking_for_health(server, health), ThreadPoolExecutor(CLIENTS) as pool:
            for some in pool.map(lambda pair: _go_on(*pair, known, unknown, new), enumerate(askers)):
                answers += some
    assert [answer.status_code for answer in answers] == [302] * 5 * CLIENTS
    measured(
        f"{server.database}: of {CLIENTS} at the same instant the last is answered after {at_once:.1f} s; then, at "
        f"{CLIENTS / A_BREATH:.0f} forms a second: a known address {_figure(known)}, an unknown one "
        f"{_figure(unknown)}, a sign-up {_figure(new)}, /healthz {_figure(health)}; {mail.connections} connections to "
        "the mail server"
    )
    # None but the worker's few threads speaks to the mail server, each for ten seconds at a time.
    assert mail.connections < CLIENTS / 2
    assert median(health) < 0.1


def _go_on(
    number: int, asker: Asker, known: list[float], unknown: list[float], new: list[float]
) -> list[httpx.Response]:
    """Four more forms of one client, who sit apart from the others."""
    answers = []
    time.sleep(A_BREATH * number / CLIENTS)
    for path, email, waits in [
        (RESET, asker.unknown, unknown),
        (CODE, asker.known, known),
        (CODE, asker.unknown, unknown),
        (SIGN_UP, f"new.{asker.known}", new),
    ]:
        begun = time.monotonic()
        answers.append(asker.ask(path, email, waits))
        time.sleep(max(0.0, A_BREATH - (time.monotonic() - begun)))
    return answers


def _figure(took: list[float]) -> str:
    return f"{median(took) * 1000:.0f} ms (at worst {max(took) * 1000:.0f}, of {len(took)})"


@contextmanager
def _asking_for_health(server: Server, took: list[float]) -> Iterator[None]:
    """Ask for health every tenth of a second meanwhile. Raises httpx.HTTPStatusError where it is not well."""
    over = threading.Event()

    def ask() -> None:
        with httpx.Client(base_url=server.base_url, timeout=60) as client:
            while not over.wait(0.1):
                begun = time.monotonic()
                client.get("/healthz").raise_for_status()
                took.append(time.monotonic() - begun)

    with ThreadPoolExecutor(1) as pool:
        asking = pool.submit(ask)
        yield
        over.set()
        asking.result()
