"""The three workflows through API clients that programs of others make anew from the OpenAPI file."""

from collections.abc import Callable, Iterator

import pytest

from tests.server import Person
from tests.workflows import generated_clients as generated
from tests.workflows.dated import DatedServer
from tests.workflows.test_through_the_api import (  # noqa: F401  # they are run again
    Caller,
    book,
    test_workflow_1_regular_weekly_care,
    test_workflow_2_impromptu_care,
    test_workflow_3_schedule_changes,
)

pytestmark = [pytest.mark.no_database, pytest.mark.nightly]


@pytest.fixture(scope="module", params=["openapi-python-client", "OpenAPI Generator"])
def client(request, tmp_path_factory) -> Iterator[type[generated.OperationCaller]]:
    folder = tmp_path_factory.mktemp("generated")
    file = generated.write_file(folder)
    made = (generated.GeneratorCaller, generated.PythonClientCaller)[request.param == "openapi-python-client"]
    made.make(file, folder)
    with generated.importable(folder, made.name) as made.package:
        yield made


@pytest.fixture
def caller(server: DatedServer, client, tried_with) -> Callable[[Person], Caller]:
    tried_with(
        program=client.program,
        version=client.version,
        source="PyPI",
        tried="a Python client, made anew, goes through the workflow",
        figures="each call answered as the file has it, on SQLite and PostgreSQL",
    )
    return lambda person: client(server.base_url, person.token)


@pytest.mark.parametrize("kind", ["typescript-fetch", "openapi-typescript"])
def test_typescript_takes_it_strictly(kind, node_programs, tried_with, tmp_path):
    file = generated.write_file(tmp_path)
    source = tmp_path / "made"
    source.mkdir()
    if kind == "openapi-typescript":
        version = node_programs.version("openapi-typescript")
        answer = node_programs.run("openapi-typescript", file, "--output", source / "index.ts")
        assert answer.returncode == 0, answer.stderr
    else:
        version = generated.GENERATOR[1]
        asked = ("generate", "-g", "typescript-fetch", "-i", file, "-o", source)
        generated.generate(generated.GENERATOR, *asked)
    options = ("--strict", "--noEmit", "--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler")
    answer = node_programs.run("tsc", *options, "--lib", "es2022,dom", source / "index.ts")
    assert answer.returncode == 0, answer.stdout
    tried_with(
        program=kind if kind == "openapi-typescript" else "OpenAPI Generator (typescript-fetch)",
        version=version,
        source="npm" if kind == "openapi-typescript" else "PyPI",
        tried=f"made anew, tsc {node_programs.version('typescript')} --strict",
        figures="0 errors",
    )
