"""Secrets in the database: which keys open them, and for whom."""

import base64
import hashlib
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet

from handsel.access import encryption
from handsel.access.encrypted_columns import COLUMNS, IN_NO_COLUMN
from handsel.access.encryption import Secret, decrypt, encrypt
from handsel.env import new_encryption_key

pytestmark = pytest.mark.no_database

NOOR, BEA = uuid4(), uuid4()


def encrypted_before(text: str, secret: Secret, signing_key: str) -> str:
    """As 0.1.0 did."""
    key = hashlib.sha256(f"handsel {secret} {signing_key}".encode()).digest()
    return Fernet(base64.urlsafe_b64encode(key)).encrypt(text.encode()).decode()


def test_a_value_opens_for_its_owner_and_its_kind_alone():
    value = encrypt("kites", Secret.KEPT_FORM, NOOR)
    assert "kites" not in value
    assert decrypt(value, Secret.KEPT_FORM, NOOR) == "kites"
    assert decrypt(value, Secret.KEPT_FORM, BEA) is None
    assert decrypt(value, Secret.LETTER, NOOR) is None
    assert encrypt("kites", Secret.KEPT_FORM, NOOR) != value


def test_what_was_changed_opens_nothing():
    value = encrypt("kites", Secret.LETTER, NOOR)
    for spoilt in (value[:-2], f"{value}A", f"{value}ä", "", "1.", value.upper(), value[:16]):
        assert decrypt(spoilt, Secret.LETTER, NOOR) is None


def test_the_first_key_encrypts_and_each_decrypts(settings):
    old, new = new_encryption_key(), new_encryption_key()
    settings.ENCRYPTION_KEYS = [old]
    value = encrypt("kites", Secret.LETTER, NOOR)
    settings.ENCRYPTION_KEYS = [new, old]
    assert decrypt(value, Secret.LETTER, NOOR) == "kites"
    newer = encrypt("kites", Secret.LETTER, NOOR)
    assert newer.startswith(encryption.prefixes()[0])
    settings.ENCRYPTION_KEYS = [new]
    assert decrypt(newer, Secret.LETTER, NOOR) == "kites"
    assert decrypt(value, Secret.LETTER, NOOR) is None


def test_the_signing_key_opens_nothing_but_what_was_there_before_the_keys(settings):
    value = encrypt("kites", Secret.LETTER, NOOR)
    before = encrypted_before("kites", Secret.LETTER, settings.SECRET_KEY)
    assert decrypt(before, Secret.LETTER, NOOR) == "kites"
    assert decrypt(before, Secret.KEPT_FORM, NOOR) is None
    settings.SECRET_KEY = "another key" * 5
    assert decrypt(before, Secret.LETTER, NOOR) is None
    assert decrypt(value, Secret.LETTER, NOOR) == "kites"


def test_a_server_that_runs_takes_up_a_new_key_of_the_file(settings, tmp_path):
    settings.ENCRYPTION_KEYS = tmp_path / "encryption_keys"
    old, new = new_encryption_key(), new_encryption_key()
    settings.ENCRYPTION_KEYS.write_text(old)
    value = encrypt("kites", Secret.LETTER, NOOR)
    (tmp_path / "draft").write_text(f"{new}\n{old}\n")
    (tmp_path / "draft").replace(settings.ENCRYPTION_KEYS)
    newer = encrypt("kites", Secret.LETTER, NOOR)
    assert decrypt(value, Secret.LETTER, NOOR) == decrypt(newer, Secret.LETTER, NOOR) == "kites"
    assert newer.partition(".")[2] != value.partition(".")[2]
    assert not newer.startswith(value[:14])


def test_every_kind_of_secret_is_encrypted_anew_with_new_keys():
    assert {column.secret for column in COLUMNS} | IN_NO_COLUMN == set(Secret)
