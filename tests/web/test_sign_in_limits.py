"""Limits on signing in hold whatever else is written, and lock nobody out of a browser that is known."""

import re

import pytest
from allauth.core.internal import ratelimit
from django.contrib.auth.hashers import MD5PasswordHasher
from django.contrib.sessions.models import Session
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handsel.actions import children, form_tokens, used_codes
from handsel.models import RateLimitCounter, UsedCode
from handsel.web import sign_in_limits
from tests.sent_letters import sent_letters
from tests.web.visitor import Page, lift_limits, mailed_code
from tests.world import NOW, PASSWORD

pytestmark = pytest.mark.any_database

ANA = "ana@example.com"
ELSEWHERE = {"REMOTE_ADDR": "203.0.113.9"}
WRITES = re.compile(r"(INSERT|UPDATE|DELETE|REPLACE)")


def sign_in(client: Client, password: str, login: str = ANA, **environ: str) -> HttpResponse:
    return client.post("/accounts/login/", {"login": login, "password": password}, **environ)


def guess_until_locked(client: Client, login: str = ANA, **environ: str) -> None:
    answers = [sign_in(client, "a guess", login, **environ).status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


@pytest.fixture
def hashes(monkeypatch) -> list[str]:
    """The passwords that were hashed."""
    hashed, encode = [], MD5PasswordHasher.encode

    def count(hasher, password, *args, **options):
        hashed.append(password)
        return encode(hasher, password, *args, **options)

    monkeypatch.setattr(MD5PasswordHasher, "encode", count)
    return hashed


def test_forms_push_out_neither_a_limit_nor_a_used_code(world, monkeypatch):
    monkeypatch.setattr(form_tokens, "MOST_KEPT", 10)
    guess_until_locked(Client(**ELSEWHERE))
    used_codes.use("123456", by=world.ana, at=NOW)
    before = list(RateLimitCounter.objects.values()), list(UsedCode.objects.values())
    for number in range(40):
        form_tokens.use(f"a-form-{number}", by=world.sam, at=NOW)
    assert (list(RateLimitCounter.objects.values()), list(UsedCode.objects.values())) == before
    assert sign_in(Client(**ELSEWHERE), PASSWORD).status_code == 429


def test_a_guess_that_is_one_too_many_is_refused_before_anything_is_hashed(world, hashes):
    guess_until_locked(Client())
    assert len(hashes) == 5


def test_guesses_at_many_accounts_are_ten_hashes_a_minute(world, hashes):
    for number in range(14):
        sign_in(Client(), "a guess", f"nobody-{number}@example.com")
    assert len(hashes) == 10


def test_known_or_not_an_address_is_answered_alike(world, hashes):
    told = {}
    for login in (ANA, "nobody@example.com"):
        lift_limits()
        hashes.clear()
        answers = []
        for _ in range(7):
            with CaptureQueriesContext(connection) as queries:
                response = sign_in(Client(), "a guess", login)
            page = Page(response)
            refused = response.status_code == 429
            answers.append((page.status, response.get("Retry-After"), page.text, len(queries) if refused else None))
        told[login] = answers, len(hashes)
    assert told[ANA] == told["nobody@example.com"]


def test_who_guesses_from_elsewhere_locks_nobody_out_of_a_known_browser(world):
    phone = Client()
    assert sign_in(phone, PASSWORD).status_code == 302
    phone.post("/accounts/logout/")
    stranger = Client(**ELSEWHERE)
    guess_until_locked(stranger)
    assert sign_in(stranger, PASSWORD).status_code == 429
    assert sign_in(Client(), PASSWORD).status_code == 429
    assert sign_in(phone, PASSWORD).status_code == 302


def test_nor_by_guessing_from_the_same_network(world):
    phone = Client()
    sign_in(phone, PASSWORD)
    phone.post("/accounts/logout/")
    for number in range(31):
        sign_in(Client(), "a guess", f"nobody-{number}@example.com")
    assert sign_in(Client(), PASSWORD).status_code == 429
    assert sign_in(phone, PASSWORD).status_code == 302


def test_a_known_browser_has_a_limit_of_its_own_of_the_same_size(world):
    phone = Client()
    sign_in(phone, PASSWORD)
    phone.post("/accounts/logout/")
    guess_until_locked(phone)
    assert sign_in(phone, PASSWORD).status_code == 429
    assert sign_in(Client(), PASSWORD).status_code == 302


def test_a_browser_is_known_only_as_who_signed_in_there(world):
    """Nobody gets another try at Ana's account by an account of their own, or by a cookie that they made up."""
    stranger = Client(**ELSEWHERE)
    sign_in(stranger, PASSWORD, world.sam.email)
    stranger.post("/accounts/logout/")
    guess_until_locked(stranger)
    assert sign_in(stranger, PASSWORD).status_code == 429
    stranger.cookies["known_browser"] = "made-up.0000:1:forged"
    assert sign_in(stranger, PASSWORD).status_code == 429


def test_another_host_or_port_is_no_other_account(world):
    for port in range(5):
        sign_in(Client(), "a guess", HTTP_HOST=f"localhost:{port + 1}")
    assert sign_in(Client(), PASSWORD, HTTP_HOST="127.0.0.1").status_code == 429


def test_signing_in_oneself_forgets_no_guess_of_the_same_network(world):
    for _ in range(5):
        sign_in(Client(), "a guess", "nobody@example.com")
    before = sorted(RateLimitCounter.objects.values_list("used", flat=True))
    assert sign_in(Client(), PASSWORD).status_code == 302
    after = sorted(RateLimitCounter.objects.exclude(used=0).values_list("used", flat=True))
    assert after == [*before[:-1], before[-1] + 1]  # signing in at all is counted, whether it was right or wrong


def test_a_new_password_can_be_used_where_it_was_set(world):
    guess_until_locked(Client(**ELSEWHERE))
    phone = Client()
    phone.post("/accounts/password/reset/", {"email": ANA})
    [link] = re.findall(r"http://testserver(/accounts/password/reset/key/\S+)", sent_letters()[-1].body)
    form = phone.get(link)["Location"]
    phone.post(form, {"password1": "a kite over the sea", "password2": "a kite over the sea"})
    assert sign_in(Client(), "a kite over the sea").status_code == 429
    assert sign_in(phone, "a kite over the sea").status_code == 302


def test_a_mailed_code_is_guessed_at_three_times_however_many_guess_at_once(world):
    """Requests that arrive together have all read the session as it was before the first of them."""
    phone = Client()
    phone.post("/accounts/login/code/", {"email": ANA})
    code, session = mailed_code(), Session.objects.get(session_key=phone.session.session_key)
    answers = []
    for guess in ["WRNG-2345"] * 4 + [code]:
        session.save()
        answers.append(phone.post("/accounts/login/code/confirm/", {"code": guess}).status_code)
    assert answers == [422, 422, 422, 429, 429]
    assert phone.get("/families/").status_code == 302


@pytest.mark.parametrize("path", ["login/", "signup/", "password/reset/", "login/code/"])
def test_a_page_that_nobody_signed_in_for_writes_nothing(db, path):
    with CaptureQueriesContext(connection) as queries:
        assert Client().get(f"/accounts/{path}").status_code == 200
    assert [query["sql"] for query in queries if WRITES.match(query["sql"])] == []
    assert len(queries) == 0


def test_what_is_refused_costs_a_stranger_few_queries_and_writes_nothing(world):
    guess_until_locked(Client())
    for _ in range(24):
        sign_in(Client(), "a guess")
    with CaptureQueriesContext(connection) as queries:
        assert sign_in(Client(), "a guess").status_code == 429
    assert [query["sql"] for query in queries if WRITES.match(query["sql"])] == []
    assert len(queries) == 1


def test_an_allauth_that_counts_otherwise_is_refused(monkeypatch):
    monkeypatch.setattr(ratelimit, "_consume_single_rate", lambda _request, _everything: None)
    with pytest.raises(ImproperlyConfigured, match="_consume_single_rate"):
        sign_in_limits.install()
    monkeypatch.delattr(ratelimit, "_consume_single_rate")
    with pytest.raises(ImproperlyConfigured, match="_consume_single_rate"):
        sign_in_limits.install()


def test_a_form_that_was_refused_can_be_sent_again_as_it_was_mended(world, ana):
    token = ana.get("time_off", world.riveras.id).value_of("form_token")
    ana.post("time_off", world.riveras.id, status=422, from_date="2026-06-08", form_token=token)
    whole = {"from_date": "2026-06-08", "to_date": "2026-06-08", "form_token": token}
    assert not ana.press("time_off", world.riveras.id, **whole).says("This was already sent")
    assert ana.press("time_off", world.riveras.id, **whole).says("This was already sent")


def test_a_form_whose_act_broke_can_be_sent_again(world, ana, monkeypatch):
    create, token = children.create, "a-form-of-ana"

    def broken(*args, **options):
        raise ZeroDivisionError

    monkeypatch.setattr(children, "create", broken)
    form = {"first_name": "Newborn", "form_token": token}
    with pytest.raises(ZeroDivisionError):
        ana.post("new_child", world.riveras.id, **form)
    monkeypatch.setattr(children, "create", create)
    assert not ana.press("new_child", world.riveras.id, **form).says("This was already sent")
    assert ana.press("new_child", world.riveras.id, **form).says("This was already sent")
