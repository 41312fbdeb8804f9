"""Items over HTTP: what each kind holds, who enters and changes them, and the rate that nobody named."""

from decimal import Decimal
from typing import Any

import pytest

from handsel.models import Family, Member, PayPolicy
from handsel.rules.lifecycle import State
from handsel.rules.roles import Role
from tests.api.contract import Api
from tests.world import LONG_AGO

pytestmark = pytest.mark.any_database


@pytest.fixture
def items(world) -> str:
    return f"/families/{world.riveras.id}/pay-items"


@pytest.fixture
def holiday(world) -> dict[str, Any]:
    return {"nannyId": str(world.noor_of_riveras.id), "kind": "PAID_HOLIDAY", "date": "2026-05-25", "minutes": 480}


def wrong(answer) -> set[str]:
    assert answer.status_code == 422, answer.content
    return {error["field"] for error in answer.json()["errors"]}


def test_paid_time_takes_the_familys_rate_where_the_terms_have_none(world, ana, items, holiday):
    made = ana.post(items, holiday)
    assert (made.status_code, made["ETag"]) == (201, '"1"')
    assert made["Location"] == f"/api/v1/pay-items/{made.json()['id']}"
    assert made.json() == {
        "id": made.json()["id"],
        "familyId": str(world.riveras.id),
        "nannyId": str(world.noor_of_riveras.id),
        "kind": "PAID_HOLIDAY",
        "date": "2026-05-25",
        "minutes": 480,
        "hourlyRate": "25.00",
        "amount": None,
        "inRegularRate": False,
        "reason": "",
        "sessionId": None,
        "isHeld": False,
        "enteredBy": str(world.ana_of_riveras.id),
        "version": 1,
    }
    event = world.last_event(world.riveras)
    assert (event.kind, event.nanny_id) == ("pay_item.created", world.noor_of_riveras.id)
    assert event.changes["pay_item_id"] == [None, made.json()["id"]]
    assert event.changes["hourly_rate"] == [None, "25.00"]


def test_paid_time_takes_the_basic_rate_of_its_days_terms(world, ana, items, holiday):
    terms = {"family": world.riveras, "created_by": world.ana_of_riveras, "created_at": LONG_AGO}
    PayPolicy.objects.create(effective_from="2026-05-04", basic_rate=Decimal("21.00"), **terms)
    PayPolicy.objects.create(effective_from="2026-05-25", basic_rate=Decimal("22.00"), **terms)
    assert ana.post(items, holiday).json()["hourlyRate"] == "22.00"
    assert ana.post(items, holiday | {"date": "2026-05-24"}).json()["hourlyRate"] == "21.00"
    assert ana.post(items, holiday | {"date": "2026-05-03"}).json()["hourlyRate"] == "25.00"
    assert ana.post(items, holiday | {"hourlyRate": "30.00"}).json()["hourlyRate"] == "30.00"


def test_paid_time_without_any_rate_is_refused(world, ana, items, holiday):
    Family.objects.filter(pk=world.riveras.pk).update(default_hourly_rate=None)
    assert wrong(ana.post(items, holiday)) == {"hourlyRate"}
    assert ana.post(items, holiday | {"hourlyRate": "0.00"}).status_code == 201


@pytest.mark.parametrize(
    ("sent", "fields"),
    [
        ({"kind": "SICK"}, {"minutes"}),
        ({"kind": "SICK", "minutes": 0}, {"minutes"}),
        ({"kind": "SICK", "minutes": 1441}, {"minutes"}),
        ({"kind": "SICK", "minutes": "60"}, {"minutes"}),
        ({"kind": "SICK", "minutes": 60, "amount": "1.00"}, {"amount"}),
        ({"kind": "UNPAID_LEAVE", "minutes": 60, "hourlyRate": "20.00"}, {"hourlyRate"}),
        ({"kind": "BONUS"}, {"amount"}),
        ({"kind": "BONUS", "amount": "0.00"}, {"amount"}),
        ({"kind": "BONUS", "amount": "-1.00"}, {"amount"}),
        ({"kind": "BONUS", "amount": "100000.00"}, {"amount"}),
        ({"kind": "BONUS", "amount": "1.005"}, {"amount"}),
        ({"kind": "GIFT", "amount": "50.00", "inRegularRate": True}, {"inRegularRate"}),
        ({"kind": "ADJUSTMENT", "amount": "5.00"}, {"reason"}),
        ({"kind": "ADJUSTMENT", "amount": "0", "reason": "Why"}, {"amount"}),
        ({"kind": "TIP", "amount": "5.00"}, {"kind"}),
        ({"amount": "5.00"}, {"kind"}),
    ],
)
def test_each_kind_holds_its_own(ana, items, holiday, sent, fields):
    assert wrong(ana.post(items, {"nannyId": holiday["nannyId"], "date": "2026-05-25", **sent})) == fields


