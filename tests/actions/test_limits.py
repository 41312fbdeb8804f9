"""Caps that no family meets: what makes more is refused, and nothing else is."""

from datetime import date, timedelta

import pytest
from django.test import override_settings

from handsel.actions import care_sessions, children, extending, families, generation, invitations
from handsel.models import CareSchedule, CareSession, Event, Family, GenerationBatch, Member, Notice
from handsel.rules import limits
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State, Status
from handsel.rules.refusals import LimitReached, WrongState
from handsel.rules.roles import Role
from tests.actions.kept_planned import A_WEEK, TWO_WEEKS, keep, slots
from tests.world import NOW, ON_THE_WEB, wall

JUNE = {"from_date": date(2026, 6, 1), "to_date": date(2026, 6, 30)}


def test_the_caps_are_what_is_promised():
    assert (limits.SESSIONS_AHEAD, limits.SESSIONS_OF_A_SCHEDULE) == (2_000, 800)
    assert (limits.CHILDREN, limits.MEMBERS, limits.FAMILIES_FOUNDED) == (30, 50, 1_000)


@pytest.fixture
def cap(monkeypatch):
    def set_cap(**caps):
        for name, number in caps.items():
            monkeypatch.setattr(limits, name, number)

    return set_cap


def make_session(world, start="2026-06-02 18:00"):
    draft = Draft.of(
        scheduled_start=wall(start), scheduled_end=wall(start) + timedelta(hours=2), child_ids=(world.emma.id,)
    )
    return care_sessions.create_impromptu(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)


def add_child(world):
    return children.create(world.riveras.id, Draft.of(first_name="Ida"), by=world.ana, **ON_THE_WEB)


def found(world, person=None):
    draft = Draft.of(name="Moons", time_zone="Europe/Madrid", currency="EUR")
    return families.create(draft, by=person or world.ana, **ON_THE_WEB)


def invitation(world, role=Role.VIEWER):
    draft = Draft.of(email="sam@example.com", role=role)
    return Draft.of(token=invitations.invite(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)[1])


def test_a_family_makes_no_more_sessions_than_it_may_have_ahead(world, cap):
    cap(SESSIONS_AHEAD=2)
    # Neither over nor begun, nor another family's.
    world.session("2026-05-20 09:00")
    world.session("2026-06-01 06:00", state=State.IN_PROGRESS)
    world.session("2026-06-03 09:00", state=State.CANCELLED)
    world.session("2026-06-03 09:00", family=world.okafors)
    make_session(world)
    make_session(world, "2026-06-03 18:00")
    with pytest.raises(LimitReached, match=r"2 sessions ahead, and this would make 3\. .* delete or cancel some"):
        make_session(world, "2026-06-04 18:00")
    make_session(world, "2026-05-04 18:00")  # over, and so not ahead
    with override_settings(LIMITS=False):
        make_session(world, "2026-06-04 18:00")


def test_what_is_over_a_cap_stays_and_works_and_only_making_is_capped(world, cap):
    sessions = [world.session(f"2026-06-0{day} 09:00") for day in (2, 3, 4)]
    cap(SESSIONS_AHEAD=1)
    care_sessions.confirm(sessions[0].id, by=world.ana, **ON_THE_WEB)
    care_sessions.cancel(sessions[1].id, by=world.ana, **ON_THE_WEB)
    care_sessions.restore(sessions[1].id, by=world.ana, **ON_THE_WEB)
    later = Draft.of(scheduled_start=wall("2026-06-08 10:00"), scheduled_end=wall("2026-06-08 12:00"))
    care_sessions.update(sessions[0].id, later, by=world.ana, **ON_THE_WEB)
    assert CareSession.objects.filter(status=Status.SCHEDULED).count() == 3


