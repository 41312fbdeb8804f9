"""Handsel on the home screen of a phone."""

import json
import re
import struct
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.conf import settings
from django.test import Client

from handsel.web.views import pwa

pytestmark = pytest.mark.any_database

STATIC = Path(settings.PACKAGE) / "static"


def test_the_manifest_names_icons_of_the_sizes_it_says():
    response = Client().get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    manifest = response.json()
    assert (manifest["name"], manifest["start_url"], manifest["display"]) == ("Handsel", "/", "standalone")
    assert {icon["purpose"] for icon in manifest["icons"]} == {"any", "maskable"}
    for icon in manifest["icons"]:
        picture = STATIC / icon["src"].removeprefix(settings.STATIC_URL)
        if picture.suffix == ".png":
            width, height = struct.unpack(">II", picture.read_bytes()[16:24])
            assert icon["sizes"] == f"{width}x{height}"
        else:
            assert icon["sizes"] == "any"
            assert picture.read_text("utf-8").startswith("<svg ")


def test_the_worker_keeps_all_that_its_pages_are_made_of():
    client = Client()
    worker = client.get("/service-worker.js")
    assert worker["Content-Type"].startswith("text/javascript")
    assert worker["Cache-Control"] == "no-cache"
    written = re.search(r'new Set\(JSON\.parse\(("\[.*?\]")\)\)', worker.content.decode())[1]
    kept = json.loads(json.loads(written))
    for address in ("/offline/", "/offline/unsent/"):
        assert f'"{address}"' in worker.content.decode()
        html = client.get(address).content.decode()
        needed = re.findall(r'<(?:script|link rel="(?:stylesheet|icon)")[^>]*(?:src|href)="([^"]+)"', html)
        assert len(needed) > 5
        assert set(needed) <= set(kept)


@pytest.mark.parametrize("template", ["pwa/offline.html", "base.html"])
def test_a_page_that_stands_in_gets_a_worker_of_its_own_when_it_changes(monkeypatch, tmp_path, template):
    before = pwa._version()
    changed = tmp_path / "changed.html"
    changed.write_text("Something else.")
    get_template = pwa.get_template

    other = SimpleNamespace(origin=SimpleNamespace(name=changed))
    monkeypatch.setattr(pwa, "get_template", lambda name: other if name == template else get_template(name))
    assert pwa._version() != before


def test_the_stand_ins_know_nobody(ana):
    for address in ("/offline/", "/offline/unsent/"):
        html = ana.client.get(address).content.decode()
        assert not re.search(r"\bAna\b", html)
        assert "csrf" not in html
