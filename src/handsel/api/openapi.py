"""The OpenAPI file: what ninja knows of the operations, and what only we know of bodies, headers and refusals."""

from collections.abc import Iterable
from typing import Any

from ninja import NinjaAPI

from handsel.api import errors, idempotency, kinds, schemas
from handsel.api.operations import BASE, Operation
from handsel.api.parsing import Parameter

_ALWAYS = (400, 401, 422, 429, 500)
_WRITES = (403, 404, 409)
_MEANINGS = {
    400: "The request cannot be read.",
    401: "Nobody, or nobody we know, is asking.",
    403: "Your role does not allow this, or your token may only read.",
    404: "It does not exist, or not for you.",
    409: "Not possible as things stand.",
    412: "Somebody changed it since the version that If-Match names.",
    413: "The body is over one megabyte.",
    415: "The body is not JSON in UTF-8.",
    422: "What was sent cannot be used; `errors` names every wrong field.",
    429: "Too many requests with this token; see Retry-After.",
    500: "Something went wrong on our side, and was written down. Nothing was changed.",
}
_ETAG = {"description": "The version, in quotes.", "schema": {"type": "string"}}
_LOCATION = {"description": "The address of what was made.", "schema": {"type": "string"}}
_REPLAYED = {"description": "`true` when this is the answer of an earlier request.", "schema": {"type": "string"}}
_IF_MATCH = {
    "in": "header",
    "name": "If-Match",
    "required": False,
    "description": "The ETag of the version that you mean to change. When another one stands, the answer is 412.",
    "schema": {"type": "string"},
}
_IDEMPOTENCY_KEY = {
    "in": "header",
    "name": idempotency.HEADER,
    "required": False,
    "description": "A key of your own making. The same request with the same key is done once in 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": idempotency.PATTERN},
}


def details(operation: Operation) -> dict[str, Any]:
    """What is added to ninja's own description of an operation."""
    parameters = [_parameter(one) for one in operation.parameters]
    if operation.versioned:
        parameters.append(_IF_MATCH)
    if operation.method == "POST":
        parameters.append(_IDEMPOTENCY_KEY)
    found: dict[str, Any] = {"parameters": parameters, "responses": _responses(operation)}
    if operation.form is not None:
        schema = {"$ref": f"#/components/schemas/{operation.form.name}"}
        found["requestBody"] = {
            "required": bool(operation.form.needed),
            "content": {"application/json": {"schema": schema}},
        }
    return found


def _parameter(parameter: Parameter) -> dict[str, Any]:
    schema = parameter.kind.described
    if parameter.several:
        schema = {"type": "array", "items": schema}
    return {
        "in": "query",
        "name": parameter.name,
        "required": parameter.needed,
        "description": parameter.about,
        "schema": schema,
    }


def _responses(operation: Operation) -> dict[int, Any]:
    statuses = set(_ALWAYS)
    if "{" in operation.path:
        statuses.add(404)
    if operation.method != "GET":
        statuses.update(_WRITES)
    if operation.method in ("POST", "PATCH"):
        statuses.add(413)
    if operation.form is not None:
        statuses.add(415)
    if operation.versioned:
        statuses.add(412)
    problem = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    found: dict[int, Any] = {
        status: {"description": _MEANINGS[status], "content": problem} for status in sorted(statuses)
    }
    if operation.tagged and operation.method == "GET":
        found[304] = {"description": "You have this version already (If-None-Match)."}
    headers = {"ETag": _ETAG} if operation.tagged else {}
    headers |= {"Location": _LOCATION} if operation.location else {}
    headers |= {idempotency.REPLAYED: _REPLAYED} if operation.method == "POST" else {}
    if headers:
        found[operation.status] = {"headers": headers}
    return found


def _without_titles(schema: Any) -> Any:
    """Pydantic gives every property a title made of its name, which says nothing."""
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_titles(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str) and "properties" not in schema)
    }


def document(api: NinjaAPI, operations: Iterable[Operation]) -> dict[str, Any]:
    """The whole file. It depends on nothing but the program."""
    found = dict(api.get_openapi_schema(path_prefix=f"{BASE}/"))
    problem = schemas.Problem.model_json_schema(mode="serialization", ref_template="#/components/schemas/{model}")
    problem["properties"]["code"]["enum"] = list(errors.STATUS)
    resources = {**found["components"]["schemas"], **problem.pop("$defs"), "Problem": problem}
    forms = {operation.form.name: operation.form.schema for operation in operations if operation.form}
    found["components"]["schemas"] = dict(sorted((resources | forms | kinds.COMPONENTS).items()))
    return _without_titles(found)
