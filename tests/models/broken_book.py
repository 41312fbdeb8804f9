"""Cases that break the promises about everything but sessions."""

from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from handsel.models import (
    ApiToken,
    BusyTime,
    CalendarAddress,
    ChangeRequest,
    Event,
    IdempotencyKey,
    Invitation,
    Member,
    OutsideCalendar,
)
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role
from tests.models.breaking import Cases, change, copy, key
from tests.models.broken_sessions import AFTER_CARE, BEFORE_CARE, a_generation
from tests.world import LONG_AGO, NOW, World

cases = Cases()
breaks = cases.breaks


@breaks("default_rate_is_not_negative")
def a_family_pays_less_than_nothing(world: World) -> None:
    change(world.riveras, default_hourly_rate=Decimal("-0.01"))


@breaks("role_is_known")
def a_member_is_the_aunt(world: World) -> None:
    change(world.ana_of_riveras, role="AUNT")


@breaks("a_phone_is_a_parents_who_is_here")
def a_parent_leaves_and_their_number_stays(world: World) -> None:
    change(world.ana_of_riveras, phone="+1 555 010 0199", removed_at=NOW)


@breaks("a_phone_is_a_parents_who_is_here")
def a_nanny_has_a_number(world: World) -> None:
    change(world.noor_of_riveras, phone="+1 555 010 0199")


@breaks("a_record_names_who_left")
def a_member_who_is_here_has_a_second_name(world: World) -> None:
    change(world.noor_of_riveras, name_on_record="Noor")


def a_deleted_account(world: World) -> Member:
    """A nanny whose care is completed and who deleted their account."""
    world.session("2026-05-20 09:00", state=State.COMPLETED)
    change(world.noor_of_riveras, name_on_record="Noor", removed_at=NOW)
    change(world.noor, name="")
    return world.noor_of_riveras


@breaks("who_gave_care_has_a_name")
def a_nanny_deletes_the_account_and_the_record_has_no_name(world: World) -> None:
    world.session("2026-05-20 09:00", state=State.COMPLETED)
    change(world.noor_of_riveras, removed_at=NOW)
    change(world.noor, name="")


@breaks("a_record_keeps_its_name")
def the_record_forgets_whom_the_family_paid(world: World) -> None:
    change(a_deleted_account(world), name_on_record="")


@breaks("one_membership_per_person")
def ana_is_in_her_family_twice(world: World) -> None:
    copy(world.ana_of_riveras, role=Role.COORDINATOR)


@breaks("schedule_ends_after_it_begins")
def a_schedule_ends_the_day_before(world: World) -> None:
    change(world.schedule(), end_date=date(2026, 5, 31))


@breaks("schedule_has_a_length")
def a_schedule_ends_as_it_begins(world: World) -> None:
    change(world.schedule(), end_time=time(6))


@breaks("weekdays_are_seven_bits")
def a_week_has_an_eighth_day(world: World) -> None:
    change(world.schedule(), days_of_week=128)


@breaks("schedule_weeks_begin_on_monday_or_sunday")
def a_schedules_weeks_begin_on_tuesday(world: World) -> None:
    change(world.schedule(), week_start="TUES")


@breaks("recurrence_is_known")
def a_schedule_comes_yearly(world: World) -> None:
    change(world.schedule(), recurrence="YEARLY")


@breaks("schedule_rate_is_not_negative")
def a_schedule_pays_less_than_nothing(world: World) -> None:
    change(world.schedule(), hourly_rate=Decimal(-25))


@breaks("weeks_ahead_are_1_to_26")
def a_schedule_is_kept_planned_for_no_week(world: World) -> None:
    change(world.schedule(), weeks_ahead=0, extended_by=world.ana_of_riveras.id)


@breaks("weeks_ahead_are_1_to_26")
def a_schedule_is_kept_planned_for_more_than_half_a_year(world: World) -> None:
    change(world.schedule(), weeks_ahead=27, extended_by=world.ana_of_riveras.id)


@breaks("planned_ahead_on_somebodys_word")
def a_schedule_is_kept_planned_on_nobodys_word(world: World) -> None:
    change(world.schedule(), weeks_ahead=4)


