"""Two workers on one book read each calendar once."""

import json
import subprocess
import sys
import time
from collections import Counter

import pytest

from tests import calendar_server
from tests.calendar_server import calendar
from tests.run import NIGHTLY
from tests.server import ROOT, Server

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

COUNT = 5 if NIGHTLY else 3
# As the pages do it, for so many nannies who founded a family each.
_ADD = """
import json, sys, django
django.setup()
from django.utils import timezone
from handsel.actions import families, outside_calendars, people
from handsel.rules.drafts import Draft
from handsel.rules.history import Source
from handsel.rules.roles import Role
who = {"at": timezone.now(), "source": Source.WEB}
for number, address in enumerate(json.load(sys.stdin)):
    nanny = people.create(f"nanny{number}@example.org", "Noor", at=who["at"])
    draft = Draft.of(name="Riveras", time_zone="America/New_York", currency="USD", role=Role.NANNY)
    families.create(draft, by=nanny, **who)
    outside_calendars.add(Draft.of(name="Private", address=address), by=nanny, **who)
"""
_COUNT = """
import django
django.setup()
from handsel.models import BusyTime, OutsideCalendar
print(OutsideCalendar.objects.filter(read_at__isnull=False, last_error="").count(), BusyTime.objects.count())
"""


@pytest.mark.nightly
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_each_calendar_is_read_once(database):
    with calendar_server.running() as elsewhere, Server(database, HANDSEL_PRIVATE_CALENDARS="1") as server:
        soon = time.time() + 7_200
        hour = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(soon))
        text = calendar(f"UID:a\nDTSTART:{hour}\nDURATION:PT1H")
        addresses = [elsewhere.serves(f"/{number}.ics", text) for number in range(COUNT)]
        _python(server, _ADD, json.dumps(addresses))
        workers = [
            subprocess.Popen([sys.executable, "-m", "handsel", "worker"], cwd=server.home, env=server.environment)
            for _ in range(2)
        ]
        try:
            for _ in range(600):
                if len(elsewhere.asked) >= COUNT:
                    break
                time.sleep(0.1)
        finally:
            for worker in workers:
                worker.terminate()
            assert [worker.wait(timeout=60) for worker in workers] == [0, 0]
        assert Counter(path for path, _ in elsewhere.asked) == {f"/{number}.ics": 1 for number in range(COUNT)}
        # A worker that is told to stop ends what it has begun.
        assert _python(server, _COUNT).split() == [str(COUNT)] * 2
        assert server.logged == ""


def _python(server: Server, program: str, typed: str = "") -> str:
    variables = {"PYTHONPATH": str(ROOT), "DJANGO_SETTINGS_MODULE": "handsel.settings"}
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=server.home,
        env=server.environment | variables,
        input=typed,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    ).stdout
