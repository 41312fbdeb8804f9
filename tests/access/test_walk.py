"""Every route, asked by everybody: for what is theirs, for the neighbours', and for what does not exist.

The table of expectations is routes/; the families are built in neighbours.py and furniture.py.
"""

import re
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from handsel.access import mail_links
from handsel.models import Notice
from handsel.rules.notices import NoticeKind, Topic
from tests.access.pay_furniture import FIRST_RATE, PAY, RATES, SECOND_RATE
from tests.access.routes.api import API
from tests.access.routes.bodies import DAY, DAYS, GIFT, LUNCH, NEW_SCHEDULE, PAYMENT, SCHEDULE, SEEN, TIMES
from tests.access.routes.open_to_all import INVITATION, PUBLIC, SIGN_IN
from tests.access.routes.pages import PAGES
from tests.access.routes.row import OUTSIDERS, ROLES, Row
from tests.access.walk import METHODS, Walk, address_of, addresses, operations, without_ids
from tests.run import NIGHTLY

pytestmark = pytest.mark.any_database

EVERYBODY = (*ROLES, *OUTSIDERS, "nobody")
# A page lets in whom its action lets in, and of the API everybody asks everything. By day pages are asked as who may do
# most, who works for the family and may not see the pay of another, who may only look, and who is let in nowhere.
ON_PAGES_BY_DAY = ("parent", "other nanny", "viewer", "removed member", "nobody")
# Next door, and where there is nothing, a parent asks everything by day too, who may do most at home; the others ask a
# sixth each, not the same as the one named before.


@pytest.mark.parametrize(
    ("rows", "role"),
    [
        pytest.param(rows, role, id=f"{name}-{role}", marks=[] if role in by_day else pytest.mark.nightly)
        for name, rows, by_day in (("api", API, EVERYBODY), ("pages", PAGES, ON_PAGES_BY_DAY))
        for role in EVERYBODY
    ],
)
def test_everybody_gets_what_the_table_says_and_hears_of_nothing_else(world, actors, rows, role, caplog):
    walk = Walk(world, role, actors[role])
    turn = EVERYBODY.index(role)
    for number, row in enumerate(rows):
        walk.go(row, also_elsewhere=NIGHTLY or role == "parent" or (number + turn) % 6 == 0)
    assert not walk.wrong, "\n".join(walk.wrong)
    # What is looked for would be found.
    seen = {"parent": RATES, "coordinator": RATES, "nanny": {str(FIRST_RATE)}, "other nanny": {str(SECOND_RATE)}}
    assert walk.met >= seen.get(role, set())
    assert (actors[role].home.canary in walk.met) == (role in ROLES)


def test_an_address_takes_no_other_method(world, actors):
    """Whatever the table does not name is refused, so that nothing can be done that nobody thought of."""
    ana = actors["parent"]
    client = Client(headers={"Authorization": f"Bearer {world.secret(ana.user)}"})
    client.force_login(ana.user)
    listed: dict[str, set[str]] = {}
    about: dict[str, str] = {}
    for row in (*API, *PAGES):
        method, address = operations().get(row.route) or (row.route.split()[0], addresses()[row.route.split()[1]])
        listed.setdefault(address, set()).add(method)
        about[address] = row.about
    for address, methods in listed.items():
        thing = ana.own.get(about[address]) or ana.home.things.get(about[address])
        url = address_of(address, str(getattr(thing, "id", thing)), ana.home)
        for method in set(METHODS) - methods:
            assert client.generic(method, url).status_code == 405, (method, address)


@pytest.mark.parametrize("role", EVERYBODY)
def test_what_is_public_tells_of_nobody(actors, role):
    client = Client()
    if actors[role].user:
        client.force_login(actors[role].user)
    for route, status in PUBLIC.items():
        method, name = route.split()
        response = client.generic(method, addresses()[name])
        assert response.status_code == status, route
        assert not [secret for secret in actors["nobody"].hidden if secret in response.content.decode()], route
    nothing = client.get("/api/v1/nothing-of-the-kind")
    assert (nothing.status_code, nothing.json()["code"]) == (404, "not_found")


