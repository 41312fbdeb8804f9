"""Payments that are voided and acknowledged while somebody else does the same."""

from datetime import date, timedelta

import pytest

from tests.races.concurrency import FamilyClients, count_codes, count_statuses, json_of, run_concurrently
from tests.run import NIGHTLY

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

CROWD = 64 if NIGHTLY else 8
YESTERDAY = date.today() - timedelta(days=1)  # noqa: DTZ011 (of the server, which reads the same clock)


def paid(family: FamilyClients) -> str:
    body = {"nannyId": family.nanny_id, "date": YESTERDAY.isoformat(), "amount": "300.00", "method": "CASH"}
    return json_of(family.parent.post(f"/families/{family.id}/payments", json=body))["id"]


def test_of_many_voids_one_is_made(client_pool):
    family = client_pool.family()
    payment_id = paid(family)
    with family.client_pool.more_clients([family.parent], CROWD) as clients:
        asks = [
            lambda client=client: client.post(f"/payments/{payment_id}/void", json={"reason": "Never given."})
            for client in clients
        ]
        answers = run_concurrently(asks, threads=CROWD)
    assert count_statuses(answers) == {201: 1, 409: CROWD - 1}
    assert count_codes(answers) == {"wrong_state": CROWD - 1}
    rows = json_of(family.parent.get(f"/families/{family.id}/payments"))["items"]
    assert len(rows) == 2
    assert {row["voids"] for row in rows} == {None, payment_id}
    [balance] = json_of(family.parent.get(f"/families/{family.id}/balances"))["items"]
    assert (balance["paid"], balance["balance"]) == ("0.00", "0.00")


def test_of_a_void_and_acknowledgements_each_is_made_once(client_pool):
    family = client_pool.family()
    payment_id = paid(family)
    asks = [
        *[lambda: family.nanny.post(f"/payments/{payment_id}/acknowledge", json={})] * 3,
        lambda: family.parent.post(f"/payments/{payment_id}/void", json={"reason": "Never given."}),
    ]
    answers = run_concurrently(asks, threads=len(asks))
    statuses = count_statuses(answers)
    assert (statuses[201], statuses.keys() - {200, 201, 409}) == (1, set())
    assert statuses[200] <= 1  # none where the void was first
    kinds = [event["kind"] for event in json_of(family.parent.get(f"/families/{family.id}/events"))["items"]]
    assert kinds.count("payment.voided") == 1
    assert kinds.count("payment.acknowledged") == statuses[200]
