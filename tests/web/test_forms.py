"""Every form refuses what is wrong at its field, in the person's language, keeps what was typed, and writes nothing."""

import inspect
import pkgutil
import re
from dataclasses import dataclass, field
from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django import forms as django_forms
from django.urls import reverse

from handsel.actions import change_requests, time_off
from handsel.models import Event, PayPeriod, Receipt, User
from handsel.rules.drafts import Draft
from handsel.rules.lifecycle import State
from handsel.rules.pay.periods import PeriodStatus
from handsel.web import forms
from handsel.web.forms import account, sign_in
from tests import approved_pay
from tests.access.routes.bodies import (
    DAY,
    NEW_FAMILY,
    NOTICES,
    OUTSIDE,
    SCHEDULE,
    SEEN,
    SETTINGS,
    TAX_NUMBER,
    TERMS,
    TERMS_SEEN,
)
from tests.actions.test_session_imports import GOOD, HEADING
from tests.models.broken_expenses import an_expense
from tests.models.broken_pay import a_policy
from tests.models.broken_pay_items import a_gift
from tests.models.broken_pay_periods import a_period
from tests.models.broken_payments import a_payment
from tests.web.invalid_input import Form, Reads, try_all
from tests.web.visitor import Page, Visitor
from tests.world import ON_THE_WEB, PASSWORD, World

pytestmark = pytest.mark.any_database


@dataclass(frozen=True)
class Place:
    """Who sends a form where, what it says when nothing is wrong, and what only the action behind it finds wrong.

    about: the thing that the address names. $child, $nanny and $box stand for ids.
    """

    person: str
    route: str
    about: str
    good: dict[str, Any] = field(default_factory=dict)
    odd: dict[str, str] = field(default_factory=dict)
    ids: str = "id_%s"
    query: str = ""


WHO = {"child_ids": ["$child"], "nanny_id": "$nanny"}
# A session lasts at most 24 hours: here the same time a day later is the 25th, as the clocks go back.
AUTUMN = DAY | {"day": "2031-11-01"}
OVERLONG = {"ends": DAY["starts"]}
PLAN = AUTUMN | WHO | {"hourly_rate": "25.50", "notes": "Boots.\nAnd a hat."}
CARE = {"allergies": "Nuts & milk", "medications": 'None "yet"', "notes": "Naps at noon."}
CHILD = CARE | {"first_name": "Newborn", "last_name": "Rivera", "date_of_birth": "2024-02-29"}
HOME = NEW_FAMILY | {"default_hourly_rate": "20.50", "address": "3 Elm Road"}
PLANNED = SCHEDULE | WHO | {"hourly_rate": "25.50", "notes": "Boots.", "end_date": "2031-12-31", "seen": SEEN}
RANGE = {"from_date": "2031-03-03", "to_date": "2031-03-05"}
OFF = RANGE | {"nanny_id": "$nanny", "reason": "Away.", "start_time": "09:00", "end_time": "12:00"}
RECORD = {"actual_start": "2026-05-29T06:05", "actual_end": "2026-05-29T14:00", "hourly_rate": "26.50"}
RECORD |= {"notes": "Well.", "reason": "Forgotten."}
WAS = {"day": "2026-05-29", "starts": "06:05", "ends": "14:00"}
QUIET = NOTICES | {"quiet_from": "21:00", "quiet_until": "06:00", "mails_together": "yes"}
GIFT = {"date": "2026-05-25", "amount": "20.00", "reason": "Thank you"}
LEAVE = {"date": "2026-05-25", "minutes": "7:30", "reason": "Away."}
LUNCH = {"category": "MEALS", "date": "2026-05-25", "amount": "12.50", "distance": "", "note": "For two."}
RAISE = {"old_rate": "25.00", "hourly_rate": "27.50", "from_date": "2031-03-03"}
RAISE |= {"seen": "25.00|27.50|2031-03-03|1|0|0|0|False"}
UNBORN = {"date_of_birth": "2031-03-03"}

