"""Nothing typed is lost: a form sent when nobody is signed in any more, or from a page that was open too long, comes
back filled to whose form it was, a press by one more; and nobody else sees anything of it.
"""

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handsel.actions import duties, kept_forms
from handsel.models import CareSession, Event, Invitation, KeptForm, PayPeriod
from handsel.rules.lifecycle import State
from tests.run import NIGHTLY
from tests.web.fields import fields_of, forms_of
from tests.web.test_forms import PLACES, _filled_in, _thing
from tests.web.visitor import Page
from tests.world import NOW, PASSWORD

pytestmark = pytest.mark.any_database

FORM = "application/x-www-form-urlencoded"


def browser_of(person, **options: Any) -> Client:
    """With a page of theirs open, and signed in so lately that they may make a key."""
    browser = Client(**options)
    browser.force_login(person)
    return browser


def signs(browser: Client) -> dict[str, str]:
    """What every form of a page of theirs has beside what is typed."""
    fields = fields_of(browser.get("/more/").content.decode(), "whose")
    return {"whose": str(fields["whose"]), "csrfmiddlewaretoken": str(fields["csrfmiddlewaretoken"])}


def send(browser: Client, address: str, fields: dict[str, Any], **options: Any) -> Any:
    return browser.post(address, urlencode(fields, doseq=True), content_type=FORM, **options)


@pytest.fixture
def place(request, world, settings):
    """Somebody, an address, and what they send there that is good."""
    settings.MAIL_IS_SET_UP = True
    place = PLACES[request.param]
    known = {"$child": str(world.emma.id), "$nanny": str(world.noor_of_riveras.id)}
    if "session" in place.good:
        known["$box"] = f"{world.session('2026-06-03 06:00').id}:1"
    address = reverse(f"web:{place.route}", args=[_thing(world, place.about)] if place.about else [])
    address += place.query
    if "$period" in place.good.values():
        known["$period"] = str(PayPeriod.objects.get().id)
    return getattr(world, place.person), address, {name: _filled_in(value, known) for name, value in place.good.items()}


