"""Nonsense in addresses and parameters of pages, and ids of other kinds, which none may break on."""

import ast
from collections.abc import Iterator
from copy import deepcopy
from datetime import date
from pathlib import Path
from urllib.parse import quote, urlsplit
from uuid import uuid4

import pytest
from django.urls import reverse

import handsel.web
from handsel.access import mail_links
from handsel.actions import (
    calendar_addresses,
    change_requests,
    devices,
    exports,
    generation,
    invitations,
    kept_forms,
    outside_calendars,
    raises,
    session_imports,
    time_off,
)
from handsel.models import ApiToken, IssuedFile, Notice
from handsel.rules.drafts import Draft
from handsel.rules.notices import Topic
from handsel.rules.pay.documents import FileFormat
from handsel.rules.roles import Role
from handsel.web.urls import urlpatterns
from tests.access.routes.bodies import DAY, RANGE, SCHEDULE, SEEN, TERMS
from tests.actions.acts.pay import RAISE
from tests.actions.test_session_imports import GOOD, HEADING
from tests.models.broken_documents import a_document
from tests.models.broken_expenses import an_expense
from tests.models.broken_pay import a_policy
from tests.models.broken_pay_items import a_gift
from tests.models.broken_pay_periods import a_period
from tests.models.broken_payments import a_payment
from tests.push_service import Browser
from tests.run import in_turn
from tests.web.random_input import NEVER, TOO_MUCH, WRONG, Sender
from tests.web.visitor import lift_limits
from tests.world import NOW, ON_THE_WEB, PASSWORD, World, built_once

pytestmark = pytest.mark.any_database

IDS = ["", "1", str(uuid4()), f"{uuid4()}:1", f"{uuid4()}:-1,{uuid4()}:x", ",,:,", ":" * 2_000, f"{uuid4()}," * 2_000]
PLACES = [
    "//example.com/",
    "https://example.com/",
    "/today/\r\nSet-Cookie: a=b",
    "javascript:alert(1)",
    "/\\example.com",
]

