"""The OpenAPI file as a page for people."""

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from handsel.api.examples import example
from handsel.api.openapi import BASE

_MOST_WORDS = 8


def page(document: Mapping[str, Any], *, may_write: bool) -> dict[str, Any]:
    """What the template shows: `nouns` are (name, what it is, operations), `resources` (name, what it is, fields).

    A field or parameter is its name, what it `holds` as (words, name of a schema or nothing), what it is `about`, and
    whether it is `needed`. What writes can be tried if one `may_write`, or else by a dry run where there is one.
    """
    schemas = document["components"]["schemas"]
    operations = [
        _operation(path, method, operation, schemas, may_write=may_write)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    abouts = {tag["name"]: tag["description"] for tag in document["tags"]}
    return {
        "about": _plain(document["info"]["description"]),
        "base": BASE,
        "nouns": [(noun, abouts[noun], list(of_noun)) for noun, of_noun in groupby(operations, key=itemgetter("noun"))],
        "resources": [
            (name, _plain(schema.get("description", "")), _fields(schema)) for name, schema in schemas.items()
        ],
    }


def _operation(
    path: str, method: str, operation: Mapping[str, Any], schemas: Mapping[str, Any], *, may_write: bool
) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    sent = example(body, schemas) if body else None
    is_dry = not (may_write or method == "get")
    is_a_table = "requestBody" in operation and body is None  # which no field of the page holds
    return {
        "noun": operation["tags"][0],
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path.removeprefix(BASE),
        "summary": operation["summary"],
        "parameters": [
            _line(parameter["name"], parameter | parameter["schema"], needed=parameter["required"])
            | {"in": parameter["in"]}
            for parameter in operation["parameters"]
        ],
        "sends": list(_holds(body)) if body else [],
        "example": "" if sent is None else json.dumps(sent, indent=2, ensure_ascii=False),
        "is_dry": is_dry,
        "can_be_tried": not is_a_table and (not is_dry or (sent is not None and "dryRun" in sent)),
        "answers": [
            (str(status), _plain(answer["description"]), _answered(answer))
            for status, answer in sorted(operation["responses"].items(), key=lambda item: str(item[0]))
        ],
    }


def _line(name: str, schema: Mapping[str, Any], *, needed: bool) -> dict[str, Any]:
    return {
        "name": name,
        "holds": list(_holds(schema)),
        "about": _plain(schema.get("description", "")),
        "needed": needed,
    }


def _answered(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [part for content in answer.get("content", {}).values() for part in _holds(content["schema"])]


def _plain(text: str) -> str:
    """Descriptions are Markdown, as OpenAPI has it; this page shows them as text."""
    return text.replace("`", "")


def _fields(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    needed = schema.get("required", ())
    fields = schema.get("properties", {"": {**schema, "description": ""}})
    return [_line(name, field, needed=name in needed) for name, field in fields.items()]


def _holds(schema: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """A schema in a few words, list of uuid, or null: parts that are (words, name of the schema they lead to)."""
    match schema:
        case {"$ref": str() as reference}:
            name = reference.rpartition("/")[2]
            yield name, name
        case {"enum": words}:
            more = ["…"] if len(words) > _MOST_WORDS else []
            yield ", ".join([*map(str, words[:_MOST_WORDS]), *more]), ""
        case {"anyOf": kinds}:
            for number, part in enumerate(dict.fromkeys(part for kind in kinds for part in _holds(kind))):
                yield from [("or", ""), part] if number else [part]
        case {"type": "array", "items": kind}:
            yield "list of", ""
            yield from _holds(kind)
        case {"type": [*kinds]}:
            yield from _holds({"anyOf": [{**schema, "type": kind} for kind in kinds]})
        case {"type": kind}:
            yield str(kind if kind == "null" else schema.get("format", kind)), ""
        case _:
            yield "anything", ""
