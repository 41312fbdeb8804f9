"""The OpenAPI file: what ninja knows of the operations, and what only we know of bodies, headers and refusals."""

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from ninja import NinjaAPI
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import core_schema

from handsel.api import errors
from handsel.api.parsing import Paging, Query
from handsel.api.schemas import Problem, api_name

if TYPE_CHECKING:
    from handsel.api.routes import Operation, Router

BASE = "/api/v1"
IDEMPOTENCY_KEY = "Idempotency-Key"
KEY_PATTERN = r"^[!-~]{1,255}$"
REPLAYED = "Idempotency-Replayed"
_REFERENCE = "#/components/schemas/{model}"
_ALWAYS = (400, 401, 422, 429, 500, 503)
_WRITES = (403, 404, 409)
_MEANINGS = {
    400: "The request cannot be read.",
    401: "Nobody, or nobody we know, is asking.",
    403: "Your role does not allow this, or your token may only read.",
    404: "It does not exist, or not for you.",
    409: "Not possible as things stand; `code` says why. `limit_reached` is a cap that no family meets.",
    412: "Somebody changed it since the version that If-Match names.",
    413: "The body is over one megabyte, or the file over ten.",
    415: "The body is not JSON in UTF-8, or the file none of the types that are taken.",
    422: "What was sent cannot be used; `errors` names every wrong field.",
    429: "Too many requests with this token; see Retry-After.",
    500: "Something went wrong on our side, and was written down. Nothing was changed.",
    503: "The database cannot be used just now. Nothing was changed; see Retry-After.",
}
_FILE = "A picture (JPEG, PNG or WebP) or a PDF of at most 10 MB."
_LICENSE = {"name": "GNU Affero General Public License v3.0 or later", "identifier": "AGPL-3.0-or-later"}
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
    "name": IDEMPOTENCY_KEY,
    "required": False,
    "description": "A key of your own making. The same request with the same key is done once in 24 hours.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": KEY_PATTERN},
}


class _Inputs(GenerateJsonSchema):
    """What may be sent, with null as one more type where there is but one."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        inner = self.generate_inner(schema["schema"])
        if inner.keys() & {"anyOf", "$ref", "enum"}:
            return {"anyOf": [*inner.get("anyOf", [inner]), {"type": "null"}]}
        return {**inner, "type": [inner["type"], "null"]}


def details(operation: "Operation") -> dict[str, Any]:
    """What is added to ninja's own description of an operation."""
    parameters = list(_parameters(operation.query)) if operation.query else []
    if operation.versioned:
        parameters.append(_IF_MATCH)
    if operation.method == "POST":
        parameters.append(_IDEMPOTENCY_KEY)
    description: dict[str, Any] = {"parameters": parameters, "responses": _responses(operation)}
    if operation.before is not None:
        part = {"type": "string", "format": "binary", "description": _FILE}
        schema = {"type": "object", "properties": {"file": part}, "required": ["file"], "additionalProperties": False}
        description["requestBody"] = {"required": True, "content": {"multipart/form-data": {"schema": schema}}}
    if operation.body is not None:
        schema = {"$ref": _REFERENCE.format(model=operation.body.__name__)}
        is_json = operation.body.media == "application/json"
        description["requestBody"] = {
            "required": bool(operation.body.needed) or not is_json,
            "content": {operation.body.media: {"schema": schema if is_json else {"type": "string"}}},
        }
    return description


def _parameters(query: type[Query]) -> Iterator[dict[str, Any]]:
    """Each field of a query string: the filters first, then which part of the list."""
    properties = query.model_json_schema(schema_generator=_Inputs)["properties"]
    paging = [api_name(name) for name in Paging.model_fields]
    for name, schema in sorted(properties.items(), key=lambda item: item[0] in paging):
        yield {
            "in": "query",
            "name": name,
            "required": name in map(api_name, query.needed),
            "description": schema.pop("description"),
            "schema": schema,
        }


