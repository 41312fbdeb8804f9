"""The tax number in the settings: entered, shown on demand, shared with a family, deleted."""

import pytest

from handsel.actions import members, tax_identities
from handsel.env import new_encryption_key
from handsel.models import KeptForm, TaxIdentity
from handsel.queries import tax_identities as queries
from tests.actions.test_tax_identities import NUMBER, put
from tests.web.visitor import Page, Visitor
from tests.world import ON_THE_WEB

pytestmark = pytest.mark.any_database

TYPED = {"kind": "SSN", "tax_number": NUMBER, "legal_name": "Noor Haddad", "address": "12 Elm Street"}


@pytest.fixture
def noor(world) -> Visitor:
    return Visitor(world.noor)


def test_it_is_entered_and_then_shown_by_its_last_four(noor, world):
    assert noor.get("settings").offers("tax_number")
    assert noor.get("tax_number").says("None yet.")
    page = noor.press("tax_number", **TYPED)
    assert page.says("Saved.")
    assert page.says("SSN ending in 5678")
    assert NUMBER not in page.html
    assert (page.value_of("legal_name"), page.value_of("tax_number")) == ("Noor Haddad", "")


def test_the_whole_number_is_shown_on_one_answer_that_no_cache_keeps(noor, world):
    put(world.noor)
    answer = noor.client.post("/settings/tax-number/show/")
    assert NUMBER in Page(answer).text
    assert "no-store" in answer["Cache-Control"]
    assert NUMBER not in noor.get("tax_number").html
    assert NUMBER not in Page(answer).html.partition("</title>")[0]


def test_an_empty_number_keeps_the_one_that_is_there(noor, world):
    put(world.noor)
    noor.post("tax_number", **TYPED | {"tax_number": "", "address": "Elsewhere"})
    own = queries.own(world.noor, reveal=True)
    assert (own.number, own.address) == (NUMBER, "Elsewhere")


def test_what_is_wrong_is_said_at_its_field(noor):
    page = noor.post("tax_number", status=422, **TYPED | {"tax_number": "12", "legal_name": ""})
    assert page.error_at("legal_name") == "Fill this in."
    page = noor.post("tax_number", status=422, **TYPED | {"tax_number": "12"})
    assert page.error_at("tax_number") == "Enter nine digits."
    assert noor.post("tax_number", status=422, **TYPED | {"tax_number": ""}).error_at("tax_number") == "Fill this in."


def test_it_is_shared_with_each_family_by_a_button_and_taken_back(noor, world):
    put(world.noor)
    page = noor.press("share_tax_number", world.riveras.id)
    assert page.says("The family may print your number.")
    assert page.offers("unshare_tax_number", world.riveras.id)
    assert page.offers("share_tax_number", world.okafors.id)
    members.remove(world.noor_of_riveras.id, **ON_THE_WEB | {"by": world.ana})
    assert noor.get("tax_number").offers("unshare_tax_number", world.riveras.id)
    page = noor.press("unshare_tax_number", world.riveras.id)
    assert page.says("The family cannot print your number any more.")
    assert not page.offers("share_tax_number", world.riveras.id)


def test_it_is_deleted(noor, world):
    put(world.noor)
    assert noor.press("delete_tax_number").says("Your tax number is deleted.")
    assert not TaxIdentity.objects.exists()


def test_what_no_key_opens_says_so_and_is_entered_again(noor, world, settings):
    put(world.noor)
    tax_identities.share(world.riveras.id, **ON_THE_WEB | {"by": world.noor})
    settings.ENCRYPTION_KEYS = [new_encryption_key()]
    page = noor.get("tax_number")
    assert page.says("Your tax number cannot be read: enter it again.")
    assert not page.says("None yet.")
    assert noor.post("reveal_tax_number", status=200).says("Your tax number cannot be read: enter it again.")
    page = noor.press("tax_number", **TYPED)
    assert page.says("SSN ending in 5678")
    assert page.offers("unshare_tax_number", world.riveras.id)


def test_a_number_that_was_sent_after_signing_out_is_kept_nowhere(noor, world):
    page = noor.get("tax_number")
    whose = page.value_of("whose")
    noor.client.logout()
    noor.client.post("/settings/tax-number/", TYPED | {"whose": whose})
    kept = KeptForm.objects.get()
    assert NUMBER not in kept.encrypted
    text = tax_identities.encryption.decrypt(kept.encrypted, tax_identities.Secret.KEPT_FORM, world.noor.id)
    assert "Noor Haddad" in text
    assert NUMBER not in text
