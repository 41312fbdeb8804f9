"""`handsel user create` and `handsel token issue`, as an operator's script calls them."""

from uuid import UUID

import pytest

from tests.mailbox import Mailbox
from tests.server import Server

pytestmark = pytest.mark.no_database


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.nightly)])
def book(request) -> Server:
    """A book that nobody has ever served."""
    return Server(request.param, new=True)


def test_a_new_person_and_her_token_open_the_api(server):
    made = server.command("user", "create", "Noor.Commands@example.org", "--name", "Noor Haddad")
    assert made.returncode == 0
    token = server.command("token", "issue", "noor.commands@example.org", "--scope", "read").stdout.removesuffix("\n")
    with server.client() as nobody:
        me = nobody.get("/me", headers={"Authorization": f"Bearer {token}"}).json()
        refused = nobody.post("/families", headers={"Authorization": f"Bearer {token}"}, json={})
    assert me["id"] == made.stdout.removesuffix("\n")
    assert server.rows("SELECT thing, times FROM handsel_accessline WHERE owner_id = %s", UUID(me["id"])) == [
        ("OPERATOR", 1)
    ]
    assert me["email"] == "noor.commands@example.org"
    assert refused.status_code == 403
    # Unless another scope is named, a token writes.
    token = server.command("token", "issue", "noor.commands@example.org").stdout.removesuffix("\n")
    body = {"name": "Riveras", "timeZone": "America/New_York", "currency": "USD"}
    with server.client() as nobody:
        assert nobody.post("/families", headers={"Authorization": f"Bearer {token}"}, json=body).status_code == 201


@pytest.mark.nightly
def test_people_are_made_before_the_first_serve(book):
    made = book.command("user", "create", "ana@example.org", "--name", "Ana Rivera")
    assert UUID(made.stdout.removesuffix("\n")).version == 7
    assert made.stderr == ""
    taken = book.command("user", "create", "ANA@example.org", "--name", "Ana Rivera")
    assert (taken.returncode, taken.stdout) == (1, "")
    assert taken.stderr == "handsel: email: Somebody here has this e-mail address already.\n"


@pytest.mark.nightly
def test_a_weak_password_makes_nobody(book):
    weak = book.command("user", "create", "luis@example.org", "--name", "Luis", "--password-stdin", typed="12345\n")
    assert (weak.returncode, weak.stdout) == (1, "")
    assert "password" in weak.stderr


@pytest.mark.nightly
def test_a_good_password_makes_somebody(book):
    good = book.command(
        "user", "create", "luis@example.org", "--name", "Luis", "--password-stdin", typed="theo sleeps at two\n"
    )
    assert good.returncode == 0


def test_a_letter_shows_whether_mail_is_set_up_well():
    with Mailbox() as mailbox:
        book = Server("sqlite", HANDSEL_MAIL_URL=mailbox.url, HANDSEL_ADDRESS="http://localhost:8123/")
        sent = book.command("mail", "test", "operator@example.org")
        assert (sent.returncode, sent.stderr) == (0, "")
        assert sent.stdout.startswith("The mail server took it")
        letter = mailbox.next()
        assert (letter["To"], letter["Subject"]) == ("operator@example.org", "A test from Handsel at localhost:8123")
        assert "http://localhost:8123" in letter.get_content()
        mailbox.refuses["operator@example.org"] = "550 No such user"
        refused = book.command("mail", "test", "operator@example.org")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "handsel: The mail server did not take it: SMTPRecipientsRefused 550\n"
    without = Server("sqlite").command("mail", "test", "operator@example.org")
    assert without.returncode == 1
    assert "HANDSEL_MAIL_URL" in without.stderr


def test_nobody_has_no_token(book):
    refused = book.command("token", "issue", "sam@example.org")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == "handsel: Nobody here has this e-mail address.\n"