@pytest.mark.parametrize("role", EVERYBODY if NIGHTLY else ["parent", "nobody"])  # they ask for staff alone
def test_the_operators_pages_are_not_there_for_who_is_no_staff(actors, role):
    """tests/admin says what staff see."""
    client = Client()
    if actors[role].user:
        client.force_login(actors[role].user)
    pages = [address for name, address in addresses().items() if name.startswith("admin:")]
    assert len(pages) > 20
    for address in pages:
        for method in METHODS:
            path = re.sub(r"{\w+}", str(uuid4()), address.replace("{app_label}", "handsel"))
            answer = client.generic(method, path)
            assert answer.status_code == (404 if actors[role].user else 302), (method, address)


def test_the_ways_of_signing_in_tell_of_nobody(actors):
    for name, statuses in SIGN_IN.items():
        address = addresses()[name].replace("{pk}", "1")
        address = re.sub(r"{\w+}", "abc", address)
        for role, status in zip(("nobody", "parent"), statuses, strict=True):
            client = Client()
            if actors[role].user:
                client.force_login(actors[role].user)
            for method in ("GET", "POST"):
                response = client.generic(method, address)
                text = response.content.decode()
                assert response.status_code < 500, (name, method, role)
                assert not [secret for secret in actors[role].hidden if secret in text], (name, method, role)
                if method == "GET":
                    assert response.status_code == status, (name, role, response.status_code)


@pytest.mark.parametrize("role", EVERYBODY)
def test_an_invitation_is_for_whoever_holds_it_and_tells_no_more_than_it_must(actors, role):
    somebody = actors[role]
    client = Client()
    if somebody.user:
        client.force_login(somebody.user)
    address = addresses()[INVITATION]
    held = address_of(address, somebody.home.things["token"], somebody.home)
    shown = client.get(held).content.decode()
    assert somebody.home.canary in shown  # the family's name: one wants to know where one is going
    others = somebody.hidden - {somebody.home.canary}
    assert not [secret for secret in others if secret in shown]
    made_up = address_of(address, "no-such-thing", somebody.home)
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
def test_the_link_of_a_mail_is_for_whoever_holds_it_and_tells_no_more_than_it_must(actors, role):
    """It may be asked by anybody, and shows the sessions of its notice, without pay."""
    somebody = actors[role]
    notice = Notice.objects.create(
        person=somebody.user,
        family=somebody.home.things["family"],
        session=somebody.home.things["unconfirmed"],
        kind=NoticeKind.SESSIONS_TO_CONFIRM,
        at=timezone.now(),
    )
    address = address_of(addresses()["web:mail_answer"], mail_links.answer_token(notice.id), somebody.home)
    answers = role in ("parent", "founding nanny", "coordinator")
    for asks in (None, "stranger", role):
        client = Client()
        if asks:
            client.force_login(actors[asks].user)
        shown = client.get(address)
        assert shown.status_code == (200 if answers else 410)
        text = shown.content.decode()
        assert (somebody.home.canary in text) == answers
        assert not [secret for secret in somebody.hidden | PAY if secret in text]
        stop = address_of(
            addresses()["web:mail_stop"], mail_links.unsubscribe_token(somebody.user.id, Topic.CONFIRMED), somebody.home
        )
        assert not [secret for secret in somebody.hidden | PAY if secret in client.get(stop).content.decode()]
    box = f"{somebody.home.things['unconfirmed'].id}:{somebody.home.things['unconfirmed'].version}"
    assert Client().post(address, {"session": box}).status_code == (302 if answers else 410)
    somebody.home.things["unconfirmed"].refresh_from_db()
    assert somebody.home.things["unconfirmed"].is_confirmed is answers


