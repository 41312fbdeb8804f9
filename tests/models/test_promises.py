"""Every promise of the database, broken in SQL past the models. The suite runs on SQLite and on PostgreSQL."""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction
from django.db.utils import ConnectionHandler
from uuid_utils.compat import uuid7

from handsel.models import (
    ApiToken,
    CareSession,
    ChangeRequest,
    Event,
    GenerationBatch,
    IdempotencyKey,
    Invitation,
    TimeOff,
    promises,
)
from handsel.rules.change_requests import Answer
from handsel.rules.lifecycle import State, Status
from handsel.rules.roles import Role
from tests.world import LONG_AGO, NOW, World, wall

pytestmark = pytest.mark.django_db

BEFORE_CARE, AFTER_CARE = wall("2026-06-02 08:00"), wall("2026-06-02 18:00")


def change(row: models.Model, **columns: Any) -> None:
    """UPDATE one row, past the models."""
    names = ", ".join(f"{_column(row, name)} = %s" for name in columns)
    _run(f"UPDATE {row._meta.db_table} SET {names} WHERE id = %s", row, columns)


def copy(row: models.Model, **columns: Any) -> None:
    """INSERT the row once more under a new id, with these columns said otherwise, past the models."""
    columns = {"id": uuid7(), **columns}
    said = {_column(row, name) for name in columns}
    names = ", ".join([_column(row, name) for name in columns] + _unsaid(row, said))
    values = ", ".join(["%s"] * len(columns) + _unsaid(row, said))
    table = row._meta.db_table
    _run(f"INSERT INTO {table} ({names}) SELECT {values} FROM {table} WHERE id = %s", row, columns)


def _column(row: models.Model, name: str) -> str:
    return row._meta.get_field(name).column


def _unsaid(row: models.Model, said: set[str]) -> list[str]:
    return [field.column for field in row._meta.concrete_fields if field.column not in said]


def _key(row: models.Model) -> list[Any]:
    return [row._meta.pk.get_db_prep_value(row.pk, connection)]


def _run(sql: str, row: models.Model, columns: dict[str, Any]) -> None:
    said = [row._meta.get_field(name).get_db_prep_save(value, connection) for name, value in columns.items()]
    with connection.cursor() as cursor:
        cursor.execute(sql, [*said, *_key(row)])


def broken_promise(error: BaseException) -> str | None:
    """Which promise an IntegrityError speaks of."""
    if connection.vendor == "postgresql":
        return error.__cause__.diag.constraint_name
    message = str(error)
    if found := re.fullmatch(r"(?:CHECK constraint failed: |UNIQUE constraint failed: index '|)(\w+)'?", message):
        return found[1]
    columns = set(message.removeprefix("UNIQUE constraint failed: ").split(", "))
    for model in apps.get_app_config("handsel").get_models():
        for constraint in model._meta.constraints:
            fields = getattr(constraint, "fields", ())
            if columns == {f"{model._meta.db_table}.{model._meta.get_field(name).column}" for name in fields}:
                return constraint.name
    return None


# The cases. Each makes what is good and breaks one promise with its last statement.

Case = Callable[[World], None]
CASES: list[tuple[str, Case]] = []


def breaks(promise: str, *, only_on: str = connection.vendor) -> Callable[[Case], Case]:
    def register(case: Case) -> Case:
        if connection.vendor == only_on:
            CASES.append((promise, case))
        return case

    return register


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

