"""Sign-in and security: the second step, where one is signed in, and showing once more that one is oneself."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from handsel.access import tokens
from handsel.actions import care_sessions, people
from handsel.env import new_encryption_key
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.web import middleware
from tests.sent_letters import sent_letters
from tests.web.visitor import Page, Visitor, mailed_code
from tests.world import ON_THE_WEB, PASSWORD

pytestmark = pytest.mark.any_database

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:150.0) Gecko/20100101 Firefox/150.0"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 20_0 like Mac OS X) AppleWebKit/605.1.15 Version/20.0 Safari/604.1"


@pytest.fixture(autouse=True)
def eight_in_the_morning():
    """The real clock, which codes and sign-ins go by."""


def sign_in(email: str, password: str = PASSWORD, agent: str = FIREFOX) -> Visitor:
    browser = Visitor(headers={"User-Agent": agent})
    browser.client.post("/accounts/login/", {"login": email, "password": password})
    return browser


def is_in(browser: Visitor) -> bool:
    return browser.client.get("/families/").status_code == 200


def send(browser: Visitor, address: str, **fields: str) -> Page:
    return Page(browser.client.post(address, fields, follow=True))


def code_of(secret: str, *, later: int = 0) -> str:
    return format_hotp_value(hotp_value(secret, int(datetime.now(UTC).timestamp()) // 30 + later))


def set_up_app(browser: Visitor) -> tuple[str, list[str]]:
    """The app's secret, and the recovery codes."""
    send(browser, "/accounts/again/", password=PASSWORD, next="/settings/security/")
    page = Page(browser.client.get("/accounts/second-step/app/"))
    secret = re.search(r'id="secret"[^>]*?value="(\w+)"', page.html)[1]
    assert "<svg" in page.html.partition('class="qr"')[2]
    codes = send(browser, "/accounts/second-step/app/", code=code_of(secret))
    return secret, re.findall(r"<code>(\d{8})</code>", codes.html)


@pytest.fixture
def noors(world) -> Visitor:
    return sign_in(world.noor.email)


def test_the_page_says_what_is_set_up(noors, django_assert_num_queries):
    with django_assert_num_queries(7):
        page = noors.get("security")
    assert page.says("none yet") or page.says("No passkeys yet.")
    assert page.says("Codes from an app Off. Set up")
    assert page.says("1 browser")
    assert noors.get("settings").offers("security")


def test_who_changes_how_she_signs_in_shows_once_more_that_it_is_she(noors):
    for address in ("second-step/app/", "passkeys/add/", "email/"):
        answer = (
            noors.client.get(f"/accounts/{address}")
            if address != "email/"
            else noors.client.post("/accounts/email/", {"action_add": "1", "email": "noor@new.example"})
        )
        assert answer.headers["Location"].startswith("/accounts/again/?next="), address
    page = send(noors, "/accounts/again/", password="a guess")
    assert page.error_at("password") == "Incorrect password."
    assert "a guess" not in page.html


def test_a_code_from_the_app_is_asked_for_after_the_password_and_opens_once(noors, world):
    secret, codes = set_up_app(noors)
    assert len(codes) == 10
    phone = sign_in(world.noor.email)
    assert not is_in(phone)
    assert send(phone, "/accounts/second-step/sign-in/", code="123 456").error_at("code") == "Incorrect code."
    code = code_of(secret, later=1)
    assert send(phone, "/accounts/second-step/sign-in/", code=f"{code[:3]} {code[3:]}").status == 200
    assert is_in(phone)
    watcher = sign_in(world.noor.email)
    assert send(watcher, "/accounts/second-step/sign-in/", code=code).error_at("code") == "Incorrect code."
    assert not is_in(watcher)


def test_a_recovery_code_opens_once_and_codes_are_shown_once(noors, world):
    _, codes = set_up_app(noors)
    page = Page(noors.client.get("/accounts/second-step/codes/"))
    assert page.says("You have 10 codes left.")
    assert not [code for code in codes if code in page.html]
    for works in (True, False):
        browser = sign_in(world.noor.email)
        send(browser, "/accounts/second-step/sign-in/", code=codes[0])
        assert is_in(browser) == works
    assert noors.get("security").says("Recovery codes 9 left")
    new = send(noors, "/accounts/second-step/codes/new/")
    fresh = re.findall(r"<code>(\d{8})</code>", new.html)
    assert len(fresh) == 10
    assert not set(fresh) & set(codes)
    assert all(code in new.html.partition("data:text/plain")[2] for code in fresh)  # to save as a file
    lost = sign_in(world.noor.email)
    send(lost, "/accounts/second-step/sign-in/", code=codes[1])
    assert not is_in(lost)


