"""A receipt and a table of sessions are larger than other forms. The server refused them before the pages could take
them: what it lets through is said beside what they take.
"""

from datetime import timedelta

import httpx
import pytest

from tests.documents.pictures import PDF
from tests.races.browsers import browser, form_token, sign_in
from tests.races.concurrency import ClientPool, now

pytestmark = [pytest.mark.no_database, pytest.mark.parametrize("server", ["sqlite"], indirect=True)]

PASSWORD = "emma naps at noon, and so do we"
MEGABYTE = 1_000_000


@pytest.fixture
def clients(server):
    with ClientPool(server) as clients:
        yield clients


@pytest.fixture
def receipt(clients):
    """Where a receipt may be added."""
    family = clients.family()
    body = {"date": f"{now() - timedelta(days=2):%Y-%m-%d}", "category": "MEALS", "amount": "12.50"}
    expense = family.nanny.post(f"/families/{family.id}/expenses", json=body)
    assert expense.status_code == 201, expense.text
    return family.nanny, f"/expenses/{expense.json()['id']}/receipts"


def pdf_of(size: int) -> bytes:
    head, rest = PDF.split(b"\n", 1)
    return head + b"\n%" + b"x" * (size - len(PDF) - 2) + b"\n" + rest


@pytest.mark.parametrize(("size", "status"), [(9_900_000, 201), (10_200_000, 413)])
def test_a_receipt_may_have_ten_megabytes(receipt, size, status):
    nanny, address = receipt
    answer = nanny.post(address, files={"file": ("receipt.pdf", pdf_of(size), "application/pdf")})
    assert answer.status_code == status, answer.text[:300]


def test_a_receipt_in_chunks_is_read(receipt):
    nanny, address = receipt
    whole = httpx.Request("POST", "http://a/", files={"file": ("receipt.pdf", pdf_of(6 * MEGABYTE))})
    body = whole.read()

    def chunks():
        for at in range(0, len(body), 100_000):
            yield body[at : at + 100_000]

    answer = nanny.post(address, content=chunks(), headers={"Content-Type": whole.headers["Content-Type"]})
    assert answer.status_code == 201, answer.text[:300]


def test_a_pasted_table_may_have_five_megabytes(server, clients):
    [ana] = server.people("Ana", password=PASSWORD)
    family = clients.family(parent=clients.client_of(ana))
    head = "Planned start,Planned end,Children,Nanny,Notes\n"
    row = "2026-03-02 09:00,2026-03-02 17:00,Emma,Newcomer," + "é" * 1_900 + "\n"
    table = head + row * (4_990_000 // len(row.encode()))
    with browser(server) as client:
        sign_in(client, ana, PASSWORD)
        address = f"/families/{family.id}/import/"
        page = client.get(address)
        sent = {"csrfmiddlewaretoken": form_token(page), "preview": "yes"}
        looked_at = client.post(address, data={**sent, "table": table})
        assert looked_at.status_code == 200, looked_at.text[:300]
        assert "Two rows are the same" in looked_at.text
        assert client.post(address, data={**sent, "table": table + "x" * 20_000}).status_code == 422
        assert client.post(address, data={**sent, "table": "é" * 3_000_000}).status_code == 413
