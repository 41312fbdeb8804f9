"""The example families, looked at as they stand once loaded."""

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import transaction
from django.utils import timezone

from handsel.actions import example_families
from handsel.actions.example_families import statements
from handsel.documents import issued_files
from handsel.models import (
    CareSession,
    ChangeRequest,
    Event,
    Expense,
    Family,
    IssuedDocument,
    Notice,
    Payment,
    PayPeriod,
    PayPolicy,
    TimeOff,
    User,
)
from handsel.rules import local_time
from handsel.rules.change_requests import Answer
from handsel.rules.history import Source
from handsel.rules.lifecycle import State
from handsel.rules.refusals import WrongState

pytestmark = [pytest.mark.any_database, pytest.mark.xdist_group("loaded example")]  # it is loaded in one process

NEW_YORK = ZoneInfo("America/New_York")
DAY, WEEK = timedelta(days=1), timedelta(weeks=1)
NOW = datetime(2026, 6, 3, 10, tzinfo=NEW_YORK)


@pytest.fixture(scope="module")
def output(django_db_setup, django_db_blocker) -> Iterator[str]:
    """Loaded by the command, once for those that only look, and taken back after the last."""
    output = StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(timezone, "now", lambda: NOW)
            call_command("load_example_families", stdout=output)
        yield output.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def now(output) -> datetime:
    return NOW


def states(sessions) -> Counter[State]:
    return Counter(session.state for session in sessions)


def test_half_a_year_this_week_and_four_weeks_ahead(now):
    monday = date(2026, 6, 1)
    of_riveras = CareSession.objects.filter(family__name="Riveras")

    def in_week(number: int):
        start, end = local_time.day_span(monday + number * WEEK, monday + (number + 1) * WEEK - DAY, str(NEW_YORK))
        return of_riveras.filter(scheduled_start__gte=start, scheduled_start__lt=end)

    past = states(CareSession.objects.filter(scheduled_end__lt=now))
    assert set(past) == {State.COMPLETED, State.CANCELLED}
    assert past[State.COMPLETED] > 100
    assert 3 <= past[State.CANCELLED] <= 15
    assert CareSession.objects.order_by("scheduled_start")[0].scheduled_start < now - 180 * DAY
    assert states(in_week(0)) == {State.COMPLETED: 1, State.IN_PROGRESS: 1, State.CONFIRMED: 2}
    assert states(in_week(1))[State.CONFIRMED] >= 3
    assert set(states(in_week(2))) == {State.CANCELLED}
    assert {session.cancel_reason for session in in_week(2)} == {"We are at the lake that week."}
    assert set(states(in_week(3))) == {State.UNCONFIRMED}
    assert set(states(in_week(4))) == {State.UNCONFIRMED}
    assert states(CareSession.objects.filter(family__name="Okafors", scheduled_start__gt=now)).keys() == {
        State.CONFIRMED,
        State.UNCONFIRMED,
    }