def holding(html: str, good: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """The form of the page that holds what was typed: where it sends to, and all that it sends."""
    typed = {name: value for name, value in good.items() if name != "seen"}
    attrs, fields = max(forms_of(html), key=lambda form: len(typed.keys() & form[1].keys()))
    there = typed.keys() & fields.keys()  # PLACES may say one thing that a form does not ask
    assert len(there) >= len(typed) - 1
    assert not [name for name in there if not _is_same(typed[name], fields[name])], fields
    return attrs.get("action", ""), fields


def _is_same(typed: Any, held: Any) -> bool:
    one, other = ([value] if isinstance(value, str) else sorted(value or []) for value in (typed, held))
    return [value.replace("\r\n", "\n") for value in one if value] == [
        value.replace("\r\n", "\n") for value in other if value
    ]


@pytest.mark.parametrize("place", sorted(PLACES), indirect=True)
def test_what_was_sent_after_the_sign_in_had_ended_comes_back_to_its_person_alone(world, place):
    person, address, good = place
    browser = browser_of(person)
    sent = good | signs(browser)
    browser.logout()
    events = Event.objects.count()
    answer = send(browser, address, sent)
    kept = KeptForm.objects.get()
    assert answer["Location"] == f"/accounts/login/?next=/unsent/{kept.id}/"
    assert Event.objects.count() == events
    typed = [value for value in good.values() if isinstance(value, str) and len(value) > 3]
    assert not [value for value in typed if value in kept.encrypted or value in answer["Location"]]

    browser.force_login(world.sam)  # in the same browser, by the address that leads on
    assert browser.get(f"/unsent/{kept.id}/")["Location"] == "/"
    with_kept = f"{address}{'&' if '?' in address else '?'}kept={kept.id}"
    strangers, plain = (browser.get(there).content.decode() for there in (with_kept, address))
    assert [strangers.count(value) for value in typed] == [plain.count(value) for value in typed]
    browser.logout()

    browser.force_login(person)
    browser.post("/accounts/again/", {"password": PASSWORD})  # as who makes a key has to
    page = browser.get(f"/unsent/{kept.id}/", follow=True)
    shown_at = page.redirect_chain[-1][0] if page.redirect_chain else f"/unsent/{kept.id}/"
    assert Event.objects.count() == events
    secret = {name: value for name, value in good.items() if name == "tax_number"}  # is never kept, and typed again
    action, fields = holding(page.content.decode(), dict(good.items() - secret.items()) if secret else good)
    answer = send(browser, action or shown_at, fields | secret)
    if answer.status_code == 200 and "seen" in fields:  # a schedule's first Save shows what it means
        action, fields = holding(answer.content.decode(), good)
        answer = send(browser, action or shown_at, fields)
    assert answer.status_code in (200, 302), Page(answer).text[:500]
    assert not KeptForm.objects.exists()


@pytest.mark.parametrize(
    "place", sorted(PLACES) if NIGHTLY else ["AnswerForm, declining", "ImpromptuForm", "SettingsForm"], indirect=True
)
def test_a_page_that_was_open_too_long_gives_back_what_was_typed(world, place):
    """Its sign against forged forms is that of another sign-in."""
    person, address, good = place
    browser = browser_of(person, enforce_csrf_checks=True)
    sent = good | signs(browser) | {"csrfmiddlewaretoken": "x" * 64}
    answer = send(browser, address, sent)
    kept = KeptForm.objects.get()
    assert answer["Location"] == f"/unsent/{kept.id}/"
    holding(browser.get(answer["Location"], follow=True).content.decode(), good)


def test_a_forged_form_is_neither_kept_nor_shown(world):
    """It cannot say whose it is; nor does the sign of one person stand for another."""
    browser, address = (
        browser_of(world.ana, enforce_csrf_checks=True),
        reverse("web:new_child", args=[world.riveras.id]),
    )
    theirs = signs(browser_of(world.sam))["whose"]
    for whose in ("", str(world.ana.id), theirs.replace(str(world.sam.id), str(world.ana.id)), "\x00", "é"):
        assert send(browser, address, {"first_name": "Newborn", "whose": whose}).status_code == 403
    assert not KeptForm.objects.exists()


def test_somebody_else_signed_in_meanwhile_sees_nothing_and_it_waits_for_its_person(world):
    ana = browser_of(world.ana, enforce_csrf_checks=True)
    sent = {"first_name": "Newborn"} | signs(ana)
    ana.force_login(world.luis)
    answer = send(ana, reverse("web:new_child", args=[world.riveras.id]), sent)
    assert answer.status_code == 403
    assert "Newborn" not in answer.content.decode()
    ana.logout()
    again = Client()
    response = again.post("/accounts/login/", {"login": world.ana.email, "password": PASSWORD})
    assert response["Location"] == f"/unsent/{KeptForm.objects.get().id}/"


def test_start_at_the_door_is_made_by_one_more_press(world):
    session = world.session("2026-06-01 08:00", state=State.CONFIRMED)
    browser = browser_of(world.noor)
    sent = {"version": "1", "next": "/today/"} | signs(browser)
    browser.logout()
    answer = send(browser, f"/sessions/{session.id}/start/", sent)
    signing_in = browser.get(answer["Location"])
    assert Page(signing_in).says("You were signed out before this was sent. Sign in, and it is still there.")
    response = browser.post(answer["Location"], {"login": world.noor.email, "password": PASSWORD} | _next(answer))
    page = Page(browser.get(response["Location"], follow=True))
    assert page.says("Nothing has happened yet.")
    assert CareSession.objects.get().status == "SCHEDULED"
    [(attrs, fields)] = [form for form in forms_of(page.html) if "kept" in form[1]]
    answer = send(browser, attrs["action"], fields)
    assert answer["Location"] == "/today/"
    assert CareSession.objects.get().status == "IN_PROGRESS"
    assert not KeptForm.objects.exists()


def test_as_planned_is_recorded_by_one_more_press_though_its_address_has_a_form(world):
    session = world.session("2026-05-29 06:00", state=State.CONFIRMED)
    browser = browser_of(world.noor)
    sent = {"version": "1"} | signs(browser)
    browser.logout()
    send(browser, f"/sessions/{session.id}/record/", sent)
    browser.force_login(world.noor)
    page = Page(browser.get(f"/unsent/{KeptForm.objects.get().id}/", follow=True))
    [(attrs, fields)] = [form for form in forms_of(page.html) if "kept" in form[1]]
    send(browser, attrs["action"], fields)
    session.refresh_from_db()
    assert session.state is State.COMPLETED


def _next(answer: Any) -> dict[str, str]:
    return {"next": answer["Location"].partition("next=")[2]}


def test_htmx_is_led_there_as_a_page_of_its_own(world):
    browser = browser_of(world.ana)
    sent = {"first_name": "Newborn"} | signs(browser)
    browser.logout()
    answer = send(browser, reverse("web:new_child", args=[world.riveras.id]), sent, headers={"HX-Request": "true"})
    assert answer["HX-Redirect"] == f"/accounts/login/?next=/unsent/{KeptForm.objects.get().id}/"


def test_who_cannot_be_told_from_a_stranger_reads_that_nothing_was_saved(world):
    address = reverse("web:new_child", args=[world.riveras.id])
    browser = Client(headers={"Referer": f"http://testserver{address}"})
    answer = send(browser, address, {"first_name": "Newborn"})
    assert answer["Location"] == f"/accounts/login/?next={address}"
    assert Page(browser.get(answer["Location"])).says("so nothing was saved")
    elsewhere = Client(headers={"Referer": "https://elsewhere.example/x/"})
    assert send(elsewhere, address, {"first_name": "Newborn"})["Location"] == "/accounts/login/?next=/"


def test_what_is_kept_is_capped_in_size_and_number(world):
    form = kept_forms.Form("/more/", (("notes", "x" * kept_forms.LONGEST),))
    assert kept_forms.keep(form, person_id=world.ana.id, at=NOW) is None
    others = kept_forms.keep(kept_forms.Form("/more/", ()), person_id=world.sam.id, at=NOW)
    kept = [kept_forms.keep(kept_forms.Form("/more/", ()), person_id=world.ana.id, at=NOW) for _ in range(8)]
    assert set(KeptForm.objects.values_list("id", flat=True)) == {others, *kept[-kept_forms.MOST_KEPT :]}


def test_an_hour_later_it_opens_no_more_and_the_worker_has_dropped_it(world):
    kept_id = kept_forms.keep(kept_forms.Form("/more/", ()), person_id=world.ana.id, at=NOW)
    assert kept_forms.get(kept_id, by=world.ana, at=NOW + timedelta(minutes=59))
    assert kept_forms.get(kept_id, by=world.sam, at=NOW) is None
    assert duties.drop_kept_forms(NOW + timedelta(minutes=59)) == 0
    assert kept_forms.get(kept_id, by=world.ana, at=NOW + timedelta(hours=1)) is None
    assert kept_forms.newest(world.ana, at=NOW + timedelta(hours=1)) is None
    assert duties.drop_kept_forms(NOW + timedelta(hours=1)) == 1


def test_no_password_is_ever_kept(world):
    """The pages that ask for one keep nothing; and no other form has such a field."""
    browser = browser_of(world.ana)
    sent = {"oldpassword": PASSWORD, "password1": "a new one"} | signs(browser)
    browser.logout()
    send(browser, "/accounts/password/change/", sent)
    assert not KeptForm.objects.exists()
    send(browser, "/settings/", sent | {"name": "Ana R."})
    kept = kept_forms.get(KeptForm.objects.get().id, by=world.ana, at=timezone.now())
    assert kept.fields == (("name", "Ana R."),)


def test_opening_the_page_of_a_kept_form_writes_nothing(world):
    """Whatever the view does with a form that is filled in."""
    browser = browser_of(world.ana)
    fields = (("name", "Ana R."), ("language", "en"), ("hour_cycle", "12"), ("week_starts_on", "6"))
    kept_id = kept_forms.keep(kept_forms.Form("/settings/", fields), person_id=world.ana.id, at=NOW)
    assert Page(browser.get(f"/settings/?kept={kept_id}")).value_of("name") == "Ana R."
    world.ana.refresh_from_db()
    assert world.ana.name == "Ana"


# A form's token is used up by what comes of it, and by nothing else


def test_invited_twice_by_one_form_is_one_invitation_and_one_mail(world, settings):
    settings.MAIL_IS_SET_UP = True
    browser, address = browser_of(world.ana), reverse("web:members", args=[world.riveras.id])
    fields = fields_of(browser.get(address).content.decode(), "email") | {"email": "twice@example.org"}
    links = [fields_of_link(send(browser, address, fields).content.decode()) for _ in range(2)]
    assert links[0] == links[1]
    assert Invitation.objects.count() == 1


def fields_of_link(html: str) -> str:
    return html.partition('id="link"')[2].partition('value="')[2].partition('"')[0]


MAKERS = {
    "CalendarAddressForm": "calendaraddress",
    "ChangeRequestForm": "changerequest",
    "ChildForm, new": "child",
    "ImpromptuForm": "caresession",
    "InvitationForm": "invitation",
    "NewFamilyForm": "family",
    "OutsideCalendarForm": "outsidecalendar",
    "ScheduleForm, new": "careschedule",
    "TimeOffForm": "timeoff",
    "TokenForm": "apitoken",
}


@pytest.mark.parametrize(("place", "table"), MAKERS.items(), indirect=["place"], ids=MAKERS)
def test_a_form_that_makes_something_makes_it_once_however_often_it_was_refused(world, place, table):
    """Its page carries a token, which a refusal does not use up."""
    rows = apps.get_model("handsel", table).objects
    person, address, good = place
    browser = browser_of(person)
    browser.post("/accounts/again/", {"password": PASSWORD})
    shown_at = "/settings/calendars/" if "outside" in address else address
    page = browser.get(shown_at).content.decode()
    name = next(name for name in good if name != "seen")
    token = str(fields_of(page, name)["form_token"])
    before = rows.count()
    bad = {name: "x" * 5_000 for name, value in good.items() if isinstance(value, str)}
    refused = send(browser, address, good | bad | {"form_token": token})
    assert refused.status_code == 422
    assert "outside" in address or f'value="{token}"' in refused.content.decode()
    if "seen" in good:  # a first Save shows what a schedule means
        shown = send(browser, address, good | {"form_token": token}).content.decode()
        good["seen"] = fields_of(shown, "seen")["seen"]
    for _ in range(2):
        assert send(browser, address, good | {"form_token": token}).status_code in (200, 302)
    assert rows.count() == before + 1
