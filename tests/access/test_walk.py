"""Every route, asked by everybody: for what is theirs, for the neighbours', and for what does not exist.

The table of expectations is routes.py; the families are built in neighbours.py.
"""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import models, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.utils import timezone

from handsel.access import mail_links
from handsel.api.operations import BASE
from handsel.api.v1 import document
from handsel.models import CalendarAddress, Event, Family, IdempotencyKey, Notice
from handsel.rules.notices import NoticeKind, Topic
from tests.access import neighbours, routes
from tests.access.neighbours import FIRST_RATE, PAY, RATES, SECOND_RATE, Household, Somebody
from tests.access.routes import OUTSIDERS, ROLES, Row
from tests.api import contract

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
_FRESH = re.compile(r'(csrfmiddlewaretoken" value=|"once" value=|nonce=|"X-CSRFToken": )"[^"]*"')
EVERYBODY = (*ROLES, *OUTSIDERS, "nobody")


def _resolved(resolver: URLResolver, prefix: str = "/", namespace: str = "") -> Iterator[tuple[str, str]]:
    """Every route: its name, and its address with {holes}."""
    for pattern in resolver.url_patterns:
        said = str(pattern.pattern).removeprefix("^").removesuffix("$")
        address = prefix + re.sub(r"\(\?P<(\w+)>[^)]*\)|<(?:\w+:)?(\w+)>", r"{\1\2}", said)
        if isinstance(pattern, URLResolver):
            yield from _resolved(pattern, address, f"{pattern.namespace}:" if pattern.namespace else namespace)
        else:
            yield f"{namespace}{pattern.name}", address


ADDRESSES = dict(_resolved(get_resolver()))
OPERATIONS = {
    operation["operationId"]: (method.upper(), path)
    for path, operations in document()["paths"].items()
    for method, operation in operations.items()
    if method.upper() in METHODS
}


# The table is whole.


def test_every_operation_is_in_the_table():
    assert {row.route for row in routes.API} == set(OPERATIONS)


def test_every_page_is_in_the_table():
    listed = {row.route.split()[1] for row in routes.PAGES} | {route.split()[1] for route in routes.PUBLIC}
    named = {name for name in ADDRESSES if not name.startswith(("api:", "admin:"))}
    # The one without a name answers 404 to whatever else is asked below /api/.
    assert named == listed | set(routes.SIGN_IN) | {routes.INVITATION, "None"}


def test_what_is_served_below_the_api_is_what_the_openapi_file_says():
    served = {address for name, address in ADDRESSES.items() if name.startswith("api:")}
    assert served == {path for _, path in OPERATIONS.values()}


def test_every_text_of_a_family_carries_its_canary(walkers):
    """So that a text that leaks is seen, whichever it is."""
    for house in (walkers["parent"].home, walkers["parent"].next_door):
        for model in _models_of_a_family():
            whose = "pk" if model._meta.model_name == "family" else "family"
            rows = model.objects.filter(**{whose: house.things["family"].id})
            assert rows.exists(), model
            for field in _texts(model):
                assert any(house.canary in str(value) for value in rows.values_list(field, flat=True)), (model, field)


def _models_of_a_family() -> list[type[models.Model]]:
    # A key keeps the answer for its own person alone, and not beyond the membership; an address is named by its person.
    everything = set(apps.get_app_config("handsel").get_models()) - {IdempotencyKey, CalendarAddress}
    return [Family, *(model for model in everything if any(field.name == "family" for field in model._meta.fields))]


def _texts(model: type[models.Model]) -> list[str]:
    coded = {"time_zone", "currency", "token_hash", "kind", "source", "answer", "once"}
    kinds = (models.CharField, models.TextField, models.JSONField)
    return [
        field.name
        for field in model._meta.fields
        if isinstance(field, kinds) and not field.choices and field.name not in coded | {"child_ids"}
    ]


# The walk.


@pytest.fixture
def walkers(world) -> dict[str, Somebody]:
    return neighbours.build(world)


