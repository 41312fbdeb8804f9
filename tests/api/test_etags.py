"""Two people at once: versions, ETag and If-Match."""

import pytest

from handsel.rules.lifecycle import State

pytestmark = pytest.mark.any_database


@pytest.fixture(params=["care-sessions", "care-schedules", "children", "families"])
def path(request, world) -> str:
    """Something with a version, which is 1."""
    thing = {
        "care-sessions": world.session,
        "care-schedules": world.schedule,
        "children": lambda: world.emma,
        "families": lambda: world.riveras,
    }
    return f"/{request.param}/{thing[request.param]().id}"


@pytest.mark.parametrize("header", ['"1"', "*", '"7", "1"', ' "1" ', '"1","2","3"', '"x", "1"'])
def test_the_version_that_stands_may_be_changed(ana, path, header):
    changed = ana.patch(path, {"notes": "New"}, If_Match=header)
    assert (changed.status_code, changed["ETag"], changed.json()["version"]) == (200, '"2"', 2)


@pytest.mark.parametrize("header", ['"0"', '"2"', "1", 'W/"1"', '""', '"01"', "nonsense", '"2", "3"', '"é"', ",", ""])
def test_another_version_is_refused_and_nothing_changes(ana, path, header):
    before = ana.get(path)
    assert ana.patch(path, {"notes": "New"}, If_Match=header).json()["code"] == "version_conflict"
    assert ana.get(path).json() == before.json()


def test_of_two_that_saw_the_same_one_wins(ana, noor, world):
    path = f"/care-sessions/{world.session().id}"
    seen = ana.get(path)["ETag"]
    assert ana.patch(path, {"notes": "First"}, If_Match=seen).status_code == 200
    assert noor.patch(path, {"notes": "Second"}, If_Match=seen).status_code == 412
    assert noor.get(path).json()["notes"] == "First"


def test_moves_and_deletion_heed_it(ana, world):
    path = f"/care-sessions/{world.session(state=State.CONFIRMED).id}"
    assert ana.post(f"{path}/cancel", If_Match='"9"').status_code == 412
    assert ana.post(f"{path}/cancel", If_Match='"1"')["ETag"] == '"2"'
    assert ana.delete(path, If_Match='"1"').status_code == 412
    assert ana.delete(path, If_Match='"2"').status_code == 204
    schedule = f"/care-schedules/{world.schedule().id}"
    assert ana.delete(schedule, If_Match='"2"').status_code == 412
    assert ana.delete(schedule, If_Match='"1"').status_code == 204
    child = f"/children/{world.theo.id}"
    assert ana.delete(child, If_Match='"2"').status_code == 412
    assert ana.delete(child, If_Match='"1"').status_code == 204


def test_an_archived_child_has_a_new_version(ana, world):
    world.session()
    child = f"/children/{world.emma.id}"
    assert ana.delete(child).status_code == 204
    assert ana.get(child)["ETag"] == '"2"'


def test_who_may_not_see_or_act_learns_nothing_of_the_version(world, sam, noor, viewer):
    path = f"/care-sessions/{world.session().id}"
    assert sam.patch(path, {}, If_Match='"9"').status_code == 404
    assert viewer.patch(path, {}, If_Match='"9"').status_code == 403
    assert noor.post(f"{path}/confirm", If_Match='"9"').status_code == 403


@pytest.mark.parametrize(
    ("header", "status"), [('"1"', 304), ('W/"1"', 304), ("*", 304), ('"0", "1"', 304), ('"2"', 200)]
)
def test_what_one_has_already_is_not_sent_again(ana, path, header, status):
    answer = ana.get(path, If_None_Match=header)
    assert (answer.status_code, answer["ETag"]) == (status, '"1"')


def test_no_change_is_no_new_version(ana, path):
    assert ana.patch(path, {})["ETag"] == '"1"'