NEW_SESSION = DAY | {"child_ids": "{child_id}"}
NEW_SCHEDULE = SCHEDULE | {"child_ids": "{child_id}", "seen": SEEN}
# What pages read beside forms: method and parameter -> where, and what comes with it.
PARAMETERS = {
    "GET after": [
        ("inbox", {}),
        ("schedules", {}),
        ("schedule", {}),
        ("family_sessions", {"past": ""}),
        ("time_off", {"past": ""}),
        ("expenses", {}),
        ("pay_items", {}),
        ("documents", {}),
        ("my_documents", {}),
        ("who_looked", {}),
        ("who_changed", {}),
        ("opened", {}),
    ],
    "POST quietly": [("add_device", Browser("https://push.example.org/quietly").subscription)],
    "GET past": [("family_sessions", {}), ("time_off", {})],
    "GET off": [("schedules", {})],
    "GET month": [("family_records", {})],
    "GET nanny": [("pay", {}), ("payments", {}), ("new_payment", {}), ("new_pay_item", {}), ("raise", {})],
    "GET preset": [("new_pay_terms", {})],
    "GET session": [("new_pay_item", {"kind": "ADJUSTMENT"})],
    "GET lost": [("new_pay_item", {"kind": "ADJUSTMENT"})],
    "GET week": [("family_home", {}), ("who_looked", {}), ("who_changed", {})],
    "GET view": [("calendar", {"date": "2026-06-04"})],
    "GET date": [("calendar", {"view": view}) for view in ("week", "month", "day", "agenda")],
    "GET family": [("calendar", {}), ("calendar_add", {})],
    "GET day": [("new_session", {"from": "09:00", "to": "12:00"}), ("calendar_add", {})],
    "GET from": [("new_session", {"day": "2026-06-04", "to": "12:00"})],
    "GET to": [("new_session", {"day": "2026-06-04", "from": "09:00"})],
    "GET kind": [("generate", {}), ("documents", {}), ("new_pay_item", {})],
    "GET format": [("document_file", {})],
    "GET person": [("who_looked", {}), ("who_changed", {})],
    "GET child": [("who_looked", {}), ("who_changed", {})],
    "GET from_date": [("generate", RANGE)],
    "GET to_date": [("generate", RANGE)],
    "GET next": [("request_changes", {})],
    "GET press": [("unsent_form", {})],
    "POST decided": [("time_off", {"from_date": "2026-06-10", "to_date": "2026-06-20", "nanny_id": ""})],
    "POST tell_reason": [("time_off", {"from_date": "2026-06-10", "to_date": "2026-06-20", "nanny_id": ""})],
    "POST version": [
        ("confirm_session", {}),
        ("edit_session", NEW_SESSION),
        ("switch_schedule", {"on": "no"}),
        ("edit_family", {"name": "R", "time_zone": "Europe/Paris", "currency": "USD"}),
    ],
    "POST form_token": [("new_session", NEW_SESSION), ("new_child", {"first_name": "Newborn"})],
    "POST next": [
        ("confirm_session", {}),
        ("new_session", NEW_SESSION),
        ("confirm_sessions", {"session": "{session_id}"}),
    ],
    "POST when": [("complete_session", {}), ("started_session", {})],
    "POST confirms": [("record_session", {})],
    "POST starts": [("record_session", NEW_SESSION)],
    "POST ends": [("complete_session", {"when": "now"})],
    "POST ends_when": [("complete_session", {"when": "now", "ends": "{session_id}"})],
    "POST seen_role": [("member_role", {"role": "VIEWER"})],
    "POST wanted": [("mail_stop", {})],
    "POST List-Unsubscribe": [("mail_stop", {})],
    "POST all": [
        ("confirm_sessions", {}),
        ("cancel_sessions", {}),
        ("cancel_sessions", {"sure": "1"}),
        ("mail_answer", {}),
    ],
    "POST session": [
        ("mail_answer", {}),
        ("confirm_sessions", {}),
        ("cancel_sessions", {}),
        ("cancel_sessions", {"sure": "1"}),
    ],
    "POST move": [("mail_answer", {}), ("mail_answer", {"when": "planned"})],
    "POST sure": [("cancel_sessions", {"session": "{session_id}"})],
    "POST on": [("switch_schedule", {})],
    "POST missing": [("generate", RANGE)],
    "POST seen": [("new_schedule", NEW_SCHEDULE), ("edit_schedule", NEW_SCHEDULE), ("new_pay_terms", TERMS)],
    "POST compare": [("new_pay_terms", TERMS)],
    "POST compared": [("new_pay_terms", TERMS)],
    "POST plan": [("new_schedule", NEW_SCHEDULE)],
    "POST preview": [("new_schedule", NEW_SCHEDULE), ("import_sessions", {"table": f"{HEADING}\n{GOOD}"})],
    "POST live": [("new_schedule", NEW_SCHEDULE), ("new_pay_terms", TERMS), ("raise", {})],
    "POST person": [("enter_example", {})],
    "POST language": [("language", {})],
}
# Read by a form that is filled from the address, and by Django itself.
ELSEWHERE = {"GET from_date", "GET to_date", "POST language"}

IN_THE_ADDRESS_OF_A_FORM = {
    "GET pressed": "undo_sessions",
    "GET version": "undo_session",
    "GET instead": "record_session",
}
OF_SIGNING_IN = "POST login"  # see SIGN_IN


@pytest.fixture(scope="module")
def furnished(django_db_setup, django_db_blocker) -> Iterator[tuple[World, dict[str, str]]]:
    """A world with all these things, built once for the tests of this file."""
    with built_once(django_db_blocker) as world:
        yield world, _ids(world)


@pytest.fixture
def world(furnished, db) -> World:
    return deepcopy(furnished[0])


@pytest.fixture
def ids(furnished) -> dict[str, str]:
    return furnished[1]


