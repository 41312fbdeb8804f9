"""The way in: signing in and up, the example people, and pages that say no."""

import pytest
from django.test import Client

from handsel.models import User
from tests.web.visitor import Page, Visitor, mailed_code
from tests.world import PASSWORD

pytestmark = pytest.mark.any_database


def test_where_one_begins(ana, noor, sam, viewer, world):
    assert Visitor().client.get("/").headers["Location"] == "/accounts/login/"
    assert noor.client.get("/").headers["Location"] == "/today/"
    assert ana.client.get("/").headers["Location"] == f"/families/{world.riveras.id}/home/"
    assert viewer.client.get("/").headers["Location"] == f"/families/{world.riveras.id}/"
    assert sam.client.get("/").headers["Location"] == "/families/new/"


def test_who_is_not_signed_in_signs_in_and_comes_back(world):
    visitor = Visitor()
    address = f"/families/{world.riveras.id}/sessions/?past"
    answer = visitor.client.get(address)
    assert answer.headers["Location"] == f"/accounts/login/?next=/families/{world.riveras.id}/sessions/%3Fpast"
    sent = {"login": "ana@example.com", "password": PASSWORD, "next": address}
    assert visitor.client.post("/accounts/login/", sent).headers["Location"] == address


def test_a_wrong_password_is_said_and_the_address_kept(world):
    page = Page(Visitor().client.post("/accounts/login/", {"login": "ana@example.com", "password": "guess"}))
    assert page.value_of("login") == "ana@example.com"
    assert 'role="alert"' in page.html
    assert "guess" not in page.html


def test_who_guessed_too_often_waits(world):
    visitor = Visitor()
    for _ in range(5):
        visitor.client.post("/accounts/login/", {"login": "ana@example.com", "password": "guess"})
    answer = visitor.client.post("/accounts/login/", {"login": "ana@example.com", "password": PASSWORD})
    assert Page(answer).says("Too many failed login attempts")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "300")


def test_who_signs_up_too_often_waits(db):
    visitor = Visitor()
    for _ in range(20):
        assert visitor.client.post("/accounts/signup/", {}).status_code == 422
    answer = visitor.client.post("/accounts/signup/", {})
    assert Page(answer).says("Wait a minute, then try again.")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")


def test_a_newcomer_signs_up_by_name(db):
    visitor = Visitor()
    sent = {"name": "  Newcomer Somebody ", "email": "Newcomer@Example.com", "password1": "a kite over the sea"}
    assert visitor.client.post("/accounts/signup/", sent).status_code == 302
    newcomer = User.objects.get()
    assert (newcomer.name, newcomer.email) == ("Newcomer Somebody", "newcomer@example.com")
    visitor.get("new_family", status=302)  # not before the mail is read
    visitor.client.post("/accounts/confirm-email/", {"code": mailed_code()})
    assert visitor.get("new_family").says("Welcome, Newcomer")


@pytest.mark.parametrize(
    ("field", "sent", "message"),
    [
        ("name", "", "Fill this in."),
        ("name", "x" * 121, "Keep this to 120 characters at most."),
        ("name", "Newcomer\x00", "This has characters that can’t be shown. Enter it again without them."),
        ("email", "newcomer", "Enter a valid email address."),
        ("password1", "short", "This password is too short. It must contain at least 10 characters."),
    ],
)
def test_signing_up_is_refused_at_its_fields(world, field, sent, message):
    form = {"name": "Newcomer Somebody", "email": "newcomer@example.com", "password1": "a kite over the sea"}
    form[field] = sent
    page = Page(Visitor().client.post("/accounts/signup/", form))
    assert page.error_at(field) == message
    for other in {"name", "email"} - {field}:
        assert page.value_of(other) == form[other]
    assert "a kite over the sea" not in page.html
    assert not User.objects.filter(email="newcomer@example.com").exists()


def test_signing_out(ana, world):
    assert "Sign out" in ana.get("settings").text
    assert ana.client.post("/accounts/logout/").headers["Location"] == "/accounts/login/"
    ana.get("family", world.riveras.id, status=302)


