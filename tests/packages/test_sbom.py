"""The list of what an installed Handsel holds, and what asks advisories about it."""

import json
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import PurePath
from threading import Thread

import pytest
from cyclonedx.output.json import JsonV1Dot6
from django.contrib.staticfiles.finders import get_finders
from packaging.markers import Marker
from packaging.requirements import Requirement

from script import advisories, sbom
from tests.packages.conftest import ROOT

pytestmark = pytest.mark.no_database


@pytest.fixture(scope="module")
def bom():
    return sbom.bom()


@pytest.fixture(scope="module")
def text(bom):
    return JsonV1Dot6(bom).output_as_string()


@pytest.fixture(scope="module")
def listed(text):
    return json.loads(text)


def bundled(listed, kind):
    """What lies in the packages and in Handsel itself, of this kind, with the package's name."""
    packages = [*listed["components"], listed["metadata"]["component"]]
    return [(each["name"], part) for each in packages for part in each.get("components", []) if part["type"] == kind]


def test_it_is_of_its_format_and_one_that_is_not_is_refused(text, listed):
    assert sbom.checked(text) == text
    with pytest.raises(SystemExit, match="no CycloneDX"):
        sbom.checked(json.dumps({**listed, "bomFormat": "Nonsense"}))


def test_it_names_what_the_lock_file_names_and_when(listed, uv):
    """uv reads its own file: without its tools, with every extra."""
    options = ["--frozen", "--no-dev", "--all-extras", "--no-emit-project", "--no-hashes", "--no-header"]
    exported = subprocess.run(
        [uv, "export", "--quiet", "--no-annotate", *options], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    locked = {(need.name, str(need.specifier).removeprefix("=="), applies(need)) for need in map(Requirement, exported)}
    assert len(locked) > 30
    assert {(each["name"], each["version"], held_here(each, extra="s3")) for each in listed["components"]} == locked
    told = {
        ref: set(needs) for ref, needs in ((each["ref"], each.get("dependsOn", [])) for each in listed["dependencies"])
    }
    assert {"django", "gunicorn", "pyrage"} <= told["handsel"]
    assert "fido2" in told["django-allauth"]
    for name, version, _ in locked:
        [lines] = [each["hashes"] for each in listed["components"] if each["name"] == name]
        assert {line["content"] for line in lines} == hashes_of(name, version)


def applies(need):
    return need.marker is None or need.marker.evaluate()


def held_here(component, extra=""):
    where = [each["value"] for each in component.get("properties", []) if each["name"] == "handsel:where"]
    assert bool(where) == (component["scope"] == "optional")
    return not where or Marker(where[0]).evaluate({"extra": extra})


def hashes_of(name, version):
    block = re.search(rf'\[\[package\]\]\nname = "{name}"\nversion = "{version}".*?(?=\n\[\[|\Z)', LOCK, re.DOTALL)[0]
    return set(re.findall(r'\.whl", hash = "sha256:(\w+)"', block))


LOCK = (ROOT / "uv.lock").read_text()


def test_all_that_a_browser_is_given_is_in_it(listed):
    files = {part["name"]: part["hashes"][0]["content"] for _, part in bundled(listed, "file") if "hashes" in part}
    given = {storage.path(path) for finder in get_finders() for path, storage in finder.list([])}
    shown = {path for path in given if PurePath(path).suffix in sbom.SHOWN}
    assert len(shown) > 150
    assert [path for path in sorted(shown) if not any(path.endswith(f"/{name}") for name in files)] == []
    assert {"handsel/static/icons/handsel.svg", "handsel/templates/parts/sprite.html"} <= set(files)
    assert any(re.search(r"\.libs/libpq-", name) for name in files)
    fonts = {part["name"] for package, part in bundled(listed, "file") if package == "typst"}
    assert "Libertinus Serif" in fonts


def test_a_script_of_somebody_else_is_named_as_theirs(listed):
    """A file that says a licence or a home of its own, or is packed, belongs to one of the libraries named."""
    libraries = {part["properties"][0]["value"]: part for _, part in bundled(listed, "library")}
    assert {part["name"]: part.get("version") for part in libraries.values()}["htmx.org"]
    folders = {str(PurePath(file).parent) for file in libraries}
    packages = sbom.as_locked(sbom.locked()["django"]).locate_file("")
    for package, part in bundled(listed, "file"):
        if package != "handsel" and part["name"].endswith(".js"):
            head = (packages / part["name"]).read_text(errors="replace")[:300]
            if ".min." in part["name"] or "vendor" in part["name"] or re.search(r"/\*!|https://github\.com", head):
                assert any(part["name"].startswith(f"{folder}/") for folder in folders), part["name"]


@pytest.mark.nightly
def test_the_wheel_brings_what_it_names_and_nothing_else(listed, built, uv, tmp_path):
    """In the versions of the lock file, as docs/how-to/install.md says."""
    python, constraints = tmp_path / "venv" / "bin" / "python", tmp_path / "constraints.txt"
    export = [uv, "export", "--quiet", "--frozen", "--no-dev", "--no-emit-project", "--no-hashes"]
    subprocess.run([*export, "--output-file", constraints], cwd=ROOT, check=True)
    subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, tmp_path / "venv"], check=True)
    install = [uv, "pip", "install", "--quiet", "--python", python, "--constraint", constraints]
    subprocess.run([*install, next(built.glob("*.whl"))], check=True)
    told = "import importlib.metadata as m; print(*(f'{d.name}=={d.version}' for d in m.distributions()))"
    names = subprocess.run([python, "-c", told], capture_output=True, text=True, check=True).stdout.split()
    held = {f"{each['name']}=={each['version']}" for each in listed["components"] if held_here(each)}
    own = listed["metadata"]["component"]
    assert {re.sub(r"[-_.]+(?=.*==)", "-", name).lower() for name in names} == held | {f"handsel=={own['version']}"}


