"""The operator's pages: for staff alone, to read and not to change, and nothing of what families tell each other."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.contrib.auth.hashers import make_password
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handsel.actions import access_log, clock_looks, duties, outside_calendars, people
from handsel.admin.site import site
from handsel.models import AccessLine, CareSession, Child, Delivery, Device, Duty, Event, Family, Notice, User
from handsel.notices import delivery
from handsel.queries import health
from handsel.rules.drafts import Draft
from handsel.rules.notices import Outcome
from handsel.rules.outside_calendars import Reading, Remarks
from tests.access import neighbours
from tests.web.visitor import Page
from tests.world import NOW, ON_THE_WEB, PASSWORD

pytestmark = pytest.mark.any_database

TABLES = list(site._registry)


@pytest.fixture
def staff(world) -> Client:
    """The operator, who runs the server and belongs to no family."""
    operator = User.objects.create(email="operator@example.com", name="Operator", password=make_password(PASSWORD))
    people.set_staff(operator.email, True)
    browser = Client()
    browser.force_login(operator)
    return browser


def rows(model: type[Model]) -> Iterator[str]:
    for row in model.objects.all()[:3]:
        yield address(model, "change", row.pk)


def address(model: type[Model], page: str, *args) -> str:
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=args)


@pytest.mark.parametrize("model", TABLES)
def test_staff_read_every_table_and_change_none(world, staff, model):
    neighbours.build(world)
    everything = [address(model, "changelist"), *rows(model)]
    assert len(everything) > 1
    before = list(model.objects.order_by("pk").values())
    first = before[0][model._meta.pk.name]
    for page in everything:
        answer = staff.get(page)
        assert answer.status_code == 200, page
        assert Page(answer).inline == []
        sent = staff.post(page, {"name": "Changed", "action": "delete_selected", "_save": "1"})
        assert sent.status_code in (200, 302, 403)
    for gone in ("add/", f"{first}/delete/", f"{first}/history/"):
        assert staff.post(everything[0] + gone, {"post": "yes"}).status_code in (302, 403, 404)
    assert list(model.objects.order_by("pk").values()) == before


def test_the_operator_reads_nothing_that_families_tell_each_other(world, staff):
    secret = "peanuts-at-the-lake"
    Child.objects.update(allergies=secret, medications=secret, notes=secret, last_name=secret)
    Family.objects.update(address=secret, notes=secret)
    world.session(notes=secret)
    CareSession.objects.update(hourly_rate="77.31")
    hidden = world.secret(world.ana)
    for model in TABLES:
        for page in (address(model, "changelist"), *rows(model)):
            text = staff.get(page).content.decode()
            assert secret not in text, page
            assert "77.31" not in text, page
            assert hidden not in text
            assert world.ana.password not in text
            assert "md5$" not in text


HIDDEN = [
    "user/?password__startswith=md5",
    "child/?allergies__icontains=nut",
    "caresession/?hourly_rate__gt=10",
    "caresession/?notes=x",
    "apitoken/?token_hash__lt=8",
    "event/?changes__icontains=Rate",
    "notice/?person__password=x",
]


@pytest.mark.parametrize("path", HIDDEN)
def test_an_address_asks_for_nothing_that_is_not_shown(world, staff, path):
    assert staff.get(f"/admin/handsel/{path}").status_code == 400


def test_a_list_is_narrowed_by_its_filters(world, staff):
    for answer, shown in (("1", True), ("0", False)):
        people = staff.get("/admin/handsel/user/", {"is_staff__exact": answer}).content.decode()
        assert (">operator@example.com</a>" in people) == shown
        assert (">noor@example.com</a>" in people) != shown


def test_nobody_else_finds_anything_there(world):
    for person in (world.ana, world.noor, world.sam):
        browser = Client()
        browser.force_login(person)
        for page in ("/admin/", "/admin/status/", *(address(model, "changelist") for model in TABLES)):
            assert browser.get(page).status_code == 404
            assert browser.post(page).status_code == 404
    assert Client().get("/admin/").headers["Location"] == "/accounts/login/?next=/admin/"
    assert Client().post("/admin/", {"username": "operator@example.com", "password": PASSWORD}).status_code == 302


# Status


def test_the_front_page_leads_to_how_the_worker_stands(staff):
    assert b'href="/admin/status/"' in staff.get("/admin/").content
    page = Page(staff.get("/admin/status/"))
    assert page.says("No worker was ever started.")
    assert page.inline == []


def test_each_duty_says_when_it_was_done_and_when_it_is_due_and_what_is_wrong(staff, monkeypatch):
    duties.announce(
        {"deliver": timedelta(hours=1), "drop what is over": timedelta(hours=2), "knit": timedelta(days=1)}, at=NOW
    )
    duties.done("deliver", at=NOW, again_at=NOW + timedelta(minutes=1))
    duties.done("drop what is over", at=NOW, again_at=NOW + timedelta(hours=1), error="OSError")
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(hours=1, seconds=1))
    page = Page(staff.get("/admin/status/"))
    assert page.says("As it was at 2026-06-01 13:00:01. All times are UTC.")
    assert page.says("deliver 2026-06-01 12:00:00 2026-06-01 12:01:00 late since 2026-06-01 13:00:00")
    assert page.says(
        "drop what is over never, since 2026-06-01 12:00:00 2026-06-01 13:00:00 in time; "
        "the last time it broke: OSError"
    )
    assert page.says("knit never, since 2026-06-01 12:00:00 2026-06-01 12:00:00 in time")


def test_a_clock_that_went_back_is_named(staff, monkeypatch):
    duties.announce({"forget": timedelta(hours=2)}, at=NOW)
    duties.done("forget", at=NOW, again_at=NOW + timedelta(hours=1))
    clock_looks.look(NOW)
    monkeypatch.setattr(timezone, "now", lambda: NOW - timedelta(days=1))
    page = Page(staff.get("/admin/status/"))
    assert page.says("What is wrong The clock went back by 24 hours; it then showed 2026-05-31 12:00 UTC.")
    assert page.says("forget 2026-06-01 12:00:00 2026-06-01 13:00:00 due now: the clock went back")


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "The mail server has failed since 2026-06-01 12:00:00: TimeoutError"),
        ("es", "El servidor de correo falla desde 2026-06-01 12:00:00: TimeoutError"),
    ],
)
def test_a_mail_server_that_fails_is_named_in_the_operators_language(staff, language, line):
    User.objects.filter(email="operator@example.com").update(language=language)
    delivery.note_server_failure("TimeoutError", at=NOW)
    assert Page(staff.get("/admin/status/")).says(line)
    delivery.note_server_success()
    assert not Page(staff.get("/admin/status/")).says(line)


@pytest.mark.parametrize("meant", ["none", "inside"])
def test_where_nobody_is_meant_to_do_it_the_page_says_so(staff, settings, meant):
    settings.ENVIRONMENT = replace(settings.ENVIRONMENT, worker=meant)
    assert Page(staff.get("/admin/status/")).says("nobody is meant to do any of it") == (meant == "none")


def test_it_says_by_each_way_what_waits_what_is_late_and_what_was_lost(world, staff, monkeypatch):
    phone = Device.objects.create(person=world.ana, name="Phone", created_at=NOW)
    lost = {"done_at": NOW, "outcome": Outcome.GAVE_UP, "last_error": "TimeoutError"}
    for columns in ({}, {}, lost, {"device": phone, **lost, "outcome": Outcome.REFUSED, "last_error": "answer 403"}):
        notice = Notice.objects.create(person=world.ana, family=world.riveras, kind="session.cancelled", at=NOW)
        Delivery.objects.create(notice=notice, due_at=NOW, next_at=NOW, **columns)
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(hours=1))
    page = Page(staff.get("/admin/status/"))
    assert page.says("Given up in the last week E-mail 2 2 0 0 1 Push 0 0 0 1 0")
    assert page.says("E-mail (the oldest could have left at 2026-06-01 12:00:00)")
    assert page.says("TimeoutError: 1 delivery answer 403: 1 delivery")
    for outcome, listed in (("gave%20up", "TimeoutError"), ("refused", "answer 403")):
        link = f"/admin/handsel/delivery/?outcome={outcome}"
        assert link in page.html
        assert listed in staff.get(link).content.decode()


@pytest.mark.parametrize(
    ("free", "line"),
    [(4 << 30, "Only 4.0 GB of 100.0 GB are left where the data directory is."), (50 << 30, "50.0 GB of 100.0 GB")],
)
def test_it_says_what_is_left_of_the_disk(staff, monkeypatch, free, line):
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _: SimpleNamespace(free=free, total=100 << 30))
    page = Page(staff.get("/admin/status/"))
    assert page.says(line)
    assert page.says("Only") == (free < 5 << 30)


def test_calendars_that_are_not_read_are_counted_and_not_named(world, staff):
    assert "Calendars of nannies" not in Page(staff.get("/admin/status/")).text
    draft = Draft.of(name="Private", address="https://calendar.example.com/noor.ics")
    outside_calendars.add(draft, by=world.noor, **ON_THE_WEB)
    remarks = Remarks(unread=1, titles=["Choir"])
    outside_calendars.keep(outside_calendars.claim(NOW), Reading([], "", "", remarks), at=NOW)
    page = Page(staff.get("/admin/status/"))
    assert page.says("Known: 1. Not read the last time: 0. Read only in part: 1. Their owners see why.")
    assert "Choir" not in page.text


def test_how_it_stands_is_only_read(staff, django_assert_max_num_queries):
    duties.announce({"drop what is over": timedelta(hours=1)}, at=NOW)
    with django_assert_max_num_queries(15):  # seven of them look for values that no key opens, a table each
        staff.get("/admin/status/")
    before = list(Duty.objects.values())
    staff.post("/admin/status/", {"name": "drop what is over", "next_at": "2020-01-01"})
    assert list(Duty.objects.values()) == before


def test_no_second_way_in(world):
    for page in ("login/", "logout/", "password_change/", "jsi18n/", "autocomplete/"):
        assert Client().get(f"/admin/{page}").status_code == 404


@pytest.mark.parametrize("model", TABLES)
def test_a_long_list_asks_no_more_often(world, staff, model, django_assert_max_num_queries):
    with django_assert_max_num_queries(8):
        staff.get(address(model, "changelist"))


def test_what_is_looked_at_leaves_no_line(world, staff):
    staff.get(address(Event, "changelist"))
    assert b"recent-actions" not in staff.get("/admin/").content
    assert not Event.objects.exists()


def test_whose_rows_an_operator_opened_is_written_down_for_these(staff, world, monkeypatch):
    """In a list each family that stands there, on a row's own page its family; of an account for its person."""
    log = access_log.Log()
    monkeypatch.setattr(access_log, "LOG", log)
    for page in (address(Child, "change", world.emma.pk), address(Family, "changelist"), address(User, "changelist")):
        assert staff.get(page).status_code == 200
        log.write(at=NOW)
    lines = AccessLine.objects.filter(thing="OPERATOR", person__email="operator@example.com")
    assert {name for name in lines.values_list("family__name", flat=True) if name} == {"Riveras", "Okafors"}
    assert {person for person in lines.values_list("owner__name", flat=True) if person} >= {"Ana", "Noor", "Sam"}