# By the name of the form, and where it stands.
PLACES = {
    "AnswerForm, declining": Place("noor", "decline_request", "request", {"message": "I can’t."}, ids="id_answer_%s"),
    "AnswerForm, accepting": Place("noor", "accept_request", "request", {"message": "Fine."}, ids="id_answer_%s"),
    "CalendarAddressForm": Place(
        "ana", "calendars", "", {"name": "Phone", "detail": "full", "family_id": "", "alarm_minutes": "30"}
    ),
    "CancelledForm": Place("noor", "edit_session", "cancelled", {"cancel_reason": "Fever.", "notes": "Boots."}),
    "CancelForm, one": Place("ana", "cancel_session", "session", {"reason": "Fever."}),
    "CancelForm, many": Place(
        "ana", "cancel_sessions", "family", {"reason": "Fever.", "session": "$box", "sure": "yes"}
    ),
    "CareNotesForm": Place("noor", "child", "child", CARE),
    "PhoneForm": Place("ana", "phone", "family", {"phone": "+1 555 010 0199"}),
    "ChangeRequestForm": Place("ana", "request_changes", "session", AUTUMN | WHO | {"message": "Later?"}, OVERLONG),
    "ChildForm, new": Place("ana", "new_child", "family", CHILD, UNBORN),
    "ChildForm, there": Place("ana", "child", "child", CHILD, UNBORN),
    "CorrectionForm": Place("noor", "edit_session", "completed", RECORD, {"actual_end": "2026-05-29T05:00"}),
    "DecisionForm": Place("noor", "time_off_entry", "time off", {"sessions": "CANCEL"}),
    "FamilySettingsForm": Place("ana", "edit_family", "family", HOME | {"notes": "The key is with Luis."}),
    "GenerationForm": Place("noor", "generate", "schedule", RANGE, {"to_date": "2031-03-02"}),
    "ImpromptuForm": Place("ana", "new_session", "family", PLAN | {"is_confirmed": "on"}, OVERLONG),
    "InvitationForm": Place("ana", "members", "family", {"email": "guest@example.com", "role": "NANNY"}),
    "NewFamilyForm": Place("ana", "new_family", "", HOME),
    "NotesForm": Place("noor", "edit_session", "running", {"notes": "Boots."}),
    "NoticesForm": Place("ana", "notices", "", QUIET, {"quiet_until": "21:00"}),
    "OutsideCalendarForm": Place(
        "noor", "add_outside_calendar", "", OUTSIDE, {"outside_address": "https://127.0.0.1/"}
    ),
    "PayTermsForm, new": Place(
        "ana", "new_pay_terms", "family", TERMS | {"seen": TERMS_SEEN}, {"double_multiplier": "1.25"}
    ),
    "PayTermsForm, there": Place(
        "ana", "edit_pay_terms", "policy", TERMS | {"seen": TERMS_SEEN}, {"double_multiplier": "1.25"}
    ),
    "RaiseForm": Place("ana", "raise", "schedule of the family", RAISE, {"hourly_rate": "25.00"}),
    "RunningLateForm": Place(
        "noor", "running_late", "soon", {"minutes": "25", "message": "The bus."}, {"minutes": "241"}, ids="id_late_%s"
    ),
    "RecordForm": Place("noor", "record_session", "unrecorded", WAS, {"starts": "01:00"}),
    "ScheduleForm, new": Place("noor", "new_schedule", "family", PLANNED, {"end_date": "2031-01-01"}),
    "ScheduleForm, there": Place("noor", "edit_schedule", "schedule", PLANNED, {"end_time": "09:00"}),
    "SessionForm": Place("noor", "edit_session", "session", PLAN, OVERLONG),
    "SettingsForm": Place("ana", "settings", "", SETTINGS | {"time_zone": "Europe/Paris"}),
    "PaymentForm": Place(
        "ana",
        "new_payment",
        "family",
        {"nanny_id": "$nanny", "date": "2026-05-29", "amount": "300.50", "method": "CASH", "note": "For May"},
        {"date": "2031-03-03"},
    ),
    "VoidForm": Place("ana", "void_payment", "payment", {"reason": "Never given"}),
    "TimeOffForm": Place("ana", "time_off", "family", OFF, {"to_date": "2031-03-02", "end_time": "09:00"}),
    "TimeForm": Place("noor", "complete_session", "running", {"time": "07:30", "when": "other"}, {"time": "09:00"}),
    "TokenForm": Place(
        "ana",
        "tokens",
        "",
        {"name": "Script", "scope": "read", "last_day": "2031-03-03"},
        {"last_day": "2020-01-01"},
    ),
    "DeclineForm": Place("ana", "decline_expense", "expense", {"answer": "Not for us."}),
    "DocumentForm, of a period": Place(
        "ana", "documents", "paid family", {"pay_period_id": "$period"}, query="?kind=INVOICE"
    ),
    "DocumentForm, of a year": Place(
        "ana", "documents", "paid family", {"nanny_id": "$nanny", "year": "2026"}, query="?kind=YEAR_NANNY"
    ),
    "DocumentForm, of days": Place(
        "ana",
        "documents",
        "paid family",
        {"nanny_id": "$nanny", "from_date": "2026-05-04", "to_date": "2026-05-10", "child_ids": ["$child"]},
        query="?kind=CARE_RECEIPT",
    ),
    "ExpenseForm, new": Place("ana", "new_expense", "family", LUNCH | {"nanny_id": "$nanny"}, {"date": "2031-03-03"}),
    "ExpenseForm, there": Place("noor", "edit_expense", "expense", LUNCH, {"date": "2031-03-03"}),
    "PayItemForm, paid time": Place(
        "ana",
        "new_pay_item",
        "family",
        LEAVE | {"nanny_id": "$nanny", "kind": "SICK", "hourly_rate": "20.50"},
        query="?kind=SICK",
    ),
    "PayItemForm, leave": Place(
        "ana", "new_pay_item", "family", LEAVE | {"nanny_id": "$nanny"}, query="?kind=UNPAID_LEAVE"
    ),
    "PayItemForm, bonus": Place(
        "ana", "new_pay_item", "family", GIFT | {"nanny_id": "$nanny"}, {"amount": "-20.00"}, query="?kind=BONUS"
    ),
    "PayItemForm, adjustment": Place(
        "ana",
        "new_pay_item",
        "family",
        GIFT | {"nanny_id": "$nanny", "amount": "-12.50"},
        {"amount": "0.00", "reason": ""},
        query="?kind=ADJUSTMENT",
    ),
    "PayItemForm, there": Place("noor", "pay_item", "gift", GIFT, {"amount": "-20.00"}),
    "ImportForm": Place(
        "ana", "import_sessions", "family", {"table": f"{HEADING}\n{GOOD}"}, {"table": f"{HEADING}\n{GOOD[1:]}"}
    ),
    "TaxIdentityForm": Place("noor", "tax_number", "", TAX_NUMBER, {"tax_number": "12"}),
    "WeeksAheadForm": Place("ana", "keep_ahead", "schedule", {"weeks_ahead": "4"}),
}
# A list whose every choice is right, so that only the page can say what is wrong.
CHOSEN = {"RoleForm"}
# Controls of a page about something else, which says in an alert or beside its buttons what is wrong: below.
PRESSED = {"LastDayForm", "LeaveForm", "NewPeriodForm", "PeriodMoveForm", "ReceiptForm"}
# What forms have in common; and those of the ways of signing in, which are below by their addresses.
ELSEWHERE = {"DraftForm", "EditForm", "TimesForm", "SignUpForm"} | {
    name for name in vars(sign_in) | vars(account) if name.endswith("Form")
}


