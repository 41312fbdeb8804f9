"""Families: founding, the page, children, time off, the record."""

import csv
import io
import re

import pytest
from django.utils import timezone

from handsel.models import CareSession, Child, Family, Member, TimeOff
from handsel.rules.lifecycle import State
from tests.web.many_rows import crowd
from tests.world import NOW, wall

pytestmark = pytest.mark.any_database

NEW = {
    "role": "PARENT",
    "name": "Strangers",
    "time_zone": "Europe/Lisbon",
    "currency": "EUR",
    "default_hourly_rate": "18.5",
}


def test_the_first_run_leads_from_page_to_page(sam, world):
    assert sam.client.get("/").headers["Location"] == "/families/new/"
    assert sam.get("new_family").says("Welcome, Sam")
    page = sam.press("new_family", **NEW)
    assert page.says("The Strangers are set up. Next: add a child.")
    family = Family.objects.get(name="Strangers")
    page = sam.press("new_child", family.id, first_name="Newborn")
    assert page.says("Newborn is added.")
    assert page.says("New schedule")


def test_a_nanny_founds_a_family_and_is_in_charge(sam, world):
    sam.press("new_family", **NEW | {"role": "NANNY"})
    family = Family.objects.get(name="Strangers")
    assert Member.objects.get(family=family).is_founder
    assert sam.client.get("/").headers["Location"] == "/today/"
    assert sam.get("members", family.id).says("Invite somebody")
    assert sam.get("edit_family", family.id).value_of("default_hourly_rate") == "18.50"


@pytest.mark.parametrize(
    ("field", "sent", "message"),
    [
        ("role", "VIEWER", "Choose your role: parent, nanny or coordinator."),
        ("role", "KING", "Choose one of PARENT, NANNY, COORDINATOR, VIEWER."),
        ("name", "", "Fill this in."),
        ("time_zone", "../../etc/passwd", "Choose a time zone by its IANA name, like America/New_York."),
        ("time_zone", "", "Fill this in."),
        ("currency", "XYZ", "Choose a currency by its three-letter code, like USD."),
        ("default_hourly_rate", "1,212", "Enter the amount as a number, like 25.00."),
        ("address", "x" * 4001, "Keep this to 4,000 characters at most."),
    ],
)
def test_a_family_is_refused_at_its_fields_and_keeps_what_was_typed(sam, world, field, sent, message):
    page = sam.post(
        "new_family", status=422, **NEW | {"address": "1 Elm Street", "name": "The strangers"} | {field: sent}
    )
    assert page.error_at(field) == message
    if field != "address":
        assert page.value_of("address") == "1 Elm Street"
    assert not Family.objects.filter(address="1 Elm Street").exists()


def test_who_belongs_where_is_listed(noor, sam, world):
    page = noor.get("families")
    assert page.says("Okafors Nanny Riveras Nanny")
    assert sam.get("families").says("You don’t belong to a family yet.")


def test_the_familys_page_for_each_role(ana, noor, viewer, world):
    Child.objects.filter(pk=world.emma.pk).update(allergies="Peanuts", date_of_birth="2021-03-14")
    Family.objects.filter(pk=world.riveras.pk).update(address="48 Larkspur Lane", notes="Key in the lockbox")
    world.schedule(hourly_rate="33.33")
    world.session("2026-06-03 06:00", hourly_rate="33.33")
    world.session("2026-05-29 06:00", state=State.COMPLETED, hourly_rate="33.33")
    for visitor in (ana, noor, viewer):
        page = visitor.get("family", world.riveras.id)
        for words in ("Peanuts", "5, born 14 March 2021", "48 Larkspur Lane", "Key in the lockbox", "Mornings", "Luis"):
            assert page.says(words)
        assert page.html.count('<div class="session"') == 2
        assert "family-mark" not in page.html  # among several families alone
        assert "ana@example.com" not in page.html
    assert not viewer.get("family", world.riveras.id).offers("new_session", world.riveras.id)
    assert not viewer.get("family", world.riveras.id).says("$")
    assert ana.get("family", world.riveras.id).offers("edit_family", world.riveras.id)
    assert not noor.get("family", world.riveras.id).offers("edit_family", world.riveras.id)


def test_a_stranger_finds_no_family(sam, ada, world):
    routes = (
        "family",
        "family_home",
        "edit_family",
        "children",
        "new_child",
        "members",
        "schedules",
        "new_schedule",
        "family_sessions",
        "new_session",
        "time_off",
        "family_records_now",
        "pay",
    )
    for visitor in (sam, ada):
        for route in routes:
            page = visitor.get(route, world.riveras.id, status=404)
            assert page.says("There is nothing here")
            assert "Riveras" not in page.html


