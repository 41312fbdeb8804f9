"""Many guesses at the same instant are as many tries as the limit leaves, and one form sent many times is one."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.races.browsers import CLIENTS, browser, form_token, sign_in
from tests.races.concurrency import ClientPool, count_statuses, run_concurrently
from tests.server import ROOT, Person, Server

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

PASSWORD = "emma-naps-at-noon"
A_FEW, CROWD, FORMS = 24, 1_000, 100_000


def guess(client: httpx.Client, email: str, count: int, threads: int) -> list[httpx.Response]:
    form = {"login": email, "csrfmiddlewaretoken": form_token(client.get("/accounts/login/"))}

    def ask(number: int) -> httpx.Response:
        return client.post("/accounts/login/", data={**form, "password": f"a guess {number}"})

    return run_concurrently([lambda number=number: ask(number) for number in range(count)], threads=threads)


def test_of_many_guesses_at_one_instant_five_are_looked_at(server):
    [ana] = server.people("Ana", password=PASSWORD)
    with browser(server, "127.0.0.21") as stranger:
        statuses = count_statuses(guess(stranger, ana.email, A_FEW, threads=24))
    assert statuses == {422: 5, 429: A_FEW - 5}


def test_a_form_that_is_sent_many_times_at_one_instant_makes_one_child(server):
    [ana] = server.people("Ana", password=PASSWORD)
    with browser(server, "127.0.0.22") as phone, ClientPool(server) as pool:
        parent = pool.client_of(ana)
        body = {"name": "Riveras", "timeZone": "America/New_York", "currency": "USD"}
        family_id = parent.post("/families", json=body).json()["id"]
        sign_in(phone, ana, PASSWORD)
        address = f"/families/{family_id}/children/new/"
        page = phone.get(address)
        form = {name: form_token(page, name) for name in ("csrfmiddlewaretoken", "form_token")}
        answers = run_concurrently([lambda: phone.post(address, data={"first_name": "Emma", **form})] * 24)
        assert count_statuses(answers) == {302: 24}
        assert len(parent.get(f"/families/{family_id}/children").json()["items"]) == 1


@pytest.fixture(params=["sqlite", "postgresql"])
def counted(request, tmp_path) -> Iterator[tuple[Server, Path]]:
    """A server, and the file with a byte for each password that it has hashed."""
    hashes = tmp_path / "hashes"
    hashes.touch()
    variables = {"DJANGO_SETTINGS_MODULE": "tests.races.counted_hashes", "PYTHONPATH": str(ROOT)}
    with Server(request.param, HASHES=str(hashes), **variables) as started:
        yield started, hashes


@pytest.mark.nightly
def test_a_thousand_guesses_among_a_hundred_thousand_forms_are_ten_hashes_at_most(counted, measured):
    server, hashes = counted
    ana, *others = server.people("Ana", "Sam", "Bea", password=PASSWORD)
    forms = [send_forms(server, person, FORMS // len(others)) for person in others]
    for process in forms:
        assert process.stdout.readline() == "begun\n"
    begun = time.monotonic()
    with browser(server) as stranger:
        statuses = count_statuses(guess(stranger, ana.email, CROWD, threads=CLIENTS))
    assert statuses == {422: 5, 429: CROWD - 5}
    guessed = time.monotonic()
    assert hashes.stat().st_size <= 10
    assert [process.communicate()[0] for process in forms] == ["500\n"] * len(others)
    assert [process.returncode for process in forms] == [0] * len(others)
    measured(
        f"{server.database}: {CROWD:,} guesses in {guessed - begun:.0f} s with {hashes.stat().st_size} hashes, beside "
        f"{FORMS:,} forms in {time.monotonic() - begun:.0f} s"
    )


@pytest.mark.nightly
@pytest.mark.parametrize(
    ("guess", "looked_at", "refused"),
    [
        pytest.param("invitation", 30, 404, id="invitations"),
        pytest.param("token", 60, 401, id="keys to the API"),
        pytest.param("calendar", 60, 404, id="calendars"),
    ],
)
def test_of_a_thousand_guesses_at_a_secret_as_many_are_answered_as_the_limit_says(server, guess, looked_at, refused):
    def ask(client: httpx.Client, number: int) -> httpx.Response:
        match guess:
            case "invitation":
                return client.get(f"/invitations/a-guess-{number}/")
            case "token":
                return client.get("/api/v1/me", headers={"Authorization": f"Bearer a-guess-{number}"})
            case _:
                return client.get(f"/feeds/a-guess-{number}.ics")

    with browser(server, "127.0.0.23") as stranger:
        begun = time.monotonic()
        answers = run_concurrently([lambda number=number: ask(stranger, number) for number in range(CROWD)])
        windows = 1 + int((time.monotonic() - begun) // 60)  # a slow machine may begin a second minute
    statuses = count_statuses(answers)
    assert looked_at <= statuses[refused] <= looked_at * windows
    assert statuses[429] == CROWD - statuses[refused]


def send_forms(server: Server, person: Person, count: int) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.races.forms", str(person.id), str(count)],
        cwd=server.home,
        env={**server.environment, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "handsel.settings"},
        stdout=subprocess.PIPE,
        text=True,
    )