def _ids(world: World) -> dict[str, str]:
    """One thing of every kind at the Riveras', by the name that addresses have for it."""
    family, noor, ana = world.riveras.id, {"by": world.noor, **ON_THE_WEB}, {"by": world.ana, **ON_THE_WEB}
    schedule = world.schedule().id
    made = generation.generate(schedule, Draft.of(from_date=_june(1), to_date=_june(7)), **noor)
    asked = world.session("2026-06-18 06:00").id
    invited, token = invitations.invite(family, Draft.of(email="guest@example.com", role=Role.VIEWER), **ana)
    document = a_document(world)
    IssuedFile.insert_many([IssuedFile.of(document, name, b"{}") for name in FileFormat])
    table = {"raw": f"{HEADING}\n{GOOD}".encode(), "dry_run": False, "skip_refused": False}
    world.secret(world.ana)
    things = {
        "family_id": family,
        "child_id": world.emma.id,
        "member_id": world.bea_of_riveras.id,
        "schedule_id": schedule,
        "batch_id": made.batch_id,
        "session_id": world.session("2026-06-16 06:00").id,
        "request_id": change_requests.ask(asked, Draft.of(message="Later?"), **ana).id,
        "time_off_id": time_off.create(family, Draft.of(from_date=_june(20), to_date=_june(21)), **ana).id,
        "invitation_id": invited.id,
        "notice_id": Notice.objects.filter(person=world.ana).first().id,
        "address_id": calendar_addresses.make(Draft.of(name="Phone", detail="full"), **ana)[0].id,
        "calendar_id": outside_calendars.add(Draft.of(name="Private", address="https://a.example/"), **noor).id,
        "device_id": devices.add(Draft.of(name="Phone", **Browser("https://push.example.org/").subscription), **ana).id,
        "kept_id": kept_forms.keep(kept_forms.Form("/more/", (("notes", "Boots."),)), person_id=world.ana.id, at=NOW),
        "expense_id": an_expense(world).id,
        "item_id": a_gift(world).id,
        "policy_id": a_policy(world).id,
        "period_id": a_period(world).id,
        "payment_id": a_payment(world).id,
        "document_id": document.id,
        "export_id": exports.start(family, **ana).id,
        "import_id": session_imports.import_sessions(family, **table, **ana).import_id,
        "token_id": ApiToken.objects.get(person=world.ana).id,
        "raise_id": raises.make(family, Draft.of(nanny_id=world.noor_of_riveras.id, **RAISE), **ana).event_id,
    }
    plain = {
        "token": token,
        "year": "2026",
        "sign_in_id": "1",
        "secret": mail_links.answer_token(things["notice_id"]),
        "secret of mail_stop": mail_links.unsubscribe_token(world.ana.id, Topic.TO_ANSWER),
    }
    return {name: str(thing_id) for name, thing_id in things.items()} | plain


def _june(day: int) -> date:
    return date(2026, 6, day)


PLAIN = {"token", "year", "sign_in_id", "secret"}  # no ids
HOLES = {pattern.name: list(pattern.pattern.converters) for pattern in urlpatterns}


def address(route: str, ids: dict[str, str]) -> str:
    return reverse(f"web:{route}", kwargs={hole: value_for(route, hole, ids) for hole in HOLES[route]})


def value_for(route: str, hole: str, ids: dict[str, str]) -> str:
    return ids.get(f"{hole} of {route}", ids[hole])


def test_every_parameter_is_tried():
    assert PARAMETERS.keys() - ELSEWHERE | IN_THE_ADDRESS_OF_A_FORM.keys() | {OF_SIGNING_IN} == set(_read_by_pages())


