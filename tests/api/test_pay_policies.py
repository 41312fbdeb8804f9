"""The terms of pay over HTTP: what a version holds, what is wrong with it, when it takes hold and who may say so."""

import json
from decimal import Decimal

import pytest

from handsel.models import Event, PayPolicy
from handsel.rules.lifecycle import State
from handsel.rules.pay.presets import PRESETS
from handsel.rules.roles import Role
from tests.api.contract import Api
from tests.models.broken_pay import a_policy
from tests.tables import everything
from tests.world import World

pytestmark = pytest.mark.any_database

EVERYTHING = {
    "effectiveFrom": "2026-06-10",
    "preset": "US_CA_HOUSEHOLD",
    "workweekStart": "SUNDAY",
    "payFrequency": "TWO_WEEKS",
    "payFor": "GREATER",
    "roundingMinutes": 15,
    "roundingMode": "UP",
    "minimumMinutes": 120,
    "night": {"from": "22:00", "to": "06:00", "amount": "90.00", "atLeastMinutes": 240, "counts": False},
    "weeklyOvertimeAfter": 2400,
    "dailyOvertimeAfter": 480,
    "dailyDoubleAfter": 720,
    "seventhDay": "OVERTIME_THEN_DOUBLE",
    "seventhDayDoubleAfter": 480,
    "overtimeMultiplier": "1.75",
    "doubleMultiplier": "2.50",
    "overtimeBase": "RATE_WORKED",
    "federalOvertime": True,
    "holidays": [{"date": "2026-12-25", "name": "Christmas"}],
    "holidayMultiplier": "1.50",
    "guaranteedMinutes": 2400,
    "basicRate": "20.00",
    "cancellationTiers": [
        {"noticeHours": 2, "percent": 100, "minimumMinutes": 0},
        {"noticeHours": 24, "percent": 50, "minimumMinutes": 120},
    ],
    "rolledUpHolidayPercent": "12.07",
    "minimumWage": "7.25",
    "mileageRate": "0.7250",
    "mileageUnit": "KM",
}


@pytest.fixture
def policies(world) -> str:
    return f"/families/{world.riveras.id}/pay-policies"


def wrong(answer) -> dict[str, str]:
    assert answer.status_code == 422, answer.content
    return {error["field"]: error["message"] for error in answer.json()["errors"]}


def test_a_version_says_back_every_field(world, ana, policies):
    sent = {**EVERYTHING, "nannyId": str(world.noor_of_riveras.id)}
    made = ana.post(policies, sent)
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    assert made["Location"] == f"/api/v1/pay-policies/{made.json()['id']}"
    assert made.json() == {
        "id": made.json()["id"],
        "familyId": str(world.riveras.id),
        **sent,
        "takesHoldOn": "2026-06-14",
        "createdAt": "2026-06-01T12:00:00Z",
        "createdBy": str(world.ana_of_riveras.id),
        "version": 1,
    }
    event = world.last_event(world.riveras)
    assert (event.kind, event.nanny_id) == ("pay_policy.created", world.noor_of_riveras.id)
    assert event.changes["pay_policy_id"] == [None, made.json()["id"]]
    assert event.changes["night"] == [None, sent["night"]]
    assert event.changes["mileage_rate"] == [None, "0.725"]


def test_what_is_not_said_is_plain(ana, policies):
    made = ana.post(policies, {"effectiveFrom": "2026-06-08"}).json()
    plain = {
        name: None for name in EVERYTHING if name.endswith(("After", "Rate", "Wage")) or name in ("night", "preset")
    }
    said = {name: made[name] for name in EVERYTHING}
    assert said == plain | {
        "effectiveFrom": "2026-06-08",
        "workweekStart": "MONDAY",
        "payFrequency": "WEEK",
        "payFor": "ACTUAL",
        "roundingMinutes": 0,
        "roundingMode": "NEAREST",
        "minimumMinutes": 0,
        "seventhDay": "NONE",
        "overtimeMultiplier": "1.50",
        "doubleMultiplier": "2.00",
        "overtimeBase": "WEIGHTED",
        "federalOvertime": False,
        "holidays": [],
        "holidayMultiplier": "1.00",
        "guaranteedMinutes": 0,
        "cancellationTiers": [],
        "rolledUpHolidayPercent": "0.00",
        "mileageUnit": "MI",
    }
    assert (made["nannyId"], made["takesHoldOn"]) == (None, "2026-06-08")


