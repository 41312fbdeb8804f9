"""What somebody tries who means harm, where no other test tries it already."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.sent_letters import sent_letters
from tests.web.test_security import code_of, is_in, send, set_up_app, sign_in
from tests.web.visitor import Page, Visitor, mailed_code
from tests.world import PASSWORD

pytestmark = pytest.mark.any_database

MARKUP = "<img src=x>'\"</script>{{ 7|add:7 }}{% now %}"
OF_A_FAMILY = (
    "family",
    "family_home",
    "edit_family",
    "children",
    "new_child",
    "members",
    "pay",
    "documents",
    "family_records_now",
    "schedules",
    "new_schedule",
    "to_record",
)
OF_A_PERSON = ("index", "families", "settings", "security", "more", "calendar")
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture(autouse=True)
def eight_in_the_morning():
    """The real clock, which codes and sign-ins go by."""


@pytest.fixture
def noors(world) -> Visitor:
    return sign_in(world.noor.email)


def test_a_name_that_is_markup_stays_a_name_on_every_page(world):
    session = world.session(notes=MARKUP)
    for row, field in ((world.riveras, "name"), (world.noor, "name"), (world.ana, "name"), (world.emma, "first_name")):
        setattr(row, field, MARKUP)
        row.save(update_fields=[field])
    ana = Visitor(world.ana)
    pages = [ana.client.get(reverse(f"web:{route}", args=[world.riveras.id]), follow=True) for route in OF_A_FAMILY]
    pages += [ana.client.get(reverse(f"web:{route}"), follow=True) for route in OF_A_PERSON]
    pages += [ana.client.get(reverse("web:session", args=[session.id]))]
    named = 0
    for response in pages:
        page = Page(response)
        assert page.status == 200, response.request["PATH_INFO"]
        assert "<img src=x" not in page.html
        assert "14{%" not in page.html
        assert page.inline == []
        named += "&lt;img src=x&gt;" in page.html
    assert named > 10


@pytest.mark.parametrize("quote", ["' OR '1'='1", "1; DROP TABLE handsel_family; --", "\\' OR 1=1 #", '"; SELECT 1'])
def test_a_quote_in_a_filter_is_a_quote(world, quote):
    world.session()
    ana = Visitor(world.ana)
    path = f"/api/v1/families/{world.riveras.id}/care-sessions"
    assert ana.client.get(path, {"status": quote}).status_code == 422
    assert ana.client.get(path, {"nannyId": quote}).status_code == 422
    assert ana.client.get(path, {"cursor": quote}).status_code == 422
    assert ana.client.get("/calendar/", {"week": quote, "day": quote}).status_code == 200
    assert ana.client.get("/calendar/", {"family": quote}).status_code == 404
    assert sign_in(quote, quote).client.get("/families/").status_code == 302
    assert world.riveras.__class__.objects.filter(pk=world.riveras.pk).exists()


def answers(world, **headers: str):
    """An answer of every kind, with its address."""
    ana = Client(raise_request_exception=False, headers=headers)
    ana.force_login(world.ana)
    stranger = Client(raise_request_exception=False, enforce_csrf_checks=True, headers=headers)
    for who, method, path in (
        (ana, "get", "/families/"),
        (ana, "get", f"/families/{world.riveras.id}/records/2026.csv"),
        (ana, "get", "/api/v1/me"),
        (ana, "get", "/api/v1/nowhere"),
        (ana, "delete", "/api/v1/me"),
        (ana, "get", "/nowhere"),
        (stranger, "get", "/"),
        (stranger, "get", "/accounts/login/"),
        (stranger, "post", "/accounts/login/"),
        (stranger, "get", "/api/v1/me"),
        (stranger, "get", "/api/v1/openapi.json"),
        (stranger, "get", "/api/docs"),
        (stranger, "get", "/healthz"),
        (stranger, "get", "/manifest.webmanifest"),
        (stranger, "get", "/service-worker.js"),
        (stranger, "get", "/feeds/none.ics"),
        (stranger, "options", "/accounts/login/"),
        (stranger, "get", "/invitations/none"),
    ):
        yield path, getattr(who, method)(path)


def test_every_kind_of_answer_carries_its_headers(world):
    for path, answer in answers(world):
        for name, value in HEADERS.items():
            assert answer.get(name) == value, (path, name)
        policy = answer["Content-Security-Policy"]
        for rule in ("object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "default-src 'self'"):
            assert rule in policy, (path, rule)
        assert "unsafe" not in policy
        assert "*" not in policy
        if answer.content:
            kind, _, parameters = answer["Content-Type"].partition(";")
            assert kind in {
                "text/html",
                "text/csv",
                "text/javascript",
                "text/plain",
                "application/json",
                "application/problem+json",
                "application/manifest+json",
            }, path
            assert not kind.startswith("text/") or "charset=utf-8" in parameters.lower(), path


def test_another_origin_reads_nothing_but_static_files(world):
    for path, answer in answers(world, Origin="https://evil.example"):
        assert "Access-Control-Allow-Origin" not in answer, path
        assert "Access-Control-Allow-Credentials" not in answer, path


def test_a_download_is_named_by_us(world):
    world.riveras.name = 'a"\r\nSet-Cookie: x=1; "../../etc'
    world.riveras.save(update_fields=["name"])
    session = world.session()
    ana = Visitor(world.ana).client
    for path in (f"/families/{world.riveras.id}/records/2026.csv", f"/sessions/{session.id}/session.ics"):
        answer = ana.get(path)
        assert answer.status_code == 200, path
        assert re.fullmatch(r'attachment; filename="[\w-]+(\.\w+)"', answer["Content-Disposition"])


def test_a_new_password_asks_for_the_present_one(noors, world):
    new = {"password1": "a kite over the sea", "password2": "a kite over the sea"}
    send(noors, "/accounts/again/", password=PASSWORD)
    for wrong in ({}, {"oldpassword": ""}, {"oldpassword": "a kite over the sea"}):
        noors.client.post("/accounts/password/change/", {**new, **wrong})
        world.noor.refresh_from_db()
        assert world.noor.check_password(PASSWORD)
    noors.client.post("/accounts/password/change/", {**new, "oldpassword": PASSWORD})
    world.noor.refresh_from_db()
    assert world.noor.check_password(new["password1"])


def test_fields_of_passwords_hide_and_take_what_a_manager_pastes(noors):
    send(noors, "/accounts/again/", password=PASSWORD)
    found = 0
    for who, path in (
        (Client(), "/accounts/login/"),
        (Client(), "/accounts/signup/"),
        (noors.client, "/accounts/password/change/"),
        (noors.client, "/accounts/again/"),
    ):
        html = who.get(path).content.decode()
        assert "onpaste" not in html
        for field in re.findall(r"<input[^>]*name=\"[^\"]*password[^\"]*\"[^>]*>", html):
            found += 1
            assert 'type="password"' in field, path
            assert re.search(r'autocomplete="(current|new)-password"', field), field
            assert "readonly" not in field
            assert "maxlength" not in field
    assert found >= 5


def test_a_forgotten_password_passes_no_second_step(noors, world):
    secret, _ = set_up_app(noors)
    thief = Visitor()
    thief.client.post("/accounts/password/reset/", {"email": world.noor.email})
    [link] = re.findall(r"http://testserver(/accounts/password/reset/key/\S+)", sent_letters()[-1].body)
    form = thief.client.get(link)["Location"]
    thief.client.post(form, {"password1": "a kite over the sea", "password2": "a kite over the sea"})
    world.noor.refresh_from_db()
    assert world.noor.check_password("a kite over the sea")
    assert not is_in(thief)
    thief.client.post("/accounts/login/", {"login": world.noor.email, "password": "a kite over the sea"})
    assert not is_in(thief)
    send(thief, "/accounts/second-step/sign-in/", code=code_of(secret, later=1))
    assert is_in(thief)


def test_a_code_from_a_letter_opens_in_the_browser_that_asked_for_it(world):
    ana, thief = Visitor(), Visitor()
    thief.client.post("/accounts/login/code/", {"email": world.ana.email})
    first = mailed_code()
    ana.client.post("/accounts/login/code/", {"email": world.ana.email})
    code = mailed_code()
    assert code != first
    thief.client.post("/accounts/login/code/confirm/", {"code": code})
    assert not is_in(thief)
    Visitor().client.post("/accounts/login/code/confirm/", {"code": code})
    ana.client.post("/accounts/login/code/confirm/", {"code": first})
    assert not is_in(ana)
    ana.client.post("/accounts/login/code/confirm/", {"code": code})
    assert is_in(ana)


def test_a_cookie_that_was_copied_opens_nothing_after_signing_out(noors):
    copy = Visitor()
    copy.client.cookies["sessionid"] = noors.client.cookies["sessionid"].value
    assert is_in(copy)
    noors.client.post("/accounts/logout/")
    assert not is_in(noors)
    assert not is_in(copy)


def test_a_field_that_a_form_does_not_have_is_set_by_nobody(noors, world):
    fields = {"name": "Noor Haddad", "language": "en", "time_zone": "Europe/Lisbon", "hour_cycle": "24"}
    more = {"is_staff": "on", "is_superuser": "on", "is_active": "", "email": "x@example.com", "id": str(world.ana.id)}
    noors.post("settings", **fields, week_starts_on="0", **more)
    world.noor.refresh_from_db()
    assert (world.noor.time_zone, world.noor.is_staff, world.noor.is_superuser) == ("Europe/Lisbon", False, False)
    assert world.noor.email != "x@example.com"
    bad = noors.client.patch("/api/v1/me", {"isStaff": True}, content_type="application/json")
    assert bad.status_code in {405, 422}
