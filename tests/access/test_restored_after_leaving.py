"""Whoever has left is booked no more: what is planned again after they left waits for another nanny."""

from datetime import timedelta
from decimal import Decimal

import pytest

from handsel.actions import care_sessions, members
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.moves import Move
from handsel.rules.roles import Role
from tests.world import NOW, ON_THE_WEB

NOORS = Decimal("41.25")


def restored(world, session):
    care_sessions.restore(session.id, by=world.ana, **ON_THE_WEB)


def restored_in_bulk(world, session):
    draft = Draft.of(session_ids=[session.id])
    care_sessions.move_many(Move.RESTORE, world.riveras.id, draft, by=world.ana, **ON_THE_WEB)


def moved_ahead(world, session):
    times = {"scheduled_start": NOW + timedelta(days=1), "scheduled_end": NOW + timedelta(days=1, hours=2)}
    care_sessions.update(session.id, Draft.of(**times), by=world.ana, **ON_THE_WEB)


@pytest.mark.parametrize("way", [restored, restored_in_bulk, moved_ahead])
@pytest.mark.parametrize("is_removed", [True, False])
def test_a_nanny_who_has_left_is_booked_no_more(world, way, is_removed):
    if way is moved_ahead:
        session = world.session("2026-05-29 09:00", hourly_rate=NOORS)
    else:
        session = world.session(state=State.CANCELLED, hourly_rate=NOORS)
    assert session.nanny_id == world.noor_of_riveras.id
    if is_removed:
        members.remove(world.noor_of_riveras.id, by=world.ana, **ON_THE_WEB)
    else:
        members.change_role(world.noor_of_riveras.id, Draft.of(role=Role.VIEWER), by=world.ana, **ON_THE_WEB)
    way(world, session)
    care_sessions.confirm(session.id, by=world.ana, **ON_THE_WEB)
    session.refresh_from_db()
    assert (session.nanny_id, session.nanny_person_id, session.hourly_rate) == (None, None, Decimal("25.00"))
