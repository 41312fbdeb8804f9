"""Founding a family and changing its settings."""

from decimal import Decimal

import pytest

from handsel.access import visibility
from handsel.actions import families
from handsel.models import CareSession, Event, Family, Member
from handsel.rules.drafts import Draft
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible, VersionConflict
from handsel.rules.roles import Capability, Role
from tests.world import LONG_AGO, NOW, ON_THE_WEB

DRAFT = {"name": "Riveras by the sea", "time_zone": "Europe/Lisbon", "currency": "EUR"}


def test_who_founds_a_family_is_its_parent_unless_they_say_otherwise(world):
    family = families.create(Draft.of(**DRAFT), by=world.sam, **ON_THE_WEB)
    member = Member.objects.get(family=family)
    assert (member.user, member.role, member.is_founder, member.joined_at) == (world.sam, Role.PARENT, False, NOW)
    assert (family.name, family.time_zone, family.currency) == ("Riveras by the sea", "Europe/Lisbon", "EUR")
    assert (family.default_hourly_rate, family.address, family.version) == (None, "", 1)


def test_noor_founds_a_family_and_is_in_charge_of_it(world):
    family = families.create(Draft.of(**DRAFT, role=Role.NANNY), by=world.noor, **ON_THE_WEB)
    standing = visibility.standing(world.noor, family.id)
    assert standing.in_charge
    assert standing.may(Capability.INVITE)
    assert standing.may(Capability.CONFIRM)


def test_a_coordinator_may_found_a_family_but_who_only_reads_may_not(world):
    family = families.create(Draft.of(**DRAFT, role=Role.COORDINATOR), by=world.sam, **ON_THE_WEB)
    assert visibility.standing(world.sam, family.id).role is Role.COORDINATOR
    with pytest.raises(Invalid) as refusal:
        families.create(Draft.of(**DRAFT, role=Role.VIEWER), by=world.sam, **ON_THE_WEB)
    assert list(refusal.value.errors) == ["role"]


def test_founding_leaves_one_line_in_the_new_history(world):
    family = families.create(
        Draft.of(**DRAFT, default_hourly_rate=Decimal("22.5"), notes="Mind the dog."), by=world.sam, **ON_THE_WEB
    )
    event = Event.objects.get(family=family)
    assert (event.kind, event.by.user, event.at, event.source) == ("family.created", world.sam, NOW, "WEB")
    assert event.changes == {
        "name": [None, "Riveras by the sea"],
        "time_zone": [None, "Europe/Lisbon"],
        "currency": [None, "EUR"],
        "default_hourly_rate": [None, "22.50"],
        "notes": [None, "Mind the dog."],
        "role": [None, "PARENT"],
    }


def test_everything_that_is_missing_or_wrong_is_said_at_once_and_nothing_is_written(world):
    draft = Draft({"name": None, "role": Role.VIEWER}, {"currency": "Choose a currency."})
    with pytest.raises(Invalid) as refusal:
        families.create(draft, by=world.sam, **ON_THE_WEB)
    assert refusal.value.errors.keys() == {"name", "time_zone", "currency", "role"}
    assert refusal.value.errors["currency"] == "Choose a currency."
    assert Family.objects.count() == 2


def test_ana_changes_the_settings_and_history_keeps_old_beside_new(world):
    draft = Draft.of(name="The Riveras", default_hourly_rate=Decimal("27.00"), address=None)
    family = families.update(world.riveras.id, draft, by=world.ana, version=1, **ON_THE_WEB)
    family.refresh_from_db()
    assert (family.name, family.default_hourly_rate, family.version) == ("The Riveras", Decimal("27.00"), 2)
    event = world.last_event(world.riveras)
    assert event.kind == "family.updated"
    assert event.changes == {"name": ["Riveras", "The Riveras"], "default_hourly_rate": ["25.00", "27.00"]}


def test_the_same_values_again_are_no_change(world):
    draft = Draft.of(name="Riveras", default_hourly_rate=Decimal(25), notes="")
    assert families.update(world.riveras.id, draft, by=world.ana, **ON_THE_WEB).version == 1
    assert world.history(world.riveras) == []


def test_a_new_time_zone_moves_no_session(world):
    session = world.session("2026-06-02 09:00")
    families.update(world.riveras.id, Draft.of(time_zone="America/Los_Angeles"), by=world.luis, **ON_THE_WEB)
    before = (session.scheduled_start, session.scheduled_end, "America/New_York", 1, LONG_AGO)
    session.refresh_from_db()
    now = (session.scheduled_start, session.scheduled_end, session.time_zone, session.version, session.updated_at)
    assert now == before


def test_the_currency_stays_once_a_session_is_priced_in_it(world):
    dollars, euros = Draft.of(currency="USD", name="The Riveras"), Draft.of(currency="EUR")
    unpaid = world.session(hourly_rate=None)
    assert families.update(world.riveras.id, euros, by=world.ana, **ON_THE_WEB).currency == "EUR"
    assert families.update(world.riveras.id, dollars, by=world.ana, **ON_THE_WEB).currency == "USD"
    CareSession.objects.filter(pk=unpaid.pk).update(hourly_rate="25.00")
    world.session(family=world.okafors)
    with pytest.raises(Invalid) as refusal:
        families.update(world.riveras.id, euros, by=world.ana, **ON_THE_WEB)
    assert refusal.value.errors == {"currency": "Sessions are priced in USD already."}
    assert families.update(world.riveras.id, dollars, by=world.ana, **ON_THE_WEB).version == 3


def test_who_saw_an_older_version_is_told_so(world):
    families.update(world.riveras.id, Draft.of(name="The Riveras"), by=world.ana, **ON_THE_WEB)
    with pytest.raises(VersionConflict):
        families.update(world.riveras.id, Draft.of(name="Casa Rivera"), by=world.luis, version=1, **ON_THE_WEB)


def test_a_family_keeps_a_name_a_zone_and_a_currency(world):
    draft = Draft.of(name=None, time_zone=None, currency=None, notes=None)
    with pytest.raises(Invalid) as refusal:
        families.update(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)
    assert refusal.value.errors.keys() == {"name", "time_zone", "currency"}


def test_settings_are_for_the_family_and_for_a_nanny_in_charge(world):
    draft = Draft.of(name="Mine")
    for person in (world.noor, world.join(world.riveras, Role.VIEWER).user):
        with pytest.raises(NotAllowed):
            families.update(world.riveras.id, draft, by=person, **ON_THE_WEB)
    for person in (world.sam, world.ada):
        with pytest.raises(NotVisible):
            families.update(world.riveras.id, draft, by=person, **ON_THE_WEB)
    coordinator = world.join(world.riveras, Role.COORDINATOR).user
    assert families.update(world.riveras.id, draft, by=coordinator, **ON_THE_WEB).name == "Mine"
    of_noor = families.create(Draft.of(**DRAFT, role=Role.NANNY), by=world.noor, **ON_THE_WEB)
    assert families.update(of_noor.id, draft, by=world.noor, **ON_THE_WEB).name == "Mine"
