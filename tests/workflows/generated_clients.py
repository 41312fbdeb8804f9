"""API clients that programs of others make from the OpenAPI file, behind the same calls as the workflows' own caller.

The generators run in an environment of their own, which uv.lock names. What they make runs in ours.
"""

import importlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from enum import Enum
from importlib.metadata import Distribution
from pathlib import Path
from types import ModuleType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints
from uuid import UUID

import pytest

from handsel.api.openapi import BASE
from handsel.api.v1 import document
from tests.workflows.test_through_the_api import Caller

ROOT = Path(__file__).parents[2]
PYTHON_CLIENT, GENERATOR = "openapi-python-client", "openapi-generator-cli"


def write_file(folder: Path) -> Path:
    path = folder / "openapi.json"
    path.write_text(json.dumps(document()))
    return path


class Generators:
    """The programs of an environment that holds the dependency group `generators` alone."""

    def __init__(self, environment: Path) -> None:
        self._programs = environment / "bin"

    def run(self, program: str, *arguments: str | Path) -> None:
        # openapi-python-client calls the ruff beside it.
        path = {"PATH": f"{self._programs}{os.pathsep}{os.environ['PATH']}"}
        answer = subprocess.run(
            [self._programs / program, *arguments],
            env=os.environ | path,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert answer.returncode == 0, answer.stdout[-2000:] + answer.stderr[-2000:]

    def version(self, program: str) -> str:
        libraries = next(self._programs.parent.glob("lib/python*/site-packages"))
        return next(iter(Distribution.discover(name=program, path=[str(libraries)]))).version


def install() -> Generators:
    """Install what uv.lock names, into pytest's cache. Skips, and says why, where that cannot be done."""
    uv = next(filter(shutil.which, (os.environ.get("HANDSEL_TEST_UV", ""), "uv", str(ROOT / ".uv/bin/uv"))), None)
    if uv is None:
        pytest.skip("NO GENERATORS: uv not found. script/test --nightly finds or fetches it.")
    environment = ROOT / ".pytest_cache" / "generators"
    answer = subprocess.run(
        [uv, "sync", "--locked", "--only-group", "generators", "--python", sys.executable],
        cwd=ROOT,
        env=os.environ | {"UV_PROJECT_ENVIRONMENT": str(environment)},
        capture_output=True,
        text=True,
        check=False,
    )
    if answer.returncode:
        pytest.skip(f"NO GENERATORS: uv sync failed. {answer.stderr.strip()[-500:]}")
    return Generators(environment)


@contextmanager
def importable(folder: Path, package: str) -> Iterator[ModuleType]:
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(folder)
        yield importlib.import_module(package)
    for name in [name for name in sys.modules if name.partition(".")[0] == package]:
        del sys.modules[name]


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().replace(" ", "_")


class OperationCaller(Caller):
    """Finds the operation that an address and a method name, and calls what `program` made of it in `package`."""

    program: str
    generator: str
    name: str
    package: ModuleType

    @classmethod
    def make(cls, generators: Generators, file: Path, folder: Path) -> None:
        """Generate the package `name` in a folder from the OpenAPI file."""
        raise NotImplementedError

    def __init__(self, base_url: str, token: str) -> None:
        self.base_url, self.token = base_url, token

    def _call(self, method: str, path: str, expect: int, **options: Any) -> Any:
        for template, methods in document()["paths"].items():
            match = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", template.removeprefix(BASE)), path)
            if match and method.lower() in methods and not set(match.groupdict().values()) & {"unconfirmed", "confirm"}:
                operation = methods[method.lower()]
                sent = match.groupdict() | dict(options.get("params") or {})
                status, answer = self.ask(operation, sent, options.get("json"))
                assert status == expect, answer
                return _as_sent(answer)
        raise LookupError(f"{method} {path}")

    def ask(self, operation: dict[str, Any], sent: dict[str, str], body: Any) -> tuple[int, Any]:
        raise NotImplementedError


class PythonClientCaller(OperationCaller):
    """openapi-python-client's: a module for each operation, attrs classes for what is sent and answered."""

    program = generator = PYTHON_CLIENT
    name = "handsel_client"

    @classmethod
    def make(cls, generators: Generators, file: Path, folder: Path) -> None:
        output = folder / cls.name
        generators.run(cls.generator, "generate", "--path", file, "--meta", "none", "--output-path", output)

    def ask(self, operation: dict[str, Any], sent: dict[str, str], body: Any) -> tuple[int, Any]:
        name = f"handsel_client.api.{snake(operation['tags'][0])}.{snake(operation['operationId'])}"
        module = importlib.import_module(name)
        kinds = get_type_hints(module.sync_detailed)
        values: dict[str, Any] = {}
        for field, value in sent.items():
            argument = snake(field) if snake(field) in kinds else f"{snake(field)}_"
            values[argument] = _converted(kinds[argument], value)
        if body is not None:
            values["body"] = _converted(kinds["body"], body)
        with self.package.AuthenticatedClient(base_url=self.base_url, token=self.token) as client:
            answer = module.sync_detailed(client=client, **values)
        return answer.status_code, answer.parsed.to_dict()


class GeneratorCaller(OperationCaller):
    """OpenAPI Generator's for Python: a class for each tag, pydantic models for what is sent and answered."""

    program, generator = "OpenAPI Generator", GENERATOR
    name = "handsel_generated"

    @classmethod
    def make(cls, generators: Generators, file: Path, folder: Path) -> None:
        options = ("-i", file, "-o", folder, "--package-name", cls.name)
        generators.run(cls.generator, "generate", "-g", "python", *options)

    def ask(self, operation: dict[str, Any], sent: dict[str, str], body: Any) -> tuple[int, Any]:
        configuration = self.package.Configuration(host=self.base_url, access_token=self.token)
        kinds = {parameter["name"]: parameter["schema"] for parameter in operation["parameters"]}
        values: dict[str, Any] = {}
        for field, value in sent.items():
            argument = "var_from" if field == "from" else snake(field)
            values[argument] = [value] if kinds[field].get("type") == "array" else value
            if kinds[field].get("type") == "boolean":
                values[argument] = value == "true"
        if body is not None:
            [content] = operation["requestBody"]["content"].values()
            model = content["schema"]["$ref"].rpartition("/")[2]
            values[snake(model)] = getattr(self.package, model).from_dict(body)
        with self.package.ApiClient(configuration) as client:
            api = getattr(self.package, operation["tags"][0].title().replace(" ", "") + "Api")(client)
            answer = getattr(api, f"{snake(operation['operationId'])}_with_http_info")(**values)
        return answer.status_code, json.loads(answer.data.to_json())


def _converted(kind: Any, value: Any) -> Any:
    """What was sent as the generated function's annotation has it."""
    if get_origin(kind) in (Union, UnionType):
        return _converted(next(part for part in get_args(kind) if part.__name__ not in ("Unset", "NoneType")), value)
    if get_origin(kind) is list:
        return [_converted(get_args(kind)[0], part) for part in (value if isinstance(value, list) else [value])]
    if hasattr(kind, "from_dict"):
        return kind.from_dict(value)
    if kind is bool:
        return value == "true"
    if kind is date:
        return date.fromisoformat(value)
    return kind(value) if kind is UUID or issubclass(kind, Enum) else value


def _as_sent(answer: Any) -> Any:
    """An instant is written as the server writes it, whatever the client makes of it."""
    if isinstance(answer, dict):
        return {name: _as_sent(value) for name, value in answer.items()}
    if isinstance(answer, list):
        return [_as_sent(value) for value in answer]
    return re.sub(r"(T\d\d:\d\d:\d\d)\+00:00$", r"\1Z", answer) if isinstance(answer, str) else answer
