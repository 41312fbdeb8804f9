"""`kill -9` while a pay period is approved: after the restart it is approved with all that belongs to it, or not at
all. Statement by statement, in one process: tests/actions/test_approving_killed.py.
"""

import threading
import time
from contextlib import suppress
from datetime import timedelta

import httpx
import pytest

from tests.races.concurrency import ClientPool, json_of, now
from tests.races.test_pay_periods import begun, press, recorded
from tests.server import Server

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]

KILLS = 12


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_server_that_is_killed_leaves_nothing_half(database, measured):
    approved = 0
    with Server(database) as server, ClientPool(server) as clients:
        for number in range(KILLS):
            family = clients.family()
            session_id, period_id = recorded(family), begun(family)
            expense = {"date": f"{now() - timedelta(days=2):%Y-%m-%d}", "category": "MEALS", "amount": "12.50"}
            json_of(family.parent.post(f"/families/{family.id}/expenses", json=expense | {"nannyId": family.nanny_id}))
            assert press(family.nanny, period_id, "submit").is_success

            def approve(client: httpx.Client = family.parent, period_id: str = period_id) -> None:
                with suppress(httpx.HTTPError):
                    press(client, period_id, "approve")

            presser = threading.Thread(target=approve)
            presser.start()
            time.sleep(0.04 * number)
            server.kill()
            presser.join()
            server.start()
            period = json_of(family.parent.get(f"/pay-periods/{period_id}"))
            documents = json_of(family.parent.get(f"/families/{family.id}/documents"))["items"]
            kinds = [event["kind"] for event in json_of(family.parent.get(f"/pay-periods/{period_id}/events"))["items"]]
            [of_expense] = json_of(family.parent.get(f"/families/{family.id}/expenses"))["items"]
            is_approved = period["status"] == "APPROVED"
            approved += is_approved
            assert period["status"] in ("SUBMITTED", "APPROVED")
            assert [document["id"] for document in documents] == ([period["statementId"]] if is_approved else [])
            assert kinds.count("pay_period.approved") == is_approved
            assert of_expense["payPeriodId"] == (period_id if is_approved else None)
            assert family.session_now(session_id)["isHeld"]
            if is_approved:
                file = family.parent.get(f"/documents/{period['statementId']}/file", params={"format": "json"})
                assert file.json()["totals"] == period["totals"]
                continue
            assert press(family.parent, period_id, "approve").is_success
    measured(f"{KILLS} kills while a period is approved, {approved} approved before: none half")
