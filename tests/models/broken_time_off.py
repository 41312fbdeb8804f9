"""Cases that break the promises about time off."""

from datetime import date, time

from handsel.models import (
    TimeOff,
    TimeOffDecision,
    TimeOffReason,
)
from tests.models.breaking import Cases, change, copy
from tests.world import LONG_AGO, World

cases = Cases()
breaks = cases.breaks


def a_week_off(world: World) -> TimeOff:
    return TimeOff.objects.create(
        family=world.riveras,
        from_date=date(2026, 6, 8),
        to_date=date(2026, 6, 12),
        entered_by=world.ana_of_riveras,
        created_at=LONG_AGO,
    )


@breaks("time_off_ends_after_it_begins")
def time_off_ends_the_day_before(world: World) -> None:
    change(a_week_off(world), to_date=date(2026, 6, 7))


@breaks("time_off_has_both_hours_or_none")
def time_off_has_a_start_alone(world: World) -> None:
    change(a_week_off(world), start_time=time(9))


@breaks("time_off_has_both_hours_or_none")
def time_off_has_an_end_alone(world: World) -> None:
    change(a_week_off(world), end_time=time(9))


@breaks("time_off_nanny_is_of_the_family")
def the_riveras_enter_time_off_for_noor_as_the_okafors_know_her(world: World) -> None:
    copy(a_week_off(world), nanny=world.noor_of_okafors.id)


@breaks("time_off_person_is_the_nanny")
def noors_own_time_off_is_beas(world: World) -> None:
    copy(a_week_off(world), nanny=world.noor_of_riveras.id, person=world.bea.id)


@breaks("time_off_person_is_the_nanny")
def the_familys_time_off_becomes_noors_own(world: World) -> None:
    change(a_week_off(world), person=world.noor.id)


@breaks("a_family_is_told_a_reason_once")
def the_riveras_are_told_the_reason_twice(world: World) -> None:
    copy(TimeOffReason.objects.create(time_off=a_week_off(world), family=world.riveras))


def a_decision(world: World) -> TimeOffDecision:
    return TimeOffDecision.objects.create(
        time_off_id=a_week_off(world).id,
        family=world.riveras,
        session=world.session(),
        decision="CANCEL",
        before={},
        session_version=2,
        created_at=LONG_AGO,
    )


@breaks("a_session_is_decided_once")
def a_session_is_cancelled_twice_for_the_same_days(world: World) -> None:
    copy(a_decision(world))


@breaks("decision_changed_something")
def a_session_that_is_kept_was_decided(world: World) -> None:
    change(a_decision(world), decision="KEEP")


@breaks("decision_session_is_of_the_family")
def a_decision_turns_to_a_session_of_the_okafors(world: World) -> None:
    change(a_decision(world), session=world.session(family=world.okafors).id)


@breaks("time_off_nanny_is_of_the_family")
def time_off_of_bea_goes_to_the_okafors(world: World) -> None:
    off = a_week_off(world)
    change(off, nanny=world.bea_of_riveras.id)
    change(off, family=world.okafors.id)