def _responses(operation: "Operation") -> dict[int, Any]:
    statuses = set(_ALWAYS)
    if "{" in operation.path or operation.method == "DELETE":
        statuses.add(404)
    for described in (operation.answer, operation.query):
        if described is not None:
            statuses.update(described.refusals)
    if operation.method != "GET":
        statuses.update(_WRITES)
    if operation.of_pay:
        statuses.add(403)
    if operation.method in ("POST", "PUT", "PATCH"):
        statuses.add(413)
    if operation.body is not None or operation.before is not None:
        statuses.add(415)
    if operation.versioned:
        statuses.add(412)
    problem = {"application/problem+json": {"schema": {"$ref": _REFERENCE.format(model="Problem")}}}
    responses: dict[int, Any] = {
        status: {"description": _MEANINGS[status], "content": problem} for status in sorted(statuses)
    }
    if operation.tagged and operation.method == "GET":
        responses[304] = {"description": "You have this version already (If-None-Match)."}
    if operation.answers:
        file = {"schema": {"type": "string", "format": "binary"}}
        responses[operation.status] = {"description": "The file.", "content": dict.fromkeys(operation.answers, file)}
    headers = {"ETag": _ETAG} if operation.tagged else {}
    headers |= {"Location": _LOCATION} if operation.location else {}
    headers |= {REPLAYED: _REPLAYED} if operation.method == "POST" else {}
    if headers:
        responses[operation.status] = {"headers": headers}
    if operation.query is not None and operation.query.files:
        content = {kind: {"schema": _schema_of(kind)} for kind in operation.query.files}
        responses.setdefault(operation.status, {})["content"] = content
    return responses


def _schema_of(media_type: str) -> dict[str, str]:
    """Return how a file is described: one of JSON as an object, any other as its bytes."""
    return {"type": "object"} if media_type == "application/json" else {"type": "string", "format": "binary"}


def _without_titles(schema: Any) -> Any:
    """Drop the titles: pydantic makes one of every property's name, which says nothing."""
    if isinstance(schema, list):
        return [_without_titles(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: _without_titles(value)
        for key, value in schema.items()
        if not (key == "title" and isinstance(value, str) and "properties" not in schema)
    }


def _with_api_names(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda name: f"{{{api_name(name[1])}}}", path)


def document(api: NinjaAPI, routers: "Iterable[Router]") -> dict[str, Any]:
    """Return the whole OpenAPI file. It depends on nothing but the program."""
    whole = dict(api.get_openapi_schema(path_prefix=f"{BASE}/"))
    whole["info"] = {**whole["info"], "license": _LICENSE}
    # Paths begin with the base path, so the server is whichever host the file was read from.
    whole["servers"] = [{"url": "/", "description": "The server that this file comes from."}]
    abouts = {router.tag: router.about for router in routers}
    whole["tags"] = [{"name": tag, "description": about} for tag, about in abouts.items()]
    whole["paths"] = {_with_api_names(path): methods for path, methods in whole["paths"].items()}
    for methods in whole["paths"].values():
        for operation in methods.values():
            for parameter in operation["parameters"]:
                if parameter["in"] == "path":
                    parameter["name"] = api_name(parameter["name"])
    bodies = {
        operation.body
        for router in routers
        for operation in router.operations
        if operation.body and operation.body.media == "application/json"
    }
    _, sent = models_json_schema(
        [(body, "validation") for body in bodies], schema_generator=_Inputs, ref_template=_REFERENCE
    )
    _, problem = models_json_schema([(Problem, "serialization")], ref_template=_REFERENCE)
    problem["$defs"]["Problem"]["properties"]["code"]["enum"] = list(errors.STATUS)
    schemas = {**whole["components"]["schemas"], **problem["$defs"], **sent["$defs"]}
    whole["components"]["schemas"] = _without_titles(dict(sorted(schemas.items())))
    whole["paths"] = _without_titles(whole["paths"])
    return whole