class Osv(BaseHTTPRequestHandler):
    """Answers as OSV does: one result for each question, in its order."""

    answer: bytes | None = None
    asked: list[str] = []

    def do_POST(self):
        queries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        self.asked += [query["package"]["purl"] for query in queries]
        known = {"pkg:npm/htmx.org@2.0.10": {"vulns": [{"id": "GHSA-of-htmx"}]}}
        results = [known.get(query["package"]["purl"], {}) for query in queries]
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answer or json.dumps({"results": results}).encode())

    def log_message(self, *arguments):
        pass


@pytest.fixture
def osv(monkeypatch):
    monkeypatch.setattr(Osv, "answer", None)
    monkeypatch.setattr(Osv, "asked", [])
    with HTTPServer(("127.0.0.1", 0), Osv) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_all_that_is_held_is_asked_about(bom, osv, capsys, monkeypatch):
    """What is installed, the front-end libraries in it, and what tests alone use."""
    monkeypatch.setattr(sbom, "bom", lambda: bom)
    monkeypatch.setattr(advisories, "_MOST", 40)
    code = advisories.main(["--service", osv])
    asked = set(Osv.asked)
    locked = set(re.findall(r'\[\[package\]\]\nname = "([^"]+)"\nversion = "([^"]+)"', LOCK)) - {("handsel", "0.1.0")}
    assert {f"pkg:pypi/{name}@{version}" for name, version in locked} < asked
    assert "pkg:npm/jquery@3.7.1" in asked
    assert len(asked) == len(Osv.asked)
    answer = capsys.readouterr()
    known = [line for line in answer.out.splitlines() if line]
    assert code == bool(known)
    assert [line.partition(": ")[2] for line in known] == ["https://osv.dev/vulnerability/GHSA-of-htmx"]
    assert f"{len(asked)} packages and front-end libraries audited, {len(known)} advisories known." in answer.err


def test_nothing_known_ends_well(osv, monkeypatch):
    monkeypatch.setattr(advisories, "held", lambda: ["pkg:pypi/six@1.17.0"])
    assert advisories.main(["--service", osv]) == 0


@pytest.mark.parametrize("answer", [b"<html>no", b"{}", b"[]", b'{"results": []}', None])
def test_no_answer_is_no_audit_and_says_so(osv, capsys, monkeypatch, answer):
    """A page of a proxy, another service, an answer that is short, and nobody there."""
    monkeypatch.setattr(advisories, "held", lambda: ["pkg:pypi/six@1.17.0"])
    monkeypatch.setattr(Osv, "answer", answer)
    assert advisories.main(["--service", osv if answer else "http://127.0.0.1:9"]) == advisories.NOT_AUDITED == 75
    assert "NOTHING WAS AUDITED" in capsys.readouterr().err


def test_the_check_goes_on_without_a_network_and_not_over_an_advisory(tmp_path):
    check = (ROOT / "script" / "check").read_text()
    [line] = re.findall(r"^audited\(\) .*$", check, re.MULTILINE)
    (tmp_path / "script").mkdir()
    for code, passes in ((0, True), (1, False), (75, True)):
        audit = tmp_path / "script" / "audit"
        audit.write_text(f"#!/usr/bin/env bash\nexit {code}\n")
        audit.chmod(0o755)
        ended = subprocess.run(["bash", "-c", f"{line}\naudited"], cwd=tmp_path, check=False)
        assert (ended.returncode == 0) == passes, code
