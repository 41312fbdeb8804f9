"""Forms over something that exists save what was changed, undo nobody's change, and ask where two changed one field."""

import inspect
import pkgutil
import re
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from handsel.actions import care_sessions, children
from handsel.models import Child, Event, User
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.web import forms
from handsel.web.forms import edits
from tests.models.broken_pay import a_policy
from tests.web.fields import fields_of, forms_of
from tests.web.visitor import Page, Visitor
from tests.world import ON_THE_WEB, World, wall

pytestmark = pytest.mark.any_database


@dataclass(frozen=True)
class Place:
    """A page with a form: who opens it, who else, where, what it is about; to what the other one changes a field, to
    what its person does, and to what a third change does; what they change in another field; what has to be sent.
    """

    person: str
    other: str
    route: str
    about: str
    theirs: dict[str, Any]
    mine: dict[str, Any]
    third: dict[str, Any]
    aside: dict[str, Any] = field(default_factory=dict)
    needed: dict[str, Any] = field(default_factory=dict)


HAT = {"notes": "Hat"}
PLACES = {
    "SessionForm": Place(
        "ana", "luis", "edit_session", "session", {"ends": "13:00"}, {"ends": "14:00"}, {"ends": "15:00"}, HAT
    ),
    "SessionForm, children": Place(
        "ana",
        "luis",
        "edit_session",
        "session",
        {"child_ids": ["$emma", "$theo"]},
        {"child_ids": ["$theo"]},
        {"child_ids": ["$emma"]},
        HAT,
    ),
    "CorrectionForm": Place(
        "noor",
        "ana",
        "edit_session",
        "completed",
        {"actual_end": "2026-05-29T14:10"},
        {"actual_end": "2026-05-29T14:20"},
        {"actual_end": "2026-05-29T13:10"},
        HAT,
        {"reason": "Forgotten"},
    ),
    "CancelledForm": Place(
        "noor",
        "ana",
        "edit_session",
        "cancelled",
        {"cancel_reason": "Fever."},
        {"cancel_reason": "Flu."},
        {"cancel_reason": "Cold."},
        HAT,
    ),
    "NotesForm": Place(
        "noor", "ana", "edit_session", "running", {"notes": "Fever."}, {"notes": "Flu."}, {"notes": "Cold."}
    ),
    "ScheduleForm": Place(
        "noor", "ana", "edit_schedule", "schedule", {"name": "Early"}, {"name": "Dawn"}, {"name": "Emma"}, HAT
    ),
    "ScheduleForm, days": Place(
        "noor",
        "ana",
        "edit_schedule",
        "schedule",
        {"days_of_week": ["MONDAY", "TUESDAY"]},
        {"days_of_week": ["FRIDAY"]},
        {"days_of_week": ["MONDAY"]},
        HAT,
    ),
    "FamilySettingsForm": Place(
        "ana",
        "luis",
        "edit_family",
        "family",
        {"address": "4 Elm Road"},
        {"address": "3 Elm Road"},
        {"address": ""},
        HAT,
    ),
    "ChildForm": Place(
        "ana", "noor", "child", "child", {"allergies": "Peanuts"}, {"allergies": "Nuts"}, {"allergies": ""}, HAT
    ),
    "CareNotesForm": Place(
        "noor", "ana", "child", "child", {"allergies": "Sesame"}, {"allergies": "Nuts"}, {"allergies": ""}, HAT
    ),
    "PayTermsForm": Place(
        "ana",
        "luis",
        "edit_pay_terms",
        "policy",
        {"weekly_overtime_after": "40"},
        {"weekly_overtime_after": "44"},
        {"weekly_overtime_after": ""},
        {"minimum_minutes": "2"},
    ),
    "PhoneForm": Place(
        "ana",
        "ana",
        "phone",
        "family",
        {"phone": "+1 555 010 0199"},
        {"phone": "+1 555 010 0188"},
        {"phone": "+1 555 010 0177"},
    ),
    "SettingsForm": Place(
        "ana", "ana", "settings", "", {"name": "Anna"}, {"name": "Ana R."}, {"name": "A."}, {"hour_cycle": "24"}
    ),
    "NoticesForm": Place(
        "ana",
        "ana",
        "notices",
        "",
        {"quiet_from": "21:00", "quiet_until": "06:00"},
        {"quiet_from": "22:00", "quiet_until": "06:00"},
        {"quiet_from": "20:00"},
        {"mails_together": "yes"},
    ),
}


