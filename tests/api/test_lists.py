"""Long lists: cursors, limits, order, and queries that do not grow with the rows."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.models import (
    CareSession,
)
from tests.api.long_lists import LISTS, every_part, fill, lists


@pytest.mark.parametrize("name", LISTS)
def test_the_parts_of_a_list_are_the_list(world, ana, name):
    path = lists(world)[name]
    fill(world, path, 7)
    whole = ana.get(path).json()
    assert whole["next"] is None
    assert every_part(ana, path) == whole["items"]


def test_who_names_no_limit_gets_a_hundred(world, ana):
    path = lists(world)["getTimeOff"]
    fill(world, path, 101)
    first = ana.get(path).json()
    assert (len(first["items"]), len(ana.get(path, f"cursor={first['next']}").json()["items"])) == (100, 1)


@pytest.mark.parametrize("order", ["scheduledStart", "-scheduledStart"])
def test_equal_starts_and_rows_that_come_and_go_shift_nothing(world, ana, order):
    path = f"/families/{world.riveras.id}/care-sessions"
    same = [world.session("2026-06-02 09:00") for _ in range(6)]
    first = ana.get(path, f"limit=3&order={order}").json()
    same.remove(next(item for item in same if str(item.id) == first["items"][0]["id"]))
    CareSession.objects.filter(pk=first["items"][0]["id"]).delete()
    world.session("2026-06-01 09:00")
    world.session("2026-06-03 09:00")
    rest = ana.get(path, f"limit=3&order={order}&cursor={first['next']}").json()["items"]
    seen = [item["id"] for item in first["items"][1:] + rest]
    assert len(set(seen)) == len(seen) == 5
    assert set(seen) == {str(item.id) for item in same}


@pytest.mark.any_database
@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize(
    "query", ["limit=0", "limit=501", "limit=-1", "limit=1.0", "limit=", "limit=1&limit=2", "limit=٣"]
)
def test_a_limit_is_a_number_from_1_to_500(world, ana, name, query):
    answer = ana.get(lists(world)[name], query)
    assert [error["field"] for error in answer.json()["errors"]] == ["limit"]


@pytest.mark.any_database
@pytest.mark.parametrize("name", LISTS)
def test_a_cursor_is_one_of_this_very_list(world, ana, name):
    path = lists(world)[name]
    world.session("2026-06-02 09:00")
    world.session("2026-06-02 09:00")
    foreign = ana.get(f"/families/{world.riveras.id}/care-sessions", "limit=1&order=-scheduledStart").json()["next"]
    turned = foreign[:-1] + ("A" if foreign[-1] != "A" else "B")
    for cursor in (foreign, turned, foreign + "=", foreign + "!", "", "x", "AAAA", "é", "0" * 3_000, "%00"):
        answer = ana.get(path, f"cursor={cursor}")
        assert [error["field"] for error in answer.json()["errors"]] == ["cursor"], cursor


def test_a_cursor_of_one_family_is_none_of_another(world, noor):
    for family in (world.riveras, world.riveras, world.okafors):
        world.session("2026-06-02 09:00", family=family)
    path = "/families/{}/care-sessions/attention"
    cursor = noor.get(path.format(world.riveras.id), "limit=1").json()["next"]
    answer = noor.get(path.format(world.okafors.id), f"cursor={cursor}")
    assert [error["field"] for error in answer.json()["errors"]] == ["cursor"]


@pytest.mark.parametrize("name", LISTS)
def test_what_a_list_does_not_know_is_refused_after_the_stranger(world, ana, sam, name):
    path = lists(world)[name]
    wrong = ana.get(path, "page=2&from_date=2026-06-01&limit=x").json()["errors"]
    assert {error["field"] for error in wrong} == {"page", "from_date", "limit"}
    if name != "getFamilies":
        assert sam.get(path, "page=2&limit=x").status_code == 404


@pytest.mark.parametrize(
    ("query", "wrong"),
    [
        ("from=2026-02-31", ["from"]),
        ("from=2026-06-02&to=2026-06-01", ["to"]),
        ("to=9999-12-31&from=0001-01-01", ["to", "from"]),
        ("status=DONE", ["status"]),
        ("status=SCHEDULED&status=", ["status"]),
        ("isConfirmed=1&isConfirmed=0", ["isConfirmed"]),
        ("scheduleId=1&childId=&nannyId=%00", ["scheduleId", "childId", "nannyId"]),
        ("order=id", ["order"]),
    ],
)
def test_every_wrong_filter_is_named(world, ana, query, wrong):
    answer = ana.get(f"/families/{world.riveras.id}/care-sessions", query)
    assert [error["field"] for error in answer.json()["errors"]] == wrong


@pytest.mark.any_database
def test_the_number_of_queries_does_not_grow_with_the_rows(world, ana):
    """One of them asks whose token it is. Ten rows in every list, then a load."""
    most = dict.fromkeys(LISTS, 3) | dict.fromkeys(("getCareSchedules", "getCareSessions", "getUnconfirmedSessions"), 4)
    # Two of them look who is away.
    most["getPayPolicies"] = 4  # when one takes hold depends on all of them
    most["getPayments"] = 6  # what they cover depends on all of them
    most["getCareSessionsNeedingAttention"] = 7
    # What is held is asked of the pay periods, and an expense's receipts of theirs.
    most |= {"getCareSessions": 5, "getUnconfirmedSessions": 5, "getPayItems": 4, "getExpenses": 4}
    # Computed, where they are not approved; what payments cover of them, their statements, and what no period settled.
    most["getPayPeriods"] = 12
    most["getExpenses"] = 4  # with their receipts
    paths = lists(world)
    ana.get("/me")  # notes that the token is in use

    def rows_and_queries() -> dict[str, tuple[int, int]]:
        """How many rows each list shows, and how many queries that takes."""
        counts = {}
        for name, path in paths.items():
            with CaptureQueriesContext(connection) as queries:
                rows = ana.get(path, "limit=500").json()["items"]
            counts[name] = len(rows), len(queries)
        return counts

    fill(world, paths["getCareSessionEvents"], 10)
    few = rows_and_queries()
    fill(world, paths["getCareSessionEvents"], 990)
    assert rows_and_queries() == {name: (500, most[name]) for name in LISTS}
    assert {name: queries for name, (_, queries) in few.items()} == most
    assert {name: rows for name, (rows, _) in few.items() if not 10 <= rows <= 20} == {}


def test_a_range_of_days_costs_one_query_more_for_the_zones(world, ana, django_assert_num_queries):
    ana.get("/me")
    world.session()
    with django_assert_num_queries(6):
        ana.get(f"/families/{world.riveras.id}/care-sessions", "from=2026-06-01&to=2026-06-30")


def test_a_year_generates_in_few_statements(world, ana):
    """157 sessions for two children, with their history, and one notice."""
    schedule = world.schedule(children=[world.emma, world.theo])
    ana.get("/me")
    with CaptureQueriesContext(connection) as made:
        done = ana.post(f"/care-schedules/{schedule.id}/generate-sessions", {"from": "2026-06-01", "to": "2027-06-01"})
    assert len(done.json()["created"]) == 157
    most = 16 + 3 * (connection.vendor == "postgresql")  # locks the family, shares the nanny's pay, numbers events
    assert len([query for query in made if "SAVEPOINT" not in query["sql"]]) <= most
