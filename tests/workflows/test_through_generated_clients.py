"""The three workflows through API clients that programs of others make anew from the OpenAPI file."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

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

DATABASES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@pytest.fixture(scope="module")
def generators() -> generated.Generators:
    return generated.install()


@pytest.fixture(scope="module", params=["openapi-python-client", "OpenAPI Generator"])
def client(request, generators, tmp_path_factory) -> Iterator[type[generated.OperationCaller]]:
    folder = tmp_path_factory.mktemp("generated")
    file = generated.write_file(folder)
    made = (generated.GeneratorCaller, generated.PythonClientCaller)[request.param == "openapi-python-client"]
    made.make(generators, file, folder)
    with generated.importable(folder, made.name) as made.package:
        yield made


@pytest.fixture
def caller(server: DatedServer, client, generators, tried_with) -> Callable[[Person], Caller]:
    tried_with(
        program=client.program,
        version=generators.version(client.generator),
        source="PyPI",
        tried=f"a Python client, made anew, goes through the workflow on {DATABASES[server.database]}",
        figures="each call answered as the file has it",
    )
    return lambda person: client(server.base_url, person.token)


def test_typescript_fetch_is_strict(generators, node_programs, tried_with, tmp_path):
    file = generated.write_file(tmp_path)
    source = tmp_path / "made"
    generators.run(generated.GENERATOR, "generate", "-g", "typescript-fetch", "-i", file, "-o", source)
    options = ("--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2022,dom")
    answer = node_programs.run("tsc", "--strict", "--noEmit", *options, source / "index.ts")
    assert answer.returncode == 0, answer.stdout
    tried_with(
        program="OpenAPI Generator (typescript-fetch)",
        version=generators.version(generated.GENERATOR),
        source="PyPI",
        tried=f"made anew, tsc {node_programs.version('typescript')} --strict",
        figures="0 errors",
    )


@pytest.fixture(scope="module")
def typescript_workflows(node_programs, tmp_path_factory) -> Path:
    """tests/node/workflows.ts beside the types that openapi-typescript makes, compiled strictly."""
    folder = tmp_path_factory.mktemp("typescript")
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "node_modules").symlink_to(node_programs.folder / "node_modules")
    shutil.copy(node_programs.rules / "workflows.ts", folder)
    answer = node_programs.run("openapi-typescript", generated.write_file(folder), "--output", folder / "handsel.ts")
    assert answer.returncode == 0, answer.stderr
    answer = node_programs.run(
        "tsc", "--strict", "--target", "es2022", "--module", "nodenext", "workflows.ts", cwd=folder
    )
    assert answer.returncode == 0, answer.stdout
    return folder / "workflows.js"


@pytest.mark.parametrize("workflow", [1, 2, 3])
def test_typescript_goes_through_the_workflow(
    workflow, server: DatedServer, typescript_workflows, node_programs, tried_with
):
    ana, noor = server.people("Ana", "Noor")
    setting = {
        "workflow": workflow,
        "baseUrl": server.base_url,
        "clock": str(server.clock),
        "ana": ana.token,
        "noor": noor.token,
        "noorsEmail": noor.email,
    }
    answer = node_programs.run("node", typescript_workflows, json.dumps(setting))
    assert answer.returncode == 0, answer.stderr
    tried_with(
        program="openapi-typescript with openapi-fetch",
        version=" with ".join(map(node_programs.version, ("openapi-typescript", "openapi-fetch"))),
        source="npm",
        tried=f"made anew, goes through Workflow {workflow} on {DATABASES[server.database]}",
        figures=f"tsc --strict 0 errors, {int(answer.stdout)} calls answered as the file has it",
    )