def test_the_ways_in_wear_our_look(ana, world):
    addresses = (
        "login/",
        "signup/",
        "login/code/",
        "password/reset/",
        "password/reset/done/",
        "inactive/",
    )
    pages = [Page(Visitor().client.get(f"/accounts/{address}")) for address in addresses]
    pages += [Page(ana.client.get(f"/accounts/{address}")) for address in ("password/change/", "logout/")]
    for page in pages:
        assert page.status == 200
        assert 'class="wordmark"' in page.html
        assert page.html.count("<h1") == 1
        assert page.inline == []


# Example mode


@pytest.fixture
def example(settings, world):
    settings.EXAMPLE = True
    for name in ("noor", "ana", "ada"):
        User.objects.filter(email=f"{name}@example.com").update(email=f"{name}@example.org")


def test_one_press_makes_somebody_noor_ana_or_ada(example, world):
    visitor = Visitor()
    page = Page(visitor.client.get("/accounts/login/"))
    assert page.says("Noor nanny to the Riveras and the Okafors Ana parent, Emma and Theo Ada parent, Zuri")
    page = visitor.press("enter_example", person="ana")
    assert page.says("This is an example. You see it as Ana .")
    page = visitor.press("enter_example", person="noor")
    assert page.says("See it as Ana See it as Ada")
    visitor.post("enter_example", status=404, person="luis")
    visitor.post("enter_example", status=404, person="")
    visitor.get("enter_example", status=405)


def test_outside_example_mode_there_is_nothing_of_it(world, ana):
    assert not Page(Visitor().client.get("/accounts/login/")).says("Just looking?")
    assert not ana.get("family_home", world.riveras.id).says("This is an example.")
    Visitor().post("enter_example", status=404, person="ana")


# Pages that say no


def test_a_form_that_is_not_ours_is_turned_away(world):
    stranger = Client(enforce_csrf_checks=True)
    stranger.force_login(world.ana)
    session = world.session()
    for address in (f"/sessions/{session.id}/confirm/", "/accounts/logout/", "/example/", "/accounts/login/"):
        page = Page(stranger.post(address, {"person": "ana"}))
        assert page.status == 403
        assert page.says("This page was open too long")
    session.refresh_from_db()
    assert not session.is_confirmed


def test_every_form_carries_its_sign(ana, noor, world):
    session = world.session("2026-06-01 08:00")
    for visitor, route, *args in (
        (ana, "family_home", world.riveras.id),
        (ana, "session", session.id),
        (ana, "members", world.riveras.id),
        (noor, "today"),
        (noor, "settings"),
    ):
        html = visitor.get(route, *args).html
        assert html.count('method="post"') == html.count('name="csrfmiddlewaretoken"')


def test_an_address_that_leads_nowhere(ana):
    for address in ("/nothing", "/sessions/1/", "/families/x/", "/sessions/00000000-0000-0000-0000-000000000000/"):
        page = Page(ana.client.get(address))
        assert page.status == 404
        assert page.says("There is nothing here")


def test_what_breaks_says_so_without_a_secret(ana, world, monkeypatch):
    ana.client.raise_request_exception = False

    def broken(*args, **kwargs):
        raise RuntimeError("the secret of the Riveras")

    monkeypatch.setattr("handsel.pages.families.page", broken)
    page = ana.get("family", world.riveras.id, status=500)
    assert page.says("Something went wrong")
    assert "secret" not in page.html


def test_too_much_at_once_is_refused(ana, world):
    page = ana.post("new_child", world.riveras.id, status=413, first_name="x" * 1_000_001)
    assert page.says("That’s too much at once")


def test_pages_of_the_signed_in_are_kept_nowhere(ana, world):
    for route, args in (("family_home", [world.riveras.id]), ("settings", []), ("session", [world.session().id])):
        assert "no-store" in ana.get(route, *args).response["Cache-Control"]


def test_no_page_brings_a_script_or_a_style_of_its_own(ana, noor, world):
    schedule, session = world.schedule(), world.session()
    for visitor, route, *args in (
        (ana, "family_home", world.riveras.id),
        (ana, "family", world.riveras.id),
        (ana, "session", session.id),
        (ana, "edit_session", session.id),
        (ana, "edit_schedule", schedule.id),
        (ana, "generate", schedule.id),
        (noor, "today"),
    ):
        page = visitor.get(route, *args)
        assert page.inline == []
        assert page.html.count("<h1") == 1