class FormPage:
    """A page with a form that somebody has open, and what they type into it."""

    def __init__(self, visitor: Visitor, address: str) -> None:
        self.visitor, self.address = visitor, address
        self.page = Page(visitor.client.get(address))
        self.fields = fields_of(self.page.html, "shown")

    def type(self, typed: dict[str, Any]) -> "FormPage":
        self.fields |= typed
        return self

    def save(self, status: int = 302) -> Page:
        """Press Save, a second time where a schedule shows first what it means; what comes back is the page now."""
        body = urlencode(self.fields, doseq=True)
        response = self.visitor.client.post(self.address, body, content_type="application/x-www-form-urlencoded")
        page = Page(response)
        if response.status_code == 200 and "seen" in self.fields:
            self.fields = fields_of(page.html, "shown")
            return self.save(status)
        assert response.status_code == status, f"{response.status_code}: {page.text[:500]}"
        if status != 302:
            self.page, self.fields = page, fields_of(page.html, "shown")
        return page


@pytest.fixture(params=sorted(PLACES))
def place(request) -> Place:
    return PLACES[request.param]


@pytest.fixture
def open_page(world: World, place: Place, settings):
    """Open the page of the form, as its person or the other one: each time another browser."""
    settings.MAIL_IS_SET_UP = True
    args = [_thing(world, place.about)] if place.about else []
    address = reverse(f"web:{place.route}", args=args)

    def opened(name: str) -> FormPage:
        return FormPage(Visitor(User.objects.get(email=f"{name}@example.com")), address).type(place.needed)

    return opened


def _thing(world: World, about: str) -> Any:
    match about:
        case "family":
            return world.riveras.id
        case "child":
            return world.emma.id
        case "policy":
            return a_policy(world).id
        case "schedule":
            return world.schedule().id
        case "session":
            return world.session("2026-06-02 08:00", hours=4).id
        case "completed":
            return world.session("2026-05-29 06:00", state=State.COMPLETED).id
        case "running":
            return world.session("2026-06-01 06:00", state=State.IN_PROGRESS).id
        case "cancelled":
            return world.session("2026-06-09 06:00", state=State.CANCELLED).id
    raise AssertionError(about)


def _named(world: World, typed: dict[str, Any]) -> dict[str, Any]:
    ids = {"$emma": str(world.emma.id), "$theo": str(world.theo.id)}
    return {
        name: [ids.get(item, item) for item in value] if isinstance(value, list) else value
        for name, value in typed.items()
    }


def shows(page: FormPage, typed: dict[str, Any]) -> bool:
    return all(page.fields.get(name, "") == value for name, value in typed.items())


def _choices(page: Page) -> set[str]:
    return set(re.findall(r'name="(choice-[a-z_]+)"', page.html))


def test_of_two_changes_neither_is_undone_before_somebody_chose(world, place, open_page):
    """What was changed in another field is saved beside it; a second Save takes nothing back."""
    theirs, mine = open_page(place.other), open_page(place.person)
    theirs.type(_named(world, place.theirs)).save()
    events = Event.objects.count()
    mine.type(_named(world, place.mine) | place.aside)
    for _ in range(2):
        page = mine.save(412)
        assert page.text.count("Somebody else changed this meanwhile. Choose which to keep.") == 1
        assert shows(mine, _named(world, place.mine) | place.aside)
        assert shows(open_page(place.person), _named(world, place.theirs))
    assert Event.objects.count() == events
    mine.type(dict.fromkeys(_choices(page), "theirs")).save()
    now = open_page(place.person)
    assert shows(now, _named(world, place.theirs) | place.aside)


def test_ones_own_holds_where_that_is_chosen_and_a_third_change_asks_anew(world, place, open_page):
    theirs, mine = open_page(place.other), open_page(place.person)
    theirs.type(_named(world, place.theirs)).save()
    choices = _choices(mine.type(_named(world, place.mine)).save(412))
    open_page(place.other).type(_named(world, place.third)).save()
    page = mine.type(dict.fromkeys(choices, "mine")).save(412)
    assert _choices(page) == choices
    mine.type(dict.fromkeys(choices, "mine")).save()
    assert shows(open_page(place.person), _named(world, place.mine))


def test_an_allergy_that_was_added_meanwhile_stays(world):
    """Ana's page is from before it, and what she changes are the notes."""
    Child.objects.filter(pk=world.emma.pk).update(allergies="Peanuts.")
    ana = FormPage(Visitor(world.ana), reverse("web:child", args=[world.emma.id]))
    children.update(world.emma.id, Draft.of(allergies="Peanuts AND sesame."), by=world.noor, **ON_THE_WEB)
    ana.type({"notes": "Only the notes."}).save()
    world.emma.refresh_from_db()
    assert (world.emma.allergies, world.emma.notes) == ("Peanuts AND sesame.", "Only the notes.")
    assert world.last_event(world.riveras).changes.keys() == {"child_id", "notes"}


