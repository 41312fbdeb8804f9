"""Members and invitations: who comes in, as what, and who goes."""

import re
from datetime import timedelta
from typing import Any

import pytest

from handsel.models import Family, Invitation, Member
from handsel.rules.roles import Role
from tests.web.visitor import Visitor, mailed_code
from tests.world import NOW

pytestmark = pytest.mark.any_database


def invite(visitor: Visitor, family: Family, **form: Any) -> str:
    page = visitor.post("members", family.id, status=200, **{"email": "guest@example.com", "role": "PARENT"} | form)
    assert page.says("Send this link. It is shown only now.")
    return re.search(r'value="http://testserver(/invitations/[^"]+)"', page.html)[1]


def test_an_invitation_lets_a_newcomer_in_by_way_of_signing_up(ana, world):
    link = invite(ana, world.riveras, role="VIEWER")
    assert link not in ana.get("members", world.riveras.id).html
    assert ana.get("members", world.riveras.id).says("guest@example.com Viewer")
    newcomer = Visitor()
    page = newcomer.client.get(link)
    assert b"Ana invites you to the care book of the Riveras, as viewer." in b" ".join(page.content.split())
    assert f"/accounts/signup/?next={link}".encode() in page.content
    sent = {"name": "Newcomer Somebody", "email": "guest@example.com", "password1": "a kite over the sea", "next": link}
    signed_up = newcomer.client.post("/accounts/signup/", sent)
    assert newcomer.client.get(signed_up.headers["Location"]).status_code == 200
    answer = newcomer.client.post(signed_up.headers["Location"], {"code": mailed_code()})
    assert answer.headers["Location"] == link
    assert b"Accept the invitation" in newcomer.client.get(link).content
    answer = newcomer.client.post(link)
    assert answer.headers["Location"] == f"/families/{world.riveras.id}/"
    assert Member.objects.get(user__email="guest@example.com").role == Role.VIEWER


def test_the_page_says_that_the_invitation_is_mailed_where_it_is(ana, world, settings):
    first = ana.post("members", world.riveras.id, status=200, email="guest@example.com", role="PARENT")
    assert first.says("It goes to guest@example.com by e-mail too.")
    assert first.says("on its way by e-mail")
    settings.MAIL_IS_SET_UP = False
    second = ana.post("members", world.riveras.id, status=200, email="another.guest@example.com", role="PARENT")
    assert not second.says("It goes to another.guest@example.com by e-mail too.")


def test_an_invitation_leads_back_after_signing_in(ana, world):
    link = invite(ana, world.riveras)
    visitor = Visitor()
    login = {"login": "sam@example.com", "password": "emma-naps-at-noon", "next": link}
    assert visitor.client.post("/accounts/login/", login).headers["Location"] == link
    visitor.client.post(link)
    assert Member.objects.filter(user=world.sam, family=world.riveras).exists()


def test_an_invitation_is_for_one_person_once_and_not_for_ever(ana, sam, ada, world, monkeypatch):
    link = invite(ana, world.riveras)
    assert ada.client.post(link).status_code == 302
    page = sam.client.post(link)
    assert page.status_code == 404
    assert b"This invitation no longer works" in page.content
    link = invite(ana, world.riveras)
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW + timedelta(days=14, seconds=1))
    assert sam.client.get(link).status_code == 404


def test_nothing_is_accepted_by_looking_or_by_nobody(ana, sam, world):
    link = invite(ana, world.riveras)
    sam.client.get(link)
    Visitor().client.post(link)
    assert Invitation.objects.get().accepted_at is None
    assert ana.client.post(link).status_code == 409


def test_an_invitation_is_revoked(ana, noor, sam, world):
    link = invite(ana, world.riveras)
    invitation = Invitation.objects.get()
    noor.post("revoke_invitation", invitation.id, status=403)
    sam.post("revoke_invitation", invitation.id, status=404)
    assert ana.press("revoke_invitation", invitation.id).says("Invitation cancelled.")
    assert sam.client.get(link).status_code == 404
    ana.post("revoke_invitation", invitation.id, status=409)


def test_who_may_not_invite_sees_no_addresses(noor, viewer, world):
    world.session()
    for visitor in (noor, viewer):
        page = visitor.get("members", world.riveras.id)
        assert page.says("Luis")
        assert "@example.com" not in page.html
        assert not page.says("Invite somebody")
        visitor.post("members", world.riveras.id, status=403, email="guest@example.com", role="PARENT")


def test_an_invitation_is_refused_at_its_fields(ana, world):
    page = ana.post("members", world.riveras.id, status=422, email="guest at example", role="KING")
    assert page.error_at("email") == "Enter an e-mail address, like noor@example.com."
    assert page.error_at("role")
    assert page.value_of("email") == "guest at example"
    assert not Invitation.objects.exists()


def test_roles_are_changed_and_members_removed(ana, world):
    page = ana.press("member_role", world.luis_of_riveras.id, role="VIEWER")
    assert page.says("Role changed.")
    page = ana.post("remove_member", world.ana_of_riveras.id, status=409)
    assert page.says("This family would have nobody left who can manage it.")
    ana.press("remove_member", world.luis_of_riveras.id)
    world.luis_of_riveras.refresh_from_db()
    assert world.luis_of_riveras.removed_at == NOW


def test_nobody_but_a_manager_changes_members(noor, viewer, sam, world):
    for visitor, status in ((noor, 403), (viewer, 403), (sam, 404)):
        visitor.post("member_role", world.luis_of_riveras.id, status=status, role="VIEWER")
        visitor.post("remove_member", world.luis_of_riveras.id, status=status)


def test_a_role_that_cannot_be_given_says_why(ana, world):
    page = ana.post("member_role", world.bea_of_riveras.id, status=422, role="QUEEN")
    assert page.says("Choose one of PARENT, NANNY, COORDINATOR, VIEWER. Nothing was changed.")


def test_leaving_a_family(bea, world):
    page = bea.press("remove_member", world.bea_of_riveras.id)
    assert page.says("No longer a member.")
    bea.get("family", world.riveras.id, status=404)


# Time off