def _read_by_pages() -> Iterator[str]:
    """Each `request.GET.get("name")`, `request.POST.getlist("name")` and `"name" in request.GET`."""
    for path in Path(handsel.web.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            match node:
                case ast.Call(
                    func=ast.Attribute(value=ast.Attribute(attr="GET" | "POST" as method), attr="get" | "getlist"),
                    args=[ast.Constant(value=name), *_],
                ):
                    yield f"{method} {name}"
                case ast.Compare(
                    left=ast.Constant(value=name), comparators=[ast.Attribute(attr="GET" | "POST" as method)]
                ):
                    yield f"{method} {name}"
                case ast.Subscript(value=ast.Attribute(attr="GET" | "POST" as method), slice=ast.Constant(value=name)):
                    yield f"{method} {name}"


@pytest.mark.parametrize("parameter", PARAMETERS)
def test_no_parameter_of_any_page_chokes(world, ids, settings, parameter):
    settings.EXAMPLE = True
    method, name = parameter.split()
    ana = Sender(world, "ana")
    for number, (route, more) in enumerate(PARAMETERS[parameter], start=list(PARAMETERS).index(parameter)):
        sent = {key: value.format(**ids) if isinstance(value, str) else value for key, value in more.items()}
        ask, at = (ana.get if method == "GET" else ana.post), address(route, ids)
        for value in in_turn([*NEVER, *WRONG, *_alike(name)], number):
            if not (method == "GET" and len(value) > 50_000):  # no server takes so long an address
                _is_answered(ask(at, sent | {name: value}))
        _is_answered(ask(at, sent | {name: ["", ids["session_id"], NEVER[0]]}))
        if method == "POST":
            assert ana.post(at, sent | {name: TOO_MUCH}).status_code == 413


@pytest.mark.parametrize("parameter", IN_THE_ADDRESS_OF_A_FORM)
def test_no_address_of_an_undo_chokes(world, ids, parameter):
    ana, name, route = Sender(world, "ana"), parameter.removeprefix("GET "), IN_THE_ADDRESS_OF_A_FORM[parameter]
    instants = ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59", "2026-06-01", "2026-06-01T06:00:00"]
    number = list(IN_THE_ADDRESS_OF_A_FORM).index(parameter)
    for value in in_turn([*WRONG, *instants, "Emma\x00", "x" * 5_000], number):
        sent = quote(value.encode("utf-8", "surrogatepass"))
        response = ana.post(f"{address(route, ids)}?{name}={sent}&{name}={sent}", {})
        _is_answered(response)
        assert response.wrote_nothing


def _alike(name: str) -> list[str]:
    """What looks like what is expected there."""
    return PLACES if name == "next" else IDS if name in {"after", "all", "session", "version", "form_token"} else []


def _is_answered(response) -> None:
    """And leads nowhere else."""
    assert response.status_code in (200, 204, 302, 404, 409, 412, 422)
    assert urlsplit(response.get("Location", "/")).netloc == ""
    assert "\n" not in response.get("Location", "/")


def test_an_id_of_another_kind_names_nothing(world, ids):
    ana = Sender(world, "ana")
    for route, holes in HOLES.items():
        for hole in set(holes) - PLAIN:
            for other in [
                "session_id" if hole != "session_id" else "request_id",
                "child_id" if hole != "child_id" else "family_id",
            ]:
                at = address(route, ids | {hole: ids[other]})
                answers = {ana.get(at, {}).status_code, ana.post(at, {}).status_code}
                if route == "unsent_form":  # of what is not kept, it leads Home
                    assert answers == {302, 405}
                    continue
                assert answers <= {404, 405}, (route, other)
                assert 404 in answers, (route, other)


def test_no_address_chokes(world, ids):
    ana = Sender(world, "ana")
    for number, (route, holes) in enumerate(HOLES.items()):
        for hole in holes:
            good, odd = address(route, ids), ["\ud800", "../../etc/passwd"]
            if hole in PLAIN:
                odd += in_turn([*WRONG, "\x00", "0", "9999", "10000", str(2**63), "x" * 5_000, str(uuid4())], number)
            for value in odd:
                at = good.replace(value_for(route, hole, ids), quote(value.encode("utf-8", "surrogatepass"), safe=""))
                for response in (ana.get(at, {}), ana.post(at, {})):
                    assert response.status_code in ((200, 302, 404, 405) if hole in PLAIN else (404, 405)), (
                        route,
                        value,
                    )


# allauth's forms: who sends them, and what to.
SIGN_IN = {
    "account_login": ("", {"login": "ana@example.com", "password": PASSWORD}),
    "account_signup": ("", {"name": "Newcomer", "email": "newcomer@example.com", "password1": PASSWORD}),
    "account_request_login_code": ("", {"email": "ana@example.com"}),
    "account_reset_password": ("", {"email": "ana@example.com"}),
    "mfa_login_webauthn": ("", {"credential": "{}"}),
    "account_change_password": ("ana", {"oldpassword": PASSWORD, "password1": "Kites!", "password2": "Kites!"}),
    "account_email": ("ana", {"email": "second.ana@example.com", "action_add": "1", "action_remove": "1"}),
    "account_reauthenticate": ("ana", {"password": PASSWORD}),
}


@pytest.mark.parametrize("route", SIGN_IN)
def test_no_way_of_signing_in_chokes(world, route):
    person, good = SIGN_IN[route]
    sender = Sender(world, person)
    for number, name in enumerate([*good, "next", "remember"], start=list(SIGN_IN).index(route)):
        for value in in_turn([*NEVER, "\ud800", "NaN", "9" * 40, "{}", *_alike(name)], number):
            lift_limits()  # who tries again and again is stopped otherwise
            response = sender.post(reverse(route), good | {name: [good.get(name, ""), value]})
            assert response.status_code in (302, 400, 422)
            assert urlsplit(response.get("Location", "/")).netloc == ""
    assert sender.post(reverse(route), good | {"next": TOO_MUCH}).status_code == 413
