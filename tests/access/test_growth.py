"""Pages and calls take no more queries when there is more of everything.

How often each list asks is pinned in tests/web/test_numbers.py and tests/api/test_lists.py; this is for every address.
"""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection, models
from django.test.utils import CaptureQueriesContext
from uuid_utils.compat import uuid7

from handsel.models import (
    ApiToken,
    BusyTime,
    CalendarAddress,
    CareSchedule,
    CareScheduleChild,
    CareSession,
    CareSessionChild,
    Child,
    Event,
    Expense,
    Family,
    Invitation,
    IssuedDocument,
    Member,
    Notice,
    OutsideCalendar,
    PayItem,
    Payment,
    PayPeriod,
    PayPolicy,
    TimeOff,
    User,
)
from handsel.rules.change_requests import Answer
from tests.access import neighbours
from tests.access.furniture import CanaryFamily
from tests.access.neighbours import Actor
from tests.access.routes.api import API
from tests.access.routes.pages import PAGES
from tests.access.routes.row import Row
from tests.access.walk import Walk, operations
from tests.run import NIGHTLY

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize("role", ["parent", pytest.param("nanny", marks=pytest.mark.nightly)])
def test_looking_costs_the_same_however_much_there_is(world, role):
    somebody = neighbours.build(world)[role]
    walk = Walk(world, role, somebody)
    looks = [row for row in (*API, *PAGES) if _is_look(row)]
    more_of_everything(somebody, 2)
    few = [asked(walk, row) for row in looks]
    more_of_everything(somebody, 20 if NIGHTLY else 8)
    many = [asked(walk, row) for row in looks]
    assert [(row.route, *counts) for row, *counts in zip(looks, few, many, strict=True) if len(set(counts)) > 1] == []
    assert Child.objects.filter(family=somebody.home.things["family"]).count() > 20


def asked(walk: Walk, row: Row) -> int:
    name = walk.id_of(row.about, "home") if row.about else ""
    with CaptureQueriesContext(connection) as queries:
        answer = walk.ask(row, walk.somebody.home, name)
    # Who is in many families is not led on to the only one.
    assert answer.status_code in (row.status_for(walk.role), 200), row
    return len(queries)


def _is_look(row: Row) -> bool:
    method, _ = operations().get(row.route) or row.route.split()
    return method == "GET" and row.route != "GET web:enter_example"


def _more_periods(family: Family, times: int) -> None:
    """More of the nanny who has some, each a day long and touching the last."""
    last = PayPeriod.objects.filter(family=family).order_by("from_date").last()
    if last is None:
        return
    for _ in range(times):
        first = last.to_date + timedelta(days=1)
        last = PayPeriod.objects.create(
            family=family,
            nanny_id=last.nanny_id,
            from_date=first,
            to_date=first,
            created_at=last.created_at,
            updated_at=last.created_at,
        )


def more_of_everything(somebody: Actor, times: int) -> None:
    """So many more like each thing of the household, and of the person's own."""
    home, person = somebody.home, somebody.user
    family = home.things["family"]
    _sessions(home, times)
    children = _again(Child.objects.filter(family=family)[:2], times)
    for link in (
        CareSessionChild(session=home.things["unconfirmed"], child=children[0]),
        CareScheduleChild(schedule=home.things["schedule"], child=children[0]),
    ):
        link.save()
    schedules = _again(CareSchedule.objects.filter(family=family)[:2], times)
    CareScheduleChild.objects.bulk_create(
        CareScheduleChild(schedule=schedule, child=child) for schedule in schedules for child in children[:2]
    )
    _people(family, times)
    _again(TimeOff.objects.filter(family=family)[:2], times)
    _again(Expense.objects.filter(family=family)[:2], times)
    _more_documents(family, times)
    _more_periods(family, times)
    _again(PayItem.objects.filter(family=family)[:2], times)
    _again(Payment.objects.filter(family=family, voids=None)[:2], times)
    policies = PayPolicy.objects.filter(family=family, nanny=None)
    following = date(2031, 1, 6) + timedelta(weeks=policies.count())
    _again(policies[:1], times, lambda number: {"effective_from": following + timedelta(weeks=number)})
    _again(Event.objects.filter(family=family)[:8], times)
    _again(Invitation.objects.filter(family=family)[:1], times, _another_hash("token_hash"))
    _again(Notice.objects.filter(person=person)[:1], times)
    _again(ApiToken.objects.filter(person=person)[:1], times, _another_hash("token_hash"))
    _again(CalendarAddress.objects.filter(person=person)[:1], times, _another_hash("secret_hash"))
    calendars = _again(OutsideCalendar.objects.filter(person=person)[:1], times)
    at = home.things["unconfirmed"].scheduled_start
    BusyTime.objects.bulk_create(
        BusyTime(calendar=calendar, starts_at=at, ends_at=at + timedelta(hours=1), created_at=at)
        for calendar in calendars
    )
    homes = _again(Family.objects.filter(pk=family.pk), times)
    role = Member.objects.get(family=family, user=person)
    Member.objects.bulk_create(
        Member(family=home, user=person, role=role.role, joined_at=role.joined_at) for home in homes
    )


def _sessions(home: CanaryFamily, times: int) -> None:
    """Beside each other, as only sessions that may overlap are; with two children, and requests that were declined."""
    sessions = [thing for thing in home.things.values() if isinstance(thing, CareSession)]
    made = _again(sessions, times, lambda _: {"slot_date": None, "overlap_allowed": True})
    children = [home.things["child"], home.things["spare child"]]
    CareSessionChild.objects.bulk_create(
        CareSessionChild(session=session, child=child) for session in made for child in children
    )
    for request in (home.things["request of family"], home.things["request of nanny"]):
        answered = {"status": Answer.DECLINED, "answered_by": home.things["nanny"], "answered_at": request.asked_at}
        _again([request], times, lambda _, answered=answered: answered)


def _people(family: Family, times: int) -> None:
    for role in Member.objects.filter(family=family).values_list("role", "joined_at").distinct():
        already = User.objects.count()
        people = User.objects.bulk_create(
            User(email=f"{already + number}@example.org", name=f"Person {number}") for number in range(times)
        )
        Member.objects.bulk_create(
            Member(family=family, user=person, role=role[0], joined_at=role[1]) for person in people
        )


def _again(
    rows: Iterable[models.Model], times: int, changed: Callable[[int], dict[str, Any]] = lambda _: {}
) -> list[Any]:
    made = []
    for row in rows:
        values = {field.name: getattr(row, field.name) for field in row._meta.concrete_fields if field.name != "id"}
        made += [type(row)(**values | changed(number)) for number in range(times)]
    return type(made[0]).objects.bulk_create(made)


def _another_hash(column: str) -> Callable[[int], dict[str, Any]]:
    return lambda number: {column: f"{number:04}{User.objects.count():060}"}


def _more_documents(family: Family, times: int) -> None:
    """More of each of the family's two, with the numbers that follow."""
    first, second, *_ = IssuedDocument.objects.filter(family=family).order_by("number")
    number = IssuedDocument.objects.filter(family=family).count()
    for document in (first, second) * times:
        number += 1
        values = {field.name: getattr(document, field.name) for field in document._meta.concrete_fields}
        IssuedDocument.objects.create(**values | {"id": uuid7(), "number": number})
