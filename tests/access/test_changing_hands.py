"""No nanny learns what another was paid: by whatever way a session or schedule loses its nanny, its rate goes too."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from handsel.actions import care_schedules, care_sessions, members, people
from handsel.models import CareSchedule, CareSession
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role
from tests.api.contract import Api
from tests.web.visitor import Visitor
from tests.world import ON_THE_WEB, World

NOORS, USUAL = Decimal("41.25"), Decimal("25.00")
type Way = Callable[[World, CareSession, CareSchedule], Any]


def given(nanny: str | None, by: str) -> Way:
    """Both are given to another nanny or to nobody, by somebody who says nothing of a rate."""

    def give(world: World, session: CareSession, schedule: CareSchedule) -> None:
        draft = Draft.of(nanny_id=getattr(world, f"{nanny}_of_riveras").id if nanny else None)
        person = getattr(world, by)
        care_sessions.update(session.id, draft, by=person, **ON_THE_WEB)
        care_schedules.update(schedule.id, draft, by=person, **ON_THE_WEB)

    return give


def role_changed(world: World, *_: Any) -> None:
    draft = Draft.of(role=Role.VIEWER)
    members.change_role(world.noor_of_riveras.id, draft, by=world.ana, **ON_THE_WEB)


def removed(by: str) -> Way:
    return lambda world, *_: members.remove(world.noor_of_riveras.id, by=getattr(world, by), **ON_THE_WEB)


def account_deleted(world: World, *_: Any) -> None:
    people.delete(by=world.noor, **ON_THE_WEB)


WAYS = {
    "given to nobody": given(None, "ana"),
    "given to another": given("bea", "ana"),
    "given away by Noor": given(None, "noor"),
    "given to another by Noor": given("bea", "noor"),
    "role changed": role_changed,
    "removed": removed("ana"),
    "left": removed("noor"),
    "account deleted": account_deleted,
}


@pytest.fixture
def noors(world) -> tuple[CareSession, CareSchedule]:
    schedule = world.schedule(hourly_rate=NOORS)
    return world.session(state=State.CONFIRMED, hourly_rate=NOORS, schedule=schedule), schedule


@pytest.mark.parametrize("way", WAYS)
def test_what_loses_its_nanny_takes_the_usual_rate_and_tells_the_next_one_nothing(world, noors, way):
    session, schedule = noors
    WAYS[way](world, session, schedule)
    for thing in noors:
        thing.refresh_from_db()
        assert thing.nanny_id != world.noor_of_riveras.id
        assert thing.hourly_rate == USUAL
    if session.nanny_id is None:
        take = Draft.of(nanny_id=world.bea_of_riveras.id)
        care_sessions.update(session.id, take, by=world.bea, **ON_THE_WEB)
        care_schedules.update(schedule.id, take, by=world.bea, **ON_THE_WEB)
    bea, api = Visitor(world.bea), Api(world, world.bea)
    family = f"/families/{world.riveras.id}"
    seen = [
        *(bea.get("session", session.id), bea.get("edit_session", session.id), bea.get("inbox")),
        *(bea.get("schedule", schedule.id), bea.get("edit_schedule", schedule.id), bea.get("family", world.riveras.id)),
    ]
    texts = [page.html for page in seen]
    paths = (f"/care-sessions/{session.id}", f"/care-sessions/{session.id}/events", f"{family}/events")
    texts += [api.get(path).content.decode() for path in (*paths, f"/care-schedules/{schedule.id}")]
    texts.append(bea.get("family_records_csv", world.riveras.id, 2026).html)
    assert not [text for text in texts if "41.25" in text or "41,25" in text]
    # She sees her own, and Ana reads in the history what it was.
    assert api.get(f"/care-sessions/{session.id}").json()["hourlyRate"] == "25.00"
    assert "41.25" in Api(world, world.ana).get(f"{family}/events").content.decode()


@pytest.mark.parametrize("rate", ["41.25", "30.00", None])
def test_a_request_that_sets_a_rate_too_has_its_word_also_with_the_old_one(world, noors, rate):
    session, schedule = noors
    sent = {"nannyId": str(world.bea_of_riveras.id), "hourlyRate": rate}
    ana = Api(world, world.ana)
    assert ana.patch(f"/care-sessions/{session.id}", sent).json()["hourlyRate"] == rate
    assert ana.patch(f"/care-schedules/{schedule.id}", sent).json()["hourlyRate"] == rate


def test_a_rate_set_while_nobody_is_assigned_is_an_offer_to_who_takes_it(world, noors):
    session, _ = noors
    care_sessions.update(session.id, Draft.of(nanny_id=None), by=world.ana, **ON_THE_WEB)
    care_sessions.update(session.id, Draft.of(hourly_rate=Decimal("33.00")), by=world.ana, **ON_THE_WEB)
    care_sessions.update(session.id, Draft.of(nanny_id=world.bea_of_riveras.id), by=world.bea, **ON_THE_WEB)
    assert Api(world, world.bea).get(f"/care-sessions/{session.id}").json()["hourlyRate"] == "33.00"


def test_where_the_family_has_no_usual_rate_there_is_none(world, noors):
    type(world.riveras).objects.update(default_hourly_rate=None)
    for thing, action in zip(noors, (care_sessions, care_schedules), strict=True):
        action.update(thing.id, Draft.of(nanny_id=world.bea_of_riveras.id), by=world.ana, **ON_THE_WEB)
        thing.refresh_from_db()
        assert thing.hourly_rate is None