class Walk:
    """One person's way along every row: what was found wrong is gathered, so that one run tells it all."""

    def __init__(self, world, role: str, somebody: Somebody) -> None:
        self.role = role
        self.somebody = somebody
        self.api_headers = {"Authorization": f"Bearer {world.secret(somebody.user)}"} if somebody.user else {}
        self.client = Client()
        if somebody.user:
            self.client.force_login(somebody.user)
        self.wrong: list[str] = []
        self.met: set[str] = set()

    def go(self, row: Row) -> None:
        mine = self._id(row.about, "home") if row.about else ""
        home = self.ask(row, self.somebody.home, mine)
        self._look(row, "at home", home, self._status_at_home(row))
        if not row.about:
            return
        nothing = self._id(row.about, None)
        missing = self.ask(row, self.somebody.home, nothing)
        closed = 404 if self.somebody.user else self._status_at_home(row)
        self._look(row, "nowhere", missing, closed)
        if self.role in ROLES:
            theirs = self._id(row.about, "next_door")
            foreign = self.ask(row, self.somebody.next_door, theirs)
            self._look(row, "next door", foreign, closed)
            alike = said(foreign, theirs) == said(missing, nothing)
        else:  # who has no home is not let in anywhere
            alike = row.outsiders or said(home, mine) == said(missing, nothing)
        if not alike:
            self.wrong.append(f"{row.route} ({row.about}): what one may not see is told unlike what is missing")

    def ask(self, row: Row, house: Household, name: str) -> HttpResponse:
        """Ask, note what was written all the same, and leave everything as it was."""
        self.client.cookies.pop("messages", None)  # what the last page did not say is no news of this one
        with transaction.atomic():
            before = Event.objects.count(), Notice.objects.count()
            response = self._send(row, house, name)
            if response.status_code >= 400 and (Event.objects.count(), Notice.objects.count()) != before:
                self.wrong.append(f"{row.route}: refused, but something was written")
            transaction.set_rollback(True)
        return response

    def _send(self, row: Row, house: Household, name: str) -> HttpResponse:
        sent = _filled_in(row.send, house)
        if row.route in OPERATIONS:
            method, template = OPERATIONS[row.route]
            how: dict[str, Any] = {"headers": self.api_headers}
            if method in ("POST", "PATCH"):
                how["content_type"] = "application/json"
        else:
            method, template = row.route.split()[0], ADDRESSES[row.route.split()[1]]
            how = {}
        address = _address(template, name, house)
        response = getattr(self.client, method.lower())(address, sent, **how)
        if row.route in OPERATIONS:
            contract.check(method, address.removeprefix(BASE), response)
        return response

    def _id(self, about: str, where: str | None) -> str:
        """The id of what is asked for: one's own, the neighbours', or nobody's."""
        if about in self.somebody.own and where == "home":
            return str(self.somebody.own[about].id)
        house: Household = getattr(self.somebody, where or "home")
        thing = house.things[about]
        if where is None:
            if isinstance(thing, str):
                return "no-such-thing"
            return str(2**40) if isinstance(thing.id, int) else str(uuid4())
        return thing if isinstance(thing, str) else str(thing.id)

    def _status_at_home(self, row: Row) -> int:
        if self.role in ROLES:
            return row.status_for(self.role)
        if self.role == "nobody":
            return row.nobody or (401 if row.route in OPERATIONS else 302)
        return row.outsiders or 404

    def _look(self, row: Row, where: str, response: HttpResponse, expected: int) -> None:
        text = f"{response.headers}{response.content.decode()}"
        if response.status_code != expected:
            self.wrong.append(f"{row.route} {where} ({row.about}): {response.status_code}, not {expected}")
        self.met |= {word for word in (*RATES, self.somebody.home.canary) if word in text}
        seen = {secret for secret in self.somebody.hidden if secret in text}
        if seen:
            self.wrong.append(f"{row.route} {where} ({row.about}): shows {sorted(seen)}")


def said(response: HttpResponse, *names: str) -> tuple[int, str]:
    """An answer without what differs each time: the ids that were asked for, and one-time values."""
    text = response.headers.get("Location", "") + response.content.decode()
    for name in names:
        text = text.replace(name, "ID")
    return response.status_code, _FRESH.sub("", text)


def _address(template: str, name: str, house: Household) -> str:
    return re.sub(r"{\w+}", name, template.replace("{year}", str(house.things["year"])))


def _filled_in(value: Any, house: Household) -> Any:
    match value:
        case dict():
            return {key: _filled_in(item, house) for key, item in value.items()}
        case list():
            return [_filled_in(item, house) for item in value]
        case "$canary":
            return house.canary
        case str() if value.startswith("$"):
            thing = house.things[value[1:]]
            return thing if isinstance(thing, str) else str(thing.id)
        case _:
            return value


@pytest.mark.parametrize("role", EVERYBODY)
@pytest.mark.parametrize("rows", [routes.API, routes.PAGES], ids=["api", "pages"])
def test_everybody_gets_what_the_table_says_and_hears_of_nothing_else(world, walkers, rows, role):
    walk = Walk(world, role, walkers[role])
    for row in rows:
        walk.go(row)
    assert not walk.wrong, "\n".join(walk.wrong)
    # What is looked for would be found.
    seen = {"parent": RATES, "coordinator": RATES, "nanny": {str(FIRST_RATE)}, "other nanny": {str(SECOND_RATE)}}
    assert walk.met >= seen.get(role, set())
    assert (walkers[role].home.canary in walk.met) == (role in ROLES)