def test_settings_are_changed_by_the_family_alone(ana, noor, world):
    form = {"name": "The Riveras", "time_zone": "America/Chicago", "currency": "USD", "notes": "Ring twice."}
    page = ana.get("edit_family", world.riveras.id)
    assert page.says("Sessions already planned keep their times")
    session = world.session()
    ana.press("edit_family", world.riveras.id, version=1, **form)
    world.riveras.refresh_from_db()
    assert (world.riveras.name, world.riveras.default_hourly_rate) == ("The Riveras", None)
    session.refresh_from_db()
    assert session.time_zone == "America/New_York"
    page = ana.post("edit_family", world.riveras.id, status=412, version=1, **form | {"name": "Others"})
    assert page.says("Somebody changed this since you opened it.")
    assert page.value_of("name") == "Others"
    noor.get("edit_family", world.riveras.id, status=403)


# Children


def test_a_child_is_added_edited_and_archived(ana, world):
    page = ana.press(
        "new_child", world.riveras.id, first_name="Newborn", allergies="Milk\r\nEggs", date_of_birth="2025-05-05"
    )
    assert page.says("Newborn is added.")
    newborn = Child.objects.get(first_name="Newborn")
    assert newborn.allergies == "Milk\nEggs"
    ana.press("child", newborn.id, first_name="Newborn", last_name="Rivera", allergies="Milk", date_of_birth="")
    newborn.refresh_from_db()
    assert (newborn.last_name, newborn.date_of_birth) == ("Rivera", None)
    world.session(children=[newborn])
    page = ana.press("archive_child", newborn.id)
    assert page.says("Newborn is archived. Past sessions stay in the record.")
    assert page.says("Archived children Newborn Rivera")
    assert Child.objects.get(pk=newborn.pk).is_archived


def test_a_nanny_adds_children_and_changes_care_notes_alone(noor, viewer, world):
    page = noor.get("child", world.emma.id)
    assert page.value_of("first_name") == ""
    noor.press("child", world.emma.id, allergies="Peanuts", first_name="Mine")
    world.emma.refresh_from_db()
    assert (world.emma.first_name, world.emma.allergies) == ("Emma", "Peanuts")
    noor.press("new_child", world.riveras.id, first_name="Newborn")
    noor.post("archive_child", world.emma.id, status=403)
    viewer.get("child", world.emma.id, status=403)
    viewer.get("new_child", world.riveras.id, status=403)
    viewer.post("new_child", world.riveras.id, status=403, first_name="Newborn")


@pytest.mark.parametrize(
    ("field", "sent", "message"),
    [
        ("first_name", "", "Fill this in."),
        ("first_name", " \t ", "Fill this in."),
        ("date_of_birth", "2027-01-01", "This day is still to come."),
        ("date_of_birth", "yesterday", "Enter the date as YYYY-MM-DD, like 2026-06-01."),
        ("allergies", "\x00", "This has characters that can’t be shown. Enter it again without them."),
    ],
)
def test_a_child_is_refused_at_its_fields_and_keeps_what_was_typed(ana, world, field, sent, message):
    page = ana.post(
        "new_child", world.riveras.id, status=422, **{"first_name": "Newborn", "notes": "Rabbit."} | {field: sent}
    )
    assert page.error_at(field) == message
    assert page.value_of("notes") == "Rabbit."
    assert Child.objects.count() == 3


def test_a_stranger_finds_no_child(sam, ada, world):
    for visitor in (sam, ada):
        visitor.get("child", world.emma.id, status=404)
        visitor.post("archive_child", world.emma.id, status=404)


# Members and invitations


def test_time_off_is_entered_and_taken_back(ana, noor, world):
    form = {"from_date": "2026-06-08", "to_date": "2026-06-10", "reason": "At the lake"}
    page = ana.press("time_off", world.riveras.id, nanny_id="", **form)
    assert page.says("8–10 Jun the whole family: At the lake")
    page = noor.press("time_off", world.riveras.id, **form | {"start_time": "10:00", "end_time": "12:00", "reason": ""})
    assert page.says("8–10 Jun, 10:00–12:00 Noor")
    of_noor = TimeOff.objects.get(nanny=world.noor_of_riveras)
    the_familys = TimeOff.objects.get(nanny=None)
    assert not page.offers("delete_time_off", the_familys.id)
    noor.post("delete_time_off", the_familys.id, status=403)
    page = noor.press("delete_time_off", of_noor.id)
    assert page.says("Time off removed.")


