"""The feed of a year with both changes of the clocks, as calendar programs of others read it, by night."""

import json
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest

from handsel.models import CareSession
from tests.feeds.test_calendar import address_of, ask, many, planned
from tests.world import NOW

pytestmark = [pytest.mark.any_database, pytest.mark.nightly]

HALF_AN_HOUR = timedelta(minutes=30)
CHANGES = (datetime(2026, 11, 1, 6, tzinfo=UTC), datetime(2027, 3, 14, 7, tzinfo=UTC))
READERS = {
    "ical.js": """
        const calendar = new ICAL.Component(ICAL.parse(text));
        for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
        for (const entry of calendar.getAllSubcomponents("vevent")) {
          const event = new ICAL.Event(entry);
          read[event.uid] = [event.startDate.toJSDate(), event.endDate.toJSDate()];
        }""",
    "node-ical": """
        for (const event of Object.values(ical.sync.parseICS(text)))
          if (event.type === "VEVENT") read[event.uid] = [event.start, event.end];""",
}


@pytest.mark.parametrize("program", READERS)
def test_every_instant_is_read_right(world, node_programs, tmp_path, tried_with, monkeypatch, program):
    monkeypatch.setattr("handsel.feeds.calendar.timezone.now", lambda: NOW)
    sessions = many(world, 500)
    for change in CHANGES:
        sessions += [
            world.session(change + number * HALF_AN_HOUR, nanny=None, time_zone="America/New_York")
            for number in range(-6, 7)
        ]
    stored = planned(list(CareSession.objects.all()))
    assert len(stored) == len(sessions)
    (tmp_path / "feed.ics").write_bytes(ask(address_of(world.ana)).content)
    script = node_programs.folder / f"read-{uuid4().hex}.mjs"
    script.write_text(
        'import { readFileSync } from "node:fs";'
        + ('import ICAL from "ical.js";' if program == "ical.js" else 'import ical from "node-ical";')
        + f"const text = readFileSync({json.dumps(str(tmp_path / 'feed.ics'))}, 'utf8'); const read = {{}};"
        + READERS[program]
        + "process.stdout.write(JSON.stringify(read));"
    )
    try:
        answer = node_programs.run("node", script)
    finally:
        script.unlink()
    assert answer.returncode == 0, answer.stderr
    read = {
        uid: tuple(datetime.fromisoformat(instant) for instant in instants)
        for uid, instants in json.loads(answer.stdout).items()
    }
    assert read == stored
    tried_with(
        program=program,
        version=node_programs.version(program),
        source="npm",
        tried="reads the feed of a year with both changes of the clocks",
        figures=f"{len(read)} sessions, 0 instants wrong",
    )