def test_who_guesses_codes_is_stopped(noors, world):
    secret, _ = set_up_app(noors)
    browser = sign_in(world.noor.email)
    for guess in range(6):
        page = send(browser, "/accounts/second-step/sign-in/", code=f"{guess:06}")
    assert page.error_at("code").startswith("Too many failed login attempts")
    assert page.status == 429
    send(browser, "/accounts/second-step/sign-in/", code=code_of(secret, later=1))
    assert not is_in(browser)


def test_who_guesses_codes_elsewhere_locks_nobody_out_of_a_known_browser(noors, world):
    secret, _ = set_up_app(noors)
    stranger = sign_in(world.noor.email)
    for guess in range(5):
        send(stranger, "/accounts/second-step/sign-in/", code=f"{guess:06}")
    code = code_of(secret, later=1)
    assert send(stranger, "/accounts/second-step/sign-in/", code=code).status == 429
    noors.client.post("/accounts/logout/")
    noors.client.post("/accounts/login/", {"login": world.noor.email, "password": PASSWORD})
    send(noors, "/accounts/second-step/sign-in/", code=code)
    assert is_in(noors)


def test_the_app_is_switched_off_with_its_recovery_codes(noors, world):
    set_up_app(noors)
    assert send(noors, "/accounts/second-step/app/remove/").says("Codes from an app Off. Set up")
    assert not Authenticator.objects.exists()
    assert is_in(sign_in(world.noor.email))


def test_a_copy_of_the_database_makes_no_codes(noors, settings, world):
    secret, codes = set_up_app(noors)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert secret not in kept
    settings.ENCRYPTION_KEYS = [new_encryption_key()]  # as somebody makes who found a back-up
    browser = sign_in(world.noor.email)
    for code in (code_of(secret, later=1), codes[0]):
        page = send(browser, "/accounts/second-step/sign-in/", code=code)
        assert page.error_at("code").startswith("Your codes cannot be read any more.")
    assert noors.get("security").says("Cannot be read. Switch off, and set it up again")


ANSWER = """{"id": "AAAA", "rawId": "AAAA", "type": "public-key", "clientExtensionResults": {}, "response": {
    "clientDataJSON": "AAAA", "authenticatorData": "AAAA", "signature": "AAAA", "attestationObject": "AAAA",
    "userHandle": HANDLE}}"""
NO_PASSKEYS = [
    "",
    "x",
    "[]",
    "7",
    "null",
    "[" * 5_000,
    '{"id": 1}',
    '{"a":"\\u0000"}',
    '{"response": {"userHandle": 7}}',
]
NO_PASSKEYS += [ANSWER.replace("HANDLE", handle) for handle in ("null", "7", '"AAAA"', '"MDE5"', "{}")]


@pytest.mark.parametrize("credential", NO_PASSKEYS, ids=range(len(NO_PASSKEYS)))
def test_what_is_no_passkey_is_a_wrong_answer(noors, credential):
    send(noors, "/accounts/again/", password=PASSWORD, next="/settings/security/")
    noors.client.get("/accounts/passkeys/add/")
    added = Page(
        noors.client.post("/accounts/passkeys/add/", {"name": "Phone", "credential": credential, "passwordless": "on"})
    )
    assert added.status == 422
    assert added.value_of("name") == "Phone"
    assert not Authenticator.objects.exists()
    stranger = Client()
    stranger.get("/accounts/passkeys/sign-in/", headers={"Accept": "application/json"})
    answer = stranger.post("/accounts/passkeys/sign-in/", {"credential": credential})
    assert answer.headers["Location"] == "/accounts/login/"


# Where one is signed in