@pytest.mark.parametrize("capped", ["SESSIONS_AHEAD", "SESSIONS_OF_A_SCHEDULE"])
def test_a_generation_over_a_cap_is_refused_whole_and_so_is_its_dry_run(world, cap, capped):
    schedule = world.schedule()
    cap(**{capped: 12})
    for dry_run in (False, True):
        with pytest.raises(LimitReached, match=r"12 sessions ahead, and .* 13"):
            generation.generate(schedule.id, Draft.of(**JUNE, dry_run=dry_run), by=world.ana, **ON_THE_WEB)
    assert [model.objects.count() for model in (CareSession, GenerationBatch, Notice)] == [0, 0, 0]
    cap(**{capped: 13})
    done = generation.generate(schedule.id, Draft.of(**JUNE), by=world.ana, **ON_THE_WEB)
    assert len(done.created) == 13
    # Where every slot has its session nothing is made, so nothing is refused.
    cap(**{capped: 1})
    again = generation.generate(schedule.id, Draft.of(**JUNE), by=world.ana, **ON_THE_WEB)
    assert (len(again.created), len(again.existing)) == (0, 13)


def test_the_sessions_of_another_schedule_do_not_count(world, cap):
    cap(SESSIONS_OF_A_SCHEDULE=13)
    for schedule in (world.schedule(), world.schedule(name="Afternoons")):
        assert len(generation.generate(schedule.id, Draft.of(**JUNE), by=world.ana, **ON_THE_WEB).created) == 13


def test_planning_ahead_stops_at_a_cap_and_tells_once(world, cap):
    schedule = world.schedule()
    keep(schedule, world.noor)
    assert extending.extend(NOW) == 8
    cap(SESSIONS_AHEAD=9)
    assert extending.extend(NOW + A_WEEK) == 3  # of the first week nothing lies ahead any more
    cap(SESSIONS_AHEAD=7)
    for weeks in range(2, 6):
        assert extending.extend(NOW + weeks * A_WEEK) == 0
    schedule.refresh_from_db()
    assert (schedule.weeks_ahead, schedule.extended_by) == (None, None)
    assert slots(schedule)[:8] == TWO_WEEKS
    told = Notice.objects.filter(kind="schedule.planning_stopped")
    assert {(row.person, row.facts["schedule"]) for row in told} == {
        (person, "Mornings") for person in (world.ana, world.luis, world.noor)
    }
    assert len(told) == 3
    assert Event.objects.filter(schedule_id=schedule.id, changes={"weeks_ahead": [2, None]}).count() == 1
    assert CareSchedule.objects.get().is_active


def test_children_who_are_archived_take_no_place(world, cap):
    cap(CHILDREN=3)
    world.session(children=[world.theo])
    add_child(world)
    with pytest.raises(LimitReached, match="3 children"):
        add_child(world)
    children.delete(world.theo.id, by=world.ana, **ON_THE_WEB)
    assert add_child(world).family_id == world.riveras.id
    cap(CHILDREN=1)
    children.update(world.emma.id, Draft.of(notes="Naps at noon."), by=world.ana, **ON_THE_WEB)


def test_the_member_too_many_is_refused_on_accepting_and_comes_in_when_one_has_left(world, cap):
    count = Member.objects.filter(family=world.riveras).count()
    cap(MEMBERS=count)
    token = invitation(world)  # open ones take no place
    with pytest.raises(LimitReached, match=f"{count} members"):
        invitations.accept(token, by=world.sam, **ON_THE_WEB)
    with pytest.raises(WrongState):
        invitations.accept(token, by=world.luis, **ON_THE_WEB)
    world.leave(world.bea_of_riveras)
    assert invitations.accept(token, by=world.sam, **ON_THE_WEB).role == Role.VIEWER
    # Who comes back takes a place as well.
    with pytest.raises(LimitReached):
        invitations.accept(invitation(world), by=world.bea, **ON_THE_WEB)


def test_who_founded_as_many_families_as_one_may_founds_no_more_also_after_leaving(world, cap):
    cap(FAMILIES_FOUNDED=2)
    first, _ = found(world), found(world)
    with pytest.raises(LimitReached, match="2 families"):
        found(world)
    world.leave(Member.objects.get(family=first))
    with pytest.raises(LimitReached):
        found(world)
    # Of memberships there is no cap: an agency has hundreds.
    world.join(found(world, world.sam), Role.PARENT, name="Luna")
    with override_settings(LIMITS=False):
        found(world)
    assert Family.objects.count() == 6
