"""A key is used once, whatever happens in between: on a real server, on both databases."""

import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from tests.api.slow_api import NAME as HESITATING
from tests.api.slow_api import SIGN
from tests.server import ROOT, Server

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

FAMILY = {"name": "Riveras", "timeZone": "America/New_York", "currency": "USD"}


def found_family(client: httpx.Client) -> str:
    return client.post("/families", json=FAMILY).raise_for_status().json()["id"]


def names(client: httpx.Client, family: str) -> Counter[str]:
    items = client.get(f"/families/{family}/children", params={"limit": 500}).json()["items"]
    return Counter(child["firstName"] for child in items)


def add(client: httpx.Client, family: str, name: str) -> httpx.Response:
    return client.post(f"/families/{family}/children", json={"firstName": name}, headers={"Idempotency-Key": name})


def test_of_many_equal_requests_at_once_one_is_done(server: Server):
    (ana,) = server.people("Ana")
    with server.client(ana) as client:
        family = found_family(client)
        with ThreadPoolExecutor(16) as many:
            answers = list(many.map(lambda _: add(client, family, "Emma"), range(32)))
        done = {answer.text for answer in answers if answer.status_code == 201}
        waiting = [answer for answer in answers if answer.status_code != 201]
        assert len(done) == 1
        assert {answer.json()["code"] for answer in waiting} <= {"in_progress"}
        assert all(int(answer.headers["Retry-After"]) > 0 for answer in waiting)
        assert add(client, family, "Emma").text == done.pop()
        assert names(client, family) == {"Emma": 1}


@pytest.fixture(params=["sqlite", "postgresql"])
def server_of_ours(request) -> Iterator[Server]:
    """One that may be killed, and that hesitates to add one child; see slow_api.py."""
    variables = {"DJANGO_SETTINGS_MODULE": "tests.api.slow_api", "PYTHONPATH": str(ROOT), "HANDSEL_LIMITS": "off"}
    with Server(request.param, **variables) as started:
        yield started


@pytest.mark.nightly
def test_who_sends_again_after_the_server_was_killed_has_it_once(server_of_ours: Server):
    server = server_of_ours
    (ana,) = server.people("Ana")
    wanted = [HESITATING, *(f"Child-{number}" for number in range(150))]

    def send(name: str) -> bool:
        try:
            return add(client, family, name).status_code == 201
        except httpx.TransportError:
            return False

    with server.client(ana) as client, ThreadPoolExecutor(8) as many, ThreadPoolExecutor(1) as beside:
        family = found_family(client)
        answers = {name: many.submit(send, name) for name in wanted[1:]}
        answers[wanted[40]].result()
        answers[HESITATING] = beside.submit(send, HESITATING)
        _wait_for(server.home / "data" / SIGN)
        server.kill()
        acknowledged = {name for name, answer in answers.items() if answer.result()}
    assert 0 < len(acknowledged) < len(wanted)
    server.start()
    with server.client(ana) as client:
        assert acknowledged <= set(names(client, family))
        first = {name: add(client, family, name) for name in wanted}
        claimed = [name for name, answer in first.items() if answer.status_code != 201]
        assert HESITATING in claimed
        assert all(first[name].json()["code"] == "in_progress" for name in claimed)
        _let_a_minute_pass(server)
        assert [add(client, family, name).status_code for name in claimed] == [201] * len(claimed)
        assert names(client, family) == dict.fromkeys(wanted, 1)


def _wait_for(sign: Path) -> None:
    until = time.monotonic() + 30
    while not sign.exists():
        assert time.monotonic() < until
        time.sleep(0.01)


def _let_a_minute_pass(server: Server) -> None:
    """For the keys whose process died."""
    code = (
        "from datetime import timedelta; from django.db.models import F; from handsel.models import IdempotencyKey;"
        "IdempotencyKey.objects.filter(status=None).update(next_at=F('next_at') - timedelta(minutes=1))"
    )
    done = server.command("shell", "-c", code)
    assert done.returncode == 0, done.stderr