@pytest.mark.parametrize(
    "sent",
    [
        {"kind": "UNPAID_LEAVE", "minutes": 1},
        {"kind": "BONUS", "amount": "99999.99", "inRegularRate": True},
        {"kind": "BONUS", "amount": 46},
        {"kind": "GIFT", "amount": "0.01"},
        {"kind": "ADJUSTMENT", "amount": "-99999.99", "reason": "Paid twice"},
        {"kind": "ADJUSTMENT", "amount": -12.5, "reason": "Left early"},
        {"kind": "PAID_TIME_OFF", "minutes": 1440, "hourlyRate": "9999.99", "inRegularRate": False, "sessionId": None},
    ],
)
def test_what_each_kind_holds_comes_back(ana, items, holiday, sent):
    made = ana.post(items, {"nannyId": holiday["nannyId"], "date": "2026-05-25", **sent})
    assert made.status_code == 201, made.content
    shown = made.json()
    for name, value in sent.items():
        number = isinstance(shown[name], str) and name in ("amount", "hourlyRate")
        assert (Decimal(shown[name]) == Decimal(str(value))) if number else shown[name] == value


def test_an_adjustment_is_about_a_session_of_that_nanny(world, ana, items, holiday):
    sent = {"nannyId": holiday["nannyId"], "date": "2026-05-25", "kind": "ADJUSTMENT", "amount": "5", "reason": "Late"}
    hers = world.session("2026-05-20 09:00", state=State.COMPLETED)
    assert ana.post(items, sent | {"sessionId": str(hers.id)}).json()["sessionId"] == str(hers.id)
    beas = world.session("2026-05-20 09:00", state=State.COMPLETED, nanny=world.bea_of_riveras)
    elsewhere = world.session("2026-05-21 09:00", state=State.COMPLETED, family=world.okafors)
    for other in (beas, elsewhere):
        assert wrong(ana.post(items, sent | {"sessionId": str(other.id)})) == {"sessionId"}


def test_a_nanny_enters_their_own_and_changes_what_they_entered(world, ana, noor, bea, items, holiday):
    own = noor.post(items, {name: value for name, value in holiday.items() if name != "nannyId"})
    assert (own.status_code, own.json()["nannyId"]) == (201, holiday["nannyId"])
    path = f"/pay-items/{own.json()['id']}"
    assert noor.patch(path, {"minutes": 240}).json()["minutes"] == 240
    assert bea.get(path).status_code == 404
    assert noor.post(items, holiday | {"nannyId": str(world.bea_of_riveras.id)}).status_code == 403
    of_ana = ana.post(items, holiday | {"kind": "SICK"}).json()["id"]
    assert noor.get(f"/pay-items/{of_ana}").status_code == 200
    assert noor.patch(f"/pay-items/{of_ana}", {"minutes": 1}).status_code == 403
    assert noor.delete(f"/pay-items/{of_ana}").status_code == 403
    assert ana.patch(path, {"reason": "Memorial Day"}, If_Match='"2"').json()["version"] == 3
    assert [item["id"] for item in noor.get(items).json()["items"]] == [own.json()["id"], of_ana]
    assert bea.get(items).json()["items"] == []
    assert bea.get(items, f"nannyId={holiday['nannyId']}").status_code == 403
    assert noor.delete(path).status_code == 204
    assert world.history(world.riveras)[-2:] == ["pay_item.updated", "pay_item.deleted"]


def test_another_kind_leaves_behind_what_it_does_not_hold(ana, items, holiday):
    path = f"/pay-items/{ana.post(items, holiday).json()['id']}"
    leave = ana.patch(path, {"kind": "UNPAID_LEAVE"}).json()
    assert (leave["minutes"], leave["hourlyRate"]) == (480, None)
    assert wrong(ana.patch(path, {"kind": "GIFT"})) == {"amount"}
    assert ana.patch(path, {"kind": "SICK"}).json()["hourlyRate"] == "25.00"
    assert wrong(ana.patch(path, {"kind": None, "date": None})) == {"kind", "date"}


