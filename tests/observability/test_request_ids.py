"""One id from the request to the row, the letter and the worker's lines; and lines of the log that are JSON."""

import json
import logging
import re
from collections.abc import Iterator
from datetime import timedelta
from io import StringIO

import pytest
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone

from handsel.actions import account_letters
from handsel.management import delivery
from handsel.management.worker import DUTIES, run_duty
from handsel.models import Delivery, Notice
from handsel.observability import work
from handsel.observability.logs import JsonFormatter, PlainFormatter
from handsel.observability.work import shape
from handsel.web.observed import observed
from tests.mailbox import Mailbox
from tests.world import NOW

pytestmark = pytest.mark.any_database

UUID = "0190a6e0-1111-7000-8000-00000000000a"


@pytest.fixture
def mailbox(settings) -> Iterator[Mailbox]:
    with Mailbox() as started:
        settings.MAILERS = started.mailers
        settings.MAIL_IS_SET_UP = True
        yield started


def lines_of(formatter: logging.Formatter, monkeypatch) -> StringIO:
    """Where everything goes that the program writes down from now on."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(formatter)
    monkeypatch.setattr(logging.getLogger("handsel"), "handlers", [handler])
    return stream


def test_every_answer_has_an_id_of_its_own_that_a_client_cannot_choose(client, db):
    answers = [client.get("/healthz", headers={"X-Request-ID": UUID}) for _ in range(2)]
    ids = {answer["X-Request-ID"] for answer in answers}
    assert len(ids) == 2
    assert all(re.fullmatch("[0-9a-f]{32}", request_id) for request_id in ids)
    assert work.request_id() == ""


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("header", "known"), [(UUID.upper(), UUID), ("Emma Rivera", ""), (f"{UUID}\n", ""), ("a" * 33, ""), ("", "")]
)
def test_what_a_client_calls_it_is_believed_where_it_can_say_nothing(header, known):
    assert work.as_client_id(header) == known


def test_error_pages_and_problems_name_the_request(client, db):
    page = client.get("/nothing/")
    assert f"<code>{page['X-Request-ID']}</code>" in page.content.decode()
    problem = client.get("/api/v1/nothing")
    assert problem.json()["requestId"] == problem["X-Request-ID"]
    assert "<code>" not in client.get("/accounts/login/").content.decode()


@pytest.mark.no_database
def test_a_line_names_the_request_in_either_form(monkeypatch):
    def view(request: HttpRequest) -> HttpResponse:
        try:
            raise RuntimeError("on fire")  # noqa: TRY301
        except RuntimeError:
            logging.getLogger("handsel.tests").exception("It broke: %s", "badly", extra={"fields": {"status": 500}})
        return HttpResponse(headers={"X-Inside": work.request_id()})

    stream = lines_of(JsonFormatter(), monkeypatch)
    answer = observed(view)(RequestFactory().get("/", headers={"X-Request-ID": UUID}))
    assert answer["X-Request-ID"] == answer["X-Inside"]
    line = json.loads(stream.getvalue())
    assert "RuntimeError: on fire" in line.pop("traceback")
    assert line.pop("time").endswith("+00:00")
    assert line == {
        "level": "ERROR",
        "logger": "handsel.tests",
        "message": "It broke: badly",
        "request_id": answer["X-Request-ID"],
        "client_request_id": UUID,
        "status": 500,
        "error": "RuntimeError",
    }
    stream = lines_of(PlainFormatter("%(levelname)s %(message)s"), monkeypatch)
    answer = observed(view)(RequestFactory().get("/", headers={"X-Request-ID": "Emma"}))
    assert stream.getvalue().startswith(f"ERROR It broke: badly [{answer['X-Request-ID']}]\nTraceback")
    assert "Emma" not in stream.getvalue()


def test_each_request_is_one_line_where_that_is_wanted(world, settings, monkeypatch):
    stream = lines_of(JsonFormatter(), monkeypatch)
    client = Client(headers={"authorization": f"Bearer {world.secret(world.ana)}"})
    client.get("/api/v1/me?name=Emma")
    assert stream.getvalue() == ""
    settings.LOG_REQUESTS = True
    answer = client.get("/api/v1/me?name=Emma")
    line = json.loads(stream.getvalue())
    assert (line["route"], line["method"], line["status"]) == ("api:getMe", "GET", answer.status_code)
    assert line["request_id"] == answer["X-Request-ID"]
    assert line["statements"] > 0
    assert line["seconds"] >= line["database_seconds"] > 0
    assert "Emma" not in stream.getvalue()


def test_the_letter_and_the_workers_line_name_the_request_that_they_came_of(world, mailbox, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW - timedelta(minutes=1))
    session = world.session()
    client = Client(headers={"authorization": f"Bearer {world.secret(world.ana)}"})
    answer = client.post(f"/api/v1/care-sessions/{session.id}/confirm", content_type="application/json")
    request_id = answer["X-Request-ID"]
    assert set(Notice.objects.values_list("request_id", flat=True)) == {request_id}
    mailbox.refuses = {"noor@example.com": "550 No such user"}
    stream = lines_of(PlainFormatter("%(message)s"), monkeypatch)
    with work.begun(duty="send letters"):
        delivery.deliver(NOW, lambda: NOW)
    assert set(Delivery.objects.values_list("request_id", flat=True)) == {request_id}
    letters = mailbox.all()
    assert letters
    assert {letter["X-Request-ID"] for letter in letters} == {request_id}
    [line] = [line for line in stream.getvalue().splitlines() if "Refused for good" in line]
    assert line.endswith(f"[{request_id}]")


def test_a_letter_of_several_requests_names_them_all(world, mailbox, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: NOW - timedelta(minutes=2))
    client = Client(headers={"authorization": f"Bearer {world.secret(world.ana)}"})
    ids = []
    for session in (world.session(), world.session("2026-06-03 09:00")):
        path = f"/api/v1/care-sessions/{session.id}/confirm"
        ids.append(client.post(path, content_type="application/json")["X-Request-ID"])
    with work.begun(duty="send letters"):
        delivery.deliver(NOW, lambda: NOW)
    [luis] = [letter for letter in mailbox.all() if letter["To"] == "luis@example.com"]
    assert sorted(luis["X-Request-ID"].split(", ")) == sorted(ids)


def test_a_letter_about_signing_in_names_the_request_too(db):
    with work.begun() as request:
        account_letters.queue("ana@example.com", "Code", "1234", lasts=timedelta(minutes=5), at=NOW)
    assert Delivery.objects.get().request_id == request.request_id


def test_a_slow_statement_is_written_down_without_its_values(db, settings, monkeypatch):
    stream = lines_of(JsonFormatter(), monkeypatch)
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'Emma Rivera', %s", ["Theo Rivera"])
        assert stream.getvalue() == ""
        settings.SLOW_STATEMENT = 0.0
        cursor.execute("SELECT 'Emma Rivera', 5551234, %s", ["Theo Rivera"])
    line = json.loads(stream.getvalue())
    assert line["message"].endswith(" s: SELECT ?, ?, %s")
    assert "Rivera" not in stream.getvalue()


@pytest.mark.no_database
def test_the_shape_of_a_statement_is_short():
    assert shape("SELECT 'it''s Emma'\n   FROM x") == "SELECT ? FROM x"
    assert len(shape("SELECT x " * 1000)) < 1010


def test_a_turn_of_the_worker_is_one_thing(db, monkeypatch):
    """What it writes by itself, such as a reminder, is named after its turn."""
    ids = []
    [duty] = [duty for duty in DUTIES if duty.name == "remind"]
    monkeypatch.setattr("handsel.management.worker.duties.take", lambda *_, **__: ids.append(work.request_id()))
    for _ in range(2):
        with work.begun(duty=duty.name):
            run_duty(duty, NOW, {})
    assert len(set(ids) - {""}) == 2
