"""Send thousands of requests that schemathesis makes from the OpenAPI file alone, well formed and not.

In a well-formed one the stage puts right what the file cannot say; a malformed one goes out as it is, but to an address
that exists.
"""

import json
from collections.abc import Callable, Collection, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit
from uuid import uuid4

import pytest
import requests
import schemathesis
from django.core import signals
from django.core.wsgi import get_wsgi_application
from django.db import DEFAULT_DB_ALIAS, close_old_connections, connections
from django.http.request import HttpHeaders
from django.utils.encoding import force_bytes, force_str
from requests.adapters import HTTPAdapter
from schemathesis import engine
from schemathesis.config import SchemathesisConfig
from schemathesis.core.parameters import ParameterLocation
from schemathesis.engine import events
from schemathesis.generation.meta import TestPhase
from schemathesis.hooks import GLOBAL_HOOK_DISPATCHER
from schemathesis.openapi.checks import UseAfterFree
from urllib3 import HTTPResponse

from tests.api.stage import Stage
from tests.run import NIGHTLY, ON_POSTGRESQL

# By day the same few each time, beside every border that the description names; by night others each time, most of them
# on SQLite: what is sent is read alike on any database.
EXAMPLES = (25 if ON_POSTGRESQL else 100) if NIGHTLY else 2

# Each of six hundred time zones would be a request; these stand for all.
FEW = {"TimeZone": ["America/New_York", "Asia/Kathmandu", "UTC"], "Currency": ["EUR", "JPY", "USD"]}


@dataclass
class Found:
    """What a run came across: what is wrong, the phases that went to their end, and the operations that said yes."""

    wrong: list[str]
    phases: set[str]
    reached: set[str]


def run(stage: Stage, only: Collection[str]) -> Found:
    """Ask these operations as the stage's person, through the patched HTTPAdapter.send."""
    result = Found([], set(), set())
    archived: list[str] = []
    with pytest.MonkeyPatch.context() as patch, _hooks(stage, result.reached):
        patch.setattr(HTTPAdapter, "send", _without_a_socket())
        schema = schemathesis.openapi.from_url("http://testserver/api/v1/openapi.json", config=_config(stage.token))
        schema = schema.include(operation_id=list(only))
        for event in engine.from_schema(schema).execute():  # not kept, for each holds all that was sent and answered
            result.wrong += _findings(event, archived)
            to_the_end = {engine.Status.SUCCESS, *([engine.Status.FAILURE] if archived else [])}
            if isinstance(event, events.PhaseFinished) and event.status in to_the_end:
                result.phases.add(event.phase.name.value.lower())
    return result


def _config(token: str) -> SchemathesisConfig:
    return SchemathesisConfig.from_dict(
        {
            "headers": {"Authorization": f"Bearer {token}"},
            "continue-on-failure": True,
            "request-timeout": 120,
            "generation": {
                "max-examples": EXAMPLES,
                "deterministic": not NIGHTLY,
                "database": "none",
                "no-shrink": True,
            },
            "checks": {"enabled": True},
            # By day tests/access/test_walk.py asks each address in every other way.
            "phases": {"coverage": {} if NIGHTLY else {"unexpected-methods": []}},
        }
    )


def _without_a_socket() -> Callable[..., requests.Response]:
    """The program is asked the same, but answers within this process and the test's transaction."""
    program = get_wsgi_application()

    def send(adapter: HTTPAdapter, request: requests.PreparedRequest, **_how: Any) -> requests.Response:
        with closing(program(_environ(request), lambda _status, _headers: None)) as answer:
            raw = HTTPResponse(BytesIO(answer.content), answer.headers, answer.status_code, preload_content=False)
        return adapter.build_response(request, raw)

    return send


def _environ(request: requests.PreparedRequest) -> dict[str, Any]:
    """As a server would put it."""
    where = urlsplit(request.url)
    return {
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote_to_bytes(where.path).decode("latin-1"),
        "QUERY_STRING": where.query,
        "SERVER_NAME": where.hostname,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": where.scheme,
        "wsgi.input": BytesIO(force_bytes(request.body or b"")),
        **HttpHeaders.to_wsgi_names({name: force_str(value, "latin-1") for name, value in request.headers.items()}),
    }


