"""The OpenAPI file as programs of others judge it, by night."""

import json

import pytest

from handsel.api.v1 import document

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "openapi.json"
    path.write_text(json.dumps(document()))
    return path


def test_openapi_spec_validator(file, tried_with):
    from importlib.metadata import version

    from openapi_spec_validator import OpenAPIV31SpecValidator

    assert list(OpenAPIV31SpecValidator(json.loads(file.read_text())).iter_errors()) == []
    report(tried_with, "openapi-spec-validator", version("openapi-spec-validator"), "PyPI")


def test_spectral(node_programs, file, tried_with):
    rules = node_programs.rules / "spectral.yaml"
    answer = node_programs.run("spectral", "lint", file, "--ruleset", rules, "--fail-severity", "warn")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    report(tried_with, "Spectral", node_programs.version("@stoplight/spectral-cli"), "npm")


def test_redocly(node_programs, file, tried_with):
    answer = node_programs.run("redocly", "lint", file, "--format", "json")
    totals = json.loads(answer.stdout)["totals"]
    assert (totals["errors"], totals["warnings"]) == (0, 0), answer.stdout
    report(tried_with, "Redocly CLI", node_programs.version("@redocly/cli"), "npm")


def report(tried_with, program, version, source):
    count = sum(len(methods) for methods in document()["paths"].values())
    tried_with(
        program=program,
        version=version,
        source=source,
        tried="the OpenAPI file",
        figures=f"{count} operations, 0 errors, 0 warnings",
    )
