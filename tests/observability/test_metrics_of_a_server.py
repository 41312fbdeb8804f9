"""/metrics of a server of several processes under load, of which one is killed: each request counted once, for good."""

import json
import os
import re
import signal
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.server import NO_TLS, Server

pytestmark = [pytest.mark.nightly, pytest.mark.no_database]

TOKEN = "a token of at least thirty-two characters"
ROUNDS, AT_ONCE, EACH = 4, 8, 50
COUNTED = re.compile(r'^handsel_requests_total\{route="web:offline",method="GET",status="200"\} (\d+)$', re.MULTILINE)


def test_each_request_is_counted_once_whoever_answers_and_dies():
    variables = {"HANDSEL_METRICS_TOKEN": TOKEN, "HANDSEL_LOG_FORMAT": "json", "HANDSEL_LOG_REQUESTS": "1"}
    with (
        Server("sqlite", HANDSEL_WORKER="inside", **variables) as server,
        httpx.Client(
            base_url=server.base_url, headers={"Authorization": f"Bearer {TOKEN}"}, verify=NO_TLS, timeout=60
        ) as scrape,
    ):
        seen, ids = [0], list[str]()
        for number in range(1, ROUNDS + 1):
            with ThreadPoolExecutor(AT_ONCE) as pool:
                for answered in pool.map(visit, [server.base_url] * AT_ONCE):
                    ids += answered
                    seen.append(read(scrape))  # while others are answered
            seen.append(read(scrape))
            assert seen[-1] == number * AT_ONCE * EACH
            os.kill(server.children()[0], signal.SIGKILL)
        assert read(scrape) == ROUNDS * AT_ONCE * EACH
        assert seen == sorted(seen)
        text = scrape.get("/metrics").text
        assert "handsel_database_up 1" in text
        assert re.search(r'handsel_duty_last_success_timestamp_seconds\{duty="[^"]+"\} \d+', text)
        assert re.search(r'handsel_database_statements_total\{duty="[^"]+"\} \d+', text)
        lines = list(map(json.loads, server.logged.splitlines()))
    assert [line for line in lines if "SIGKILL" in line["message"]]
    written = [line for line in lines if line.get("route") == "web:offline"]
    assert sorted(line["request_id"] for line in written) == sorted(ids)
    assert len(set(ids)) == ROUNDS * AT_ONCE * EACH


def visit(address: str) -> list[str]:
    with httpx.Client(base_url=address, verify=NO_TLS, timeout=60) as client:
        return [client.get("/offline/").headers["X-Request-ID"] for _ in range(EACH)]


def read(scrape: httpx.Client) -> int:
    answer = scrape.get("/metrics")
    answer.raise_for_status()
    counted = COUNTED.search(answer.text)
    return int(counted[1]) if counted else 0