def every_form() -> set[str]:
    names = set()
    for module in pkgutil.iter_modules(forms.__path__, f"{forms.__name__}."):
        for name, kind in inspect.getmembers(import_module(module.name), inspect.isclass):
            if issubclass(kind, django_forms.BaseForm) and kind.__module__ == module.name and name[0] != "_":
                names.add(name)
    return names


def test_every_form_is_tried():
    assert {name.partition(",")[0] for name in PLACES} == every_form() - ELSEWHERE - CHOSEN - PRESSED


@pytest.mark.parametrize("name", PLACES)
def test_a_form_refuses_at_its_field(world, settings, name):
    settings.MAIL_IS_SET_UP = True  # else nobody can choose what comes by mail
    place = PLACES[name]
    known = {"$child": str(world.emma.id), "$nanny": str(world.noor_of_riveras.id)}
    if "session" in place.good:
        known["$box"] = f"{world.session('2026-06-03 06:00').id}:1"
    good = {name: _filled_in(value, known) for name, value in place.good.items()}
    english, spanish = _in_both(getattr(world, place.person))
    args = [_thing(world, place.about)] if place.about else []
    if "$period" in place.good.values():
        good["pay_period_id"] = str(PayPeriod.objects.get().id)
    try_all(Form(english, spanish, reverse(f"web:{place.route}", args=args) + place.query, good, place.ids), place.odd)


def _filled_in(value: Any, ids: dict[str, str]) -> Any:
    return ids.get(value, value) if isinstance(value, str) else [ids.get(item, item) for item in value]


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
            return world.session("2026-06-02 06:00").id
        case "schedule of the family":
            return world.schedule().family_id
        case "completed":
            return world.session("2026-05-29 06:00", state=State.COMPLETED).id
        case "unrecorded":
            return world.session("2026-05-29 06:00", state=State.CONFIRMED).id
        case "soon":
            return world.session("2026-06-01 09:00", state=State.CONFIRMED).id
        case "running":
            return world.session("2026-06-01 06:00", state=State.IN_PROGRESS, overlap_allowed=True).id
        case "cancelled":
            return world.session("2026-06-09 06:00", state=State.CANCELLED).id
        case "time off":
            world.session("2026-06-02 06:00")
            days = Draft.of(from_date=date(2026, 6, 2), to_date=date(2026, 6, 2))
            return time_off.create(world.riveras.id, days, by=world.noor, **ON_THE_WEB).id
        case "request":
            session_id = world.session("2026-06-04 06:00").id
            return change_requests.ask(session_id, Draft.of(message="Later?"), by=world.ana, **ON_THE_WEB).id
    return _thing_of_pay(world, about)


