"""Whose account was deleted or shut between the request and its writing: nothing brings it back."""

import pytest
from django.test import Client

from handsel.actions import families, invitations, people
from handsel.models import Family, Member, User
from handsel.rules.drafts import Draft
from handsel.rules.refusals import NotVisible
from handsel.rules.roles import Role
from tests.world import ON_THE_WEB, PASSWORD

pytestmark = pytest.mark.any_database


def test_who_has_deleted_her_account_comes_into_no_family_any_more(world):
    invitation = Draft.of(email=world.sam.email, role=Role.PARENT)
    _, secret = invitations.invite(world.riveras.id, invitation, by=world.ana, **ON_THE_WEB)
    as_the_request_knows_her = User.objects.get(pk=world.sam.pk)
    people.delete(by=world.sam, **ON_THE_WEB)
    with pytest.raises(NotVisible):
        invitations.accept(Draft.of(token=secret), by=as_the_request_knows_her, **ON_THE_WEB)
    draft = Draft.of(name="Neighbours", time_zone="America/New_York", currency="USD")
    with pytest.raises(NotVisible):
        families.create(draft, by=as_the_request_knows_her, **ON_THE_WEB)
    assert not Member.objects.filter(user=world.sam).exists()
    assert not Family.objects.filter(name="Neighbours").exists()


def test_settings_that_were_on_their_way_bring_no_name_back(world):
    as_the_request_knows_her = User.objects.get(pk=world.sam.pk)
    people.delete(by=world.sam, **ON_THE_WEB)
    with pytest.raises(NotVisible):
        people.update(Draft.of(name="Sam"), by=as_the_request_knows_her)
    assert User.objects.get(pk=world.sam.pk).name == ""


def test_a_new_password_does_not_open_an_account_that_was_shut_meanwhile(world, monkeypatch):
    browser = Client()
    browser.post("/accounts/login/", {"login": world.noor.email, "password": PASSWORD})
    slow = User.set_password

    def shut_meanwhile(self, raw: str) -> None:
        people.set_active(world.noor.email, False)
        slow(self, raw)

    monkeypatch.setattr(User, "set_password", shut_meanwhile)
    new = "an umbrella and a lake"
    browser.post("/accounts/password/change/", {"oldpassword": PASSWORD, "password1": new, "password2": new})
    noor = User.objects.get(pk=world.noor.pk)
    assert noor.check_password(new)
    assert not noor.is_active


def test_an_address_that_looks_like_a_deleted_one_keeps_nobody_here(world):
    User.objects.create_user(f"{world.sam.pk}@deleted.invalid", name="Ada")
    people.delete(by=world.sam, **ON_THE_WEB)
    assert not User.objects.get(pk=world.sam.pk).is_active