NIGHT = EVERYTHING["night"]
TIER = {"noticeHours": 24, "percent": 50, "minimumMinutes": 0}
WRONG = [
    ({"preset": "MARS"}, {"preset"}),
    ({"workweekStart": "monday"}, {"workweekStart"}),
    ({"payFrequency": "YEAR"}, {"payFrequency"}),
    ({"payFor": None}, {"payFor"}),
    ({"roundingMinutes": 7}, {"roundingMinutes"}),
    ({"roundingMinutes": "5"}, {"roundingMinutes"}),
    ({"minimumMinutes": 1441}, {"minimumMinutes"}),
    ({"minimumMinutes": -1}, {"minimumMinutes"}),
    ({"weeklyOvertimeAfter": 0}, {"weeklyOvertimeAfter"}),
    ({"weeklyOvertimeAfter": 10081}, {"weeklyOvertimeAfter"}),
    ({"weeklyOvertimeAfter": 2400.5}, {"weeklyOvertimeAfter"}),
    ({"dailyOvertimeAfter": 1441, "dailyDoubleAfter": 0}, {"dailyOvertimeAfter", "dailyDoubleAfter"}),
    ({"dailyOvertimeAfter": 540, "dailyDoubleAfter": 539}, {"dailyDoubleAfter"}),
    ({"seventhDayDoubleAfter": 480}, {"seventhDayDoubleAfter"}),
    ({"seventhDay": "OVERTIME", "seventhDayDoubleAfter": 480}, {"seventhDayDoubleAfter"}),
    ({"seventhDay": "OVERTIME_THEN_DOUBLE"}, {"seventhDayDoubleAfter"}),
    ({"overtimeMultiplier": "1.00"}, {"overtimeMultiplier"}),
    ({"overtimeMultiplier": "4.01"}, {"overtimeMultiplier"}),
    ({"overtimeMultiplier": "1.505"}, {"overtimeMultiplier"}),
    ({"overtimeMultiplier": "2.50"}, {"doubleMultiplier"}),
    ({"doubleMultiplier": "1.25"}, {"doubleMultiplier"}),
    ({"federalOvertime": "true"}, {"federalOvertime"}),
    ({"holidayMultiplier": "1.49"}, {"holidayMultiplier"}),
    ({"holidayMultiplier": "0.99"}, {"holidayMultiplier"}),
    ({"guaranteedMinutes": 2400}, {"basicRate"}),
    ({"guaranteedMinutes": 10081, "basicRate": "20.00"}, {"guaranteedMinutes"}),
    ({"basicRate": "10000"}, {"basicRate"}),
    ({"rolledUpHolidayPercent": "30.01"}, {"rolledUpHolidayPercent"}),
    ({"rolledUpHolidayPercent": "12.075"}, {"rolledUpHolidayPercent"}),
    ({"mileageRate": "100"}, {"mileageRate"}),
    ({"mileageRate": "0.72505"}, {"mileageRate"}),
    ({"mileageUnit": "MILE"}, {"mileageUnit"}),
    ({"night": []}, {"night"}),
    ({"night": {}}, {"night.from", "night.to", "night.amount", "night.atLeastMinutes", "night.counts"}),
    ({"night": {**NIGHT, "from": "24:00", "atLeastMinutes": 0}}, {"night.from", "night.atLeastMinutes"}),
    ({"night": {**NIGHT, "amount": "-1", "counts": 1, "extra": 2}}, {"night.amount", "night.counts", "night.extra"}),
    ({"holidays": None}, {"holidays"}),
    ({"holidays": ["2026-12-25"]}, {"holidays.0"}),
    ({"holidays": [{"date": "2026-12-25", "name": ""}, {"date": "2026-02-30"}]},
     {"holidays.0.name", "holidays.1.date", "holidays.1.name"}),
    ({"holidays": [{"date": "2026-12-25", "name": "Christmas"}] * 61}, {"holidays"}),
    ({"cancellationTiers": [{**TIER, "noticeHours": 721, "percent": 101, "minimumMinutes": 1441}]},
     {"cancellationTiers.0.noticeHours", "cancellationTiers.0.percent", "cancellationTiers.0.minimumMinutes"}),
    ({"cancellationTiers": [TIER, TIER]}, {"cancellationTiers.1.noticeHours"}),
    ({"cancellationTiers": [{**TIER, "noticeHours": 48}, TIER]}, {"cancellationTiers.1.noticeHours"}),
    ({"cancellationTiers": [{**TIER, "noticeHours": hours} for hours in range(1, 7)]}, {"cancellationTiers"}),
    ({"cancellationTiers": [{**TIER, "percent": "50"}]}, {"cancellationTiers.0.percent"}),
    ({"overtime": True}, {"overtime"}),
    ({"nannyId": "01890000-0000-7000-8000-000000000000"}, {"nannyId"}),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "fields"), WRONG, ids=[json.dumps(sent)[:60] for sent, _ in WRONG])
