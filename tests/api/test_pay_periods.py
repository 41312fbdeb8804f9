"""Pay periods over the API: proposals, order, readiness, the moves, and what they hold."""

import pytest

from handsel.models import ApprovedAmounts, CareSession, PayPeriod
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role
from tests.api.contract import Api

FIRST = {"from": "2026-05-18", "to": "2026-05-24"}


def path(world) -> str:
    return f"/families/{world.riveras.id}/pay-periods"


@pytest.fixture
def noors(world) -> str:
    return str(world.noor_of_riveras.id)


@pytest.fixture
def done(world) -> CareSession:
    return world.session("2026-05-20 09:00", state=State.COMPLETED)


def begun(who: Api, world, nanny: str, **days: str) -> dict:
    answer = who.post(path(world), {"nannyId": nanny, **(days or FIRST)})
    assert answer.status_code == 201, answer.content
    return answer.json()


def press(who: Api, period: dict, move: str, **body):
    return who.post(f"/pay-periods/{period['id']}/{move}", body)


def test_the_first_period_says_from_when_and_the_next_touches(world, ana, noors):
    refused = ana.post(path(world), {"nannyId": noors, "to": "2026-05-24"})
    assert [error["field"] for error in refused.json()["errors"]] == ["from"]
    first = begun(ana, world, noors)
    assert (first["from"], first["to"], first["status"], first["version"]) == ("2026-05-18", "2026-05-24", "OPEN", 1)
    gap = ana.post(path(world), {"nannyId": noors, "from": "2026-05-26", "to": "2026-05-31"})
    assert gap.status_code == 422
    second = begun(ana, world, noors, to="2026-05-31")
    assert second["from"] == "2026-05-25"
    items = ana.get(path(world)).json()["items"]
    assert [item["id"] for item in items] == [second["id"], first["id"]]


@pytest.mark.parametrize(("to", "status"), [("2026-05-17", 422), ("2027-05-18", 201), ("2027-05-19", 422)])
def test_a_period_has_1_to_366_days(world, ana, noors, to, status):
    assert ana.post(path(world), {"nannyId": noors, "from": "2026-05-18", "to": to}).status_code == status


def test_a_period_is_settled(world, ana, noor, noors, done):
    period = begun(noor, world, noors)
    submitted = press(noor, period, "submit", note="As agreed")
    assert submitted.status_code == 200
    assert (submitted.json()["status"], submitted.json()["note"]) == ("SUBMITTED", "As agreed")
    assert submitted.json()["totals"]["due"] == "200.00"
    assert world.told(world.ana) == ["pay_period.submitted"]
    approved = press(ana, period, "approve").json()
    assert (approved["status"], approved["approvedBy"]) == ("APPROVED", str(world.ana_of_riveras.id))
    assert world.told(world.noor)[-1:] == ["pay_period.approved"]
    seen = noor.get(f"/pay-periods/{period['id']}").json()
    assert (seen["totals"]["due"], len(seen["timesheet"]["lines"])) == ("200.00", 1)
    kinds = [event["kind"] for event in noor.get(f"/pay-periods/{period['id']}/events").json()["items"]]
    assert kinds == ["pay_period.created", "pay_period.submitted", "pay_period.approved"]


def test_what_was_approved_is_kept_when_it_is_reopened(world, ana, noor, noors, done):
    period = begun(noor, world, noors)
    press(noor, period, "submit")
    press(ana, period, "approve")
    asked = press(noor, period, "ask-reopen", reason="Thirty minutes are missing.").json()
    assert asked["reopenAsk"]["reason"] == "Thirty minutes are missing."
    assert press(noor, period, "ask-reopen", reason="Again").json()["code"] == "wrong_state"
    assert press(ana, period, "decline-reopen").status_code == 422
    assert press(ana, period, "decline-reopen", message="Let us talk.").json()["reopenAsk"] is None
    assert press(ana, period, "reopen").status_code == 422
    reopened = press(ana, period, "reopen", reason="Thirty minutes are missing.").json()
    assert (reopened["status"], reopened["reopenReason"]) == ("REOPENED", "Thirty minutes are missing.")
    correction = {"actualEnd": "2026-05-20T17:30", "reason": "Thirty minutes"}
    assert ana.patch(f"/care-sessions/{done.id}", correction).status_code == 200
    press(noor, period, "submit")
    assert press(ana, period, "approve").json()["totals"]["due"] == "212.50"
    assert [row.totals["due"] for row in ApprovedAmounts.objects.order_by("id")] == ["200.00", "212.50"]


@pytest.mark.parametrize(
    ("moves", "move", "body"),
    [
        ([], "withdraw", {}),
        ([], "query", {"message": "?"}),
        ([], "approve", {}),
        ([], "reopen", {"reason": "?"}),
        (["submit"], "submit", {}),
        (["submit"], "reopen", {"reason": "?"}),
        (["submit", "approve"], "approve", {}),
        (["submit", "approve"], "submit", {}),
        (["submit", "approve"], "withdraw", {}),
        (["submit", "approve"], "decline-reopen", {"message": "?"}),
    ],
)
def test_every_other_move_is_refused(world, ana, noors, moves, move, body):
    period = begun(ana, world, noors)
    for made in moves:
        assert press(ana, period, made).status_code == 200
    before = PayPeriod.objects.values().get()
    answer = press(ana, period, move, **body)
    assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert PayPeriod.objects.values().get() == before


