"""Expenses on pages: entered with a photo, answered by a press or with words, changed, and made smaller by a script."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from handsel.models import Expense, Receipt
from tests.documents.pictures import picture
from tests.models.broken_expenses import an_expense

pytestmark = pytest.mark.any_database


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


@pytest.fixture
def address(world) -> str:
    return reverse("web:expenses", args=[world.riveras.id])


LUNCH = {"amount": "12.50", "category": "MEALS", "date": "2026-05-26", "note": "For two", "distance": ""}


def test_noor_enters_an_expense_with_its_photo(world, address):
    noor = browser(world.noor)
    form = noor.get(f"{address}new/").content.decode()
    assert 'accept="image/jpeg,image/png,image/webp,application/pdf"' in form
    assert form.index('name="file"') < form.index('name="amount"') < form.index('name="category"')
    photo = SimpleUploadedFile("photo.jpg", picture())
    assert noor.post(f"{address}new/", LUNCH | {"file": photo}).status_code == 302
    expense = Expense.objects.get()
    assert (str(expense.amount), expense.status, expense.receipts.count()) == ("12.50", "PENDING", 1)
    page = browser(world.ana).get(address).content.decode()
    assert "Waiting for you" in page
    assert reverse("api:getReceipt", args=[expense.receipts.get().id]) in page


def test_a_file_that_is_no_receipt_is_refused_at_its_field_and_nothing_is_entered(world, address):
    answer = browser(world.noor).post(f"{address}new/", LUNCH | {"file": SimpleUploadedFile("a.svg", b"<svg/>")})
    assert answer.status_code == 422
    assert "Send a picture as JPEG, PNG or WebP, or a PDF." in answer.content.decode()
    assert (Expense.objects.count(), Receipt.objects.count()) == (0, 0)


def test_the_family_answers(world, address):
    ana, expense = browser(world.ana), an_expense(world)
    assert ana.post(reverse("web:decline_expense", args=[expense.id]), {"answer": ""}).status_code == 422
    assert ana.post(reverse("web:decline_expense", args=[expense.id]), {"answer": "Not for us."}).status_code == 302
    assert "“Not for us.”" in browser(world.noor).get(address).content.decode()
    assert ana.post(reverse("web:approve_expense", args=[expense.id])).status_code == 302
    expense.refresh_from_db()
    assert expense.status == "APPROVED"


def test_noor_changes_it_adds_a_receipt_and_removes_it(world, address):
    noor, expense = browser(world.noor), an_expense(world)
    edit = reverse("web:edit_expense", args=[expense.id])
    assert 'value="18.50"' in noor.get(edit).content.decode()
    assert noor.post(edit, LUNCH | {"version": "1"}).status_code == 302
    photo = SimpleUploadedFile("photo.jpg", picture())
    assert noor.post(reverse("web:add_receipt", args=[expense.id]), {"file": photo}).status_code == 302
    assert expense.receipts.count() == 1
    assert noor.post(edit, LUNCH | {"amount": "1", "version": "1"}).status_code == 412
    assert noor.post(reverse("web:delete_expense", args=[expense.id])).status_code == 302
    assert Expense.objects.count() == 0