def test_time_off_is_refused_at_its_fields(noor, viewer, world):
    form = {"from_date": "2026-06-10", "to_date": "2026-06-08", "start_time": "10:00", "reason": "Lake"}
    page = noor.post("time_off", world.riveras.id, status=422, **form)
    assert page.error_at("to_date") == "The last day can’t be before the first."
    assert page.error_at("end_time") == "Hours need a start and an end."
    assert page.value_of("reason") == "Lake"
    assert not TimeOff.objects.exists()
    viewer.post("time_off", world.riveras.id, status=403, **form)


# Lists and the record


def test_all_sessions_a_page_at_a_time(noor, world):
    crowd(world, 40)
    page = noor.get("family_sessions", world.riveras.id)
    assert page.html.count('<div class="session"') == 30
    after = re.search(r"after=([\w:-]+)", page.html)[1]
    page = noor.get("family_sessions", world.riveras.id, after=after)
    assert page.html.count('<div class="session"') == 10
    assert not page.says("Show more")
    assert noor.get("family_sessions", world.riveras.id, after="nonsense").html.count('<div class="session"') == 30
    assert noor.get("family_sessions", world.riveras.id, past="").says("No past sessions yet.")


def test_show_more_goes_on_where_it_was_when_the_last_row_is_gone(noor, world):
    crowd(world, 40)
    after = re.search(r"after=([\w:-]+)", noor.get("family_sessions", world.riveras.id).html)[1]
    shown = CareSession.objects.order_by("scheduled_start", "id")[:30]
    CareSession.objects.filter(pk=shown[29].pk).delete()
    assert noor.get("family_sessions", world.riveras.id, after=after).html.count('<div class="session"') == 10


def test_the_running_month_is_the_familys(ana, world, monkeypatch):
    world.session("2026-05-04 06:00", state=State.COMPLETED, hours=8)
    monkeypatch.setattr(timezone, "now", lambda: wall("2026-05-31 22:00"))
    page = ana.get("family_records", world.riveras.id, 2026)
    assert re.search(r'class="open"[^>]*>\s*<text class="value"[^>]*>8<', page.html)


def test_the_archived_come_last_and_whole_days_off_first(ana, world):
    Child.objects.filter(pk=world.emma.pk).update(archived_at=NOW)
    text = ana.get("children", world.riveras.id).text
    assert text.index("Theo") < text.index("Emma")
    form = {"from_date": "2026-06-08", "to_date": "2026-06-08", "nanny_id": ""}
    ana.press("time_off", world.riveras.id, **form, start_time="10:00", end_time="12:00", reason="The dentist")
    text = ana.press("time_off", world.riveras.id, **form, reason="At the lake").text
    assert text.index("At the lake") < text.index("The dentist")


def test_the_record_of_a_year(ana, viewer, world):
    world.session("2026-04-03 06:00", state=State.COMPLETED, hours=8)
    world.session("2026-05-04 06:00", state=State.COMPLETED, hours=8.5)
    world.session("2026-05-06 06:00", state=State.CANCELLED)
    page = ana.get("family_records", world.riveras.id, 2026)
    assert page.says("April 1 8 h $200.00 May 1 8 h 30 min $212.50 2026 2 16 h 30 min $412.50")
    assert page.says("Mon 4 May Emma Noor, $25.00 06:00–14:30")
    assert ana.get("family_records", world.riveras.id, 2026, month="4").says("Fri 3 Apr")
    assert ana.get("family_records", world.riveras.id, 2026, month="99").says("Mon 4 May")
    assert ana.get("family_records", world.riveras.id, 2019).says("The first completed session starts the record")
    ana.get("family_records", world.riveras.id, 9999, status=404)
    page = viewer.get("family_records", world.riveras.id, 2026)
    assert page.says("April 1 8 h May 1 8 h 30 min")
    assert not page.says("$")
    assert ana.get("family_records_now", world.riveras.id, status=302).response["Location"].endswith("/records/2026/")


