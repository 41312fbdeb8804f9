"""Nothing that a client sends stands in the log, and no client can fill it."""

import socket

import httpx
import pytest

from tests.server import Server

pytestmark = pytest.mark.no_database

SECRET = "aSecretThatOpensADoor"
HOST = b"Host: localhost\r\nConnection: close\r\n"


def answered(server: Server, sent: bytes) -> bytes:
    address = httpx.URL(server.base_url)
    with socket.create_connection((address.host, address.port), timeout=10) as connection:
        connection.sendall(sent)
        return connection.recv(100)


@pytest.mark.parametrize(
    "sent",
    [
        b"GET /invitations/%s/\r\n" + HOST + b"\r\n",
        b"GET /invitations/%s/ please HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET invitations/%s HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET / HTTP/1.1\r\n" + HOST + b"Authorization Bearer %s\r\n\r\n",
        b"GET /?q=%s&" + b"&".join([b"a=1"] * 500) + b" HTTP/1.1\r\n" + HOST + b"\r\n",
        b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n%s\r\n",
        b"HEAD /invitations/%s/ HTTP/1.1\r\n" + HOST + b"\r\n",
        b"GET /api/v1/me?limit=%s HTTP/1.1\r\n" + HOST + b"Content-Type: a/b; charset=hex\r\n\r\n",
        b"POST /accounts/login/ HTTP/1.1\r\n" + HOST + b"Cookie: csrftoken=" + b"a" * 32 + b"\r\n"
        b"Content-Type: text/plain; boundary=%s\r\nContent-Length: 0\r\n\r\n",
        b"POST /accounts/login/ HTTP/1.1\r\n" + HOST + b"Cookie: csrftoken=" + b"a" * 32 + b"\r\n"
        b"Content-Type: multipart/form-data; boundary= %s\r\nContent-Length: 1\r\n\r\nx",
        b"POST /accounts/login/?%s HTTP/1.1\r\n" + HOST + b"Cookie: csrftoken=" + b"a" * 32 + b"\r\n"
        b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 9999999\r\n\r\n",
    ],
)
def test_what_a_client_sends_is_not_written_down(server: Server, sent: bytes):
    before = server.log.read_text()
    assert answered(server, sent.replace(b"%s", SECRET.encode())).startswith(b"HTTP/1.1 ")
    assert server.log.read_text() == before


def test_a_host_that_is_not_served_is_one_line_of_all_processes_without_the_address(server: Server):
    before = server.log.read_text()
    for _ in range(20):
        httpx.get(f"{server.base_url}/invitations/{SECRET}/?{SECRET}", headers={"Host": "forgotten.example.org"})
    [written] = server.log.read_text().removeprefix(before).splitlines()
    assert "The host forgotten.example.org is not served" in written
    assert SECRET not in written


def test_gunicorn_names_no_address_of_what_broke_it(caplog):
    from gunicorn.config import Config

    from handsel.management.commands.serve import _Log

    log = _Log(Config())
    log.error_log.addHandler(caplog.handler)
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        log.exception("Error handling request %s %s", "GET", f"/invitations/{SECRET}/")
        log.exception("Exception in worker process %s", 7)
    finally:
        log.error_log.removeHandler(caplog.handler)
    assert [record.getMessage() for record in caplog.records] == [
        "Error handling a request",
        "Exception in worker process 7",
    ]