def test_periods_are_submitted_and_reopened_in_order(world, ana, noors):
    first, second = begun(ana, world, noors), begun(ana, world, noors, to="2026-05-31")
    early = press(ana, second, "submit")
    assert (early.status_code, early.json()["code"], early.json()["payPeriodId"]) == (409, "out_of_order", first["id"])
    press(ana, first, "submit")
    press(ana, first, "approve")
    press(ana, second, "submit")
    late = press(ana, first, "reopen", reason="?").json()
    assert (late["code"], late["payPeriodId"]) == ("out_of_order", second["id"])


def test_a_period_is_submitted_in_its_last_seven_days_or_later(world, ana, noors):
    ahead = begun(ana, world, noors, **{"from": "2026-05-25", "to": "2026-06-08"})
    answer = press(ana, ahead, "submit").json()
    assert (answer["code"], answer["sessions"]) == ("not_ready", [])
    assert ana.patch(f"/pay-periods/{ahead['id']}", {"to": "2026-06-07"}).status_code == 200
    assert press(ana, ahead, "submit").status_code == 200


def test_all_that_stands_in_the_way_is_listed_at_once(world, ana, noors):
    unconfirmed = world.session("2026-05-25 09:00")
    confirmed = world.session("2026-05-26 09:00", state=State.CONFIRMED)
    without_rate = world.session("2026-05-27 09:00", state=State.COMPLETED, hourly_rate=None)
    world.session("2026-05-28 09:00", state=State.CANCELLED)
    running = world.session("2026-06-01 06:00", state=State.IN_PROGRESS)
    ahead = world.session("2026-06-02 09:00")
    period = begun(ana, world, noors, **{"from": "2026-05-25", "to": "2026-06-07"})
    expected = [
        (unconfirmed, "UNCONFIRMED"),
        (confirmed, "NOT_RECORDED"),
        (without_rate, "NO_RATE"),
        (running, "RUNNING"),
        (ahead, "AHEAD"),
    ]
    for accepted, standing in ((False, expected), (True, expected[3:])):
        answer = press(ana, period, "submit", acceptUnpaid=accepted).json()
        assert answer["sessions"] == [{"sessionId": str(each.id), "reason": reason} for each, reason in standing]


def test_the_last_period_alone_changes_until_it_is_submitted(world, ana, noors):
    first, second = begun(ana, world, noors), begun(ana, world, noors, to="2026-05-31")
    for answer in (
        ana.patch(f"/pay-periods/{first['id']}", {"to": "2026-05-23"}),
        ana.delete(f"/pay-periods/{first['id']}"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (409, "wrong_state")
    assert ana.delete(f"/pay-periods/{second['id']}").status_code == 204
    press(ana, first, "submit")
    press(ana, first, "withdraw")
    assert ana.delete(f"/pay-periods/{first['id']}").json()["code"] == "wrong_state"


def test_what_is_proposed(world, ana, noors, done):
    assert ana.get(f"{path(world)}/next?nannyId={noors}").json() == {"from": "2026-05-18", "to": "2026-05-24"}
    begun(ana, world, noors)
    assert ana.get(f"{path(world)}/next?nannyId={noors}").json() == {"from": "2026-05-25", "to": "2026-05-31"}
    bea = ana.get(f"{path(world)}/next?nannyId={world.bea_of_riveras.id}").json()
    assert bea == {"from": "2026-06-01", "to": "2026-06-07"}


def test_who_may_do_what(world, ana, noor, bea, viewer, noors):
    period = begun(noor, world, noors)
    one = f"/pay-periods/{period['id']}"
    assert bea.get(one).status_code == 404
    assert bea.post(path(world), {"nannyId": noors, **FIRST}).status_code == 403
    assert viewer.get(path(world)).status_code == 403
    assert viewer.get(one).status_code == 404
    assert bea.get(path(world)).json()["items"] == []
    assert press(noor, period, "submit").status_code == 200
    assert press(noor, period, "approve").json()["code"] == "not_allowed"
    assert press(noor, period, "query", message="?").json()["code"] == "not_allowed"
    press(ana, period, "approve")
    assert press(ana, period, "ask-reopen", reason="?").json()["code"] == "not_allowed"
    assert press(noor, period, "reopen", reason="?").json()["code"] == "not_allowed"
    assert not any(event["kind"].startswith("pay_") for event in _events(viewer, world))


def _events(who: Api, world) -> list[dict]:
    return who.get(f"/families/{world.riveras.id}/events").json()["items"]


def test_a_family_that_keeps_its_book_alone_settles_for_nobody(world, ana):
    for member in (world.noor_of_riveras, world.bea_of_riveras):
        member.role = Role.VIEWER
        member.save()
    period = begun(ana, world, None)
    assert period["nannyId"] is None
    press(ana, period, "submit")
    assert press(ana, period, "approve").json()["status"] == "APPROVED"


def test_the_currency_stays_once_a_period_was_submitted(world, ana, noors):
    period = begun(ana, world, noors)
    family = f"/families/{world.riveras.id}"
    assert ana.patch(family, {"currency": "CAD"}).status_code == 200
    press(ana, period, "submit")
    answer = ana.patch(family, {"currency": "USD"})
    assert (answer.status_code, answer.json()["code"]) == (409, "locked")
    assert ana.patch(family, {"currency": "CAD"}).status_code == 200