NAMING_OTHERS = [
    # operation or page, the thing it is about, what is sent; "!kind" is the neighbours' thing
    Row("createCareSchedule", "family", "", NEW_SCHEDULE | {"childIds": ["!child"]}),
    Row("createCareSchedule", "family", "", NEW_SCHEDULE | {"nannyId": "!nanny"}),
    Row("updateCareSchedule", "schedule", "", {"childIds": ["!child"]}),
    Row("updateCareSchedule", "schedule", "", {"nannyId": "!nanny"}),
    Row("createImpromptuSession", "family", "", TIMES | {"childIds": ["!child"]}),
    Row("createImpromptuSession", "family", "", TIMES | {"childIds": ["$child"], "nannyId": "!nanny"}),
    Row("updateCareSession", "unconfirmed", "", {"childIds": ["$child", "!child"]}),
    Row("updateCareSession", "unconfirmed", "", {"nannyId": "!nanny"}),
    Row("confirmCareSessions", "family", "", {"sessionIds": ["!unconfirmed"]}),
    Row("requestChanges", "confirmed", "", {"message": "And Theo?", "childIds": ["!child"]}),
    Row("createTimeOff", "family", "", DAYS | {"nannyId": "!nanny"}),
    Row("createExpense", "family", "", LUNCH | {"nannyId": "!nanny"}),
    Row("getExpenses", "family", "", {"nannyId": "!nanny"}),
    Row("createPayItem", "family", "", GIFT | {"nannyId": "!nanny"}),
    Row("getPayItems", "family", "", {"nannyId": "!nanny"}),
    Row("recordPayment", "family", "", PAYMENT | {"nannyId": "!nanny"}),
    Row("getPayments", "family", "", {"nannyId": "!nanny"}),
    Row("createPayPolicy", "family", "", {"effectiveFrom": "2031-03-03", "nannyId": "!nanny"}),
    Row("getDocuments", "family", "", {"nannyId": "!nanny"}),
    Row("issueDocument", "family", "", {"kind": "YEAR_NANNY", "year": 2025, "nannyId": "!nanny"}),
    Row("issueDocument", "family", "", {"kind": "YEAR_CHILD", "year": 2025, "childIds": ["!child"]}),
    Row("createPayPeriod", "family", "", {"nannyId": "!nanny", "from": "2020-01-27", "to": "2020-02-02"}),
    Row("getPayPeriods", "family", "", {"nannyId": "!nanny"}),
    Row("proposePayPeriod", "family", "", {"nannyId": "!nanny"}),
    Row("getCareSessions", "family", "", {"scheduleId": "!schedule"}),
    Row("getCareSessions", "family", "", {"childId": "!child"}),
    Row("getCareSessions", "family", "", {"nannyId": "!nanny"}),
    Row("POST web:new_session", "family", "", DAY | {"child_ids": ["!child"]}),
    Row("POST web:new_session", "family", "", DAY | {"child_ids": ["$child"], "nanny_id": "!nanny"}),
    Row("POST web:new_schedule", "family", "", SCHEDULE | {"child_ids": ["!child"], "seen": SEEN}),
    Row("POST web:confirm_sessions", "family", "", {"session": ["!unconfirmed"]}),
    Row("POST web:cancel_sessions", "family", "", {"session": ["!unconfirmed"], "sure": "1"}),
    Row("POST web:time_off", "family", "", {"nanny_id": "!nanny", "from_date": "2031-03-03", "to_date": "2031-03-04"}),
]


@pytest.mark.parametrize("role", ["parent", "coordinator"])
def test_naming_what_belongs_to_others_is_like_naming_nothing(world, actors, role):
    walk = Walk(world, role, actors[role])
    somebody = actors[role]
    for row in NAMING_OTHERS:
        answers = []
        for where in ("next_door", None):
            named: list[str] = []

            def other(kind: str, where=where, named=named) -> str:
                named.append(walk.id_of(kind, where))
                return named[-1]

            sent = Row(row.route, row.about, "", _naming(row.send, other))
            response = walk.ask(sent, somebody.home, walk.id_of(row.about, "home"))
            walk.look(sent, "at home", response, response.status_code)
            answers.append(without_ids(response, *named))
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
