"""An address whose domain has letters beyond ASCII, at each door that takes one."""

from io import StringIO
from urllib.parse import urlsplit

import pytest
from django.contrib.auth import get_user
from django.core.management import call_command
from django.test import Client

from handsel.actions import people
from handsel.models import ApiToken, Invitation, User
from handsel.rules.refusals import Invalid
from tests.sent_letters import sent_letters
from tests.web.visitor import Page, Visitor, mailed_code
from tests.world import NOW, PASSWORD

pytestmark = pytest.mark.any_database

TYPED, KEPT, SHOWN = "Bea@Exämple.org", "bea@xn--exmple-cua.org", "bea@exämple.org"
REFUSAL = "Before the @ use only letters from a to z, digits and signs."


@pytest.fixture
def bea_there(world) -> User:
    return people.create(TYPED, "Bea", PASSWORD, at=NOW)


def signed_in(browser: Client) -> User | None:
    person = get_user(browser)
    return person if person.is_authenticated else None


def test_signing_up(db):
    visitor = Visitor()
    sent = {"name": "Bea", "email": TYPED, "password1": "a kite over the sea"}
    page = Page(visitor.client.post("/accounts/signup/", sent, follow=True))
    assert page.says(f"We sent an e-mail to {SHOWN}.")
    assert sent_letters()[-1].to == [KEPT]
    visitor.client.post("/accounts/confirm-email/", {"code": mailed_code()})
    assert User.objects.get().email == KEPT
    assert visitor.get("settings").says(SHOWN)


def test_signing_in_by_password(bea_there):
    for typed in (TYPED, KEPT, SHOWN):
        browser = Client()
        browser.post("/accounts/login/", {"login": typed, "password": PASSWORD})
        assert signed_in(browser) == bea_there


def test_signing_in_by_a_code(bea_there):
    browser = Client()
    browser.post("/accounts/login/code/", {"email": TYPED})
    assert sent_letters()[-1].to == [KEPT]
    browser.post("/accounts/login/code/confirm/", {"code": mailed_code()})
    assert signed_in(browser) == bea_there


def test_a_forgotten_password(bea_there):
    browser = Client()
    browser.post("/accounts/password/reset/", {"email": TYPED})
    letter = sent_letters()[-1]
    assert letter.to == [KEPT]
    address = next(word for word in letter.body.split() if "/password/reset/key/" in word)
    form = browser.get(urlsplit(address).path, follow=True)
    new = "an umbrella and a lake"
    browser.post(form.request["PATH_INFO"], {"password1": new, "password2": new})
    bea_there.refresh_from_db()
    assert bea_there.check_password(new)


def test_another_address(bea_there):
    browser = Client()
    browser.post("/accounts/login/", {"login": TYPED, "password": PASSWORD})
    browser.post("/accounts/again/", {"password": PASSWORD, "next": "/settings/security/"})
    page = Page(browser.post("/accounts/email/", {"action_add": "1", "email": "Bea@Öther.example"}, follow=True))
    assert page.says("bea@öther.example")
    assert sent_letters()[-1].to == ["bea@xn--ther-4qa.example"]
    browser.post("/accounts/confirm-email/", {"code": mailed_code()})
    bea_there.refresh_from_db()
    assert bea_there.email == "bea@xn--ther-4qa.example"


def test_an_invitation(ana, world):
    page = ana.post("members", world.riveras.id, status=200, email=TYPED, role="NANNY")
    assert Invitation.objects.get().email == KEPT
    assert page.says(SHOWN)


def test_an_invitation_by_the_api(world, client):
    answer = client.post(
        f"/api/v1/families/{world.riveras.id}/invitations",
        {"email": TYPED, "role": "NANNY"},
        content_type="application/json",
        headers={"Authorization": f"Bearer {world.secret(world.ana)}"},
    )
    assert answer.status_code == 201, answer.content
    assert Invitation.objects.get().email == KEPT


def test_the_operators_pages_find_it(bea_there, world):
    User.objects.filter(pk=world.ana.pk).update(is_staff=True)
    browser = Client()
    browser.force_login(world.ana)
    assert KEPT in browser.get("/admin/handsel/user/", {"q": TYPED}).content.decode()


@pytest.mark.parametrize("address", [TYPED, KEPT])
def test_the_command_line(db, address):
    made, issued = StringIO(), StringIO()
    call_command("user", "create", TYPED, "--name", "Bea", stdout=made)
    assert User.objects.get(id=made.getvalue().strip()).email == KEPT
    with pytest.raises(Invalid):
        call_command("user", "create", address, "--name", "Bea")
    call_command("token", "issue", address, stdout=issued)
    assert ApiToken.objects.get().person.email == KEPT
    assert issued.getvalue().strip()


@pytest.mark.parametrize(
    ("path", "field", "more"),
    [
        ("/accounts/signup/", "email", {"name": "Bea", "password1": "a kite over the sea"}),
        ("/accounts/login/", "login", {"password": PASSWORD}),
        ("/accounts/login/code/", "email", {}),
        ("/accounts/password/reset/", "email", {}),
    ],
)
def test_letters_before_the_at_are_refused_at_the_field(db, path, field, more):
    page = Page(Client().post(path, {field: "beå@example.org", **more}))
    assert REFUSAL in page.text
    assert page.error_at(field) == REFUSAL
    assert page.value_of(field) == "beå@example.org"