def test_each_wrong_field_is_named(ana, policies, sent, fields):
    answer = ana.post(policies, {"effectiveFrom": "2026-06-08", **sent})
    assert wrong(answer).keys() == fields
    assert not PayPolicy.objects.exists()


def test_all_wrong_fields_come_in_one_answer(ana, policies):
    sent = {"payFor": "x", "night": {**NIGHT, "to": 6}, "guaranteedMinutes": 60, "basicRate": None, "typo": 1}
    assert wrong(ana.post(policies, sent)).keys() == {"effectiveFrom", "payFor", "night.to", "basicRate", "typo"}


REST = b'"to": "06:00", "amount": "90.00", "atLeastMinutes": 240, "counts": true'


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (b'{"effectiveFrom": "2026-06-08", "payFor": "ACTUAL", "payFor": "PLANNED"}', "payFor"),
        (b'{"effectiveFrom": "2026-06-08", "night": {"from": "22:00", "from": "23:00", %s}}' % REST, "night.from"),
    ],
)  # fmt: skip
def test_a_key_that_comes_twice_is_refused_at_any_depth(ana, policies, body, field):
    assert wrong(ana.send("POST", policies, body)) == {field: "This was given twice."}


def test_numbers_with_decimals_may_be_numbers(ana, policies):
    sent = {"effectiveFrom": "2026-06-08", "overtimeMultiplier": 1.5, "doubleMultiplier": 2, "mileageRate": 0.725}
    made = ana.post(policies, {**sent, "rolledUpHolidayPercent": 12.07, "holidayMultiplier": 1}).json()
    assert (made["overtimeMultiplier"], made["doubleMultiplier"], made["mileageRate"]) == ("1.50", "2.00", "0.7250")
    assert (made["rolledUpHolidayPercent"], made["holidayMultiplier"]) == ("12.07", "1.00")


def test_two_of_one_scope_never_share_a_day(world, ana, policies):
    day = {"effectiveFrom": "2026-06-08"}
    first = ana.post(policies, day).json()
    assert wrong(ana.post(policies, day)) == {"effectiveFrom": "There are terms from this day already."}
    own = {"nannyId": str(world.noor_of_riveras.id)}
    assert ana.post(policies, day | own).status_code == 201
    assert "effectiveFrom" in wrong(ana.post(policies, day | own))
    later = ana.post(policies, {"effectiveFrom": "2026-06-15"}).json()
    assert "effectiveFrom" in wrong(ana.patch(f"/pay-policies/{later['id']}", day))
    assert ana.patch(f"/pay-policies/{first['id']}", {**day, "payFor": "PLANNED"}).status_code == 200


