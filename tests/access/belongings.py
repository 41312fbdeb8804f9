"""What belongs to a person, one of each kind, whichever families they are in."""

import json
from typing import Any
from uuid import uuid4

from allauth.usersessions.models import UserSession
from django.utils import timezone

from handsel.access import encryption, tokens
from handsel.access.encryption import Secret
from handsel.models import ApiToken, CalendarAddress, Device, OutsideCalendar, TaxIdentity, User
from tests.access.routes.bodies import BROWSER


def of_their_own(person: User) -> dict[str, Any]:
    return {
        "key": _key(person),
        "address": _address(person),
        "outside calendar": _outside(person),
        "device": _device(person),
        "tax identity": _tax_identity(person),
        "sign-in": _sign_in(person),
    }


def _sign_in(person: User) -> UserSession:
    """With an id that no other number on a page is like."""
    number = 10**15 + uuid4().int % 10**15
    return UserSession.objects.create(pk=number, user=person, ip="198.51.100.7", session_key=uuid4().hex)


def _key(person: User) -> ApiToken:
    return ApiToken.objects.create(
        person=person, name="spare", scope="read", token_hash=tokens.hash_of(str(uuid4())), created_at=timezone.now()
    )


def _device(person: User) -> Device:
    """Which is never rung: it lies where nothing is sent to."""
    return Device.objects.create(
        person=person,
        name="spare",
        endpoint="https://127.0.0.1/ring",
        endpoint_hash=tokens.hash_of(str(uuid4())),
        p256dh=BROWSER["p256dh"],
        auth=BROWSER["auth"],
        created_at=timezone.now(),
    )


def _address(person: User) -> CalendarAddress:
    return CalendarAddress.objects.create(
        person=person, name="spare", secret_hash=tokens.hash_of(str(uuid4())), created_at=timezone.now()
    )


def _tax_identity(person: User) -> TaxIdentity:
    """One for each person, whom the houses may furnish twice."""
    values = {"kind": "OTHER", "number": f"number {person.id}"[:32], "legal_name": person.name, "address": ""}
    encrypted = encryption.encrypt(json.dumps(values), Secret.TAX_IDENTITY, person.id)
    row, _ = TaxIdentity.objects.get_or_create(
        person=person, defaults={"encrypted": encrypted, "changed_at": timezone.now()}
    )
    return row


def _outside(person: User) -> OutsideCalendar:
    address = "https://calendar.example.com/of-their-own.ics"
    encrypted_address = encryption.encrypt(address, Secret.OUTSIDE_CALENDAR, person.id)
    now = timezone.now()
    return OutsideCalendar.objects.create(
        person=person, name="spare", encrypted_address=encrypted_address, created_at=now, next_at=now
    )
