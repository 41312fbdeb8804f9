"""No page asks the database more often because there is more to show."""

import re
from datetime import date, timedelta
from uuid import UUID

import pytest

from handsel.models import (
    ApiToken,
    CareSchedule,
    CareSession,
    Child,
    Family,
    Invitation,
    Member,
    Notice,
    TimeOff,
    User,
)
from handsel.pages.today import MOST_WAITING
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role
from tests.run import NIGHTLY
from tests.web.many_rows import crowd
from tests.web.visitor import Visitor
from tests.world import LONG_AGO, NOW

pytestmark = pytest.mark.any_database

# More than any page shows at once; by night as many as a family has in years.
COUNTS = pytest.mark.parametrize("count", [10, 1_000 if NIGHTLY else 150])


@pytest.mark.parametrize("count", [10, 1_000])
def test_today(noor, world, count, django_assert_num_queries):
    world.schedule()
    world.session("2026-06-01 09:00", state=State.CONFIRMED)
    world.session("2026-06-01 17:00", state=State.CONFIRMED, hours=1)
    crowd(world, count)
    # Where more wait than Today reads, how many they are is one query more.
    with django_assert_num_queries(20 if count < MOST_WAITING else 21):
        noor.get("today")


@COUNTS
def test_what_asks(ana, noor, world, count, django_assert_num_queries):
    crowd(world, count, state=State.CONFIRMED, start="2026-02-02 06:00")
    crowd(world, 5, state=State.CONFIRMED, start="2026-05-30 06:00")
    world.session("2026-06-04 09:00", state=State.CONFIRMED)
    with django_assert_num_queries(20):
        noor.get("today")
    with django_assert_num_queries(21):
        ana.get("family_home", world.riveras.id)


@COUNTS
def test_home(ana, world, count, django_assert_num_queries):
    world.schedule()
    crowd(world, count, start="2026-06-09 06:00")
    crowd(world, count, state=State.CONFIRMED, start="2026-06-02 18:00")
    with django_assert_num_queries(25):
        ana.get("family_home", world.riveras.id)


@COUNTS
@pytest.mark.parametrize("view", ["day", "week", "month"])
def test_the_calendar_of_a_family(ana, world, count, view, django_assert_num_queries):
    crowd(world, count, start="2026-06-01 06:00")
    world.session("2026-06-01 18:00", family=world.okafors)
    with django_assert_num_queries(18):
        ana.get("calendar", view=view)


@COUNTS
def test_the_calendar_of_several_families(noor, world, count, django_assert_num_queries):
    crowd(world, count, start="2026-06-01 06:00")
    world.session("2026-06-02 18:00", family=world.okafors)
    with django_assert_num_queries(16):
        noor.get("calendar", view="month")


@COUNTS
def test_the_familys_page(noor, world, count, django_assert_num_queries):
    world.schedule()
    crowd(world, count)
    crowd(world, count, state=State.COMPLETED, start="2026-01-02 06:00")
    with django_assert_num_queries(21):
        noor.get("family", world.riveras.id)


@COUNTS
def test_the_list_of_sessions(noor, world, count, django_assert_num_queries):
    crowd(world, count)
    with django_assert_num_queries(12):
        noor.get("family_sessions", world.riveras.id)


@COUNTS
def test_a_schedule(noor, world, count, django_assert_num_queries):
    schedule = world.schedule()
    crowd(world, count)
    CareSession.objects.update(schedule=schedule)
    with django_assert_num_queries(14):
        noor.get("schedule", schedule.id)


