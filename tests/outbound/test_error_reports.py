"""Reports of errors: what a server is told of one, and what it is not; nobody waits for it."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from handsel.env import values
from handsel.management.worker import Duty, run_duty
from handsel.observability import work
from handsel.outbound import error_reports
from handsel.web.observed import observed
from tests.world import NOW

CANARIES = ("Emma", "Rivera", "ana@example.com", "hunter2")


class Gathered(list):
    """What the server was sent: its address, its headers and its body."""

    status = 200


@pytest.fixture
def gathered() -> Iterator[Gathered]:
    reports = Gathered()

    class Server(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            reports.append((self.path, dict(self.headers), body))
            self.send_response(reports.status)
            self.end_headers()

        def log_message(self, *_) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    Thread(target=server.serve_forever, daemon=True).start()
    reports.url = f"http://publickey@127.0.0.1:{server.server_port}/42"
    yield reports
    server.shutdown()
    server.server_close()


@contextmanager
def reporting(gathered: Gathered) -> Iterator[logging.Handler]:
    address = values.error_reports(gathered.url)
    handler, logger = error_reports.Handler(address.endpoint, address.key), logging.getLogger("handsel")
    logger.addHandler(handler)
    try:
        yield handler
        handler.flush()
    finally:
        logger.removeHandler(handler)


def broken(request: HttpRequest) -> HttpResponse:
    password = "hunter2"
    try:
        try:
            raise KeyError("Emma Rivera")  # noqa: TRY301
        except KeyError as error:
            raise ValueError(f"ana@example.com {password}") from error
    except ValueError:
        logging.getLogger("handsel.api").exception("It broke: %s", "Emma")
    return HttpResponse(status=500)


@pytest.mark.no_database
def test_a_report_says_where_and_nothing_of_whom(gathered):
    request = RequestFactory().post("/families/Rivera/?name=Emma", {"password": "hunter2"}, headers={"x-is": "Emma"})
    with reporting(gathered):
        answer = observed(broken)(request)
    [(path, headers, body)] = gathered
    assert path == "/api/42/envelope/"
    assert "sentry_key=publickey" in headers["X-Sentry-Auth"]
    assert headers["Content-Type"] == "application/x-sentry-envelope"
    envelope, item, event = map(json.loads, body.splitlines())
    assert (item, envelope["event_id"]) == ({"type": "event"}, event["event_id"])
    assert [each["type"] for each in event["exception"]["values"]] == ["KeyError", "ValueError"]
    [frame] = event["exception"]["values"][0]["stacktrace"]["frames"]
    assert (frame["function"], frame["module"].rpartition(".")[2]) == ("broken", "test_error_reports")
    assert frame["lineno"] > 0
    assert event["tags"] == {"request_id": answer["X-Request-ID"]}
    assert not [canary for canary in CANARIES if canary.encode() in body + json.dumps(headers).encode()]


def test_what_breaks_in_the_worker_is_reported_by_its_duty(gathered, db):
    def break_down(_):
        raise OSError("ana@example.com is away")

    with reporting(gathered), work.begun(duty="knit"):
        run_duty(Duty("knit", NOW - NOW, break_down, shared=True), NOW, {})
    [(_, _, body)] = gathered
    event = json.loads(body.splitlines()[2])
    assert (event["transaction"], event["exception"]["values"][0]["type"]) == ("knit", "OSError")
    assert b"ana@" not in body


@pytest.mark.no_database
def test_outages_and_plain_lines_are_none(gathered):
    with reporting(gathered) as handler:
        for error in (OperationalError("connection refused"), None):
            record = logging.LogRecord("handsel", logging.ERROR, "", 0, "Broken", (), None)
            record.exc_info = (type(error), error, None) if error else None
            handler.emit(record)
    assert gathered == []


@pytest.mark.no_database
def test_a_storm_is_cut_off_and_a_server_that_refuses_is_one_line(gathered, caplog):
    gathered.status = 500
    with reporting(gathered) as handler:
        for _ in range(50):
            record = logging.LogRecord("handsel", logging.ERROR, "", 0, "Broken", (), None)
            record.exc_info = (ValueError, ValueError(), None)
            handler.emit(record)
    assert 0 < len(gathered) <= 20
    assert [line for line in caplog.messages if "report" in line] == ["A report of an error was not taken: answer 500"]


@pytest.mark.no_database
@pytest.mark.parametrize(
    ("text", "endpoint"),
    [
        ("https://abc@sentry.example.org/42", "https://sentry.example.org/api/42/envelope/"),
        ("https://abc@example.org:9000/errors/7", "https://example.org:9000/errors/api/7/envelope/"),
        ("http://abc@127.0.0.1:9/1", "http://127.0.0.1:9/api/1/envelope/"),
    ],
)
def test_the_setting(text, endpoint):
    assert values.error_reports(text) == values.ErrorReports(endpoint, "abc")


@pytest.mark.no_database
@pytest.mark.parametrize(
    "text",
    ["sentry", "https://sentry.example.org/42", "https://abc@sentry.example.org/", "http://abc@sentry.example.org/1"],
)
def test_what_is_no_such_setting(text):
    with pytest.raises(ValueError, match="must"):
        values.error_reports(text)
