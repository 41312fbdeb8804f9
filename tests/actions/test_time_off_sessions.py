"""Time off over sessions: a nanny's own in all their families, what becomes of each session, and who is told."""

from datetime import date, time, timedelta

import pytest

from handsel.access import absences
from handsel.actions import care_sessions, generation, time_off
from handsel.models import CareSession, Event, Member, Notice, TimeOff, TimeOffDecision
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible, WrongState
from handsel.rules.roles import Role
from handsel.rules.time_off import Away, Choice, Decision
from tests.world import LONG_AGO, NOW, ON_THE_WEB

ILL = {"from_date": date(2026, 6, 2), "to_date": date(2026, 6, 5), "reason": "Flu"}


def entered(world, *, by=None, family=None, **draft):
    draft = Draft.of(**{**ILL, **draft})
    return time_off.create((family or world.riveras).id, draft, by=by or world.noor, **ON_THE_WEB)


def decided(entry) -> list[tuple[str, str]]:
    return [(f"{session.scheduled_start:%d}", session.decided.value) for session in entry.affected]


@pytest.fixture
def week(world) -> list[CareSession]:
    """Noor's: two of the Riveras' (the 2nd agreed, the 4th not), one of the Okafors' on the 3rd; Bea's on the 2nd."""
    return [
        world.session("2026-06-02 09:00", state=State.CONFIRMED),
        world.session("2026-06-04 09:00"),
        world.session("2026-06-03 09:00", state=State.CONFIRMED, family=world.okafors),
        world.session("2026-06-02 09:00", state=State.CONFIRMED, nanny=world.bea_of_riveras),
    ]


def test_the_answer_and_the_notices_name_the_confirmed_sessions_in_the_way(world, week):
    answer = entered(world)
    assert decided(answer) == [("02", "KEEP"), ("03", "KEEP"), ("04", "KEEP")]
    assert [session.is_confirmed for session in answer.affected] == [True, True, False]
    for person, sessions in ((world.ana, week[:2]), (world.luis, week[:2]), (world.ada, week[2:3])):
        notice = Notice.objects.get(person=person)
        assert notice.kind == "time_off.over_sessions"
        assert notice.facts["sessions"] == [str(session.id) for session in sessions]
        assert set(notice.facts["decided"].values()) == {"KEEP"}
    assert not Notice.objects.filter(person__in=[world.noor, world.bea]).exists()
    away = absences.away(CareSession.objects.all())
    assert away == {session.id: {Away.NANNY} for session in week[:3]}
    assert absences.away_ahead([world.riveras.id, world.okafors.id], at=NOW) == away


def test_a_nannys_own_counts_in_all_families_and_its_reason_is_told_where_they_say(world, week):
    answer = entered(world, sessions=Decision.CANCEL)
    assert decided(answer) == [("02", "CANCEL"), ("03", "CANCEL"), ("04", "CANCEL")]
    reasons = CareSession.objects.filter(status="CANCELLED").order_by("scheduled_start")
    assert list(reasons.values_list("cancel_reason", flat=True)) == ["Flu", "", "Flu"]
    assert Notice.objects.get(person=world.ana).facts["reason"] == "Flu"
    assert "reason" not in Notice.objects.get(person=world.ada).facts
    for family, told in ((world.riveras, True), (world.okafors, False)):
        for event in Event.objects.filter(family=family):
            assert ("Flu" in f"{event.reason}{event.changes}") is told
    assert Event.objects.get(family=world.okafors, kind="time_off.created").changes["nanny_id"] == [
        None,
        str(world.noor_of_okafors.id),
    ]


def test_a_nanny_tells_the_reason_to_whom_they_choose_among_their_families(world, week):
    entered(world, tell_reason=(world.okafors.id,))
    assert "reason" not in Notice.objects.get(person=world.ana).facts
    assert Notice.objects.get(person=world.ada).facts["reason"] == "Flu"
    stranger = world.join(world.okafors, Role.VIEWER).user
    with pytest.raises(Invalid) as refused:
        entered(world, by=world.bea, tell_reason=(world.okafors.id,))
    assert list(refused.value.errors) == ["tell_reason"]
    assert not Notice.objects.filter(person=stranger).exists()


