"""Browsers of the pages, for loads: each at a network address of its own, and kept open."""

import re

import httpx

from tests.server import Person, Server, hold_to_the_contract

CLIENTS = 64


def browser(server: Server, address: str = "127.0.0.1", *, clients: int = CLIENTS) -> httpx.Client:
    """A browser of its own, at a network address of its own, with as many connections as it is asked by at once."""
    limits = httpx.Limits(max_connections=clients, max_keepalive_connections=clients, keepalive_expiry=None)
    return httpx.Client(
        base_url=server.base_url,
        headers={"Referer": server.base_url},
        timeout=120,
        transport=httpx.HTTPTransport(local_address=address, limits=limits),
        event_hooks={"response": [hold_to_the_contract]},
    )


def form_token(page: httpx.Response, name: str = "csrfmiddlewaretoken") -> str:
    [value] = set(re.findall(rf'name="{name}" value="([\w-]+)"', page.text))
    return value


def sign_in(client: httpx.Client, person: Person, password: str) -> None:
    form = {
        "login": person.email,
        "password": password,
        "csrfmiddlewaretoken": form_token(client.get("/accounts/login/")),
    }
    assert client.post("/accounts/login/", data=form).status_code == 302
