"""A book of 15,738 sessions, as one account could make it once, is asked by 64 clients for the calendar and Today."""

import subprocess
import sys
import time
from functools import partial
from statistics import median

import httpx
import pytest

from handsel.queries.calendar_feed import MOST
from tests.races.browsers import CLIENTS, browser, sign_in
from tests.races.concurrency import run_concurrently
from tests.server import ROOT

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]

SESSIONS, FEEDS = 15_738, 16
PASSWORD = "emma-naps-at-noon"


def test_64_clients_ask_for_its_calendar_and_for_today(server, measured):
    [noor] = server.people("Noor", password=PASSWORD)
    making = subprocess.run(
        [sys.executable, "-m", "tests.races.big_book", str(noor.id), str(SESSIONS), str(FEEDS)],
        cwd=server.home,
        env={**server.environment, "PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "handsel.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    pages = ["/today/", "/calendar/?view=month", "/calendar/?view=week"]
    paths = [f"/feeds/{secret}.ics" for secret in making.stdout.split()]
    paths += [pages[number % 3] for number in range(CLIENTS - FEEDS)]
    took: dict[str, list[float]] = {}
    with browser(server, "127.0.2.1") as phone:
        sign_in(phone, noor, PASSWORD)
        answers = run_concurrently([partial(_ask, phone, path, took) for path in paths], threads=CLIENTS)
    assert [answer.status_code for answer in answers] == [200] * CLIENTS
    feeds = [answer.text for answer in answers if answer.url.path.startswith("/feeds/")]
    assert {feed.count("BEGIN:VEVENT") for feed in feeds} == {MOST}
    months = [answer.text for answer in answers if "month" in str(answer.url)]
    assert all("There are more sessions than fit on this page" in month for month in months)
    measured(
        f"{server.database}: {SESSIONS:,} sessions, {CLIENTS} clients at once: "
        + ", ".join(f"{what} in {median(times):.1f} s (at worst {max(times):.1f})" for what, times in took.items())
    )


def _ask(phone: httpx.Client, path: str, took: dict[str, list[float]]) -> httpx.Response:
    begun = time.monotonic()
    answer = phone.get(path)
    took.setdefault(path.split("/")[1] + path.partition("?")[2], []).append(time.monotonic() - begun)
    return answer
