"""The table of routes is complete, and a text that leaks would be noticed."""

import re

import pytest
from django.apps import apps
from django.db import models

from handsel.models import (
    AccessLine,
    CalendarAddress,
    CalendarEntry,
    Erasure,
    Family,
    IdempotencyKey,
    IssuedDocument,
    Member,
    PayPeriod,
)
from handsel.rules.roles import Role
from tests.access.routes.api import API
from tests.access.routes.open_to_all import INVITATION, PUBLIC, SIGN_IN
from tests.access.routes.pages import PAGES
from tests.access.walk import addresses, operations

pytestmark = pytest.mark.any_database


def test_every_operation_is_in_the_table():
    assert {row.route for row in API} == set(operations())


def test_every_page_is_in_the_table():
    listed = {row.route.split()[1] for row in PAGES} | {route.split()[1] for route in PUBLIC}
    named = {name for name in addresses() if not name.startswith(("api:", "admin:"))}
    # The one without a name answers 404 to whatever else is asked below /api/.
    assert named == listed | set(SIGN_IN) | {INVITATION, "None"}


def test_what_is_served_below_the_api_is_what_the_openapi_file_says():
    served = {_camel_case(address) for name, address in addresses().items() if name.startswith("api:")}
    assert served == {path for _, path in operations().values()}


def _camel_case(address: str) -> str:
    return re.sub(r"_([a-z])(?=[a-z_]*})", lambda letter: letter[1].upper(), address)


def test_every_text_of_a_family_carries_its_canary(actors):
    """So that a text that leaks is seen, whichever it is."""
    for house in (actors["parent"].home, actors["parent"].next_door):
        for model in _models_of_a_family():
            whose = "pk" if model._meta.model_name == "family" else "family"
            rows = model.objects.filter(**{whose: house.things["family"].id})
            assert rows.exists(), model
            texts = set(_texts(model)) - {"request_id"}
            if model is Member and not rows.filter(role=Role.PARENT, removed_at=None).exists():
                texts.remove("phone")  # parents alone have one, and next door there is none yet
            if model is PayPeriod:
                texts.remove("reopen_ask")  # stands while somebody is asked, and the walk asks itself
            if model is IssuedDocument:
                texts.remove("sums")  # ids and amounts alone, and nothing until the files are dropped
            if model is Member:
                texts.remove("name_on_record")  # of who deleted their account, and here nobody did
            for field in texts:
                assert any(house.canary in str(value) for value in rows.values_list(field, flat=True)), (model, field)


def _models_of_a_family() -> list[type[models.Model]]:
    # A key keeps the answer for its own person alone, and not beyond the membership; an address is named by its person;
    # of a calendar by mail a hash is kept, and no words, and of looks and what is erased ids.
    wordless = {AccessLine, IdempotencyKey, CalendarAddress, CalendarEntry, Erasure}
    everything = set(apps.get_app_config("handsel").get_models()) - wordless
    return [Family, *(model for model in everything if any(field.name == "family" for field in model._meta.fields))]


def _texts(model: type[models.Model]) -> list[str]:
    coded = {"time_zone", "currency", "token_hash", "kind", "source", "answer", "dedup_key", "before"}
    coded |= {"language", "content_sha256", "sha256", "preset", "night", "cancellation_tiers"}
    coded |= {"lines", "weeks", "totals", "apart", "warnings", "policy_ids"}  # what approving stored was computed
    kinds = (models.CharField, models.TextField, models.JSONField)
    return [
        field.name
        for field in model._meta.fields
        if isinstance(field, kinds) and not field.choices and field.name not in coded | {"child_ids"}
    ]