def test_the_same_values_again_are_no_change_and_an_old_version_changes_nothing(world, ana, items, holiday):
    path = f"/pay-items/{ana.post(items, holiday).json()['id']}"
    assert ana.patch(path, {"minutes": 480, "hourlyRate": "25"})["ETag"] == '"1"'
    assert ana.patch(path, {"minutes": 60}, If_Match='"7"').status_code == 412
    assert world.history(world.riveras) == ["pay_item.created"]
    assert ana.delete(path, If_Match='"2"').status_code == 412
    assert ana.delete(path, If_Match='"1"').status_code == 204


def test_the_same_request_with_the_same_key_enters_one(ana, items, holiday):
    answers = [ana.post(items, holiday, Idempotency_Key="holiday") for _ in range(2)]
    assert answers[0].json() == answers[1].json()
    assert len(ana.get(items).json()["items"]) == 1


def test_the_list_is_by_day_and_filtered(world, ana, items, holiday):
    for sent in (
        {"date": "2026-05-27"},
        {"date": "2026-05-26", "kind": "SICK"},
        {"date": "2026-05-25", "nannyId": str(world.bea_of_riveras.id)},
    ):
        ana.post(items, holiday | sent)

    def days(query: str = "") -> list[str]:
        return [item["date"][-2:] for item in ana.get(items, query).json()["items"]]

    assert days() == ["25", "26", "27"]
    assert days(f"nannyId={holiday['nannyId']}") == ["26", "27"]
    assert days("kind=SICK") == ["26"]
    assert days("from=2026-05-26&to=2026-05-26") == ["26"]
    assert wrong(ana.get(items, "from=2026-05-27&to=2026-05-26")) == {"to"}


def test_of_several_nannies_one_is_named_and_of_one_it_goes_without_saying(world, ana, items, holiday):
    unnamed = {name: value for name, value in holiday.items() if name != "nannyId"}
    assert wrong(ana.post(items, unnamed)) == {"nannyId"}
    assert wrong(ana.post(items, unnamed | {"nannyId": None})) == {"nannyId"}
    assert wrong(ana.post(items, unnamed | {"nannyId": str(world.luis_of_riveras.id)})) == {"nannyId"}
    ada = Api(world, world.ada)
    okafors = f"/families/{world.okafors.id}/pay-items"
    assert ada.post(okafors, unnamed).json()["nannyId"] == str(world.noor_of_okafors.id)
    world.leave(world.noor_of_okafors)
    assert ada.post(okafors, unnamed).json()["nannyId"] == str(world.noor_of_okafors.id)


def test_a_family_that_never_had_a_nanny_enters_what_is_nobodys(world, ana, holiday):
    alone = Family.objects.create(name="Alone", time_zone="UTC", currency="USD", created_at=LONG_AGO)
    Member.objects.create(family=alone, user=world.ana, role=Role.PARENT, joined_at=LONG_AGO)
    sent = {"kind": "GIFT", "date": "2026-05-25", "amount": "20.00"}
    for more in ({}, {"nannyId": None}):
        assert ana.post(f"/families/{alone.id}/pay-items", sent | more).json()["nannyId"] is None
    assert wrong(ana.post(f"/families/{alone.id}/pay-items", sent | {"nannyId": holiday["nannyId"]})) == {"nannyId"}


def test_who_only_reads_along_hears_nothing_of_pay(world, ana, bea, noor, viewer, items, holiday):
    path = f"/pay-items/{ana.post(items, holiday).json()['id']}"
    assert (viewer.get(items).status_code, viewer.post(items, holiday).status_code) == (403, 403)
    assert (viewer.get(path).status_code, viewer.delete(path).status_code) == (404, 404)
    events = f"/families/{world.riveras.id}/events"
    seen = {
        person: [event["kind"] for event in person.get(events).json()["items"]] for person in (ana, noor, bea, viewer)
    }
    assert seen == {ana: ["pay_item.created"], noor: ["pay_item.created"], bea: [], viewer: []}
