"""The lists of the API, and what fills each of them."""

from datetime import date, time, timedelta
from typing import Any

from handsel.models import (
    CareSchedule,
    CareScheduleChild,
    CareSession,
    CareSessionChild,
    ChangeRequest,
    Child,
    Event,
    Expense,
    Family,
    IssuedDocument,
    Member,
    PayItem,
    Payment,
    PayPeriod,
    PayPolicy,
    TimeOff,
    User,
)
from handsel.rules.change_requests import Answer
from handsel.rules.history import EventKind, Source
from handsel.rules.lifecycle import State
from handsel.rules.recurrence import Recurrence, Weekday
from handsel.rules.roles import Role
from tests.api.contract import Api
from tests.models.broken_documents import a_document
from tests.models.broken_pay_periods import a_period
from tests.world import LONG_AGO, NOW, wall


def lists(world) -> dict[str, str]:
    """Every list of the API, by its operation id."""
    family, session = f"/families/{world.riveras.id}", world.session(state=State.CONFIRMED)
    return {
        "getFamilies": "/families",
        "getChildren": f"{family}/children",
        "getMembers": f"{family}/members",
        "getCareSchedules": f"{family}/care-schedules",
        "getCareSessions": f"{family}/care-sessions",
        "getUnconfirmedSessions": f"{family}/care-sessions/unconfirmed",
        "getCareSessionsNeedingAttention": f"{family}/care-sessions/attention",
        "getCareSessionEvents": f"/care-sessions/{session.id}/events",
        "getFamilyEvents": f"{family}/events",
        "getChangeRequests": f"/care-sessions/{session.id}/change-requests",
        "getTimeOff": f"{family}/time-off",
        "getPayPeriods": f"{family}/pay-periods",
        "getPayPeriodEvents": f"/pay-periods/{a_period(world, nanny=world.bea_of_riveras).id}/events",
        "getPayItems": f"{family}/pay-items",
        "getPayments": f"{family}/payments",
        "getPayPolicies": f"{family}/pay-policies",
        "getExpenses": f"{family}/expenses",
        "getDocuments": f"{family}/documents",
    }


def fill(world, path: str, count: int) -> None:
    """Add `count` rows to each list of the Riveras, and to those of the session that the path is about."""
    _add_sessions(world, count)
    _add_schedules(world, count)
    _add_events(world, path.split("/")[2] if path.startswith("/care-sessions") else None, count)
    _add_people(world, count)
    _add_entries_of_pay(world, count)
    _add_payments(world, count)
    TimeOff.objects.bulk_create(
        TimeOff(
            family=world.riveras,
            from_date=date(2026, 6, 1),
            to_date=date(2026, 6, 1),
            entered_by=world.ana_of_riveras,
            created_at=LONG_AGO,
        )
        for _ in range(count)
    )


def _add_entries_of_pay(world, count: int) -> None:
    there_are = IssuedDocument.objects.count()
    for number in range(count):
        a_document(world, number=there_are + number + 1)
    first, *_, period = [*PayPeriod.objects.filter(nanny=world.bea_of_riveras).order_by("from_date")] * 2
    PayPeriod.objects.bulk_create(
        PayPeriod(
            family=world.riveras,
            nanny=world.bea_of_riveras,
            from_date=period.to_date + timedelta(days=number),
            to_date=period.to_date + timedelta(days=number),
            created_at=LONG_AGO,
            updated_at=LONG_AGO,
        )
        for number in range(1, count + 1)
    )
    Event.objects.bulk_create(
        Event(
            family=world.riveras,
            pay_period_id=first.id,
            kind=EventKind.PAY_PERIOD_UPDATED,
            at=NOW,
            by=world.ana_of_riveras,
            source=Source.API,
        )
        for _ in range(count)
    )
    PayItem.objects.bulk_create(
        PayItem(
            family=world.riveras,
            nanny=world.noor_of_riveras,
            kind="GIFT",
            date=date(2026, 6, 1),
            amount=number + 1,
            entered_by=world.ana_of_riveras,
            created_at=LONG_AGO,
            updated_at=LONG_AGO,
        )
        for number in range(count)
    )
    PayPolicy.objects.bulk_create(
        PayPolicy(
            family=world.riveras,
            effective_from=date(2026, 6, 1) + timedelta(days=PayPolicy.objects.count() + number),
            created_by=world.ana_of_riveras,
            created_at=LONG_AGO,
        )
        for number in range(count)
    )
    Expense.objects.bulk_create(
        Expense(
            family=world.riveras,
            nanny=world.noor_of_riveras,
            category="MEALS",
            date=date(2026, 6, 1),
            amount=number + 1,
            entered_by=world.noor_of_riveras,
            created_at=LONG_AGO,
            updated_at=LONG_AGO,
        )
        for number in range(count)
    )