@pytest.mark.parametrize("weeks", [2, 30])
def test_a_changed_schedule(noor, world, weeks, django_assert_num_queries):
    """Its page reads what was planned, what history says of it, and the sessions that no longer fit."""
    schedule = world.schedule()
    fridays = world.session("2026-06-05 06:00", schedule=schedule).scheduled_start
    CareSession.objects.all().delete()
    for week in range(weeks):
        day = fridays + timedelta(weeks=week)
        world.session(f"{day:%Y-%m-%d} 06:00", schedule=schedule, slot_date=day.date())
    CareSchedule.objects.update(days_of_week=["TUESDAY"])
    with django_assert_num_queries(22):
        page = noor.get("schedule", schedule.id)
    assert page.says(f"{weeks} sessions no longer fit")
    CareSchedule.objects.update(days_of_week=["FRIDAY"])
    with django_assert_num_queries(19):
        noor.get("generate", schedule.id, kind="own", from_date="2026-06-01", to_date="2027-02-28")


@COUNTS
def test_the_record(ana, world, count, django_assert_num_queries):
    crowd(world, count, state=State.COMPLETED, start="2026-01-02 06:00")
    with django_assert_num_queries(16):
        ana.get("family_records", world.riveras.id, 2026)
    with django_assert_num_queries(9):
        ana.get("family_records_csv", world.riveras.id, 2026)


@COUNTS
@pytest.mark.parametrize(("kind", "queries"), [("session.cancelled", 7), ("session.completed", 9)])
def test_the_inbox(ana, world, count, kind, queries, django_assert_num_queries):
    session = world.session("2026-05-29 09:00", state=State.COMPLETED)
    Notice.objects.bulk_create(
        Notice(
            person=world.ana,
            family=world.riveras,
            session=session,
            kind=kind,
            facts={"by": "Noor"},
            at=LONG_AGO,
        )
        for _ in range(count)
    )
    with django_assert_num_queries(queries):
        ana.get("inbox")


@COUNTS
def test_what_is_over(noor, world, count, django_assert_num_queries):
    crowd(world, count, state=State.COMPLETED, start="2026-01-02 06:00")
    with django_assert_num_queries(10):
        noor.get("family_sessions", world.riveras.id, past="")


@COUNTS
def test_the_schedules(noor, world, count, django_assert_num_queries):
    _many_schedules(world, count)
    with django_assert_num_queries(8):
        noor.get("schedules", world.riveras.id)


@COUNTS
def test_generating(noor, world, count, settings, django_assert_num_queries):
    settings.LIMITS = False
    schedule = world.schedule()
    crowd(world, count)
    CareSession.objects.update(schedule=schedule)
    with django_assert_num_queries(17):
        noor.get("generate", schedule.id, kind="own", from_date="2026-06-01", to_date="2026-12-31")


@COUNTS
def test_the_families(world, count, django_assert_num_queries):
    coordinator = Visitor(world.join(world.riveras, Role.COORDINATOR).user)
    user = User.objects.get(name="Coordinator")
    families = Family.objects.bulk_create(
        Family(name=f"Family {number}", time_zone="America/New_York", currency="USD", created_at=LONG_AGO)
        for number in range(count)
    )
    Member.objects.bulk_create(
        Member(family=family, user=user, role=Role.COORDINATOR, joined_at=LONG_AGO) for family in families
    )
    for route in ("families", "records", "more"):
        with django_assert_num_queries(7):
            coordinator.get(route)


@COUNTS
def test_children_members_and_time_off(ana, world, count, django_assert_num_queries):
    Child.objects.bulk_create(
        Child(family=world.riveras, first_name=f"Child {number}", created_at=LONG_AGO) for number in range(count)
    )
    users = User.objects.bulk_create(
        User(email=f"{number}@example.org", name=f"Person {number}") for number in range(count)
    )
    Member.objects.bulk_create(
        Member(family=world.riveras, user=user, role=Role.VIEWER, joined_at=LONG_AGO) for user in users
    )
    TimeOff.objects.bulk_create(
        TimeOff(
            family=world.riveras,
            from_date=date(2026, 6, 2) + timedelta(days=number),
            to_date=date(2026, 6, 2) + timedelta(days=number),
            entered_by=world.ana_of_riveras,
            created_at=LONG_AGO,
        )
        for number in range(count)
    )
    for route, queries in (("children", 8), ("members", 10), ("time_off", 9)):
        with django_assert_num_queries(queries):
            ana.get(route, world.riveras.id)