@breaks("planned_ahead_on_somebodys_word")
def a_word_says_no_number_of_weeks(world: World) -> None:
    change(world.schedule(), extended_by=world.ana_of_riveras.id)


@breaks("a_schedule_names_a_child_once")
def emma_is_on_a_schedule_twice(world: World) -> None:
    copy(world.schedule().child_links.get())


@breaks("schedule_children_are_of_the_family")
def zuri_is_on_a_schedule_of_the_riveras(world: World) -> None:
    copy(world.schedule().child_links.get(), child=world.zuri.id)


@breaks("schedule_children_are_of_the_family")
def zuri_takes_emmas_place_on_a_schedule(world: World) -> None:
    change(world.schedule().child_links.get(), child=world.zuri.id)


@breaks("schedule_nanny_is_of_the_family")
def a_schedule_of_the_riveras_names_noor_as_the_okafors_know_her(world: World) -> None:
    copy(world.schedule(), nanny=world.noor_of_okafors.id)


@breaks("schedule_nanny_is_of_the_family")
def ada_is_made_the_nanny_of_the_riveras(world: World) -> None:
    change(world.schedule(), nanny=world.ada_of_okafors.id)


@breaks("a_schedule_stays_in_the_family")
def a_schedule_without_a_nanny_goes_to_the_okafors(world: World) -> None:
    change(world.schedule(nanny=None), family=world.okafors.id)


@breaks("a_child_stays_in_the_family")
def emma_goes_to_the_okafors(world: World) -> None:
    change(world.emma, family=world.okafors.id)


@breaks("a_member_stays_who_it_is")
def ana_goes_to_the_okafors(world: World) -> None:
    change(world.ana_of_riveras, family=world.okafors.id)


@breaks("a_member_stays_who_it_is")
def sam_becomes_who_ana_was(world: World) -> None:
    change(world.ana_of_riveras, user=world.sam.id)


@breaks("a_batch_stays_in_the_family")
def a_generation_goes_to_the_okafors(world: World) -> None:
    change(a_generation(world), family=world.okafors.id)


def a_request(world: World, **columns: Any) -> ChangeRequest:
    return ChangeRequest.objects.create(
        **{
            "family": world.riveras,
            "session": world.session(),
            "message": "An hour later, please.",
            "asked_by": world.ana_of_riveras,
            "asked_at": LONG_AGO,
            **columns,
        }
    )


def answered(world: World) -> dict[str, Any]:
    return {"status": "DECLINED", "answered_by": world.noor_of_riveras, "answered_at": NOW}


@breaks("one_open_change_request")
def a_second_request_is_made(world: World) -> None:
    copy(a_request(world), message="Or two hours.")


@breaks("one_open_change_request")
def a_declined_request_opens_again(world: World) -> None:
    declined = a_request(world, **answered(world))
    a_request(world, session=declined.session)
    change(declined, status="OPEN", answered_by=None, answered_at=None)


@breaks("answered_by_and_at_together")
def a_request_is_accepted_by_nobody(world: World) -> None:
    change(a_request(world), status="ACCEPTED", answered_at=NOW)


@breaks("answered_by_and_at_together")
def an_answered_request_is_open(world: World) -> None:
    change(a_request(world, **answered(world)), status="OPEN")


@breaks("proposal_starts_before_it_ends")
def a_request_proposes_to_end_first(world: World) -> None:
    change(a_request(world), scheduled_start=AFTER_CARE, scheduled_end=BEFORE_CARE)


@breaks("request_session_is_of_the_family")
def the_okafors_request_changes_to_a_session_of_the_riveras(world: World) -> None:
    copy(a_request(world, **answered(world)), family=world.okafors.id)


@breaks("request_session_is_of_the_family")
def a_request_turns_to_a_session_of_the_okafors(world: World) -> None:
    change(a_request(world), session=world.session(family=world.okafors).id)


@breaks("one_person_per_address")
def sam_takes_anas_address_in_capitals(world: World) -> None:
    change(world.sam, email=world.ana.email.upper())


@breaks("hours_are_12_or_24")
def a_day_has_ten_hours(world: World) -> None:
    change(world.sam, hour_cycle=10)


