"""Today and Home refresh themselves: the answer that nothing has changed, and who gets it."""

from datetime import timedelta
from http import HTTPStatus

import pytest
from django.contrib.sessions.models import Session
from django.urls import reverse

from handsel.models import User
from handsel.rules.lifecycle import State
from tests.web.many_rows import crowd
from tests.web.visitor import Visitor
from tests.world import NOW

pytestmark = pytest.mark.any_database


class Tab:
    """A page that stays open and asks whether something has changed."""

    def __init__(self, visitor: Visitor, address: str) -> None:
        self.client, self.address = visitor.client, address
        self.seen = self.client.get(address)["ETag"]

    def ask(self, **headers: str):
        return self.client.get(self.address, headers={"If-None-Match": self.seen, "HX-Request": "true", **headers})

    def is_unchanged(self) -> bool:
        return self.ask().status_code == HTTPStatus.NOT_MODIFIED


@pytest.fixture(params=["today", "family_home"])
def tab(request, world, noor, ana) -> Tab:
    world.session("2026-06-01 09:00", state=State.CONFIRMED)
    if request.param == "today":
        return Tab(noor, reverse("web:today"))
    return Tab(ana, reverse("web:family_home", args=[world.riveras.id]))


def person_of(tab: Tab) -> User:
    return User.objects.get(pk=tab.client.session["_auth_user_id"])


def test_nothing_changed_costs_one_query(tab, world, django_assert_num_queries):
    crowd(world, 100)
    tab.seen = tab.client.get(tab.address)["ETag"]
    with django_assert_num_queries(1):
        answer = tab.ask()
    assert (answer.status_code, answer.content, answer["ETag"]) == (304, b"", tab.seen)
    assert "no-store" in answer["Cache-Control"]
    assert {"Cookie", "HX-Request"} <= {name.strip() for name in answer["Vary"].split(",")}


def test_what_changed_comes_as_the_page_without_what_stands_around_it(tab, world):
    world.session("2026-06-01 18:00", state=State.CONFIRMED, hours=2)
    User.objects.filter(pk=person_of(tab).pk).update(name="Another Name")
    answer = tab.ask()
    assert answer.status_code == HTTPStatus.OK
    assert answer["ETag"] != tab.seen
    assert b"<html" not in answer.content
    assert b'<main id="main"' in answer.content
    tab.seen = answer["ETag"]
    assert tab.is_unchanged()


def test_a_tag_is_of_one_address(tab, world):
    tab.address += "?x=1"
    assert not tab.is_unchanged()


@pytest.mark.parametrize("sent", ["*", "nonsense", 'W/"x"', 'W/"' + "0" * 32 + "." + "0" * 32 + '"'])
def test_a_tag_that_is_none_of_ours_is_answered_with_the_page(tab, sent):
    assert tab.ask(**{"If-None-Match": sent}).status_code == HTTPStatus.OK


def test_a_browser_may_send_the_tag_among_others(tab):
    assert tab.ask(**{"If-None-Match": f'"x", {tab.seen}'}).status_code == HTTPStatus.NOT_MODIFIED


def leads_to_sign_in(answer) -> bool:
    return answer.status_code == HTTPStatus.OK and answer["HX-Redirect"].startswith("/accounts/login/?next=")


def test_who_signed_out_elsewhere(tab):
    Session.objects.all().delete()
    assert leads_to_sign_in(tab.ask())


def test_whose_time_has_run_out(tab):
    Session.objects.update(expire_date=NOW - timedelta(seconds=1))
    assert leads_to_sign_in(tab.ask())


def test_whose_password_was_changed_elsewhere(tab):
    person = person_of(tab)
    person.set_password("quite-another-one")
    person.save()
    assert leads_to_sign_in(tab.ask())


def test_whose_account_is_closed(tab):
    User.objects.filter(pk=person_of(tab).pk).update(is_active=False)
    assert leads_to_sign_in(tab.ask())


def test_who_has_no_cookie(tab):
    tab.client.cookies.clear()
    assert leads_to_sign_in(tab.ask())


def test_who_comes_with_somebody_elses_tag(tab, ada):
    tab.client = ada.client
    assert tab.ask().status_code in (HTTPStatus.FOUND, HTTPStatus.NOT_FOUND)


def test_who_was_removed_is_not_told_that_nothing_changed(tab, world):
    world.leave(world.noor_of_riveras)
    world.leave(world.noor_of_okafors)
    world.leave(world.ana_of_riveras)
    answer = tab.ask()
    assert answer.status_code in (HTTPStatus.FOUND, HTTPStatus.NOT_FOUND)


def test_pages_that_do_not_refresh_themselves_have_no_tag(noor, world):
    assert "ETag" not in noor.get("family", world.riveras.id).response


def test_a_press_that_comes_signed_out_leads_to_sign_in_and_back_to_the_page(noor, world):
    session = world.session()
    noor.client.logout()
    here = f"http://testserver/sessions/{session.id}/"
    headers = {"HX-Request": "true", "HX-Current-URL": here}
    answer = noor.client.post(reverse("web:confirm_session", args=[session.id]), headers=headers)
    assert answer["HX-Redirect"] == f"/accounts/login/?next=/sessions/{session.id}/"
