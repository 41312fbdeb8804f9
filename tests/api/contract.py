"""Check every answer of the API that a test sees against the OpenAPI file."""

import gzip
import json
import re
from functools import cache
from typing import Any

from django.http import HttpResponse
from django.test import Client
from jsonschema_rs import Draft202012Validator

from handsel.api.openapi import BASE
from handsel.api.v1 import document
from tests.world import World

_PROBLEMS = {405}  # what an address says of itself, beside its operations
_MEDIA = {True: "application/json", False: "application/problem+json"}


class Api:
    """The API as one person with one token sees it; `client` may be a browser's instead."""

    def __init__(self, world: World, person: Any = None, *, scope: str = "write", client: Client | None = None) -> None:
        self.client = client or Client()
        self.headers = {} if person is None else {"Authorization": f"Bearer {world.secret(person, scope=scope)}"}

    def get(self, path: str, query: str = "", **headers: str) -> HttpResponse:
        return self.send("GET", path + (f"?{query}" if query else ""), **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> HttpResponse:
        return self.send("POST", path, body, **headers)

    def patch(self, path: str, body: Any, **headers: str) -> HttpResponse:
        return self.send("PATCH", path, body, **headers)

    def delete(self, path: str, **headers: str) -> HttpResponse:
        return self.send("DELETE", path, **headers)

    def send(self, method: str, path: str, body: Any = None, *, media: str = "application/json", **headers: str) -> Any:
        """`body` is JSON, or bytes that are sent as they are. Headers are spelled If_Match."""
        raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        spelled = {name.replace("_", "-"): value for name, value in headers.items()}
        response = self.client.generic(
            method, BASE + path, raw, content_type=media if raw else "", headers={**self.headers, **spelled}
        )
        if method != "GET" and "ETag" in response and "Idempotency-Replayed" not in response:
            self._look_again(path, response)
        return response

    def _look_again(self, path: str, written: HttpResponse) -> None:
        """What a write answers is what the next look shows, which may add more."""
        where = written.get("Location", BASE + "/".join(path.split("/")[:3]))
        seen = self.client.get(where, headers=self.headers)
        shown = {name: value for name, value in seen.json().items() if name in written.json()}
        assert (shown, seen["ETag"]) == (written.json(), written["ETag"])


def hold(method: str, address: str, response: Any) -> None:
    """Look at the answer that somebody got, if it is one of the API's. Every client of the tests calls this."""
    path = address.removeprefix(BASE)
    if address.startswith(f"{BASE}/") and path != "/openapi.json":
        check(method, path, response)


def check(method: str, path: str, response: Any) -> None:
    """Raises AssertionError when the answer, Django's or httpx's, is not what the OpenAPI file promises."""
    status = response.status_code
    operation = _operation(method, path)
    summary = f"{method} {path} answered {status} {response.content[:500]!r}"
    assert response.headers["Cache-Control"] in ("no-store", "private, no-store"), summary
    if operation is None or status in _PROBLEMS:
        assert status in (404, 405), summary
        documented: dict[str, Any] = {"content": {"application/problem+json": {"schema": _PROBLEM}}}
    else:
        assert str(status) in operation["responses"], f"not documented: {summary}"
        documented = operation["responses"][str(status)]
    promised = set(documented.get("headers", {})) - {"Idempotency-Replayed"}
    assert all(name in response.headers for name in promised), summary
    if "content" not in documented:
        assert response.content == b"", summary
        return
    media = _MEDIA[status < 400]
    kind = response.headers["Content-Type"].partition(";")[0]
    if kind != media and documented["content"].get(kind, {}).get("schema", {}).get("format") == "binary":
        return  # a file
    assert response.headers["Content-Type"] == media, summary
    body = _json(response)
    errors = list(_validator(json.dumps(documented["content"][media]["schema"])).iter_errors(body))
    assert not errors, f"{summary}: {errors}"
    if status >= 400:
        assert body["status"] == status, summary


def _json(response: Any) -> Any:
    """Return what the answer holds; Django's test client leaves it compressed, httpx does not."""
    is_compressed = isinstance(response, HttpResponse) and "Content-Encoding" in response.headers
    return json.loads(gzip.decompress(response.content)) if is_compressed else response.json()


_PROBLEM = {"$ref": "#/components/schemas/Problem"}


def _operation(method: str, path: str) -> dict[str, Any] | None:
    whole = BASE + path.partition("?")[0]
    for address, operation in _operations().get(method.lower(), ()):
        if address.fullmatch(whole):
            return operation
    return None


@cache
def _operations() -> dict[str, list[tuple[re.Pattern[str], dict[str, Any]]]]:
    """Each method -> its operations, beside what their addresses look like."""
    operations: dict[str, list[tuple[re.Pattern[str], dict[str, Any]]]] = {}
    for template, methods in _document()["paths"].items():
        address = re.compile(re.sub(r"\{\w+\}", "[^/]+", template))
        for method, operation in methods.items():
            operations.setdefault(method, []).append((address, operation))
    return operations


@cache
def _document() -> dict[str, Any]:
    """The OpenAPI file as it goes over the wire, but no object may hold more than it says."""
    return _closed(json.loads(json.dumps(document())))


def _closed(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_closed(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    closed = {key: _closed(value) for key, value in schema.items()}
    if closed.get("type") == "object" and "properties" in closed:
        closed.setdefault("additionalProperties", False)
    return closed


@cache
def _validator(schema: str) -> Draft202012Validator:
    whole = {**json.loads(schema), "components": _document()["components"]}
    return Draft202012Validator(whole, validate_formats=True)