@breaks("week_starts_on_a_weekday")
def a_week_starts_on_its_eighth_day(world: World) -> None:
    change(world.sam, week_starts_on=7)


@breaks("scope_is_known")
def a_token_may_do_anything(world: World) -> None:
    world.secret(world.sam)
    change(ApiToken.objects.get(), scope="admin")


@breaks("accepted_by_and_at_together")
def an_invitation_is_accepted_by_nobody(world: World) -> None:
    change(an_invitation(world), accepted_at=NOW)


@breaks("accepted_by_and_at_together")
def an_invitation_is_accepted_at_no_time(world: World) -> None:
    change(an_invitation(world), accepted_by=world.luis_of_riveras.id)


def an_invitation(world: World) -> Invitation:
    return Invitation.objects.create(
        family=world.riveras,
        email="luis@example.com",
        role=Role.PARENT,
        token_hash="0" * 64,
        invited_by=world.ana_of_riveras,
        created_at=LONG_AGO,
        expires_at=NOW,
    )


@breaks("one_answer_per_key")
def a_key_is_claimed_twice(world: World) -> None:
    times = {"next_at": NOW, "created_at": NOW}
    key = IdempotencyKey.objects.create(person=world.ana, key="monday", path="/api/v1/families", size=0, **times)
    copy(key, path="/api/v1/me")


def an_event(world: World) -> Event:
    return Event.objects.create(family=world.riveras, kind="family.created", at=LONG_AGO, source="WEB")


@breaks("busy_tells_no_more")
def a_busy_address_tells_of_children(world: World) -> None:
    CalendarAddress.objects.create(
        person=world.ana, name="Work", is_full=False, shows_children=True, secret_hash="0" * 64, created_at=NOW
    )


def a_busy_time(world: World) -> BusyTime:
    calendar = OutsideCalendar.objects.create(
        person=world.noor, name="Private", encrypted_address="x", created_at=LONG_AGO, next_at=NOW
    )
    return BusyTime.objects.create(calendar=calendar, starts_at=LONG_AGO, ends_at=NOW, created_at=NOW)


@breaks("busy_starts_before_it_ends")
def a_busy_time_ends_as_it_starts(world: World) -> None:
    change(a_busy_time(world), ends_at=LONG_AGO)


@breaks("busy_once_at_a_time")
def noor_is_busy_twice_from_one_instant(world: World) -> None:
    copy(a_busy_time(world), ends_at=NOW + timedelta(hours=1))


@breaks("errors_are_counted")
def a_calendar_is_in_trouble_for_the_noughth_time(world: World) -> None:
    change(a_busy_time(world).calendar, last_error="refused")


@breaks("errors_are_counted")
def a_calendar_failed_without_trouble(world: World) -> None:
    change(a_busy_time(world).calendar, failures=1)


@breaks("events_are_kept")
def history_is_rewritten(world: World) -> None:
    change(an_event(world), reason="It was never so.")


@breaks("events_are_kept")
def history_is_written_again_as_it_was(world: World) -> None:
    change(an_event(world), kind="family.created")


@breaks("events_are_kept")
def history_is_deleted(world: World) -> None:
    event = an_event(world)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM handsel_event WHERE id = %s", key(event))


@breaks("events_are_kept")
def history_is_replaced(world: World) -> None:
    event = an_event(world)
    verb, otherwise = "INSERT", "ON CONFLICT (id) DO UPDATE SET kind = 'family.updated'"
    if connection.vendor == "sqlite":
        verb, otherwise = "INSERT OR REPLACE", ""
    with connection.cursor() as cursor:
        cursor.execute(f"{verb} INTO handsel_event SELECT * FROM handsel_event WHERE id = %s {otherwise}", key(event))


# SQLite has no TRUNCATE: what would empty the table there is a DELETE, and refused row by row.
@breaks("all_events_are_kept", only_on="postgresql")
def history_is_emptied_at_one_stroke(world: World) -> None:
    an_event(world)
    with connection.cursor() as cursor:
        # The event's own references are checked now, for TRUNCATE waits for no deferred check.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE handsel_event CASCADE")
