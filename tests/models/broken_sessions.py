"""Cases that break the promises about sessions."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from handsel.models import CareSession, GenerationBatch
from handsel.rules.lifecycle import State, Status
from tests.models.breaking import Case, Cases, change, copy
from tests.world import LONG_AGO, NOW, World, wall

cases = Cases()
breaks = cases.breaks

BEFORE_CARE, AFTER_CARE = wall("2026-06-02 08:00"), wall("2026-06-02 18:00")


def in_state(state: State, **columns: Any) -> Case:
    """A session of this state is given these columns."""

    def case(world: World) -> None:
        member = {"confirmed_by": world.ana_of_riveras.id, "cancelled_by": world.ana_of_riveras.id}
        chosen = {name: member[name] if value is SOMEBODY else value for name, value in columns.items()}
        change(world.session(state=state), **chosen)

    case.__name__ = "_".join([state.lower(), *(_said(name, value) for name, value in columns.items())])
    return case


def _said(name: str, value: Any) -> str:
    return f"{name}_{value}" if isinstance(value, str | bool) else f"no_{name}" if value is None else name


SOMEBODY = object()
UNAGREED = {"is_confirmed": False, "confirmed_at": None, "confirmed_by": None}

cases += [
    (promise, in_state(state, **columns))
    for promise, state, columns in [
        ("starts_before_it_ends", State.UNCONFIRMED, {"scheduled_end": BEFORE_CARE}),
        ("starts_before_it_ends", State.CONFIRMED, {"scheduled_end": wall("2026-06-02 09:00")}),
        ("starts_before_it_ends", State.CANCELLED, {"scheduled_start": AFTER_CARE}),
        ("confirmed_by_and_at_together", State.UNCONFIRMED, {"is_confirmed": True}),
        ("confirmed_by_and_at_together", State.UNCONFIRMED, {"is_confirmed": True, "confirmed_at": NOW}),
        ("confirmed_by_and_at_together", State.UNCONFIRMED, {"is_confirmed": True, "confirmed_by": SOMEBODY}),
        ("confirmed_by_and_at_together", State.UNCONFIRMED, {"confirmed_at": NOW}),
        ("confirmed_by_and_at_together", State.UNCONFIRMED, {"confirmed_by": SOMEBODY}),
        ("confirmed_by_and_at_together", State.CONFIRMED, {"is_confirmed": False}),
        ("confirmed_by_and_at_together", State.CONFIRMED, {"confirmed_at": None}),
        ("confirmed_by_and_at_together", State.CONFIRMED, {"confirmed_by": None}),
        ("cancelled_by_and_at_together", State.UNCONFIRMED, {"status": Status.CANCELLED}),
        ("cancelled_by_and_at_together", State.UNCONFIRMED, {"cancelled_at": NOW}),
        ("cancelled_by_and_at_together", State.CONFIRMED, {"cancelled_by": SOMEBODY}),
        ("cancelled_by_and_at_together", State.CANCELLED, {"status": Status.SCHEDULED, "cancelled_for": ""}),
        ("cancelled_by_and_at_together", State.CANCELLED, {"cancelled_at": None}),
        ("cancelled_by_and_at_together", State.CANCELLED, {"cancelled_by": None}),
        ("cancelled_for_the_family_or_the_nanny", State.CANCELLED, {"cancelled_for": ""}),
        ("cancelled_for_the_family_or_the_nanny", State.CANCELLED, {"cancelled_for": "SAM"}),
        ("cancelled_for_the_family_or_the_nanny", State.CONFIRMED, {"cancelled_for": "NANNY"}),
        ("actual_times_match_status", State.CONFIRMED, {"status": Status.IN_PROGRESS}),
        ("actual_times_match_status", State.CONFIRMED, {"status": Status.COMPLETED}),
        ("actual_times_match_status", State.CONFIRMED, {"status": Status.COMPLETED, "actual_start": NOW}),
        ("actual_times_match_status", State.CONFIRMED, {"status": Status.COMPLETED, "actual_end": NOW}),
        ("actual_times_match_status", State.CONFIRMED, {"status": "LOST"}),
        ("actual_times_match_status", State.UNCONFIRMED, {"actual_start": NOW}),
        ("actual_times_match_status", State.UNCONFIRMED, {"actual_end": NOW}),
        ("actual_times_match_status", State.CANCELLED, {"actual_start": NOW}),
        ("actual_times_match_status", State.IN_PROGRESS, {"actual_start": None}),
        ("actual_times_match_status", State.IN_PROGRESS, {"actual_end": AFTER_CARE}),
        ("actual_times_match_status", State.IN_PROGRESS, {"status": Status.SCHEDULED}),
        ("actual_times_match_status", State.IN_PROGRESS, {"status": Status.COMPLETED}),
        ("actual_times_match_status", State.COMPLETED, {"actual_start": None}),
        ("actual_times_match_status", State.COMPLETED, {"actual_end": None}),
        ("actual_times_match_status", State.COMPLETED, {"actual_end": BEFORE_CARE}),
        ("actual_times_match_status", State.COMPLETED, {"status": Status.SCHEDULED}),
        ("only_agreed_sessions_run", State.IN_PROGRESS, UNAGREED),
        ("only_agreed_sessions_run", State.COMPLETED, UNAGREED),
        ("session_rate_is_not_negative", State.UNCONFIRMED, {"hourly_rate": Decimal("-0.01")}),
    ]
]


@breaks("pay_date_is_near_the_start")
def a_session_moves_a_week_and_keeps_its_pay_date(world: World) -> None:
    change(world.session(), scheduled_start=wall("2026-06-09 09:00"), scheduled_end=wall("2026-06-09 17:00"))


@breaks("pay_date_is_near_the_start")
def a_session_is_written_with_the_pay_date_of_another_week(world: World) -> None:
    copy(world.session(), pay_date=date(2026, 6, 9))


@breaks("a_session_names_a_child_once")
def emma_attends_twice(world: World) -> None:
    copy(world.session().child_links.get())


@breaks("one_session_per_slot")
def a_slot_has_two_sessions(world: World) -> None:
    copy(world.session(schedule=world.schedule(), slot_date=date(2026, 6, 3)))


@breaks("one_session_per_slot")
def a_session_moves_into_anothers_slot(world: World) -> None:
    schedule = world.schedule()
    world.session(schedule=schedule, slot_date=date(2026, 6, 3), state=State.CANCELLED)
    change(world.session(schedule=schedule, slot_date=date(2026, 6, 5)), slot_date=date(2026, 6, 3))


RUNNING = {"status": Status.IN_PROGRESS, "actual_start": NOW}


@breaks("one_running_session_per_nanny")
def noor_starts_a_second_session(world: World) -> None:
    world.session("2026-06-02 09:00", state=State.IN_PROGRESS)
    change(world.session("2026-06-03 09:00", state=State.CONFIRMED), **RUNNING)


@breaks("one_running_session_per_nanny")
def noor_starts_a_session_of_another_family(world: World) -> None:
    world.session("2026-06-02 09:00", state=State.IN_PROGRESS)
    change(world.session("2026-06-03 09:00", state=State.CONFIRMED, family=world.okafors), **RUNNING)


@breaks("one_running_session_per_nanny")
def a_running_session_passes_to_noor_who_has_one(world: World) -> None:
    world.session("2026-06-02 09:00", state=State.IN_PROGRESS)
    beas = world.session("2026-06-03 09:00", state=State.IN_PROGRESS, nanny=world.bea_of_riveras)
    change(beas, nanny=world.noor_of_riveras.id, nanny_person=world.noor.id)


@breaks("one_running_session_per_nanny")
def the_leave_to_overlap_is_taken_from_a_running_session(world: World) -> None:
    world.session("2026-06-02 09:00", state=State.IN_PROGRESS)
    shared = world.session("2026-06-03 09:00", state=State.IN_PROGRESS, overlap_allowed=True)
    change(shared, overlap_allowed=False)


def agreed(world: World, **columns: Any) -> CareSession:
    """Noor is promised to the Riveras on 2 June from nine to five."""
    return world.session("2026-06-02 09:00", state=State.CONFIRMED, **columns)


@breaks("no_double_booking")
def two_agreed_sessions_are_inserted(world: World) -> None:
    copy(agreed(world))


@breaks("no_double_booking")
def one_inserted_session_shares_a_minute(world: World) -> None:
    first = agreed(world)
    last_minute = first.scheduled_end - timedelta(minutes=1)
    copy(first, scheduled_start=last_minute, scheduled_end=last_minute + timedelta(hours=2))


@breaks("no_double_booking")
def one_inserted_session_lies_within_another(world: World) -> None:
    copy(agreed(world), scheduled_start=wall("2026-06-02 12:00"), scheduled_end=wall("2026-06-02 12:01"))


@breaks("no_double_booking")
def one_inserted_session_reaches_over_another(world: World) -> None:
    copy(agreed(world), scheduled_start=BEFORE_CARE, scheduled_end=AFTER_CARE)


@breaks("no_double_booking")
def a_start_moves_into_another_session(world: World) -> None:
    agreed(world)
    change(world.session("2026-06-02 17:00", hours=2, state=State.CONFIRMED), scheduled_start=wall("2026-06-02 16:59"))


@breaks("no_double_booking")
def an_end_moves_into_another_session(world: World) -> None:
    agreed(world)
    change(world.session("2026-06-02 07:00", hours=2, state=State.CONFIRMED), scheduled_end=wall("2026-06-02 09:01"))


@breaks("no_double_booking")
def an_overlapping_session_is_agreed_to(world: World) -> None:
    agreed(world)
    tentative = world.session("2026-06-02 10:00")
    change(tentative, is_confirmed=True, confirmed_at=NOW, confirmed_by=world.ana_of_riveras.id)


@breaks("no_double_booking")
def an_overlapping_session_returns_from_the_cancelled(world: World) -> None:
    agreed(world)
    cancelled = world.session("2026-06-02 10:00", state=State.CANCELLED)
    change(cancelled, status=Status.SCHEDULED, cancelled_at=None, cancelled_by=None, cancelled_for="")


@breaks("no_double_booking")
def the_leave_to_overlap_is_taken_back(world: World) -> None:
    agreed(world)
    change(agreed(world, overlap_allowed=True), overlap_allowed=False)


@breaks("no_double_booking")
def an_overlapping_session_passes_to_noor(world: World) -> None:
    agreed(world)
    beas = agreed(world, nanny=world.bea_of_riveras)
    change(beas, nanny=world.noor_of_riveras.id, nanny_person=world.noor.id)


@breaks("no_double_booking")
def an_overlapping_session_that_had_nobody_gets_noor(world: World) -> None:
    agreed(world)
    change(agreed(world, nanny=None), nanny=world.noor_of_riveras.id, nanny_person=world.noor.id)


@breaks("no_double_booking")
def another_family_agrees_to_the_same_hours(world: World) -> None:
    agreed(world)
    theirs = world.session("2026-06-02 16:00", family=world.okafors)
    change(theirs, is_confirmed=True, confirmed_at=NOW, confirmed_by=world.ada_of_okafors.id)


@breaks("no_double_booking")
def an_agreed_session_moves_into_a_running_one(world: World) -> None:
    world.session("2026-06-02 09:00", state=State.IN_PROGRESS)
    tomorrow = world.session("2026-06-03 09:00", state=State.CONFIRMED)
    change(tomorrow, scheduled_start=wall("2026-06-02 10:00"), scheduled_end=wall("2026-06-02 11:00"))


@breaks("no_session_lasts_two_days")
def a_session_is_made_for_two_days(world: World) -> None:
    session = world.session()
    copy(session, scheduled_end=session.scheduled_start + timedelta(days=2))


@breaks("no_session_lasts_two_days")
def a_session_grows_to_two_days(world: World) -> None:
    session = world.session()
    change(session, scheduled_start=session.scheduled_end - timedelta(days=2))


@breaks("nanny_is_her_person")
def a_session_has_noor_but_counts_for_bea(world: World) -> None:
    change(world.session(), nanny_person=world.bea.id)


@breaks("nanny_is_her_person")
def a_session_has_noor_but_counts_for_nobody(world: World) -> None:
    change(world.session(), nanny_person=None)


@breaks("nanny_is_her_person")
def a_session_counts_for_noor_but_has_nobody(world: World) -> None:
    change(world.session(nanny=None), nanny_person=world.noor.id)


@breaks("nanny_is_her_person")
def a_session_has_noor_as_a_member_of_another_family(world: World) -> None:
    change(world.session(), nanny=world.noor_of_okafors.id)


@breaks("a_session_stays_in_the_family")
def a_session_without_a_nanny_goes_to_the_okafors(world: World) -> None:
    change(world.session(nanny=None), family=world.okafors.id)


@breaks("nanny_is_her_person")
def an_inserted_session_counts_for_somebody_else(world: World) -> None:
    copy(world.session(), nanny_person=world.sam.id)


@breaks("session_children_are_of_the_family")
def zuri_attends_a_session_of_the_riveras(world: World) -> None:
    copy(world.session().child_links.get(), child=world.zuri.id)


@breaks("session_children_are_of_the_family")
def zuri_takes_emmas_place(world: World) -> None:
    change(world.session().child_links.get(), child=world.zuri.id)


@breaks("session_schedule_is_of_the_family")
def a_session_of_the_okafors_comes_from_a_schedule_of_the_riveras(world: World) -> None:
    copy(world.session(family=world.okafors), schedule=world.schedule().id, slot_date=date(2026, 6, 3))


@breaks("session_schedule_is_of_the_family")
def a_session_of_the_okafors_is_given_a_schedule_of_the_riveras(world: World) -> None:
    change(world.session(family=world.okafors), schedule=world.schedule().id)


@breaks("session_batch_is_of_the_family")
def a_session_of_the_okafors_goes_with_a_generation_of_the_riveras(world: World) -> None:
    change(world.session(family=world.okafors), batch=a_generation(world).id)


@breaks("session_batch_is_of_the_family")
def a_session_is_made_for_the_okafors_by_a_generation_of_the_riveras(world: World) -> None:
    copy(world.session(family=world.okafors), batch=a_generation(world).id)


def a_generation(world: World, **columns: Any) -> GenerationBatch:
    return GenerationBatch.objects.create(
        family=world.riveras,
        from_date=date(2026, 6, 1),
        to_date=date(2026, 6, 3),
        created_by=world.noor_of_riveras,
        created_at=LONG_AGO,
        **columns,
    )
