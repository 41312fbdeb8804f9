"""Make a family with sessions over the API, for a browser to look at."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from tests.browser.browser_user import PASSWORD
from tests.server import Person
from tests.workflows.dated import DatedServer


@dataclass
class SampleFamily:
    """The Riveras with Emma, their nanny Noor, and a schedule for Monday, Wednesday and Friday."""

    server: DatedServer
    parent: Person
    nanny: Person
    id: str
    schedule: str
    ana: httpx.Client
    noor: httpx.Client
    password: str = PASSWORD

    def generate(self, first: str, last: str) -> list[str]:
        body = {"from": first, "to": last}
        made = self.noor.post(f"/care-schedules/{self.schedule}/generate-sessions", json=body).json()
        return [slot["sessionId"] for slot in made["created"]]


@contextmanager
def create_sample_family(dated: DatedServer) -> Iterator[SampleFamily]:
    """On the eve of June."""
    dated.it_is("2026-05-29 18:00")
    parent, nanny = dated.people("Ana", "Noor", password=PASSWORD)
    with dated.client(parent) as ana, dated.client(nanny) as noor:
        body = {"name": "Riveras", "timeZone": "America/New_York", "currency": "USD", "defaultHourlyRate": "25.00"}
        family = ana.post("/families", json=body).json()["id"]
        child = ana.post(f"/families/{family}/children", json={"firstName": "Emma", "allergies": "Peanuts."}).json()
        body = {"email": nanny.email, "role": "NANNY"}
        link = ana.post(f"/families/{family}/invitations", json=body).json()["acceptUrl"]
        member = noor.post("/invitations/accept", json={"token": link.rstrip("/").rpartition("/")[2]}).json()
        body = {
            "name": "Mornings",
            "recurrence": "WEEKLY",
            "daysOfWeek": ["MONDAY", "WEDNESDAY", "FRIDAY"],
            "startTime": "06:00",
            "endTime": "14:30",
            "startDate": "2026-06-01",
            "childIds": [child["id"]],
            "nannyId": member["id"],
        }
        schedule = ana.post(f"/families/{family}/care-schedules", json=body).json()["id"]
        yield SampleFamily(dated, parent, nanny, family, schedule, ana, noor)