@COUNTS
def test_the_keys(ana, world, count, django_assert_num_queries):
    ApiToken.objects.bulk_create(
        ApiToken(person=world.ana, name=f"Key {number}", token_hash=f"{number:064}", scope="read", created_at=LONG_AGO)
        for number in range(count)
    )
    with django_assert_num_queries(6):
        ana.get("tokens")


# Lists are cut, and go on


def test_schedules_and_time_off_go_on_where_they_were_cut(ana, world):
    _many_schedules(world, 70)
    CareSchedule.objects.filter(name__endswith="9").update(is_active=False)
    assert _names(ana, "schedules", world.riveras.id, r"Mornings \d+") == [
        f"Mornings {n:04}" for n in range(70) if n % 10 != 9
    ]
    assert _names(ana, "schedules", world.riveras.id, r"Mornings \d+", off="") == [
        f"Mornings {n:04}" for n in range(9, 70, 10)
    ]
    for number in range(70):
        day = date(2026, 4, 27) + timedelta(days=number)
        TimeOff.objects.create(
            family=world.riveras,
            from_date=day,
            to_date=day,
            reason=f"Reason {number:02}",
            entered_by=world.ana_of_riveras,
            created_at=LONG_AGO,
        )
    assert _names(ana, "time_off", world.riveras.id, r"Reason \d+") == [
        f"Reason {number:02}" for number in range(35, 70)
    ]
    past = [f"Reason {number:02}" for number in range(34, -1, -1)]
    assert _names(ana, "time_off", world.riveras.id, r"Reason \d+", past="") == past


def test_the_sessions_of_a_schedule_go_on_where_they_were_cut(ana, world):
    schedule = world.schedule()
    crowd(world, 70)
    CareSession.objects.update(schedule=schedule)
    sessions = CareSession.objects.order_by("scheduled_start").values_list("id", flat=True)
    assert _names(ana, "schedule", schedule.id, r"/sessions/([\w-]+)/") == [str(session_id) for session_id in sessions]


def test_every_invitation_that_is_open_can_be_revoked(ana, world):
    invited = Invitation.objects.bulk_create(
        Invitation(
            family=world.riveras,
            email=f"{number}@example.org",
            role=Role.VIEWER,
            token_hash=f"{number:064}",
            invited_by=world.ana_of_riveras,
            created_at=LONG_AGO,
            expires_at=NOW + timedelta(days=1),
        )
        for number in range(70)
    )
    page = ana.get("members", world.riveras.id)
    assert all(page.offers("revoke_invitation", invitation.id) for invitation in invited)


def _names(visitor, route: str, about: UUID, pattern: str, **parameters: str) -> list[str]:
    """What is named on the parts of a list, one after the other, by following "Show more"."""
    names: list[str] = []
    for _ in range(9):
        page = visitor.get(route, about, **parameters)
        names += dict.fromkeys(re.findall(pattern, page.html))
        more = re.search(r'href="\?[^"]*after=([\w:-]+)"', page.html)
        if more is None:
            return names
        parameters["after"] = more[1]
    raise AssertionError("The list never ends.")


def _many_schedules(world, count: int) -> None:
    like = world.schedule()
    columns = {field.name: getattr(like, field.name) for field in CareSchedule._meta.concrete_fields}
    del columns["id"]
    like.delete()
    CareSchedule.objects.bulk_create(
        CareSchedule(**(columns | {"name": f"Mornings {number:04}"})) for number in range(count)
    )


def test_a_session_with_much_history(noor, ana, world, django_assert_num_queries):
    session = world.session("2026-06-01 08:00", state=State.IN_PROGRESS)
    for number in range(20):
        noor.post("edit_session", session.id, notes=f"Note {number}")
    with django_assert_num_queries(13):
        page = ana.get("session", session.id)
    assert page.html.count("changed the notes") == 20