def test_an_address_takes_no_other_method(world, walkers):
    """Whatever the table does not name is refused, so that nothing can be done that nobody thought of."""
    ana = walkers["parent"]
    client = Client(headers={"Authorization": f"Bearer {world.secret(ana.user)}"})
    client.force_login(ana.user)
    listed: dict[str, set[str]] = {}
    about: dict[str, str] = {}
    for row in (*routes.API, *routes.PAGES):
        method, address = OPERATIONS.get(row.route) or (row.route.split()[0], ADDRESSES[row.route.split()[1]])
        listed.setdefault(address, set()).add(method)
        about[address] = row.about
    for address, methods in listed.items():
        thing = ana.own.get(about[address]) or ana.home.things.get(about[address])
        url = _address(address, str(getattr(thing, "id", thing)), ana.home)
        for method in set(METHODS) - methods:
            assert client.generic(method, url).status_code == 405, (method, address)


@pytest.mark.parametrize("role", EVERYBODY)
def test_what_is_public_tells_of_nobody(walkers, role):
    client = Client()
    if walkers[role].user:
        client.force_login(walkers[role].user)
    for route, status in routes.PUBLIC.items():
        method, name = route.split()
        response = client.generic(method, ADDRESSES[name])
        assert response.status_code == status, route
        assert not [secret for secret in walkers["nobody"].hidden if secret in response.content.decode()], route
    nothing = client.get("/api/v1/nothing-of-the-kind")
    assert (nothing.status_code, nothing.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("role", EVERYBODY)
def test_the_operators_pages_are_not_there_for_who_is_no_staff(walkers, role):
    """tests/admin says what staff see."""
    client = Client()
    if walkers[role].user:
        client.force_login(walkers[role].user)
    found = [address for name, address in ADDRESSES.items() if name.startswith("admin:")]
    assert len(found) > 20
    for address in found:
        for method in METHODS:
            asked = re.sub(r"{\w+}", str(uuid4()), address.replace("{app_label}", "handsel"))
            answer = client.generic(method, asked)
            assert answer.status_code == (404 if walkers[role].user else 302), (method, address)


def test_the_ways_of_signing_in_tell_of_nobody(walkers):
    for name, statuses in routes.SIGN_IN.items():
        address = ADDRESSES[name].replace("{pk}", "1")
        address = re.sub(r"{\w+}", "abc", address)
        for role, status in zip(("nobody", "parent"), statuses, strict=True):
            client = Client()
            if walkers[role].user:
                client.force_login(walkers[role].user)
            for method in ("GET", "POST"):
                response = client.generic(method, address)
                text = response.content.decode()
                assert response.status_code < 500, (name, method, role)
                assert not [secret for secret in walkers[role].hidden if secret in text], (name, method, role)
                if method == "GET":
                    assert response.status_code == status, (name, role, response.status_code)


@pytest.mark.parametrize("role", EVERYBODY)
def test_an_invitation_is_for_whoever_holds_it_and_tells_no_more_than_it_must(walkers, role):
    somebody = walkers[role]
    client = Client()
    if somebody.user:
        client.force_login(somebody.user)
    address = ADDRESSES[routes.INVITATION]
    held = _address(address, somebody.home.things["token"], somebody.home)
    shown = client.get(held).content.decode()
    assert somebody.home.canary in shown  # the family's name: one wants to know where one is going
    others = somebody.hidden - {somebody.home.canary}
    assert not [secret for secret in others if secret in shown]
    made_up = _address(address, "no-such-thing", somebody.home)
    assert client.get(made_up).status_code == 404
    assert client.post(made_up).status_code == 404
    pressed = client.post(held)
    if role in ROLES:
        assert pressed.status_code == 409
    elif somebody.user:
        assert pressed.status_code == 302
        assert client.get(held).status_code == 404
    else:
        assert pressed.status_code == 200


@pytest.mark.parametrize("role", ROLES)
def test_the_link_of_a_mail_is_for_whoever_holds_it_and_tells_no_more_than_it_must(walkers, role):
    """It may be asked by anybody, and shows the sessions of its notice, without pay."""
    somebody = walkers[role]
    told = Notice.objects.create(
        person=somebody.user,
        family=somebody.home.things["family"],
        session=somebody.home.things["unconfirmed"],
        kind=NoticeKind.SESSIONS_TO_CONFIRM,
        at=timezone.now(),
    )
    address = _address(ADDRESSES["web:mail_answer"], mail_links.to_answer(told.id), somebody.home)
    answers = role in ("parent", "founding nanny", "coordinator")
    for asks in (None, "stranger", role):
        client = Client()
        if asks:
            client.force_login(walkers[asks].user)
        shown = client.get(address)
        assert shown.status_code == (200 if answers else 410)
        text = shown.content.decode()
        assert (somebody.home.canary in text) == answers
        assert not [secret for secret in somebody.hidden | PAY if secret in text]
        stop = _address(
            ADDRESSES["web:mail_stop"], mail_links.to_stop(somebody.user.id, Topic.CONFIRMED), somebody.home
        )
        assert not [secret for secret in somebody.hidden | PAY if secret in client.get(stop).content.decode()]
    box = f"{somebody.home.things['unconfirmed'].id}:{somebody.home.things['unconfirmed'].version}"
    assert Client().post(address, {"session": box}).status_code == (302 if answers else 410)
    somebody.home.things["unconfirmed"].refresh_from_db()
    assert somebody.home.things["unconfirmed"].is_confirmed is answers


NAMING_OTHERS = [
    # operation or page, the thing it is about, what is sent; "!kind" is the neighbours' thing
    Row("createCareSchedule", "family", "", routes.NEW_SCHEDULE | {"childIds": ["!child"]}),
    Row("createCareSchedule", "family", "", routes.NEW_SCHEDULE | {"nannyId": "!nanny"}),
    Row("updateCareSchedule", "schedule", "", {"childIds": ["!child"]}),
    Row("updateCareSchedule", "schedule", "", {"nannyId": "!nanny"}),
    Row("createImpromptuSession", "family", "", routes.TIMES | {"childIds": ["!child"]}),
    Row("createImpromptuSession", "family", "", routes.TIMES | {"childIds": ["$child"], "nannyId": "!nanny"}),
    Row("updateCareSession", "unconfirmed", "", {"childIds": ["$child", "!child"]}),
    Row("updateCareSession", "unconfirmed", "", {"nannyId": "!nanny"}),
    Row("confirmCareSessions", "family", "", {"sessionIds": ["!unconfirmed"]}),
    Row("requestChanges", "confirmed", "", {"message": "And Theo?", "childIds": ["!child"]}),
    Row("createTimeOff", "family", "", routes.DAYS | {"nannyId": "!nanny"}),
    Row("getCareSessions", "family", "", {"scheduleId": "!schedule"}),
    Row("getCareSessions", "family", "", {"childId": "!child"}),
    Row("getCareSessions", "family", "", {"nannyId": "!nanny"}),
    Row("POST web:new_session", "family", "", routes.DAY | {"child_ids": ["!child"]}),
    Row("POST web:new_session", "family", "", routes.DAY | {"child_ids": ["$child"], "nanny_id": "!nanny"}),
    Row("POST web:new_schedule", "family", "", routes.SCHEDULE | {"child_ids": ["!child"], "seen": routes.SEEN}),
    Row("POST web:confirm_sessions", "family", "", {"session": ["!unconfirmed"]}),
    Row("POST web:cancel_sessions", "family", "", {"session": ["!unconfirmed"], "sure": "1"}),
    Row("POST web:time_off", "family", "", {"nanny_id": "!nanny", "from_date": "2031-03-03", "to_date": "2031-03-04"}),
]


@pytest.mark.parametrize("role", ["parent", "coordinator"])
def test_naming_what_belongs_to_others_is_like_naming_nothing(world, walkers, role):
    walk = Walk(world, role, walkers[role])
    somebody = walkers[role]
    for row in NAMING_OTHERS:
        answers = []
        for where in ("next_door", None):
            named: list[str] = []

            def other(kind: str, where=where, named=named) -> str:
                named.append(walk._id(kind, where))
                return named[-1]

            sent = Row(row.route, row.about, "", _naming(row.send, other))
            response = walk.ask(sent, somebody.home, walk._id(row.about, "home"))
            walk._look(sent, "at home", response, response.status_code)
            answers.append(said(response, *named))
        assert answers[0] == answers[1], row
    assert not walk.wrong, "\n".join(walk.wrong)


def _naming(value: Any, other) -> Any:
    match value:
        case dict():
            return {key: _naming(item, other) for key, item in value.items()}
        case list():
            return [_naming(item, other) for item in value]
        case str() if value.startswith("!"):
            return other(value[1:])
        case _:
            return value