def test_a_version_takes_hold_at_the_start_of_a_workweek_or_never(world, ana, policies):
    def holds() -> dict[str, str | None]:
        return {item["effectiveFrom"]: item["takesHoldOn"] for item in ana.get(policies).json()["items"]}

    ana.post(policies, {"effectiveFrom": "2026-06-03", "workweekStart": "SUNDAY"})
    assert holds() == {"2026-06-03": "2026-06-07"}
    ana.post(policies, {"effectiveFrom": "2026-06-16"})
    ana.post(policies, {"effectiveFrom": "2026-06-20"})
    # The second would begin on the third's Sunday, and so never does; the third begins in the workweeks of the first.
    assert holds() == {"2026-06-03": "2026-06-07", "2026-06-16": None, "2026-06-20": "2026-06-21"}
    own = {"effectiveFrom": "2026-06-05", "nannyId": str(world.noor_of_riveras.id)}
    assert ana.post(policies, own).json()["takesHoldOn"] == "2026-06-08"
    # What is told of the family's goes by the family's alone.
    assert holds() | {"2026-06-05": None} == {
        "2026-06-03": "2026-06-07",
        "2026-06-05": None,
        "2026-06-16": None,
        "2026-06-20": "2026-06-21",
    }


def test_changes_are_counted_told_and_kept(world, ana, policies):
    made = ana.post(policies, {"effectiveFrom": "2026-06-08", "weeklyOvertimeAfter": 2400}).json()
    path = f"/pay-policies/{made['id']}"
    assert ana.patch(path, {"weeklyOvertimeAfter": 2400, "preset": None}).json()["version"] == 1
    changed = ana.patch(path, {"weeklyOvertimeAfter": None, "night": NIGHT}, If_Match='"1"')
    assert (changed.status_code, changed["ETag"], changed.json()["night"]) == (200, '"2"', NIGHT)
    assert world.last_event(world.riveras).changes == {
        "pay_policy_id": [made["id"], made["id"]],
        "weekly_overtime_after": [2400, None],
        "night": [None, NIGHT],
    }
    assert ana.patch(path, {"payFor": "PLANNED"}, If_Match='"1"').status_code == 412
    assert ana.delete(path, If_Match='"1"').status_code == 412
    assert ana.delete(path, If_Match='"2"').status_code == 204
    assert ana.get(path).status_code == 404
    event = world.last_event(world.riveras)
    assert (event.kind, event.changes["night"]) == ("pay_policy.deleted", [NIGHT, None])


def test_what_is_changed_must_still_fit_what_stays(ana, policies):
    path = f"/pay-policies/{ana.post(policies, EVERYTHING).json()['id']}"
    assert wrong(ana.patch(path, {"basicRate": None})).keys() == {"basicRate"}
    assert wrong(ana.patch(path, {"seventhDay": "NONE"})).keys() == {"seventhDayDoubleAfter"}
    assert wrong(ana.patch(path, {"dailyOvertimeAfter": 721})).keys() == {"dailyDoubleAfter"}
    assert ana.patch(path, {"seventhDay": "NONE", "seventhDayDoubleAfter": None}).status_code == 200


def test_a_repeated_request_makes_one_version(ana, policies):
    first, again = (ana.post(policies, EVERYTHING, Idempotency_Key="terms") for _ in range(2))
    assert (first.status_code, again.status_code, again["Idempotency-Replayed"]) == (201, 201, "true")
    assert first.json() == again.json()


def test_a_nanny_sees_the_familys_terms_and_their_own_and_of_no_others(world, noor, bea, policies):
    a_policy(world)
    noors = a_policy(world, nanny=world.noor_of_riveras, effective_from="2026-03-09")
    own = [item["nannyId"] for item in noor.get(policies).json()["items"]]
    assert own == [None, str(world.noor_of_riveras.id)]
    assert [item["nannyId"] for item in bea.get(policies).json()["items"]] == [None]
    assert noor.get(f"/pay-policies/{noors.id}").status_code == 200
    assert bea.get(f"/pay-policies/{noors.id}").status_code == 404
    assert noor.post(policies, EVERYTHING).status_code == 403


