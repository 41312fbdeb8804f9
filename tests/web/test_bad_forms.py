"""Nonsense in every field of every form of the pages, which none may break on."""

import inspect
import pkgutil
import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from typing import Any
from uuid import uuid4

import pytest
from django import forms as django_forms
from django.urls import reverse

from handsel.actions import change_requests, time_off
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.time_off import Decision
from handsel.web import forms
from handsel.web.forms import account, sign_in
from tests import approved_pay
from tests.access.routes.bodies import (
    CALENDAR,
    DAY,
    NEW_FAMILY,
    NOTICES,
    OUTSIDE,
    SCHEDULE,
    SEEN,
    SETTINGS,
    TERMS,
    TERMS_SEEN,
)
from tests.actions.test_session_imports import GOOD, HEADING
from tests.models.broken_expenses import an_expense
from tests.models.broken_pay_periods import a_period
from tests.models.broken_payments import a_payment
from tests.run import NIGHTLY, in_turn
from tests.web.random_input import NEVER, TOO_MUCH, WRONG, Sender
from tests.web.visitor import lift_limits
from tests.world import ON_THE_WEB, PASSWORD, World, built_once

pytestmark = pytest.mark.any_database

RAISE = {"old_rate": "25.00", "hourly_rate": "27.50", "from_date": "2031-03-03"}
# Fields that take text; and what takes anything: boxes are ticked by whatever is sent, and a file is no text.
TEXTS = {
    "name",
    "outside_name",
    "first_name",
    "last_name",
    "address",
    "notes",
    "allergies",
    "medications",
    "message",
    "cancel_reason",
    "reason",
    "note",
    "answer",
    "legal_name",
}
FREE = {
    "with_basic_rate",
    "federal_overtime",
    "night_counts",
    "is_confirmed",
    "shows_children",
    "shows_notes",
    "overlap_allowed",
    "password1",
    "skip_refused",
    "accept_unpaid",
    "file",
}
# What forms have in common; one file alone, of which test_receipts.py sends what is none; and the second step, which
# test_security.py and test_bad_parameters.py send nonsense to.
ELSEWHERE = {"DraftForm", "EditForm", "TimesForm", "ReceiptForm"} | {
    name for name in vars(sign_in) | vars(account) if name.endswith("Form")
} - {"SignUpForm"}


@dataclass(frozen=True)
class Place:
    """Who sends a form where, and what it says when nothing is wrong.

    free: fields that take anything here, as what a button says; judged: by their parser, and then by another field.
    dials: takes digits with hyphens, which a day is too.
    """

    person: str
    route: str
    args: tuple[Any, ...]
    good: dict[str, Any] = field(default_factory=dict)
    query: str = ""
    free: frozenset[str] = frozenset()
    judged: frozenset[str] = frozenset()
    dials: bool = False


@pytest.fixture(scope="module")
def furnished(django_db_setup, django_db_blocker) -> Iterator[tuple[World, dict[str, Place]]]:
    """A world with all these places, built once for the tests of this file."""
    with built_once(django_db_blocker) as world:
        yield world, _places(world)


@pytest.fixture
def world(furnished, db) -> World:
    return deepcopy(furnished[0])


@pytest.fixture
def places(furnished, settings) -> dict[str, Place]:
    settings.MAIL_IS_SET_UP = True  # else the column of mails takes nothing
    return furnished[1]


