"""Encrypting anew: all that is secret in the database, also while others write there."""

import json
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import call_command
from django.db import connection

from handsel import env
from handsel.access import encrypted_columns, encryption
from handsel.access.encrypted_columns import COLUMNS
from handsel.access.encryption import Secret
from handsel.actions import account_letters, encryption_keys, kept_forms, outside_calendars, tax_identities
from handsel.actions.kept_forms import Form
from handsel.env import new_encryption_key
from handsel.management import setup
from handsel.models import Delivery, KeptForm, OutsideCalendar, TaxIdentity
from handsel.queries import health
from handsel.rules.drafts import Draft
from handsel.rules.outside_calendars import Reading, Remarks
from handsel.rules.tax_numbers import TaxNumberKind
from tests.access.test_encryption import encrypted_before
from tests.world import NOW, ON_THE_WEB, World

ADDRESS = "https://calendar.example.com/secret-of-noor.ics"


def second_step(world: World, kind: str, key: str, text: str) -> Authenticator:
    encrypted = encryption.encrypt(text, Secret.SECOND_STEP, world.noor.id)
    return Authenticator.objects.create(user=world.noor, type=kind, data={key: encrypted, "used_mask": 5})


def fill(world: World) -> None:
    """One secret in every column."""
    second_step(world, "totp", "secret", "the app")
    second_step(world, "recovery_codes", "seed", "the codes")
    outside_calendars.add(Draft.of(name="Private", address=ADDRESS), by=world.noor, **ON_THE_WEB)
    reading = Reading([], "", "", Remarks(unread=1, titles=["Choir"]))
    outside_calendars.keep(outside_calendars.claim(NOW), reading, at=NOW)
    kept_forms.keep(Form("/x/", (("note", "kites"),)), person_id=world.noor.id, at=NOW)
    number = Draft.of(kind=TaxNumberKind.SSN, number="912-34-5678", legal_name="Noor Haddad")
    tax_identities.put(number, by=world.noor, **ON_THE_WEB)
    account_letters.queue("noor@example.org", "Code", "123456", lasts=timedelta(hours=1), at=NOW)


def stored() -> list[str]:
    values = []
    for column in COLUMNS:
        for row in column.filled():
            value = getattr(row, column.name)
            values.append(value[column.json_key] if column.json_key else value)
    return values


def opened() -> list[str | None]:
    texts = []
    for column in COLUMNS:
        for row in column.filled():
            value = getattr(row, column.name)
            value = value[column.json_key] if column.json_key else value
            texts.append(encryption.decrypt(value, column.secret, getattr(row, column.owner)))
    return texts


def test_all_is_encrypted_anew_and_reads_as_before(world, settings):
    old, new = new_encryption_key(), new_encryption_key()
    settings.ENCRYPTION_KEYS = [old]
    fill(world)
    texts = opened()
    assert len(texts) == len(COLUMNS)
    settings.ENCRYPTION_KEYS = [new, old]
    assert encryption_keys.rotate() == encryption_keys.Rotation(renewed=7, unreadable=0)
    assert encryption_keys.rotate().renewed == 0
    settings.ENCRYPTION_KEYS = [new]
    assert opened() == texts
    assert [data["used_mask"] for data in Authenticator.objects.values_list("data", flat=True)] == [5, 5]


def test_what_the_signing_key_encrypted_is_carried_over(world, settings):
    address = encrypted_before(ADDRESS, Secret.OUTSIDE_CALENDAR, settings.SECRET_KEY)
    OutsideCalendar.objects.create(
        person=world.noor, name="Private", encrypted_address=address, created_at=NOW, next_at=NOW
    )
    app = encrypted_before("the app", Secret.SECOND_STEP, settings.SECRET_KEY)
    Authenticator.objects.create(user=world.noor, type="totp", data={"secret": app})
    assert encrypted_columns.unreadable() == 0
    assert opened() == ["the app", ADDRESS]
    assert encryption_keys.rotate().renewed == 2
    settings.SECRET_KEY = "another key" * 5
    assert opened() == ["the app", ADDRESS]


def test_what_no_key_opens_is_counted_and_stays(world, settings):
    fill(world)
    values = stored()
    settings.ENCRYPTION_KEYS = [new_encryption_key()]
    assert encrypted_columns.unreadable() == 7
    assert encryption_keys.rotate() == encryption_keys.Rotation(renewed=0, unreadable=7)
    assert stored() == values


def test_a_row_copied_to_another_person_opens_nothing(world, settings):
    fill(world)
    Authenticator.objects.update(user=world.bea)
    OutsideCalendar.objects.update(person=world.bea)
    KeptForm.objects.update(person=world.bea)
    TaxIdentity.objects.update(person=world.bea)
    assert opened()[:6] == [None] * 6