CASES += [
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
        ("cancelled_by_and_at_together", State.CANCELLED, {"status": Status.SCHEDULED}),
        ("cancelled_by_and_at_together", State.CANCELLED, {"cancelled_at": None}),
        ("cancelled_by_and_at_together", State.CANCELLED, {"cancelled_by": None}),
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


@breaks("default_rate_is_not_negative")
def a_family_pays_less_than_nothing(world: World) -> None:
    change(world.riveras, default_hourly_rate=Decimal("-0.01"))


@breaks("role_is_known")
def a_member_is_the_aunt(world: World) -> None:
    change(world.ana_of_riveras, role="AUNT")


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


@breaks("recurrence_is_known")
def a_schedule_comes_yearly(world: World) -> None:
    change(world.schedule(), recurrence="YEARLY")


@breaks("schedule_rate_is_not_negative")
def a_schedule_pays_less_than_nothing(world: World) -> None:
    change(world.schedule(), hourly_rate=Decimal(-25))


@breaks("a_schedule_names_a_child_once")
def emma_is_on_a_schedule_twice(world: World) -> None:
    copy(world.schedule().child_links.get())


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
    change(cancelled, status=Status.SCHEDULED, cancelled_at=None, cancelled_by=None)


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


@breaks("nanny_is_her_person")
def a_session_moves_to_another_family_with_its_nanny(world: World) -> None:
    change(world.session(), family=world.okafors.id)


@breaks("nanny_is_her_person")
def an_inserted_session_counts_for_somebody_else(world: World) -> None:
    copy(world.session(), nanny_person=world.sam.id)


@breaks("session_children_are_of_the_family")
def zuri_attends_a_session_of_the_riveras(world: World) -> None:
    copy(world.session().child_links.get(), child=world.zuri.id)


@breaks("session_children_are_of_the_family")
def zuri_takes_emmas_place(world: World) -> None:
    change(world.session().child_links.get(), child=world.zuri.id)


@breaks("schedule_children_are_of_the_family")
def zuri_is_on_a_schedule_of_the_riveras(world: World) -> None:
    copy(world.schedule().child_links.get(), child=world.zuri.id)


@breaks("schedule_children_are_of_the_family")
def zuri_takes_emmas_place_on_a_schedule(world: World) -> None:
    change(world.schedule().child_links.get(), child=world.zuri.id)


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
    return {"status": Answer.DECLINED, "answered_by": world.noor_of_riveras, "answered_at": NOW}


@breaks("one_open_change_request")
def a_second_request_is_made(world: World) -> None:
    copy(a_request(world), message="Or two hours.")


@breaks("one_open_change_request")
def a_declined_request_opens_again(world: World) -> None:
    declined = a_request(world, **answered(world))
    a_request(world, session=declined.session)
    change(declined, status=Answer.OPEN, answered_by=None, answered_at=None)


@breaks("answered_by_and_at_together")
def a_request_is_accepted_by_nobody(world: World) -> None:
    change(a_request(world), status=Answer.ACCEPTED, answered_at=NOW)


@breaks("answered_by_and_at_together")
def an_answered_request_is_open(world: World) -> None:
    change(a_request(world, **answered(world)), status=Answer.OPEN)


@breaks("proposal_starts_before_it_ends")
def a_request_proposes_to_end_first(world: World) -> None:
    change(a_request(world), scheduled_start=AFTER_CARE, scheduled_end=BEFORE_CARE)


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
    times = {"claimed_at": NOW, "created_at": NOW}
    key = IdempotencyKey.objects.create(person=world.ana, key="monday", path="/api/v1/families", **times)
    copy(key, path="/api/v1/me")


def an_event(world: World) -> Event:
    return Event.objects.create(family=world.riveras, kind="family.created", at=LONG_AGO, source="WEB")


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
        cursor.execute("DELETE FROM handsel_event WHERE id = %s", _key(event))


@breaks("events_are_kept")
def history_is_replaced(world: World) -> None:
    event = an_event(world)
    verb, otherwise = "INSERT", "ON CONFLICT (id) DO UPDATE SET kind = 'family.updated'"
    if connection.vendor == "sqlite":
        verb, otherwise = "INSERT OR REPLACE", ""
    with connection.cursor() as cursor:
        cursor.execute(f"{verb} INTO handsel_event SELECT * FROM handsel_event WHERE id = %s {otherwise}", _key(event))


# SQLite has no TRUNCATE: what would empty the table there is a DELETE, and refused row by row.
@breaks("all_events_are_kept", only_on="postgresql")
def history_is_emptied_at_one_stroke(world: World) -> None:
    an_event(world)
    with connection.cursor() as cursor:
        # The event's own references are checked now, for TRUNCATE waits for no deferred check.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("TRUNCATE handsel_event CASCADE")


@pytest.mark.parametrize(("promise", "case"), CASES, ids=[f"{promise}-{case.__name__}" for promise, case in CASES])
def test_the_database_refuses(world, promise, case):
    with pytest.raises(IntegrityError) as refused, transaction.atomic():
        case(world)
    assert broken_promise(refused.value) == promise


@pytest.mark.parametrize(
    "columns",
    [
        pytest.param({"scheduled_start": "2026-06-02 17:00", "scheduled_end": "2026-06-02 19:00"}, id="after it"),
        pytest.param({"scheduled_start": "2026-06-02 07:00", "scheduled_end": "2026-06-02 09:00"}, id="before it"),
        pytest.param({"overlap_allowed": True}, id="allowed to overlap"),
        pytest.param(UNAGREED, id="unconfirmed"),
        pytest.param({"status": Status.CANCELLED, "cancelled_at": NOW, "cancelled_by": SOMEBODY}, id="cancelled"),
        pytest.param(
            {
                "status": Status.COMPLETED,
                "actual_start": datetime(2026, 6, 2, 13, tzinfo=UTC),
                "actual_end": datetime(2026, 6, 2, 14, tzinfo=UTC),
            },
            id="completed",
        ),
        pytest.param({"nanny": None, "nanny_person": None}, id="nobody's"),
    ],
)
def test_what_is_no_double_booking_passes(world, columns):
    first = agreed(world)
    said = {
        name: wall(value) if name.startswith("scheduled") else world.ana_of_riveras.id if value is SOMEBODY else value
        for name, value in columns.items()
    }
    copy(first, **said)
    beas = {"nanny": world.bea_of_riveras.id, "nanny_person": world.bea.id}
    copy(first, **beas)
    assert CareSession.objects.count() == 3


def test_sessions_without_a_schedule_have_no_slot_to_share(world):
    copy(world.session(schedule=None, slot_date=date(2026, 6, 3)))
    assert CareSession.objects.count() == 2


def test_a_session_that_may_overlap_runs_beside_another(world):
    world.session("2026-06-02 09:00", state=State.IN_PROGRESS)
    change(world.session("2026-06-02 10:00", state=State.CONFIRMED, overlap_allowed=True), **RUNNING)
    assert CareSession.objects.filter(status=Status.IN_PROGRESS).count() == 2


def test_an_answered_request_makes_room_for_the_next(world):
    declined = a_request(world, **answered(world))
    a_request(world, session=declined.session)
    assert ChangeRequest.objects.count() == 2


def test_an_end_without_a_start_may_be_proposed(world):
    change(a_request(world), scheduled_end=BEFORE_CARE)


def test_history_outlives_what_it_is_about(world):
    session = world.session()
    Event.objects.create(family=world.riveras, session_id=session.id, kind="care_session.created", at=NOW, source="API")
    gone = session.id
    session.delete()
    assert Event.objects.filter(session_id=gone).exists()


def test_a_deleted_schedule_leaves_its_sessions(world):
    schedule = world.schedule()
    batch = GenerationBatch.objects.create(
        family=world.riveras,
        schedule=schedule,
        from_date=date(2026, 6, 1),
        to_date=date(2026, 6, 3),
        made_by=world.noor_of_riveras,
        made_at=LONG_AGO,
    )
    session = world.session(schedule=schedule, batch=batch, slot_date=date(2026, 6, 3))
    schedule.delete()
    session.refresh_from_db()
    assert (session.schedule_id, session.slot_date, session.batch_id) == (None, date(2026, 6, 3), batch.id)


# Nothing may be promised without a case above, and nothing lost on the way from the first migration to the last.

EXCLUSIONS_AND_TRIGGERS = {
    "sqlite": {
        "events_are_kept_on_delete",
        "events_are_kept_on_insert",
        "events_are_kept_on_update",
        "nanny_is_her_person_on_insert",
        "nanny_is_her_person_on_update",
        "no_double_booking_on_insert",
        "no_double_booking_on_update",
        "no_session_lasts_two_days_on_insert",
        "no_session_lasts_two_days_on_update",
        "schedule_children_are_of_the_family_on_insert",
        "schedule_children_are_of_the_family_on_update",
        "session_children_are_of_the_family_on_insert",
        "session_children_are_of_the_family_on_update",
    },
    "postgresql": {
        "all_events_are_kept",
        "events_are_kept",
        "nanny_is_her_person",
        "no_double_booking",
        "no_session_lasts_two_days",
        "schedule_children_are_of_the_family",
        "session_children_are_of_the_family",
    },
}
_FOUND = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
    "postgresql": """
        SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'
        UNION SELECT conname FROM pg_constraint WHERE contype = 'x'""",
}


