"""The feed of a year with both changes of the clocks, as calendar programs of others read it, by night.

The book is filled, and asked what is planned, over HTTP; every instant that a program reads is compared with the API's.
"""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.node_programs import NodePrograms
from tests.workflows.dated import DatedServer

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]

Instants = dict[str, tuple[datetime, datetime]]  # of each session, start and end

HALF_AN_HOUR = timedelta(minutes=30)
CHANGES = (datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2027, 3, 14, 7, tzinfo=UTC))
AROUND = range(-6, 7)  # half hours before and after a change
WEEK = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
MAKE_AN_ADDRESS = """
from django.utils import timezone
from handsel.actions import calendar_addresses
from handsel.models import User
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
draft = Draft.of(name="Phone", detail="full", shows_children=True, shows_notes=True)
by = User.objects.get(email="{}")
print(calendar_addresses.make(draft, by=by, at=timezone.now(), source=Source.WEB)[1])
"""
READERS = {
    "ical.js": """
        import ICAL from "ical.js";
        const calendar = new ICAL.Component(ICAL.parse(text));
        for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
        for (const entry of calendar.getAllSubcomponents("vevent")) {
          const event = new ICAL.Event(entry);
          read[event.uid] = [event.startDate.toJSDate(), event.endDate.toJSDate()];
        }""",
    "node-ical": """
        import ical from "node-ical";
        for (const event of Object.values(ical.sync.parseICS(text)))
          if (event.type === "VEVENT") read[event.uid] = [event.start, event.end];""",
}
VDIRSYNCER = """
[general]
status_path = "{folder}/status"

[pair feed]
a = "web"
b = "disk"
collections = null

[storage web]
type = "http"
url = "{address}"

[storage disk]
type = "filesystem"
path = "{folder}/feed"
fileext = ".ics"
"""
KHAL = """
[calendars]
[[feed]]
path = {folder}/feed
type = calendar

[locale]
# It writes no offset, and in UTC each time is there once.
local_timezone = UTC
default_timezone = UTC
timeformat = %H:%M
dateformat = %Y-%m-%d
longdateformat = %Y-%m-%d
datetimeformat = %Y-%m-%dT%H:%M
longdatetimeformat = %Y-%m-%dT%H:%M

[sqlite]
path = {folder}/khal.db
"""


@dataclass
class Year:
    """The Riveras' year from June on: a night each day, and half an hour after the other around both changes."""

    address: str  # of the feed
    planned: Instants  # as the API says it

    def feed(self) -> bytes:
        return httpx.get(self.address, timeout=60).raise_for_status().content


@pytest.fixture(scope="module")
def year() -> Iterator[Year]:
    with DatedServer("sqlite") as server:
        server.it_is("2026-06-01 12:00")
        [ana] = server.people("Ana")
        with server.client(ana) as api:

            def ask(method: str, path: str, body: Any = None) -> Any:
                return api.request(method, path, json=body).raise_for_status().json()

            zone = {"timeZone": "America/New_York", "currency": "USD", "defaultHourlyRate": "25.00"}
            family = ask("POST", "/families", {"name": "Riveras", **zone})["id"]
            child = ask("POST", f"/families/{family}/children", {"firstName": "Emma"})["id"]
            nights = {
                "name": "Nights",
                "recurrence": "WEEKLY",
                "daysOfWeek": WEEK,
                "startTime": "22:00",
                "endTime": "06:30",
                "startDate": "2026-06-02",
                "childIds": [child],
                "notes": "Bring boots, and a hat; for the “long” way.",
            }
            schedule = ask("POST", f"/families/{family}/care-schedules", nights)["id"]
            dates = {"from": "2026-06-02", "to": "2027-05-30"}
            generated = ask("POST", f"/care-schedules/{schedule}/generate-sessions", dates)
            for change in CHANGES:
                for number in AROUND:
                    start = change + number * HALF_AN_HOUR
                    times = {"scheduledStart": _said(start), "scheduledEnd": _said(start + HALF_AN_HOUR)}
                    ask("POST", f"/families/{family}/care-sessions", {**times, "childIds": [child]})
            planned: Instants = {}
            cursor: str | None = ""
            while cursor is not None:
                onward = f"&cursor={cursor}" if cursor else ""
                page = ask("GET", f"/families/{family}/care-sessions?limit=200{onward}")
                for row in page["items"]:
                    planned[row["id"]] = _instants(row["scheduledStart"], row["scheduledEnd"])
                cursor = page["next"]
        assert len(planned) == len(generated["created"]) + len(CHANGES) * len(AROUND)
        made = server.command("shell", "--no-imports", "-c", MAKE_AN_ADDRESS.format(ana.email))
        assert made.returncode == 0, made.stderr
        yield Year(f"{server.base_url}/feeds/{made.stdout.split()[-1]}.ics", planned)