def test_a_viewer_sees_neither_the_terms_nor_what_happened_to_them(world, ana, viewer, noor, bea, policies):
    made = ana.post(policies, {**EVERYTHING, "nannyId": str(world.noor_of_riveras.id)}).json()
    ana.post(policies, EVERYTHING)
    assert viewer.get(policies).status_code == 403
    assert viewer.get(f"/pay-policies/{made['id']}").status_code == 404
    told = {}
    for name, person in {"viewer": viewer, "noor": noor, "bea": bea}.items():
        lines = person.get(f"/families/{world.riveras.id}/events").json()["items"]
        told[name] = sum(line["kind"] == "pay_policy.created" for line in lines)
    assert told == {"viewer": 0, "noor": 2, "bea": 1}


def test_a_nanny_who_keeps_the_book_alone_sets_terms_on_the_familys_word(world: World):
    world.leave(world.ana_of_riveras)
    world.leave(world.luis_of_riveras)
    type(world.noor_of_riveras).objects.filter(pk=world.noor_of_riveras.pk).update(is_founder=True)
    noor, path = Api(world, world.noor), f"/families/{world.riveras.id}/pay-policies"
    assert noor.post(path, EVERYTHING).status_code == 201
    assert noor.post(path, {**EVERYTHING, "nannyId": str(world.bea_of_riveras.id)}).status_code == 403
    assert Event.objects.get(kind="pay_policy.created").by_id == world.noor_of_riveras.id
    world.join(world.riveras, Role.PARENT)
    assert noor.post(path, {**EVERYTHING, "effectiveFrom": "2026-06-22"}).status_code == 403


def test_presets_fill_in_what_a_version_takes(ana, policies):
    items = ana.get("/pay-presets").json()["items"]
    assert [item["name"] for item in items] == list(PRESETS)
    for week, item in enumerate(items):
        assert all(item[name] for name in ("sources", "says"))
        made = ana.post(policies, {"effectiveFrom": f"20{30 + week}-06-08", "preset": item["name"], **item["sets"]})
        assert made.status_code == 201, made.content
        assert made.json().items() >= item["sets"].items()
    assert items[-1]["sets"] == {"rolledUpHolidayPercent": "12.07"}


def test_a_preview_shows_both_timesheets_and_writes_nothing(world, ana, noor, policies):
    a_policy(world, weekly_overtime_after=2640)
    for day in range(4, 9):
        world.session(f"2026-05-0{day} 08:00", hours=10, state=State.COMPLETED, hourly_rate=Decimal("20.00"))
    sent = {
        "policy": {"effectiveFrom": "2026-05-04", "weeklyOvertimeAfter": 2400, "holidays": EVERYTHING["holidays"]},
        "nannyId": str(world.noor_of_riveras.id),
        "from": "2026-05-04",
        "to": "2026-05-10",
    }
    ana.get("/me")  # notes that the token is in use
    before = everything()
    path = f"{policies}/preview"
    answer = ana.post(path, sent)
    assert answer.status_code == 200, answer.content
    gross = {when: answer.json()[when]["totals"]["gross"] for when in ("before", "after")}
    assert gross == {"before": "1060.00", "after": "1100.00"}
    # Instead of the version of that day, where there is one.
    again = ana.post(path, sent | {"policy": {"effectiveFrom": "2026-03-02"}}).json()
    assert (again["before"]["totals"]["gross"], again["after"]["totals"]["gross"]) == ("1060.00", "1000.00")
    assert everything() == before
    assert noor.post(path, sent).status_code == 403
    assert wrong(ana.post(path, sent | {"to": "2026-05-03", "policy": {"night": {}, "typo": 1}})).keys() >= {
        "to",
        "policy.effectiveFrom",
        "policy.night.from",
        "policy.typo",
    }
    assert wrong(ana.post(path, {"policy": []})).keys() >= {"policy", "from", "to"}