def exclusions_and_triggers() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(_FOUND[connection.vendor])
        return {name for (name,) in cursor.fetchall()}


def test_every_trigger_stands_after_the_last_migration():
    assert exclusions_and_triggers() == EXCLUSIONS_AND_TRIGGERS[connection.vendor]


def test_every_promise_has_a_case_that_breaks_it():
    named = {
        constraint.name
        for model in apps.get_app_config("handsel").get_models()
        for constraint in model._meta.constraints
    }
    named |= {name.partition("_on_")[0] for name in exclusions_and_triggers()}
    assert named == {promise for promise, _ in CASES}


def test_a_table_of_sqlite_can_be_remade_between_lifting_and_keeping(tmp_path):
    """As a migration does that alters it: the triggers of other tables that speak of it must be out of the way."""
    file = {"ENGINE": "django.db.backends.sqlite3", "NAME": tmp_path / "book.sqlite3"}
    book = ConnectionHandler({"default": file})["default"]
    with book.schema_editor() as editor:
        for model in apps.get_app_config("handsel").get_models():
            editor.create_model(model)
        promises.keep(editor)
    (slots,) = (promise for promise in CareSession._meta.constraints if promise.name == "one_session_per_slot")
    with book.schema_editor() as editor:
        promises.lift(editor)
        editor.remove_constraint(CareSession, slots)
        promises.keep(editor)
    with book.cursor() as cursor:
        cursor.execute(_FOUND["sqlite"])
        assert {name for (name,) in cursor.fetchall()} == EXCLUSIONS_AND_TRIGGERS["sqlite"]
    book.close()