def test_generation_leaves_it_out_in_every_family_by_each_ones_clocks(world):
    schedule = world.schedule(family=world.okafors, start_time=time(22), end_time=time(23))
    entered(world, from_date=date(2026, 6, 3), to_date=date(2026, 6, 3))
    june = Draft.of(from_date=date(2026, 6, 1), to_date=date(2026, 6, 5))
    made = generation.generate(schedule.id, june, by=world.ada, **ON_THE_WEB)
    assert [slot.slot_date.day for slot in made.skipped] == [3]
    # At 22:00 of New York's 3rd it is the 4th in Paris.
    type(world.okafors).objects.filter(pk=world.okafors.pk).update(time_zone="Europe/Paris")
    paris = world.session("2026-06-03 17:30", family=world.okafors)
    assert absences.away([paris]) == {paris.id: {Away.NANNY}}
    later = world.session("2026-06-03 18:30", family=world.okafors)
    assert absences.away([later]) == {}


def test_what_a_parent_enters_for_a_nanny_counts_in_that_family_alone(world, week):
    answer = entered(world, by=world.ana, nanny_id=world.noor_of_riveras.id, sessions=Decision.UNASSIGN)
    assert decided(answer) == [("02", "UNASSIGN"), ("04", "UNASSIGN")]
    assert not Notice.objects.filter(person=world.ada).exists()
    first, second, other = CareSession.objects.filter(id__in=[row.id for row in week[:3]]).order_by("id")
    assert (first.nanny_id, first.nanny_person_id, first.is_confirmed) == (None, None, True)
    assert (second.nanny_id, second.is_confirmed, other.nanny_id) == (None, False, world.noor_of_okafors.id)
    assert first.hourly_rate == world.riveras.default_hourly_rate
    told = Notice.objects.get(person=world.noor)
    assert (told.kind, told.facts["count"]) == ("time_off.over_sessions", 2)
    assert world.told(world.luis) == ["time_off.over_sessions"]
    with pytest.raises(NotVisible):
        time_off.delete(answer.id, by=world.ada, **ON_THE_WEB)


def test_the_familys_days_touch_every_nannys_sessions_and_each_hears_of_their_own(world, week):
    answer = entered(world, by=world.ana, nanny_id=None, sessions=Decision.CANCEL)
    assert len(answer.affected) == 3
    of_noor, of_bea = (Notice.objects.get(person=person) for person in (world.noor, world.bea))
    assert (of_noor.facts["count"], of_bea.facts["count"]) == (2, 1)
    assert Notice.objects.get(person=world.luis).facts["count"] == 3
    assert absences.away([week[2]]) == {}


def test_each_session_is_decided_by_itself(world, week):
    first, second, elsewhere, _ = week
    care_sessions.start(first.id, Draft.of(), by=world.noor, at=first.scheduled_start, source=ON_THE_WEB["source"])
    choices = {
        first.id: Choice(Decision.CANCEL),
        second.id: Choice(Decision.CANCEL, version=second.version),
        elsewhere.id: Choice(Decision.UNASSIGN, version=elsewhere.version + 1),
    }
    answer = entered(world, choices=choices)
    # The first runs already, the third is not as it was seen.
    assert decided(answer) == [("03", "KEEP"), ("04", "CANCEL")]
    assert TimeOffDecision.objects.get().session_id == second.id


@pytest.mark.parametrize(
    ("hours", "part", "left"),
    [
        ((12, 20), 0, ("13:00", "16:00")),
        ((6, 10), 0, ("14:00", "21:00")),
        ((11, 12), 0, ("13:00", "15:00")),
        ((11, 12), 1, ("16:00", "21:00")),
        ((11, 12), 2, None),
        ((8, 18), 0, None),
    ],
)
def test_hours_off_over_a_part_of_a_session_shorten_it_to_what_is_left(world, week, hours, part, left):
    session = week[0]
    choices = {session.id: Choice(Decision.SHORTEN, part=part)}
    answer = entered(world, start_time=time(hours[0]), end_time=time(hours[1]), choices=choices)
    session.refresh_from_db()
    assert decided(answer)[0] == ("02", "SHORTEN" if left else "KEEP")
    if left:
        assert (f"{session.scheduled_start:%H:%M}", f"{session.scheduled_end:%H:%M}") == left
        # What a nanny changes of a confirmed session is asked anew.
        assert not session.is_confirmed
        assert world.last_event(world.riveras).changes["scheduled_start" if part else "is_confirmed"]


