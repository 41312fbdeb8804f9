"""Passkeys, with an authenticator in the browser; the second step; a browser that is signed out from another one."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.server import Person
from tests.workflows.dated import DatedServer

pytestmark = pytest.mark.no_database

PASSWORD = "theo sleeps at two"
PHONE, WIDE = {"width": 390, "height": 844}, {"width": 1280, "height": 800}


@pytest.fixture
def noor(server: DatedServer) -> Person:
    return server.people("Noor", password=PASSWORD)[0]


@pytest.fixture
def page(request, page: Page, server: DatedServer) -> Iterator[Page]:
    """At localhost, since a passkey belongs to a name and not to a number."""
    page.set_viewport_size(getattr(request, "param", PHONE))
    page.goto(at(server, "/accounts/login/"))
    return page


def at(server: DatedServer, path: str) -> str:
    return server.base_url.replace("127.0.0.1", "localhost") + path


def sign_in(page: Page, server: DatedServer, person: Person) -> None:
    page.goto(at(server, "/accounts/login/"))
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()


def security(page: Page, server: DatedServer) -> None:
    page.goto(at(server, "/settings/security/"))


@pytest.mark.parametrize(
    "page",
    [pytest.param(PHONE, id="phone"), pytest.param(WIDE, id="wide", marks=pytest.mark.nightly)],
    indirect=True,
)
def test_a_passkey_is_added_named_signs_in_and_is_removed(page, server, noor):
    finger = page.context.new_cdp_session(page)
    finger.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    options |= {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": True}
    finger.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    sign_in(page, server, noor)
    security(page, server)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Password").fill(PASSWORD)  # is it you?
    page.get_by_role("button", name="Continue").click()
    page.get_by_label("Name").fill("Kitchen tablet")
    page.get_by_role("button", name="Add the passkey").click()
    expect(page.get_by_text("Passkey added.")).to_be_visible()
    page.get_by_role("link", name="Rename Kitchen tablet").click()
    page.get_by_label("Name").fill("Noor’s phone")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Noor’s phone")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")

    page.goto(at(server, "/accounts/login/?next=/settings/security/"))
    page.get_by_role("button", name="Sign in with a passkey").click()
    page.wait_for_url("**/settings/security/")
    expect(page.get_by_text("last used")).to_be_visible()

    page.get_by_role("link", name="Remove Noor’s phone").click()
    remove = page.get_by_role("button", name="Remove the passkey")
    expect(page.get_by_label("Password").or_(remove)).to_be_visible()
    if page.get_by_label("Password").count():
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()
    remove.click()
    expect(page.get_by_text("No passkeys yet.")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()  # the device still has it
    expect(page.get_by_role("alert")).to_be_visible()
    assert page.url.endswith("/accounts/login/")


def test_a_browser_without_the_passkey_says_so_at_the_form(page, server, noor):
    finger = page.context.new_cdp_session(page)
    finger.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "internal", "automaticPresenceSimulation": True}
    options |= {"hasResidentKey": True, "hasUserVerification": True, "isUserVerified": False}
    finger.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("Your browser found no passkey.")).to_be_visible()


@pytest.mark.nightly
def test_without_scripts_nothing_speaks_of_passkeys_and_all_else_works(browser: Browser, server, noor):
    with browser.new_context(java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(at(server, "/accounts/login/"))
        assert not page.get_by_role("button", name="Sign in with a passkey").is_visible()
        sign_in(page, server, noor)
        page.goto(at(server, "/settings/calendars/"))
        page.get_by_role("button", name="Create address").click()
        expect(page.locator("button[data-copies]")).to_be_hidden()
        security(page, server)
        page.get_by_role("link", name="Codes from an app").click()
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Continue").click()
        expect(page.locator(".qr svg")).to_be_visible()
        page.goto(at(server, "/accounts/passkeys/add/"))
        expect(page.get_by_text("Passkeys need JavaScript")).to_be_visible()
        assert not page.get_by_role("button", name="Add the passkey").is_visible()


@pytest.mark.nightly
def test_another_browser_is_signed_out_from_here(page, browser: Browser, server, noor):
    sign_in(page, server, noor)
    with browser.new_context(user_agent="Mozilla/5.0 (iPhone; CPU iPhone OS 20_0) Safari/604.1") as context:
        other = context.new_page()
        sign_in(other, server, noor)
        security(other, server)
        expect(other.get_by_role("heading", level=1)).to_have_text(re.compile("Sign-in and security"))
        page.goto(at(server, "/settings/security/devices/"))
        page.get_by_role("button", name="Sign out Safari on iPhone").click()
        expect(page.get_by_text("That device is signed out.")).to_be_visible()
        other.reload()
        assert "/accounts/login/" in other.url


@pytest.mark.nightly
def test_the_operators_pages_run_nothing_that_the_csp_forbids(page, server, noor):
    assert server.command("user", "make-staff", noor.email).returncode == 0
    sign_in(page, server, noor)
    page.goto(at(server, "/admin/"))
    page.get_by_role("link", name="Users").first.click()
    page.locator("#searchbar").fill(noor.email)
    page.locator("#searchbar").press("Enter")
    page.get_by_role("link", name=noor.email).click()
    expect(page.get_by_text("Is active")).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(at(server, "/admin/status/"))
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert server.command("user", "no-staff", noor.email).returncode == 0
    assert page.goto(at(server, "/admin/")).status == 404


@pytest.mark.nightly
def test_deleting_the_account_signs_out_for_good(page, server, noor):
    sign_in(page, server, noor)
    security(page, server)
    page.get_by_role("link", name="Delete my account").click()
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_text("What stays, for the record")).to_be_visible()
    page.get_by_role("button", name="Delete my account").click()
    expect(page.get_by_text("Your account is deleted.")).to_be_visible()
    sign_in(page, server, noor)
    expect(page.get_by_role("alert")).to_be_visible()