@pytest.mark.parametrize("program", READERS)
def test_every_instant_is_read_right(year: Year, node_programs: NodePrograms, tmp_path: Path, tried_with, program: str):
    (tmp_path / "feed.ics").write_bytes(year.feed())
    script = node_programs.folder / f"read-{uuid4().hex}.mjs"
    script.write_text(
        'import { readFileSync } from "node:fs";'
        f"const text = readFileSync({json.dumps(str(tmp_path / 'feed.ics'))}, 'utf8'); const read = {{}};"
        f"{READERS[program]} process.stdout.write(JSON.stringify(read));"
    )
    try:
        answer = node_programs.run("node", script)
    finally:
        script.unlink()
    assert answer.returncode == 0, answer.stderr
    read = {uid: _instants(*instants) for uid, instants in json.loads(answer.stdout).items()}
    assert read == year.planned
    _report(tried_with, program, node_programs.version(program), "npm", "reads", len(read))


def test_vdirsyncer_fetches_it_and_khal_reads_every_instant_right(year: Year, tmp_path: Path, tried_with):
    missing = [program for program in ("vdirsyncer", "khal") if not shutil.which(program)]
    if missing:
        pytest.skip(f"NO {' AND NO '.join(missing).upper()}. script/test --nightly fetches them from Debian.")
    (tmp_path / "vdirsyncer").write_text(VDIRSYNCER.format(folder=tmp_path, address=year.address))
    for command in ("discover", "sync"):
        _run(tmp_path, "vdirsyncer", "--config", tmp_path / "vdirsyncer", command)
    files = list((tmp_path / "feed").glob("*.ics"))
    (tmp_path / "khal").write_text(KHAL.format(folder=tmp_path))
    words = ("--once", "--day-format", "", "--format", "{url} {start-long} {end-long}", "2026-05-01", "2027-06-30")
    lines = _run(tmp_path, "khal", "--config", tmp_path / "khal", "list", *words).splitlines()
    # vdirsyncer gives each entry a name of its own, so the session is known by the address of its page.
    read = {
        url.rstrip("/").rpartition("/")[2]: _instants(f"{start}Z", f"{end}Z")
        for url, start, end in map(str.split, filter(None, lines))
    }
    assert read == year.planned
    assert len(files) == len(read)
    versions = [_version(_run(tmp_path, program, "--version")) for program in ("vdirsyncer", "khal")]
    _report(tried_with, "vdirsyncer with khal", " with ".join(versions), "Debian", "fetches and reads", len(read))


def _report(tried_with, program: str, version: str, source: str, does: str, number: int) -> None:
    tried_with(
        program=program,
        version=version,
        source=source,
        tried=f"{does} the feed of a year with both changes of the clocks",
        figures=f"{number} sessions, 0 instants other than the API's",
    )


def _run(home: Path, *command: str | Path) -> str:
    """A program that sees no settings but those in `home`, and whose clock is UTC."""
    usual = {"HOME": str(home), "PATH": os.environ["PATH"], "TZ": "UTC", "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"}
    answer = subprocess.run(command, env=usual, input="y\n", capture_output=True, text=True, timeout=300, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout


def _version(words: str) -> str:
    return re.findall(r"\d[\w.]*", words)[0]


def _said(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")


def _instants(start: str, end: str) -> tuple[datetime, datetime]:
    return datetime.fromisoformat(start), datetime.fromisoformat(end)
