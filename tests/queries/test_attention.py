"""What asks for somebody, as each of its readers sees it."""

from datetime import date, timedelta

import pytest

from handsel.models import CareSession, ChangeRequest, TimeOff
from handsel.queries import care_sessions
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Role
from tests.world import NOW, World

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


def attention(world: World, person) -> dict[CareSession, list[str]]:
    part = care_sessions.needing_attention(person, world.riveras.id, Draft.of(), at=NOW)
    return {row.id: [*row.attention] for row in part.items}


def ask(session: CareSession, asker) -> None:
    ChangeRequest.objects.create(
        family_id=session.family_id, session=session, message="Later?", asked_by=asker, asked_at=NOW
    )


@pytest.fixture
def week(world: World) -> dict[str, CareSession]:
    """Each reason, and what has none."""
    session = world.session
    made = {
        "forgotten": session(NOW - DAY, state=State.CONFIRMED),
        "forgotten long ago": session(NOW - 62 * DAY - timedelta(hours=8) + MINUTE, state=State.CONFIRMED),
        "running on": session("2026-06-01 00:00", hours=7.5, state=State.IN_PROGRESS),
        "to confirm": session("2026-06-03 09:00"),
        "away": session("2026-06-04 09:00", state=State.CONFIRMED),
        "all away": session("2026-06-05 09:00", state=State.CONFIRMED, nanny=None),
        "asked": session("2026-06-06 09:00", state=State.CONFIRMED),
        "another's": session("2026-06-07 09:00", nanny=world.bea_of_riveras),
    }
    for day, nanny in ((4, world.noor_of_riveras), (5, None)):
        TimeOff.objects.create(
            family=world.riveras,
            nanny=nanny,
            from_date=date(2026, 6, day),
            to_date=date(2026, 6, day),
            entered_by=world.ana_of_riveras,
            created_at=NOW,
        )
    ask(made["asked"], world.ana_of_riveras)
    # What asks for nobody.
    session(NOW - 62 * DAY - timedelta(hours=8), state=State.CONFIRMED, nanny=world.bea_of_riveras)
    session("2026-05-28 09:00")
    session("2026-06-08 09:00", state=State.CONFIRMED)
    session("2026-05-27 09:00", state=State.COMPLETED)
    session("2026-06-09 09:00", state=State.CANCELLED)
    session("2026-06-10 09:00", family=world.okafors)
    return made


REASONS = {
    "forgotten long ago": ["NOT_RECORDED"],
    "forgotten": ["NOT_RECORDED"],
    "running on": ["OVERRUNNING"],
    "to confirm": ["UNCONFIRMED"],
    "away": ["NANNY_AWAY"],
    "all away": ["FAMILY_AWAY", "NO_NANNY"],
    "asked": ["CHANGE_REQUESTED"],
    "another's": ["UNCONFIRMED"],
}


def test_what_the_family_sees(world, week):
    everything = {week[name].id: reasons for name, reasons in REASONS.items()}
    for person in (world.ana, world.join(world.riveras, Role.COORDINATOR).user):
        assert attention(world, person) == everything
        assert list(attention(world, person)) == [week[name].id for name in REASONS]  # soonest first


def test_what_a_nanny_sees(world, week):
    own = {week[name].id: reasons for name, reasons in REASONS.items() if name != "another's"}
    assert attention(world, world.noor) == own
    assert attention(world, world.bea) == {week[name].id: REASONS[name] for name in ("all away", "another's")}


def test_who_only_reads_sees_nothing_and_a_stranger_no_family(world, week):
    assert attention(world, world.join(world.riveras, Role.VIEWER).user) == {}
    for stranger in (world.ada, world.sam):
        with pytest.raises(NotVisible):
            attention(world, stranger)


@pytest.mark.parametrize(("minutes", "runs_on"), [(29, False), (30, True)])
def test_a_session_runs_on_half_an_hour_after_its_end(world, minutes, runs_on):
    session = world.session(NOW - timedelta(hours=8, minutes=minutes), state=State.IN_PROGRESS)
    assert attention(world, world.ana) == ({session.id: ["OVERRUNNING"]} if runs_on else {})


def test_a_nanny_lists_their_own_sessions_of_all_families(world):
    mine = [
        world.session("2026-06-03 09:00"),
        world.session("2026-06-04 09:00", family=world.okafors, state=State.CONFIRMED),
        world.session("2026-06-05 09:00"),
    ]
    world.session("2026-06-06 09:00", nanny=world.bea_of_riveras)
    world.session("2026-06-07 09:00", nanny=None)

    def listed(person, **parameters) -> list:
        return [row.id for row in care_sessions.mine(person, Draft.of(**parameters)).items]

    ids = [session.id for session in mine]
    assert listed(world.noor) == ids
    assert listed(world.noor, is_confirmed=True) == ids[1:2]
    assert listed(world.noor, from_date=date(2026, 6, 4), to_date=date(2026, 6, 5)) == ids[1:]
    assert listed(world.ana) == listed(world.sam) == []
    part = care_sessions.mine(world.noor, Draft.of(limit=2))
    assert [row.id for row in part.items] == ids[:2]
    assert listed(world.noor, cursor=part.next) == ids[2:]
    world.leave(world.noor_of_okafors)
    assert listed(world.noor) == [ids[0], ids[2]]