def test_where_one_is_signed_in_and_signing_out_elsewhere(noors, world):
    phone, tablet = sign_in(world.noor.email, agent=IPHONE), sign_in(world.noor.email, agent="curl/8")
    page = noors.get("devices")
    assert page.text.index("Firefox on Linux") < page.text.index("This device") < page.text.index("Safari on iPhone")
    assert page.says("Some program")
    of_phone = UserSession.objects.get(user_agent=IPHONE)
    assert noors.press("sign_out_one", of_phone.pk).says("That device is signed out.")
    assert not is_in(phone)
    assert is_in(tablet)
    assert noors.press("sign_out_others").says("Signed out on 1 other device.")
    assert not is_in(tablet)
    assert is_in(noors)
    assert noors.get("security").says("1 browser")


def test_nobody_signs_another_person_out(noors, world):
    ana = sign_in(world.ana.email)
    noors.post("sign_out_one", UserSession.objects.get(user=world.ana).pk, status=404)
    noors.post("sign_out_others")
    assert is_in(ana)


@pytest.mark.parametrize("count", [1, 30])
def test_a_long_list_asks_no_more_often(noors, world, count, django_assert_num_queries):
    for _ in range(count):
        sign_in(world.noor.email)
    with django_assert_num_queries(6):
        noors.get("devices")


def test_a_new_password_signs_out_everywhere_else(noors, world):
    phone = sign_in(world.noor.email)
    sent = {"oldpassword": PASSWORD, "password1": "a kite over the sea", "password2": "a kite over the sea"}
    assert send(noors, "/accounts/password/change/", **sent).status == 200
    assert is_in(noors)
    assert not is_in(phone)
    assert noors.get("security").says("1 browser")
    assert not is_in(sign_in(world.noor.email))
    assert is_in(sign_in(world.noor.email, "a kite over the sea"))


def test_a_page_costs_nothing_for_last_seen_but_once_in_ten_minutes(noors, monkeypatch, django_assert_num_queries):
    with CaptureQueriesContext(connection) as usual:
        noors.get("families")
    seen = UserSession.objects.get().last_seen_at
    later = timezone.now() + timedelta(minutes=11)
    monkeypatch.setattr(middleware.timezone, "now", lambda: later)
    for more in (1, 0):
        with django_assert_num_queries(len(usual) + more):
            noors.get("families")
    assert UserSession.objects.get().last_seen_at == later > seen


# The address


def test_another_address_is_hers_once_she_has_read_its_mail(noors, world):
    send(noors, "/accounts/again/", password=PASSWORD, next="/settings/security/")
    page = send(noors, "/accounts/email/", action_add="1", email="No address")
    assert page.error_at("email") == "Enter a valid email address."
    assert page.value_of("email") == "No address"
    send(noors, "/accounts/email/", action_add="1", email="Noor@New.example")
    assert sent_letters()[-1].to == ["noor@new.example"]
    world.noor.refresh_from_db()
    assert world.noor.email == "noor@example.com"
    send(noors, "/accounts/confirm-email/", code=mailed_code())
    world.noor.refresh_from_db()
    assert world.noor.email == "noor@new.example"
    assert is_in(sign_in("noor@new.example"))
    assert not is_in(sign_in("noor@example.com"))
    assert ["noor@example.com"] in [letter.to for letter in sent_letters()]  # the old address hears of it


@pytest.mark.parametrize("verified", [True, False])
def test_an_address_of_somebody_else_is_told_to_nobody_but_who_reads_its_mail(noors, world, verified):
    EmailAddress.objects.filter(user=world.ana).update(verified=verified)
    send(noors, "/accounts/again/", password=PASSWORD, next="/settings/security/")
    page = send(noors, "/accounts/email/", action_add="1", email=world.ana.email)
    assert page.says("Is this address yours?")
    assert sent_letters()[-1].to == [world.ana.email]
    assert send(noors, "/accounts/confirm-email/", code=mailed_code()).status == 422
    world.noor.refresh_from_db()
    assert world.noor.email == "noor@example.com"


def test_who_changes_her_password_is_told_of_the_keys_that_stay(noors, world):
    address = "/accounts/password/change/"
    assert not Page(noors.client.get(address)).offers("tokens")
    secret = world.secret(world.noor)
    assert Page(noors.client.get(address)).offers("tokens")
    new = "an umbrella and a lake"
    send(noors, address, oldpassword=PASSWORD, password1=new, password2=new)
    assert tokens.api_token(secret, at=timezone.now()) is not None


# Going for good


