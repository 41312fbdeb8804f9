"""Importing past sessions: what each row becomes, what is refused, and taking it back."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.actions import care_sessions, children, families, members, session_imports
from handsel.documents import sessions_csv
from handsel.models import CareSession, Child, Event, PayPeriod, SessionImport, User
from handsel.queries import records
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State, Status
from handsel.rules.pay.periods import PeriodStatus
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible, RowsRefused, WrongState
from handsel.rules.session_imports import Outcome, Warned
from tests import approved_pay
from tests.world import NOW, ON_THE_WEB, World, wall

HEADING = "Planned start,Planned end,Children,Nanny"
GOOD = "2026-03-02 09:00,2026-03-02 17:00,Emma,Noor"


def send(world: World, *rows: str, heading: str = HEADING, by=None, dry_run=False, skip_refused=False, family=None):
    raw = "\n".join([heading, *rows]).encode()
    return session_imports.import_sessions(
        (family or world.riveras).id,
        raw,
        dry_run=dry_run,
        skip_refused=skip_refused,
        by=by or world.ana,
        **ON_THE_WEB,
    )


def refused(world: World, *rows: str, heading: str = HEADING, **options) -> list[dict[str, str]]:
    with pytest.raises(RowsRefused) as refusal:
        send(world, *rows, heading=heading, **options)
    return [{error.column: error.message for error in row.errors} for row in refusal.value.outcome.rows]


def undo(world: World, import_id, **changes):
    return session_imports.undo(import_id, by=world.ana, **ON_THE_WEB | changes)


def test_a_row_becomes_a_past_session_completed_and_confirmed(world):
    outcome = send(world, GOOD)
    [row] = outcome.rows
    session = CareSession.objects.get()
    assert (row.row, row.outcome, row.session_id, row.errors, row.warnings) == (2, Outcome.CREATED, session.id, [], [])
    assert (outcome.created, outcome.existing, outcome.refused, outcome.dry_run) == (1, 0, 0, False)
    assert session.planned_times == session.actual_times == (wall("2026-03-02 09:00"), wall("2026-03-02 17:00"))
    assert (session.status, session.is_confirmed, session.confirmed_by) == ("COMPLETED", True, world.ana_of_riveras)
    assert (session.nanny, session.nanny_person) == (world.noor_of_riveras, world.noor)
    assert (session.hourly_rate, session.time_zone, session.pay_date.isoformat()) == (
        None,
        "America/New_York",
        "2026-03-02",
    )
    assert list(session.children.all()) == [world.emma]
    event = Event.objects.get(session_id=session.id)
    assert (event.kind, event.changes["row"], event.nanny) == (
        "care_session.imported",
        [None, 2],
        world.noor_of_riveras,
    )
    assert event.changes["sha256"] == [None, SessionImport.objects.get().sha256]


def test_every_column_is_read_semicolons_too(world):
    heading = "Notes;Currency;Hourly rate;Time zone;Actual end;Actual start;Nanny;Children;Planned end;Planned start;X"
    row = "Park;usd;25,50;Europe/Paris;2026-03-03 01:30:20;2026-03-02 21:05;noor;theo, Emma;2026-03-03 01:00;"
    send(world, row + "2026-03-02 21:00;y", heading=heading)
    session = CareSession.objects.get()
    assert session.actual_start == datetime(2026, 3, 2, 20, 5, tzinfo=UTC)
    assert session.actual_end == datetime(2026, 3, 3, 0, 30, 20, tzinfo=UTC)
    assert (session.hourly_rate, session.notes, session.time_zone) == (Decimal("25.50"), "Park", "Europe/Paris")
    assert session.children.count() == 2


def test_records_own_csv_comes_in_unchanged_and_is_there_already(world):
    for day, child in (("2026-03-02 09:00", world.emma), ("2026-03-03 09:00", world.theo)):
        world.session(day, state=State.COMPLETED, children=[child], hourly_rate=Decimal("25.00"))
    ours = sessions_csv.render(records.year(world.ana, world.riveras.id, 2026))
    send_raw = dict(dry_run=False, skip_refused=False, by=world.ana, **ON_THE_WEB)
    again = session_imports.import_sessions(world.riveras.id, ours, **send_raw)
    assert (again.created, again.existing, again.refused) == (0, 2, 0)
    before = list(CareSession.objects.order_by("scheduled_start").values_list("actual_start", "hourly_rate"))
    CareSession.objects.all().delete()
    assert session_imports.import_sessions(world.riveras.id, ours, **send_raw).created == 2
    assert list(CareSession.objects.order_by("scheduled_start").values_list("actual_start", "hourly_rate")) == before


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({0: "02.03.2026 09:00"}, "Planned start"),
        ({0: ""}, "Planned start"),
        ({0: "2026-02-30 09:00"}, "Planned start"),
        ({1: "2026-03-02 24:00"}, "Planned end"),
        ({1: "2026-03-02 09:00"}, "Planned end"),
        ({1: "2026-03-03 09:01"}, "Planned end"),
        ({0: "2026-06-01 07:00", 1: "2026-06-01 08:01"}, "Planned end"),
        ({2: ""}, "Children"),
        ({2: "Zuri"}, "Children"),
        ({2: "Emma, Nobody"}, "Children"),
        ({3: ""}, "Nanny"),
        ({3: "Ana"}, "Nanny"),
        ({4: "2026-03-02 08:00", 5: "2026-03-02 07:00"}, "Actual end"),
        ({6: "Mars/Base"}, "Time zone"),
        ({7: "-1"}, "Hourly rate"),
        ({7: "25.001"}, "Hourly rate"),
        ({8: "EUR"}, "Currency"),
    ],
)
def test_what_cannot_be_taken_is_refused_at_its_column_and_nothing_is_written(world, changes, column):
    cells = [*GOOD.split(","), "", "", "", "", ""]
    for at, cell in changes.items():
        cells[at] = f'"{cell}"'
    heading = HEADING + ",Actual start,Actual end,Time zone,Hourly rate,Currency"
    [good, wrong] = refused(world, GOOD + ",,,,,", ",".join(cells), heading=heading)
    assert (good, list(wrong)) == ({}, [column])
    assert not CareSession.objects.exists()
    assert not SessionImport.objects.exists()
    outcome = send(world, GOOD + ",,,,,", ",".join(cells), heading=heading, skip_refused=True)
    assert (outcome.created, outcome.refused) == (1, 1)
    assert CareSession.objects.count() == 1


def test_a_night_and_the_clock_change_last_a_day_at_most(world):
    rows = [
        "2026-03-07 20:00,2026-03-08 20:00,Emma,Noor",  # 23 hours
        "2025-11-01 20:00,2025-11-02 20:00,Emma,Noor",  # 25 hours by instants, a day by the clock
    ]
    assert send(world, *rows).created == 2
    [row] = refused(world, "2025-11-01 20:00,2025-11-02 20:01,Emma,Noor")
    assert row == {"Planned end": "Care lasts at most 24 hours."}


def test_names_are_taken_as_handsel_writes_them_whole_and_by_the_first_word(world):
    world.noor.name = "Noor Haddad"
    world.noor.save()
    world.emma.last_name = "Rivera"
    world.emma.save()
    for name in ("Noor", "noor haddad", " Noor  Haddad "):
        row = GOOD.replace("Noor", name).replace("Emma", "Emma Rivera")
        assert send(world, row, dry_run=True).refused == 0, name
    Child.objects.create(family=world.riveras, first_name="Emma", last_name="Ruiz", created_at=NOW)
    world.ana.__dict__.pop("known_names", None)
    [row] = refused(world, GOOD)
    assert row["Children"] == "More than one here is called Emma. Write the whole name."
    assert send(world, GOOD.replace("Emma", "Emma Ri."), GOOD.replace("Emma", "emma ruiz")).created == 2


def test_a_nanny_who_left_is_still_named(world):
    members.remove(world.noor_of_riveras.id, by=world.ana, **ON_THE_WEB)
    send(world, GOOD)
    assert CareSession.objects.get().nanny == world.noor_of_riveras


def test_a_family_that_never_had_a_nanny_leaves_it_empty(world):
    family = families.create(
        Draft.of(name="Alone", time_zone="America/New_York", currency="USD"), by=world.sam, **ON_THE_WEB
    )
    children.create(family.id, Draft.of(first_name="Ida"), by=world.sam, **ON_THE_WEB)
    row = "2026-03-02 09:00,2026-03-02 17:00,Ida,"
    assert refused(world, row + "Noor", family=family, by=world.sam) == [
        {"Nanny": "This family never had a nanny. Leave this empty."}
    ]
    send(world, row, family=family, by=world.sam)
    assert CareSession.objects.get().nanny is None


def test_it_is_safe_to_repeat(world):
    first = send(world, GOOD)
    again = send(world, GOOD, GOOD.replace("03-02", "03-03"))
    assert [(row.outcome, row.warnings) for row in again.rows] == [(Outcome.EXISTING, []), (Outcome.CREATED, [])]
    assert again.rows[0].session_id == first.rows[0].session_id
    assert CareSession.objects.count() == 2


def test_a_dry_run_writes_nothing_and_warns(world):
    planned = world.session("2026-03-03 09:00", state=State.CONFIRMED)
    world.session("2026-03-04 10:00", state=State.COMPLETED)
    rows = [GOOD, GOOD, GOOD.replace("03-02", "03-03"), "2026-03-04 09:00,2026-03-04 11:00,Emma,Noor"]
    before = CareSession.objects.count()
    outcome = send(world, *rows, dry_run=True)
    assert [[warning.code for warning in row.warnings] for row in outcome.rows] == [
        [],
        [Warned.TWICE],
        [Warned.NOT_RECORDED],
        [Warned.OVERLAPS],
    ]
    assert [row.session_id for row in outcome.rows] == [None, None, planned.id, None]
    assert (outcome.import_id, CareSession.objects.count()) == (None, before)
    made = send(world, *rows)
    assert [row.outcome for row in made.rows] == [row.outcome for row in outcome.rows]
    planned.refresh_from_db()
    assert planned.status == Status.SCHEDULED


def test_who_may_import(world):
    for person, refusal in ((world.noor, NotAllowed), (world.bea, NotAllowed), (world.sam, NotVisible)):
        with pytest.raises(refusal):
            send(world, GOOD, by=person)
    made = send(world, GOOD)
    for person, refusal in ((world.noor, NotAllowed), (world.ada, NotVisible)):
        with pytest.raises(refusal):
            session_imports.undo(made.import_id, by=person, **ON_THE_WEB)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"Planned start,Planned end,Children\n",
        b"Planned start,Planned end,Children,Nanny,Nanny\n",
        b"Planned start,Planned end,Children,Nanny\n" + b"a,b,c,d\n" * 5_001,
        b"Planned start,Planned end,Children,Nanny\n" + b"a" * 5_000_000,
    ],
)
def test_what_is_no_such_table_is_refused_whole(world, raw):
    with pytest.raises(Invalid) as refusal:
        session_imports.import_sessions(
            world.riveras.id, raw, dry_run=True, skip_refused=True, by=world.ana, **ON_THE_WEB
        )
    assert set(refusal.value.errors) == {"body"}


def test_undo_removes_what_nobody_changed(world):
    made = send(world, GOOD, GOOD.replace("Emma", "Theo"), GOOD.replace("03-02", "03-05"))
    changed = made.rows[1].session_id
    correction = Draft.of(hourly_rate=Decimal("30.00"), reason="Forgotten.")
    care_sessions.update(changed, correction, by=world.ana, **ON_THE_WEB)
    undone = undo(world, made.import_id)
    assert (undone.removed, undone.kept) == (2, 1)
    assert [session.id for session in CareSession.objects.all()] == [changed]
    assert Event.objects.filter(kind="care_session.deleted").count() == 2
    again = undo(world, made.import_id)
    assert (again.removed, again.kept) == (0, 1)


def test_undo_is_possible_for_seven_days(world):
    made = send(world, GOOD)
    with pytest.raises(WrongState):
        undo(world, made.import_id, at=NOW + timedelta(days=7, seconds=1))
    assert undo(world, made.import_id, at=NOW + timedelta(days=7)).removed == 1


def test_held_rows_are_refused_and_held_sessions_stay(world):
    made = send(world, GOOD)
    PayPeriod.objects.create(
        family=world.riveras,
        nanny=world.noor_of_riveras,
        from_date=date(2026, 3, 1),
        to_date=date(2026, 3, 31),
        status=PeriodStatus.SUBMITTED,
        submitted_at=NOW,
        submitted_by=world.noor_of_riveras,
        created_at=NOW,
        updated_at=NOW,
    )
    [row] = refused(world, GOOD.replace("03-02", "03-09"))
    assert list(row) == ["Planned start"]
    assert undo(world, made.import_id).kept == 1


def test_a_row_that_began_on_a_held_day_alone_is_refused_too(world):
    approved_pay.submitted(world)  # up to 10 May
    heading = HEADING + ",Actual start,Actual end"
    after_midnight = "2026-05-11 00:30,2026-05-11 08:00,Theo,Noor"
    rows = [
        f"{after_midnight},2026-05-10 23:50,2026-05-11 08:00",
        f"{after_midnight},2026-05-11 00:00,2026-05-11 08:00".replace("05-11", "05-12"),
    ]
    assert refused(world, *rows, heading=heading) == [
        {"Actual start": "This day lies in a pay period that is submitted or approved."},
        {},
    ]
    assert send(world, *rows, heading=heading, skip_refused=True).created == 1


def test_statements_do_not_grow_with_rows(world):
    rows = [f"2026-03-{day:02} 09:00,2026-03-{day:02} 17:00,Emma,Noor" for day in range(1, 20)]
    counts = []
    for some in (rows[:1], rows[1:]):
        ana = User.objects.get(pk=world.ana.pk)
        with CaptureQueriesContext(connection) as captured:
            send(world, *some, by=ana)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_what_lies_before_the_first_period_is_said(world):
    PayPeriod.objects.create(
        family=world.riveras,
        nanny=world.noor_of_riveras,
        from_date=date(2026, 3, 9),
        to_date=date(2026, 3, 15),
        created_at=NOW,
        updated_at=NOW,
    )
    rows = [GOOD.replace("03-02", "02-02"), GOOD.replace("03-02", "03-09"), GOOD.replace("Noor", "Bea")]
    outcome = send(world, *rows, dry_run=True)
    assert [[warning.code for warning in row.warnings] for row in outcome.rows] == [
        [Warned.BEFORE_FIRST_PERIOD],
        [],
        [],
    ]
