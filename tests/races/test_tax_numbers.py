"""A tax number that is printed while its owner shares it and takes it back."""

import pytest

from tests.races.concurrency import FamilyClients, count_statuses, json_of, run_concurrently
from tests.run import NIGHTLY

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

PRINTS = 24 if NIGHTLY else 4
NUMBER = {"kind": "SSN", "number": "912-34-5678", "legalName": "Noor Haddad", "address": "12 Elm Street"}


def events(family: FamilyClients) -> list[str]:
    listed = json_of(family.parent.get(f"/families/{family.id}/events", params={"limit": 500}))["items"]
    return [event["kind"] for event in listed]


@pytest.mark.parametrize("first", ["shared", "not shared"])
def test_each_print_is_written_down_or_refused(client_pool, first):
    family = client_pool.family()
    assert family.nanny.put("/me/tax-identity", json=NUMBER).is_success
    share = f"/me/tax-identity/shares/{family.id}"
    if first == "shared":
        assert family.nanny.put(share).status_code == 204
    about = {"kind": "YEAR_NANNY", "year": 2026, "nannyId": family.nanny_id}
    document = json_of(family.parent.post(f"/families/{family.id}/documents", json=about))

    def print_it():
        return family.parent.get(f"/documents/{document['id']}/file", params={"taxNumber": "true"})

    change = family.nanny.delete if first == "shared" else family.nanny.put
    answers = run_concurrently([*[print_it] * PRINTS, lambda: change(share)], threads=PRINTS + 1)
    statuses = count_statuses(answers)
    assert statuses.keys() <= {200, 204, 403}
    assert statuses[204] == 1
    assert print_it().status_code == (403 if first == "shared" else 200)
    printed = statuses[200] + (first != "shared")
    assert events(family).count("tax_number.printed") == printed
    assert b"912-34-5678" not in family.parent.get(f"/families/{family.id}/events").content
