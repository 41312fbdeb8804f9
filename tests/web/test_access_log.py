"""Who looked and who changed, as a family and as each person sees it."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from handsel.actions import access_log, care_sessions, children, exports
from handsel.actions.access_log import Log
from handsel.models import AccessLine, Event
from handsel.pages.changes import DID
from handsel.rules.access_log import Thing
from handsel.rules.drafts import Draft
from handsel.rules.history import EventKind
from handsel.rules.roles import Role
from tests.models.broken_access_log import a_look
from tests.web.visitor import Visitor
from tests.world import NOW, ON_THE_WEB

pytestmark = pytest.mark.any_database


@pytest.fixture(autouse=True)
def log(monkeypatch) -> Log:
    fresh = Log()
    monkeypatch.setattr(access_log, "LOG", fresh)
    return fresh


def test_a_family_sees_who_opened_what_and_how_often(ana, noor, world, log):
    page = ana.get("who_looked", world.riveras.id)
    assert page.says("Nobody looked yet.")
    noor.get("family", world.riveras.id)
    noor.get("children", world.riveras.id)
    assert not AccessLine.objects.exists()
    log.write(at=NOW)
    page = ana.get("who_looked", world.riveras.id)
    assert page.says("Noor Care notes of Emma Mon 1 Jun, 08:00 · 2 times · browser")
    assert page.says("Noor Care notes of Theo")
    # Of the Okafors nobody learns that she looked there.
    noor.get("family", world.okafors.id)
    log.write(at=NOW)
    assert not ana.get("who_looked", world.riveras.id).says("Zuri")
    assert Visitor(world.ada).get("who_looked", world.okafors.id).says("Noor Care notes of Zuri")


def test_looks_at_pay_are_for_who_may_see_that_pay(world):
    """A founding nanny who is alone in charge manages the family, and sees the pay of nobody else."""
    founder = world.join(world.okafors, Role.NANNY, name="Founder")
    type(founder).objects.filter(pk=founder.pk).update(is_founder=True)
    world.leave(world.ada_of_okafors)
    for nanny, about in ((founder, founder), (world.noor_of_okafors, world.noor_of_okafors), (None, world.okafors)):
        a_look(world, thing="PAY", family=world.okafors, nanny=nanny, about_id=about.id)
    page = Visitor(founder.user).get("who_looked", world.okafors.id)
    assert page.text.count("Pay of") == 1
    assert page.says("Pay of Founder")
    assert not page.says("Ana Pay Mon")


def test_lines_are_filtered_by_person_child_and_week(ana, world):
    a_look(world)
    a_look(world, person=world.luis, about_id=world.theo.id)
    a_look(world, person=world.luis, day=NOW.date() - timedelta(days=7))
    listed = lambda **asked: ana.get("who_looked", world.riveras.id, **asked).text.count("Care notes of")  # noqa: E731  of this test
    assert listed() == 3
    assert listed(person=str(world.luis_of_riveras.id)) == 2
    assert listed(child=str(world.theo.id)) == 1
    assert listed(week="2026-06-03") == 2
    assert listed(person=str(world.luis_of_riveras.id), week="2026-06-03") == 1
    assert (
        ana.get("who_looked", world.riveras.id, person="nobody", child="x", week="31").text.count("Care notes of") == 3
    )
    nothing = ana.get("who_looked", world.riveras.id, week="2020-01-01")
    assert nothing.says("Nothing fits. Choose another person, child or week.")
    assert nothing.offers("who_looked", world.riveras.id)


def test_more_is_shown_part_by_part(ana, world):
    for day in range(60):
        a_look(world, day=NOW.date() - timedelta(days=day))
    page = ana.get("who_looked", world.riveras.id, person=str(world.ana_of_riveras.id))
    assert page.text.count("Care notes of") == 50
    [following] = re.findall(r'href="([^"]*after=[^"]*)"', page.html)
    rest = ana.client.get(f"/families/{world.riveras.id}/access/{following.replace('&amp;', '&')}").content.decode()
    assert rest.count("Care notes of") == 10


def test_the_operator_is_named_apart(ana, world):
    a_look(world, person=world.sam, thing="OPERATOR", about_id=world.riveras.id)
    a_look(world, person=None, thing="OPERATOR", about_id=world.riveras.id)
    a_look(world)
    page = ana.get("who_looked", world.riveras.id, person="operator")
    assert page.says("Sam, who runs this Handsel What an operator sees of this family")
    assert page.says("Who runs this Handsel What an operator sees")
    assert not page.says("Care notes of")


def test_a_key_that_an_operator_makes_is_told(ana, noor, world):
    access_log.write_issued_key(world.ana.email.upper(), at=NOW)
    page = noor.get("opened")
    assert not page.says("Who runs this Handsel")
    page = ana.get("opened")
    assert page.says("Who runs this Handsel What an operator sees of your account")
    page = ana.get("who_looked", world.riveras.id, person="operator")
    assert page.says("Who runs this Handsel What an operator sees of this family")


def test_everybody_sees_their_own(noor, world, log):
    assert noor.get("opened").says("Nothing yet.")
    noor.get("family", world.riveras.id)
    world.ana.refresh_from_db()
    a_look(world)
    a_look(world, thing="TAX_NUMBER", nanny=world.noor_of_riveras, owner=world.noor, about_id=world.noor_of_riveras.id)
    log.write(at=NOW)
    page = noor.get("opened")
    assert page.says("Care notes of Emma Riveras · Mon 1 Jun, 08:00")
    assert page.says("Ana Your tax number, printed Riveras · Mon 1 Jun, 08:00")
    assert page.text.count("Care notes of Emma") == 1
    assert noor.get("security").offers("opened")


def test_every_change_can_be_told():
    assert DID.keys() == set(EventKind)


def test_a_family_sees_who_changed_what(ana, world):
    session = world.session()
    care_sessions.confirm(session.id, by=world.ana, **ON_THE_WEB)
    children.update(world.theo.id, Draft.of(allergies="Nuts"), by=world.noor, **ON_THE_WEB)
    exports.start(world.riveras.id, by=world.ana, **ON_THE_WEB)
    page = ana.get("who_changed", world.riveras.id)
    assert page.says("Ana confirmed a session, Tue 2 Jun 1 Jun, 08:00")
    assert page.offers("session", session.id)
    assert page.says("Noor changed a child’s details")
    assert not page.says("Nuts")
    listed = lambda **asked: ana.get("who_changed", world.riveras.id, **asked)  # noqa: E731  of this test
    of_theo = listed(child=str(world.theo.id))
    assert of_theo.says("changed a child’s details")
    assert not of_theo.says("confirmed a session")
    assert listed(child=str(world.emma.id)).says("confirmed a session")
    assert not listed(person=str(world.noor_of_riveras.id)).says("confirmed a session")
    assert listed(week="2026-06-01").says("confirmed a session")
    assert listed(week="2026-06-08").says("Nothing fits.")


def test_changes_of_pay_are_for_who_may_see_that_pay(world):
    founder = world.join(world.okafors, Role.NANNY, name="Founder")
    type(founder).objects.filter(pk=founder.pk).update(is_founder=True)
    world.leave(world.ada_of_okafors)
    for nanny in (founder, world.noor_of_okafors):
        Event.objects.create(
            family=world.okafors, kind="payment.recorded", at=NOW, source="WEB", by=world.ada_of_okafors, nanny=nanny
        )
    assert Visitor(founder.user).get("who_changed", world.okafors.id).text.count("recorded a payment") == 1


@pytest.mark.parametrize("route", ["who_looked", "who_changed"])
def test_a_page_takes_so_many_queries(ana, world, route):
    for day in range(20):
        a_look(world, day=NOW.date() - timedelta(days=day))
        a_look(world, day=NOW.date() - timedelta(days=day), thing=Thing.DOCUMENT)
        session = world.session(f"2026-06-{day + 2:02} 09:00")
        care_sessions.confirm(session.id, by=world.ana, **ON_THE_WEB)
    with CaptureQueriesContext(connection) as queries:
        ana.get(route, world.riveras.id)
    assert len(queries) == 11