@contextmanager
def _hooks(stage: Stage, reached: set[str]) -> Iterator[None]:
    database = connections[DEFAULT_DB_ALIAS]

    @schemathesis.hook
    def before_load_schema(_context: Any, raw: dict[str, Any]) -> None:
        for name, few in FEW.items():
            raw["components"]["schemas"][name]["enum"] = few

    @schemathesis.hook
    def before_call(_context: Any, case: Any, _kwargs: dict[str, Any]) -> None:
        connections[DEFAULT_DB_ALIAS] = database  # the engine works in threads of its own
        if case.meta is not None:
            well_formed = {where for where, part in case.meta.components.items() if part.mode.is_positive}
            _make_sense(case, well_formed, stage)

    @schemathesis.hook
    def after_call(_context: Any, case: Any, response: Any) -> None:
        # A chain of requests may lead into a family of their own, where they may do everything.
        if 200 <= response.status_code < 300 and case.meta.phase.name != TestPhase.STATEFUL:
            reached.add(_operation(case))

    database.inc_thread_sharing()
    ends = [signals.request_started, signals.request_finished]
    for end in ends:  # as Django's own test client does: the test's transaction outlives a request
        end.disconnect(close_old_connections)
    try:
        yield
    finally:
        for end in ends:
            end.connect(close_old_connections)
        database.dec_thread_sharing()
        for hook in (before_load_schema, before_call, after_call):
            GLOBAL_HOOK_DISPATCHER.unregister(hook)


def _make_sense(case: Any, well_formed: set[ParameterLocation], stage: Stage) -> None:
    operation, family = _operation(case), stage.world.riveras
    if case.meta.phase.name != TestPhase.STATEFUL:
        stage.furnish(operation)
    if ParameterLocation.PATH in well_formed:
        case.path_parameters = {name: stage.id_for(name, operation) for name in case.path_parameters}
    elif case.meta.phase.name == TestPhase.STATEFUL:  # the address comes from the request before
        family = stage.family_of(case.path_parameters)
    if ParameterLocation.BODY in well_formed and isinstance(case.body, dict):
        case.body = stage.settled(operation, case.body, family)
    elif ParameterLocation.BODY in well_formed and operation == "importSessions":
        case.body = stage.table
    if ParameterLocation.QUERY in well_formed and case.query:
        case.query = stage.settled(operation, case.query, family)
    if ParameterLocation.HEADER in well_formed:
        if "If-Match" in case.headers:
            case.headers["If-Match"] = stage.tag(case.path_parameters)
        if "Idempotency-Key" in case.headers:
            case.headers["Idempotency-Key"] = str(uuid4())


def _operation(case: Any) -> str:
    return case.operation.definition.raw["operationId"]


def _is_archived(failure: Exception, response: Any) -> bool:
    """A deleted child whom sessions name is archived and still there, which its operation says and the file cannot."""
    is_of_a_child = isinstance(failure, UseAfterFree) and "/children/" in failure.free
    return is_of_a_child and json.loads(response.content)["isArchived"]


def _findings(event: events.EngineEvent, archived: list[str]) -> Iterator[str]:
    """What is wrong; a child that was archived is noted as such, and fails nothing but its phase."""
    match event:
        case events.NonFatalError(value=error) | events.FatalError(exception=error):
            yield repr(error)
        case events.ScenarioFinished(recorder=recorder):
            for case_id, checks in recorder.checks.items():
                for check in checks:
                    if check.failure_info is not None:
                        seen = recorder.interactions[case_id]
                        if _is_archived(check.failure_info.failure, seen.response):
                            archived.append(case_id)
                            continue
                        sent, got = seen.request, seen.response and seen.response.content
                        exchange = f"{sent.method} {sent.uri} {sent.headers} {sent.body!r:.500} {got!r:.500}"
                        yield f"{exchange}\n{check.failure_info.failure}"
