"""Requests that no browser sends, at a running server in production; and a mail server that is somebody else's."""

import re
import socket
import ssl
from collections.abc import Iterator
from threading import Thread
from urllib.parse import urlsplit

import httpx
import pytest

from handsel.outbound import ServerFailure
from handsel.outbound.email import send
from handsel.pages.letters import Letter
from tests.management.test_fetching import certificate  # noqa: F401  a fixture
from tests.management.test_serve import FROM_THE_PROXY, PRODUCTION
from tests.server import Server

pytestmark = pytest.mark.no_database

HEAD = "Host: book.example.org\r\nX-Forwarded-Proto: https\r\nX-Forwarded-For: 198.51.100.7\r\n"


@pytest.fixture(scope="module")
def production() -> Iterator[Server]:
    with Server("sqlite", **PRODUCTION, HANDSEL_WORKERS="1") as server:
        yield server


def raw(server: Server, request: str) -> str:
    """All that comes back until the server hangs up or falls silent."""
    address = ("127.0.0.1", urlsplit(server.base_url).port)
    with socket.create_connection(address, timeout=5) as connection:
        connection.sendall(request.encode())
        connection.settimeout(3)
        answer = b""
        try:
            while part := connection.recv(65_536):
                answer += part
        except TimeoutError:
            pass
    return answer.decode()


@pytest.mark.nightly
@pytest.mark.parametrize(
    "lengths",
    [
        "Content-Length: 4\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 4\r\n",
        "Content-Length: 5\r\nContent-Length: 47\r\n",
        "Content-Length: 5, 47\r\n",
        "Content-Length: +5\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding : chunked\r\n",
    ],
)
def test_a_message_of_two_lengths_is_refused(production, lengths):
    """What a proxy would take for a body is never answered as a second request."""
    smuggled = f"0\r\n\r\nGET /healthz HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n"
    answer = raw(production, f"POST /accounts/login/ HTTP/1.1\r\n{HEAD}{lengths}\r\n{smuggled}")
    assert re.findall(r"^HTTP/1\.1 (\d+)", answer, re.MULTILINE) in (["400"], ["501"])
    assert '"ok"' not in answer


@pytest.mark.nightly
@pytest.mark.parametrize(
    "path",
    [
        "/.git/config",
        "/.env",
        "/static/",
        "/static/css/",
        "/static/../settings.py",
        "/static/%2e%2e/%2e%2e/settings.py",
        "/static/..%2fstaticfiles.json",
        "/data/handsel.sqlite3",
        "//etc/passwd",
    ],
)
def test_nothing_of_the_sources_is_served(production, path):
    answer = raw(production, f"GET {path} HTTP/1.1\r\n{HEAD}Connection: close\r\n\r\n")
    assert answer.startswith("HTTP/1.1 404 "), answer[:200]
    assert not re.search(r"Index of|Directory listing|INSTALLED_APPS|SQLite format", answer)


@pytest.mark.nightly
@pytest.mark.parametrize("method", ["TRACE", "TRACK", "CONNECT"])
def test_trace_is_refused(production, method):
    for path in ("/accounts/login/", "/api/v1/me", "/healthz"):
        answer = raw(production, f"{method} {path} HTTP/1.1\r\n{HEAD}Cookie: canary=1\r\nConnection: close\r\n\r\n")
        assert re.match(r"HTTP/1\.1 4\d\d ", answer), answer[:200]
        assert "canary" not in answer


@pytest.mark.nightly
def test_static_files_carry_the_headers_too(production):
    page = httpx.get(f"{production.base_url}/accounts/login/", headers=FROM_THE_PROXY).text
    [style, *_] = re.findall(r'href="(/static/[^"]+\.css)"', page)
    answer = httpx.get(f"{production.base_url}{style}", headers=FROM_THE_PROXY)
    assert answer.status_code == 200
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "object-src 'none'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Type"].startswith("text/css; charset=")


def test_a_mail_server_with_anybodys_certificate_gets_no_letter(certificate, settings):  # noqa: F811  a fixture
    heard = []
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            connection, _ = server.accept()
            try:
                with tls.wrap_socket(connection, server_side=True) as closed:
                    closed.sendall(b"220 here\r\n")
                    heard.append(closed.recv(1_000))
            except (ssl.SSLError, OSError):
                pass

        thread = Thread(target=answer, daemon=True)
        thread.start()
        there = {"host": "127.0.0.1", "port": server.getsockname()[1], "use_ssl": True}
        settings.MAILERS = {"default": {"BACKEND": "handsel.outbound.smtp.Backend", "OPTIONS": there}}
        with pytest.raises(ServerFailure):
            send(Letter(to="ana@example.com", subject="Tomorrow", text="Two sessions.\n"))
        thread.join(5)
    assert heard == []