def test_the_record_as_a_table(ana, viewer, sam, noor, world):
    Child.objects.filter(pk=world.emma.pk).update(first_name="=1+1")
    world.session("2026-05-04 06:00", state=State.COMPLETED, hours=8.5)
    page = ana.get("family_records_csv", world.riveras.id, 2026)
    assert page.response["Content-Type"] == "text/csv; charset=utf-8"
    assert page.response["Content-Disposition"] == 'attachment; filename="care-2026.csv"'
    [line] = csv.DictReader(io.StringIO(page.response.content.decode("utf-8-sig")))
    assert (line["Children"], line["Amount"]) == ("'=1+1", "212.50")
    [line] = csv.DictReader(
        io.StringIO(viewer.get("family_records_csv", world.riveras.id, 2026).html.removeprefix("\ufeff"))
    )
    assert line["Amount"] == ""
    sam.get("family_records_csv", world.riveras.id, 2026, status=404)
    assert noor.get("records").says("Okafors Nanny Riveras Nanny")


def test_seconds_count_in_no_length_and_no_amount(ana, noor, world):
    """05:58:40 to 14:31:05 is 8 h 33 min on every page and in the file."""
    times = {"actual_start": wall("2026-06-01 05:58:40"), "actual_end": wall("2026-06-01 14:31:05")}
    session = world.session("2026-06-01 06:00", hours=8.5, state=State.COMPLETED, **times)
    for page in (
        ana.get("session", session.id),
        noor.get("session", session.id),
        ana.get("family_records", world.riveras.id, 2026),
    ):
        assert page.says("8 h 33 min")
        assert page.says("$213.75")
    assert ana.get("family_home", world.riveras.id).says("8 h 33 min")
    assert noor.get("today").says("8 h 33 min")
    file = ana.get("family_records_csv", world.riveras.id, 2026).html
    assert "05:58:40" in file
    assert ",513,25.00,213.75," in file


def test_a_nannys_record_and_year_are_their_own(ana, noor, bea, world):
    world.session("2026-05-04 06:00", state=State.COMPLETED, hours=8)
    world.session("2026-05-04 12:00", state=State.COMPLETED, hours=3, family=world.okafors, hourly_rate="10.00")
    world.session("2026-05-05 06:00", state=State.COMPLETED, hours=1, nanny=world.bea_of_riveras)
    page = noor.get("family_records", world.riveras.id, 2026)
    assert page.says("May 1 8 h $200.00 2026 1 8 h $200.00")
    assert page.says("2 h overlap another session of Noor")
    assert not page.says("Bea")
    page = noor.get("my_records", 2026)
    assert page.says("My year 2026")
    assert page.says("May 2 11 h $230.00")
    assert page.says("Okafors 1 3 h $30.00 Riveras 1 8 h $200.00")
    file = csv.DictReader(io.StringIO(noor.get("my_records_csv", 2026).html.removeprefix("\ufeff")))
    assert [(line["Family"], line["Minutes"]) for line in file] == [("Riveras", "480"), ("Okafors", "180")]
    assert ana.get("family_records", world.riveras.id, 2026).says("May 2 9 h $225.00")
    assert bea.get("family_records", world.riveras.id, 2026).says("May 1 1 h $25.00")
    assert noor.get("records").says("My year Your sessions in all families")
    assert noor.get("my_records_now", status=302).response["Location"] == "/records/mine/2026/"
    ana.get("my_records", 2026, status=404)


def test_a_nanny_of_two_families_sees_each_in_its_own_pages(noor, world):
    world.session("2026-06-03 09:00", family=world.okafors)
    assert CareSession.objects.count() == 1
    page = noor.get("family", world.riveras.id)
    assert not page.says("Zuri")
    assert noor.get("family", world.okafors.id).says("Zuri")


def test_a_form_that_is_sent_twice_makes_one_thing(ana, sam, world):
    page = ana.get("new_child", world.riveras.id)
    form = {"first_name": "Newborn", "form_token": page.value_of("form_token")}
    ana.press("new_child", world.riveras.id, **form)
    page = ana.press("new_child", world.riveras.id, **form)
    assert page.says("This was already sent. Check whether it is there before you send it again.")
    assert Child.objects.filter(first_name="Newborn").count() == 1

    token = sam.get("new_family").value_of("form_token")
    sam.press("new_family", **NEW, form_token=token)
    sam.press("new_family", **NEW, form_token=token)
    assert Family.objects.filter(name="Strangers").count() == 1


def test_a_refused_form_may_be_mended_and_sent(ana, world):
    token = ana.get("time_off", world.riveras.id).value_of("form_token")
    page = ana.post("time_off", world.riveras.id, status=422, from_date="2026-06-08", form_token=token)
    assert page.value_of("form_token") == token
    mended = {"from_date": "2026-06-08", "to_date": "2026-06-08", "form_token": page.value_of("form_token")}
    ana.press("time_off", world.riveras.id, **mended)
    ana.press("time_off", world.riveras.id, **mended)
    assert TimeOff.objects.count() == 1
