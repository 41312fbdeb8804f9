"""Every refusal of the contract's table, as application/problem+json."""

import logging

import pytest
from django.http import JsonResponse
from django.test import Client

from handsel.api.openapi import BASE
from handsel.queries import people
from tests.api.contract import Api, check

pytestmark = pytest.mark.any_database

NOBODY = "01890000-0000-7000-8000-000000000000"


def refused(answer, status: int, code: str) -> dict:
    assert (answer.status_code, answer.json()["code"], answer["Content-Type"]) == (
        status,
        code,
        "application/problem+json",
    )
    return answer.json()


def test_a_problem_says_what_it_is(sam):
    answer = sam.get(f"/families/{NOBODY}")
    assert refused(answer, 404, "not_found") == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "There is nothing here that you can see.",
        "code": "not_found",
        "requestId": answer["X-Request-ID"],
    }


@pytest.mark.parametrize("path", ["/nothing", "/families/", "/me/me", "", "/", "/families/%2e%2e/children/x"])
def test_an_address_that_does_not_exist(ana, path):
    for method in ("GET", "POST", "DELETE"):
        refused(ana.send(method, path), 404, "not_found")


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/api", "/api/", "/api/v1", "/api/v2/me"])
def test_below_api_nothing_speaks_html(client: Client, path):
    refused(client.post(path), 404, "not_found")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("PUT", f"/families/{NOBODY}", "GET, PATCH"),
        ("DELETE", "/families", "GET, POST"),
        ("GET", f"/care-sessions/{NOBODY}/confirm", "POST"),
        ("TRACE", "/me", "GET"),
    ],
)
def test_a_method_that_an_address_does_not_know(ana, method, path, allowed):
    answer = ana.send(method, path)
    refused(answer, 405, "method_not_allowed")
    assert answer["Allow"] == allowed


@pytest.mark.parametrize("wrong", ["1", "nobody", NOBODY + "0", "%00", "..%2F..", "é", "x" * 5_000, "%ff", NOBODY[:-1]])
def test_what_is_no_id_names_nothing(ana, wrong):
    refused(ana.get(f"/families/{wrong}/children"), 404, "not_found")
    refused(ana.post(f"/care-sessions/{wrong}/cancel"), 404, "not_found")


def test_who_is_not_known_is_asked_first(world):
    nobody = Api(world)
    for answer in (
        nobody.get("/families/nonsense"),
        nobody.post("/families", b"{"),
        nobody.get("/me", "x=1"),
        nobody.delete(f"/children/{NOBODY}"),
    ):
        refused(answer, 401, "not_authenticated")
        assert answer["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"nonsense",
        b'{"name": NaN}',
        b'{"defaultHourlyRate": Infinity}',
        b"\xff\xfe{}",
        b"\xef\xbb\xbf{}",
        b'{"name": "' + b"\xff" + b'"}',
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b'{"name": ' + b"9" * 5_000 + b"}",
        b"{} {}",
        b"\r\n",
    ],
)
def test_what_is_not_json(ana, body):
    refused(ana.post("/families", body), 400, "malformed")


@pytest.mark.parametrize(
    "media", ["text/plain", "application/x-www-form-urlencoded", "application/json; charset=latin-1"]
)
def test_another_content_type(ana, media):
    refused(ana.post("/families", b'{"name": "x"}', media=media), 415, "unsupported_media_type")


@pytest.mark.parametrize("media", ["multipart/form-data; boundary=x", ""])
def test_no_content_type_or_a_forms(ana, media):
    answer = ana.client.generic("POST", f"{BASE}/families", b'{"name": "x"}', content_type=media, headers=ana.headers)
    refused(answer, 415, "unsupported_media_type")


def test_a_body_over_a_megabyte(ana):
    refused(ana.post("/families", b'{"name": "' + b"x" * 1_000_000 + b'"}'), 413, "too_large")
    refused(ana.post("/families", b" " * 20_000_000), 413, "too_large")


def test_a_large_body_under_a_megabyte_is_a_fields_problem(ana):
    wrong = refused(
        ana.post("/families", {"name": "x" * 900_000, "timeZone": "UTC", "currency": "USD"}), 422, "invalid"
    )
    assert [error["field"] for error in wrong["errors"]] == ["name"]


def test_a_key_given_twice_is_named(ana):
    body = b'{"name": "A", "name": "A", "typo": 1, "typo": 1, "timeZone": "UTC", "currency": "USD"}'
    wrong = refused(ana.post("/families", body), 422, "invalid")
    assert [error["field"] for error in wrong["errors"]] == ["name", "typo"]


def test_ten_thousand_unknown_fields_are_told_shortly(ana):
    wrong = refused(ana.post("/families", {f"field{number}": 1 for number in range(10_000)}), 422, "invalid")
    assert len(wrong["errors"]) < 30


@pytest.mark.parametrize("body", [b"[]", b"null", b"7", b'"name"', b"true"])
def test_a_body_is_an_object(ana, body):
    wrong = refused(ana.post("/families", body), 422, "invalid")
    assert "body" in [error["field"] for error in wrong["errors"]]


def test_a_thousand_parameters(ana):
    refused(ana.get("/families", "&".join(f"a{number}=1" for number in range(2_000))), 400, "malformed")


def test_what_nobody_foresaw_is_written_down_and_not_told(ana, monkeypatch, caplog):
    def fall(_person):
        raise RuntimeError("the secret of the cellar")

    monkeypatch.setattr(people, "me", fall)
    answer = ana.client.get(f"{BASE}/me", headers=ana.headers)
    assert "cellar" not in answer.content.decode()
    refused(answer, 500, "broken")
    assert caplog.records[-1].levelno == logging.ERROR
    assert "cellar" in caplog.text


def test_the_checking_client_checks(ana, world):
    """It must fail for an answer that says too much, too little or something else."""
    answer = ana.get(f"/families/{world.riveras.id}")
    for spoil in (
        lambda body: body.pop("name"),
        lambda body: body.update(secret=1),
        lambda body: body.update(createdAt="yesterday"),
        lambda body: body.update(defaultHourlyRate=25.0),
    ):
        body = answer.json()
        spoil(body)
        spoiled = JsonResponse(body, headers={"Cache-Control": "no-store", "ETag": answer["ETag"]})
        spoiled.json = lambda body=body: body
        with pytest.raises(AssertionError):
            check("GET", f"/families/{world.riveras.id}", spoiled)