def test_who_deletes_her_account_reads_first_what_stays_and_is_out(noors, world, django_assert_num_queries):
    phone = sign_in(world.noor.email)
    redirect = noors.get("delete_account", status=302)
    assert redirect.response["Location"].startswith("/accounts/again/")
    page = send(noors, "/accounts/again/", password=PASSWORD, next="/settings/security/delete/")
    assert page.says("Your membership in the Okafors Your membership in the Riveras")
    assert page.says("Your name, e-mail address and phone number")
    assert page.says("Without your name: you become “someone who left”.")
    with django_assert_num_queries(11):
        noors.get("delete_account")
    assert noors.press("delete_account").says("Your account is deleted.")
    assert not is_in(noors)
    assert not is_in(phone)
    assert not is_in(sign_in(world.noor.email))


def test_a_nanny_who_gave_care_reads_who_keeps_her_name_and_every_page_calls_her_by_it(noors, ana, world):
    people.update(Draft.of(name="Noor Haddad"), by=world.noor)
    done = world.session("2026-05-20 09:00", state=State.COMPLETED)
    on_the_okafors = world.session("2026-06-01 12:00", state=State.CONFIRMED, family=world.okafors)
    care_sessions.cancel(on_the_okafors.id, by=world.noor, **ON_THE_WEB)
    page = send(noors, "/accounts/again/", password=PASSWORD, next="/settings/security/delete/")
    assert page.says("Your name in the record of the Riveras, with the care you gave")
    assert not page.says("Your name in the record of the Okafors")
    assert page.says("Your e-mail address and phone number, your password")
    noors.press("delete_account")
    csv = ana.get("family_records_csv", world.riveras.id, 2026).response.content.decode()
    assert "Noor Haddad" in csv
    for name, of in (("session", done.id), ("family_home", world.riveras.id), ("members", world.riveras.id)):
        page = ana.get(name, of)
        assert not page.says("Former")
    assert ana.get("session", done.id).says("Noor")
    theirs = sign_in(world.ada.email).get("session", on_the_okafors.id)
    assert theirs.says("cancelled by someone who left")
    assert theirs.says("Someone who left cancelled it")
    assert not theirs.says("Noor")
    assert sign_in(world.ada.email).get("inbox").says("Someone who left cancelled a session")


def test_of_who_gave_no_care_the_name_is_gone_from_what_they_agreed_to_and_from_the_inbox(ana, world):
    confirmed = world.session("2026-06-02 09:00")
    care_sessions.confirm(confirmed.id, by=world.luis, **ON_THE_WEB)
    moved = world.session("2026-06-03 09:00", state=State.CONFIRMED)
    care_sessions.update(moved.id, Draft.of(nanny_id=world.bea_of_riveras.id), by=world.luis, **ON_THE_WEB)
    for person in (world.luis, world.bea):
        people.delete(by=person, **ON_THE_WEB)
    assert ana.get("session", confirmed.id).says("confirmed by someone who left on 1 Jun")
    assert ana.get("session", moved.id).says("Someone who left gave it to someone who left.")
    inbox = ana.get("inbox")
    assert inbox.says("Someone who left confirmed a session")
    assert inbox.says("Someone who left gave it to someone who left.")
    assert not inbox.says("Luis")


def test_the_last_who_can_manage_a_family_learns_the_way_out(world):
    ada = sign_in(world.ada.email)
    page = send(ada, "/accounts/again/", password=PASSWORD, next="/settings/security/delete/")
    assert page.offers("members", world.okafors.id)
    assert not page.offers("delete_account")
    assert ada.post("delete_account", status=409).says("Nobody else can manage Okafors. Nothing was changed.")


def test_who_has_no_password_comes_in_once_more_before_it(world, monkeypatch):
    world.noor.set_unusable_password()
    world.noor.save()
    noor = Visitor()
    noor.client.post("/accounts/login/code/", {"email": world.noor.email})
    noor.client.post("/accounts/login/code/confirm/", {"code": mailed_code()})
    assert noor.get("delete_account").offers("delete_account")
    later = timezone.now() + timedelta(minutes=6)
    monkeypatch.setattr(timezone, "now", lambda: later)
    assert not noor.get("delete_account").offers("delete_account")
    noor.post("delete_account", status=200)
    assert is_in(noor)
