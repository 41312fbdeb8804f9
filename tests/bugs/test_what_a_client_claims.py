"""Requests that broke the server, or were taken for others, before anything of ours had seen them."""

import json
import socket

import httpx
import pytest

from tests.server import NO_TLS, Server, hold_to_the_contract

pytestmark = pytest.mark.no_database


@pytest.mark.parametrize("charset", ["hex", "rot13", "undefined", "idna", "raw_unicode_escape", "utf-16", "nonsense"])
@pytest.mark.parametrize("path", ["/healthz?a=%5Cud800", "/accounts/login/?next=/%5Cud800", "/api/v1/me?a=%ff"])
def test_a_charset_that_is_none_changes_nothing(server: Server, charset: str, path: str):
    headers = {"Content-Type": f"text/plain; charset={charset}"}
    assert asked(server, path, headers) == asked(server, path, {}) < 500


@pytest.mark.parametrize("path", ["/accounts/login/", "/today/", "/api/v1/me"])
@pytest.mark.parametrize("cookie", [r'sessionid="abcdefgh\000ijkl"', r'csrftoken="\000"', r'messages="\000\015\012"'])
def test_a_cookie_that_we_never_set_is_none(server: Server, cookie: str, path: str):
    assert asked(server, path, {"Cookie": cookie}) == asked(server, path, {}) < 500


def asked(server: Server, path: str, headers: dict[str, str]) -> int:
    with httpx.Client(event_hooks={"response": [hold_to_the_contract]}, verify=NO_TLS) as client:
        return client.get(server.base_url + path, headers=headers).status_code


def test_a_body_in_chunks_is_read(server: Server):
    [ana] = server.people("Ana")
    wanted = {"name": "Riveras", "timeZone": "America/New_York", "currency": "USD"}

    def chunks(text: str):
        for letter in text:
            yield letter.encode()

    with server.client(ana) as client:
        headers = {"Content-Type": "application/json"}
        made = client.post("/families", content=chunks(json.dumps(wanted)), headers=headers)
        assert made.status_code == 201, made.text
        assert made.json()["name"] == "Riveras"
        long = client.post("/families", content=chunks("x" * 1_000), headers=headers)
        assert long.status_code == 400

        def endless():
            for _ in range(1_100):
                yield b" " * 1_000

        assert client.post("/families", content=endless(), headers=headers).status_code == 413


def test_a_form_with_files_is_not_kept_in_memory_whole(server: Server):
    """It is refused by the length it claims: of these 300 MB only the first line is ever sent."""
    address = httpx.URL(server.base_url)
    token = "a" * 32
    head = (
        "POST /accounts/login/ HTTP/1.1\r\n"
        f"Host: {address.host}:{address.port}\r\n"
        f"Cookie: csrftoken={token}\r\n"
        "Content-Type: multipart/form-data; boundary=X\r\n"
        "Content-Length: 300000000\r\n"
        "Connection: close\r\n\r\n"
        '--X\r\nContent-Disposition: form-data; name="photo"; filename="emma.jpg"\r\n\r\n'
    )
    with socket.create_connection((address.host, address.port), timeout=10) as connection:
        connection.sendall(head.encode())
        assert connection.recv(100).startswith(b"HTTP/1.1 413 ")


@pytest.mark.parametrize(
    ("path", "status"),
    [("/accounts/login/", 413), ("/nothing/", 404), ("/api/v1/families", 401)],
)
def test_who_sends_too_much_can_read_the_answer(server: Server, path: str, status: int):
    """A connection that closes on a client who is still sending takes the answer with it."""
    address = httpx.URL(server.base_url)
    head = (
        f"POST {path} HTTP/1.1\r\n"
        f"Host: {address.host}:{address.port}\r\n"
        f"Cookie: csrftoken={'a' * 32}\r\n"
        "Content-Type: application/x-www-form-urlencoded\r\n"
        "Content-Length: 12000000\r\n\r\n"
    )
    with socket.create_connection((address.host, address.port), timeout=10) as connection:
        connection.sendall(head.encode())
        for _ in range(1_200):
            connection.sendall(b"x" * 10_000)
        assert connection.recv(100).startswith(f"HTTP/1.1 {status} ".encode())
        connection.sendall(f"GET /healthz HTTP/1.1\r\nHost: {address.host}:{address.port}\r\n\r\n".encode())
        answer = b""
        while b'"status"' not in answer:
            more = connection.recv(10_000)
            assert more, answer
            answer += more
