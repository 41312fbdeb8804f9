"""Children: added, their care notes kept, archived and never lost."""

from datetime import date
from uuid import uuid4

import pytest

from handsel.actions import children
from handsel.models import Child
from handsel.rules.drafts import Draft
from handsel.rules.refusals import Invalid, NotAllowed, NotVisible
from handsel.rules.roles import Role
from tests.world import NOW, ON_THE_WEB, wall

pytestmark = pytest.mark.any_database


def test_ana_adds_a_child_with_all_there_is_to_know(world):
    draft = Draft.of(
        first_name="Emma", last_name="Rivera", date_of_birth=date(2024, 2, 29), allergies="Nuts", medications=None
    )
    child = children.create(world.riveras.id, draft, by=world.ana, **ON_THE_WEB)
    child.refresh_from_db()
    assert (child.family, child.last_name, child.date_of_birth) == (world.riveras, "Rivera", date(2024, 2, 29))
    assert (child.allergies, child.medications, child.is_archived) == ("Nuts", "", False)
    event = world.last_event(world.riveras)
    assert event.kind == "child.created"
    assert event.changes == {
        "child_id": [None, str(child.id)],
        "first_name": [None, "Emma"],
        "last_name": [None, "Rivera"],
        "date_of_birth": [None, "2024-02-29"],
        "allergies": [None, "Nuts"],
    }


def test_noor_may_add_a_child_but_who_only_reads_may_not(world):
    assert children.create(world.okafors.id, Draft.of(first_name="Theo"), by=world.noor, **ON_THE_WEB).id
    viewer = world.join(world.okafors, Role.VIEWER).user
    with pytest.raises(NotAllowed):
        children.create(world.okafors.id, Draft.of(first_name="Theo"), by=viewer, **ON_THE_WEB)
    with pytest.raises(NotVisible):
        children.create(world.okafors.id, Draft.of(first_name="Theo"), by=world.ana, **ON_THE_WEB)


@pytest.mark.parametrize("name", [None, ""])
def test_a_child_has_a_first_name(world, name):
    with pytest.raises(Invalid) as refusal:
        children.create(world.riveras.id, Draft.of(first_name=name), by=world.ana, **ON_THE_WEB)
    assert list(refusal.value.errors) == ["first_name"]
    with pytest.raises(Invalid):
        children.create(world.riveras.id, Draft.of(), by=world.ana, **ON_THE_WEB)
    with pytest.raises(Invalid):
        children.update(world.emma.id, Draft.of(first_name=name), by=world.ana, **ON_THE_WEB)
    assert Child.objects.count() == 3


def test_born_today_is_fine_and_tomorrow_is_not_by_the_familys_calendar(world):
    late = {**ON_THE_WEB, "at": wall("2026-06-01 23:30")}  # already 2 June in UTC
    draft = Draft.of(first_name="Emma", date_of_birth=date(2026, 6, 1))
    assert children.create(world.riveras.id, draft, by=world.ana, **late).id
    draft = Draft({"first_name": "", "date_of_birth": date(2026, 6, 2)}, {"notes": "Too long."})
    with pytest.raises(Invalid) as refusal:
        children.create(world.riveras.id, draft, by=world.ana, **late)
    assert refusal.value.errors.keys() == {"first_name", "date_of_birth", "notes"}


def test_luis_changes_a_name_and_history_says_whose(world):
    children.update(world.emma.id, Draft.of(first_name="Renamed", notes=""), by=world.luis, **ON_THE_WEB)
    world.emma.refresh_from_db()
    assert world.emma.first_name == "Renamed"
    emma = str(world.emma.id)
    event = world.last_event(world.riveras)
    assert (event.kind, event.changes) == (
        "child.updated",
        {"child_id": [emma, emma], "first_name": ["Emma", "Renamed"]},
    )


def test_noor_keeps_the_care_notes_and_nothing_else(world):
    whole_form = {"first_name": "Emma", "last_name": "", "date_of_birth": None}
    draft = Draft.of(**whole_form, allergies="Nuts", medications="None", notes="Naps at noon.\nLoves bears.")
    child = children.update(world.emma.id, draft, by=world.noor, **ON_THE_WEB)
    assert (child.allergies, child.notes) == ("Nuts", "Naps at noon.\nLoves bears.")
    for forbidden in (
        Draft.of(first_name="Renamed", allergies="None"),
        Draft.of(date_of_birth=date(2024, 1, 1)),
        Draft({}, {"last_name": "Too long."}),
    ):
        with pytest.raises(NotAllowed):
            children.update(world.emma.id, forbidden, by=world.noor, **ON_THE_WEB)
    world.emma.refresh_from_db()
    assert (world.emma.first_name, world.emma.allergies) == ("Emma", "Nuts")


def test_who_only_reads_edits_nothing_and_a_stranger_sees_nothing(world):
    viewer = world.join(world.riveras, Role.VIEWER).user
    with pytest.raises(NotAllowed):
        children.update(world.emma.id, Draft.of(notes="Hello"), by=viewer, **ON_THE_WEB)
    for person in (world.sam, world.ada):
        with pytest.raises(NotVisible):
            children.update(world.emma.id, Draft.of(notes="Hello"), by=person, **ON_THE_WEB)
        with pytest.raises(NotVisible):
            children.delete(world.emma.id, by=person, **ON_THE_WEB)
    with pytest.raises(NotVisible):
        children.delete(uuid4(), by=world.ana, **ON_THE_WEB)


def test_the_same_values_again_are_no_change(world):
    children.update(world.emma.id, Draft.of(first_name="Emma", notes=None), by=world.ana, **ON_THE_WEB)
    assert world.history(world.riveras) == []


def test_a_child_that_nothing_names_is_deleted(world):
    children.delete(world.theo.id, by=world.ana, **ON_THE_WEB)
    assert not Child.objects.filter(id=world.theo.id).exists()
    event = world.last_event(world.riveras)
    assert event.kind == "child.deleted"
    assert event.changes == {"child_id": [str(world.theo.id), None], "first_name": ["Theo", None]}


@pytest.mark.parametrize("named_by", ["session", "schedule"])
def test_a_child_that_a_session_or_schedule_names_is_archived(world, named_by):
    getattr(world, named_by)(children=[world.theo])
    children.delete(world.theo.id, by=world.ana, **ON_THE_WEB)
    world.theo.refresh_from_db()
    assert world.theo.archived_at == NOW
    children.delete(world.theo.id, by=world.ana, **ON_THE_WEB)
    assert world.history(world.riveras) == ["child.archived"]


def test_a_nanny_in_charge_may_archive_but_another_may_not(world):
    with pytest.raises(NotAllowed):
        children.delete(world.theo.id, by=world.noor, **ON_THE_WEB)
    world.leave(world.ada_of_okafors)
    world.noor_of_okafors.is_founder = True
    world.noor_of_okafors.save()
    children.delete(world.zuri.id, by=world.noor, **ON_THE_WEB)
    assert world.history(world.okafors) == ["child.deleted"]


def test_a_nannys_misspelt_field_is_a_mistake_and_no_overreach(world):
    draft = Draft({"notes": "Naps at noon."}, {"?alergies": "There is no such field here."})
    with pytest.raises(Invalid):
        children.update(world.emma.id, draft, by=world.noor, **ON_THE_WEB)
