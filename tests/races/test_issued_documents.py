"""Documents that are issued at the same instant have numbers without gaps, and what says the same is one document."""

import pytest

from tests.races.concurrency import count_statuses, run_concurrently

pytestmark = [pytest.mark.no_database, pytest.mark.one_server]

YEARS = range(2020, 2028)


def test_documents_issued_at_once_have_numbers_without_gaps(client_pool):
    family = client_pool.family()
    there = f"/families/{family.id}/documents"
    asks = [
        lambda year=year: family.parent.post(there, json={"kind": "YEAR_FAMILY", "year": year})
        for year in YEARS
        for _ in range(3)
    ]
    answers = run_concurrently(asks, threads=12)
    assert count_statuses(answers) == {201: len(YEARS), 200: 2 * len(YEARS)}
    numbers = {answer.json()["year"]: set() for answer in answers}
    for answer in answers:
        numbers[answer.json()["year"]].add(answer.json()["number"])
    assert sorted(number for of_year in numbers.values() for number in of_year) == list(range(1, len(YEARS) + 1))
    listed = family.parent.get(there).json()["items"]
    assert [document["number"] for document in listed] == list(range(len(YEARS), 0, -1))
    for document in listed:
        content = family.parent.get(f"/documents/{document['id']}/file", params={"format": "json"}).json()
        assert (content["number"], content["year"]) == (document["number"], document["year"])
