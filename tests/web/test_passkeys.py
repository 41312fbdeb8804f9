"""A passkey that counts backwards is refused and told to its owner, and the last way to sign in stays."""

import time

import pytest
from allauth.account.internal.userkit import user_id_to_str
from allauth.mfa.models import Authenticator
from django.test import Client

from handsel.actions import passkeys
from tests.sent_letters import sent_letters
from tests.web.soft_passkey import SoftPasskey
from tests.web.visitor import Page, Visitor

pytestmark = pytest.mark.any_database

IN, REFUSED = "/", "/accounts/login/"


def passkey_of(person, count: int) -> tuple[SoftPasskey, Authenticator]:
    soft = SoftPasskey(user_id_to_str(person).encode())
    return soft, Authenticator.objects.create(user=person, type="webauthn", data=soft.stored(count))


@pytest.mark.parametrize(
    ("added_at", "counts", "led_to"),
    [
        (0, [0, 0], [IN, IN]),  # most count nothing
        (0, [3, 4, 9], [IN, IN, IN]),
        (3, [3], [REFUSED]),
        (0, [3, 3, 4], [IN, REFUSED, IN]),  # the one that goes on is let in
        (0, [3, 0], [IN, REFUSED]),
    ],
)
def test_a_passkey_that_counts_backwards_is_refused(world, added_at, counts, led_to):
    soft, row = passkey_of(world.noor, added_at)
    assert [soft.sign_in(Client(), count) for count in counts] == led_to
    letters = [letter for letter in sent_letters() if letter.subject == "A passkey of yours was refused"]
    assert len(letters) == led_to.count(REFUSED)
    row.refresh_from_db()
    assert (passkeys.REFUSED_AT in row.data) == (REFUSED in led_to)


def test_its_owner_is_told_in_a_letter_at_the_form_and_on_their_page(world, noor: Visitor):
    soft, _ = passkey_of(world.noor, 7)
    browser = Client()
    assert soft.sign_in(browser, 5) == REFUSED
    assert Page(browser.get(REFUSED)).says("This passkey seems to have been copied, so it is not accepted.")
    assert "somebody seems to have copied it" in sent_letters()[-1].body
    assert noor.get("security").says("since it seems to have been copied")


def test_the_last_way_to_sign_in_stays_and_says_why(world, noor: Visitor, settings):
    settings.MAIL_IS_SET_UP = False
    soft, row = passkey_of(world.noor, 0)
    remove = f"/accounts/passkeys/{row.pk}/remove/"
    assert noor.get("security").says("Remove Phone")
    world.noor.set_unusable_password()
    world.noor.save()
    noor.client.logout()
    assert soft.sign_in(noor.client, 0) == IN
    session = noor.client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": time.time(), "reauthenticated": True}]
    session.save()
    page = noor.get("security")
    assert page.says("Your only way to sign in, so it stays.")
    assert not page.says("Remove Phone")
    assert Page(noor.client.get(remove)).says("This passkey is your only way to sign in.")
    assert noor.client.post(remove).status_code == 409
    _, another = passkey_of(world.noor, 0)
    assert noor.client.post(remove).status_code == 302
    assert list(Authenticator.objects.filter(user=world.noor)) == [another]
    settings.MAIL_IS_SET_UP = True  # a code by mail opens too
    assert noor.client.post(f"/accounts/passkeys/{another.pk}/remove/").status_code == 302