def test_only_the_nanny_takes_their_own_back_everywhere_at_once(world):
    answer = entered(world)
    for person in (world.ana, world.ada, world.bea):
        with pytest.raises(NotAllowed):
            time_off.delete(answer.id, by=person, **ON_THE_WEB)
    with pytest.raises(NotVisible):
        time_off.delete(answer.id, by=world.sam, **ON_THE_WEB)
    time_off.delete(answer.id, by=world.noor, **ON_THE_WEB)
    assert not TimeOff.objects.exists()
    for family, person in ((world.riveras, world.ana), (world.okafors, world.ada)):
        assert world.history(family) == ["time_off.created", "time_off.deleted"]
        assert world.told(person) == ["time_off.entered", "time_off.taken_back"]


def test_who_left_the_family_it_was_entered_in_still_takes_it_back(world):
    answer = entered(world)
    world.leave(world.noor_of_riveras)
    assert absences.away([world.session("2026-06-03 09:00", family=world.okafors)])
    time_off.delete(answer.id, by=world.noor, **ON_THE_WEB)
    assert world.history(world.riveras) == ["time_off.created"]


def before_the_change(world, **columns) -> TimeOff:
    return TimeOff.objects.create(
        **{
            "family": world.riveras,
            "nanny": world.noor_of_riveras,
            "from_date": date(2026, 6, 2),
            "to_date": date(2026, 6, 5),
            "reason": "Flu",
            "entered_by": world.noor_of_riveras,
            "created_at": LONG_AGO,
            **columns,
        }
    )


def test_what_was_entered_before_counts_in_its_family_until_the_nanny_says_everywhere(world, week):
    entry = before_the_change(world)
    assert absences.away(week).keys() == {week[0].id, week[1].id}
    for person in (world.ana, world.bea):
        with pytest.raises(NotAllowed):
            time_off.count_everywhere(entry.id, by=person, **ON_THE_WEB)
    answer = time_off.count_everywhere(entry.id, by=world.noor, **ON_THE_WEB)
    assert decided(answer) == [("03", "KEEP")]
    assert absences.away(week).keys() == {week[0].id, week[1].id, week[2].id}
    notice = Notice.objects.get()
    assert (notice.person, notice.kind, "reason" in notice.facts) == (world.ada, "time_off.over_sessions", False)
    with pytest.raises(WrongState):
        time_off.count_everywhere(entry.id, by=world.noor, **ON_THE_WEB)
    theirs = before_the_change(world, entered_by=world.ana_of_riveras)
    with pytest.raises(NotAllowed):
        time_off.count_everywhere(theirs.id, by=world.noor, **ON_THE_WEB)


def test_what_is_kept_may_be_decided_later_and_is_told_then(world, week):
    answer = entered(world)
    Notice.objects.all().delete()
    assert decided(time_off.decide(answer.id, Draft.of(), by=world.noor, **ON_THE_WEB)) == decided(answer)
    assert not Notice.objects.exists()
    choices = {week[2].id: Choice(Decision.UNASSIGN)}
    time_off.decide(answer.id, Draft.of(choices=choices), by=world.noor, **ON_THE_WEB)
    assert [notice.person for notice in Notice.objects.all()] == [world.ada]
    with pytest.raises(NotAllowed):
        time_off.decide(answer.id, Draft.of(choices=choices), by=world.ada, **ON_THE_WEB)


def test_what_is_over_is_not_touched(world):
    world.session("2026-05-29 09:00", state=State.CONFIRMED)
    running = world.session("2026-06-01 07:00", state=State.CONFIRMED)
    answer = entered(world, from_date=date(2026, 5, 25), to_date=date(2026, 6, 1))
    assert [session.session_id for session in answer.affected] == [running.id]
    assert NOW - running.scheduled_start == timedelta(hours=1)


def become_a_viewer(member):
    Member.objects.filter(pk=member.pk).update(role=Role.VIEWER)


def test_a_parent_who_may_only_look_by_now_undoes_nothing(world, week):
    entry = entered(world, by=world.luis, nanny_id=None, sessions=Decision.CANCEL)
    become_a_viewer(world.luis_of_riveras)
    with pytest.raises(NotAllowed):
        time_off.undo(entry.id, by=world.luis, **ON_THE_WEB)
    assert CareSession.objects.filter(status="CANCELLED").count() == 3


def test_a_nanny_undoes_nothing_where_they_may_only_look_by_now(world, week):
    entry = entered(world, sessions=Decision.CANCEL)
    become_a_viewer(world.noor_of_okafors)
    undone = time_off.undo(entry.id, by=world.noor, **ON_THE_WEB)
    assert (undone.restored, undone.kept) == (2, 1)
    assert CareSession.objects.get(family=world.okafors).state is State.CANCELLED