def _thing_of_pay(world: World, about: str) -> Any:
    match about:
        case "paid family":
            return approved_pay.approved(world).family_id
        case "period":
            return a_period(world).id
        case "submitted period":
            return a_period(world, PeriodStatus.SUBMITTED).id
        case "gift":
            return a_gift(world).id
        case "expense":
            return an_expense(world).id
        case "payment":
            return a_payment(world).id
    raise AssertionError(about)


def _in_both(person: User) -> list[Reads]:
    browsers = [Reads(language, person) for language in ("en", "es")]
    for browser in browsers:
        browser.force_login(person)
        browser.post("/accounts/again/", {"password": PASSWORD})  # as who makes a key has to
    return browsers


def test_a_role_that_does_not_exist_is_refused_above_the_members(world):
    for browser, sentence in zip(_in_both(world.ana), ("Nothing was changed.", "Nada cambió."), strict=True):
        browser.begin()
        page = Page(browser.post(reverse("web:member_role", args=[world.bea_of_riveras.id]), {"role": "nonsense"}))
        assert page.status == 422
        assert page.says(f"PARENT, NANNY, COORDINATOR, VIEWER. {sentence}")
    world.bea_of_riveras.refresh_from_db()
    assert world.bea_of_riveras.role == "NANNY"


@pytest.mark.parametrize(
    ("route", "about", "sent", "status"),
    [
        ("change_pay_period", "period", {"to_date": "2026-02-30"}, 422),
        ("change_pay_period", "period", {"to_date": ""}, 422),
        ("pay_periods", "family", {"nanny_id": "$nanny", "from_date": "2026-05-04", "to_date": "2026-02-30"}, 422),
        ("pay_periods", "family", {"nanny_id": "nonsense", "from_date": "2026-05-04", "to_date": "2026-05-10"}, 422),
        ("query_pay_period", "submitted period", {"message": ""}, 422),
        ("query_pay_period", "submitted period", {"message": "x" * 4_001}, 422),
        ("add_receipt", "expense", {}, 302),
        ("pay_time_off", "time off", {"family_id": "nonsense", "kind": "SICK"}, 302),
        ("pay_time_off", "time off", {"family_id": "$family", "kind": "BONUS"}, 302),
    ],
)
def test_a_press_of_a_page_is_refused_in_words(world, route, about, sent, status):
    """The page says what is wrong, in the language of who pressed; nothing is written."""
    address = reverse(f"web:{route}", args=[_thing(world, about)])
    sent = {
        name: _filled_in(value, {"$nanny": str(world.noor_of_riveras.id), "$family": str(world.riveras.id)})
        for name, value in sent.items()
    }
    says = []
    for browser in _in_both(world.ana):
        browser.begin()
        before = (list(PayPeriod.objects.values()), Event.objects.count(), Receipt.objects.count())
        answer = browser.post(address, sent)
        assert answer.status_code == status
        assert (list(PayPeriod.objects.values()), Event.objects.count(), Receipt.objects.count()) == before
        html = (browser.get(answer["Location"]) if status == 302 else answer).text
        says.append(re.findall(r'(?:role="alert"|class="error").*?>\s*([^<>]*[^<>\s])', html, re.DOTALL))
    assert says[0]
    assert says[0] != says[1]


@pytest.mark.parametrize(
    ("query", "english", "spanish"),
    [
        ({"view": "week", "date": "2026-02-30"}, "There is no such day, so this is today.", "Ese día no existe"),
        ({"view": "year"}, "There is no such view, so this is the week.", "Esa vista no existe"),
    ],
)
def test_the_calendar_says_what_it_does_not_know(world, query, english, spanish):
    for browser, sentence in zip(_in_both(world.ana), (english, spanish), strict=True):
        browser.begin()
        assert Page(browser.get("/calendar/", query)).says(sentence)


def test_an_address_fills_in_what_makes_sense(world):
    """A press on an empty time of the calendar leads there; what is no time leaves the usual guess."""
    ana = Visitor(world.ana)
    page = ana.get("new_session", world.riveras.id, **{"day": "2026-06-04", "from": "09:00", "to": "12:00"})
    assert [page.value_of(name) for name in ("day", "starts", "ends")] == ["2026-06-04", "09:00", "12:00"]
    page = ana.get("new_session", world.riveras.id, **{"day": "2026-02-30", "from": "25:00", "to": "<b>"})
    assert [page.value_of(name) for name in ("day", "starts", "ends")] == ["2026-06-02", "15:00", "19:00"]