def _places(world: World) -> dict[str, Place]:
    """By the names of the forms' classes."""
    family, emma, noor = world.riveras.id, str(world.emma.id), str(world.noor_of_riveras.id)
    planned = world.session("2026-06-02 06:00")
    done = world.session("2026-05-29 06:00", state=State.COMPLETED).id
    unrecorded = world.session("2026-05-28 06:00", state=State.CONFIRMED).id
    soon = world.session("2026-06-01 09:00", state=State.CONFIRMED)
    running = world.session("2026-06-01 06:00", hours=1, state=State.IN_PROGRESS).id
    cancelled = world.session("2026-06-09 06:00", state=State.CANCELLED).id
    asked = change_requests.ask(
        world.session("2026-06-04 06:00").id, Draft.of(message="Later?"), by=world.ana, **ON_THE_WEB
    )
    week = Draft.of(from_date=date(2026, 6, 2), to_date=date(2026, 6, 9))
    away = time_off.create(family, week, by=world.noor, **ON_THE_WEB)
    world.session("2026-06-11 06:00", state=State.CONFIRMED)
    eleventh = Draft.of(from_date=date(2026, 6, 11), to_date=date(2026, 6, 11), sessions=Decision.CANCEL)
    paid = time_off.create(family, eleventh, by=world.noor, **ON_THE_WEB)
    who = {"child_ids": [emma], "nanny_id": noor}
    plan = DAY | who | {"hourly_rate": "25.50", "notes": "Boots."}
    care = {"allergies": "Nuts", "medications": "None", "notes": "Naps at noon."}
    child = care | {"first_name": "Newborn", "last_name": "Rivera", "date_of_birth": "2024-02-29"}
    home = NEW_FAMILY | {"default_hourly_rate": "20.00", "address": "3 Elm Road"}
    off = {"nanny_id": noor, "from_date": "2031-03-03", "to_date": "2031-03-03", "reason": "Away."}
    record = {
        "actual_start": "2026-05-29T06:05",
        "actual_end": "2026-05-29T14:00",
        "hourly_rate": "26.00",
        "notes": "Well.",
        "reason": "Forgotten.",
    }
    newcomer = {"name": "Newcomer", "email": "newcomer@example.com", "password1": PASSWORD}
    schedule = SCHEDULE | who | {"hourly_rate": "25.50", "notes": "Boots.", "end_date": "", "seen": SEEN}
    approved = approved_pay.approved(world)
    submitted = approved_pay.submitted(world, nanny=world.bea_of_riveras)
    next_week = {"from_date": date(2026, 5, 11), "to_date": date(2026, 5, 17)}
    begun = a_period(world, nanny=world.bea_of_riveras, **next_week)
    days = {"from_date": "2026-05-04", "to_date": "2026-05-10"}
    lunch = {"nanny_id": noor, "category": "MEALS", "date": "2026-05-25", "amount": "12.50", "note": "For two."}
    leave = {"date": "2026-05-25", "minutes": "7:30", "reason": "Fever."}
    number = {"kind": "SSN", "tax_number": "912-34-5678", "legal_name": "Noor Haddad", "address": "12 Elm Street"}
    return {
        "AnswerForm": Place("noor", "web:decline_request", (asked.id,), {"message": "I can’t."}),
        "CalendarAddressForm": Place(
            "ana",
            "web:calendars",
            (),
            CALENDAR | {"family_id": str(family), "shows_notes": "on", "alarm_minutes": "30"},
        ),
        "CancelledForm": Place("noor", "web:edit_session", (cancelled,), {"cancel_reason": "Flu.", "notes": "Boots."}),
        "CancelForm": Place("ana", "web:cancel_session", (planned.id,), {"reason": "Fever."}),
        "CareNotesForm": Place("noor", "web:child", (emma,), care),
        "ChangeRequestForm": Place("ana", "web:request_changes", (planned.id,), DAY | who | {"message": "Later?"}),
        "ChildForm": Place("ana", "web:new_child", (family,), child),
        "CorrectionForm": Place("noor", "web:edit_session", (done,), record),
        "DecisionForm": Place(
            "noor", "web:time_off_entry", (away.id,), {"sessions": "CANCEL", f"session-{planned.id}": "1:"}
        ),
        "FamilySettingsForm": Place(
            "ana", "web:edit_family", (family,), home | {"currency": "USD", "notes": "The key is with Luis."}
        ),
        "GenerationForm": Place(
            "noor", "web:generate", (world.schedule().id,), off | {"kind": "own"}, free=frozenset({"kind"})
        ),
        "ImpromptuForm": Place("ana", "web:new_session", (family,), plan | {"is_confirmed": "on"}),
        "InvitationForm": Place("ana", "web:members", (family,), {"email": "guest@example.com", "role": "PARENT"}),
        "NewFamilyForm": Place("ana", "web:new_family", (), home),
        "NotesForm": Place("noor", "web:edit_session", (running,), {"notes": "Boots."}),
        "NoticesForm": Place(
            "ana", "web:notices", (), NOTICES | {"quiet_from": "21:00", "quiet_until": "06:00", "mails_together": "yes"}
        ),
        "OutsideCalendarForm": Place("noor", "web:add_outside_calendar", (), OUTSIDE),
        "PayTermsForm": Place(
            "ana",
            "web:new_pay_terms",
            (family,),
            TERMS | {"nanny_id": noor, "seen": f"{TERMS_SEEN}|nanny_id={noor}"},
        ),
        "PhoneForm": Place("ana", "web:phone", (family,), {"phone": "+1 555 010 0199"}, dials=True),
        "PaymentForm": Place(
            "ana",
            "web:new_payment",
            (family,),
            {
                "nanny_id": noor,
                "date": "2026-05-29",
                "amount": "300.50",
                "method": "CASH",
                "note": "May",
            },
        ),
        "VoidForm": Place("ana", "web:void_payment", (a_payment(world).id,), {"reason": "Never given"}),
        "RaiseForm": Place("ana", "web:raise", (family,), RAISE | {"seen": "25.00|27.50|2031-03-03|2|0|0|0|False"}),
        "RecordForm": Place(
            "noor", "web:record_session", (unrecorded,), {"day": "2026-05-28", "starts": "06:05", "ends": "14:00"}
        ),
        "RoleForm": Place("ana", "web:member_role", (world.bea_of_riveras.id,), {"role": "VIEWER"}),
        "RunningLateForm": Place("noor", "web:running_late", (soon.id,), {"minutes": "10", "message": "Traffic."}),
        "ScheduleForm": Place("noor", "web:new_schedule", (family,), schedule),
        "SessionForm": Place("noor", "web:edit_session", (planned.id,), plan),
        "SettingsForm": Place("ana", "web:settings", (), SETTINGS | {"time_zone": "Europe/Paris"}),
        "SignUpForm": Place("", "account_signup", (), newcomer),
        "TimeForm": Place("noor", "web:complete_session", (running,), {"time": "07:30", "when": "other"}),
        "TimeOffForm": Place("ana", "web:time_off", (family,), off | {"start_time": "09:00", "end_time": "12:00"}),
        "TokenForm": Place("ana", "web:tokens", (), {"name": "Script", "scope": "read", "last_day": "2031-03-03"}),
        "DeclineForm": Place("ana", "web:decline_expense", (an_expense(world).id,), {"answer": "Not for us."}),
        "DocumentForm, of a period": Place(
            "ana", "web:documents", (family,), {"pay_period_id": str(approved.id)}, "?kind=INVOICE"
        ),
        "DocumentForm, of a year": Place(
            "ana", "web:documents", (family,), {"nanny_id": noor, "year": "2026"}, "?kind=YEAR_NANNY"
        ),
        "DocumentForm, of days": Place(
            "ana", "web:documents", (family,), days | {"nanny_id": noor, "child_ids": [emma]}, "?kind=CARE_RECEIPT"
        ),
        "ExpenseForm": Place("ana", "web:new_expense", (family,), lunch),
        "PayItemForm, paid time": Place(
            "ana",
            "web:new_pay_item",
            (family,),
            leave | {"nanny_id": noor, "kind": "SICK", "hourly_rate": "20.50"},
            "?kind=SICK",
        ),
        "PayItemForm, adjustment": Place(
            "ana",
            "web:new_pay_item",
            (family,),
            {
                "nanny_id": noor,
                "date": "2026-05-25",
                "amount": "-12.50",
                "reason": "Too much.",
            },
            "?kind=ADJUSTMENT",
        ),
        "ImportForm": Place("ana", "web:import_sessions", (family,), {"table": f"{HEADING}\n{GOOD}"}),
        "LeaveForm": Place("noor", "web:pay_time_off", (paid.id,), {"family_id": str(family), "kind": "SICK"}),
        "LastDayForm": Place("ana", "web:change_pay_period", (begun.id,), {"to_date": "2026-05-16"}),
        "NewPeriodForm": Place(
            "ana",
            "web:pay_periods",
            (family,),
            {"nanny_id": noor, "from_date": "2026-05-11", "to_date": "2026-05-17"},
        ),
        "PeriodMoveForm": Place("ana", "web:query_pay_period", (submitted.id,), {"message": "And Tuesday?"}),
        "TaxIdentityForm": Place("noor", "web:tax_number", (), number, judged=frozenset({"tax_number"})),
        "WeeksAheadForm": Place("noor", "web:keep_ahead", (world.schedule().id,), {"weeks_ahead": "4"}),
    }