def test_it_holds_what_the_pages_have_to_show(now):
    sessions = CareSession.objects.all()
    assert sorted(Family.objects.values_list("name", flat=True)) == ["Okafors", "Riveras"]
    assert len(set(Family.objects.values_list("address", flat=True))) == 2
    assert User.objects.count() == 5
    assert sessions.filter(schedule=None, status="COMPLETED").exists()
    assert sessions.filter(schedule__name="Date night", nanny_person__name="Bea").count() > 5
    assert any(
        local_time.local_date(session.scheduled_start, session.time_zone)
        < local_time.local_date(session.scheduled_end, session.time_zone)
        for session in sessions.filter(status="COMPLETED")
    )
    request = ChangeRequest.objects.get(status=Answer.OPEN)
    assert request.session.scheduled_start > now
    assert ChangeRequest.objects.filter(status=Answer.ACCEPTED).exists()
    assert Event.objects.get(kind="care_session.corrected").reason == "Pressed Complete only in the car."
    away = TimeOff.objects.values_list("nanny__user__name", "from_date")
    assert dict(away) == {"Noor Haddad": date(2026, 7, 3), None: date(2026, 7, 2)}
    assert not sessions.filter(slot_date__in=(date(2026, 7, 2), date(2026, 7, 3))).exists()

    # People come and go beside the plan, and differently each day.
    done = sessions.filter(status="COMPLETED")
    late = {(session.actual_start - session.scheduled_start) // timedelta(minutes=1) for session in done}
    assert len(late) > 8
    assert min(late) >= -5
    assert max(late) <= 10


def test_history_and_notices_are_of_their_time(now):
    assert not Event.objects.filter(at__gt=now).exists()
    assert Event.objects.filter(at__lt=now - 180 * DAY).exists()
    for session in CareSession.objects.filter(status="COMPLETED"):
        kinds = list(Event.objects.filter(session_id=session.id).order_by("at", "id").values_list("kind", flat=True))
        assert kinds[0] in ("care_session.generated", "care_session.created")
        assert kinds.index("care_session.started") < kinds.index("care_session.completed")
    old = Notice.objects.filter(at__lt=now - 3 * DAY)
    assert old.exists()
    assert not old.filter(read_at=None).exists()
    assert {"Ana Rivera", "Luis Rivera", "Ada Okafor", "Noor Haddad"} == set(
        Notice.objects.filter(read_at=None).values_list("person__name", flat=True)
    )


def test_the_command_says_how_to_sign_in_and_refuses_a_second_time(output):
    assert "noor@example.org" in output
    noor = User.objects.get(email="noor@example.org")
    assert noor.check_password(example_families.PASSWORD)
    before = CareSession.objects.count()
    with pytest.raises(WrongState, match="only into an empty one"):
        call_command("load_example_families")
    assert CareSession.objects.count() == before


def test_on_a_wednesday_morning_one_session_runs(now):
    running = CareSession.objects.get(status="IN_PROGRESS")
    assert running.actual_start <= now
    assert running.scheduled_start <= now


def test_noor_and_the_riveras_settle_up_to_a_week_before_this_one(now):
    periods = list(PayPeriod.objects.order_by("from_date"))
    assert {(period.family.name, period.nanny.name) for period in periods} == {("Riveras", "Noor Haddad")}
    assert [period.status for period in periods] == ["APPROVED", "APPROVED", "APPROVED", "SUBMITTED"]
    assert periods[-1].to_date == date(2026, 5, 24)
    assert not any(period.accepted_unpaid for period in periods)
    assert PayPolicy.objects.count() == 2
    kinds = {line["kind"] for period in periods[:3] for line in period.amounts.lines}
    assert kinds >= {"WORK", "CANCELLATION", "OVERTIME_DAILY", "GUARANTEE", "EXPENSE", "MILEAGE", "BONUS"}
    free = CareSession.objects.filter(family__name="Riveras", nanny_person__name="Noor Haddad")
    assert free.filter(pay_date__range=(date(2026, 5, 25), date(2026, 6, 3)), status="COMPLETED").count() >= 4


def test_what_is_approved_is_paid_but_for_what_was_put_right(now):
    due = sum(Decimal(period.amounts.totals["due"]) for period in PayPeriod.objects.filter(status="APPROVED"))
    counting = Payment.objects.filter(voids=None, voided_by=None)
    assert due - sum(counting.values_list("amount", flat=True)) == Decimal("40.00")
    assert Payment.objects.filter(voids__isnull=False).count() == 1
    assert counting.filter(acknowledged_at__isnull=False).count() == 3


def test_photos_of_receipts_go_with_what_was_spent(now):
    approved, waiting = Expense.objects.filter(receipts__isnull=False).order_by("date")
    assert (approved.status, waiting.status) == ("APPROVED", "PENDING")
    for expense in (approved, waiting):
        [receipt] = expense.receipts.all()
        with receipt.file.open() as file:
            assert file.read(2) == b"\xff\xd8"


def test_the_worker_issues_the_statements_that_loading_left(now):
    at = now.astimezone(UTC)
    assert not IssuedDocument.objects.exists()
    with transaction.atomic():
        assert [statements.issue_next(at) for _ in range(5)] == [1, 1, 1, 1, 0]
        documents = list(IssuedDocument.objects.order_by("number"))
        assert [document.number for document in documents] == [1, 2, 3, 4]
        assert [document.corrects for document in documents] == [None, None, None, documents[2]]
        due = [issued_files.read(document.files.get(format="json").content)["totals"]["due"] for document in documents]
        assert Decimal(due[3]) - Decimal(due[2]) == Decimal("40.00")
        transaction.set_rollback(True)


def test_no_other_book_is_looked_through_for_statements(world, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert statements.issue_next(datetime(2026, 6, 3, tzinfo=UTC)) == 0


def test_it_never_mixes_with_real_people(world):
    with pytest.raises(WrongState):
        example_families.load(at=datetime(2026, 6, 3, tzinfo=NEW_YORK), source=Source.COMMAND)
    assert User.objects.count() == 6
    assert not CareSession.objects.exists()