def test_an_end_that_was_moved_meanwhile_is_not_moved_back(world):
    session = world.session("2026-06-02 08:00", hours=4)
    ana = FormPage(Visitor(world.ana), reverse("web:edit_session", args=[session.id]))
    care_sessions.update(session.id, Draft.of(scheduled_end=wall("2026-06-02 13:00")), by=world.luis, **ON_THE_WEB)
    ana.type({"starts": "08:30", "notes": "Boots"}).save()
    session.refresh_from_db()
    assert session.planned_times == (wall("2026-06-02 08:30"), wall("2026-06-02 13:00"))


def test_a_day_that_two_people_would_make_a_night_is_looked_at_first(world):
    session = world.session("2026-06-02 08:00", hours=4)
    ana = FormPage(Visitor(world.ana), reverse("web:edit_session", args=[session.id]))
    care_sessions.update(session.id, Draft.of(scheduled_end=wall("2026-06-02 10:00")), by=world.luis, **ON_THE_WEB)
    page = ana.type({"starts": "11:00"}).save(422)
    assert page.says("Somebody else moved the other time meanwhile: this would end on the next day.")
    ana.type({"ends": "12:00"}).save()
    session.refresh_from_db()
    assert session.planned_times == (wall("2026-06-02 11:00"), wall("2026-06-02 12:00"))


def test_what_was_typed_into_a_field_that_is_gone_is_said(world):
    """Ana writes other hours; meanwhile the session is started."""
    session = world.session("2026-06-01 08:00", hours=4, state=State.CONFIRMED)
    ana = FormPage(Visitor(world.ana), reverse("web:edit_session", args=[session.id]))
    care_sessions.start(session.id, by=world.noor, **ON_THE_WEB)
    page = ana.type({"ends": "13:30", "notes": "Boots"}).save(412)
    assert page.says("Part of what you entered can’t be changed any more. Nothing was changed.")
    assert page.says("You had written: 13:30")
    assert page.value_of("notes") == "Boots"
    ana.save()
    session.refresh_from_db()
    assert session.notes == "Boots"


def test_a_page_of_before_that_names_its_version_alone_is_compared_by_that(world):
    ana = FormPage(Visitor(world.ana), reverse("web:child", args=[world.emma.id]))
    children.update(world.emma.id, Draft.of(allergies="Sesame"), by=world.noor, **ON_THE_WEB)
    ana.type({"shown": "nonsense", "notes": "Naps"}).save(412)
    world.emma.refresh_from_db()
    assert (world.emma.allergies, world.emma.notes) == ("Sesame", "")


def test_what_a_page_showed_can_be_read_by_nobody(world):
    Child.objects.filter(pk=world.emma.pk).update(allergies="Peanuts.")
    ana = FormPage(Visitor(world.ana), reverse("web:child", args=[world.emma.id]))
    assert "Peanuts" not in str(ana.fields["shown"])


def test_a_role_that_was_changed_meanwhile_is_not_changed_back(world):
    """Ana sees Bea as a nanny; Luis makes them a viewer; of what Ana chose they are told, and can choose anew."""
    bea, ana = world.bea_of_riveras, Visitor(world.ana)
    members = reverse("web:members", args=[world.riveras.id])
    at_bea = reverse("web:member_role", args=[bea.id])

    def form(html: str) -> dict[str, Any]:
        return next(fields for attrs, fields in forms_of(html) if attrs.get("action") == at_bea)

    seen = form(Page(ana.client.get(members)).html)
    Visitor(world.luis).post("member_role", bea.id, role="VIEWER", seen_role="NANNY")
    page = ana.post("member_role", bea.id, status=412, **seen | {"role": "PARENT"})
    assert page.says("Somebody gave this person another role meanwhile. You had chosen: Parent.")
    again = form(page.html)
    assert (again["role"], again["seen_role"]) == ("VIEWER", "VIEWER")
    ana.post("member_role", bea.id, **again | {"role": "PARENT"})
    bea.refresh_from_db()
    assert bea.role == "PARENT"


def test_every_form_that_edits_is_tried():
    """And no other form has what a form that edits has."""
    editing = {
        name
        for module in pkgutil.iter_modules(forms.__path__, f"{forms.__name__}.")
        for name, kind in inspect.getmembers(import_module(module.name), inspect.isclass)
        if issubclass(kind, edits.EditForm) and kind is not edits.EditForm
    }
    # Founding a family edits nothing yet; what a request asks for is compared with what is planned.
    assert {name.partition(",")[0] for name in PLACES} == editing - {"NewFamilyForm", "ChangeRequestForm"}