def test_what_changes_meanwhile_is_left_and_looked_at_again(world, settings, monkeypatch):
    old, new = new_encryption_key(), new_encryption_key()
    settings.ENCRYPTION_KEYS = [old]
    fill(world)
    later = encryption.encrypt(json.dumps(["/y/", []]), Secret.KEPT_FORM, world.noor.id)
    settings.ENCRYPTION_KEYS = [new, old]
    encrypt = encryption.encrypt

    def overtaken(text: str, secret: Secret, owner: object) -> str:
        if secret == Secret.KEPT_FORM and "/x/" in text:
            KeptForm.objects.update(encrypted=later)
        return encrypt(text, secret, owner)

    monkeypatch.setattr(encryption_keys.encryption, "encrypt", overtaken)
    assert encryption_keys.rotate().renewed == 7
    settings.ENCRYPTION_KEYS = [new]
    assert kept_forms.get(KeptForm.objects.get().id, by=world.noor, at=NOW) == Form("/y/", ())


def test_an_operator_makes_a_new_key_and_sees_what_none_opens(world, settings, tmp_path, capsys, caplog):
    settings.ENVIRONMENT = env.read({"HANDSEL_DATA_DIR": str(tmp_path)}, tmp_path)
    settings.ENCRYPTION_KEYS = file = settings.ENVIRONMENT.key_file()
    fill(world)
    call_command("rotate_keys", "--new")
    assert capsys.readouterr().out == "Encrypted anew with the newest key: 7.\n"
    assert encrypted_columns.unreadable() == health.status(NOW).unreadable_secrets == 0
    caplog.clear()
    setup.refuse_other_keys()
    assert caplog.text == ""
    file.write_text(env.new_encryption_key())
    with pytest.raises(SystemExit, match="7 could not be read with any key, and stay as they are"):
        call_command("rotate_keys")
    assert health.status(NOW).unreadable_secrets == 7


def test_a_machine_whose_keys_open_nothing_does_not_start_beside_the_others(world, settings, tmp_path, caplog):
    told = "7 secrets in the database were encrypted with a key that is not here"
    ours = new_encryption_key()
    settings.ENCRYPTION_KEYS = [ours]
    fill(world)
    settings.ENCRYPTION_KEYS = [new_encryption_key()]
    if connection.vendor == "postgresql":
        with pytest.raises(SystemExit, match=f"^handsel: {told}.*HANDSEL_ENCRYPTION_KEYS.*HANDSEL_LOST_KEYS=1"):
            setup.refuse_other_keys()
        settings.ENVIRONMENT = env.read({"HANDSEL_LOST_KEYS": "1", "HANDSEL_DATA_DIR": str(tmp_path)}, tmp_path)
    setup.refuse_other_keys()
    assert told in caplog.text
    # From the first secret on that it encrypted itself it starts as before.
    settings.ENVIRONMENT = env.read({"HANDSEL_DATA_DIR": str(tmp_path)}, tmp_path)
    account_letters.queue("noor@example.org", "Code", "1", lasts=timedelta(hours=1), at=NOW)
    caplog.clear()
    setup.refuse_other_keys()
    assert told in caplog.text
    settings.ENCRYPTION_KEYS += [ours]
    caplog.clear()
    setup.refuse_other_keys()
    assert caplog.text == ""


def test_who_stops_it_goes_on_later(world, settings, monkeypatch):
    old, new = new_encryption_key(), new_encryption_key()
    settings.ENCRYPTION_KEYS = [old]
    for number in range(5):
        account_letters.queue("noor@example.org", "Code", str(number), lasts=timedelta(hours=1), at=NOW)
    settings.ENCRYPTION_KEYS = [new, old]
    monkeypatch.setattr(encryption_keys, "_BATCH", 2)
    encrypt, calls = encryption.encrypt, []

    def stopped(*secret: object) -> str:
        calls.append(secret)
        if len(calls) == 4:
            raise KeyboardInterrupt
        return encrypt(*secret)

    with monkeypatch.context() as patch:
        patch.setattr(encryption_keys.encryption, "encrypt", stopped)
        with pytest.raises(KeyboardInterrupt):
            encryption_keys.rotate()
    connection.ensure_connection()
    assert encryption_keys.rotate().renewed in (2, 3, 5)
    settings.ENCRYPTION_KEYS = [new]
    letters = [account_letters.read(row) for row in Delivery.objects.order_by("id")]
    assert [letter[2] for letter in letters] == ["0", "1", "2", "3", "4"]
