"""The OpenAPI file as a page for people."""

from collections.abc import Mapping
from itertools import groupby
from operator import itemgetter
from typing import Any

from handsel.api.openapi import BASE

_MOST_WORDS = 8


def page(document: Mapping[str, Any]) -> dict[str, Any]:
    """What the template shows: `nouns` are (name, operations), `resources` are (name, what it is, fields).

    A field or parameter is its name, what it `holds` in words, what it is `about`, and whether it is `needed`.
    """
    operations = [
        _operation(path, method, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
    ]
    schemas = document["components"]["schemas"].items()
    return {
        "about": _plain(document["info"]["description"]),
        "base": BASE,
        "nouns": [(noun, list(of_noun)) for noun, of_noun in groupby(operations, key=itemgetter("noun"))],
        "resources": [(name, _plain(schema.get("description", "")), _fields(schema)) for name, schema in schemas],
    }


def _operation(path: str, method: str, operation: Mapping[str, Any]) -> dict[str, Any]:
    body = operation.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    return {
        "noun": operation["tags"][0],
        "id": operation["operationId"],
        "method": method.upper(),
        "path": path.removeprefix(BASE),
        "summary": operation["summary"],
        "parameters": [
            _line(parameter["name"], parameter | parameter["schema"], needed=parameter["required"])
            for parameter in operation["parameters"]
        ],
        "sends": _holds(body) if body else "",
        "answers": [
            (str(status), _describe_answer(answer)) for status, answer in sorted(operation["responses"].items())
        ],
    }


def _line(name: str, schema: Mapping[str, Any], *, needed: bool) -> dict[str, Any]:
    return {"name": name, "holds": _holds(schema), "about": _plain(schema.get("description", "")), "needed": needed}


def _describe_answer(answer: Mapping[str, Any]) -> str:
    schema = answer.get("content", {}).get("application/json", {}).get("schema")
    return _holds(schema) if schema else _plain(answer["description"])


def _plain(text: str) -> str:
    """Descriptions are Markdown, as OpenAPI has it; this page shows them as text."""
    return text.replace("`", "")


def _fields(schema: Mapping[str, Any]) -> list[dict[str, Any]]:
    needed = schema.get("required", ())
    fields = schema.get("properties", {"": {**schema, "description": ""}})
    return [_line(name, field, needed=name in needed) for name, field in fields.items()]


def _holds(schema: Mapping[str, Any]) -> str:
    """A schema in a few words: list of uuid, or null."""
    match schema:
        case {"$ref": str() as name}:
            return name.rpartition("/")[2]
        case {"enum": words}:
            more = ["…"] if len(words) > _MOST_WORDS else []
            return ", ".join([*map(str, words[:_MOST_WORDS]), *more])
        case {"anyOf": kinds}:
            return " or ".join(dict.fromkeys(_holds(kind) for kind in kinds))
        case {"type": "array", "items": kind}:
            return f"list of {_holds(kind)}"
        case {"type": [*kinds]}:
            return " or ".join(_holds({**schema, "type": kind}) for kind in kinds)
        case {"type": kind}:
            return str(kind if kind == "null" else schema.get("format", kind))
        case _:
            return "anything"