def _add_payments(world, count: int) -> None:
    Payment.objects.bulk_create(
        Payment(
            family=world.riveras,
            nanny=world.noor_of_riveras,
            date=date(2026, 5, 29),
            amount=number + 1,
            method="CASH",
            recorded_by=world.ana_of_riveras,
            created_at=LONG_AGO,
        )
        for number in range(count)
    )


def _add_sessions(world, count: int) -> None:
    sessions = CareSession.objects.bulk_create(
        CareSession(
            family=world.riveras,
            scheduled_start=wall("2026-06-02 09:00") + timedelta(hours=number),
            scheduled_end=wall("2026-06-02 09:30") + timedelta(hours=number),
            nanny=world.noor_of_riveras,
            nanny_person=world.noor,
            time_zone=world.riveras.time_zone,
            created_at=LONG_AGO,
            updated_at=LONG_AGO,
        )
        for number in range(count)
    )
    CareSessionChild.objects.bulk_create(
        CareSessionChild(session=session, child=child) for session in sessions for child in (world.emma, world.theo)
    )


def _add_schedules(world, count: int) -> None:
    schedules = CareSchedule.objects.bulk_create(
        CareSchedule(
            family=world.riveras,
            name="Mornings",
            recurrence=Recurrence.WEEKLY,
            days_of_week=frozenset({Weekday.MONDAY}),
            start_time=time(6),
            end_time=time(14, 30),
            start_date=date(2026, 6, 1),
            nanny=world.noor_of_riveras,
            created_at=LONG_AGO,
            updated_at=LONG_AGO,
        )
        for _ in range(count)
    )
    CareScheduleChild.objects.bulk_create(
        CareScheduleChild(schedule=schedule, child=child)
        for schedule in schedules
        for child in (world.emma, world.theo)
    )


def _add_events(world, session_id: str | None, count: int) -> None:
    """Add events, and change requests too where they are of a session."""
    Event.objects.bulk_create(
        Event(
            family=world.riveras,
            session_id=session_id,
            kind=EventKind.CARE_SESSION_UPDATED,
            at=NOW,
            by=world.ana_of_riveras,
            source=Source.API,
        )
        for _ in range(count)
    )
    if session_id:
        ChangeRequest.objects.bulk_create(
            ChangeRequest(
                family=world.riveras,
                session_id=session_id,
                status=Answer.DECLINED,
                message="Later, please.",
                child_ids=[str(world.theo.id)],
                asked_by=world.noor_of_riveras,
                asked_at=LONG_AGO,
                answered_by=world.ana_of_riveras,
                answered_at=NOW,
            )
            for _ in range(count)
        )


def _add_people(world, count: int) -> None:
    """Add children and viewers to the Riveras, and families to Ana."""
    Child.objects.bulk_create(
        Child(family=world.riveras, first_name="Newborn", created_at=LONG_AGO) for _ in range(count)
    )
    already = User.objects.count()
    readers = User.objects.bulk_create(
        User(email=f"reader-{already + number}@example.com", name="Viewer", date_joined=LONG_AGO)
        for number in range(count)
    )
    Member.objects.bulk_create(
        Member(family=world.riveras, user=reader, role=Role.VIEWER, joined_at=LONG_AGO) for reader in readers
    )
    homes = Family.objects.bulk_create(
        Family(name="Home", time_zone="UTC", currency="EUR", created_at=LONG_AGO) for _ in range(count)
    )
    Member.objects.bulk_create(
        Member(family=home, user=world.ana, role=Role.PARENT, joined_at=LONG_AGO) for home in homes
    )


def every_part(api: Api, path: str, query: str = "limit=3") -> list[dict[str, Any]]:
    items, cursor = [], ""
    while cursor is not None:
        part = api.get(path, query + (f"&cursor={cursor}" if cursor else "")).json()
        items += part["items"]
        cursor = part["next"]
    return items


LISTS = [
    "getFamilies",
    "getChildren",
    "getMembers",
    "getCareSchedules",
    "getCareSessions",
    "getUnconfirmedSessions",
    "getCareSessionsNeedingAttention",
    "getCareSessionEvents",
    "getFamilyEvents",
    "getChangeRequests",
    "getTimeOff",
    "getPayPeriods",
    "getPayPeriodEvents",
    "getPayItems",
    "getPayments",
    "getPayPolicies",
    "getExpenses",
    "getDocuments",
]