@pytest.fixture
def read(monkeypatch) -> dict[str, django_forms.BaseForm]:
    """The last form of each class that the server has read; what is only shown beside it reads nothing."""
    found: dict[str, django_forms.BaseForm] = {}
    full_clean = django_forms.BaseForm.full_clean

    def noted(form: django_forms.BaseForm) -> None:
        if form.is_bound:
            found[type(form).__name__] = form
        full_clean(form)

    monkeypatch.setattr(django_forms.BaseForm, "full_clean", noted)
    return found


def every_form() -> set[str]:
    found = set()
    for module in pkgutil.iter_modules(forms.__path__, f"{forms.__name__}."):
        for name, kind in inspect.getmembers(import_module(module.name), inspect.isclass):
            if issubclass(kind, django_forms.BaseForm) and kind.__module__ == module.name and name[0] != "_":
                found.add(name)
    return found


DIGITS = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# By the names of the classes; the forms of documents and of entries have other fields for each kind of it.
NAMES = sorted(every_form() - ELSEWHERE - {"DocumentForm", "PayItemForm"})
NAMES += ["DocumentForm, of a period", "DocumentForm, of a year", "DocumentForm, of days"]
NAMES += ["PayItemForm, paid time", "PayItemForm, adjustment"]


def test_every_form_is_tried(places):
    assert places.keys() == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_no_field_of_any_form_chokes(world, places, read, name):
    """Nonsense is refused at each of its fields, and writes nothing; what only looks odd is taken as text."""
    place, number = places[name], NAMES.index(name)
    name = name.partition(",")[0]
    address, sender = reverse(place.route, args=place.args) + place.query, Sender(world, place.person)
    good = sender.post(address, place.good)
    assert good.status_code in (200, 302), read[name].errors
    assert not good.wrote_nothing
    every = set(read[name].fields)
    texts, typed = every & TEXTS, every - TEXTS - FREE - place.free

    def refused(form: dict[str, Any]) -> set[str]:
        """At which fields."""
        lift_limits()  # whoever signs up again and again is stopped otherwise
        answer = sender.post(address, place.good | form)
        assert answer.status_code in (200, 302, 422)
        assert answer.wrote_nothing or not read[name].errors
        return set(read[name].errors)

    for turn, value in enumerate(NEVER):  # by day one alone and the other behind what is good, and the other way next
        value = value[: 900_000 // len(every)]  # noqa: PLW2901 (all of them together are under a megabyte)
        twice = {one: [place.good.get(one, ""), value] for one in every}
        ways = [dict.fromkeys(every, value), twice]
        for form in ways if NIGHTLY else [ways[(number + turn) % 2]]:
            assert refused(form) >= texts | typed, value[:40]
    for value in in_turn(WRONG, number):  # by day one, and another for the next form
        wrong = set() if place.dials and DIGITS.fullmatch(value) else typed - place.judged
        assert refused(dict.fromkeys(every, value)) >= wrong, value
        if place.judged:
            assert refused(dict.fromkeys(place.judged, value)) == place.judged, value
        assert not refused(dict.fromkeys(texts, value)), value
    assert sender.post(address, place.good | {min(every): TOO_MUCH}).status_code == 413
    for one in every & {"nanny_id", "child_ids"}:
        for theirs in (world.emma.id, world.noor_of_riveras.id, world.zuri.id, world.noor_of_okafors.id, uuid4()):
            if str(theirs) not in place.good.get(one, ""):
                assert one in refused({one: str(theirs)})
